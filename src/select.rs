//! What an output shows: which articles it admits, how many entries its document holds, and how much of each text.
//!
//! `edition` (flow) asks [`admits`] when something new was settled, [`reach`] before it reads the ledger, and [`fit`] with
//! the entries that it read. Order is not decided here: it is the ledger's, newest entered first (RULES 2).

pub mod filter;

use std::time::Duration;

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
pub fn by_prominence(entries: &mut [EditionEntry]) {
    const HALF_LIFE_SECONDS: f64 = 6.0 * 3_600.0;
    let newest_at = entries.iter().map(|entry| entry.entered_at).max().unwrap_or_default();
    let weight = |entry: &EditionEntry| {
        let outlets = 1 + entry.also_reported.len() + entry.late_copies.len();
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
mod tests {
    use super::*;

    #[test]
    fn a_report_is_named_after_whoever_its_link_leads_to() {
        let agency = Source {
            title: Some("Agency".into()),
            site_url: Some("https://agency.example/".into()),
            ..Source::default()
        };
        let named = |link, feed_url, credited| outlet(link, "Paper", feed_url, credited);
        let (paper, hub) = ("https://paper.example/rss", "https://hub.test/rss");
        assert_eq!(named(Some("https://paper.example/1"), paper, Some(&agency)), "Paper");
        assert_eq!(named(Some("https://agency.example/1"), hub, Some(&agency)), "Agency");
        assert_eq!(named(Some("https://hub.test/1"), hub, Some(&agency)), "Paper");
        assert_eq!(named(None, paper, Some(&agency)), "Paper");
        assert_eq!(named(Some("https://agency.example/1"), hub, None), "Paper");
    }

    fn output(groups: &[&str], feeds: &[&str], languages: &[&str], min_sources: usize) -> OutputConfig {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        OutputConfig {
            name: "o".to_owned(),
            groups: owned(groups),
            feeds: owned(feeds),
            languages: owned(languages),
            min_sources,
            independent: false,
            hold: Duration::ZERO,
            limit: 200,
            ..OutputConfig::default()
        }
    }

    #[test]
    fn outputs_admit_what_they_name() {
        let groups = ["world".to_owned()];
        let facts = Facts { feed: "A", groups: &groups, language: Some("en-GB"), publishers: 2, ..Facts::default() };
        let private = Facts { is_private: true, ..facts.clone() };
        let noindex = Facts { is_noindex: true, ..facts.clone() };
        let kept_out = Facts { is_public: true, ..noindex.clone() };
        let silent = Facts { language: None, ..facts.clone() };
        for (output, facts, expected) in [
            (output(&[], &[], &[], 0), &facts, true),
            (output(&["world"], &[], &[], 1), &facts, true),
            (output(&["sport"], &["A"], &["en"], 2), &facts, true),
            (output(&["sport"], &[], &[], 1), &facts, false),
            (output(&[], &["B"], &[], 1), &facts, false),
            (output(&[], &[], &["EN-gb", "de"], 1), &facts, true),
            (output(&[], &[], &["en-US"], 1), &facts, false),
            (output(&[], &[], &["e"], 1), &facts, false),
            (output(&[], &[], &["en"], 1), &silent, false),
            (output(&[], &[], &[], 3), &facts, false),
            (output(&[], &[], &[], 1), &private, false),
            (output(&["world"], &[], &[], 1), &private, false),
            (output(&[], &["A"], &[], 1), &private, true),
            (output(&[], &[], &[], 1), &noindex, true),
            (output(&[], &["A"], &[], 1), &kept_out, false),
        ] {
            assert_eq!(admits(&output, facts), expected, "{output:?} {facts:?}");
        }
    }

    #[test]
    fn the_document_reaches_back_a_day_but_not_for_ever() {
        let hourly = |n: i64| (0..n).map(|hour| 1_000_000_000 - hour * 3600).collect::<Vec<_>>();
        assert_eq!(reach(&hourly(100), 10), 24);
        assert_eq!(reach(&hourly(100), 50), 50);
        assert_eq!(reach(&hourly(7), 50), 7);
        assert_eq!(reach(&[], 50), 0);
        assert_eq!(reach(&vec![0; 5000], 200), MOST_ENTRIES);
        assert_eq!(reach(&vec![0; 5000], 2000), 2000);
    }

    #[test]
    fn text_is_shown_as_far_as_the_output_may() {
        let long = "word ".repeat(200);
        let cut = format!("<p>{}word…</p>", "word ".repeat(59));
        let full = format!("<p>{long}</p>");
        for (summary, content, expected) in [
            (Some("<p>S</p>"), Some("<p>C</p>"), Some("<p>S</p>")),
            (None, Some(full.as_str()), Some(cut.as_str())),
            (Some(full.as_str()), None, Some(cut.as_str())),
            (Some("<p></p>"), Some("a &lt; b"), Some("<p>a &lt; b</p>")),
            (None, None, None),
        ] {
            let owned = |text: Option<&str>| text.map(str::to_owned);
            let article = Article { summary: owned(summary), content: owned(content), ..Article::default() };
            let summarized = shown(article.clone(), ContentLevel::Summary);
            assert_eq!((summarized.summary.as_deref(), summarized.content), (expected, None));
            assert_eq!(shown(article.clone(), ContentLevel::Full), article);
            let headline = shown(article, ContentLevel::Headline);
            assert_eq!((headline.summary, headline.content), (None, None));
        }
    }

    #[test]
    fn beyond_four_mebibytes_older_entries_become_summaries_then_stay_away() {
        let entry = |bytes: usize| EditionEntry {
            article: Article { content: Some("word ".repeat(bytes / 5)), ..Article::default() },
            ..EditionEntry::default()
        };
        let fitted = fit((0..20).map(|_| entry(300_000)).collect(), ContentLevel::Full);
        assert_eq!((fitted.entries.len(), fitted.shortened, fitted.left_out), (20, 8, 0));
        assert!(fitted.entries[11].article.content.is_some() && fitted.entries[13].article.content.is_none());
        let fitted = fit((0..3000).map(|_| entry(100)).collect(), ContentLevel::Full);
        assert_eq!(fitted.entries.len() + fitted.left_out, 3000);
        assert!(fitted.entries.iter().map(|entry| weight(&entry.article)).sum::<usize>() <= MOST_BYTES);
        assert_eq!(fit(vec![entry(9_000_000)], ContentLevel::Full).entries.len(), 1);
    }
}
