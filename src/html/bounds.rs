//! Bounds on markup before html5ever sees it: its tree is built in time and memory that grow with depth.

use std::borrow::Cow;

/// As deep as a document may be anywhere (see `parse`).
const MAX_DEPTH: usize = 256;
/// Formatting elements left open are opened again in every paragraph after them: few may be.
const MAX_FORMATTING: usize = 16;
/// One body with more tags is no article.
const MAX_TAGS: usize = 50_000;

/// End by themselves where HTML says so, or have no end: they do not nest.
const UNCOUNTED: &[&str] = &[
    "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option", "colgroup", "rt", "rp", "br", "img",
    "hr", "input", "meta", "link", "area", "base", "col", "embed", "param", "source", "track", "wbr",
];
const FORMATTING: &[&str] =
    &["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

/// The markup with what is nested too deep left out, text whole; None if there is too much of it to be markup.
pub(super) fn within(html: &str) -> Option<Cow<'_, str>> {
    let tags = memchr::memchr_iter(b'<', html.as_bytes()).take(MAX_TAGS + 1).count();
    if tags < MAX_FORMATTING {
        return Some(Cow::Borrowed(html));
    }
    (tags <= MAX_TAGS).then(|| capped(html))
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
