//! The news fields of an entry, from all that may carry them (DESIGN 5).
//!
//! Elements of the feed go first; what only the body says ("Editor: …", a dateline, a caption) fills what they left
//! open. The body itself is not changed.

use std::mem::take;

use memchr::{memchr2, memchr3};

use super::body;
use crate::{
    html,
    model::{Category, Entry, Format, Media, MediaKind, NewsFields, ParsedFeed, Person, Source, Text},
};

/// What an entry takes from its feed where it says nothing itself.
#[derive(Default)]
pub(super) struct Inherited {
    authors: Vec<Person>,
    rights: Option<String>,
    license: Option<String>,
    noindex: bool,
}

/// Every entry gets a copy: what takes more bytes would make a short document huge.
const MAX_INHERITED: usize = 1_000;

impl Inherited {
    pub(super) fn of(feed: &ParsedFeed) -> Self {
        // RFC 4287 §4.2.1; what RSS calls editor and web master of the channel wrote none of it.
        let authors = if matches!(feed.format, Format::Atom | Format::Json) { feed.authors.as_slice() } else { &[] };
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let size = |who: &Person| size_of::<Person>() + who.name.len() + length(&who.email) + length(&who.uri);
        let total: usize = authors.iter().map(size).sum();
        let is_short = |text: &String| text.len() <= MAX_INHERITED;
        Self {
            authors: if total <= MAX_INHERITED { authors.to_vec() } else { Vec::new() },
            rights: feed.rights.as_ref().and_then(plain).filter(is_short),
            license: feed.license.clone().filter(is_short),
            noindex: feed.noindex,
        }
    }
}

fn plain(text: &Text) -> Option<String> {
    Some(html::plain_text(text)).filter(|text| !text.is_empty())
}

/// Takes what it shows out of the entry. `body` is the sanitized content, else the summary.
pub(super) fn fields(entry: &mut Entry, inherited: &Inherited, body: &str) -> NewsFields {
    let lines = body::outer_lines(body);
    let credits = credit_lines(&lines);
    let find = |role: Role| credits.iter().filter(move |(found, _)| *found == role).map(|(_, name)| name.clone());
    let mut contributors = take(&mut entry.contributors);
    let told: Vec<Person> = find(Role::Editor).map(person).filter(|editor| !contributors.contains(editor)).collect();
    contributors.extend(told);
    let mut authors = take(&mut entry.authors);
    if authors.is_empty() {
        authors = find(Role::Author).map(person).collect();
    }
    if authors.is_empty() {
        authors.clone_from(&inherited.authors);
    }
    let told = || find(Role::Source).next().map(|title| Source { title: Some(title), ..Source::default() });
    NewsFields {
        authors,
        contributors,
        section: section(&entry.categories),
        categories: take(&mut entry.categories),
        media: media(take(&mut entry.media), body),
        source: entry.source.take().map(|source| *source).or_else(told),
        rights: entry.rights.as_deref().and_then(plain).or_else(|| inherited.rights.clone()),
        license: entry.license.take().or_else(|| inherited.license.clone()),
        place: entry.place.take(),
        dateline: lines.first().and_then(|line| dateline(line)),
        comments: entry.comments.take(),
        noindex: entry.noindex || inherited.noindex,
    }
}

fn person(name: String) -> Person {
    Person { name, ..Person::default() }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Author,
    Editor,
    Source,
}

/// What begins a line that credits somebody, in lower case; a colon follows.
const CREDITS: &[(&str, Role)] = &[
    ("editor", Role::Editor),
    ("editors", Role::Editor),
    ("edited by", Role::Editor),
    ("editing by", Role::Editor),
    ("redaktion", Role::Editor),
    ("rédaction", Role::Editor),
    ("редактор", Role::Editor),
    ("编辑", Role::Editor),
    ("责任编辑", Role::Editor),
    ("source", Role::Source),
    ("sources", Role::Source),
    ("quelle", Role::Source),
    ("fuente", Role::Source),
    ("fonte", Role::Source),
    ("источник", Role::Source),
    ("来源", Role::Source),
    ("author", Role::Author),
    ("written by", Role::Author),
    ("reporter", Role::Author),
    ("автор", Role::Author),
    ("作者", Role::Author),
];

/// How many lines at either end of a body may credit somebody.
const CREDITS_WITHIN: usize = 3;
/// A longer line is a sentence.
const MAX_CREDIT: usize = 120;

