//! Entity tags of editions (RFC 9110 §8.8.3): one strong tag per edition and coding, compared as readers send them back.
//!
//! `edition` makes tags from bodies; `serve` compares them with If-None-Match and reads from it which edition an asker has.

use super::encode::Coding;
use crate::digest::digest;

/// What we, and proxies that compress on their own, put behind an edition's tag.
const CODING_MARKS: [&str; 8] = ["--gzip", "-gzip", ";gzip", "-gz", "-br", "-zstd", "-zst", "-df"];

/// `"9f8a3c…"`: the tag of the identity coding, from the bytes of the document.
pub fn strong(body: &[u8]) -> String {
    format!("\"{:016x}\"", digest(body))
}

/// The tag of another coding of the same edition: other bytes, so another strong tag.
pub fn for_coding(etag: &str, coding: Coding) -> String {
    let opaque = etag.trim_matches('"');
    match coding {
        Coding::Identity => format!("\"{opaque}\""),
        Coding::Gzip => format!("\"{opaque}-gz\""),
        Coding::Brotli => format!("\"{opaque}-br\""),
        Coding::Zstd => format!("\"{opaque}-zst\""),
    }
}

/// Whether the asker has this edition, in whatever coding: the weak comparison of RFC 9110 §8.8.3.2, which is the one for
/// If-None-Match (§13.1.2). `etag` is that of any coding.
pub fn matches(if_none_match: &str, etag: &str) -> bool {
    if_none_match.trim() == "*" || editions(if_none_match).any(|edition| edition == edition_of(etag))
}

/// The editions that an asker says to have, as the opaque part of their tags without the mark of a coding.
pub fn editions(if_none_match: &str) -> impl Iterator<Item = &str> {
    if_none_match.split(',').map(edition_of).filter(|edition| !edition.is_empty())
}

/// `9f8a3c…` for `"9f8a3c…"`, `W/"9f8a3c…-gzip"`, or a tag whose quotes were lost on the way.
pub fn edition_of(etag: &str) -> &str {
    let tag = etag.trim();
    let tag = tag.strip_prefix("W/").or_else(|| tag.strip_prefix("w/")).unwrap_or(tag).trim_matches('"');
    let tag = CODING_MARKS.iter().find_map(|mark| tag.strip_suffix(mark)).unwrap_or(tag);
    // A proxy that compresses what is already marked as compressed leaves both marks.
    CODING_MARKS.iter().find_map(|mark| tag.strip_suffix(mark)).unwrap_or(tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_differ_by_body_and_by_coding() {
        let tag = strong(b"a");
        assert_ne!(tag, strong(b"b"));
        assert_eq!(tag.len(), 18);
        let tags: std::collections::HashSet<_> = Coding::ALL.iter().map(|coding| for_coding(&tag, *coding)).collect();
        assert_eq!(tags.len(), 4);
        assert!(tags.iter().all(|coded| matches(coded, &tag) && edition_of(coded) == edition_of(&tag)));
    }

    #[test]
    fn any_coding_matches_however_a_proxy_marked_it() {
        for (if_none_match, expected) in [
            ("\"ab12\"", true),
            ("W/\"ab12\"", true),
            ("\"ab12-gzip\"", true),
            ("W/\"ab12--gzip\"", true),
            ("\"ab12;gzip\"", true),
            ("\"ab12-gz-gzip\"", true),
            ("\"x\", W/\"ab12-br\" , \"y\"", true),
            ("ab12", true),
            ("*", true),
            ("\"ab123\"", false),
            ("\"\"", false),
            ("", false),
            (",,", false),
        ] {
            assert_eq!(matches(if_none_match, "\"ab12-zst\""), expected, "{if_none_match:?}");
        }
    }
}
