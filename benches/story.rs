//! What the story room costs: one article of a stream with text, at windows of 30,000 and 100,000; a start; the worst
//! streams. `cargo bench --bench story`; the figures that are asked for are printed first.

use std::{sync::Arc, time::Duration};

use divan::Bencher;
use divan::counter::ItemsCount;
use headlined::model::{Alias, AliasKind, Brought, Document, Exchange, FeedConfig, Retrieved, SchedulePolicy};
use headlined::poll::{Settler, publish::Publisher, stories::Grouper};
use headlined::reconcile::Rules;
use headlined::store::Store;
use headlined::story::{Fingerprint, Index, Meta, Policy, Settled, StoryInput, StoryRef, fingerprint};

#[expect(clippy::print_stdout, reason = "a bench says what it measured")]
fn main() {
    if std::env::args().all(|argument| !matches!(argument.as_str(), "--list" | "--test")) {
        for window in [30_000, 100_000] {
            println!("{}", figures(window));
        }
        println!("{}", start_from_a_store(100_000));
    }
    divan::main();
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

/// A stream with text through a full window, fingerprints included: speed, the slowest article, memory.
fn figures(window: usize) -> String {
    let articles = stream(window + MEASURED, 120);
    let mut index = filled(&articles, window);
    let (begin, mut slowest) = (now(), std::time::Duration::ZERO);
    for (at, article) in articles.iter().enumerate().skip(window) {
        let one = now();
        divan::black_box(settle(&mut index, at, article, &print(article), window));
        slowest = slowest.max(one.elapsed());
    }
    let rate = MEASURED as f64 / begin.elapsed().as_secs_f64();
    let bytes = index.memory() / index.len();
    format!(
        "window {window}: {rate:.0} articles/s, the slowest {:.1} ms, {bytes} B an article",
        1e3 * slowest.as_secs_f64()
    )
}

/// A start as the daemon makes it: the store opened, its fingerprints read, the index filled.
fn start_from_a_store(count: usize) -> String {
    let folder = tempfile::tempdir().expect("a folder for the store");
    let path = folder.path().join("headlined.db");
    let settled_at = 1_700_000_000;
    write_store(&path, count, settled_at);
    let begin = now();
    let store = Store::open(&path).expect("the store just written");
    let remembered = store.remembered(settled_at - WINDOW_SECONDS, usize::MAX).expect("its fingerprints");
    let grouper = Grouper::restore(Policy::default(), &remembered, &[]);
    let seconds = begin.elapsed().as_secs_f64();
    divan::black_box(grouper);
    format!("start from a store of {}: {seconds:.2} s", remembered.len())
}

fn write_store(path: &std::path::Path, count: usize, now: i64) {
    let mut store = Store::open(path).expect("a store");
    let configs: Vec<Arc<FeedConfig>> = (1..=FEEDS)
        .map(|n| FeedConfig {
            name: format!("f{n}"),
            url: format!("https://outlet{n}.example/feed"),
            dedup: true,
            ..FeedConfig::default()
        })
        .map(Arc::new)
        .collect();
    let feeds = store.sync_feeds(&configs).expect("feeds");
    let hour = Duration::from_secs(3_600);
    let schedule = SchedulePolicy { min_interval: hour, max_interval: 6 * hour, max_freshness: 24 * hour };
    let mut settler = Settler {
        store,
        feeds: feeds.iter().cloned().map(|feed| (feed.state.id, feed)).collect(),
        rules: Rules { schedule, retention: None, max_articles: None, backfill: None },
        grouper: Grouper::new(Policy::default()),
        publisher: Publisher::default(),
        backups: Default::default(),
    };
    for (chunk, articles) in stream(count, 120).chunks(500).enumerate() {
        let articles =
            articles.iter().enumerate().map(|(at, article)| kept(chunk * 500 + at, article).into()).collect();
        let document = Document { body_hash: chunk as u64 + 1, articles, ..Document::default() };
        let feed_id = feeds[chunk % feeds.len()].state.id;
        let brought = Brought::Document(Box::new(document));
        settler.settle(&[Retrieved { feed_id, brought, exchange: Exchange::default() }], now).expect("kept");
    }
    settler.store.close().expect("closed");
}

fn kept(number: usize, article: &Article) -> headlined::model::Article {
    headlined::model::Article {
        aliases: vec![Alias { kind: AliasKind::Id, value: number.to_string() }],
        title: article.title.clone(),
        summary: Some(article.text.clone()),
        language: Some("en".into()),
        published_at: Some(1_699_990_000),
        ..Default::default()
    }
}

/// Settled in three days, so that a window of so many articles is full.
const WINDOW_SECONDS: i64 = 72 * 3_600;
const FEEDS: u64 = 400;
const MEASURED: usize = 4_000;

/// The same numbers on every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    /// Words as rare as in news: rank r comes about 1/r as often.
    fn word(&mut self) -> u64 {
        let octave = self.roll(16);
        (1 << octave) + self.roll(1 << octave)
    }
}

/// The words of one event: outlets write of it in most of the same ones.
struct Event {
    title: Vec<u64>,
    text: Vec<u64>,
}

