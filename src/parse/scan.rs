//! Text to markup tokens, whatever its state: the scanner never fails and always moves on.
//!
//! `tree` calls this. Unlike a conforming parser it takes what cannot be markup for text, and ends what never ends
//! where it does the least harm; each time it notes the fault.

use memchr::{memchr, memchr3, memmem};

use super::fault::{Fault, Faults};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// An element begins; its attributes are in `Scanner::attributes`.
    Start {
        name: &'a str,
        empty: bool,
    },
    End {
        name: &'a str,
    },
    /// References unresolved.
    Text(&'a str),
    Cdata(&'a str),
    Doctype(&'a str),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct RawAttribute<'a> {
    pub(super) name: &'a str,
    /// References unresolved.
    pub(super) value: &'a str,
}

pub(super) struct Scanner<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) faults: Faults,
    /// Of the element that began last.
    pub(super) attributes: Vec<RawAttribute<'a>>,
    /// End marks that were looked for in vain: looking again would cost the square of the document's length.
    absent: Vec<&'static str>,
    doctype_seen: bool,
}

/// More attributes on one element than any honest feed has.
const MAX_ATTRIBUTES: usize = 256;

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, faults: Faults::default(), attributes: Vec::new(), absent: Vec::new(), doctype_seen: false }
    }

    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Takes the rest up to `end` (an offset into it).
    fn take(&mut self, end: usize) -> &'a str {
        let taken = &self.text[self.at..self.at + end];
        self.at += end;
        taken
    }

    /// Where `mark` stands in the rest.
    fn find(&mut self, mark: &'static str) -> Option<usize> {
        if self.absent.contains(&mark) {
            return None;
        }
        let found = memmem::find(self.rest().as_bytes(), mark.as_bytes());
        if found.is_none() {
            self.absent.push(mark);
        }
        found
    }

    /// The next token; None at the end. `open` is the name of the innermost open element, where a broken CDATA
    /// section is taken to end.
    pub(super) fn next(&mut self, open: Option<&str>) -> Option<Token<'a>> {
        loop {
            let rest = self.rest();
            if rest.is_empty() {
                return None;
            }
            let token = if !rest.starts_with('<') {
                let end = memchr(b'<', rest.as_bytes()).unwrap_or(rest.len());
                Some(Token::Text(self.take(end)))
            } else if let Some(inner) = rest.strip_prefix("<!") {
                self.declaration(inner, open)
            } else if rest.starts_with("<?") {
                self.instruction();
                None
            } else if let Some(inner) = rest.strip_prefix("</") {
                self.end_tag(inner)
            } else {
                self.start_tag()
            };
            if token.is_some() {
                return token;
            }
        }
    }

    /// `<!-- … -->`, `<![CDATA[ … ]]>`, `<!DOCTYPE … >`, or nothing that XML knows here.
    fn declaration(&mut self, inner: &'a str, open: Option<&str>) -> Option<Token<'a>> {
        if inner.starts_with("--") {
            self.comment();
            return None;
        }
        let is = |word: &str| inner.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
        if is("[CDATA[") {
            if !inner.starts_with("[CDATA[") {
                self.faults.add(Fault::Cdata);
            }
            return Some(self.cdata(open));
        }
        if is("DOCTYPE") && !self.doctype_seen {
            self.doctype_seen = true;
            let end = doctype_end(self.rest());
            return Some(Token::Doctype(self.take(end)));
        }
        self.faults.add(Fault::BareLessThan);
        self.skip_tag();
        None
    }

    fn comment(&mut self) {
        self.at += "<!--".len();
        match self.find("-->") {
            Some(end) => self.at += end + "-->".len(),
            None => {
                self.faults.add(Fault::Comment);
                self.skip_tag();
            }
        }
    }

    fn skip_tag(&mut self) {
        let rest = self.rest();
        self.at += memchr(b'>', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
    }

    /// A section without an end stops before the end tag of the element it stands in, else at the end of the text.
    fn cdata(&mut self, open: Option<&str>) -> Token<'a> {
        self.at += "<![CDATA[".len();
        if let Some(end) = self.find("]]>") {
            let content = self.take(end);
            self.at += 3;
            return Token::Cdata(content);
        }
        let rest = self.rest();
        self.faults.add(Fault::Cdata);
        let end_tag = open.and_then(|name| rest.find(&format!("</{name}")));
        let content = self.take(end_tag.unwrap_or(rest.len()));
        Token::Cdata(content.strip_suffix("]]").unwrap_or(content))
    }

    /// A processing instruction, dropped. An XML declaration is one, at the start of the document only.
    fn instruction(&mut self) {
        let rest = self.rest();
        if rest.starts_with("<?xml") && rest[5..].starts_with([' ', '\t', '\r', '\n']) {
            self.faults.add(Fault::Declaration);
        }
        let tag_end = memchr(b'>', rest.as_bytes()).map_or(rest.len(), |at| at + 1);
        let end = self.find("?>").map_or(tag_end, |at| at + 2);
        // A declaration that ends in `>` alone must not swallow the document up to the next `?>`.
        let swallows = memchr(b'<', &rest.as_bytes()[1..end.max(1)]).is_some();
        if swallows {
            self.faults.add(Fault::Declaration);
        }
        self.take(if swallows { tag_end } else { end });
    }

    fn end_tag(&mut self, inner: &'a str) -> Option<Token<'a>> {
        let name = name(inner);
        if name.is_empty() {
            return Some(self.literal());
        }
        let after = inner[name.len()..].trim_start();
        let consumed = self.text.len() - self.at - after.len();
        match after.strip_prefix('>') {
            Some(_) => self.at += consumed + 1,
            // `</title` before the next tag: ended all the same.
            None => {
                self.faults.add(Fault::EndTag);
                let end = after.find(['<', '>']).unwrap_or(after.len());
                let closed = after[end..].starts_with('>');
                self.at += consumed + end + usize::from(closed);
            }
        }
        Some(Token::End { name })
    }

    /// A `<` that begins no markup is text.
    fn literal(&mut self) -> Token<'a> {
        self.faults.add(Fault::BareLessThan);
        let rest = self.rest();
        let end = memchr(b'<', &rest.as_bytes()[1..]).map_or(rest.len(), |at| at + 1);
        Token::Text(self.take(end))
    }

    fn start_tag(&mut self) -> Option<Token<'a>> {
        let inner = &self.rest()[1..];
        let name = name(inner);
        if name.is_empty() {
            return Some(self.literal());
        }
        self.attributes.clear();
        let mut rest = &inner[name.len()..];
        let empty = loop {
            rest = rest.trim_start();
            match rest.bytes().next() {
                Some(b'>') => {
                    rest = &rest[1..];
                    break false;
                }
                Some(b'/') if rest[1..].starts_with('>') => {
                    rest = &rest[2..];
                    break true;
                }
                // Cut off, or a new tag: this one ends here.
                None | Some(b'<') => {
                    self.faults.add(Fault::Unclosed);
                    break false;
                }
                _ => rest = self.attribute(rest),
            }
        };
        self.at = self.text.len() - rest.len();
        Some(Token::Start { name, empty })
    }

    /// One attribute at the start of `rest`; what follows it.
    fn attribute(&mut self, rest: &'a str) -> &'a str {
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '<' | '/')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let Some(value_at) = after.trim_start().strip_prefix('=').map(str::trim_start) else {
            self.faults.add(Fault::Attribute);
            // Nothing that could be a name: step over it, so that the scan moves on.
            return if name.is_empty() { skip_character(rest) } else { after };
        };
        let (value, after) = self.value(value_at);
        let refused = self.attributes.len() >= MAX_ATTRIBUTES || self.attributes.iter().any(|known| known.name == name);
        if name.is_empty() || refused || !is_name(name) {
            self.faults.add(Fault::Attribute);
        } else {
            self.attributes.push(RawAttribute { name, value });
        }
        after
    }

    fn value(&mut self, rest: &'a str) -> (&'a str, &'a str) {
        let quote = rest.bytes().next().filter(|b| matches!(b, b'"' | b'\''));
        let closing = quote.and_then(|quote| memchr(quote, &rest.as_bytes()[1..]));
        let Some(closing) = closing else { return self.unquoted(rest.trim_start_matches(['"', '\''])) };
        let (value, after) = (&rest[1..=closing], &rest[closing + 2..]);
        let ends_well = after.starts_with(|c: char| c.is_whitespace() || matches!(c, '>' | '/' | '?'));
        if memchr(b'<', value.as_bytes()).is_some() {
            self.faults.add(Fault::Attribute);
            if !ends_well || value.contains("</") {
                return self.unquoted(&rest[1..]);
            }
        } else if !ends_well {
            self.faults.add(Fault::Attribute);
        }
        (value, after)
    }

    fn unquoted(&mut self, rest: &'a str) -> (&'a str, &'a str) {
        self.faults.add(Fault::Attribute);
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '>' | '<' | '"' | '\'')).unwrap_or(rest.len());
        // `<a href=x/>` is an empty element, `href=http://x/` is not.
        let end = if rest[..end].ends_with('/') && rest[end..].starts_with('>') { end - 1 } else { end };
        let (value, after) = rest.split_at(end);
        (value, after.strip_prefix(['"', '\'']).unwrap_or(after))
    }
}

