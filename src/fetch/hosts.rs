//! How one host is treated, however many feeds it serves: so many requests at once, a pause between them, and silence
//! for all when it asked for silence.
//!
//! A host is a name and port (http and https on their usual ports are one), or, with `hosts_by_address`, all names that
//! lead to one IP address. Holds live in memory: what a feed's
//! own answer asked for is in the store, from where `Hosts::hold` has it again after a restart.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::Instant,
};
use url::Url;

use crate::model::UnixSeconds;

/// How long a host is left alone after a 429 that does not say how long.
pub(super) const HOLD_UNTOLD: UnixSeconds = 5 * 60;
/// The longest hold that a host can ask for; the same bound as for a feed's plan.
const HOLD_MOST: UnixSeconds = 7 * 86_400;
/// For so long after a 429 a 403 of the same host means the same.
const LIMIT_REMEMBERED: UnixSeconds = 86_400;
/// Hosts kept in memory; beyond it those with nothing to remember are forgotten.
const HOSTS_KEPT: usize = 8192;

pub(super) struct Hosts {
    at_once: usize,
    pause: Duration,
    known: Mutex<HashMap<String, Arc<Host>>>,
}

struct Host {
    slots: Arc<Semaphore>,
    memory: Mutex<Memory>,
}

#[derive(Default)]
struct Memory {
    /// The next request starts no sooner.
    free_at: Option<Instant>,
    held_until: UnixSeconds,
    limited_at: Option<UnixSeconds>,
    /// Its last request took long.
    slow: bool,
}

/// The right to make one request. Another can be made once it is dropped.
pub(super) struct Turn {
    host: Arc<Host>,
    _slot: OwnedSemaphorePermit,
}

/// The host asked for silence until then.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Held(pub(super) UnixSeconds);

impl Hosts {
    pub(super) fn new(at_once: usize, pause: Duration) -> Self {
        Hosts { at_once: at_once.max(1), pause, known: Mutex::default() }
    }

    /// Waits for this host's next turn. `now` is asked again after waiting: the host may have been held meanwhile.
    /// `leads_to`: the address that its name leads to, where all names of one address are to be one host.
    pub(super) async fn enter(
        &self,
        url: &Url,
        leads_to: Option<IpAddr>,
        now: impl Fn() -> UnixSeconds,
    ) -> Result<Turn, Held> {
        let host = match leads_to {
            Some(address) => self.joined(url, address, now()),
            None => self.host(&name(url), now()),
        };
        host.check(now())?;
        let Ok(slot) = Arc::clone(&host.slots).acquire_owned().await else { return Err(Held(now())) };
        // Checked before the pause too, so that a crowd behind a hold leaves at once and not one by one.
        host.check(now())?;
        let start = host.next_start(self.pause);
        tokio::time::sleep_until(start).await;
        host.check(now())?;
        Ok(Turn { host, _slot: slot })
    }

    /// From an earlier process; see `Turn::hold`.
    pub(super) fn hold(&self, url: &Url, until: UnixSeconds, now: UnixSeconds) {
        self.host(&name(url), now).hold(until, now);
    }

    /// The host at `address`, which this name belongs to from now on, with the silence that was asked for by name.
    fn joined(&self, url: &Url, address: IpAddr, now: UnixSeconds) -> Arc<Host> {
        let by_name = self.host(&name(url), now);
        let by_address = self.host(&address.to_string(), now);
        if !Arc::ptr_eq(&by_name, &by_address) {
            let held_until = lock(&by_name.memory).held_until;
            by_address.hold(held_until, now);
            lock(&self.known).insert(name(url), Arc::clone(&by_address));
        }
        by_address
    }

    fn host(&self, name: &str, now: UnixSeconds) -> Arc<Host> {
        let mut known = lock(&self.known);
        if known.len() >= HOSTS_KEPT {
            known.retain(|_, host| Arc::strong_count(host) > 1 || lock(&host.memory).is_worth_keeping(now));
        }
        let new = || Arc::new(Host { slots: Arc::new(Semaphore::new(self.at_once)), memory: Mutex::default() });
        Arc::clone(known.entry(name.to_owned()).or_insert_with(new))
    }
}

impl Host {
    fn check(&self, now: UnixSeconds) -> Result<(), Held> {
        match lock(&self.memory).held_until {
            until if until > now => Err(Held(until)),
            _ => Ok(()),
        }
    }

    fn hold(&self, until: UnixSeconds, now: UnixSeconds) -> UnixSeconds {
        let mut memory = lock(&self.memory);
        memory.held_until = memory.held_until.max(until.min(now + HOLD_MOST));
        memory.held_until
    }

    fn next_start(&self, pause: Duration) -> Instant {
        let mut memory = lock(&self.memory);
        let now = Instant::now();
        let start = memory.free_at.map_or(now, |free_at| free_at.max(now));
        memory.free_at = Some(start + pause);
        start
    }
}

impl Turn {
    /// Nobody asks this host before `until` (or for a while, where it did not say).
    pub(super) fn hold(&self, until: Option<UnixSeconds>, now: UnixSeconds) -> UnixSeconds {
        self.host.hold(until.unwrap_or(now + HOLD_UNTOLD), now)
    }

    /// It said 429.
    pub(super) fn limited(&self, now: UnixSeconds) {
        lock(&self.host.memory).limited_at = Some(now);
    }

    /// Whether anybody else may be waiting for this host, or asking it.
    pub(super) fn is_shared(&self) -> bool {
        Arc::strong_count(&self.host) > 2 // we, and what is known of hosts
    }

    pub(super) fn slow(&self, slow: bool) {
        lock(&self.host.memory).slow = slow;
    }

    pub(super) fn was_slow(&self) -> bool {
        lock(&self.host.memory).slow
    }

    pub(super) fn was_limited(&self, now: UnixSeconds) -> bool {
        lock(&self.host.memory).limited_at.is_some_and(|at| now - at < LIMIT_REMEMBERED)
    }
}

impl Memory {
    fn is_worth_keeping(&self, now: UnixSeconds) -> bool {
        self.held_until > now
            || self.limited_at.is_some_and(|at| now - at < LIMIT_REMEMBERED)
            || self.free_at.is_some_and(|at| at > Instant::now())
    }
}

fn name(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    }
}

/// A poisoned lock guards plain numbers, which are right at every moment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
