//! What an output shows: which articles it admits, how many entries its document holds, and how much of each text.
//!
//! `edition` (flow) asks [`admits`] when something new was settled, [`reach`] before it reads the ledger, and [`fit`] with
//! the entries that it read. Order is not decided here: it is the ledger's, newest entered first (RULES 2).

pub mod filter;

use std::{sync::Arc, time::Duration};

use crate::{
    model::{Article, ContentLevel, EditionEntry, MediaKind, OutputConfig, Source, UnixSeconds, seconds},
    render::plain,
    url::registrable_domain,
};

/// A reader that polls daily must miss nothing: the document reaches back this far even beyond `limit`.
pub const WINDOW_SECONDS: i64 = 24 * 3600;
/// Where the window ends all the same.
pub const MOST_ENTRIES: usize = 1000;
pub const MOST_BYTES: usize = 4 * 1024 * 1024;
/// A summary cut from a full text (RULES 4).
pub const SUMMARY_WORDS: usize = 60;
/// A publisher's summary of more words than this is the text itself: RSS has one element for both.
const LONGEST_SUMMARY_WORDS: usize = 120;
/// What an entry costs besides its text: ids, dates, links, source.
const ENTRY_BYTES: usize = 2048;

/// What is known of an article or a story when an output is asked whether it takes it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    pub feed: &'a str,
    pub groups: &'a [String],
    pub language: Option<&'a str>,
    /// Publishers that reported it, not feeds.
    pub publishers: usize,
    /// Its feed's address carries a secret.
    pub is_private: bool,
    /// The publisher asks that it stays out of public places (`NewsFields::noindex`).
    pub is_noindex: bool,
    /// The output can be read by anybody: neither loopback only nor behind a token.
    pub is_public: bool,
}

/// Whether an output takes it: named by feed or group where it names any, in one of its languages, reported by enough
/// publishers, and not kept out by its publisher or operator.
pub fn admits(output: &OutputConfig, facts: &Facts<'_>) -> bool {
    let is_named = output.feeds.iter().any(|feed| feed == facts.feed);
    let is_grouped = output.groups.iter().any(|group| facts.groups.contains(group));
    let takes_all = output.feeds.is_empty() && output.groups.is_empty();
    let is_chosen = is_named || (!facts.is_private && (is_grouped || takes_all));
    is_chosen
        && !(facts.is_noindex && facts.is_public)
        && (output.languages.is_empty() || output.languages.iter().any(|wanted| speaks(facts.language, wanted)))
        && facts.publishers >= output.min_sources
}

/// `en` takes `en-GB`, `pt-BR` takes only itself (RFC 4647 §3.3.1). What has no language is in none.
fn speaks(language: Option<&str>, wanted: &str) -> bool {
    let Some(language) = language else { return false };
    let head = language.get(..wanted.len());
    let is_whole_subtag = language.len() == wanted.len() || language.as_bytes().get(wanted.len()) == Some(&b'-');
    is_whole_subtag && head.is_some_and(|head| head.eq_ignore_ascii_case(wanted))
}

/// How many of a ledger's entries its document may hold, given when each entered, newest first.
///
/// The window is reckoned from the newest entry, not from now: an edition changes only when its ledger does.
pub fn reach(entered_at: &[UnixSeconds], limit: usize) -> usize {
    let Some(newest) = entered_at.first() else { return 0 };
    let in_window = entered_at.partition_point(|at| *at > newest.saturating_sub(WINDOW_SECONDS));
    in_window.min(MOST_ENTRIES).max(limit).min(entered_at.len())
}

/// The entries that a document holds, and what it has no room for.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fitted {
    pub entries: Vec<EditionEntry>,
    /// Of them, summaries where whole texts were asked for.
    pub shortened: usize,
    /// Older ones that stayed away.
    pub left_out: usize,
}

