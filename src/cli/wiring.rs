//! Puts the parts together: settings and store in, a daemon ready to run out.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::sync::Semaphore;

use super::Failure;
use crate::{
    clock::Clock,
    config::{self, Environment, Found, Warning},
    daemon::Daemon,
    fetch::HttpFetch,
    model::Settings,
    poll::{Retriever, Settler},
    store::{Lock, Store, StoreError},
};

/// Retrievals that may be under way for each request that may be. Most of them wait for the turn of a slow host, at some
/// 2 KiB each; with 8, 2,000 feeds of 500 broken hosts kept healthy ones waiting for 30 s (`.ci/e2e_hosts.py`).
const WAITING_AT_THE_DOOR: usize = 64;

/// Where no store is, or nobody holds it, the one that was meant may be a service's (`StateDirectory=` of the unit).
pub(super) const ANOTHER_STORE: &str =
    "a service keeps its own: HEADLINED_STORE=/var/lib/headlined/headlined.db names it";

/// How long threads may take to end once the work has.
const LET_GO: Duration = Duration::from_millis(500);

/// The configuration, or everything that is wrong with it.
pub(super) fn settings(found: &Found, environment: &Environment) -> Result<(Settings, Vec<Warning>), Failure> {
    config::load(found, environment)
        .map_err(|problems| Failure::usage(format!("the configuration cannot be used\n{problems}")))
}

pub(super) fn store_path(settings: &Settings, environment: &Environment) -> Result<PathBuf, Failure> {
    config::store_path(settings, environment).map_err(Failure::usage)
}

/// Both, for verbs that work on the store.
pub(super) fn settings_and_store(found: &Found, environment: &Environment) -> Result<(Settings, PathBuf), Failure> {
    let (settings, _) = settings(found, environment)?;
    let path = store_path(&settings, environment)?;
    Ok((settings, path))
}

/// The store, held and opened, with every configured feed and output in it.
pub(super) struct Opened {
    pub(super) settings: Arc<Settings>,
    pub(super) path: PathBuf,
    pub(super) lock: Lock,
    pub(super) instance: String,
    pub(super) clock: Clock,
    settler: Settler,
}

/// Takes the lock and opens the store.
pub(super) fn open(settings: Settings, path: &Path) -> Result<Opened, StoreError> {
    try_to_open(settings, path).map_err(|error| error.while_opening(path))
}

fn try_to_open(settings: Settings, path: &Path) -> Result<Opened, StoreError> {
    // What the store holds is the owner's: private addresses are in it (RULES 4).
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    let clock = Clock::System;
    let lock = Lock::take(path)?;
    let store = Store::open(path)?;
    let instance = store.instance().to_owned();
    let settler = Settler::new(store, &settings, clock.now())?;
    Ok(Opened { settings: Arc::new(settings), path: path.to_owned(), lock, instance, clock, settler })
}

/// Retrievals that may be under way at once: the door bounds requests itself, with a lane of their own for slow hosts,
/// and what waits there must not keep the healthy from starting.
pub(super) fn concurrency(settings: &Settings) -> usize {
    WAITING_AT_THE_DOOR * settings.fetch.concurrency
}

impl Opened {
    /// The writer alone, for a verb that changes the store and polls nothing.
    pub(super) fn writer(self) -> (Settler, Clock, Lock) {
        (self.settler, self.clock, self.lock)
    }

    /// The daemon on the real network.
    pub(super) fn daemon(self, follows_plan: bool) -> Result<(Daemon<HttpFetch>, Lock), Failure> {
        let fetch = HttpFetch::new(&self.settings.fetch)?;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let daemon = Daemon {
            retriever: Retriever { fetch, parsing: Arc::new(Semaphore::new(cores)), instance: self.instance.into() },
            settler: self.settler,
            clock: self.clock,
            concurrency: concurrency(&self.settings),
            follows_plan,
        };
        Ok((daemon, self.lock))
    }
}

/// Runs `work` to its end: as many threads as there are cores for the network, blocking threads for the disk and for
/// parsing. What blocks a thread even then is left behind: the system's resolver may wait for minutes.
pub(super) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("headlined").build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(LET_GO);
    Ok(done)
}
