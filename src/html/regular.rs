//! Markup that is regular already, which most bodies are: the policy applied in one pass, without a tree.
//!
//! `html` asks here before it asks `policy`. Only what HTML's parser would take exactly as it stands counts: known tags written whole,
//! nested as they end, none that closes another by itself. The answer is what ammonia would give, byte for byte (a test
//! holds the two together); None for everything else.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::{Base, entities, policy};

/// What the start of an element does to those that are open.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Has no end.
    Void,
    /// Has no end, and ends a paragraph.
    Rule,
    Inline,
    Link,
    /// Ends a paragraph, as all below do.
    Paragraph,
    Block,
    List,
    Heading,
    /// An item of a list, which ends the item before it.
    Item,
}

fn kind(name: &str) -> Option<Kind> {
    Some(match name {
        "img" | "br" | "wbr" => Kind::Void,
        "hr" => Kind::Rule,
        "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "cite" | "code" | "del" | "dfn" | "em" | "font" | "i"
        | "ins" | "kbd" | "mark" | "q" | "s" | "samp" | "small" | "span" | "strike" | "strong" | "sub" | "sup"
        | "time" | "tt" | "u" | "var" => Kind::Inline,
        "a" => Kind::Link,
        "p" => Kind::Paragraph,
        "address" | "article" | "aside" | "blockquote" | "center" | "details" | "div" | "figcaption" | "figure"
        | "footer" | "header" | "hgroup" | "nav" | "section" | "summary" | "pre" => Kind::Block,
        "ul" | "ol" | "dl" => Kind::List,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Kind::Heading,
        "li" | "dt" | "dd" => Kind::Item,
        _ => return None,
    })
}

/// Most tags are of these elements: whoever searches longer lists asks here first.
pub(super) fn is_known(name: &str) -> bool {
    kind(name).is_some()
}

/// What the policy makes of the markup.
pub(super) fn cleaned(html: &str, base: &Base<'_>) -> Option<String> {
    Pass::new(html, Some(base)).run()
}

/// The text alone, references resolved.
pub(super) fn text(html: &str) -> Option<String> {
    Pass::new(html, None).run()
}

struct Pass<'h> {
    html: &'h str,
    /// Of addresses; None where only the text is wanted.
    base: Option<&'h Base<'h>>,
    open: Vec<(&'h str, Kind)>,
    /// Names of the attributes of one tag.
    names: Vec<&'h str>,
    out: String,
}

impl<'h> Pass<'h> {
    fn new(html: &'h str, base: Option<&'h Base<'h>>) -> Self {
        let out = String::with_capacity(html.len() + html.len() / 16);
        Self { html, base, open: Vec::new(), names: Vec::new(), out }
    }

    fn run(mut self) -> Option<String> {
        // The parser makes a line feed of a carriage return and drops a zero.
        if memchr2(b'\r', 0, self.html.as_bytes()).is_some() {
            return None;
        }
        let mut rest = self.html;
        while let Some(at) = memchr(b'<', rest.as_bytes()) {
            self.text(&rest[..at])?;
            rest = self.tag(&rest[at + 1..])?;
        }
        self.text(rest)?;
        // What is open at the end is ended there.
        while let Some((name, _)) = self.open.pop() {
            self.write(&["</", name, ">"]);
        }
        Some(self.out)
    }

    /// Markup, where it is kept.
    fn write(&mut self, pieces: &[&str]) {
        if self.base.is_some() {
            self.out.extend(pieces.iter().copied());
        }
    }

    fn text(&mut self, raw: &str) -> Option<()> {
        let text = entities::decoded(raw, false)?;
        match self.base.is_some() {
            // All that escaping text looks for; U+00A0 ends in the byte A0, but few characters begin with C2.
            true => match &text {
                // It stands between tags: neither of the other two is in it.
                Cow::Borrowed(text) => push_escaped(&mut self.out, text, |bytes| memchr2(b'>', 0xC2, bytes)),
                Cow::Owned(text) => push_escaped(&mut self.out, text, |bytes| {
                    bytes.iter().position(|b| matches!(b, b'&' | b'<' | b'>' | 0xC2))
                }),
            },
            false => self.out.push_str(&text),
        }
        Some(())
    }

