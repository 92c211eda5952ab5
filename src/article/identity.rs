//! What can find an article again: its aliases (RULES 1).
//!
//! `article` calls this for each entry; `reconcile` decides what a match means. Nothing here depends on the clock,
//! on the fetch, or on chance: the same entry always gets the same aliases in the same order.

use super::link;
use crate::{
    digest,
    model::{Alias, AliasKind},
};

/// The aliases of one entry, best first; the first that its feed does not share among entries is the article's key.
/// Never empty.
///
/// `id` is as the document prints it, `link_key` as made by [`link::key`], `raw_date` as printed.
///
/// `body` is the entry's text: it counts only where neither an id with a date nor anything else could tell apart.
pub fn aliases(
    id: Option<&str>,
    link: Option<&str>,
    link_key: Option<&str>,
    title: &str,
    raw_date: Option<&str>,
    body: &str,
) -> Vec<Alias> {
    let mut found = Vec::with_capacity(4);
    let mut add = |kind, value: String| found.push(Alias { kind, value });
    if let Some(id) = id.map(str::trim).filter(|id| !id.is_empty()) {
        let value = match link_key {
            // Most ids are the link itself.
            Some(key) if Some(id) == link && looks_like_address(id) && !id.contains('#') => key.to_owned(),
            _ => id_value(id),
        };
        if let Some((page, _)) = value.split_once('#').filter(|_| looks_like_address(id)) {
            add(AliasKind::Page, page.to_owned());
        }
        add(AliasKind::Id, value);
    }
    if let Some(key) = link_key.filter(|key| !is_home_page(key)) {
        add(AliasKind::Link, key.to_owned());
        if let Some(tail) = tail(key) {
            add(AliasKind::Tail, tail);
        }
    }
    add(AliasKind::Print, format!("{}\n{}", title.trim(), raw_date.unwrap_or_default().trim()));
    if id.is_none() || raw_date.is_none() {
        let body = digest::digest(body.as_bytes());
        add(AliasKind::Whole, format!("{}\n{}\n{body:016x}", title.trim(), link_key.unwrap_or_default()));
    }
    found
}

/// What finds the article of an id that a document names elsewhere than in an entry.
pub fn alias_of_id(id: &str) -> Alias {
    Alias { kind: AliasKind::Id, value: id_value(id.trim()) }
}

/// Ids that look like addresses compare as links do, so that http → https is no change; their fragment stays, since
/// it may tell one post of a page from another. Whether it does is judged over time, by `reconcile`.
fn id_value(id: &str) -> String {
    if !looks_like_address(id) {
        return id.to_owned();
    }
    let fragment = id.split_once('#').map_or("", |(_, fragment)| fragment);
    match link::key(id) {
        Some(key) if fragment.is_empty() => key,
        Some(key) => format!("{key}#{fragment}"),
        None => id.to_owned(),
    }
}

fn looks_like_address(id: &str) -> bool {
    id.starts_with("http://") || id.starts_with("https://")
}

/// A site's front door, which many entries may point to: it identifies nothing.
fn is_home_page(link_key: &str) -> bool {
    !link_key.contains('/') && !link_key.contains('?')
}

/// Host with the number or UUID that ends the path: it survives a changed headline in the address.
/// At least 6 digits, and no date (RULES 1).
fn tail(link_key: &str) -> Option<String> {
    let (host, path) = link_key.split(['?', '#']).next()?.split_once('/')?;
    let segment = path.rsplit('/').find(|segment| !segment.is_empty())?;
    let stem = segment.rsplit_once('.').map_or(segment, |(stem, _)| stem);
    let word = stem.rsplit(['-', '_', ',']).next()?;
    let tail = if is_uuid_end(stem) {
        &stem[stem.len() - 36..]
    } else {
        word.trim_start_matches(|c: char| !c.is_ascii_digit())
    };
    let is_number = tail.len() >= 6 && tail.bytes().all(|b| b.is_ascii_digit()) && !is_date(tail);
    (is_number || is_uuid_end(tail)).then(|| format!("{host} {tail}"))
}

fn is_uuid_end(text: &str) -> bool {
    text.len() >= 36
        && text.is_char_boundary(text.len() - 36)
        && text[text.len() - 36..].bytes().enumerate().all(|(i, b)| match i {
            8 | 13 | 18 | 23 => b == b'-',
            _ => b.is_ascii_hexdigit(),
        })
}

/// 20261124, 241126, 202611: what a path may carry as its day.
fn is_date(digits: &str) -> bool {
    let part = |range: std::ops::Range<usize>| digits.get(range).and_then(|text| text.parse::<u32>().ok()).unwrap_or(0);
    let month = |m: u32| (1..=12).contains(&m);
    let day = |d: u32| (1..=31).contains(&d);
    match digits.len() {
        6 => {
            (1990..2100).contains(&part(0..4)) && month(part(4..6))
                || month(part(2..4)) && (day(part(0..2)) || day(part(4..6)))
                || month(part(0..2)) && day(part(2..4))
        }
        8 => {
            (1990..2100).contains(&part(0..4)) && month(part(4..6)) && day(part(6..8))
                || (1990..2100).contains(&part(4..8)) && month(part(2..4)) && day(part(0..2))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(id: &str, link: &str, expected: &[(AliasKind, &str)]) {
        let key = link::key(link);
        let found = aliases(Some(id), Some(link), key.as_deref(), "T", Some("D"), "");
        let marks: Vec<_> = found.iter().map(|a| (a.kind, a.value.as_str())).collect();
        let mut expected = expected.to_vec();
        expected.push((AliasKind::Print, "T\nD"));
        assert_eq!(marks, expected, "id {id:?}, link {link:?}");
    }

    #[test]
    fn aliases_are_given_best_first() {
        use AliasKind::{Id, Link, Page, Tail};
        check("tag:x,1", "https://www.example.org/a/b?utm_source=rss", &[(Id, "tag:x,1"), (Link, "example.org/a/b")]);
        check(
            "",
            "https://example.org/world/story-12345678.html",
            &[(Link, "example.org/world/story-12345678.html"), (Tail, "example.org 12345678")],
        );
        check("", "https://example.org/world/story-20261124", &[(Link, "example.org/world/story-20261124")]);
        check("http://example.org/a#1", "https://example.org/", &[(Page, "example.org/a"), (Id, "example.org/a#1")]);
    }

    #[test]
    fn http_and_https_ids_are_one_id() {
        assert_eq!(id_value("http://example.org/a"), id_value("https://www.example.org/a/"));
    }
}
