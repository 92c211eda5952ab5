//! A month of polling in fast time: the daemon itself, paused time, scripted origins.
//!
//!     cargo run --release --example simulated_month -- [FEEDS] [DAYS]
//!
//! Origins publish by day and rest by night, at rates from one article in ten days to 150 a day. Some ask for patience
//! (max-age, ttl, skipHours), some fail for hours (503, DNS, timeouts), limit us (429 with Retry-After), move (301, 302)
//! or go for good (410). Every request is held against what its origin had asked for before; what it cost and brought
//! is printed beside one fixed interval of the same median delay. Ends with status 1 when a rule or a bar is broken.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring tool")]

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use headlined::{
    clock::Clock,
    daemon::{self, Daemon},
    fetch::Fetch,
    model::*,
    poll::{Retriever, Settler, publish::Publisher, stories::Grouper},
    reconcile::Rules,
    render::http_date,
    store::Store,
    story::Policy,
};
use tokio::sync::mpsc;

const MINUTE: UnixSeconds = 60;
const HOUR: UnixSeconds = 60 * MINUTE;
const DAY: UnixSeconds = 24 * HOUR;
/// 2026-11-24T06:00:00Z, a Tuesday.
const START: UnixSeconds = 1_795_500_000;
const LISTED: usize = 20;
const MIN_INTERVAL: UnixSeconds = 5 * MINUTE;
const MAX_INTERVAL: UnixSeconds = 6 * HOUR;
const MAX_FRESHNESS: UnixSeconds = DAY;
/// Jitter of up to a tenth on top of a wish, and the minute within which the loop looks again.
const SLACK: f64 = 1.1;
const LOOK: UnixSeconds = 90;
/// A month's worth of feeds may save less than this of a fixed interval's requests, and is then a failure.
const LEAST_SAVED: f64 = 0.4;

/// The same numbers in every run: splitmix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((bits ^ (bits >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn between(&mut self, low: UnixSeconds, high: UnixSeconds) -> UnixSeconds {
        low + (self.roll() * (high - low) as f64) as UnixSeconds
    }

    fn one_in(&mut self, n: u32) -> bool {
        self.roll() * f64::from(n) < 1.0
    }
}

/// What one origin is like, for the whole month.
struct Origin {
    /// When it publishes, in order.
    articles: Vec<UnixSeconds>,
    max_age: Option<u64>,
    ttl_minutes: Option<u32>,
    skip_hours: Vec<u8>,
    /// It fails in this way from the first to the second.
    outages: Vec<(UnixSeconds, UnixSeconds, FailureKind, Option<u16>)>,
    /// It answers 429 and asks for this many seconds from the first to the second.
    limits: Option<(UnixSeconds, UnixSeconds, UnixSeconds)>,
    moves_at: Option<UnixSeconds>,
    dies_at: UnixSeconds,
}

impl Origin {
    fn of(number: usize, days: UnixSeconds) -> Self {
        let mut dice = Dice(number as u64 * 1_000_003);
        let end = START + days * DAY;
        let mut outages = Vec::new();
        let kinds = [
            (FailureKind::Server, Some(503)),
            (FailureKind::Dns, None),
            (FailureKind::Timeout, None),
            (FailureKind::NotFound, Some(404)),
            (FailureKind::Denied, Some(403)),
        ];
        // Scattered over the month: so many at once that our own network seems down is another test's matter.
        for _ in 0..2 {
            if dice.one_in(3) {
                let (kind, status) = kinds[(dice.roll() * kinds.len() as f64) as usize];
                let from = dice.between(START + HOUR, end);
                outages.push((from, from + dice.between(10 * MINUTE, 18 * HOUR), kind, status));
            }
        }
        let limited_from = dice.between(START, end);
        Origin {
            articles: published(&mut dice, days),
            max_age: dice.one_in(5).then(|| 60 * dice.between(1, 90) as u64),
            ttl_minutes: dice.one_in(4).then(|| dice.between(5, 120) as u32),
            skip_hours: if dice.one_in(10) { (0..6).collect() } else { Vec::new() },
            outages,
            limits: dice.one_in(8).then(|| (limited_from, limited_from + 6 * HOUR, dice.between(MINUTE, 3 * HOUR))),
            moves_at: dice.one_in(10).then(|| dice.between(START, end)),
            dies_at: if dice.one_in(100) { dice.between(START + DAY, end) } else { UnixSeconds::MAX },
        }
    }