fn skip_character(text: &str) -> &str {
    let mut characters = text.chars();
    characters.next();
    characters.as_str()
}

/// The name that `text` begins with, or nothing.
fn name(text: &str) -> &str {
    let end = match text.bytes().position(|b| !(b.is_ascii_alphanumeric() || matches!(b, b':' | b'-' | b'_' | b'.'))) {
        Some(end) if text.as_bytes()[end] < 0x80 => end,
        None => text.len(),
        Some(_) => text.find(|c: char| !(c.is_alphanumeric() || ":-_.".contains(c))).unwrap_or(text.len()),
    };
    let name = &text[..end];
    if name.starts_with(|c: char| c.is_alphabetic() || c == '_') { name } else { "" }
}

fn is_name(text: &str) -> bool {
    name(text).len() == text.len()
}

/// Where a DOCTYPE with its internal subset ends.
fn doctype_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut inside) = (0, false);
    while let Some(step) = memchr3(b'[', b']', b'>', &bytes[at..]) {
        at += step + 1;
        match bytes[at - 1] {
            b'[' => inside = true,
            b']' => inside = false,
            _ if !inside => return at,
            _ => {}
        }
    }
    // The subset never ends: the DOCTYPE ends with its first tag.
    memchr(b'>', bytes).map_or(text.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens written shortly: `+name{attribute=value}`, `-name`, `/` after an empty one, text quoted.
    fn shorthand(text: &str) -> (String, Vec<&'static str>) {
        let mut scanner = Scanner::new(text);
        let mut out = Vec::new();
        while let Some(token) = scanner.next(Some("t")) {
            out.push(match token {
                Token::Start { name, empty } => {
                    let list: Vec<_> =
                        scanner.attributes.iter().map(|a| format!("{{{}={}}}", a.name, a.value)).collect();
                    format!("+{name}{}{}", list.concat(), if empty { "/" } else { "" })
                }
                Token::End { name } => format!("-{name}"),
                Token::Text(text) => format!("'{text}'"),
                Token::Cdata(text) => format!("[{text}]"),
                Token::Doctype(_) => "!".to_owned(),
            });
        }
        (out.join(" "), scanner.faults.names().collect())
    }

    fn check(text: &str, expected: &str, faults: &[&str]) {
        assert_eq!(shorthand(text), (expected.to_owned(), faults.to_vec()), "{text}");
    }

    #[test]
    fn clean_markup_has_no_faults() {
        check("<a b=\"1\" c='2'>x<d/></a >", "+a{b=1}{c=2} 'x' +d/ -a", &[]);
        check("<!DOCTYPE a [<!ENTITY b \"c\">]><a><!-- <x> --><?p q?><![CDATA[<y>]]></a>", "! +a [<y>] -a", &[]);
    }

    #[test]
    fn broken_markup_is_read_as_far_as_it_goes() {
        check("1 < 2 <3", "'1 ' '< 2 ' '<3'", &["bare less-than sign"]);
        check("<a b=1 c>", "+a{b=1}", &["malformed attribute"]);
        check("<a b=x/>", "+a{b=x}/", &["malformed attribute"]);
        check("<a b='1' b='2'>", "+a{b=1}", &["malformed attribute"]);
        check("<a b=\"1\"c=\"2\">", "+a{b=1}{c=2}", &["malformed attribute"]);
        check("<a b=\"x>y</a><a c=\"z\">", "+a{b=x} 'y' -a +a{c=z}", &["malformed attribute"]);
        check("<a b=\"x<br />y\">", "+a{b=x<br />y}", &["malformed attribute"]);
        check("<a", "+a", &["unclosed element"]);
        check("<a <b>", "+a +b", &["unclosed element"]);
        check("<t>x</t <u>", "+t 'x' -t +u", &["mismatched end tag"]);
        check("<![CDATA[x</t><u>", "[x] -t +u", &["broken CDATA section"]);
        check("<![cdata[x]]>", "[x]", &["broken CDATA section"]);
        check("<!-- x ><a>", "+a", &["broken comment"]);
        check("<a/><?xml version='1.0'?>", "+a/", &["misplaced XML declaration"]);
        check("<!x><a>", "+a", &["bare less-than sign"]);
        check("<!DOCTYPE a [ ><a>", "! +a", &[]);
    }
}
