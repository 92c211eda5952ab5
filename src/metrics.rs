//! What is counted, for a monitor to read at `/metrics` (OpenMetrics 1.0; README has the list).
//!
//! One set of numbers for the process, so that whoever counts needs nothing passed to it: `daemon` counts polls and
//! transactions, `edition` what is made, `serve` what is asked. What the store holds is asked of it when a monitor asks
//! us (`site`). Names follow OpenMetrics: base units, `_total` for what only grows. No label has a value that comes from
//! feeds or readers: a monitor's memory is not theirs to fill.

use std::{
    sync::{LazyLock, atomic::AtomicU64},
    time::Duration,
};

use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};

use crate::model::{PollReport, UnixSeconds};

/// Of a poll, a request or an edition: from a cached answer on loopback to a host that uses up its time.
const SECONDS: [f64; 12] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];
/// Of a document as it came: from a 304's nothing to `max_body`.
const BYTES: [f64; 8] = [0.0, 4_096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0];

/// As a monitor's protocol names it.
pub const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

type Label = [(&'static str, String); 1];

/// Labels without an allocation: there is one of these for each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    kind: &'static str,
    status: u16,
}

type Ratio = Gauge<f64, AtomicU64>;

struct Metrics {
    registry: Registry,
    polls: Family<Label, Counter>,
    poll_seconds: Histogram,
    document_bytes: Histogram,
    new_articles: Counter,
    updated_articles: Counter,
    new_copies: Counter,
    polls_under_way: Gauge,
    writer_queue: Gauge,
    settle_seconds: Histogram,
    settled_at: Ratio,
    store_refuses: Gauge,
    edition_seconds: Histogram,
    requests: Family<Request, Counter>,
    request_seconds: Histogram,
    feeds: Family<Label, Gauge>,
    overdue_feeds: Gauge,
    articles: Gauge,
    copies: Gauge,
    stories: Gauge,
    store_bytes: Gauge,
    store_free_bytes: Gauge,
    started_at: Ratio,
}

static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

/// What is so at the moment when a monitor asks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Held {
    /// How many feeds are in each state, by its word.
    pub feeds: Vec<(&'static str, u64)>,
    /// Feeds that should have been polled a while ago.
    pub overdue_feeds: u64,
    pub articles: u64,
    pub copies: u64,
    pub stories: u64,
    pub store_bytes: u64,
    /// Of these, what the store has no use for at the moment.
    pub store_free_bytes: u64,
    pub started_at: UnixSeconds,
}

/// A poll was settled.
pub fn polled(report: &PollReport) {
    METRICS.polls.get_or_create(&[("outcome", report.outcome.to_owned())]).inc();
    METRICS.poll_seconds.observe(Duration::from_millis(report.elapsed_ms).as_secs_f64());
    METRICS.document_bytes.observe(report.bytes as f64);
    METRICS.new_articles.inc_by(report.new_articles as u64);
    METRICS.updated_articles.inc_by(report.updated_articles as u64);
    METRICS.new_copies.inc_by(report.copies as u64);
}

/// How busy the loop is.
pub fn busy(polls_under_way: usize) {
    METRICS.polls_under_way.set(i64::try_from(polls_under_way).unwrap_or(i64::MAX));
}

/// What waits for the writer.
pub fn queued(works: usize) {
    METRICS.writer_queue.set(i64::try_from(works).unwrap_or(i64::MAX));
}

/// A transaction ended; `kept`: the store took it.
pub fn settled(took: Duration, now: UnixSeconds, kept: bool) {
    METRICS.settle_seconds.observe(took.as_secs_f64());
    METRICS.store_refuses.set(i64::from(!kept));
    if kept {
        METRICS.settled_at.set(now as f64);
    }
}

/// An edition was made.
pub fn made(took: Duration) {
    METRICS.edition_seconds.observe(took.as_secs_f64());
}

/// A request was answered; `kind` is one of a few words.
pub fn answered(kind: &'static str, status: u16, took: Duration) {
    METRICS.requests.get_or_create(&Request { kind, status }).inc();
    METRICS.request_seconds.observe(took.as_secs_f64());
}

/// Everything, as a monitor reads it.
pub fn text(held: &Held) -> String {
    let set = |gauge: &Gauge, value: u64| {
        gauge.set(i64::try_from(value).unwrap_or(i64::MAX));
    };
    for (state, feeds) in &held.feeds {
        set(&METRICS.feeds.get_or_create(&[("state", (*state).to_owned())]), *feeds);
    }
    set(&METRICS.overdue_feeds, held.overdue_feeds);
    set(&METRICS.articles, held.articles);
    set(&METRICS.copies, held.copies);
    set(&METRICS.stories, held.stories);
    set(&METRICS.store_bytes, held.store_bytes);
    set(&METRICS.store_free_bytes, held.store_free_bytes);
    METRICS.started_at.set(held.started_at as f64);
    let mut text = String::new();
    let _ = encode(&mut text, &METRICS.registry); // writing to a String cannot fail
    text
}

impl Metrics {
    fn new() -> Self {
        let seconds = || Histogram::new(SECONDS);
        let mut metrics = Self {
            registry: Registry::default(),
            polls: Family::default(),
            poll_seconds: seconds(),
            document_bytes: Histogram::new(BYTES),
            new_articles: Counter::default(),
            updated_articles: Counter::default(),
            new_copies: Counter::default(),
            polls_under_way: Gauge::default(),
            writer_queue: Gauge::default(),
            settle_seconds: seconds(),
            settled_at: Gauge::default(),
            store_refuses: Gauge::default(),
            edition_seconds: seconds(),
            requests: Family::default(),
            request_seconds: seconds(),
            feeds: Family::default(),
            overdue_feeds: Gauge::default(),
            articles: Gauge::default(),
            copies: Gauge::default(),
            stories: Gauge::default(),
            store_bytes: Gauge::default(),
            store_free_bytes: Gauge::default(),
            started_at: Gauge::default(),
        };
        let mut registry = Registry::default();
        metrics.register_process(&mut registry);
        let ours = registry.sub_registry_with_prefix("headlined");
        metrics.register_polls(ours);
        metrics.register_store(ours);
        metrics.register_serving(ours);
        metrics.registry = registry;
        metrics
    }

    fn register_process(&self, registry: &mut Registry) {
        let build = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("headlined_build", "The version that runs", build);
        let started = "When this process began, in seconds since 1970";
        registry.register_with_unit("process_start_time", started, Unit::Seconds, self.started_at.clone());
    }

    fn register_polls(&self, ours: &mut Registry) {
        ours.register("polls", "Polls settled, by how they ended", self.polls.clone());
        let took = "How long feeds took to answer, redirects and waiting for their host's turn included";
        ours.register_with_unit("poll_duration", took, Unit::Seconds, self.poll_seconds.clone());
        let size = "Documents as they came, before decompression; 0 is a 304";
        ours.register_with_unit("document_size", size, Unit::Bytes, self.document_bytes.clone());
        ours.register("new_articles", "Articles that were new", self.new_articles.clone());
        ours.register("updated_articles", "Articles that were revised", self.updated_articles.clone());
        ours.register("new_copies", "New articles that are copies of others", self.new_copies.clone());
        ours.register("polls_under_way", "Polls begun and not settled", self.polls_under_way.clone());
        ours.register("feeds", "Configured feeds, by state", self.feeds.clone());
        let overdue = "Feeds whose poll is more than ten minutes late";
        ours.register("overdue_feeds", overdue, self.overdue_feeds.clone());
    }

    fn register_store(&self, ours: &mut Registry) {
        ours.register("writer_queue", "What waits for the writer of the store", self.writer_queue.clone());
        let took = "How long transactions took";
        ours.register_with_unit("settle_duration", took, Unit::Seconds, self.settle_seconds.clone());
        let at = "When the store last took a transaction, in seconds since 1970";
        ours.register_with_unit("last_settled_timestamp", at, Unit::Seconds, self.settled_at.clone());
        let refuses = "1 while the store does not take what comes (a full disk)";
        ours.register("store_refuses", refuses, self.store_refuses.clone());
        ours.register("articles", "Articles held with their text", self.articles.clone());
        ours.register("copies", "Held articles that are copies of others", self.copies.clone());
        ours.register("stories", "Stories of two articles or more", self.stories.clone());
        ours.register_with_unit("store_size", "The store's file", Unit::Bytes, self.store_bytes.clone());
        let free = "The part of the store's file that is free for reuse";
        ours.register_with_unit("store_free", free, Unit::Bytes, self.store_free_bytes.clone());
    }

    fn register_serving(&self, ours: &mut Registry) {
        let took = "How long making an edition took, when one was made";
        ours.register_with_unit("edition_duration", took, Unit::Seconds, self.edition_seconds.clone());
        ours.register("requests", "Requests answered, by kind of page and status", self.requests.clone());
        let took = "How long requests took to answer";
        ours.register_with_unit("request_duration", took, Unit::Seconds, self.request_seconds.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_monitor_reads_names_with_units_and_an_end() {
        polled(&PollReport {
            outcome: "document",
            elapsed_ms: 20,
            bytes: 5_000,
            new_articles: 3,
            ..PollReport::default()
        });
        answered("feed", 304, Duration::from_millis(2));
        settled(Duration::from_millis(7), 1_795_000_000, true);
        let text = text(&Held { feeds: vec![("ok", 94)], store_bytes: 4_096, ..Held::default() });
        for line in [
            "headlined_build_info{version=",
            "headlined_polls_total{outcome=\"document\"} ",
            "headlined_poll_duration_seconds_bucket{le=\"0.05\"} ",
            "headlined_document_size_bytes_sum ",
            "headlined_requests_total{kind=\"feed\",status=\"304\"} 1",
            "headlined_feeds{state=\"ok\"} 94",
            "headlined_store_size_bytes 4096",
            "headlined_store_refuses 0",
            "process_start_time_seconds 0",
        ] {
            assert!(text.contains(line), "{line} is missing:\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    fn dashboard_and_alert_rules_ask_for_what_there_is() {
        polled(&PollReport { outcome: "document", ..PollReport::default() });
        answered("page", 200, Duration::ZERO);
        let text = text(&Held { feeds: vec![("well", 1)], ..Held::default() });
        let is_told = |name: &str| text.lines().any(|line| line.split(['{', ' ']).next() == Some(name));
        for file in [include_str!("../monitoring/grafana.json"), include_str!("../monitoring/headlined.rules.yml")] {
            let words = file.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
            let named: Vec<&str> = words.filter(|word| word.starts_with("headlined_")).collect();
            assert!(named.len() > 5, "nothing is asked for");
            named.into_iter().for_each(|name| assert!(is_told(name), "{name} is not told:\n{text}"));
        }
    }
}
