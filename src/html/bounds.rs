//! Bounds on markup before html5ever sees it: its tree is built in time and memory that grow with depth.

use std::{borrow::Cow, cell::Cell};

/// Deeper than any article. For every tag html5ever looks through all that are open.
const MAX_DEPTH: usize = 96;
/// Formatting elements left open are opened again in every paragraph after them: few may be.
const MAX_FORMATTING: usize = 16;
/// html5ever takes the square of the time for references, and for ampersands that begin none.
pub(super) const MAX_AMPERSANDS: usize = 5_000;
/// One body with more tags is no article.
const MAX_TAGS: usize = 20_000;
/// All texts of a document together have fewer tags and references, or more text between them: one for every 40 bytes
/// is much in real feeds.
const MAX_UNBOUNDED: usize = 5_000;
const BYTES_OF_A_TAG: usize = 20;

/// How many tags, attributes and references the texts of one document may still have: html5ever takes far more time and
/// memory for them than for text.
pub struct Allowance {
    pub(super) first: Marks,
    /// What cleaning once more may take: a quarter of it.
    pub(super) again: Marks,
}

pub(super) struct Marks(Cell<usize>);

impl Allowance {
    /// `bytes` of text in all.
    pub fn of(bytes: usize) -> Self {
        let marks = MAX_UNBOUNDED + bytes / BYTES_OF_A_TAG;
        Self { first: Marks(Cell::new(marks)), again: Marks(Cell::new(marks / 4)) }
    }
}

impl Marks {
    fn takes(&self, marks: usize) -> bool {
        let left = self.0.get().checked_sub(marks);
        self.0.set(left.unwrap_or(self.0.get()));
        left.is_some()
    }
}

/// An attribute costs a third of what a tag does; tags have one or two.
const ATTRIBUTES_OF_A_MARK: usize = 3;

/// End by themselves where HTML says so, or have no end: they do not nest.
#[rustfmt::skip]
fn is_uncounted(name: &str) -> bool {
    matches!(
        name,
        "p" | "li" | "dt" | "dd" | "tr" | "td" | "th" | "thead" | "tbody" | "tfoot" | "option" | "colgroup" | "rt"
            | "rp" | "br" | "img" | "hr" | "input" | "meta" | "link" | "area" | "base" | "col" | "embed" | "param"
            | "source" | "track" | "wbr"
    )
}

#[rustfmt::skip]
fn is_formatting(name: &str) -> bool {
    matches!(
        name,
        "a" | "b" | "big" | "code" | "em" | "font" | "i" | "nobr" | "s" | "small" | "strike" | "strong" | "tt" | "u"
    )
}

/// The markup with what is nested too deep left out, text whole; None if there is too much of it to be markup.
pub(super) fn within<'h>(html: &'h str, allowance: &Marks) -> Option<Cow<'h, str>> {
    let count = |mark: u8, limit: usize| memchr::memchr_iter(mark, html.as_bytes()).take(limit + 1).count();
    let tags = count(b'<', MAX_TAGS);
    let ampersands = count(b'&', MAX_AMPERSANDS);
    let attributes = count(b'=', MAX_TAGS * ATTRIBUTES_OF_A_MARK);
    let marks = tags + ampersands + attributes / ATTRIBUTES_OF_A_MARK;
    if tags > MAX_TAGS || ampersands > MAX_AMPERSANDS || !allowance.takes(marks) {
        return None;
    }
    Some(if tags <= MAX_FORMATTING { Cow::Borrowed(html) } else { capped(html) })
}

/// The last resort for what is no longer markup but an attack: all between `<` and `>` goes, references stay.
pub(super) fn flattened(html: &str) -> String {
    with_whole_references(&stripped(html)).replace('>', "&gt;")
}

/// The same, and no markup at all.
pub(super) fn stripped(html: &str) -> String {
    let mut text = String::with_capacity(html.len() / 4);
    let mut pieces = html.split('<');
    text.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        text.push_str(piece.split_once('>').map_or("", |(_, after)| after));
    }
    text
}

/// Every ampersand that could be taken for the beginning of a reference, and is none, written as one.
fn with_whole_references(html: &str) -> String {
    let mut pieces = html.split('&');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let name = piece.trim_start_matches('#');
        let end = name.bytes().take(32).position(|b| !b.is_ascii_alphanumeric()).unwrap_or(0);
        let is_whole = end > 0 && name[end..].starts_with(';');
        let begins_none = !piece.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#');
        out.push_str(if is_whole || begins_none { "&" } else { "&amp;" });
        out.push_str(piece);
    }
    out
}

/// As most names are.
fn in_lower_case(name: &str) -> Cow<'_, str> {
    match name.bytes().any(|b| b.is_ascii_uppercase()) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
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
        let name = in_lower_case(name);
        if is_uncounted(&name) {
            continue;
        }
        let is_formatting = is_formatting(&name);
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
