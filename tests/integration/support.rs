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
    poll::{Backups, Desks, Retriever, Settler, publish::Publisher, stories::Grouper},
    reconcile::Rules,
    store::Store,
    story::Policy,
};

/// 2026-11-24T06:00:00Z.
pub(crate) const START: UnixSeconds = 1_795_500_000;

/// What an origin answers to a request at a time.
type Answer = dyn Fn(&FetchRequest, UnixSeconds) -> Fetched + Send + Sync;

/// Answers from a script, and keeps a record of who asked when.
#[derive(Clone)]
pub(crate) struct Script {
    clock: Clock,
    answer: Arc<Answer>,
    pub(crate) asked: Arc<Mutex<Vec<(String, UnixSeconds)>>>,
}

impl Script {
    pub(crate) fn new(
        clock: Clock,
        answer: impl Fn(&FetchRequest, UnixSeconds) -> Fetched + Send + Sync + 'static,
    ) -> Self {
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

pub(crate) fn body(request: &FetchRequest, text: String) -> Fetched {
    let bytes = text.len() as u64;
    let exchange = Exchange { status: Some(200), final_url: request.url.clone(), bytes, ..Exchange::default() };
    Fetched { outcome: FetchOutcome::Body(text.into()), exchange }
}

pub(crate) fn failed(request: &FetchRequest, kind: FailureKind, status: Option<u16>) -> Fetched {
    let exchange = Exchange { status, final_url: request.url.clone(), ..Exchange::default() };
    Fetched { outcome: FetchOutcome::Failed { kind, detail: format!("{kind:?} by script") }, exchange }
}

/// An RSS document with these (guid, link, title, published) items.
pub(crate) fn rss(items: &[(String, String, String, UnixSeconds)]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>T</title><link>https://example.org/</link>",
    );
    for (guid, link, title, at) in items {
        let date = headlined::render::http_date(*at);
        text.push_str(&format!("<item><guid isPermaLink=\"false\">{guid}</guid><link>{link}</link><title>{title}</title><pubDate>{date}</pubDate><description>Text of {title}</description></item>"));
    }
    text + "</channel></rss>"
}

pub(crate) fn feed(name: &str) -> FeedConfig {
    FeedConfig {
        name: name.into(),
        url: format!("https://{name}.example.org/feed"),
        enabled: true,
        dedup: true,
        ..FeedConfig::default()
    }
}

pub(crate) fn rules() -> Rules {
    Rules {
        schedule: SchedulePolicy {
            min_interval: Duration::from_secs(300),
            max_interval: Duration::from_secs(6 * 3_600),
            max_freshness: Duration::from_secs(86_400),
        },
        retention: None,
        max_articles: None,
        backfill: Some(Duration::from_secs(48 * 3_600)),
    }
}

pub(crate) fn output(name: &str) -> OutputConfig {
    OutputConfig {
        name: name.into(),
        min_sources: 1,
        independent: false,
        hold: Duration::ZERO,
        limit: 200,
        content: ContentLevel::Full,
        backfill: Backfill::Within(Duration::from_secs(48 * 3_600)),
        ..OutputConfig::default()
    }
}

pub(crate) fn settler(
    mut store: Store,
    feeds: &[impl Clone + Into<Arc<FeedConfig>>],
    outputs: &[OutputConfig],
    now: UnixSeconds,
) -> Settler {
    let feeds: Vec<_> = feeds.iter().cloned().map(Into::into).collect();
    let feeds = store.sync_feeds(&feeds).unwrap();
    let states = store.sync_outputs(outputs, now).unwrap();
    let feeds: HashMap<FeedId, Feed> = feeds.into_iter().map(|feed| (feed.state.id, feed)).collect();
    Settler {
        store,
        feeds,
        rules: rules(),
        grouper: Grouper::new(Policy::default()),
        publisher: Publisher::new(outputs.iter().cloned().zip(states).collect(), &[], false),
        backups: Backups::default(),
    }
}

pub(crate) fn daemon(script: Script, settler: Settler, clock: Clock) -> Daemon<Script> {
    Daemon {
        retriever: Retriever { fetch: script, parsing: Desks::new(2), instance: "urn:uuid:test".into() },
        settler,
        clock,
        concurrency: 8,
        follows_plan: true,
    }
}

/// One poll's document, parsed and normalized as the daemon would.
pub(crate) fn retrieved(feed: &Feed, text: &str) -> Retrieved {
    let document = headlined::parse::Document { bytes: text.as_bytes(), ..Default::default() };
    let parsed = headlined::parse::parse(&document).unwrap();
    let context = headlined::article::Context { config: &feed.config, base_url: &feed.config.url };
    let articles = headlined::article::articles(parsed, &context);
    let document = Document {
        body_hash: headlined::digest::digest(text.as_bytes()),
        articles: articles.into_iter().map(Into::into).collect(),
        ..Document::default()
    };
    let exchange = Exchange { status: Some(200), final_url: feed.config.url.clone(), ..Exchange::default() };
    Retrieved { feed_id: feed.state.id, brought: Brought::Document(Box::new(document)), exchange }
}

/// A settler with one feed, polled with one document after another.
pub(crate) struct OneFeed {
    pub(crate) settler: Settler,
    now: UnixSeconds,
}

impl OneFeed {
    pub(crate) fn new() -> Self {
        Self { settler: settler(Store::in_memory().unwrap(), &[feed("one")], &[output("all")], START), now: START }
    }

    /// Settles a document a day later than the last: (new, updated, known).
    pub(crate) fn poll(&mut self, text: &str) -> (usize, usize, usize) {
        self.now += 86_400;
        let feed = self.settler.feeds.values().next().unwrap().clone();
        let settled = self.settler.settle(&[retrieved(&feed, text)], self.now).unwrap();
        let report = &settled.polls[0].report;
        assert_eq!(report.failure, None);
        (report.new_articles, report.updated_articles, report.known_entries)
    }
}
