//! Text constructs of every dialect: what they hold, and what kind of text it is.

use url::Url;

use super::markup;
use crate::{
    model::{Text, TextKind},
    parse::{
        names::Space,
        tree::{Child, Element},
    },
};

/// What an element without a type holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::parse) enum Default {
    Text,
    Html,
    /// HTML if it looks like it: RSS never said what its titles are.
    Guess,
}

/// None for an element that says nothing. `base` is the one in force inside of it.
pub(in crate::parse) fn read(element: Element<'_, '_>, default: Default, base: Option<&Url>) -> Option<Text> {
    let declared = element.value("type").map(|kind| kind.to_ascii_lowercase());
    let declared = declared.as_deref().map(|kind| kind.split(';').next().unwrap_or(kind).trim());
    let mode = element.value("mode").map(|mode| mode.to_ascii_lowercase());
    let (value, kind) = if element.has_markup() {
        naked(element, declared, base)
    } else {
        let text = element.text();
        match decoded(&text, declared, mode.as_deref()) {
            Some(decoded) => typed(decoded, declared, Default::Guess),
            None => typed(text.trim().to_owned(), declared, if mode.is_some() { Default::Guess } else { default }),
        }
    };
    (!value.is_empty()).then_some(Text { value, kind, language: None, base: None })
}

fn typed(value: String, declared: Option<&str>, default: Default) -> (String, TextKind) {
    let kind = match declared {
        Some("text" | "text/plain" | "plain") => TextKind::Text,
        Some("html" | "text/html" | "xhtml" | "application/xhtml+xml") => TextKind::Html,
        Some(kind) if kind.starts_with("text/") => TextKind::Text,
        _ => match default {
            Default::Text => TextKind::Text,
            Default::Html => TextKind::Html,
            Default::Guess if crate::html::looks_like_html(&value) => TextKind::Html,
            Default::Guess => TextKind::Text,
        },
    };
    (value, kind)
}

/// Elements inside: XHTML, or HTML that somebody forgot to escape.
fn naked(element: Element<'_, '_>, declared: Option<&str>, base: Option<&Url>) -> (String, TextKind) {
    // RFC 4287 §3.1.1.3: the div is the container, not part of the text.
    let holder = match (declared, only_div(element)) {
        (Some("xhtml"), Some(div)) => div,
        // Escaped HTML in a div of its own.
        (Some("html" | "text/html"), Some(div)) if !div.has_markup() => {
            return (div.text().trim().to_owned(), TextKind::Html);
        }
        _ => element,
    };
    (markup::inner(holder, base, holder.id != element.id).trim().to_owned(), TextKind::Xhtml)
}

fn only_div<'t, 'a>(element: Element<'t, 'a>) -> Option<Element<'t, 'a>> {
    let mut inside = element.children().filter(|child| !matches!(child, Child::Text(text) if text.trim().is_empty()));
    match (inside.next(), inside.next()) {
        (Some(Child::Element(only)), None) if only.name() == "div" && !matches!(only.space(), Space::Other) => {
            Some(only)
        }
        _ => None,
    }
}

/// Atom 0.3 said `mode="base64"`; Atom 1.0 says so by a type that is neither text nor XML.
fn decoded(text: &str, declared: Option<&str>, mode: Option<&str>) -> Option<String> {
    let is_binary = declared.is_some_and(|kind| {
        kind.contains('/') && !kind.starts_with("text/") && !kind.ends_with("+xml") && !kind.ends_with("/xml")
    });
    if mode != Some("base64") && (mode.is_some() || !is_binary) {
        return None;
    }
    let bytes = base64(text)?;
    Some(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn base64(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut held) = (0u32, 0u32);
    for b in text.bytes().filter(|b| !b.is_ascii_whitespace() && *b != b'=') {
        let six = match b {
            b'A'..=b'Z' => b - b'A',
            b'a'..=b'z' => b - b'a' + 26,
            b'0'..=b'9' => b - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_with_breaks_and_without_padding() {
        assert_eq!(base64("RXhh\n bXBsZQ==").as_deref(), Some(b"Example".as_slice()));
        assert_eq!(base64("RXhhbXBsZQ").as_deref(), Some(b"Example".as_slice()));
        assert_eq!(base64("not base64!"), None);
    }
}
