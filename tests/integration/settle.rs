//! Batches: what fails for one poll is that poll's outcome; what fails for the batch never happened.

use crate::support::*;
use headlined::{model::*, store::Store};

const POISON: &str = "CREATE TEMP TRIGGER poison BEFORE INSERT ON main.article WHEN NEW.title = 'Poison' BEGIN SELECT RAISE(ABORT, 'no'); END";

#[test]
fn poll_50_of_a_batch_of_100_fails_in_the_store_and_the_other_99_are_settled() {
    let names: Vec<String> = (0..100).map(|n| format!("f{n}")).collect();
    let configs: Vec<_> = names.iter().map(|name| feed(name)).collect();
    let store = Store::in_memory().unwrap();
    store.execute_for_test(POISON).unwrap();
    let mut settler = settler(store, &configs, &[output("all")], START);
    let mut feeds: Vec<_> = settler.feeds.values().cloned().collect();
    feeds.sort_by_key(|feed| feed.state.id);
    let batch: Vec<_> = feeds
        .iter()
        .enumerate()
        .map(|(n, feed)| {
            let title = if n == 50 { "Poison".to_owned() } else { format!("Headline {n}") };
            retrieved(feed, &rss(&[(format!("g{n}"), format!("https://example.org/{n}"), title, START)]))
        })
        .collect();
    let settled = settler.settle(&batch, START).unwrap();
    let failed: Vec<usize> = (0..100).filter(|n| settled.polls[*n].report.failure.is_some()).collect();
    assert_eq!(failed, [50]);
    assert_eq!(settler.published_ids_for_test().len(), 99);
    let poisoned = &settler.feeds[&feeds[50].state.id].state;
    assert_eq!(
        (poisoned.failures, poisoned.body_hash),
        (0, None),
        "no fault of the feed, and its validators are not saved"
    );
    assert!(poisoned.next_poll_at.is_some_and(|at| at > START));
}

#[test]
fn a_removed_article_leaves_a_tombstone_and_does_not_come_back_while_its_feed_lists_it() {
    let mut one = OneFeed::new();
    let document = rss(&[("g".into(), "https://example.org/a".into(), "T".into(), START)]);
    assert_eq!(one.poll(&document).0, 1);
    one.settler.rules.retention = Some(std::time::Duration::from_secs(10 * 86_400));
    let mut done = headlined::poll::Upkept::default();
    while one.settler.upkeep(START + 20 * 86_400, &mut done).unwrap() {}
    assert_eq!((done.articles, done.tombstones), (1, 0));
    assert!(one.settler.published_ids_for_test().is_empty(), "its text is gone");
    assert_eq!(one.poll(&document), (0, 0, 1), "it is still known");
}

#[test]
fn a_batch_that_cannot_be_kept_leaves_memory_and_store_as_they_were() {
    let store = Store::in_memory().unwrap();
    let mut settler = settler(store, &[feed("a")], &[output("all")], START);
    let before = settler.feeds.clone();
    settler
        .store
        .execute_for_test(
            "CREATE TEMP TRIGGER full BEFORE INSERT ON main.ledger BEGIN SELECT RAISE(ABORT, 'full'); END",
        )
        .unwrap();
    let one = before.values().next().unwrap();
    let batch = [retrieved(one, &rss(&[("g".into(), "https://example.org/".into(), "T".into(), START)]))];
    assert!(settler.settle(&batch, START).is_err());
    assert_eq!(settler.feeds, before, "validators are saved only with the articles that they stand for");
    assert!(settler.published_ids_for_test().is_empty());
    settler.store.execute_for_test("DROP TRIGGER full").unwrap();
    assert_eq!(settler.settle(&batch, START + 60).unwrap().polls[0].report.new_articles, 1, "it is tried again");
}

#[test]
fn what_happens_to_a_feed_is_told_with_the_poll_that_told_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("headlined.db");
    let mut settler = settler(Store::open(&path).unwrap(), &[feed("one")], &[output("all")], START);
    let id = *settler.feeds.keys().next().unwrap();
    let failure = Brought::Failed { kind: FailureKind::Challenge, detail: "a challenge page".into() };
    let failed =
        Retrieved { feed_id: id, brought: failure, exchange: Exchange { status: Some(403), ..Exchange::default() } };
    let gone = Retrieved {
        feed_id: id,
        brought: Brought::Gone,
        exchange: Exchange { status: Some(410), ..Exchange::default() },
    };
    for poll in 0..8 {
        settler.settle(std::slice::from_ref(&failed), START + poll * 86_400).unwrap();
    }
    settler.settle(&[gone], START + 9 * 86_400).unwrap();
    let told = headlined::store::Reader::open(&path).unwrap().notices().unwrap();
    let told: Vec<(&str, &str)> = told.iter().map(|row| (row.kind.as_str(), row.title.as_str())).collect();
    assert_eq!(told, [("gone", "one is gone"), ("failing", "one keeps failing")]);
}

#[test]
fn how_feeds_fare_is_counted_and_who_may_be_named_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("headlined.db");
    let feeds = ["well", "secret", "dead", "late"].map(feed);
    let mut settler = settler(Store::open(&path).unwrap(), &feeds, &[output("all")], START);
    let by_name = |name: &str| settler.feeds.values().find(|feed| feed.config.name == name).unwrap().clone();
    let failed = |name: &str| Retrieved {
        feed_id: by_name(name).state.id,
        brought: Brought::Failed { kind: FailureKind::Challenge, detail: format!("{name}: a challenge page") },
        exchange: Exchange::default(),
    };
    let read = retrieved(&by_name("well"), &rss(&[("g".into(), "https://example.org/".into(), "T".into(), START)]));
    let batch = [read, failed("secret"), failed("dead")];
    settler.settle(&batch, START).unwrap();
    let reader = headlined::store::Reader::open(&path).unwrap();
    let fates = reader.fates(5, |name| name != "secret").unwrap();
    assert_eq!((fates.feeds, fates.polled, fates.failing), (4, 3, 2));
    assert_eq!(fates.failures, [("dead".to_owned(), "dead: a challenge page".to_owned())]);
    assert!(reader.fates(0, |_| true).unwrap().failures.is_empty());
}
