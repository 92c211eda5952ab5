//! Tells a WebSub hub which outputs changed (WebSub §4; how a hub is told is PubSubHubbub 0.4's).
//!
//! `daemon` says what changed after each COMMIT; `cli` starts [`run`] beside it where a hub is configured. An output is
//! told of only once the edition that the hub will fetch has the change in it, so many changes make one ping. A hub
//! that does not listen is asked ever less often, and is told everything in the end. Nothing here waits for a poll, nor
//! a poll for it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{sync::Notify, task::JoinHandle, time::Instant};

use crate::{
    clock::Clock,
    edition::stem,
    fetch::{Post, Unposted},
    model::{OutputConfig, Settings, UnixSeconds, seconds},
    render::{Addresses, Format},
};

/// Changes that follow each other this closely are one.
const GATHER: Duration = Duration::from_secs(1);
/// After the first failure in a row, and after any number of them.
const FIRST_BACKOFF: Duration = Duration::from_secs(60);
const LONGEST_BACKOFF: Duration = Duration::from_secs(3_600);
/// Addresses told in one request.
const TOPICS: usize = 30;

/// What a hub may be told of, by output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its documents' addresses, one for each format.
    pub addresses: Vec<String>,
    /// For how long its edition may still be the one before the change: `edition_interval`.
    pub settles_in: Duration,
}

/// Begins to tell the configured hub, if there is one that can fetch what it is told of; what is behind a token it
/// cannot.
pub fn start<P: Post>(settings: &Settings, post: &P, clock: &Clock) -> Option<(Arc<Changes>, JoinHandle<()>)> {
    let (hub, base) = (settings.server.hub.clone()?, settings.server.base_url.as_deref()?);
    let topic = |output: &OutputConfig| {
        let stem = stem(&output.name);
        let addresses = Addresses { base: Some(base), stem: &stem };
        let addresses = Format::ALL.into_iter().filter_map(|format| addresses.output(format)).collect();
        (output.name.clone(), Topic { addresses, settles_in: output.edition_interval })
    };
    let open = settings.outputs.iter().filter(|output| output.token.is_none());
    let changes = Arc::new(Changes::new(open.map(topic).collect()));
    let (told, post, clock) = (changes.clone(), post.clone(), clock.clone());
    let telling = tokio::spawn(async move { run(&told, &hub, post, &clock).await });
    Some((changes, telling))
}

/// The outputs that changed and that the hub does not know of yet.
#[derive(Debug)]
pub struct Changes {
    topics: BTreeMap<String, Topic>,
    /// When each may be told of. Bounded by the number of outputs.
    due: Mutex<BTreeMap<String, Instant>>,
    news: Notify,
}

impl Changes {
    pub fn new(topics: BTreeMap<String, Topic>) -> Self {
        Self { topics, due: Mutex::default(), news: Notify::new() }
    }

    /// A commit changed this output's entries.
    pub fn changed(&self, output: &str) {
        if let Some(topic) = self.topics.get(output) {
            self.put(output.to_owned(), Instant::now() + topic.settles_in.max(GATHER));
            self.news.notify_one();
        }
    }

    /// The one that waits longest keeps its place.
    fn put(&self, output: String, at: Instant) {
        self.lock().entry(output).or_insert(at);
    }

    fn next(&self) -> Option<Instant> {
        self.lock().values().min().copied()
    }

    fn take_due(&self, now: Instant) -> Vec<String> {
        let mut due = self.lock();
        let outputs: Vec<String> = due.iter().filter(|(_, at)| **at <= now).map(|(output, _)| output.clone()).collect();
        due.retain(|_, at| *at > now);
        outputs
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Instant>> {
        self.due.lock().unwrap_or_else(PoisonError::into_inner) // a plain map: no panic leaves it wrong
    }
}

/// Tells `hub` of changes for as long as it is polled.
pub async fn run<P: Post>(changes: &Changes, hub: &str, post: P, clock: &Clock) {
    let mut failures = 0;
    loop {
        let due = async {
            match changes.next() {
                Some(at) => tokio::time::sleep_until(at).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = due => {}
            () = changes.news.notified() => {} // it may be due before the others
        }
        let outputs = changes.take_due(Instant::now());
        if outputs.is_empty() {
            continue;
        }
        match tell(changes, hub, &post, &outputs).await {
            Ok(()) => {
                told(&outputs, failures);
                failures = 0;
            }
            Err(unposted) => {
                failures += 1;
                let wait = wait(failures, &unposted, clock.now());
                refused(hub, &unposted, wait, failures);
                outputs.into_iter().for_each(|output| changes.put(output, Instant::now() + wait));
                tokio::time::sleep(wait).await; // what changes meanwhile is told with the rest
            }
        }
    }
}

async fn tell<P: Post>(changes: &Changes, hub: &str, post: &P, outputs: &[String]) -> Result<(), Unposted> {
    let topics = outputs.iter().filter_map(|output| changes.topics.get(output));
    let addresses: Vec<&str> = topics.flat_map(|topic| &topic.addresses).map(String::as_str).collect();
    for addresses in addresses.chunks(TOPICS) {
        let urls = addresses.iter().map(|address| ("hub.url", *address));
        let form: Vec<(&str, &str)> = std::iter::once(("hub.mode", "publish")).chain(urls).collect();
        post.post(hub, &form).await?;
    }
    Ok(())
}

/// Ever longer, and never sooner than the hub asks for.
fn wait(failures: u32, unposted: &Unposted, now: UnixSeconds) -> Duration {
    let backoff = FIRST_BACKOFF.saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)));
    let asked = unposted.retry_at.map_or(0, |at| (at - now).clamp(0, seconds(LONGEST_BACKOFF)));
    backoff.min(LONGEST_BACKOFF).max(Duration::from_secs(asked.unsigned_abs()))
}

