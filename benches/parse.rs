//! What reading costs beside plain feed-rs, on captured feeds that need no mending.
//!
//! The feeds are found through `HEADLINED_CORPUS`; without them this prints SKIPPED. Ratios come first, then divan's
//! table of the same steps.

use std::{
    hint::black_box,
    path::{Path, PathBuf},
    sync::LazyLock,
    time::{Duration, Instant},
};

use headlined::{
    article::{self, Context},
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
/// Passes over all feeds; the fastest counts.
const PASSES: usize = 15;

static FEEDS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let root = corpus();
    let mut files = Vec::new();
    CAPTURED.iter().for_each(|folder| collect(&Path::new(&root).join(folder), &mut files));
    files.sort();
    let bodies = files.iter().filter_map(|file| std::fs::read(file).ok()).filter(|body| body.len() >= MIN_BYTES);
    bodies.filter(|body| is_clean(body)).collect()
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

fn plain(body: &[u8]) {
    black_box(feed_rs::parser::parse(body).ok());
}

fn parsed(body: &[u8]) -> ParsedFeed {
    parse::parse(&document(body)).unwrap_or_default()
}

fn to_articles(body: &[u8]) {
    let config = FeedConfig::default();
    black_box(article::articles(&parsed(body), &Context { config: &config, base_url: "https://example.org/feed" }));
}

fn over_all(step: impl Fn(&[u8])) {
    FEEDS.iter().for_each(|body| step(body));
}

#[divan::bench]
fn feed_rs_alone() {
    over_all(plain);
}

#[divan::bench]
fn parse_without_sanitizing() {
    over_all(|body| {
        black_box(parsed(body));
    });
}

#[divan::bench]
fn parse_to_articles() {
    over_all(to_articles);
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
fn fastest(step: impl Fn(&[u8])) -> Duration {
    let passes = (0..PASSES).map(|_| {
        let start = Instant::now();
        over_all(&step);
        start.elapsed()
    });
    passes.min().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "a bench speaks to whoever runs it")]
fn main() {
    if FEEDS.is_empty() {
        println!("SKIPPED: no captured feeds (set HEADLINED_CORPUS)");
        return;
    }
    let bytes: usize = FEEDS.iter().map(Vec::len).sum();
    let alone = fastest(plain);
    let read = fastest(|body| {
        black_box(parsed(body));
    });
    let whole = fastest(to_articles);
    println!("{} clean feeds, {} KiB", FEEDS.len(), bytes >> 10);
    println!("feed-rs alone      {alone:?}");
    println!("parse              {read:?}  {:.2} times feed-rs", read.as_secs_f64() / alone.as_secs_f64());
    println!("parse to articles  {whole:?}  {:.2} times feed-rs", whole.as_secs_f64() / alone.as_secs_f64());
    divan::main();
}
