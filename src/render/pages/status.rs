//! The status page: how each feed fares, failures first, and what each output holds.

use askama::Template;

use super::{Moment, Site, chart, grouped, page};
use crate::{
    model::{FeedHealth, UnixSeconds},
    render::address,
};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct StatusView {
    pub site: Site,
    pub version: String,
    pub started_at: UnixSeconds,
    pub articles: u64,
    pub copies: u64,
    pub stories: u64,
    /// In any order; the page puts failures first.
    pub feeds: Vec<FeedRow>,
    pub outputs: Vec<OutputRow>,
    /// What troubles the whole: our own network down, an output file that cannot be written.
    pub warnings: Vec<String>,
}

/// One feed as people see it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FeedRow {
    pub name: String,
    /// None: its address is private (RULES 4).
    pub url: Option<String>,
    pub site_url: Option<String>,
    pub health: FeedHealth,
    pub articles: u64,
    /// "about 12 a day".
    pub rhythm: Option<String>,
    /// Articles by hour of the week (Monday 00 UTC first), any unit; empty while nothing is known.
    pub by_hour: Vec<f32>,
    pub last_poll_at: Option<UnixSeconds>,
    pub last_new_at: Option<UnixSeconds>,
    pub next_poll_at: Option<UnixSeconds>,
    /// "publisher asks for 30 min (max-age)".
    pub next_poll_reason: String,
    pub failures: u32,
    pub last_error: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct OutputRow {
    pub title: String,
    pub stem: String,
    pub entries: usize,
    pub updated_at: Option<UnixSeconds>,
    /// "summaries, for it is public", "12 older entries left out: 4 MiB".
    pub note: String,
}

pub fn status(view: &StatusView, now: UnixSeconds) -> String {
    let mut feeds: Vec<&FeedRow> = view.feeds.iter().collect();
    feeds.sort_by(|a, b| a.health.cmp(&b.health).then(b.failures.cmp(&a.failures)).then_with(|| a.name.cmp(&b.name)));
    let count = |health| view.feeds.iter().filter(|feed| feed.health == health).count();
    page(&StatusPage {
        view,
        site: &view.site,
        articles: grouped(view.articles),
        stories: grouped(view.stories),
        started: Moment::past(view.started_at, now),
        failing: count(FeedHealth::Failing),
        well: count(FeedHealth::Well),
        feeds: feeds.into_iter().map(|feed| FeedLine::of(feed, now)).collect(),
        outputs: view.outputs.iter().map(|output| OutputLine::of(output, &view.site, now)).collect(),
    })
}

#[derive(Template)]
#[template(path = "status.html")]
struct StatusPage<'a> {
    view: &'a StatusView,
    site: &'a Site,
    articles: String,
    stories: String,
    started: Moment,
    failing: usize,
    well: usize,
    feeds: Vec<FeedLine<'a>>,
    outputs: Vec<OutputLine<'a>>,
}

struct FeedLine<'a> {
    feed: &'a FeedRow,
    health: &'static str,
    link: String,
    last: Option<Moment>,
    newest: Option<Moment>,
    next: Option<Moment>,
    error: &'a str,
    articles: String,
    rhythm: &'a str,
    chart: String,
    week: String,
}

impl FeedLine<'_> {
    fn of(feed: &FeedRow, now: UnixSeconds) -> FeedLine<'_> {
        FeedLine {
            feed,
            health: feed.health.word(),
            link: address::web(feed.site_url.as_deref().or(feed.url.as_deref())).unwrap_or_default(),
            last: feed.last_poll_at.map(|at| Moment::past(at, now)),
            newest: feed.last_new_at.map(|at| Moment::past(at, now)),
            next: feed.next_poll_at.map(|at| Moment::to_come(at, now)),
            error: feed.last_error.as_deref().unwrap_or_default(),
            articles: grouped(feed.articles),
            rhythm: feed.rhythm.as_deref().unwrap_or_default(),
            chart: chart::outline(&feed.by_hour),
            week: chart::in_words(&feed.by_hour),
        }
    }
}

struct OutputLine<'a> {
    output: &'a OutputRow,
    address: String,
    updated: Option<Moment>,
}

impl OutputLine<'_> {
    fn of<'a>(output: &'a OutputRow, site: &Site, now: UnixSeconds) -> OutputLine<'a> {
        OutputLine {
            output,
            address: format!("{}{}.atom", site.root, address::encoded(&output.stem)),
            updated: output.updated_at.map(|at| Moment::past(at, now)),
        }
    }
}
