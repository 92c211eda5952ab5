//! What is kept of an article so that it can be compared after its text is gone.
//!
//! `fingerprint` is pure and may run on any thread, outside the settling transaction; the store keeps its bytes with
//! the article, so that a start reads no texts again. Nothing here depends on other articles.

use super::headline;
use super::postings::Mark;
use super::shingles::Shingles;
use super::stop;
use super::words::{self, Kind};
use crate::model::{ArticleId, FeedId, Source, UnixSeconds};

/// Words of the text that tell its event: further ones add topic, not event (measured at 20, 40, 80 and all).
const LEAD_WORDS: usize = 40;
/// Words are weighed in halves, so that sums are whole numbers: a headline's word counts double a text's.
pub(super) const TITLE_WEIGHT: u8 = 2;
pub(super) const TEXT_WEIGHT: u8 = 1;
/// A word counts at most this much, however often it is repeated.
const MAX_WEIGHT: u8 = 6;

/// What the story room needs to know of one article.
#[derive(Debug, Clone, Copy, Default)]
pub struct StoryInput<'a> {
    pub id: ArticleId,
    pub feed: FeedId,
    /// Who publishes it: feeds of one publisher are treated as one voice.
    pub publisher: &'a str,
    /// BCP 47.
    pub language: Option<&'a str>,
    pub title: &'a str,
    /// Plain text, tags off.
    pub summary: &'a str,
    /// Plain text, tags off.
    pub content: &'a str,
    /// See `article::link::key`. None where it identifies nothing.
    pub link_key: Option<&'a str>,
    /// The entry's id as its own publisher printed it.
    pub original_id: Option<&'a str>,
    /// The publisher that an aggregator credits.
    pub source: Option<&'a Source>,
    pub published_at: UnixSeconds,
    pub priority: i64,
    /// The operator keeps this feed out of comparisons.
    pub alone: bool,
}

/// One article, made comparable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprint {
    pub(super) marks: Marks,
    /// Stems with their weight; the headline's first. No repeats.
    pub(super) stems: Vec<(Box<str>, u8)>,
}

/// All of a fingerprint but its words. Numbers are hashes; 0 is "none".
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Primary subtag, at most 4 letters.
    pub(super) language: [u8; 4],
    pub(super) link: u32,
    pub(super) origin: u32,
    /// The site of the article's link, and the one it is credited to.
    pub(super) site: u32,
    pub(super) credited: u32,
    pub(super) publisher: u32,
    /// The cleaned headline, with and without what may be an outlet's name behind it.
    pub(super) title: u32,
    pub(super) bare_title: u32,
    pub(super) informative: u8,
    pub(super) pairs: bool,
    pub(super) pattern: u32,
    pub(super) issue: u32,
    pub(super) label: u32,
    pub(super) opening: u32,
    pub(super) bulletin: bool,
    pub(super) alone: bool,
    /// Of the headline; of the text.
    pub(super) numbers: Box<[u32]>,
    pub(super) text_numbers: Box<[u32]>,
    pub(super) shingles: Shingles,
}

impl Marks {
    /// What other articles are found by.
    pub(super) fn all(&self) -> impl Iterator<Item = Mark> + '_ {
        self.exact().chain(self.shingles.keys().map(Mark::Run))
    }

    pub(super) fn exact(&self) -> impl Iterator<Item = Mark> {
        let bare = if self.bare_title == self.title { 0 } else { self.bare_title };
        [
            (self.link != 0).then_some(Mark::Link(self.link)),
            (self.origin != 0).then_some(Mark::Origin(self.origin)),
            (self.title != 0).then_some(Mark::Title(self.title)),
            (bare != 0).then_some(Mark::Title(bare)),
        ]
        .into_iter()
        .flatten()
    }

    pub(super) fn memory(&self) -> usize {
        let lists = [&self.numbers, &self.text_numbers, &self.shingles.head, &self.shingles.tail];
        lists.iter().map(|list| size_of_val(&***list)).sum()
    }
}

