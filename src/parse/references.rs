//! Character and entity references: `&amp;`, `&#233;`, `&eacute;`.
//!
//! XML knows five names and aborts at any other; feeds use all that HTML knows, and bare ampersands. The tree builder
//! asks `fault` once for each text; whoever reads the text asks `resolve`.

use std::{borrow::Cow, collections::HashMap};

use super::fault::Fault;
use crate::html::entities;

/// Entities that the document's own DOCTYPE declares, already resolved. Bounded by `doctype`.
pub(super) type Declared<'a> = HashMap<&'a str, String>;

/// A reference at the start of `text` (which starts with '&'): what it stands for, and its length in bytes.
struct Reference<'a> {
    value: Value<'a>,
    length: usize,
}

enum Value<'a> {
    Character(u32),
    Name(&'a str),
}

fn reference(text: &str) -> Option<Reference<'_>> {
    let bytes = text.as_bytes();
    // Nearly all are one of these.
    let usual = match bytes {
        [_, b'l' | b'g', b't', b';', ..] => 3,
        [_, b'a', b'm', b'p', b';', ..] => 4,
        [_, b'q', b'u', b'o', b't', b';', ..] => 5,
        _ => 0,
    };
    if usual > 0 {
        return Some(Reference { value: Value::Name(&text[1..usual]), length: usual + 1 });
    }
    // What begins the next reference, or nothing that a reference has, ends the search at once.
    let ends = |b: u8| b == b';' || b == b'&' || b == b' ' || b == b'<';
    let end =
        1 + bytes.iter().skip(1).take(entities::MAX_NAME).position(|&b| ends(b)).filter(|&at| bytes[at + 1] == b';')?;
    let body = &text[1..end];
    let value = match body.strip_prefix('#') {
        Some(number) => Value::Character(entities::number(number)?),
        None => Value::Name(Some(body).filter(|name| is_name(name))?),
    };
    Some(Reference { value, length: end + 1 })
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_alphanumeric() || "._-:".contains(c))
}

/// The first thing about the references of this text that an XML parser would refuse or leave as it stands.
pub(super) fn fault(text: &str) -> Option<Fault> {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
        rest = &rest[at..];
        let Some(Reference { value, length }) = reference(rest) else { return Some(Fault::BareAmpersand) };
        match value {
            Value::Character(number) if !is_plain(number) => return Some(Fault::ForbiddenReference),
            Value::Name(name) if predefined(name).is_none() => return Some(Fault::UndefinedEntity),
            _ => rest = &rest[length..],
        }
    }
    None
}

/// The text with its references resolved; what is none stays as it stands.
pub(super) fn resolve<'a>(text: &'a str, declared: &Declared<'_>) -> Cow<'a, str> {
    let Some(first) = memchr::memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut resolved = String::with_capacity(text.len());
    resolved.push_str(&text[..first]);
    let mut rest = &text[first..];
    while !rest.is_empty() {
        let taken =
            reference(rest).filter(|found| push(&mut resolved, &found.value, declared)).map(|found| found.length);
        let taken = taken.unwrap_or_else(|| {
            resolved.push('&');
            1
        });
        let next = memchr::memchr(b'&', &rest.as_bytes()[taken..]).map_or(rest.len(), |at| taken + at);
        resolved.push_str(&rest[taken..next]);
        rest = &rest[next..];
    }
    Cow::Owned(resolved)
}

/// False if it stands for nothing known.
fn push(resolved: &mut String, value: &Value<'_>, declared: &Declared<'_>) -> bool {
    match value {
        Value::Character(number) => resolved.extend(character(*number)),
        Value::Name(name) => {
            let Some(text) = declared.get(name).map(|text| Cow::Borrowed(text.as_str())).or_else(|| named(name)) else {
                return false;
            };
            resolved.push_str(&text);
        }
    }
    true
}

/// Numbers 128 to 159 mean windows-1252 wherever a feed uses them. None for what XML forbids: it is dropped.
fn character(number: u32) -> Option<char> {
    entities::windows_1252(number).or_else(|| char::from_u32(number).filter(|&c| is_xml(c)))
}

fn is_plain(number: u32) -> bool {
    !(0x80..0xA0).contains(&number) && char::from_u32(number).is_some_and(is_xml)
}

/// XML 1.0 §2.2.
pub(super) fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..)
}

fn predefined(name: &str) -> Option<&'static str> {
    Some(match name {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        _ => return None,
    })
}

/// What HTML calls by this name (without `&` and `;`).
fn named(name: &str) -> Option<Cow<'static, str>> {
    if let Some(text) = predefined(name) {
        return Some(Cow::Borrowed(text));
    }
    // XHTML 1.0, which XML feeds mean, differs from HTML 5 in these two.
    match name {
        "lang" => return Some(Cow::Borrowed("\u{2329}")),
        "rang" => return Some(Cow::Borrowed("\u{232A}")),
        _ => {}
    }
    entities::named(name).map(Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str, expected_fault: Option<Fault>) {
        assert_eq!(resolve(text, &Declared::from([("co", "Ltd".to_owned())])), expected, "{text}");
        assert_eq!(fault(text), expected_fault, "{text}");
    }

    #[test]
    fn references_are_resolved_and_judged() {
        check("a &amp; b &lt;c&gt; &#233;&#xE9;", "a & b <c> éé", None);
        check("caf&eacute; &ne;", "café ≠", Some(Fault::UndefinedEntity));
        check("Q&A & more & ", "Q&A & more & ", Some(Fault::BareAmpersand));
        check("&#147;x&#148;", "\u{201c}x\u{201d}", Some(Fault::ForbiddenReference));
        check("a&#0;b&#xFFFF;&#xD800;&#99999999999;", "ab", Some(Fault::ForbiddenReference));
        check("&co; &unknown;", "Ltd &unknown;", Some(Fault::UndefinedEntity));
        check("&#X61;&#;&;", "a&#;&;", Some(Fault::BareAmpersand));
    }
}
