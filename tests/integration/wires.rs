//! A scripted week: 40 feeds, 30 of which carry the same three wires with their own headlines, cuts, additions and
//! revisions, some of them days late; a reader that is subscribed to the default output; restarts in between.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use headlined::{clock::Clock, daemon, model::*};
use tokio::sync::mpsc;

use crate::{press::*, support::*};

const HOUR: UnixSeconds = 3_600;
const DAY: UnixSeconds = 24 * HOUR;
const FEEDS: usize = 40;
const CARRIERS: usize = 30;
/// A feed prints something of its own this often.
const OWN_EVERY: UnixSeconds = 12 * HOUR;

/// The same words for the same seed, nothing in common with other seeds.
fn words(seed: usize, count: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ko", "mi", "ter", "lan", "su", "ra", "vel", "no", "ti", "gar", "pe", "hol", "du", "san", "qui"];
    let mut state = (seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (0..4).map(|n| SYLLABLES[(state >> (32 + 4 * n)) as usize % 16]).collect::<String>()
    };
    (0..count).map(|_| word()).collect::<Vec<_>>().join(" ")
}

/// How a carrier prints a wire: whole, cut, or with a line of its own, under a headline that half of them make themselves.
fn print(wire: usize, feed: usize, now: UnixSeconds) -> Option<Item> {
    let sent_at = START + DAY * wire as UnixSeconds + HOUR;
    let at = sent_at + (feed as UnixSeconds * 37 * 60) % (20 * HOUR);
    let late = if feed % 10 == 9 { DAY } else { 0 };
    if feed >= CARRIERS || at + late > now {
        return None;
    }
    let (title, text) = WIRES[wire];
    let own = format!("{}: {title}", words(9_000 + feed, 2));
    let title = if feed.is_multiple_of(2) { title.to_owned() } else { own };
    let text = match feed % 4 {
        0 => text.to_owned(),
        1 => format!("HARBORTOWN (Agency) — {text}"),
        2 => text.rsplit_once(". ").map_or(text, |(head, _)| head).to_owned() + ".",
        _ => format!("{text} Reporting by {}.", words(8_000 + feed, 3)),
    };
    // Half a day later some correct a little, and one finds a better headline.
    let is_revised = now > at + late + 12 * HOUR;
    let text = if is_revised && feed % 5 == 1 { format!("{text} The text was edited.") } else { text };
    let title = if is_revised && feed == 3 { format!("{title}, officials say") } else { title };
    Some(item(&format!("wire-{wire}"), &title, &text, at))
}

fn document_at(feed: usize, now: UnixSeconds) -> String {
    let newest = (now - START) / OWN_EVERY;
    let own = (0..=newest).rev().take(4).map(|n| {
        let seed = feed * 1_000 + n as usize;
        item(&format!("own-{n}"), &words(seed, 7), &words(100_000 + seed, 50), START + n * OWN_EVERY)
    });
    let mut items: Vec<Item> = (0..WIRES.len()).filter_map(|wire| print(wire, feed, now)).chain(own).collect();
    items.retain(|item| item.at > now - 3 * DAY);
    document(&format!("f{feed}"), &items)
}

/// Remembers what it was shown, as readers do.
#[derive(Default)]
struct Subscriber {
    /// What each item showed last.
    seen: HashMap<String, serde_json::Value>,
    /// Items of the last document.
    listed: HashSet<String>,
}

impl Subscriber {
    fn read(&mut self, items: Vec<serde_json::Value>) {
        let mut listed = HashSet::new();
        for item in items {
            let id = item["id"].as_str().unwrap().to_owned();
            if let Some(before) = self.seen.get(&id) {
                assert!(self.listed.contains(&id), "{id} had left, and came back");
                assert_eq!(before["url"], item["url"], "an entry keeps its article");
                if before["date_modified"] == item["date_modified"] {
                    assert_eq!(before["content_html"], item["content_html"], "changed without a word");
                    assert_eq!(before["title"], item["title"]);
                }
            }
            listed.insert(id.clone());
            self.seen.insert(id, item);
        }
        self.listed = listed;
    }
}

#[tokio::test(start_paused = true)]
async fn a_week_of_wires_is_read_once_whether_there_are_restarts_or_not_and_all_that_is_hidden_can_be_reached() {
    assert_eq!(week(&[3, 5, 6, 11]).await, week(&[]).await);
}

/// Runs the week in steps of six hours, with restarts after some of them. Gives what the reader was shown.
async fn week(restarts: &[usize]) -> BTreeMap<String, String> {
    let names: Vec<String> = (0..FEEDS).map(|n| format!("f{n}")).collect();
    let feeds = names
        .iter()
        .map(|name| FeedConfig { interval: Some(Duration::from_secs(3 * 3_600)), ..publisher(name) })
        .collect();
    let mut press = Press::new(feeds, vec![OutputConfig { limit: 250, ..output("all") }]);
    let mut subscriber = Subscriber::default();
    for step in 0..28usize {
        let now = START + step as UnixSeconds * 6 * HOUR;
        let clock = Clock::pinned(now);
        let script = Script::new(clock.clone(), |request, now| {
            body(request, document_at(request.feed[1..].parse().unwrap(), now))
        });
        let (_commands, to_daemon) = mpsc::channel(1);
        let ends = tokio::time::sleep(Duration::from_secs(6 * 3_600));
        let (settler, rest) = press.take_apart();
        let settler = daemon::run(daemon(script, settler, clock), to_daemon, |_| {}, ends).await;
        press = rest.with(settler);
        if restarts.contains(&step) {
            press.restart(now + 6 * HOUR);
        }
        subscriber.read(press.subscriber("all").await);
    }
    check(&press, &subscriber).await;
    subscriber.seen.iter().map(|(id, item)| (id.clone(), item["title"].to_string())).collect()
}

async fn check(press: &Press, subscriber: &Subscriber) {
    let urls: Vec<&str> = subscriber.seen.values().map(|item| item["url"].as_str().unwrap()).collect();
    for wire in 0..WIRES.len() {
        let shown = urls.iter().filter(|url| url.ends_with(&format!("/wire-{wire}"))).count();
        assert_eq!(shown, 1, "wire {wire} was shown {shown} times");
    }
    let own = urls.iter().filter(|url| url.contains("/own-")).count();
    let expected = FEEDS * (7 * DAY / OWN_EVERY) as usize;
    assert!((expected..=expected + FEEDS).contains(&own), "{own} of {expected} articles of their own");
    for item in subscriber.seen.values().filter(|item| item["url"].as_str().unwrap().contains("/wire-")) {
        let id = item["id"].as_str().unwrap();
        let on_page: HashSet<String> = press.reports(id).into_iter().filter_map(|report| report.article.link).collect();
        assert_eq!(on_page.len(), CARRIERS, "its story page has them all");
        let entry = press.entries("all").await.into_iter().find(|entry| entry.id == id);
        if let Some(entry) = entry {
            let linked: HashSet<String> = entry
                .also_reported
                .into_iter()
                .chain(entry.late_copies)
                .filter_map(|copy| copy.link)
                .chain(entry.article.link)
                .collect();
            assert_eq!(linked, on_page, "and so has the entry");
        }
    }
}
