//! What is kept of an article so that it can be compared after its text is gone.
//!
//! `fingerprint` is pure and may run on any thread, outside the settling transaction; the store keeps its bytes (`codec`)
//! with the article, so that a start reads no texts again. Nothing here depends on other articles.

use super::headline::{self, hash};
use super::place::Place;
use super::postings::Mark;
use super::shingles::Shingles;
use super::stems::{Stems, TEXT_WEIGHT};
use super::stop::{self, WordSet};
use super::terms::LanguageTag;
use super::words::{self, Kind};
use crate::model::{FeedId, Source};

/// Words of the text that tell its event: further ones add topic, not event (measured at 20, 40, 80 and all).
const LEAD_WORDS: usize = 40;
/// What stands before the first sentence of a wire's text, at most: "HARBORTOWN, May 4 (Agency) — ". In bytes.
const DATELINE: usize = 80;

/// What the story room needs to know of one article.
#[derive(Debug, Clone, Copy, Default)]
pub struct StoryInput<'a> {
    /// 0 is an unknown feed, which is kin to none.
    pub feed: FeedId,
    /// Who publishes it: feeds of one publisher are one voice.
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
    /// The operator keeps this feed out of comparisons.
    pub alone: bool,
}

/// One article, made comparable.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fingerprint {
    pub(super) marks: Marks,
    /// Of the headline, and of the text's beginning; sorted.
    pub(super) numbers: Box<[u32]>,
    pub(super) text_numbers: Box<[u32]>,
    pub(super) shingles: Shingles,
    /// The headline's first.
    pub(super) stems: Stems,
}

/// All of a fingerprint but its lists. Numbers are hashes; 0 is "none".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Marks {
    /// Primary subtag, at most 4 letters.
    pub(super) language: LanguageTag,
    pub(super) link: u32,
    pub(super) origin: u32,
    /// The site of the article's link, and the one that it is credited to.
    pub(super) site: u32,
    pub(super) credited: u32,
    pub(super) publisher: u32,
    /// As in `headline`.
    pub(super) title: u32,
    pub(super) bare_title: u32,
    pub(super) pattern: u32,
    pub(super) issue: u32,
    pub(super) label: u32,
    pub(super) opening: u32,
    pub(super) informative: u8,
    pub(super) bulletin: bool,
    pub(super) pairs: bool,
    pub(super) alone: bool,
}

pub fn fingerprint(input: &StoryInput) -> Fingerprint {
    if input.alone {
        return Fingerprint { marks: Marks { alone: true, ..Marks::default() }, ..Fingerprint::default() };
    }
    let language = primary_subtag(input.language);
    let stops = stop::stops(std::str::from_utf8(&language).unwrap_or_default().trim_end_matches('\0'));
    let place = Place::of(input);
    let mut headline =
        headline::read(input.title, stops, &[input.publisher, place.credited_name, place.site, place.credited]);
    let (lead, text) = texts(input, place.host);
    let mut stems = std::mem::take(&mut headline.stems);
    let text_numbers = add_lead(&mut stems, without_dateline(lead), stops);
    let marks = Marks {
        language,
        link: input.link_key.filter(|key| key.contains(['/', '?'])).map_or(0, hash),
        origin: origin(input),
        site: hash(place.site),
        credited: hash(place.credited),
        publisher: hash(input.publisher),
        title: headline.key,
        bare_title: headline.bare,
        pattern: headline.pattern,
        issue: headline.issue,
        label: headline.label,
        opening: headline.opening,
        informative: headline.informative,
        bulletin: headline.bulletin,
        pairs: headline.pairs,
        alone: false,
    };
    let shingles = Shingles::of(without_dateline(text));
    Fingerprint { marks, numbers: headline.numbers.into(), text_numbers, shingles, stems }
}

impl Marks {
    /// What other articles are found by, besides runs of text: of these one is enough.
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
}

/// Adds the first words of the text; gives the numbers among them.
fn add_lead(stems: &mut Stems, lead: &str, stops: &WordSet) -> Box<[u32]> {
    let mut numbers = Vec::new();
    for (word, kind) in words::split(lead, LEAD_WORDS).iter() {
        let stem = words::stem(word, kind);
        if kind == Kind::Number {
            numbers.push(hash(word));
        }
        if !stops.contains(stem) {
            stems.add(stem, TEXT_WEIGHT);
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    numbers.into()
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

/// "LONDON (Agency) — ", "(Agency) - ", "MOSKAU, 17. Mai. /Agentur/ - " off: each print has its own.
fn without_dateline(text: &str) -> &str {
    let text = text.trim_start();
    let start = &text[..text.floor_char_boundary(DATELINE)];
    let places = [" - ", " — ", " – ", " -- "].iter().filter_map(|dash| Some((start.find(dash)?, dash.len())));
    let Some((at, width)) = places.min() else { return text };
    let head = &text[..at];
    let shouts = head.split(' ').next().is_some_and(|word| word.chars().filter(|c| c.is_uppercase()).count() > 1);
    if shouts || head.ends_with([')', '/']) { &text[at + width..] } else { text }
}

/// An id that is unique in the world compares across feeds, any other within its feed.
fn origin(input: &StoryInput) -> u32 {
    let Some(id) = input.original_id.map(str::trim).filter(|id| !id.is_empty()) else { return 0 };
    if let Some((_, address)) = id.split_once("://") {
        return hash(address.split('#').next().unwrap_or_default().trim_end_matches('/'));
    }
    if id.starts_with("tag:") || id.starts_with("urn:") { hash(id) } else { hash(&format!("{} {id}", input.feed)) }
}

fn primary_subtag(language: Option<&str>) -> LanguageTag {
    let mut tag = [0; 4];
    let primary = language.unwrap_or_default().split(['-', '_']).next().unwrap_or_default();
    for (to, from) in tag.iter_mut().zip(primary.bytes()) {
        *to = from.to_ascii_lowercase();
    }
    tag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_are_no_text() {
        for text in
            ["LONDON (Agency) — Rain fell.", "(Agency) - Rain fell.", "МОСКВА, 17 мая — Rain fell.", "Rain fell."]
        {
            assert_eq!(without_dateline(text), "Rain fell.", "{text:?}");
        }
        let text = "The mayor - who left - came back.";
        assert_eq!(without_dateline(text), text);
    }

    #[test]
    fn an_id_is_compared_as_widely_as_it_is_unique() {
        let origin = |feed, id| origin(&StoryInput { feed, original_id: Some(id), ..StoryInput::default() });
        assert_eq!(origin(1, "http://example.org/a#1"), origin(2, "https://example.org/a"));
        assert_eq!(origin(1, "tag:example.org,2026:1"), origin(2, "tag:example.org,2026:1"));
        assert_ne!(origin(1, "4711"), origin(2, "4711"));
        assert_eq!(origin(1, " "), 0);
    }

    #[test]
    fn a_feed_kept_alone_leaves_no_marks() {
        let print = fingerprint(&StoryInput {
            title: "Bridge closes",
            link_key: Some("a.org/b"),
            alone: true,
            ..StoryInput::default()
        });
        assert_eq!(print.marks.exact().count() + print.shingles.head.len() + print.stems.iter().count(), 0);
    }
}
