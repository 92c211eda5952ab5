//! Pages for people: views in, HTML out. The only user of askama.
//!
//! `serve` fills the views and is given a whole page; `now` is a parameter, for "12 min ago". Everything that came from a
//! feed is escaped by the templates (askama's default for `.html`), addresses are printed only if they are http or https,
//! and no page holds a script: what is in a feed cannot break a page or run in it.

mod error;
mod front;
mod status;
mod story;
#[cfg(test)]
mod tests;

use super::{
    Format, address, instant, language,
    plain::{first_words, folded, text},
};
use crate::model::{EditionEntry, UnixSeconds};

pub use error::{ErrorView, error};
pub use front::{FrontView, Situation, front};
pub use status::{FeedHealth, FeedRow, OutputRow, StatusView, status};
pub use story::{Headline, Report, StoryView, story};

/// Sent with every page: nothing foreign, no script, no form, no frame. Pictures are off, the icon is in the page.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; \
                                           base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// Served as `style.css` beside the front page; `text/css; charset=utf-8`.
pub const STYLESHEET: &str = include_str!("../../../templates/style.css");

/// Words of a headline on a page; one that is longer is a text.
const TITLE_WORDS: usize = 50;
/// Words of a summary on a page.
const TEASER_WORDS: usize = 42;

/// What every page says of the place that it is on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Site {
    /// `[server] title`.
    pub title: String,
    /// `[server] base_url`: where others reach it.
    pub base: Option<String>,
    /// Where this machine reaches it, ending in a slash.
    pub local: String,
    /// From the page to the front page: see [`relative_root`].
    pub root: String,
}

/// An output to subscribe to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputView {
    pub title: String,
    pub description: Option<String>,
    /// As in [`super::Addresses`]: `feed`, `o/top`, `group/world`.
    pub stem: String,
}

/// `""` for `/` and `/status`, `"../"` for `/story/x`: pages find the stylesheet and each other at whatever path a proxy
/// has put them.
pub fn relative_root(path: &str) -> String {
    "../".repeat(path.trim_start_matches('/').matches('/').count())
}

impl Site {
    fn base(&self) -> &str {
        self.base.as_deref().unwrap_or(&self.local)
    }

    /// Changes with the stylesheet, so that browsers may keep it for long.
    fn style(&self) -> String {
        format!("{}style.css?{:08x}", self.root, xxhash_rust::xxh3::xxh3_64(STYLESHEET.as_bytes()) >> 32)
    }
}

/// An output with its addresses, as the templates print it.
struct Subscription<'a> {
    title: &'a str,
    description: &'a str,
    /// Absolute, for the reader; relative, for this page.
    formats: Vec<FormatAddress>,
}

struct FormatAddress {
    name: &'static str,
    media_type: &'static str,
    absolute: String,
    relative: String,
}

fn subscriptions<'a>(site: &Site, outputs: &'a [OutputView]) -> Vec<Subscription<'a>> {
    outputs.iter().map(|output| subscription(site, output)).collect()
}

fn subscription<'a>(site: &Site, output: &'a OutputView) -> Subscription<'a> {
    let address = |format: Format| {
        let path = format!("{}.{}", address::encoded(&output.stem), format.extension());
        FormatAddress {
            name: match format {
                Format::Atom => "Atom",
                Format::Rss => "RSS",
                Format::Json => "JSON",
            },
            media_type: format.media_type().split(';').next().unwrap_or_default(),
            absolute: format!("{}{path}", site.base()),
            relative: format!("{}{path}", site.root),
        }
    };
    Subscription {
        title: &output.title,
        description: output.description.as_deref().unwrap_or_default(),
        formats: Format::ALL.map(address).into(),
    }
}

/// A moment as `<time>` shows it.
struct Moment {
    machine: String,
    exact: String,
    words: String,
}

impl Moment {
    fn past(at: UnixSeconds, now: UnixSeconds) -> Moment {
        Moment { machine: instant::rfc3339(at), exact: instant::plain(at), words: instant::ago(at, now) }
    }

    fn to_come(at: UnixSeconds, now: UnixSeconds) -> Moment {
        Moment { machine: instant::rfc3339(at), exact: instant::plain(at), words: instant::ahead(at, now) }
    }
}

/// One entry as pages list it.
struct Card {
    title: String,
    /// Empty where there is none to follow.
    link: String,
    source: String,
    source_link: String,
    published: Moment,
    teaser: String,
    lang: String,
    dir: &'static str,
    /// The language's own name, where it is not English, the language of the page.
    language: String,
    outlets: Vec<Outlet>,
    more_outlets: usize,
    story: String,
}

struct Outlet {
    name: String,
    link: String,
    title: String,
}

/// Outlets named on a card; the story page has all.
const CARD_OUTLETS: usize = 5;

impl Card {
    fn of(entry: &EditionEntry, site: &Site, now: UnixSeconds) -> Card {
        let article = &entry.article;
        let outlets = outlets(entry);
        let html = article.summary.as_deref().or(article.content.as_deref()).unwrap_or_default();
        let teaser = first_words(&text(html), TEASER_WORDS);
        // Where there is no title, its first words already stand for it.
        let teaser = if article.title.trim().is_empty() { String::new() } else { teaser };
        Card {
            title: first_words(&super::entry::title(entry), TITLE_WORDS),
            link: address::web(article.link.as_deref()).unwrap_or_default(),
            source: entry.source.title.clone().unwrap_or_else(|| entry.feed.clone()),
            source_link: address::web(entry.source.site_url.as_deref()).unwrap_or_default(),
            published: Moment::past(entry.published_at, now),
            teaser,
            lang: language::tag(article.language.as_deref()).unwrap_or_default().to_owned(),
            dir: direction(article.language.as_deref(), &article.title),
            language: language::own_name(article.language.as_deref()),
            more_outlets: outlets.len().saturating_sub(CARD_OUTLETS),
            outlets: outlets.into_iter().take(CARD_OUTLETS).collect(),
            story: format!("{}{}", site.root, address::story_path(&entry.id)),
        }
    }
}

impl Card {
    /// What it adds to a page, near enough.
    fn weight(&self) -> usize {
        let outlets: usize =
            self.outlets.iter().map(|outlet| 80 + outlet.name.len() + outlet.link.len() + outlet.title.len()).sum();
        500 + self.title.len()
            + self.link.len()
            + self.teaser.len()
            + self.source.len()
            + self.source_link.len()
            + outlets
    }
}

fn direction(language: Option<&str>, text: &str) -> &'static str {
    if language::is_right_to_left(language, text) { "rtl" } else { "ltr" }
}

/// Every other outlet that carries it, also those that came later: a page, unlike an entry, may change.
fn outlets(entry: &EditionEntry) -> Vec<Outlet> {
    let mut outlets: Vec<Outlet> = Vec::new();
    for copy in entry.also_reported.iter().chain(&entry.late_copies) {
        let is_own = entry.source.title.as_deref() == Some(&copy.source);
        if !is_own && !copy.source.trim().is_empty() && outlets.iter().all(|known| known.name != copy.source) {
            let link = address::web(copy.link.as_deref()).unwrap_or_default();
            outlets.push(Outlet { name: copy.source.clone(), link, title: folded(&copy.title) });
        }
    }
    outlets
}

/// `12,834`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    groups.join(",")
}

/// A template that cannot be written to memory says why instead.
fn page(template: &impl askama::Template) -> String {
    template.render().unwrap_or_else(|error| error.to_string())
}