    fn newest(&self, now: UnixSeconds) -> usize {
        self.articles.partition_point(|at| *at <= now)
    }

    fn answer(&self, request: &FetchRequest, now: UnixSeconds) -> Fetched {
        let mut exchange = Exchange { status: Some(200), final_url: request.url.clone(), ..Exchange::default() };
        let fails = |kind, status, exchange: Exchange| Fetched {
            outcome: FetchOutcome::Failed { kind, detail: format!("{kind:?} by script") },
            exchange: Exchange { status, ..exchange },
        };
        if now >= self.dies_at {
            exchange.status = Some(410);
            return Fetched { outcome: FetchOutcome::Gone, exchange };
        }
        if let Some((_, _, kind, status)) = self.outages.iter().find(|(from, to, ..)| (*from..*to).contains(&now)) {
            return fails(*kind, *status, exchange);
        }
        if let Some((_, _, wait)) = self.limits.filter(|(from, to, _)| (*from..*to).contains(&now)) {
            exchange.retry_at = Some(now + wait);
            return fails(FailureKind::RateLimited, Some(429), exchange);
        }
        if self.moves_at.is_some_and(|at| now >= at) && !request.url.ends_with("/moved") {
            exchange.final_url = format!("{}/moved", request.url);
            exchange.permanent_target = Some(exchange.final_url.clone());
        }
        exchange.freshness.max_age = self.max_age;
        let newest = self.newest(now);
        let etag = format!("\"{newest}\"");
        let same_place = request.validators.url.as_deref().is_none_or(|url| url == exchange.final_url);
        exchange.etag = Some(etag.clone());
        if same_place && request.validators.etag.as_deref() == Some(&etag) {
            exchange.status = Some(304);
            return Fetched { outcome: FetchOutcome::NotModified, exchange };
        }
        let text = self.document(&request.feed, newest);
        exchange.bytes = text.len() as u64;
        Fetched { outcome: FetchOutcome::Body(text.into()), exchange }
    }

    fn document(&self, feed: &str, newest: usize) -> String {
        let ttl = self.ttl_minutes.map_or(String::new(), |minutes| format!("<ttl>{minutes}</ttl>"));
        let hours: String = self.skip_hours.iter().map(|hour| format!("<hour>{hour}</hour>")).collect();
        let skips = if hours.is_empty() { hours } else { format!("<skipHours>{hours}</skipHours>") };
        let mut text = format!("<rss version=\"2.0\"><channel><title>{feed}</title>{ttl}{skips}");
        for n in (newest.saturating_sub(LISTED)..newest).rev() {
            let date = http_date(self.articles[n]);
            text.push_str(&format!(
                "<item><guid isPermaLink=\"false\">{feed}-{n}</guid><link>https://{feed}.example.org/{n}</link>\
                 <title>Headline {n} of {feed}</title><pubDate>{date}</pubDate></item>"
            ));
        }
        text + "</channel></rss>"
    }
}

/// Ten days before the start up to the end: a Poisson process, thinned by the hour and the weekday.
fn published(dice: &mut Dice, days: UnixSeconds) -> Vec<UnixSeconds> {
    let a_day = 0.1 * 1_500_f64.powf(dice.roll());
    let zone = (dice.roll() * 24.0) as UnixSeconds;
    let most = a_day * 1.8 / DAY as f64;
    let (mut at, mut articles) = ((START - 10 * DAY) as f64, Vec::new());
    while at < (START + days * DAY) as f64 {
        at += -(1.0 - dice.roll()).ln() / most;
        let local = at as UnixSeconds + zone * HOUR;
        let (hour, weekday) = (local.div_euclid(HOUR).rem_euclid(24), local.div_euclid(DAY).rem_euclid(7));
        let share =
            if (7..22).contains(&hour) { 1.0 } else { 0.08 } * if (2..4).contains(&weekday) { 0.5 } else { 1.0 };
        if dice.roll() < share {
            articles.push(at as UnixSeconds);
        }
    }
    articles
}

/// One request, and how it ended.
#[derive(Clone)]
struct Request {
    at: UnixSeconds,
    status: Option<u16>,
    failed: bool,
    retry_at: Option<UnixSeconds>,
}

