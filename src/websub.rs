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

    /// Takes over what another configuration's hub was not told of yet: a reload loses no change.
    pub fn go_on_from(&self, earlier: &Changes) {
        let waiting: Vec<String> = earlier.lock().keys().cloned().collect();
        waiting.iter().for_each(|output| self.changed(output));
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
mod tests;
