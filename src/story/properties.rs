//! What must hold for any stream: verdicts are a fold over the window, and leave nothing behind.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;
use crate::model::ArticleId;

const HOUR: i64 = 3_600;
const WORDS: [&str; 24] = [
    "bridge", "flood", "harbor", "mayor", "storm", "closed", "strike", "ferry", "court", "budget", "vote", "fire",
    "train", "school", "river", "police", "market", "union", "island", "power", "12", "15", "forecast", "monday",
];
const TEXTS: [&str; 4] = [
    "",
    "The only bridge of the town was closed on Monday after the river rose by two meters during the night, the mayor said, and \
     the ferry that should replace it stayed in the harbor because of the storm that is expected to last until Wednesday.",
    "Members of the union voted for a strike at all schools of the island from next week on, because the budget that the council \
     passed in spring has no money for the repairs which the court had ordered after the fire of last year.",
    "The only bridge of the town was closed on Monday after the river rose by two meters during the night, the mayor said, and \
     the ferry that should replace it is late.",
];

/// One article of a made-up stream.
#[derive(Debug, Clone)]
struct Item {
    words: Vec<usize>,
    text: usize,
    feed: i64,
    link: Option<u8>,
    german: bool,
    hours: i64,
}

/// A few events, told in words that are sometimes replaced; mostly without text.
fn item(hours: std::ops::Range<i64>) -> impl Strategy<Value = Item> {
    let told = (0..5usize, vec((0..7usize, 0..WORDS.len()), 0..3), 3..8usize).prop_map(|(event, others, length)| {
        let mut words: Vec<usize> = (0..length).map(|word| (event * 4 + word) % WORDS.len()).collect();
        for (place, other) in others {
            words.get_mut(place).into_iter().for_each(|word| *word = other);
        }
        words
    });
    let text = prop_oneof![6 => Just(0), 1 => 1..TEXTS.len()];
    let link = proptest::option::weighted(0.1, 0..6u8);
    (told, text, 0..6i64, link, proptest::bool::weighted(0.1), hours)
        .prop_map(|(words, text, feed, link, german, hours)| Item { words, text, feed, link, german, hours })
}

fn meta(id: ArticleId, item: &Item, settled_at: i64) -> Meta {
    Meta { id, feed: item.feed, published_at: settled_at, settled_at }
}

fn print(item: &Item) -> Fingerprint {
    let title: Vec<&str> = item.words.iter().map(|&w| WORDS[w]).collect();
    let link = item.link.map(|link| format!("example.org/{link}"));
    let publisher = format!("p{}", item.feed);
    let input = StoryInput {
        feed: item.feed,
        publisher: &publisher,
        language: Some(if item.german { "de" } else { "en" }),
        title: &title.join(" "),
        summary: TEXTS[item.text],
        link_key: link.as_deref(),
        ..StoryInput::default()
    };
    let bytes = fingerprint(&input).to_bytes();
    Fingerprint::from_bytes(&bytes).expect("its own bytes")
}

/// What a store would know: the articles as settled, with merges applied.
#[derive(Default)]
struct Store {
    rows: Vec<(Meta, Fingerprint, Settled)>,
}

impl Store {
    fn settle(&mut self, meta: Meta, print: Fingerprint, verdict: &Verdict) {
        for &(older, younger) in &verdict.merges {
            let started = |rows: &[(Meta, Fingerprint, Settled)]| {
                rows.iter().find(|r| r.2.story == older).map(|r| r.2.story_started_at)
            };
            let story_started_at = started(&self.rows).unwrap_or(meta.published_at);
            for row in self.rows.iter_mut().filter(|r| r.2.story == younger) {
                row.2 = Settled { story: older, story_started_at, ..row.2 };
            }
        }
        for &(first, other) in &verdict.copy_merges {
            for row in self.rows.iter_mut().filter(|r| r.2.copy_of == Some(other) || r.0.id == other) {
                row.2.copy_of = Some(first);
            }
        }
        let story = verdict.story.id();
        let story_started_at =
            self.rows.iter().find(|r| r.2.story == story).map_or(meta.published_at, |r| r.2.story_started_at);
        self.rows.push((meta, print, Settled { story, story_started_at, copy_of: verdict.copy_of }));
    }

    fn restart(&self, now: i64) -> Index {
        let mut index = Index::new(Policy::default());
        let since = now - crate::model::seconds(Policy::default().window);
        for (meta, print, settled) in self.rows.iter().filter(|row| row.0.settled_at >= since) {
            index.restore(*meta, print, *settled);
        }
        index
    }
}

/// Settles all items one by one; gives the verdicts, and the store that they lead to.
fn settle(items: &[Item], mut restart: impl FnMut(usize) -> bool) -> Vec<Verdict> {
    let (mut index, mut store, mut now) = (Index::new(Policy::default()), Store::default(), 0);
    let mut verdicts = Vec::new();
    for (at, item) in items.iter().enumerate() {
        now += item.hours * HOUR;
        if restart(at) {
            index = store.restart(now);
        }
        index.expire(now);
        let (meta, print) = (meta(at as i64 + 1, item, now), print(item));
        let verdict = index.stage(meta, &print);
        index.commit();
        store.settle(meta, print, &verdict);
        verdicts.push(verdict);
    }
    verdicts
}

