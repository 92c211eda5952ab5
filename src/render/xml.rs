//! XML out: the only user of quick-xml's writer, for `atom`, `rss` and `opml`.
//!
//! Whatever comes in, what goes out is well-formed: every text and attribute is escaped, characters that XML 1.0 (§2.2)
//! does not allow are dropped, elements close where their closure ends, and CDATA is never used.

use std::borrow::Cow;

use quick_xml::{
    Writer,
    escape::partial_escape,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

/// Name and value. An attribute with an empty value is left out: in no dialect that we write does an empty one say more.
pub(super) type Attributes<'a> = [(&'a str, &'a str)];

pub(super) struct Xml {
    writer: Writer<Vec<u8>>,
}

impl Xml {
    /// A document whose root is `name`, filled by `fill`.
    pub(super) fn document(name: &str, attributes: &Attributes<'_>, fill: impl FnOnce(&mut Xml)) -> Vec<u8> {
        let mut xml = Xml { writer: Writer::new_with_indent(Vec::with_capacity(64 * 1024), b' ', 1) };
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        xml.element(name, attributes, fill);
        let mut body = xml.writer.into_inner();
        body.push(b'\n');
        body
    }

    pub(super) fn element(&mut self, name: &str, attributes: &Attributes<'_>, fill: impl FnOnce(&mut Xml)) {
        self.write(Event::Start(start(name, attributes)));
        fill(self);
        self.write(Event::End(BytesEnd::new(name)));
    }

    pub(super) fn empty(&mut self, name: &str, attributes: &Attributes<'_>) {
        self.write(Event::Empty(start(name, attributes)));
    }

    pub(super) fn text(&mut self, name: &str, attributes: &Attributes<'_>, text: &str) {
        self.escaped(name, attributes, &partial_escape(allowed(text)));
    }

    /// A text with `&`, `<` and `>` as numeric references, for RSS titles: some readers resolve names twice (RSS profile).
    pub(super) fn numeric_text(&mut self, name: &str, text: &str) {
        let text = allowed(text).replace('&', "&#38;").replace('<', "&#60;").replace('>', "&#62;");
        self.escaped(name, &[], &text);
    }

    /// Nothing for None or blank.
    pub(super) fn optional(&mut self, name: &str, attributes: &Attributes<'_>, text: Option<&str>) {
        if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
            self.text(name, attributes, text);
        }
    }

    /// An element that is its one attribute; nothing without it.
    pub(super) fn optional_empty(&mut self, name: &str, attribute: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.empty(name, &[(attribute, value)]);
        }
    }

    fn escaped(&mut self, name: &str, attributes: &Attributes<'_>, text: &str) {
        if text.is_empty() {
            return self.empty(name, attributes);
        }
        self.write(Event::Start(start(name, attributes)));
        self.write(Event::Text(BytesText::from_escaped(text)));
        self.write(Event::End(BytesEnd::new(name)));
    }

    fn write(&mut self, event: Event<'_>) {
        let written = self.writer.write_event(event);
        debug_assert!(written.is_ok(), "memory takes every write");
    }
}

fn start<'a>(name: &'a str, attributes: &Attributes<'_>) -> BytesStart<'a> {
    let mut start = BytesStart::new(name);
    for (key, value) in attributes.iter().filter(|(_, value)| !value.is_empty()) {
        start.push_attribute((*key, allowed(value).as_ref()));
    }
    start
}

/// The text without what XML 1.0 forbids, and without what it merely discourages and validators report: C1 controls
/// (Windows punctuation read as Latin-1), non-characters, and the mark of a byte that was lost on the way. What parts
/// words becomes a blank.
pub(super) fn allowed(text: &str) -> Cow<'_, str> {
    if text.chars().all(is_allowed) {
        Cow::Borrowed(text)
    } else {
        let blank = |c: char| if !is_allowed(c) && c.is_whitespace() { ' ' } else { c };
        Cow::Owned(text.chars().map(blank).filter(|c| is_allowed(*c)).collect())
    }
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{7e}' | '\u{a0}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffc}')
        || (c > '\u{ffff}' && u32::from(c) & 0xfffe != 0xfffe)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let body = Xml::document("t", &[("a", text), ("b", "")], |xml| xml.text("e", &[], text));
        let body = String::from_utf8(body).unwrap();
        let inner = body.strip_prefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n").unwrap();
        assert_eq!(inner, expected, "{text:?}");
    }

    #[test]
    fn everything_is_escaped_and_nothing_forbidden_passes() {
        check("a<b>&c", "<t a=\"a&lt;b&gt;&amp;c\">\n <e>a&lt;b&gt;&amp;c</e>\n</t>\n");
        check("]]>\u{0}\u{1f}\u{fffe}\u{ffff}", "<t a=\"]]&gt;\">\n <e>]]&gt;</e>\n</t>\n");
        check("a\u{b}b\u{85}c", "<t a=\"a b c\">\n <e>a b c</e>\n</t>\n");
        check("\"'", "<t a=\"&quot;&apos;\">\n <e>\"'</e>\n</t>\n");
        check("شمس 🗞", "<t a=\"شمس 🗞\">\n <e>شمس 🗞</e>\n</t>\n");
        check("", "<t>\n <e/>\n</t>\n");
    }

    #[test]
    fn titles_in_numeric_references() {
        let body = Xml::document("t", &[], |xml| xml.numeric_text("e", "AT&T <up>"));
        assert!(String::from_utf8(body).unwrap().contains("<e>AT&#38;T &#60;up&#62;</e>"));
    }
}
