//! Puts the parts together: settings and store in, a daemon ready to run out.

use std::{
    collections::HashMap,
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use super::Failure;
use crate::{
    clock::Clock,
    config::{self, Environment, Found, Warning},
    control::{self, ControlError, Reply, Request},
    daemon::Daemon,
    deliver,
    edition::Editions,
    fetch::HttpFetch,
    model::{Progress, Settings, UnixSeconds},
    poll::{Desks, Retriever, Settler},
    store::{Lock, Store, StoreError, backup, lock::socket_path},
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

/// The same for a service, which must not crash again and again on a store that is damaged: that one is set aside by
/// name, and a new one begun. It is filled with the same ids.
pub(super) fn open_for_service(settings: Settings, path: &Path) -> Result<Opened, StoreError> {
    match try_to_open(settings.clone(), path) {
        Err(damage) if damage.is_damage() => {
            let held = Lock::take(path)?;
            let aside = backup::set_aside(path, &format!("damaged-{}", backup::moment(Clock::System.now())))?;
            tracing::error!(
                "the store {} is damaged ({damage}): it was set aside as {}, and a new one is begun with the same ids; \
                 `headlined restore` brings a backup back",
                path.display(),
                aside.display()
            );
            drop(held);
            open(settings, path)
        }
        opened => opened.map_err(|error| error.while_opening(path)),
    }
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
    /// Changes the store, polls nothing, writes the files of outputs, and closes it.
    fn write<T>(mut self, work: impl FnOnce(&mut Settler, UnixSeconds) -> Result<T, StoreError>) -> Result<T, Failure> {
        let done = work(&mut self.settler, self.clock.now())?;
        let editions = self.editions();
        block_on(async { deliver::write_all(&editions, &mut HashMap::new()).await })?; // what failed is in the log
        self.settler.store.close()?;
        Ok(done)
    }

    /// What is published from it.
    pub(super) fn editions(&self) -> Editions {
        Editions::new(self.settings.clone(), self.path.clone(), self.instance.clone(), self.clock.clone())
    }

    /// The daemon on the real network.
    pub(super) fn daemon(self, follows_plan: bool) -> Result<(Daemon<HttpFetch>, Lock), Failure> {
        let fetch = HttpFetch::new(&self.settings.fetch)?;
        let daemon = Daemon {
            retriever: Retriever { fetch, parsing: Desks::new(cores()), instance: self.instance.into() },
            settler: self.settler,
            clock: self.clock,
            concurrency: concurrency(&self.settings),
            follows_plan,
        };
        Ok((daemon, self.lock))
    }
}

/// Changes the store: by us where nobody holds it, else through the headlined that does, whose reply `take` understands.
pub(super) fn change<T>(
    settings: Settings,
    path: &Path,
    request: &Request,
    here: impl FnOnce(&mut Settler, UnixSeconds) -> Result<T, StoreError>,
    take: impl FnOnce(Reply) -> Option<T>,
) -> Result<T, Failure> {
    match open(settings, path) {
        Ok(opened) => opened.write(here),
        Err(StoreError::Held { path, pid }) => block_on(ask_holder(path, pid, request, |_| {}, take))?,
        Err(error) => Err(error.into()),
    }
}

/// Asks the headlined that holds the store; `show` hears how far it is.
pub(super) async fn ask_holder<T>(
    store: PathBuf,
    pid: String,
    request: &Request,
    show: impl FnMut(Progress),
    take: impl FnOnce(Reply) -> Option<T>,
) -> Result<T, Failure> {
    match control::ask(&socket_path(&store), request, show).await {
        Ok(reply) => take(reply).ok_or_else(|| {
            "the running headlined gave another answer than was asked for; are both of one version?".into()
        }),
        Err(ControlError::Nobody) => Err(StoreError::Held { path: store, pid }.into()),
        Err(error) => Err(error.into()),
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runs `work` to its end: the network has a thread for every other core, since parsing and the writer have threads of
/// their own; blocking threads are for the disk. What blocks a thread even then is left behind: the system's resolver may
/// wait for minutes.
pub(super) fn block_on<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let for_network = cores().div_ceil(2);
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(for_network).enable_all().thread_name("headlined").build()?;
    let done = runtime.block_on(work);
    runtime.shutdown_timeout(LET_GO);
    Ok(done)
}
