//! What a subscriber sees of copies and stories (RULES 3): who leads, what is named, what stays as it was.

use std::time::Duration;

use headlined::{daemon, model::*};
use tokio::sync::mpsc;

use crate::{press::*, support::*};

const MINUTE: UnixSeconds = 60;
const HOUR: UnixSeconds = 3_600;

fn stories(name: &str) -> OutputConfig {
    OutputConfig { mode: FoldMode::Stories, ..output(name) }
}

fn wire(wire: usize, name: &str, at: UnixSeconds) -> Item {
    item(name, WIRES[wire].0, WIRES[wire].1, at)
}

fn crediting(host: &'static str, item: Item) -> Item {
    Item { credits: Some(host), ..item }
}

#[tokio::test]
async fn the_origin_leads_then_priority_then_the_first() {
    let check = |a: Item, b: Item, priority: i64, leads: &'static str| async move {
        let hub = FeedConfig { priority, ..publisher("hub") };
        let mut press = Press::new(vec![hub, publisher("agency")], vec![output("all")]);
        press.print(START + HOUR, &[("hub", &[a]), ("agency", &[b])]);
        let entries = press.entries("all").await;
        assert_eq!(entries.len(), 1);
        assert_eq!((entries[0].source.title.as_deref(), entries[0].origin.clone()), (Some(leads), None));
        assert_eq!(entries[0].also_reported.len(), 1);
    };
    let linking = |item: Item| Item { text: item.text + " <a href=\"https://agency.example/news/b\">more</a>", ..item };
    check(crediting("agency.example", wire(0, "a", START)), wire(0, "b", START + 60), 9, "agency").await;
    check(linking(wire(0, "a", START)), wire(0, "b", START + 60), 9, "agency").await;
    check(wire(0, "a", START + 60), wire(0, "b", START), 9, "hub").await;
    check(wire(0, "a", START), wire(0, "b", START + 60), 0, "hub").await;
}

#[tokio::test]
async fn an_origin_found_later_is_credited_by_a_link_and_in_the_text_only_once_the_reader_looks_again() {
    let mut press = Press::of(&["hub", "agency", "other"], vec![output("all")]);
    let first = crediting("agency.example", wire(0, "a", START));
    press.print(START + HOUR, &[("hub", std::slice::from_ref(&first))]);
    let before = press.subscriber("all").await.remove(0);
    press.print(START + 2 * HOUR, &[("agency", &[wire(0, "b", START + MINUTE)]), ("other", &[wire(0, "c", START)])]);
    let after = press.subscriber("all").await.remove(0);
    for key in ["id", "url", "title", "content_html", "date_modified"] {
        assert_eq!(before[key], after[key], "{key}");
    }
    let entry = press.entries("all").await.remove(0);
    assert_eq!(entry.origin.as_ref().map(|origin| origin.source.as_str()), Some("agency"));
    assert_eq!((sources(&entry.also_reported), entry.late_copies.len()), (vec![], 2));
    // A new headline: the reader is told to look again, and finds what is known by now.
    let revised = Item { title: "Harbor pilots are back at work after eleven days of talks".into(), ..first };
    press.print(START + 12 * HOUR, &[("hub", &[revised])]);
    let renewed = press.subscriber("all").await.remove(0);
    assert_eq!((&renewed["id"], &renewed["url"]), (&before["id"], &before["url"]));
    let text = renewed["content_html"].as_str().unwrap();
    assert!(text.contains("Original report: <a href=\"https://agency.example/news/b\">agency</a>"), "{text}");
    assert!(text.contains("Also reported by <a href=\"https://other.example/news/c\">other</a>"), "{text}");
}

#[tokio::test]
async fn an_output_that_does_not_take_the_lead_shows_its_best_article_under_the_same_id() {
    let (second, third) = (FeedConfig { priority: 5, ..publisher("third") }, publisher("second"));
    let few = OutputConfig { feeds: vec!["second".into(), "third".into()], ..output("few") };
    let mut press = Press::new(vec![publisher("first"), third, second], vec![output("all"), few]);
    press.print(START + HOUR, &[("first", &[wire(0, "a", START)])]);
    press.print(START + 2 * HOUR, &[("second", &[wire(0, "b", START)]), ("third", &[wire(0, "c", START)])]);
    let (all, few) = (press.entries("all").await, press.entries("few").await);
    assert_eq!((all.len(), few.len()), (1, 1));
    assert_eq!(all[0].id, few[0].id);
    assert_eq!(few[0].source.title.as_deref(), Some("third"));
    assert_eq!(sources(&few[0].also_reported), ["first", "second"]);
}