fn copy_sets(index: &mut Index, batch: &[(Meta, Fingerprint)]) -> BTreeSet<BTreeSet<ArticleId>> {
    let mut set_of: BTreeMap<ArticleId, ArticleId> = BTreeMap::new();
    for (meta, print) in batch {
        let verdict = index.stage(*meta, print);
        set_of.insert(meta.id, verdict.copy_of.unwrap_or(meta.id));
        for (first, other) in verdict.copy_merges {
            set_of.values_mut().filter(|set| **set == other).for_each(|set| *set = first);
        }
    }
    let mut sets: BTreeMap<ArticleId, BTreeSet<ArticleId>> = BTreeMap::new();
    for (article, set) in set_of {
        sets.entry(set).or_default().insert(article);
    }
    sets.into_values().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn restarting_between_any_two_articles_changes_nothing(items in vec(item(0..30), 1..40), at in 0..40usize) {
        prop_assert_eq!(settle(&items, |_| false), settle(&items, |k| k == at));
        prop_assert_eq!(settle(&items, |_| false), settle(&items, |_| true));
    }

    #[test]
    fn what_was_rolled_back_was_never_there(
        before in vec(item(0..10), 0..15), undone in vec(item(0..3), 1..10), after in vec(item(0..10), 1..15),
    ) {
        let mut now = 0;
        let (mut one, mut two) = (Index::new(Policy::default()), Index::new(Policy::default()));
        for (id, item) in before.iter().enumerate() {
            now += item.hours * HOUR;
            let (meta, print) = (meta(id as i64 + 1, item, now), print(item));
            prop_assert_eq!(one.stage(meta, &print), two.stage(meta, &print));
        }
        one.commit();
        two.commit();
        for (id, item) in undone.iter().enumerate() {
            one.stage(meta(id as i64 + 500, item, now), &print(item));
        }
        one.rollback();
        for (id, item) in after.iter().enumerate() {
            now += item.hours * HOUR;
            let (meta, print) = (meta(id as i64 + 1_000, item, now), print(item));
            prop_assert_eq!(one.stage(meta, &print), two.stage(meta, &print));
        }
    }

    #[test]
    fn what_has_left_the_window_left_nothing(old in vec(item(0..10), 1..25), new in vec(item(0..5), 1..15)) {
        let (mut used, mut fresh) = (Index::new(Policy::default()), Index::new(Policy::default()));
        for (id, item) in old.iter().enumerate() {
            used.stage(meta(id as i64 + 1, item, item.hours * HOUR), &print(item));
        }
        used.commit();
        used.expire(1_000 * HOUR);
        prop_assert!(used.is_empty());
        for (id, item) in new.iter().enumerate() {
            let (meta, print) = (meta(id as i64 + 100, item, 1_000 * HOUR), print(item));
            prop_assert_eq!(used.stage(meta, &print), fresh.stage(meta, &print));
        }
    }

    #[test]
    fn forgetting_an_article_is_never_having_known_it(items in vec(item(0..3), 2..20), new in vec(item(0..1), 1..8), gone in 0..20usize) {
        let mut index = Index::new(Policy::default());
        let mut store = Store::default();
        for (id, item) in items.iter().enumerate() {
            let (meta, print) = (meta(id as i64 + 1, item, 0), print(item));
            let verdict = index.stage(meta, &print);
            store.settle(meta, print, &verdict);
        }
        index.commit();
        let gone = gone % items.len();
        index.forget(store.rows[gone].0.id);
        store.rows.remove(gone);
        let mut restarted = store.restart(0);
        for (id, item) in new.iter().enumerate() {
            let (meta, print) = (meta(id as i64 + 100, item, 0), print(item));
            prop_assert_eq!(index.stage(meta, &print), restarted.stage(meta, &print));
        }
    }

    /// RULES 5, "Copies in one burst".
    #[test]
    fn the_order_within_a_transaction_changes_no_copy_set(
        earlier in vec(item(0..1), 0..6), (batch, shuffled) in vec(item(0..1), 1..9).prop_flat_map(|batch| {
            let ids: Vec<usize> = (0..batch.len()).collect();
            (Just(batch), Just(ids).prop_shuffle())
        }),
    ) {
        let items: Vec<(Meta, Fingerprint)> =
            batch.iter().enumerate().map(|(id, item)| (meta(id as i64 + 100, item, 0), print(item))).collect();
        let moved: Vec<(Meta, Fingerprint)> = shuffled.iter().map(|&at| items[at].clone()).collect();
        let index = || {
            let mut index = Index::new(Policy { boilerplate: usize::MAX, ..Policy::default() });
            for (id, item) in earlier.iter().enumerate() {
                index.stage(meta(id as i64 + 1, item, 0), &print(item));
            }
            index
        };
        prop_assert_eq!(copy_sets(&mut index(), &items), copy_sets(&mut index(), &moved));
    }
}