fn told(outputs: &[String], failures: u32) {
    let outputs = outputs.join(", ");
    match failures {
        0 => tracing::debug!(outputs, "the hub was told"),
        _ => tracing::info!(outputs, "the hub listens again, and was told"),
    }
}

/// Once, and once more when it is over: every try would repeat it.
fn refused(hub: &str, unposted: &Unposted, wait: Duration, failures: u32) {
    let (detail, seconds) = (unposted.detail.as_str(), wait.as_secs());
    match failures {
        1 => tracing::warn!(
            hub,
            "the hub could not be told of changes: {detail}; tried again in {seconds} s, then ever less often"
        ),
        _ => tracing::debug!(hub, "the hub could not be told of changes: {detail}; tried again in {seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;

    /// When, in seconds after the start, and the addresses.
    type Told = (u64, Vec<String>);

    /// A hub that answers by a script, then takes everything; keeps what it was told.
    #[derive(Clone)]
    struct Hub {
        started: Instant,
        script: Arc<Mutex<VecDeque<Unposted>>>,
        told: Arc<Mutex<Vec<Told>>>,
    }

    impl Post for Hub {
        async fn post(&self, _: &str, form: &[(&str, &str)]) -> Result<(), Unposted> {
            assert_eq!(form[0], ("hub.mode", "publish"));
            let urls = form[1..].iter().map(|(_, url)| (*url).to_owned()).collect();
            self.told.lock().unwrap().push((self.started.elapsed().as_secs(), urls));
            self.script.lock().unwrap().pop_front().map_or(Ok(()), Err)
        }
    }

    struct World {
        changes: Arc<Changes>,
        hub: Hub,
    }

    impl World {
        fn new(script: impl IntoIterator<Item = Unposted>) -> Self {
            let topic = |name: &str, seconds| {
                let topic = Topic { addresses: vec![format!("{name}.atom")], settles_in: Duration::from_secs(seconds) };
                (name.to_owned(), topic)
            };
            let changes = Arc::new(Changes::new([topic("a", 60), topic("b", 60), topic("c", 0)].into()));
            let script = Arc::new(Mutex::new(script.into_iter().collect()));
            let hub = Hub { started: Instant::now(), script, told: Arc::default() };
            let (told, post) = (changes.clone(), hub.clone());
            tokio::spawn(async move { run(&told, "https://hub.example/", post, &Clock::pinned(1_000)).await });
            Self { changes, hub }
        }

        async fn at(&self, seconds: u64, outputs: &[&str]) {
            tokio::time::sleep_until(self.hub.started + Duration::from_secs(seconds)).await;
            outputs.iter().for_each(|output| self.changes.changed(output));
        }

        fn told(&self) -> Vec<(u64, String)> {
            self.hub.told.lock().unwrap().iter().map(|(at, urls)| (*at, urls.join(" "))).collect()
        }
    }

    fn unposted(retry_at: Option<UnixSeconds>) -> Unposted {
        Unposted { detail: "no".into(), retry_at }
    }

    #[tokio::test(start_paused = true)]
    async fn many_changes_are_one_ping_once_the_edition_has_them() {
        let world = World::new([]);
        for second in 0..30 {
            world.at(second, &["a", "b", "unknown"]).await;
        }
        world.at(100, &["a"]).await;
        world.at(110, &["c"]).await;
        world.at(200, &[]).await;
        let expected = [(60, "a.atom b.atom"), (111, "c.atom"), (160, "a.atom")];
        assert_eq!(world.told(), expected.map(|(at, told)| (at, told.to_owned())));
    }

    #[tokio::test(start_paused = true)]
    async fn a_deaf_hub_is_asked_ever_less_often_and_told_everything_in_the_end() {
        let world = World::new((0..3).map(|_| unposted(None)));
        world.at(0, &["c"]).await;
        world.at(90, &["a"]).await;
        world.at(10_000, &[]).await;
        let told = world.told();
        assert_eq!(told.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1, 61, 181, 421]);
        assert_eq!(told[3].1, "a.atom c.atom");
    }

    #[test]
    fn waits_grow_to_an_hour_and_obey_the_hub() {
        for (failures, retry_at, expected) in [
            (1, None, 60),
            (2, None, 120),
            (7, None, 3_600),
            (4_000_000, None, 3_600),
            (1, Some(1_300), 300),
            (1, Some(900), 60),
            (1, Some(i64::MAX), 3_600),
        ] {
            assert_eq!(wait(failures, &unposted(retry_at), 1_000).as_secs(), expected, "{failures} {retry_at:?}");
        }
    }
}
