//! Scripted origins and a daemon on an in-memory store: what the tests of the loop are built from.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use headlined::{
    clock::Clock,
    daemon::Daemon,
    fetch::Fetch,
    model::*,
    poll::{Retriever, Settler, publish::Publisher},
    reconcile::Rules,
    store::Store,
};

/// 2026-11-24T06:00:00Z.
pub const START: UnixSeconds = 1_795_500_000;

/// Answers from a script, and keeps a record of who asked when.
#[derive(Clone)]
pub struct Script {
    clock: Clock,
    answer: Arc<dyn Fn(&FetchRequest, UnixSeconds) -> Fetched + Send + Sync>,
    pub asked: Arc<Mutex<Vec<(String, UnixSeconds)>>>,
}

impl Script {
    pub fn new(clock: Clock, answer: impl Fn(&FetchRequest, UnixSeconds) -> Fetched + Send + Sync + 'static) -> Self {
        Self { clock, answer: Arc::new(answer), asked: Arc::default() }
    }
}

impl Fetch for Script {
    async fn fetch(&self, request: FetchRequest) -> Fetched {
        let now = self.clock.now();
        self.asked.lock().unwrap().push((request.feed.clone(), now));
        tokio::time::sleep(Duration::from_millis(50)).await;
        (self.answer)(&request, now)
    }
}

pub fn body(request: &FetchRequest, text: String) -> Fetched {
    let bytes = text.len() as u64;
    let exchange = Exchange { status: Some(200), final_url: request.url.clone(), bytes, ..Exchange::default() };
    Fetched { outcome: FetchOutcome::Body(text.into()), exchange }
}

pub fn failed(request: &FetchRequest, kind: FailureKind, status: Option<u16>) -> Fetched {
    let exchange = Exchange { status, final_url: request.url.clone(), ..Exchange::default() };
    Fetched { outcome: FetchOutcome::Failed { kind, detail: format!("{kind:?} by script") }, exchange }
}

/// An RSS document with these (guid, link, title, published) items.
pub fn rss(items: &[(String, String, String, UnixSeconds)]) -> String {
    let mut text = String::from("<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title><link>https://example.org/</link>");
    for (guid, link, title, at) in items {
        let date = headlined::render::http_date(*at);
        text.push_str(&format!("<item><guid isPermaLink=\"false\">{guid}</guid><link>{link}</link><title>{title}</title><pubDate>{date}</pubDate><description>Text of {title}</description></item>"));
    }
    text + "</channel></rss>"
}

pub fn feed(name: &str) -> FeedConfig {
    FeedConfig { name: name.into(), url: format!("https://{name}.example.org/feed"), enabled: true, dedup: true, ..FeedConfig::default() }
}

pub fn rules() -> Rules {
    Rules {
        schedule: SchedulePolicy {
            min_interval: Duration::from_secs(300),
            max_interval: Duration::from_secs(6 * 3_600),
            max_freshness: Duration::from_secs(86_400),
        },
        retention: None,
        backfill: Some(Duration::from_secs(48 * 3_600)),
    }
}

pub fn output(name: &str) -> OutputConfig {
    OutputConfig {
        name: name.into(),
        title: None,
        description: None,
        groups: vec![],
        feeds: vec![],
        languages: vec![],
        min_sources: 1,
        limit: 200,
        mode: FoldMode::Copies,
        content: ContentLevel::Full,
        edition_interval: Duration::ZERO,
        backfill: Backfill::Within(Duration::from_secs(48 * 3_600)),
    }
}

pub fn settler(mut store: Store, feeds: &[FeedConfig], outputs: &[OutputConfig], now: UnixSeconds) -> Settler {
    let feeds = store.sync_feeds(feeds).unwrap();
    let states = store.sync_outputs(outputs, now).unwrap();
    let feeds: HashMap<FeedId, Feed> = feeds.into_iter().map(|feed| (feed.state.id, feed)).collect();
    Settler { store, feeds, rules: rules(), publisher: Publisher::new(outputs.iter().cloned().zip(states).collect(), false) }
}

pub fn daemon(script: Script, settler: Settler, clock: Clock) -> Daemon<Script> {
    Daemon {
        retriever: Retriever { fetch: script, parsing: Arc::new(tokio::sync::Semaphore::new(2)), instance: "urn:uuid:test".into() },
        settler,
        clock,
        concurrency: 8,
        follows_plan: true,
    }
}