/// The entries with as much text as the output shows, in at most [`MOST_BYTES`]: older ones become summaries first, then
/// stay away.
pub fn fit(entries: Vec<EditionEntry>, level: ContentLevel) -> Fitted {
    let offered = entries.len();
    let (mut used, mut shortened) = (0, 0);
    let mut fitted = Vec::with_capacity(offered);
    let mut most = ContentLevel::Full;
    for mut entry in entries {
        let level = entry.republish.unwrap_or(level);
        if level == ContentLevel::Full && used + weight(&entry.article) > MOST_BYTES {
            most = ContentLevel::Summary;
        }
        shortened += usize::from(level > most && entry.article.content.is_some());
        entry.article = shown(entry.article, level.min(most));
        used += weight(&entry.article);
        if used > MOST_BYTES {
            break;
        }
        fitted.push(entry);
    }
    Fitted { left_out: offered - fitted.len(), shortened: shortened.min(fitted.len()), entries: fitted }
}

/// Bytes that an entry will take, near enough: markup grows when it is escaped.
fn weight(article: &Article) -> usize {
    let text = article.content.as_deref().map_or(0, str::len) + article.summary.as_deref().map_or(0, str::len);
    ENTRY_BYTES + text + text / 8
}

/// Without what is too old, reckoned from when the newest entered: an edition changes only when its ledger does, and what
/// left it is not young again.
pub fn young(mut entries: Vec<EditionEntry>, max_age: Option<Duration>) -> Vec<EditionEntry> {
    if let (Some(age), Some(newest_at)) = (max_age, entries.iter().map(|entry| entry.entered_at).max()) {
        entries.retain(|entry| entry.published_at >= newest_at.saturating_sub(seconds(age)));
    }
    entries
}

/// For a page in the order `top`: what many outlets carry first, less with every hour since it entered, halved after six.
pub fn by_prominence(entries: &mut [Arc<EditionEntry>]) {
    const HALF_LIFE_SECONDS: f64 = 6.0 * 3_600.0;
    let newest_at = entries.iter().map(|entry| entry.entered_at).max().unwrap_or_default();
    let weight = |entry: &EditionEntry| {
        let outlets = 1 + entry.also_reported.len() + entry.other_reports.len() + entry.late_copies.len();
        outlets as f64 / ((newest_at - entry.entered_at) as f64 / HALF_LIFE_SECONDS).exp2()
    };
    entries.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
}

/// Whom a report is named after: the feed that printed it, unless its link leads to the source that it credits (an
/// aggregator's entry). A paper that credits an agency under its own page is still the paper.
pub fn outlet(link: Option<&str>, feed: &str, feed_url: &str, credited: Option<&Source>) -> String {
    let Some(Source { title: Some(title), site_url, feed_url: source_url, .. }) = credited else {
        return feed.to_owned();
    };
    let site = link.and_then(registrable_domain);
    let credited_site = site_url.as_deref().or(source_url.as_deref()).and_then(registrable_domain);
    let leads_there = site.is_some() && site == credited_site && site != registrable_domain(feed_url);
    if leads_there { title.clone() } else { feed.to_owned() }
}

/// The article with as much of its text as `level` allows.
pub fn shown(article: Article, level: ContentLevel) -> Article {
    match level {
        ContentLevel::Full => article,
        ContentLevel::Summary => Article { summary: summary(&article), content: None, ..article },
        ContentLevel::Headline => headline(article),
    }
}

/// The publisher's, or the first words of its text.
fn summary(article: &Article) -> Option<String> {
    let has_text = |html: &&str| !plain::text(html).is_empty();
    let given = article.summary.as_deref().filter(has_text);
    let is_full_text = given.is_some_and(|html| plain::is_longer_than(&plain::text(html), LONGEST_SUMMARY_WORDS));
    match given {
        Some(html) if !is_full_text => Some(html.to_owned()),
        _ => given
            .or(article.content.as_deref().filter(has_text))
            .map(|html| format!("<p>{}</p>", plain::escaped(&plain::first_words(&plain::text(html), SUMMARY_WORDS)))),
    }
}

/// Neither text nor pictures; films and sounds to download stay, for they are the article.
fn headline(mut article: Article) -> Article {
    article.summary = None;
    article.content = None;
    article.fields.media.retain(|media| media.enclosure && media.kind != MediaKind::Image);
    article
}

#[cfg(test)]
mod tests;