pub fn fingerprint(input: &StoryInput) -> Fingerprint {
    if input.alone {
        return Fingerprint { marks: Marks { alone: true, ..Marks::default() }, ..Fingerprint::default() };
    }
    let language = primary_subtag(input.language);
    let tag = std::str::from_utf8(&language).unwrap_or_default().trim_end_matches('\0');
    let host = input.link_key.map_or("", |key| key.split(['/', '?']).next().unwrap_or_default());
    let source_title = input.source.and_then(|s| s.title.as_deref()).unwrap_or_default();
    let credited = input.source.and_then(|s| s.site_url.as_deref().or(s.feed_url.as_deref())).map_or("", host_of);
    let headline = headline::read(input.title, tag, &[input.publisher, source_title, site(host), site(credited)]);
    let (lead, text) = texts(input, host);
    let mut stems: Vec<(Box<str>, u8)> = Vec::with_capacity(48);
    let mut add = |stem: &str, weight: u8| match stems.iter_mut().find(|(known, _)| &**known == stem) {
        Some((_, sum)) => *sum = (*sum + weight).min(MAX_WEIGHT),
        None => stems.push((stem.into(), weight)),
    };
    for (stem, _, in_tail) in &headline.words {
        add(stem, if *in_tail { TEXT_WEIGHT } else { TITLE_WEIGHT });
    }
    let mut text_numbers = Vec::new();
    for (word, kind) in words::split(lead, LEAD_WORDS).iter() {
        let stem = words::stem(word, kind);
        if kind == Kind::Number {
            text_numbers.push(headline::hash(word));
        }
        if !stop::is_stop(tag, stem) && !stop::is_stop(tag, word) {
            add(stem, TEXT_WEIGHT);
        }
    }
    text_numbers.sort_unstable();
    text_numbers.dedup();
    let mark = |text: &str| if text.is_empty() { 0 } else { headline::hash(text) };
    Fingerprint {
        marks: Marks {
            language,
            link: input.link_key.map_or(0, |key| if key.contains(['/', '?']) { mark(key) } else { 0 }),
            origin: origin(input),
            site: mark(site(host)),
            credited: mark(site(credited)),
            publisher: mark(input.publisher),
            title: headline.key,
            bare_title: headline.bare,
            informative: headline.informative,
            pairs: headline.pairs,
            pattern: headline.pattern,
            issue: headline.issue,
            label: headline.label,
            opening: headline.opening,
            bulletin: headline.bulletin,
            alone: false,
            numbers: headline.numbers.into(),
            text_numbers: text_numbers.into(),
            shingles: Shingles::of(text),
        },
        stems,
    }
}

/// The text that tells the event, and the longest text there is.
fn texts<'a>(input: &StoryInput<'a>, host: &str) -> (&'a str, &'a str) {
    // What stands there is a list of links to other outlets (RULES 1).
    if host == "news.google.com" {
        return ("", "");
    }
    let lead = if input.summary.trim().is_empty() { input.content } else { input.summary };
    let text = if input.content.len() > input.summary.len() { input.content } else { input.summary };
    (lead, text)
}

/// An id that is unique in the world compares across feeds, any other within its feed.
fn origin(input: &StoryInput) -> u32 {
    let Some(id) = input.original_id.map(str::trim).filter(|id| !id.is_empty()) else { return 0 };
    let global = id.contains("://") || id.starts_with("tag:") || id.starts_with("urn:");
    let id = if global { id.split('#').next().unwrap_or_default().trim_end_matches('/').to_owned() } else { format!("{} {id}", input.feed) };
    headline::hash(&id)
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#', ':']).next().unwrap_or_default()
}

/// The part of a host that names its owner, as near as it can be told without a list.
fn site(host: &str) -> &str {
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    let (Some(last), Some(second)) = (dots.next(), dots.next()) else { return host };
    let short = last - second <= 4; // co.uk, com.au
    match (short, dots.next()) {
        (true, Some(third)) => &host[third + 1..],
        (true, None) => host,
        (false, _) => &host[second + 1..],
    }
}

fn primary_subtag(language: Option<&str>) -> [u8; 4] {
    let mut tag = [0; 4];
    let primary = language.unwrap_or_default().split(['-', '_']).next().unwrap_or_default();
    for (to, from) in tag.iter_mut().zip(primary.bytes()) {
        *to = from.to_ascii_lowercase();
    }
    tag
}