#[derive(Clone)]
struct Script {
    clock: Clock,
    origins: Arc<HashMap<String, Origin>>,
    asked: Arc<Mutex<HashMap<String, Vec<Request>>>>,
}

impl Fetch for Script {
    async fn fetch(&self, request: FetchRequest) -> Fetched {
        let at = self.clock.now();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let fetched = self.origins[&request.feed].answer(&request, at);
        let done = Request {
            at,
            status: fetched.exchange.status,
            failed: matches!(fetched.outcome, FetchOutcome::Failed { .. }),
            retry_at: fetched.exchange.retry_at,
        };
        self.asked.lock().unwrap().entry(request.feed).or_default().push(done);
        fetched
    }
}

/// Every request of one feed, held against what its origin had asked for.
fn broken_rules(name: &str, origin: &Origin, requests: &[Request], end: UnixSeconds) -> Vec<String> {
    let mut broken = Vec::new();
    let mut failures = 0;
    let mut has_document = false;
    let mut held_until = 0;
    for (n, request) in requests.iter().enumerate() {
        let next = requests.get(n + 1).map_or(end, |next| next.at);
        let is_last = n + 1 == requests.len();
        let wait = next - request.at;
        failures = if request.failed { failures + 1 } else { 0 };
        has_document |= request.status == Some(200) && !request.failed;
        held_until = held_until.max(request.retry_at.unwrap_or(held_until));
        let mut tell = |what: String| broken.push(format!("{name} at {}: {what}", request.at - START));
        if request.status == Some(410) {
            if !is_last {
                tell("asked again after 410".into());
            }
            break;
        }
        let asked_for = match (origin.max_age, origin.ttl_minutes.filter(|_| has_document)) {
            (Some(age), _) => age as UnixSeconds,
            (None, Some(minutes)) => UnixSeconds::from(minutes) * MINUTE,
            (None, None) => 0,
        };
        let skipped = origin.skip_hours.len() as UnixSeconds * HOUR;
        let least = if request.failed { MIN_INTERVAL / 2 } else { asked_for.max(MIN_INTERVAL) };
        let most = match request.failed {
            true => DAY.max(held_until - request.at),
            false => MAX_INTERVAL.max(asked_for.min(MAX_FRESHNESS)) + if has_document { skipped } else { 0 },
        };
        if !is_last && next < held_until {
            tell(format!("Retry-After broken: {} s too early", held_until - next));
        }
        if !is_last && wait < least {
            tell(format!("asked again after {wait} s, sooner than {least}"));
        }
        if wait as f64 > most as f64 * SLACK + LOOK as f64 {
            tell(format!("not asked for {wait} s, longer than {most}"));
        }
        let hour = next.rem_euclid(DAY).div_euclid(HOUR) as u8;
        if !is_last && !request.failed && has_document && origin.skip_hours.contains(&hour) {
            tell(format!("asked in the skipped hour {hour}"));
        }
    }
    broken
}

#[derive(Default)]
struct Figures {
    requests: usize,
    useful: usize,
    delays: Vec<UnixSeconds>,
}

impl Figures {
    fn percentile(&mut self, percent: usize) -> UnixSeconds {
        self.delays.sort_unstable();
        self.delays.get(self.delays.len() * percent / 100).copied().unwrap_or(0)
    }

    /// What requests at `times` bring of an origin's articles from `from` on.
    fn add(&mut self, origin: &Origin, times: impl Iterator<Item = (UnixSeconds, bool)>, from: UnixSeconds) {
        let mut seen = origin.newest(from);
        for (at, failed) in times.filter(|(at, _)| *at >= from) {
            self.requests += 1;
            let newest = if failed { seen } else { origin.newest(at) };
            self.useful += usize::from(newest > seen);
            self.delays.extend(origin.articles[seen..newest.max(seen)].iter().map(|published| at - published));
            seen = newest.max(seen);
        }
    }
}

