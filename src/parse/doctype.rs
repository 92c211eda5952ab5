//! The entities that a DOCTYPE's internal subset declares. Only plain text counts: what refers to other entities
//! ("billion laughs") or to files (external entities) is left alone, so that nothing grows and nothing is fetched.

use super::references::{self, Declared};

/// More than any honest feed declares.
const MAX_ENTITIES: usize = 300;
const MAX_VALUE: usize = 256;

pub(super) fn entities(doctype: &str) -> Declared<'_> {
    let pieces = doctype.split("<!ENTITY").skip(1).take(MAX_ENTITIES);
    pieces.filter_map(entity).collect()
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
        let mut found: Vec<_> = entities(doctype).into_iter().collect();
        found.sort();
        let found: Vec<_> = found.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn only_plain_values_count() {
        check("<!DOCTYPE rss [<!ENTITY nbsp \"&#160;\"> <!ENTITY co 'Ltd'>]>", &[("co", "Ltd"), ("nbsp", "\u{a0}")]);
        check("<!DOCTYPE rss [<!ENTITY a SYSTEM 'file:///etc/passwd'> <!ENTITY b \"&a;&a;\">]>", &[]);
    }
}
