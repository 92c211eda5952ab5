//! Which feeds a web page announces.
//!
//! `inspect` and `discover` call this for pages that are no feeds themselves. Pure: whether an announced feed exists is
//! for the caller to find out.

use url::Url;

use super::{
    references::{self, Declared},
    scan::{Scanner, Token},
    supplement::links,
};

/// A feed that a page announces, or that may be at a usual place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    pub url: String,
    pub title: Option<String>,
    pub media_type: Option<String>,
}

/// Characters of a page's title that a message repeats.
const LONGEST_TITLE: usize = 100;

const FEED_TYPES: &[&str] = &[
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "application/xml",
    "text/xml",
    "application/json",
];

/// Where sites keep feeds that they do not announce, relative to the site's root.
const USUAL_PLACES: &[&str] =
    &["/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/feeds/all.atom.xml"];

/// `link rel="alternate"` of feed types and `rel="feed"`, in document order.
pub fn announced(page: &str, base: Option<&Url>) -> Vec<Announced> {
    let mut found: Vec<Announced> = Vec::new();
    let mut base = base.cloned();
    let mut scanner = Scanner::new(page);
    while let Some(token) = scanner.next(None) {
        let Token::Start { name, .. } = token else { continue };
        let attribute = |wanted: &str| {
            let attribute = scanner.attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(wanted))?;
            let value = references::resolve(attribute.value, &Declared::default()).trim().to_owned();
            (!value.is_empty()).then_some(value)
        };
        if name.eq_ignore_ascii_case("base") {
            let declared = attribute("href").map(|href| links::absolute(&href, base.as_ref()));
            base = declared.and_then(|declared| Url::parse(&declared).ok()).or(base);
        } else if name.eq_ignore_ascii_case("link") {
            let link = feed_link(attribute, base.as_ref());
            found.extend(link.filter(|link| found.iter().all(|known| known.url != link.url)));
        }
    }
    found
}

fn feed_link(attribute: impl Fn(&str) -> Option<String>, base: Option<&Url>) -> Option<Announced> {
    let rel = attribute("rel")?.to_ascii_lowercase();
    let mut rels = rel.split_whitespace();
    let media_type = attribute("type").map(|kind| kind.to_ascii_lowercase());
    let is_feed_type =
        media_type.as_deref().is_some_and(|kind| FEED_TYPES.contains(&kind.split(';').next().unwrap_or(kind).trim()));
    if !rels.any(|rel| rel == "feed" || rel == "alternate" && is_feed_type) {
        return None;
    }
    Some(Announced { url: links::absolute(&attribute("href")?, base), title: attribute("title"), media_type })
}

/// Addresses worth a try when a page announces nothing.
pub fn usual_places(page: &Url) -> Vec<String> {
    USUAL_PLACES.iter().filter_map(|path| page.join(path).ok()).map(String::from).collect()
}

/// The page's title in a line for a message: nothing in it steers a terminal.
pub fn title(page: &str) -> Option<String> {
    let mut scanner = Scanner::new(page);
    let mut inside = false;
    while let Some(token) = scanner.next(None) {
        match token {
            Token::Start { name, .. } => inside = name.eq_ignore_ascii_case("title"),
            Token::Text(text) if inside => {
                let title = references::resolve(text, &Declared::default());
                let plain = title.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
                let line: String = plain.collect::<Vec<_>>().join(" ").chars().take(LONGEST_TITLE).collect();
                return Some(line).filter(|line| !line.is_empty());
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(page: &str, expected: &[&str]) {
        let base = Url::parse("https://example.org/a/").unwrap();
        let urls: Vec<String> = announced(page, Some(&base)).into_iter().map(|feed| feed.url).collect();
        assert_eq!(urls, expected);
    }

    #[test]
    fn announced_feeds_are_listed_once_and_absolute() {
        check(
            "<html><head><LINK rel='alternate stylesheet' href=x.css><link rel=alternate type=application/rss+xml href=/rss?a=1&amp;b=2>
             <link rel='Alternate' type='application/atom+xml; charset=utf-8' href='atom'><link rel=feed href='atom'>
             <link rel=alternate hreflang=fr href=/fr></head>",
            &["https://example.org/rss?a=1&b=2", "https://example.org/a/atom"],
        );
        check(
            "<base href='https://b.example.org/'><link rel=alternate type=application/rss+xml href=rss>",
            &["https://b.example.org/rss"],
        );
    }

    #[test]
    fn a_page_has_a_title() {
        assert_eq!(title("<html><title>A &amp;\n B</title>").as_deref(), Some("A & B"));
        assert_eq!(title("<title>\u{1b}[31mA\u{9b}2J</title>").as_deref(), Some("[31mA 2J"));
        assert_eq!(title(&format!("<title>{}</title>", "é".repeat(10_000))).map(|title| title.len()), Some(200));
    }
}