    /// `markup` follows a `<`; what follows its `>`.
    fn tag(&mut self, markup: &'h str) -> Option<&'h str> {
        if let Some(comment) = markup.strip_prefix("!--") {
            let (comment, rest) = comment.split_once("-->")?;
            return (!comment.starts_with(['>', '-']) && !comment.contains("--!>")).then_some(rest);
        }
        match markup.strip_prefix('/') {
            Some(end) => self.end_tag(end),
            None => self.start_tag(markup),
        }
    }

    fn end_tag(&mut self, markup: &'h str) -> Option<&'h str> {
        let (name, rest) = markup.split_once('>')?;
        // Ends what never begins, and is passed over.
        if name != "img" {
            self.open.pop().filter(|(open, _)| *open == name)?;
            self.write(&["</", name, ">"]);
        }
        Some(rest)
    }

    fn start_tag(&mut self, markup: &'h str) -> Option<&'h str> {
        let end = markup.bytes().position(|b| !b.is_ascii_lowercase() && !b.is_ascii_digit())?;
        let (name, rest) = markup.split_at(end);
        let kind = kind(name).filter(|kind| self.may_start(name, *kind))?;
        self.write(&["<", name]);
        let rest = self.attributes(name, rest)?;
        let is_void = matches!(kind, Kind::Void | Kind::Rule);
        let rest = match rest.strip_prefix('/') {
            Some(rest) => rest.strip_prefix('>').filter(|_| is_void)?,
            None => rest.strip_prefix('>')?,
        };
        self.write(&[">"]);
        if !is_void {
            self.open.push((name, kind));
        }
        // A line feed at the start of preformatted text is dropped, also where a reference or a comment hides it.
        let hides_nothing = !["\n", "&#", "<!"].iter().any(|start| rest.starts_with(start));
        (name != "pre" || hides_nothing).then_some(rest)
    }

    /// Whether the parser would close nothing before this element.
    fn may_start(&self, name: &str, kind: Kind) -> bool {
        let is_open = |wanted: Kind| self.open.iter().any(|(_, kind)| *kind == wanted);
        let parent = self.open.last();
        match kind {
            Kind::Void | Kind::Inline => true,
            Kind::Link => !is_open(Kind::Link),
            Kind::Rule | Kind::Paragraph | Kind::Block | Kind::List => !is_open(Kind::Paragraph),
            Kind::Heading => !is_open(Kind::Paragraph) && !is_open(Kind::Heading),
            Kind::Item => {
                parent.is_some_and(|(list, kind)| *kind == Kind::List && (*list == "dl") == (name != "li"))
                    && !is_open(Kind::Paragraph)
            }
        }
    }

    /// The attributes at the start of `rest`, those that the policy allows written out; what follows them.
    fn attributes(&mut self, element: &str, mut rest: &'h str) -> Option<&'h str> {
        self.names.clear();
        loop {
            let after = rest.trim_start_matches([' ', '\n', '\t']);
            if after.starts_with(['>', '/']) {
                return Some(after);
            }
            // White space must stand between two attributes.
            if after.len() == rest.len() {
                return None;
            }
            let is_in_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b'_' | b':');
            let end = after.bytes().position(|b| !is_in_name(b)).filter(|&end| end > 0)?;
            let (name, after) = after.split_at(end);
            // Of two attributes of one name the first counts.
            if self.names.contains(&name) {
                return None;
            }
            self.names.push(name);
            let Some(value) = after.strip_prefix('=') else {
                // An attribute without a value; white space before the sign is rare.
                if self.base.is_some() && policy::allows(element, name) {
                    self.attribute(name, "")?;
                }
                rest = after;
                if after.trim_start().starts_with('=') { return None } else { continue }
            };
            let quote = *value.as_bytes().first().filter(|b| matches!(b, b'"' | b'\''))?;
            let end = 1 + memchr(quote, &value.as_bytes()[1..])?;
            if self.base.is_some() && policy::allows(element, name) {
                self.attribute(name, &value[1..end])?;
            }
            rest = &value[end + 1..];
        }
    }

    fn attribute(&mut self, name: &str, raw: &str) -> Option<()> {
        let value = entities::decoded(raw, true)?;
        let value = match policy::permitted(name, &value, self.base)? {
            policy::Permitted::AsItIs => value,
            policy::Permitted::Absolute(address) => Cow::Owned(address),
            policy::Permitted::No => return Some(()),
        };
        self.out.extend([" ", name, "=\""]);
        push_escaped(&mut self.out, &value, |bytes| {
            bytes.iter().position(|b| matches!(b, b'&' | b'<' | b'>' | b'"' | 0xC2))
        });
        self.out.push('"');
        Some(())
    }
}

/// As HTML is serialized, with the marks that it escapes there.
fn push_escaped(out: &mut String, text: &str, next: impl Fn(&[u8]) -> Option<usize>) {
    let mut rest = text;
    while let Some(at) = next(rest.as_bytes()) {
        out.push_str(&rest[..at]);
        let mark = rest[at..].chars().next().unwrap_or_default();
        match mark {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{a0}' => out.push_str("&nbsp;"),
            other => out.push(other),
        }
        rest = &rest[at + mark.len_utf8()..];
    }
    out.push_str(rest);
}