struct Article {
    feed: i64,
    title: String,
    text: String,
}

fn word(rank: u64) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ko", "mi", "ter", "lan", "su", "ra", "vel", "no", "ti", "gar", "pe", "hol", "du", "san", "qui"];
    let mut rest = rank.wrapping_mul(2_654_435_761) % 65_536;
    let mut word = String::new();
    for _ in 0..4 {
        word.push_str(SYLLABLES[(rest % 16) as usize]);
        rest /= 16;
    }
    word
}

fn stream(count: usize, text_words: usize) -> Vec<Article> {
    let mut dice = Dice(42);
    let mut events: Vec<Event> = Vec::new();
    let list = |dice: &mut Dice, n: usize| -> Vec<u64> { (0..n).map(|_| dice.word()).collect() };
    (0..count)
        .map(|_| {
            let is_new = events.is_empty() || dice.roll(100) < 55;
            if is_new {
                let event = Event { title: list(&mut dice, 9), text: list(&mut dice, text_words) };
                events.push(event);
            }
            let recent = events.len().min(300) as u64;
            let event = &events[events.len() - 1 - if is_new { 0 } else { dice.roll(recent) as usize }];
            let is_copy = dice.roll(4) == 0;
            let mut retell = |words: &[u64]| {
                let told: Vec<String> =
                    words.iter().map(|&w| word(if is_copy || dice.roll(3) > 0 { w } else { dice.word() })).collect();
                told.join(" ")
            };
            let (title, text) = (retell(&event.title), retell(&event.text));
            Article { feed: 1 + dice.roll(FEEDS) as i64, title, text }
        })
        .collect()
}

fn print(article: &Article) -> Fingerprint {
    let publisher = format!("outlet{}.example", article.feed);
    fingerprint(&StoryInput {
        feed: article.feed,
        publisher: &publisher,
        language: Some("en"),
        title: &article.title,
        summary: &article.text,
        ..StoryInput::default()
    })
}

fn meta(at: usize, article: &Article, window: usize) -> Meta {
    let settled_at = 1_700_000_000 + at as i64 * WINDOW_SECONDS / window as i64;
    Meta { id: at as i64 + 1, feed: article.feed, published_at: settled_at, settled_at }
}

fn settle(index: &mut Index, at: usize, article: &Article, print: &Fingerprint, window: usize) -> StoryRef {
    let meta = meta(at, article, window);
    index.expire(meta.settled_at);
    let verdict = index.stage(meta, print);
    index.commit();
    verdict.story
}

fn filled(articles: &[Article], window: usize) -> Index {
    let mut index = Index::new(Policy::default());
    for (at, article) in articles.iter().enumerate().take(window) {
        settle(&mut index, at, article, &print(article), window);
    }
    index
}

/// Fingerprint and verdict, each article once: articles a second at a full window.
#[divan::bench(args = [30_000, 100_000], sample_count = 3, sample_size = 1)]
fn articles_with_text(bencher: Bencher, window: usize) {
    let articles = stream(window + MEASURED, 120);
    bencher.counter(ItemsCount::new(MEASURED)).with_inputs(|| filled(&articles, window)).bench_local_refs(|index| {
        for (at, article) in articles.iter().enumerate().skip(window) {
            divan::black_box(settle(index, at, article, &print(article), window));
        }
    });
}

#[divan::bench(args = [40, 120, 600])]
fn fingerprint_of_words(bencher: Bencher, words: usize) {
    let articles = stream(64, words);
    let mut at = 0;
    bencher.counter(ItemsCount::new(1usize)).bench_local(|| {
        at += 1;
        print(&articles[at % articles.len()])
    });
}

/// A start: fingerprints read from the store's bytes, verdicts known.
#[divan::bench(args = [30_000, 100_000], sample_count = 3, sample_size = 1)]
fn start(bencher: Bencher, window: usize) {
    let articles = stream(window, 120);
    let mut index = Index::new(Policy::default());
    let rows: Vec<(Meta, Vec<u8>, Settled)> = articles
        .iter()
        .enumerate()
        .map(|(at, article)| {
            let print = print(article);
            let story = settle(&mut index, at, article, &print, window).id();
            let meta = meta(at, article, window);
            (meta, print.to_bytes(), Settled { story, story_started_at: meta.published_at, copy_of: None })
        })
        .collect();
    drop(index);
    bencher.counter(ItemsCount::new(window)).bench_local(|| {
        let mut index = Index::new(Policy::default());
        for (meta, bytes, settled) in &rows {
            if let Some(print) = Fingerprint::from_bytes(bytes) {
                index.restore(*meta, &print, *settled);
            }
        }
        index
    });
}

/// One text 10,000 times, from many feeds.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn one_text(bencher: Bencher) {
    let one = stream(1, 120).remove(0);
    let articles: Vec<Article> =
        (0..10_000).map(|n| Article { feed: 1 + n % 400, title: one.title.clone(), text: one.text.clone() }).collect();
    bencher.counter(ItemsCount::new(articles.len())).bench_local(|| filled(&articles, articles.len()));
}
