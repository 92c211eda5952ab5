//! The front page: the headlines of now, and how to subscribe to them.

use askama::Template;

use super::{Card, OutputView, Site, Subscription, grouped, page, subscriptions};
use crate::model::{Edition, UnixSeconds};

/// Headlines on the page, as long as it stays under 60 KB without pictures.
const HEADLINES: usize = 40;
const MOST_TEXT_BYTES: usize = 48 * 1024;
/// Of them, those that the most outlets carry stand first.
const WIDELY_REPORTED: usize = 3;
/// Other outlets that make a headline widely reported.
const WIDE: usize = 2;

#[derive(Debug, Clone, PartialEq)]
pub struct FrontView<'a> {
    pub site: Site,
    pub edition: &'a Edition,
    /// In the order in which they are offered.
    pub outputs: Vec<OutputView>,
    pub situation: Situation,
}

/// How the polling goes, in numbers; what the page says while there is nothing to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Situation {
    pub feeds: usize,
    /// Of them, polled at least once.
    pub polled: usize,
    /// Of them, failing at their last poll.
    pub failing: usize,
    /// Feed and reason, the first few.
    pub failures: Vec<(String, String)>,
    pub articles: u64,
}

pub fn front(view: &FrontView<'_>, now: UnixSeconds) -> String {
    let cards = cards(view, now);
    let mut widest: Vec<usize> = (0..cards.len()).filter(|at| outlets(&cards[*at]) >= WIDE).collect();
    widest.sort_by_key(|at| std::cmp::Reverse(outlets(&cards[*at])));
    widest.truncate(WIDELY_REPORTED);
    page(&FrontPage {
        site: &view.site,
        subscriptions: subscriptions(&view.site, &view.outputs),
        situation: &view.situation,
        articles: grouped(view.situation.articles),
        widely: widest.iter().map(|at| &cards[*at]).collect(),
        latest: (0..cards.len()).filter(|at| !widest.contains(at)).map(|at| &cards[at]).collect(),
    })
}

fn outlets(card: &Card) -> usize {
    card.outlets.len() + card.more_outlets
}

fn cards(view: &FrontView<'_>, now: UnixSeconds) -> Vec<Card> {
    let mut left = MOST_TEXT_BYTES;
    let cards = view.edition.entries.iter().take(HEADLINES).map(|entry| Card::of(entry, &view.site, now));
    cards
        .map_while(|card| {
            left = left.checked_sub(card.weight())?;
            Some(card)
        })
        .collect()
}

#[derive(Template)]
#[template(path = "front.html")]
struct FrontPage<'a> {
    site: &'a Site,
    subscriptions: Vec<Subscription<'a>>,
    situation: &'a Situation,
    articles: String,
    widely: Vec<&'a Card>,
    latest: Vec<&'a Card>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{AlsoReported, Article, EditionEntry};

    const NOW: UnixSeconds = 1_795_500_300;

    fn entry(title: &str, others: usize) -> EditionEntry {
        let copy = |n: usize| AlsoReported {
            source: format!("Outlet {n}"),
            title: "t".repeat(90),
            link: Some(format!("https://o.example/{n}")),
        };
        EditionEntry {
            id: format!("urn:uuid:{title}"),
            article: Article {
                title: title.to_owned(),
                link: Some("https://a.example/".to_owned()),
                summary: Some("word ".repeat(200)),
                ..Article::default()
            },
            published_at: NOW - 720,
            also_reported: (0..others).map(copy).collect(),
            feed: "Feed".to_owned(),
            ..EditionEntry::default()
        }
    }

    fn rendered(entries: Vec<EditionEntry>, situation: Situation, base: Option<&str>) -> String {
        let site =
            Site { base: base.map(str::to_owned), local: "http://127.0.0.1:8080/".to_owned(), ..Site::default() };
        let outputs = vec![OutputView { title: "All".to_owned(), stem: "feed".to_owned(), description: None }];
        let edition = Edition { entries, ..Edition::default() };
        front(&FrontView { site, edition: &edition, outputs, situation }, NOW)
    }

    #[test]
    fn every_headline_stands_once_the_widely_reported_first() {
        let page = rendered(vec![entry("One", 0), entry("Two", 2), entry("Three", 9)], Situation::default(), None);
        let order = ["Widely reported", ">Three<", ">Two<", "Latest", ">One<"];
        let found: Vec<_> = order.iter().map(|text| page.find(text).unwrap()).collect();
        assert!(found.is_sorted(), "{found:?}");
        assert!(order.iter().all(|text| page.matches(text).count() == 1));
        assert!(page.contains("title=\"24 Nov 2026, 05:53 UTC\">12 min ago</time>") && page.contains("and 4 more"));
    }

    #[test]
    fn the_page_stays_under_60_kb() {
        let long = "w".repeat(120);
        let page = rendered((0..100).map(|_| entry(&long, 9)).collect(), Situation::default(), None);
        assert!(page.len() < 60_000, "{}", page.len());
        assert!(rendered(vec![entry(&"w ".repeat(90_000), 0)], Situation::default(), None).len() < 60_000);
    }

    #[test]
    fn addresses_are_public_ones_or_this_machines_with_a_note() {
        let public = rendered(vec![], Situation::default(), Some("https://n.example/x/"));
        assert!(
            public.contains("<code>https://n.example/x/feed.atom</code>")
                && !public.contains("Only readers on this machine")
        );
        let local = rendered(vec![], Situation::default(), None);
        assert!(
            local.contains("<code>http://127.0.0.1:8080/feed.json</code>")
                && local.contains("Only readers on this machine")
        );
    }

    #[test]
    fn an_empty_page_says_why() {
        let failures = vec![("A & B".to_owned(), "no <answer>".to_owned())];
        for (feeds, polled, failing, expected) in [
            (0, 0, 0, "No feed is configured"),
            (44, 12, 3, "first poll of 44 feeds is running"),
            (44, 44, 44, "All 44 feeds failed"),
            (44, 44, 3, "none has listed an article"),
        ] {
            let situation = Situation { feeds, polled, failing, failures: failures.clone(), articles: 0 };
            let page = rendered(vec![], situation, None);
            assert!(page.contains(expected) && page.contains("A &#38; B</b>: no &#60;answer&#62;"), "{expected}");
        }
    }
}