/// "Editor: …" and "Source: …" at the head or foot of the body.
fn credit_lines(lines: &[String]) -> Vec<(Role, String)> {
    let foot = lines.len().saturating_sub(CREDITS_WITHIN).max(CREDITS_WITHIN.min(lines.len()));
    let ends = lines.iter().take(CREDITS_WITHIN).chain(&lines[foot..]);
    ends.filter_map(|line| credit_line(line)).collect()
}

fn credit_line(line: &str) -> Option<(Role, String)> {
    let line = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']'));
    let start = &line[..line.floor_char_boundary(MAX_CREDIT + '：'.len_utf8())];
    let (label, name) = line.split_at(start.find([':', '：'])?);
    if label.len() > MAX_CREDIT || name.len() > 4 * MAX_CREDIT {
        return None;
    }
    let label = html::folded(label).to_lowercase();
    let (_, role) = CREDITS.iter().find(|(known, _)| *known == label)?;
    let name = html::folded(name.trim_start_matches([':', '：']));
    let name = name.trim_end_matches('.');
    (!name.is_empty() && name.chars().count() <= MAX_CREDIT).then(|| (*role, name.to_owned()))
}

/// A longer path is none.
const MAX_SECTIONS: usize = 8;

/// The first byte of "»".
const GUILLEMET: u8 = 0xC2;

/// A path ("Headline News / World") in a category, outermost first.
fn section(categories: &[Category]) -> Vec<String> {
    let path = |category: &Category| {
        let text = category.label.as_deref().unwrap_or(&category.term);
        memchr3(b'/', b'>', GUILLEMET, text.as_bytes())?;
        let separator = [" / ", " > ", " » ", "/"].into_iter().find(|separator| text.contains(separator))?;
        let parts: Vec<String> =
            text.split(separator).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect();
        let is_path = (2..=MAX_SECTIONS).contains(&parts.len())
            && !text.contains("://")
            && parts.iter().all(|part| part.contains(char::is_alphabetic));
        is_path.then_some(parts)
    };
    categories.iter().find_map(path).unwrap_or_default()
}

/// The first byte of "–" and "—".
const DASH: u8 = 0xE2;

/// Longest dateline that is looked for, in bytes.
const MAX_DATELINE: usize = 100;

/// "HARBORTOWN, May 4 (Agency) - …": a place in capitals, perhaps a date, perhaps an agency, a dash.
fn dateline(line: &str) -> Option<String> {
    let line = &line[..line.floor_char_boundary(2 * MAX_DATELINE)];
    memchr2(b'-', DASH, line.as_bytes())?;
    let line = html::folded(line);
    let (end, _) = line.char_indices().find(|(at, c)| is_dash(&line, *at, *c))?;
    let found = line[..end].trim();
    let place = found.split([',', '(']).next().unwrap_or_default().trim();
    let letters = || place.chars().filter(|c| c.is_alphabetic());
    let in_capitals = letters().count() >= 3 && !letters().any(char::is_lowercase) && letters().any(char::is_uppercase);
    // Place and agency alone: "Harbortown (Agency) – …".
    let with_agency = found.ends_with(')')
        && found.contains('(')
        && place.split(' ').count() <= 3
        && place.starts_with(char::is_uppercase);
    let is_place = place.chars().all(|c| c.is_alphabetic() || " .'’-/".contains(c));
    (found.len() <= MAX_DATELINE && is_place && (in_capitals || with_agency)).then(|| found.to_owned())
}

/// A dash between blanks, or an em dash anywhere.
fn is_dash(line: &str, at: usize, c: char) -> bool {
    match c {
        '—' => true,
        '-' | '–' => line[..at].ends_with([' ', ')']) && line[at + c.len_utf8()..].starts_with(' '),
        _ => false,
    }
}

/// The entry's media with captions and credits; the body's first picture if the entry has none of its own.
fn media(mut media: Vec<Media>, body: &str) -> Vec<Media> {
    if let Some(picture) = body::first_picture(body) {
        let has_own = media.iter().any(|known| known.kind == MediaKind::Image);
        match media.iter_mut().find(|known| known.url == picture.url) {
            Some(known) => known.caption = known.caption.take().or(picture.caption),
            None if has_own => {}
            None => media.push(Media {
                url: picture.url,
                kind: MediaKind::Image,
                caption: picture.caption,
                ..Media::default()
            }),
        }
    }
    for medium in media.iter_mut().filter(|medium| medium.credit.is_none()) {
        if let Some((caption, credit)) = medium.caption.as_deref().and_then(split_credit) {
            medium.credit = Some(credit);
            medium.caption = Some(caption).filter(|caption| !caption.is_empty());
        }
    }
    media
}