#[tokio::test]
async fn copies_gather_while_an_entry_is_held_and_it_enters_though_nothing_is_polled() {
    let hold = OutputConfig { hold: Duration::from_secs(600), ..output("slow") };
    let mut press = Press::of(&["a", "b", "late"], vec![output("all"), hold]);
    press.print(START + HOUR, &[("a", &[crediting("b.example", wire(0, "a", START))])]);
    press.print(START + HOUR + 5 * MINUTE, &[("b", &[wire(0, "b", START)])]);
    assert_eq!((press.entries("all").await.len(), press.entries("slow").await.len()), (1, 0));
    press.restart(START + HOUR + 6 * MINUTE);
    assert_eq!(press.settler.store.next_hold_at().unwrap(), Some(START + HOUR + 10 * MINUTE));
    assert_eq!(press.settler.release(START + HOUR + 9 * MINUTE).unwrap(), Vec::<String>::new());
    assert_eq!(press.settler.release(START + HOUR + 10 * MINUTE).unwrap(), ["slow"]);
    let entry = press.entries("slow").await.remove(0);
    assert_eq!(entry.id, press.entries("all").await[0].id);
    assert_eq!((entry.source.title.as_deref(), sources(&entry.also_reported)), (Some("b"), vec!["a"]));
    press.print(START + 2 * HOUR, &[("late", &[wire(0, "c", START)])]);
    assert_eq!(press.entries("slow").await[0].late_copies.len(), 1);
    assert_eq!(press.settler.store.next_hold_at().unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn the_daemon_lets_a_held_entry_in_at_its_time() {
    let clock = headlined::clock::Clock::pinned(START + HOUR);
    let hold = OutputConfig { hold: Duration::from_secs(600), ..output("slow") };
    let seldom = FeedConfig { interval: Some(Duration::from_secs(6 * 3_600)), ..publisher("a") };
    let press = Press::new(vec![seldom], vec![hold]);
    let script = Script::new(clock.clone(), |request, _| body(request, document("a", &[wire(0, "a", START)])));
    let (_commands, to_daemon) = mpsc::channel(1);
    let (entered, mut at) = mpsc::unbounded_channel();
    let time = clock.clone();
    let changed = move |output: &str| entered.send((output.to_owned(), time.now())).unwrap();
    let ends = tokio::time::sleep(Duration::from_secs(7 * 3_600));
    let (settler, _folder) = press.take_apart();
    let settler = daemon::run(daemon(script, settler, clock.clone()), to_daemon, changed, ends).await;
    let (output, entered_at) = at.recv().await.unwrap();
    assert_eq!((output.as_str(), settler.store.next_hold_at().unwrap()), ("slow", None));
    let polled_at = settler.feeds.values().next().unwrap().state.last_new_at.unwrap();
    assert!((600..=601).contains(&(entered_at - polled_at)), "{} s after it was polled", entered_at - polled_at);
}

/// Reports of one event in the outlets' own words.
const EVENT: [(&str, &str); 3] = [
    (
        "Strong earthquake shakes Valdivia, tsunami warning lifted",
        "An earthquake of magnitude 7 shook Valdivia in southern Chile; a tsunami warning was lifted.",
    ),
    (
        "Chile: tsunami warning lifted after strong Valdivia earthquake",
        "Chile lifted its tsunami warning after a strong earthquake near Valdivia.",
    ),
    (
        "Valdivia earthquake: Chile lifts tsunami warning after strong tremor",
        "After a strong earthquake, the tsunami warning for Valdivia in Chile was lifted.",
    ),
];

fn told(way: usize, name: &str, at: UnixSeconds) -> Item {
    item(name, EVENT[way].0, EVENT[way].1, at)
}

#[tokio::test]
async fn a_story_is_one_entry_that_lists_the_headlines_known_when_it_entered() {
    let mut press = Press::of(&["a", "b", "c"], vec![output("all"), stories("stories")]);
    press.print(START + HOUR, &[("a", &[told(0, "x", START)]), ("b", &[told(1, "y", START + MINUTE)])]);
    let before = press.subscriber("stories").await;
    assert_eq!((before.len(), press.entries("all").await.len()), (1, 2));
    let text = before[0]["content_html"].as_str().unwrap().to_owned();
    let listed = format!("<li><a href=\"https://b.example/news/y\" dir=\"auto\">{}</a> (b)</li>", EVENT[1].0);
    assert!(text.contains(&listed), "{text}");
    assert!(text.contains("/story/"), "{text}");
    press.print(START + 2 * HOUR, &[("c", &[told(2, "z", START + HOUR)])]);
    // Another outlet's headline changes: this entry says what it said.
    let retitled =
        Item { title: "Chile lifts its tsunami warning after the Valdivia earthquake".into(), ..told(1, "y", START) };
    press.print(START + 12 * HOUR, &[("b", &[retitled])]);
    let after = press.subscriber("stories").await;
    assert_eq!((after.len(), after[0]["content_html"].as_str()), (1, Some(text.as_str())));
    assert_eq!(after[0]["date_modified"], before[0]["date_modified"]);
    let entry = press.entries("stories").await.remove(0);
    assert_eq!(sources(&entry.late_copies), ["c"]);
    assert_ne!(entry.id, press.entries("all").await.last().unwrap().id, "an article and its story share no id");
}

#[tokio::test]
async fn independent_counts_a_text_once() {
    let top = |name: &str, independent| OutputConfig { min_sources: 2, independent, ..stories(name) };
    let mut press = Press::of(&["a", "b", "c"], vec![top("prints", false), top("texts", true)]);
    press.print(START + HOUR, &[("a", &[told(0, "x", START)]), ("b", &[told(0, "y", START)])]);
    assert_eq!((press.entries("prints").await.len(), press.entries("texts").await.len()), (1, 0));
    press.print(START + 2 * HOUR, &[("c", &[told(1, "z", START)])]);
    assert_eq!((press.entries("prints").await.len(), press.entries("texts").await.len()), (1, 1));
}

#[tokio::test]
async fn what_turns_out_to_be_one_stays_as_it_was_published_and_the_later_links_to_the_earlier() {
    let mut press = Press::of(&["a", "b", "c", "d"], vec![output("all")]);
    press.print(START + HOUR, &[("a", &[item("x", WIRES[0].0, "", START)])]);
    press.print(START + 2 * HOUR, &[("b", &[item("y", "Pilots end their strike at last", WIRES[0].1, START)])]);
    let before = press.subscriber("all").await;
    assert_eq!(before.len(), 2);
    press.print(START + 3 * HOUR, &[("c", &[wire(0, "z", START + 2 * HOUR)])]); // the headline of one, the text of the other
    let after = press.subscriber("all").await;
    let ids = |items: &[serde_json::Value]| items.iter().map(|item| item["id"].clone()).collect::<Vec<_>>();
    assert_eq!(ids(&before), ids(&after));
    assert_eq!(
        (&before[0]["content_html"], &before[1]["content_html"]),
        (&after[0]["content_html"], &after[1]["content_html"])
    );
    let later = press.entries("all").await.remove(0);
    assert_eq!(sources(&later.late_copies), ["a", "c"]);
    press.print(START + 4 * HOUR, &[("d", &[wire(0, "w", START + 3 * HOUR)])]);
    assert_eq!(ids(&before), ids(&press.subscriber("all").await), "a further copy enters nowhere");
}

#[tokio::test]
async fn a_private_feed_is_named_only_where_it_is_asked_for() {
    let private = FeedConfig { private: true, ..publisher("secret") };
    let own = OutputConfig { feeds: vec!["secret".into(), "a".into()], ..output("own") };
    let mut press = Press::new(vec![private, publisher("a")], vec![output("all"), own]);
    press.print(START + HOUR, &[("secret", &[wire(0, "s", START)]), ("a", &[wire(0, "x", START + MINUTE)])]);
    let (all, own) = (press.entries("all").await.remove(0), press.entries("own").await.remove(0));
    assert_eq!((sources(&all.also_reported), all.late_copies.len()), (vec![], 0));
    assert_eq!(sources(&own.also_reported), ["a"]);
}

#[tokio::test]
async fn two_thousand_prints_of_one_text_are_one_entry_with_a_list_that_ends() {
    let names: Vec<String> = (0..100).map(|n| format!("f{n}")).collect();
    let mut press =
        Press::of(&names.iter().map(String::as_str).collect::<Vec<_>>(), vec![output("all"), stories("top")]);
    for batch in 1..=10 {
        let at = START + batch * MINUTE;
        let items: Vec<Item> = (0..2).map(|n| item(&format!("n{batch}-{n}"), WIRES[0].0, WIRES[0].1, at)).collect();
        let printed: Vec<(&str, &[Item])> = names.iter().map(|name| (name.as_str(), &*items)).collect();
        assert_eq!(press.print(at, &printed), 200);
    }
    for output in ["all", "top"] {
        let entries = press.entries(output).await;
        assert_eq!(entries.len(), 1);
        let named = entries[0].also_reported.len() + entries[0].late_copies.len();
        assert!((99..=400).contains(&named), "{named}");
    }
}

#[tokio::test]
async fn many_prints_of_one_text_are_one_entry_with_a_list_that_ends() {
    let names: Vec<String> = (0..40).map(|n| format!("f{n}")).collect();
    let mut press =
        Press::of(&names.iter().map(String::as_str).collect::<Vec<_>>(), vec![output("all"), stories("top")]);
    for name in &names {
        let items: Vec<Item> =
            (0..25).map(|n| item(&format!("n{n}"), &format!("{} {n}", WIRES[0].0), WIRES[0].1, START)).collect();
        press.print(START + HOUR, &[(name, &items)]);
    }
    for output in ["all", "top"] {
        let entries = press.entries(output).await;
        let shown: usize = entries
            .iter()
            .map(|entry| 1 + entry.also_reported.len() + entry.late_copies.len() + entry.other_reports.len())
            .sum();
        assert!(shown >= entries.len() && entries.iter().all(|entry| entry.late_copies.len() <= 250), "{shown}");
    }
}
