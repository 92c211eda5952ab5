//! Bounds on markup before html5ever sees it: its tree is built in time and memory that grow with depth.

use std::borrow::Cow;

/// As deep as a document may be anywhere (see `parse`).
const MAX_DEPTH: usize = 256;
/// Formatting elements left open are opened again in every paragraph after them: few may be.
const MAX_FORMATTING: usize = 16;
/// html5ever takes the square of the time for references, and for ampersands that begin none.
const MAX_AMPERSANDS: usize = 20_000;
/// One body with more tags is no article.
const MAX_TAGS: usize = 20_000;

/// End by themselves where HTML says so, or have no end: they do not nest.
const UNCOUNTED: &[&str] = &[
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "colgroup", "rt", "rp", "br", "img",
    "hr", "input", "meta", "link", "area", "base", "col", "embed", "param", "source", "track", "wbr",
];
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// The markup with what is nested too deep left out, text whole; None if there is too much of it to be markup.
pub(super) fn within(html: &str) -> Option<Cow<'_, str>> {
    let at_most = |mark: u8, limit: usize| memchr::memchr_iter(mark, html.as_bytes()).take(limit + 1).count() <= limit;
    if !at_most(b'<', MAX_TAGS) || !at_most(b'&', MAX_AMPERSANDS) {
        return None;
    }
    Some(if at_most(b'<', MAX_FORMATTING) { Cow::Borrowed(html) } else { capped(html) })
}

/// The last resort for what is no longer markup but an attack: all between `<` and `>` goes, references stay.
pub(super) fn flattened(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 4);
    let mut pieces = html.split('<');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        text.push_str(piece.split_once('>').map_or("", |(_, after)| after));
    }
    with_whole_references(&text).replace('>', "&gt;")
}

/// Every ampersand that begins no whole reference written as one.
fn with_whole_references(html: &str) -> String {
    let mut pieces = html.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let name = piece.trim_start_matches('#');
        let end = name.bytes().take(32).position(|b| !b.is_ascii_alphanumeric()).unwrap_or(0);
        let is_whole = end > 0 && name[end..].starts_with(';');
        out.push_str(if is_whole { "&" } else { "&amp;" });
        out.push_str(piece);
    }
    out
}

/// Open elements by name are only counted: an end tag takes one away, whatever it ends.
fn capped(html: &str) -> Cow<'_, str> {
    let (mut depth, mut formatting, mut dropped) = (0usize, 0usize, 0usize);
    let mut out: Option<String> = None;
    let mut copied = 0;
    for at in memchr::memchr_iter(b'<', html.as_bytes()) {
        if at < copied {
            continue;
        }
        let rest = &html[at + 1..];
        let Some(name) = super::tag_name(rest) else { continue };
        let is = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
        if is(UNCOUNTED) {
            continue;
        }
        let is_formatting = is(FORMATTING);
        if rest.starts_with('/') {
            if dropped > 0 {
                dropped -= 1;
            } else {
                depth = depth.saturating_sub(1);
                formatting = formatting.saturating_sub(usize::from(is_formatting));
                continue;
            }
        } else if depth < MAX_DEPTH && (!is_formatting || formatting < MAX_FORMATTING) {
            depth += 1;
            formatting += usize::from(is_formatting);
            continue;
        } else {
            dropped += 1;
        }
        let out = out.get_or_insert_with(|| String::with_capacity(html.len()));
        out.push_str(&html[copied..at]);
        copied = rest.find('>').map_or(html.len(), |end| at + 1 + end + 1);
    }
    match out {
        Some(mut out) => {
            out.push_str(&html[copied..]);
            Cow::Owned(out)
        }
        None => Cow::Borrowed(html),
    }
}