/// Words that a credit in brackets has and other brackets lack.
const CREDIT_WORDS: &[&str] = &[
    "photo", "image", "picture", "handout", "courtesy", "getty", "reuters", "afp", "epa", "dpa", "xinhua", "tass",
    "via", "foto", "bild", "pool", "file",
];

/// "Boats at dusk. (Agency/Outlet Photo)": caption and credit.
fn split_credit(caption: &str) -> Option<(String, String)> {
    let inner = caption.trim().trim_end_matches('.').strip_suffix([')', ']'])?;
    let (before, credit) = inner.rsplit_once(['(', '['])?;
    let credit = credit.trim();
    let lower = credit.to_lowercase();
    let words = || lower.split(|c: char| !c.is_alphanumeric());
    let is_credit = credit.len() <= MAX_CREDIT
        && (credit.contains('/') || words().any(|word| CREDIT_WORDS.contains(&word)) || credit == "AP");
    let is_number = credit.chars().all(|c| !c.is_alphabetic());
    (is_credit && !is_number).then(|| (before.trim().to_owned(), credit.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_body(body: &str) -> NewsFields {
        fields(&mut Entry::default(), &Inherited::default(), body)
    }

    #[test]
    fn lines_at_the_ends_of_a_body_credit_people() {
        let found = of_body(
            "<p>Boats came home.</p><p>They were late.</p><p>Editor: A. Example</p><p>Source: Harbor Agency</p>",
        );
        assert_eq!(found.contributors, [person("A. Example".to_owned())]);
        assert_eq!(found.source.and_then(|source| source.title).as_deref(), Some("Harbor Agency"));
        assert_eq!(of_body("<p>(Written by: B. Example)</p><p>a</p>").authors, [person("B. Example".to_owned())]);
        let middle = "<p>a</p>".repeat(4) + "<p>Editor: nobody</p>" + &"<p>a</p>".repeat(4);
        assert!(of_body(&middle).contributors.is_empty());
    }

    #[test]
    fn datelines_are_read_and_sentences_are_not() {
        for (line, expected) in [
            ("HARBORTOWN, May 4 (Agency) - Boats came home.", Some("HARBORTOWN, May 4 (Agency)")),
            ("NEW HARBOR — Boats came home.", Some("NEW HARBOR")),
            ("Harbortown (Agency) – Boats came home.", Some("Harbortown (Agency)")),
            ("Boats came home - at last.", None),
            ("The well-known boats", None),
            ("A - B", None),
        ] {
            assert_eq!(dateline(line).as_deref(), expected, "{line}");
        }
    }

    #[test]
    fn captions_end_in_credits() {
        for (caption, expected) in [
            ("Boats at dusk. (Agency/Outlet Photo)", Some(("Boats at dusk.", "Agency/Outlet Photo"))),
            ("Boats [Photo: A. Example]", Some(("Boats", "Photo: A. Example"))),
            ("Boats (left) at dusk", None),
            ("Boats of Harbortown (2019)", None),
            ("Boats (and other things)", None),
        ] {
            let split = split_credit(caption);
            assert_eq!(
                split.as_ref().map(|(caption, credit)| (caption.as_str(), credit.as_str())),
                expected,
                "{caption}"
            );
        }
    }

    #[test]
    fn section_paths_are_told_from_categories() {
        let sections = |term: &str| section(&[Category { term: term.to_owned(), ..Category::default() }]);
        assert_eq!(sections("Headline News / World"), ["Headline News", "World"]);
        assert_eq!(sections("news/world"), ["news", "world"]);
        assert!(sections("World").is_empty());
        assert!(sections("http://example.org/world").is_empty());
        assert!(sections("24/7").is_empty());
    }

    #[test]
    fn the_first_picture_of_a_body_stands_in_for_media() {
        let body =
            "<figure><img src=\"https://example.org/a.jpg\"><figcaption>Boats (Agency Photo)</figcaption></figure>";
        let media = &of_body(body).media[0];
        assert_eq!(
            (media.url.as_str(), media.caption.as_deref(), media.credit.as_deref()),
            ("https://example.org/a.jpg", Some("Boats"), Some("Agency Photo"))
        );
    }
}
