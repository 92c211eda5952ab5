//! Bytes of a feed document to a `ParsedFeed`: every feed the world really serves.
//!
//! `decode` (bytes to text) → `tree` (text to markup, mended as it is read) → `repair` (odd vocabularies to usual ones)
//! → `middle` (feed-rs) → `supplement` (what feed-rs drops or misreads). A clean document goes to feed-rs as it
//! came, without the fields of entries that `supplement` reads.
//!
//! `poll` calls this with what was fetched; `inspect` with any file. Pure: no clock, no network, no panic. It does not
//! judge entries: addresses are resolved, dates stay as printed, markup stays unsafe. `article` does the rest.

mod codepages;
mod decode;
mod dialect;
pub mod discover;
mod doctype;
mod fault;
mod json;
mod middle;
mod names;
mod references;
mod repair;
mod scan;
mod soup;
mod supplement;
mod tree;
mod write;

use std::{ops::Range, panic::AssertUnwindSafe};

use url::Url;

pub use self::supplement::Origins;
use self::tree::{Element, Tree};
use crate::{address, model::ParsedFeed};

/// A document as it was fetched.
#[derive(Debug, Clone, Copy, Default)]
pub struct Document<'a> {
    pub bytes: &'a [u8],
    /// The HTTP header.
    pub content_type: Option<&'a str>,
    /// The address it was got from.
    pub url: Option<&'a str>,
    /// The HTTP header.
    pub content_location: Option<&'a str>,
    /// The HTTP header.
    pub content_language: Option<&'a str>,
}

/// Why a document gave no feed, in words for an operator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("the document is empty")]
    Empty,
    #[error("a web page{}, not a feed", title.as_ref().map(|title| format!(" (\u{201c}{title}\u{201d})")).unwrap_or_default())]
    Html { title: Option<String> },
    #[error("{found}, not a feed")]
    NotAFeed { found: String },
    #[error("larger than {} MiB", MAX_BYTES >> 20)]
    TooLarge,
    #[error("markup nested deeper than {} levels", tree::MAX_DEPTH)]
    TooDeep,
    #[error("the parser failed on this document: {0}")]
    Panicked(String),
}

/// More than any feed; `fetch` has a lower limit of its own.
pub const MAX_BYTES: usize = 128 << 20;

pub fn parse(document: &Document<'_>) -> Result<ParsedFeed, ParseError> {
    middle::caught(AssertUnwindSafe(|| read(document))).unwrap_or_else(|panic| Err(ParseError::Panicked(panic)))
}

fn read(document: &Document<'_>) -> Result<ParsedFeed, ParseError> {
    if document.bytes.len() > MAX_BYTES {
        return Err(ParseError::TooLarge);
    }
    if let Some(found) = binary(document.bytes) {
        return Err(ParseError::NotAFeed { found: found.to_owned() });
    }
    let decoded = decode::decode(document.bytes, document.content_type);
    let text = decoded.text.trim_start();
    let base = base(document);
    let mut feed = match text.chars().next() {
        None => return Err(ParseError::Empty),
        Some('{' | '[') => json::read(text, base.as_ref())?,
        _ => xml(text, base.as_ref()).map_err(|error| match error {
            ParseError::NotAFeed { .. } if has_zeros(document.bytes, &decoded.encoding) => {
                ParseError::NotAFeed { found: "binary data".to_owned() }
            }
            other => other,
        })?,
    };
    feed.encoding = decoded.encoding;
    feed.repairs.splice(0..0, decoded.repairs);
    feed.base = base.map(Url::into);
    feed.language = feed.language.or_else(|| document.content_language.and_then(single_language));
    Ok(feed)
}

fn xml(text: &str, base: Option<&Url>) -> Result<ParsedFeed, ParseError> {
    let mut tree = Tree::build(text)?;
    let Some((dialect, format)) = dialect::dialect(&tree) else { return Err(no_feed(&tree, text)) };
    let mut repairs: Vec<&'static str> = tree.faults.names().collect();
    repairs.extend(repair::mend(&mut tree, dialect));
    let truncated = !tree.unfinished.is_empty() || repairs.contains(&repair::SURPLUS);
    let Some(root) = tree.root() else { return Err(no_feed(&tree, text)) };
    // What feed-rs refuses in any form, `supplement` still reads.
    let mut feed = if is_dense(&tree, text) {
        ParsedFeed::default()
    } else {
        in_the_middle(text, &tree.hidden, root, &mut repairs)
    };
    supplement::complete(&mut feed, root, dialect, base, text.len());
    Ok(ParsedFeed { format, repairs, truncated, ..feed })
}

