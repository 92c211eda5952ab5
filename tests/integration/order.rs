//! What does not matter: the order of arrival within a transaction, restarts, a second run, and what others forget.

use std::collections::{BTreeMap, BTreeSet};

use headlined::model::*;

use crate::{press::*, support::*};

const HOUR: UnixSeconds = 3_600;
const NAMES: [&str; 5] = ["a", "b", "c", "d", "e"];

fn outputs() -> Vec<OutputConfig> {
    vec![output("all"), OutputConfig { mode: FoldMode::Stories, ..output("stories") }]
}

/// Three hours of five feeds: wires, cuts of them, and reports of their own.
fn printed(hour: usize, feed: usize) -> Vec<Item> {
    let at = START + (hour as UnixSeconds) * HOUR - (feed as UnixSeconds) * 60;
    let (title, text) = WIRES[(hour + feed / 2) % WIRES.len()];
    let cut = text.rsplit_once(". ").map_or(text, |(head, _)| head);
    let own = format!("{title} in {}", ["Bergen", "Turku", "Gdansk", "Porto", "Split"][feed]);
    vec![
        item(
            &format!("w{hour}"),
            if feed.is_multiple_of(2) { title } else { &own },
            if feed == 3 { cut } else { text },
            at,
        ),
        item(&format!("o{hour}"), &format!("{own} on day {hour}"), "", at + 5),
    ]
}

/// Settles the hours with the feeds of each in this order; every hour is one transaction.
fn settled(order: &[usize], restarts: bool) -> Press {
    let mut press = Press::of(&NAMES, outputs());
    for hour in 1..=3 {
        let now = START + hour as UnixSeconds * HOUR;
        let items: Vec<(usize, Vec<Item>)> = order.iter().map(|&feed| (feed, printed(hour, feed))).collect();
        let documents: Vec<(&str, &[Item])> =
            items.iter().map(|(feed, items)| (NAMES[*feed], items.as_slice())).collect();
        press.print(now, &documents);
        if restarts {
            press.restart(now);
        }
    }
    press
}

/// All that subscribers see, and the sets that articles are in, without the store's own numbers.
async fn seen(press: &Press) -> (BTreeMap<String, Vec<String>>, BTreeSet<BTreeSet<uuid::Uuid>>) {
    let mut outputs = BTreeMap::new();
    let mut sets = BTreeSet::new();
    for output in ["all", "stories"] {
        let items = press.subscriber(output).await;
        for item in &items {
            let reports = press.reports(item["id"].as_str().unwrap());
            sets.insert(reports.iter().map(|report| report.published_id).collect());
        }
        let mut shown: Vec<String> = items.into_iter().map(|item| item.to_string()).collect();
        shown.sort();
        outputs.insert(output.to_owned(), shown);
    }
    (outputs, sets)
}