fn settler(names: &[String]) -> Settler {
    let configs: Vec<Arc<FeedConfig>> = names
        .iter()
        .map(|name| FeedConfig {
            name: name.clone(),
            url: format!("https://www.{name}-news.org/feed"),
            enabled: true,
            ..FeedConfig::default() // dedup is off: stories are measured elsewhere
        })
        .map(Arc::new)
        .collect();
    let mut store = Store::in_memory().unwrap();
    let feeds = store.sync_feeds(&configs).unwrap();
    let seconds = |seconds: UnixSeconds| Duration::from_secs(seconds as u64);
    Settler {
        store,
        feeds: feeds.into_iter().map(|feed| (feed.state.id, feed)).collect(),
        rules: Rules {
            schedule: SchedulePolicy {
                min_interval: seconds(MIN_INTERVAL),
                max_interval: seconds(MAX_INTERVAL),
                max_freshness: seconds(MAX_FRESHNESS),
            },
            retention: None,
            max_articles: None,
            backfill: Some(seconds(2 * DAY)),
        },
        grouper: Grouper::new(Policy::default()),
        publisher: Publisher::new(Vec::new(), &[], false),
        backups: Default::default(),
    }
}

fn main() {
    let argument = |n: usize, default: usize| std::env::args().nth(n).map_or(default, |text| text.parse().unwrap());
    let (feeds, days) = (argument(1, 1_000), argument(2, 28) as UnixSeconds);
    let names: Vec<String> = (0..feeds).map(|n| format!("f{n}")).collect();
    let origins: HashMap<String, Origin> =
        names.iter().enumerate().map(|(n, name)| (name.clone(), Origin::of(n, days))).collect();
    let origins = Arc::new(origins);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap();
    let asked = runtime.block_on(async {
        let clock = Clock::pinned(START);
        let script = Script { clock: clock.clone(), origins: origins.clone(), asked: Arc::default() };
        let asked = script.asked.clone();
        let daemon = Daemon {
            retriever: Retriever {
                fetch: script,
                parsing: headlined::poll::Desks::new(2),
                instance: "urn:uuid:month".into(),
            },
            settler: settler(&names),
            clock,
            concurrency: 256,
            follows_plan: true,
        };
        let (_commands, to_daemon) = mpsc::channel(1);
        let ends = tokio::time::sleep(Duration::from_secs((days * DAY) as u64));
        daemon::run(daemon, to_daemon, |_| {}, ends).await;
        std::mem::take(&mut *asked.lock().unwrap())
    });
    let is_well = report(&names, &origins, &asked, days);
    std::process::exit(i32::from(!is_well));
}

/// Prints the figures; whether every rule and bar held.
fn report(
    names: &[String],
    origins: &HashMap<String, Origin>,
    asked: &HashMap<String, Vec<Request>>,
    days: UnixSeconds,
) -> bool {
    let end = START + days * DAY;
    let mut broken: Vec<String> = names
        .iter()
        .flat_map(|name| match asked.get(name) {
            Some(requests) => broken_rules(name, &origins[name], requests, end),
            None => vec![format!("{name}: never asked")],
        })
        .collect();
    // Rhythms are learned in the first two days.
    let from = START + 2 * DAY;
    let mut ours = Figures::default();
    for (name, requests) in asked {
        ours.add(&origins[name], requests.iter().map(|request| (request.at, request.failed)), from);
    }
    let median = ours.percentile(50);
    let mut fixed = Figures::default();
    for (n, name) in names.iter().enumerate() {
        let phase = Dice(n as u64).between(0, 2 * median);
        let times = (0..).map(|k| (from + phase + k * 2 * median, false)).take_while(|(at, _)| *at < end);
        fixed.add(&origins[name], times, from);
    }
    let saved = 1.0 - ours.requests as f64 / fixed.requests as f64;
    let feed_days = names.len() as f64 * (days - 2) as f64;
    println!("{:<28}{:>12}{:>12}", "", "headlined", "fixed");
    let row = |what: &str, ours: f64, fixed: f64| println!("{what:<28}{ours:>12.1}{fixed:>12.1}");
    row("requests a feed and day", ours.requests as f64 / feed_days, fixed.requests as f64 / feed_days);
    let useful = |figures: &Figures| 100.0 * figures.useful as f64 / figures.requests as f64;
    row("brought something new, %", useful(&ours), useful(&fixed));
    row("delay, median, s", median as f64, fixed.percentile(50) as f64);
    row("delay, 95th percentile, s", ours.percentile(95) as f64, fixed.percentile(95) as f64);
    println!("requests saved at equal median delay: {:.0} % (at least {:.0} %)", saved * 100.0, LEAST_SAVED * 100.0);
    println!("rules broken: {}", broken.len());
    broken.truncate(20);
    broken.iter().for_each(|line| println!("  {line}"));
    broken.is_empty() && saved >= LEAST_SAVED
}