fn in_the_middle(
    text: &str,
    hidden: &[Range<u32>],
    root: Element<'_, '_>,
    repairs: &mut Vec<&'static str>,
) -> ParsedFeed {
    let as_it_came = if repairs.is_empty() { middle::read(text, hidden) } else { Err(String::new()) };
    let read = as_it_came.or_else(|refusal| {
        if !refusal.is_empty() {
            repairs.push(REFUSED);
        }
        middle::read(&write::document(root), &[])
    });
    read.unwrap_or_default()
}

/// feed-rs takes a hundred times the bytes of small elements, and five times those of ampersands once they are written
/// well; `supplement` reads both as well.
fn is_dense(tree: &Tree<'_>, text: &str) -> bool {
    let ampersands = || memchr::memchr_iter(b'&', text.as_bytes()).count();
    tree.size() > 5_000 + text.len() / 64 || ampersands() > 10_000 + text.len() / 8
}

/// feed-rs would not have it as it came; written anew it does.
const REFUSED: &str = "written anew for the parser";

/// Which element each field of each entry was taken from, for people who ask why. A JSON feed's names say it all.
pub fn origins(document: &Document<'_>) -> Vec<Origins> {
    let found = middle::caught(AssertUnwindSafe(|| {
        let decoded = decode::decode(document.bytes, document.content_type);
        let mut tree = Tree::build(decoded.text.trim_start()).ok()?;
        let (dialect, _) = dialect::dialect(&tree)?;
        repair::mend(&mut tree, dialect);
        Some(dialect::entries(tree.root()?).into_iter().map(supplement::origins).collect())
    }));
    found.ok().flatten().unwrap_or_default()
}

/// What a publisher should do about a repair that was made.
pub fn advice(repair: &str) -> Option<&'static str> {
    let other = match repair {
        decode::WRONG_CHARSET => "declare the charset that the document is in, best UTF-8",
        decode::CONTROL_CHARACTERS => "leave out control characters",
        REFUSED => "write addresses and numbers as their elements ask",
        json::VERSION => "say version https://jsonfeed.org/version/1.1",
        json::TITLE => "give the feed a title",
        json::NUMBERS => "write ids as strings",
        _ => return fault::advice(repair).or_else(|| repair::advice(repair)),
    };
    Some(other)
}

/// What relative addresses start from: Content-Location, itself relative to the document's address (RFC 9110 §8.7).
fn base(document: &Document<'_>) -> Option<Url> {
    let url = document.url.and_then(|url| Url::parse(url).ok());
    let Some(location) = document.content_location else { return url.and_then(address::base) };
    match &url {
        Some(url) => url.join(location).ok(),
        None => Url::parse(location).ok(),
    }
    .or(url)
    .and_then(address::base)
}

/// A document in several languages has none.
fn single_language(header: &str) -> Option<String> {
    let language = header.trim();
    (!language.is_empty() && !language.contains(',')).then(|| language.to_owned())
}

/// What the first bytes say of a document that is no text at all.
fn binary(bytes: &[u8]) -> Option<&'static str> {
    const MARKS: &[(&[u8], &str)] = &[
        (&[0x1F, 0x8B], "data still compressed with gzip"),
        (&[0x28, 0xB5, 0x2F, 0xFD], "data still compressed with zstd"),
        (b"\x89PNG", "a PNG image"),
        (&[0xFF, 0xD8, 0xFF], "a JPEG image"),
        (b"GIF8", "a GIF image"),
        (b"RIFF", "a media file"),
        (b"%PDF", "a PDF document"),
        (b"PK\x03\x04", "a ZIP archive"),
    ];
    MARKS.iter().find(|(mark, _)| bytes.starts_with(mark)).map(|(_, name)| *name)
}

/// Text has none but where a character takes several bytes.
fn has_zeros(bytes: &[u8], encoding: &str) -> bool {
    const LOOKED_AT: usize = 1_024;
    !encoding.starts_with("utf-16") && !encoding.starts_with("utf-32") && bytes.iter().take(LOOKED_AT).any(|b| *b == 0)
}

fn no_feed(tree: &Tree<'_>, text: &str) -> ParseError {
    let Some(root) = tree.root() else {
        let start: String = text.chars().take(40).collect();
        return ParseError::NotAFeed { found: format!("text (\u{201c}{start}\u{201d})") };
    };
    let looks_like_a_page = tree.tops().any(|top| matches!(top.name(), "html" | "head" | "body"))
        || text.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype html>"));
    match looks_like_a_page {
        true => ParseError::Html { title: discover::title(text) },
        false => ParseError::NotAFeed { found: format!("XML with the root element <{}>", root.name()) },
    }
}

#[cfg(test)]
mod tests;
