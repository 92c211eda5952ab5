//! Sanitized bodies and plain titles: one policy for every text, whatever the feed calls its type.
//!
//! `article` calls this; `parse` asks what looks like HTML. Nothing that runs, tracks or restyles gets through; text
//! always does. Size and depth are bounded before html5ever builds its tree.

mod bounds;
pub mod entities;
mod policy;
mod prepare;
mod regular;

use std::{borrow::Cow, cell::OnceCell};

use url::Url;

pub use self::bounds::Allowance;
use self::bounds::Marks;
use crate::{
    address,
    model::{Text, TextKind},
};

/// What relative addresses start from. Most texts have none: it is parsed when the first one asks.
pub struct Base<'a> {
    address: Option<&'a str>,
    otherwise: Option<&'a Url>,
    parsed: OnceCell<Option<Url>>,
}

impl<'a> Base<'a> {
    /// The address if it can be a base, else the other one.
    pub fn of(address: Option<&'a str>, otherwise: Option<&'a Url>) -> Self {
        Self { address, otherwise, parsed: OnceCell::new() }
    }

    fn url(&self) -> Option<&Url> {
        let parse = || self.address.and_then(|address| Url::parse(address).ok()).and_then(address::base);
        self.parsed.get_or_init(parse).as_ref().or(self.otherwise)
    }
}

/// The text as safe HTML with absolute addresses.
pub fn clean(text: &Text, base: Option<&Url>) -> String {
    clean_within(text, &Base::of(None, base), &Allowance::of(text.value.len()))
}

/// The same for one of a document's texts.
pub fn clean_within(text: &Text, base: &Base<'_>, allowance: &Allowance) -> String {
    if text.kind == TextKind::Text {
        return escaped(&text.value).into_owned();
    }
    if !has_markup(&text.value) {
        return text.value.trim().to_owned();
    }
    let Some(mut cleaned) = once(&text.value, base, &allowance.first) else {
        return bounds::flattened(&prepare::prepared(&text.value));
    };
    for _ in 1..MAX_ROUNDS {
        let Cleaned { html, is_settled: false } = &cleaned else { break };
        let Some(again) = once(html, base, &allowance.again) else { break };
        cleaned = Cleaned { is_settled: again.is_settled || again.html == *html, ..again };
    }
    cleaned.html
}

/// Misnested markup, once cleaned, may nest otherwise when it is read again, as every reader does: it is cleaned until
/// it stays as it is. Two rounds nearly always do.
const MAX_ROUNDS: usize = 4;

struct Cleaned {
    html: String,
    /// Cleaned again it surely stays as it is.
    is_settled: bool,
}

/// None if that is more markup than the document may have.
fn once(html: &str, base: &Base<'_>, allowance: &Marks) -> Option<Cleaned> {
    let resolved = entities::resolved(html);
    let prepared = prepare::prepared(&resolved);
    let bounded = bounds::within(&prepared, allowance)?;
    let (html, is_settled) = match regular::cleaned(&bounded, base) {
        Some(html) => (html, true),
        None => (policy::clean(&bounded, base.url()), false),
    };
    let trimmed = html.trim();
    let html = if trimmed.len() == html.len() { html } else { trimmed.to_owned() };
    Some(Cleaned { html, is_settled })
}

/// The text without markup, references resolved, white space folded.
pub fn plain_text(text: &Text) -> String {
    plain_text_within(text, &Allowance::of(text.value.len()))
}

/// The same for one of a document's texts.
pub fn plain_text_within(text: &Text, allowance: &Allowance) -> String {
    match text.kind {
        TextKind::Text => folded(&text.value),
        TextKind::Html | TextKind::Xhtml if !has_markup(&text.value) => folded(&text.value),
        TextKind::Html | TextKind::Xhtml => {
            let resolved = entities::resolved(&text.value);
            let prepared = prepare::prepared(&resolved);
            let bounded = bounds::within(&prepared, &allowance.first);
            folded(&match bounded {
                Some(bounded) => regular::text(&bounded).unwrap_or_else(|| policy::text(&bounded)),
                None => policy::unescaped(&bounds::stripped(&prepared)),
            })
        }
    }
}

/// The text with each run of white space as one blank, and none at its ends. What needs no change is copied in one piece.
pub fn folded(text: &str) -> String {
    let bytes = text.as_bytes();
    let may_be_white = |at: usize| bytes.get(at).is_none_or(|byte| MAY_BE_WHITE[usize::from(*byte)]);
    let mut folded = String::new();
    let mut push = |piece: &str| {
        if folded.is_empty() {
            folded.reserve(text.len());
        } else if !piece.is_empty() {
            folded.push(' ');
        }
        folded.push_str(piece);
    };
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        if !may_be_white(at) {
            at += 1;
        } else if bytes[at] == b' ' && at > from && !may_be_white(at + 1) {
            at += 2;
        } else {
            match text[at..].chars().next().filter(|c| c.is_whitespace()) {
                Some(white) => {
                    push(&text[from..at]);
                    at += white.len_utf8();
                    from = at;
                }
                None => at += 1,
            }
        }
    }
    if from == 0 {
        return text.to_owned();
    }
    push(&text[from..]);
    folded
}

/// The first bytes of all characters with the property White_Space, and of some others.
const MAY_BE_WHITE: [bool; 256] = {
    let mut table = [false; 256];
    let firsts = [b' ', b'\t', b'\n', 0x0b, 0x0c, b'\r', 0xc2, 0xe1, 0xe2, 0xe3];
    let mut at = 0;
    while at < firsts.len() {
        table[firsts[at] as usize] = true;
        at += 1;
    }
    table
};

fn has_markup(text: &str) -> bool {
    memchr::memchr2(b'<', b'&', text.as_bytes()).is_some()
}

fn escaped(text: &str) -> Cow<'_, str> {
    if memchr::memchr3(b'<', b'>', b'&', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

/// Whether text of no known type is HTML: it must close a tag or name a character, and hold no tag that HTML lacks.
pub fn looks_like_html(text: &str) -> bool {
    if !has_markup(text) {
        return false;
    }
    let mut tags = text.split('<').skip(1).filter_map(tag_name).peekable();
    let any_tag = tags.peek().is_some();
    if tags.any(|name| !policy::is_html(name)) {
        return false;
    }
    any_tag && (text.contains("</") || text.contains("/>") || text.contains("<br")) || has_reference(text)
}

/// The name of the tag that `after` (what follows a '<') begins with.
pub(crate) fn tag_name(after: &str) -> Option<&str> {
    let after = after.strip_prefix('/').unwrap_or(after);
    let end = after.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(after.len());
    (end > 0 && after.starts_with(|c: char| c.is_ascii_alphabetic())).then(|| &after[..end])
}

fn has_reference(text: &str) -> bool {
    let is_reference = |piece: &str| {
        let Some((name, _)) = piece.split_once(';') else { return false };
        match name.strip_prefix('#') {
            Some(number) => {
                !number.is_empty() && number.trim_start_matches(['x', 'X']).bytes().all(|b| b.is_ascii_hexdigit())
            }
            None => entities::named(name).is_some(),
        }
    };
    text.split('&').skip(1).any(is_reference)
}

#[cfg(test)]
mod tests;
