//! What reading costs beside plain feed-rs, on captured feeds that need no mending.
//!
//! The feeds are found through `HEADLINED_CORPUS`; without them this prints SKIPPED. Ratios come first, then divan's
//! table of the same steps.

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use headlined::{
    article::{self, Context},
    html,
    model::{FeedConfig, ParsedFeed},
    parse::{self, Document},
};

/// Folders of captured feeds.
const CAPTURED: &[&str] = &[
    "kagi-benchmark",
    "feedreader",
    "rbren",
    "picofeed",
    "node-feedparser",
    "netnewswire",
    "winds",
    "feed-rs",
    "miniflux",
];
/// Smaller documents are tests, not feeds.
const MIN_BYTES: usize = 4_096;
/// Passes over all feeds.
const PASSES: usize = 60;

struct Feed {
    path: PathBuf,
    body: Vec<u8>,
}

static FEEDS: LazyLock<Vec<Feed>> = LazyLock::new(|| {
    let root = corpus();
    let mut files = Vec::new();
    CAPTURED.iter().for_each(|folder| collect(&Path::new(&root).join(folder), &mut files));
    files.sort();
    let feeds = files.into_iter().filter_map(|path| Some(Feed { body: std::fs::read(&path).ok()?, path }));
    feeds.filter(|feed| feed.body.len() >= MIN_BYTES && is_clean(&feed.body)).collect()
});

#[expect(clippy::disallowed_methods, reason = "a bench is told by its environment where the feeds are")]
fn corpus() -> String {
    std::env::var("HEADLINED_CORPUS").unwrap_or_else(|_| "../shared/corpus".to_owned())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

fn is_clean(body: &[u8]) -> bool {
    let read = parse::parse(&document(body));
    feed_rs::parser::parse(body).is_ok() && read.is_ok_and(|feed| feed.repairs.is_empty() && !feed.entries.is_empty())
}

fn document(bytes: &[u8]) -> Document<'_> {
    Document { bytes, ..Document::default() }
}

fn plain(feed: &Feed) {
    black_box(feed_rs::parser::parse(feed.body.as_slice()).ok());
}

fn parsed(feed: &Feed) -> ParsedFeed {
    parse::parse(&document(&feed.body)).unwrap_or_default()
}

fn to_articles(feed: &Feed) {
    let config = FeedConfig::default();
    black_box(article::articles(parsed(feed), &Context { config: &config, base_url: "https://example.org/feed" }));
}

/// What reading leaves out when sanitizing is counted apart: all markup of a parsed feed made safe.
fn sanitized(feed: &ParsedFeed) {
    for entry in &feed.entries {
        black_box(entry.title.as_ref().map(html::plain_text));
        for text in [&entry.summary, &entry.content].into_iter().flatten() {
            black_box(html::clean(text, None));
        }
    }
}

#[divan::bench]
fn feed_rs_alone() {
    FEEDS.iter().for_each(plain);
}

#[divan::bench]
fn parse_without_sanitizing() {
    FEEDS.iter().for_each(|feed| {
        black_box(parsed(feed));
    });
}

#[divan::bench]
fn parse_to_articles() {
    FEEDS.iter().for_each(to_articles);
}

/// Milliseconds of the processor that this thread has had: other work on the machine does not count.
fn milliseconds() -> f64 {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    schedule.split(' ').next().and_then(|nanoseconds| nanoseconds.parse::<f64>().ok()).unwrap_or_default() / 1e6
}

/// A pass over all, at the mean: the kernel counts in ticks, which are longer than some passes.
fn mean<T>(all: &[T], step: impl Fn(&T)) -> f64 {
    let start = milliseconds();
    (0..PASSES).for_each(|_| all.iter().for_each(&step));
    (milliseconds() - start) / PASSES as f64
}

/// `--files` lists the feeds, for whoever measures another parser by them; `--short` leaves divan's table out.
#[expect(clippy::print_stdout, reason = "a bench speaks to whoever runs it")]
fn main() {
    let is_told = |word: &str| std::env::args().any(|argument| argument == word);
    if is_told("--files") {
        return FEEDS.iter().for_each(|feed| println!("{}", feed.path.display()));
    }
    if FEEDS.is_empty() {
        println!("SKIPPED: no captured feeds (set HEADLINED_CORPUS)");
        return;
    }
    let read: Vec<ParsedFeed> = FEEDS.iter().map(parsed).collect();
    let alone = mean(&FEEDS, plain);
    let parse = mean(&FEEDS, |feed| {
        black_box(parsed(feed));
    });
    let whole = mean(&FEEDS, to_articles);
    let sanitizing = mean(&read, sanitized);
    println!("{} clean feeds, {} KiB", FEEDS.len(), FEEDS.iter().map(|feed| feed.body.len()).sum::<usize>() >> 10);
    println!("feed-rs alone                      {alone:7.2} ms");
    let rows = [("parse", parse), ("parse to articles", whole), ("the same, sanitizing apart", whole - sanitizing)];
    for (name, time) in rows {
        println!("{name:34} {time:7.2} ms  {:.2} times feed-rs", time / alone);
    }
    if !is_told("--short") {
        divan::main();
    }
}