#[tokio::test]
async fn the_order_of_arrival_within_a_transaction_changes_nothing_that_anybody_sees() {
    let expected = seen(&settled(&[0, 1, 2, 3, 4], false)).await;
    for order in [[4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [1, 4, 0, 3, 2]] {
        assert_eq!(seen(&settled(&order, false)).await, expected, "{order:?}");
    }
}

#[tokio::test]
async fn restarts_and_a_second_run_change_nothing_in_the_store() {
    let order = [0, 1, 2, 3, 4];
    let expected = settled(&order, false);
    for restarts in [false, true] {
        let again = settled(&order, restarts);
        assert_eq!(
            again.settler.store.remembered(0, usize::MAX).unwrap(),
            expected.settler.store.remembered(0, usize::MAX).unwrap()
        );
        assert_eq!(seen(&again).await, seen(&expected).await);
    }
}

#[tokio::test]
async fn retention_of_the_first_changes_no_others_story() {
    let mut press = settled(&[0, 1, 2, 3, 4], false);
    let sets = |press: &Press| -> Vec<(Option<StoryId>, Option<ArticleId>)> {
        let remembered = press.settler.store.remembered(START + 2 * HOUR, usize::MAX).unwrap();
        remembered.iter().map(|article| (article.story_id, article.copy_of)).collect()
    };
    let before = sets(&press);
    press.settler.rules.retention = Some(std::time::Duration::from_secs(10));
    // All of the first hour.
    while press.settler.upkeep(START + 2 * HOUR, &mut headlined::poll::Upkept::default()).unwrap() {}
    press.settler.rules.retention = None;
    assert_eq!(sets(&press), before);
    let entries = press.entries("all").await.len();
    press.print(START + 4 * HOUR, &[("e", &[item("again", WIRES[0].0, WIRES[0].1, START + 3 * HOUR)])]);
    assert_eq!(press.entries("all").await.len(), entries, "a copy of copies of what is gone");
}

/// The sets that the held articles of the other feeds are in, as published.
async fn without_feed_a(press: &Press) -> (BTreeSet<BTreeSet<uuid::Uuid>>, BTreeSet<BTreeSet<uuid::Uuid>>) {
    let mut sets = (BTreeSet::new(), BTreeSet::new());
    for name in ["b", "c", "d", "e"] {
        for item in (1..=3).flat_map(|hour| [format!("w{hour}"), format!("o{hour}")]) {
            let reports = press.reports(&press.id(name, &item).to_string());
            let head = |report: &headlined::store::ReportRow| report.copy_of.unwrap_or(report.id);
            let own = reports.iter().find(|report| report.published_id == press.id(name, &item)).map(head);
            let others = || reports.iter().filter(|report| report.feed != "a");
            sets.0.insert(others().map(|report| report.published_id).collect());
            sets.1.insert(others().filter(|r| Some(head(r)) == own).map(|report| report.published_id).collect());
        }
    }
    sets
}

#[tokio::test]
async fn forgetting_the_feed_that_was_first_changes_no_others_copies_and_stories() {
    for restarts in [false, true] {
        let mut press = settled(&[0, 1, 2, 3, 4], false);
        let before = without_feed_a(&press).await;
        press.unsubscribe("a", START + 4 * HOUR);
        let (gone, outputs) = press.settler.forget("a", START + 4 * HOUR).unwrap().unwrap();
        assert_eq!((gone, outputs.len()), (6, 2));
        assert_eq!(without_feed_a(&press).await, before);
        if restarts {
            press.restart(START + 4 * HOUR);
        }
        // A copy of copies whose first is gone is one of them.
        let late = item("late", WIRES[1].0, WIRES[1].1, START + 4 * HOUR);
        press.print(START + 5 * HOUR, &[("e", &[late])]);
        let copies = press.reports(&press.id("e", "late").to_string());
        assert!(copies.len() > 2 && copies.iter().all(|report| report.feed != "a"), "{copies:#?}");
        assert!(copies.last().unwrap().copy_of.is_some());
    }
}

#[tokio::test]
async fn a_feed_that_prints_its_archive_again_under_new_ids_shows_nothing_again() {
    let mut press = settled(&[0, 1, 2, 3, 4], false);
    let before = press.subscriber("all").await.len();
    let archive: Vec<Item> = (1..=3)
        .flat_map(|hour| printed(hour, 0))
        .map(|item| Item { name: format!("new-{}", item.name), ..item })
        .collect();
    press.print(START + 5 * HOUR, &[("b", &archive)]);
    let after = press.subscriber("all").await;
    assert_eq!(after.len(), before, "the same texts under another feed's ids are copies");
}

#[tokio::test]
async fn headlines_that_say_nothing_and_dates_that_lie_join_nothing_and_lose_nothing() {
    let titles = ["Untitled", "Photo of the day", "2026", "!?", "long", "Untitled"];
    let mut press = Press::of(&NAMES, outputs());
    let mut printed = 0;
    for (feed, name) in NAMES.iter().enumerate() {
        let items: Vec<Item> = (0..)
            .zip(titles)
            .map(|(n, title)| {
                let years = [0, -10, 10, 0, -1, 0][n] * 365 * 24 * HOUR;
                let town = ["Bergen", "Turku", "Gdansk", "Porto", "Split"][feed];
                let long = format!("{town} grows and grows ").repeat(500);
                item(
                    &format!("n{n}"),
                    if title == "long" { &long } else { title },
                    &format!("Picture {feed} {n} by somebody."),
                    START + years,
                )
            })
            .collect();
        printed += press.print(START + HOUR, &[(name, &items)]);
    }
    let remembered = press.settler.store.remembered(0, usize::MAX).unwrap();
    assert_eq!((printed, remembered.len()), (NAMES.len() * titles.len(), NAMES.len() * titles.len()));
    let joined: Vec<_> =
        remembered.iter().filter(|article| article.copy_of.is_some()).map(|article| article.id).collect();
    assert_eq!(joined, [] as [ArticleId; 0]);
}
