//! The entities that a DOCTYPE's internal subset declares. Only plain text counts: what refers to other entities
//! ("billion laughs") or to files (external entities) is left alone, so that nothing grows and nothing is fetched.

use super::references::{self, Declared};

/// More than any honest feed declares.
const MAX_ENTITIES: usize = 300;
const MAX_VALUE: usize = 256;

/// How much longer than it is a document may become by its entities.
const MAX_GROWTH: usize = 64 << 10;

/// `text` is the whole document.
pub(super) fn entities<'a>(doctype: &'a str, text: &str) -> Declared<'a> {
    let pieces = doctype.split("<!ENTITY").skip(1).take(MAX_ENTITIES);
    let declared: Declared<'a> = pieces.filter_map(entity).collect();
    let longest = declared.values().map(String::len).max().unwrap_or(0);
    let references = memchr::memchr_iter(b'&', text.as_bytes()).count();
    if longest * references <= MAX_GROWTH + text.len() / 4 {
        return declared;
    }
    declared.into_iter().filter(|(name, value)| value.len() <= name.len() + "&;".len()).collect()
}

/// ` name "value">…`
fn entity(text: &str) -> Option<(&str, String)> {
    let (name, rest) = text.trim_start().split_once(|c: char| c.is_whitespace())?;
    let rest = rest.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = rest[1..].split(quote).next()?;
    let value = references::resolve(value, &Declared::default());
    (value.len() <= MAX_VALUE && !value.contains(['&', '<', '%'])).then(|| (name, value.into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(doctype: &str, expected: &[(&str, &str)]) {
        let mut found: Vec<_> = entities(doctype, doctype).into_iter().collect();
        found.sort();
        let found: Vec<_> = found.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn only_plain_values_count() {
        check("<!DOCTYPE rss [<!ENTITY nbsp \"&#160;\"> <!ENTITY co 'Ltd'>]>", &[("co", "Ltd"), ("nbsp", "\u{a0}")]);
        check("<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'> <!ENTITY b \"&a;&a;\">]>", &[]);
    }
    #[test]
    fn a_document_does_not_grow_by_its_entities() {
        let declared = format!("<!DOCTYPE rss [<!ENTITY long \"{}\"> <!ENTITY co 'Ltd'>]>", "a".repeat(200));
        assert_eq!(entities(&declared, &"&long;".repeat(10)).len(), 2);
        let many = entities(&declared, &"&long;".repeat(100_000));
        assert_eq!(many.keys().copied().collect::<Vec<_>>(), ["co"]);
    }
}
