//! Pages for people: views in, HTML out. The only user of askama.
//!
//! `serve` fills the views and is given a whole page; `now` is a parameter, for "12 min ago". Everything that came from a
//! feed is escaped by the templates (askama's default for `.html`), addresses are printed only if they are http or https,
//! and no page holds a script: what is in a feed cannot break a page or run in it.

mod card;
mod chart;
mod choice;
mod error;
mod front;
mod status;
mod story;
#[cfg(test)]
mod tests;

use super::{Format, address, etag, instant, language};
use crate::model::{Pictures, UnixSeconds};
use card::Card;

pub use choice::own_name;
pub use error::{ErrorView, error};
pub use front::{FrontView, Outputs, Situation, front};
pub use status::{FeedRow, OutputRow, StatusView, status};
pub use story::{Headline, Report, StoryView, story};

/// Sent with pages without pictures: nothing foreign, no script, no form, no frame; the icon is in the page.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; \
                                           base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
/// The same for pages that show the publishers' pictures.
pub const POLICY_WITH_PICTURES: &str = "default-src 'none'; style-src 'self'; img-src data: https: http:; \
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
    pub pictures: Pictures,
    /// The pages of upkeep answer here, and are linked.
    pub has_upkeep: bool,
}

/// An output to read or subscribe to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutputView {
    pub title: String,
    /// Of the title, where it is not English, the language of the pages.
    pub language: Option<String>,
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
        format!("{}style.css?{}", self.root, etag::edition_of(&etag::strong(STYLESHEET.as_bytes())))
    }
}

/// An output with its addresses, as the templates print it.
struct Subscription<'a> {
    title: &'a str,
    description: &'a str,
    /// Absolute, for the reader; relative, for this page.
    formats: Vec<FormatAddress>,
    /// The Atom feed, for `feed:`.
    feed: String,
}

impl Subscription<'_> {
    /// What it adds to a page, near enough: its part of the box, and of the head.
    fn weight(&self) -> usize {
        let formats = self.formats.iter().map(|format| 210 + 2 * format.relative.len() + format.absolute.len());
        200 + self.title.len() * 4 + self.description.len() + self.feed.len() + formats.sum::<usize>()
    }
}

struct FormatAddress {
    name: &'static str,
    media_type: &'static str,
    absolute: String,
    relative: String,
}

fn subscriptions<'a>(site: &Site, outputs: impl IntoIterator<Item = &'a OutputView>) -> Vec<Subscription<'a>> {
    outputs.into_iter().map(|output| subscription(site, output)).collect()
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
    let formats: Vec<FormatAddress> = Format::ALL.map(address).into();
    Subscription {
        title: &output.title,
        description: output.description.as_deref().unwrap_or_default(),
        feed: formats.first().map(|format| format.absolute.clone()).unwrap_or_default(),
        formats,
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

fn direction(language: Option<&str>, text: &str) -> &'static str {
    if language::is_right_to_left(language, text) { "rtl" } else { "ltr" }
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
