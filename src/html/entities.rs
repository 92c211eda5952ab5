//! What HTML calls characters.

use std::borrow::Cow;

use markup5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};

use super::bounds::MAX_AMPERSANDS;

/// The characters of this name (without `&` and `;`).
pub fn named(name: &str) -> Option<String> {
    ended(&format!("{name};"))
}

/// The same with its semicolon.
fn ended(name: &str) -> Option<String> {
    let (first, second) = NAMED_ENTITIES.get(name)?;
    Some([*first, *second].into_iter().filter(|&number| number != 0).filter_map(char::from_u32).collect())
}

/// The numbers 128 to 159 mean the characters of windows-1252 wherever they are used.
pub fn windows_1252(number: u32) -> Option<char> {
    number.checked_sub(0x80).and_then(|index| C1_REPLACEMENTS.get(index as usize).copied().flatten())
}

/// No reference is longer ("&CounterClockwiseContourIntegral;"); what runs on is no reference.
pub const MAX_NAME: usize = 40;

/// What follows `#` in a reference. A number past u32 names no character, as 0 does.
pub fn number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16),
        None => (text, 10),
    };
    // `from_str_radix` would take a sign.
    let all_digits = !digits.is_empty() && digits.chars().all(|c| c.is_digit(radix));
    all_digits.then(|| u32::from_str_radix(digits, radix).unwrap_or(0))
}

/// The markup with its references to characters beyond ASCII as these characters, and with ampersands that begin no
/// reference written as such: html5ever takes far longer for either. What could be markup stays a reference.
pub(super) fn resolved(html: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let (mut copied, mut bare) = (0, 0);
    for at in memchr::memchr_iter(b'&', html.as_bytes()) {
        let rest = &html[at + 1..];
        let name = rest.bytes().take(MAX_NAME).position(|b| !b.is_ascii_alphanumeric() && b != b'#').unwrap_or(0);
        let (length, replacement) = match rest.as_bytes().get(name) {
            _ if name == 0 => (1, Some(Cow::Borrowed("&amp;"))),
            Some(b';') => (name + 2, character(&rest[..=name]).map(Cow::Owned)),
            _ => continue,
        };
        bare += usize::from(name == 0);
        // Too many for `bounds` in any form: it need not become five times as long first.
        if bare > MAX_AMPERSANDS {
            return Cow::Borrowed(html);
        }
        if let Some(replacement) = replacement {
            out.push_str(&html[copied..at]);
            out.push_str(&replacement);
            copied = at + length;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

/// What the reference stands for, if that is beyond ASCII; `reference` ends in its semicolon.
fn character(reference: &str) -> Option<String> {
    if matches!(reference, "amp;" | "lt;" | "gt;" | "quot;" | "apos;") {
        return None;
    }
    let text = match reference.strip_prefix('#') {
        None => ended(reference)?,
        Some(digits) => {
            let number = number(digits.trim_end_matches(';'))?;
            windows_1252(number).or_else(|| char::from_u32(number))?.to_string()
        }
    };
    text.chars().all(|c| c >= '\u{A0}').then_some(text)
}

/// The text with the few references that `resolved` leaves resolved; None if it holds others.
pub(super) fn decoded(raw: &str, is_attribute: bool) -> Option<Cow<'_, str>> {
    let Some(first) = memchr::memchr(b'&', raw.as_bytes()) else { return Some(Cow::Borrowed(raw)) };
    let mut out = String::with_capacity(raw.len());
    out.push_str(&raw[..first]);
    let mut rest = &raw[first..];
    while let Some(reference) = rest.strip_prefix('&') {
        let end = reference.bytes().position(|b| !b.is_ascii_alphanumeric() && b != b'#').unwrap_or(reference.len());
        let (name, after) = reference.split_at(end);
        let (character, after) = match after.strip_prefix(';') {
            Some(after) => (of_ascii(name)?, after),
            // The next key of a query.
            None if is_attribute && after.starts_with('=') && !name.contains('#') => ('&', reference),
            None if name.contains('#') || begins_old_name(name) => return None,
            None => ('&', reference),
        };
        out.push(character);
        let next = memchr::memchr(b'&', after.as_bytes()).unwrap_or(after.len());
        out.push_str(&after[..next]);
        rest = &after[next..];
    }
    Some(Cow::Owned(out))
}

fn of_ascii(name: &str) -> Option<char> {
    Some(match name {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        _ => char::from_u32(number(name.strip_prefix('#')?)?).filter(|c| matches!(c, ' '..='~'))?,
    })
}

/// Whether the text begins with a name that HTML takes without a semicolon too ("&copy 2024").
fn begins_old_name(text: &str) -> bool {
    let is_name = |name: &str| NAMED_ENTITIES.get(name).is_some_and(|(first, _)| *first != 0);
    (2..=LONGEST_OLD_NAME).any(|length| text.get(..length).is_some_and(is_name))
}

const LONGEST_OLD_NAME: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_cannot_be_markup_is_resolved() {
        for (html, expected) in [
            ("caf&eacute; &#8217;&#x1F600; &#147;a&#148;", "café ’😀 “a”"),
            ("&lt;b&gt; &amp;eacute; &#60; &quot;&#39;", "&lt;b&gt; &amp;eacute; &#60; &quot;&#39;"),
            ("Q & A && &; &", "Q &amp; A &amp;&amp; &amp;; &amp;"),
            ("&copy 2024 &unknown; &#0; &#;", "&copy 2024 &unknown; &#0; &#;"),
        ] {
            assert_eq!(resolved(html), expected, "{html}");
        }
    }
}
