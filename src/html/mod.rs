//! Sanitized bodies and plain titles: one policy for every text, whatever the feed calls its type.
//!
//! `article` calls this; `parse` asks what looks like HTML. Nothing that runs, tracks or restyles gets through; text
//! always does. Size and depth are bounded before html5ever builds its tree.

mod bounds;
pub mod entities;
mod policy;
mod prepare;

use std::borrow::Cow;

use url::Url;

pub use self::bounds::Allowance;
use crate::model::{Text, TextKind};

/// The text as safe HTML with absolute addresses.
pub fn clean(text: &Text, base: Option<&Url>) -> String {
    clean_within(text, base, &Allowance::of(text.value.len()))
}

/// The same for one of a document's texts.
pub fn clean_within(text: &Text, base: Option<&Url>, allowance: &Allowance) -> String {
    if text.kind == TextKind::Text {
        return escaped(&text.value).into_owned();
    }
    if !has_markup(&text.value) {
        return text.value.trim().to_owned();
    }
    let resolved = entities::resolved(&text.value);
    let prepared = prepare::prepared(&resolved);
    match bounds::within(&prepared, allowance) {
        Some(bounded) => policy::clean(&bounded, base).trim().to_owned(),
        None => bounds::flattened(&prepared),
    }
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
            let bounded = bounds::within(&prepared, allowance);
            folded(
                &bounded
                    .map_or_else(|| policy::unescaped(&bounds::stripped(&prepared)), |bounded| policy::text(&bounded)),
            )
        }
    }
}

/// The text with each run of white space as one blank.
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut push = |word: &str| {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    };
    match text.is_ascii() {
        // `split_ascii_whitespace` knows no vertical tab, which is white space.
        true => text.split(|c| matches!(c, '\t'..='\r' | ' ')).filter(|word| !word.is_empty()).for_each(&mut push),
        false => text.split_whitespace().for_each(&mut push),
    }
    folded
}

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
fn tag_name(after: &str) -> Option<&str> {
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
