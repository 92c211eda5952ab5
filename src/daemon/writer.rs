//! The one writer: gathers what was retrieved into batches and settles each in one transaction.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{
        mpsc::{self, error::TryRecvError},
        oneshot,
    },
    task::JoinHandle,
    time::Instant,
};

use super::{STORE_RETRY_SECONDS, Vitals};
use crate::{
    clock::Clock,
    metrics,
    model::{Correction, FailureKind, Feed, FeedId, Notice, PollReport, Retrieved, Settings, UnixSeconds, Withdrawal},
    poll::{Backups, Desk, SettledPoll, Settler, Unfinished, Upkept},
    store::backup,
};

/// Polls in one transaction, at the most. A commit costs as much as some hundred inserts (measured: 0.6 CPU seconds
/// for 900 commits more).
const BATCH_POLLS: usize = 100;
/// New or known articles in one transaction, about: a batch is held in memory twice while it is settled.
const BATCH_ARTICLES: usize = 250;
/// How long the first poll of a batch may wait for others.
const BATCH_WAIT: Duration = Duration::from_millis(200);

/// What the writer is given.
#[derive(Debug)]
pub(super) enum Work {
    Settle(Box<Retrieved>),
    /// What waited for nothing but time is due to enter.
    Release,
    Withdraw {
        withdrawal: Withdrawal,
        done: oneshot::Sender<Result<Vec<String>, String>>,
    },
    /// A correction by hand, and who asked for it.
    Correct(Correction, oneshot::Sender<Result<String, String>>),
    /// What the operator is to be told of an output's file.
    Tell(Notice),
    /// Retention and tidying, in steps between polls; and a backup if one is due.
    Upkeep,
    Forget {
        name: String,
        done: oneshot::Sender<Result<usize, String>>,
    },
    /// Say that the writer lives: `vitals` is what the loop says of itself.
    Ping {
        vitals: Vitals,
        alive: oneshot::Sender<Vitals>,
    },
    Reload {
        settings: Arc<Settings>,
        concurrency: usize,
        done: oneshot::Sender<Result<(), String>>,
    },
}

/// What the loop hears of it.
#[derive(Debug)]
pub(super) enum Done {
    Settled(Batch),
    /// The settings hold from here on: these are the feeds. Whoever asked is told when the loop has taken them.
    Reloaded {
        feeds: HashMap<FeedId, Feed>,
        concurrency: usize,
        done: oneshot::Sender<Result<(), String>>,
    },
}

pub(super) struct Writer {
    settler: Settler,
    clock: Clock,
    desk: Desk,
    /// Retrievals under way: with none, there is nothing to wait for.
    retrieving: Arc<AtomicUsize>,
    /// Upkeep that is not over, with what it came to so far.
    upkeep: Option<Upkept>,
    backing_up: Option<JoinHandle<()>>,
}

/// What became of a batch.
#[derive(Debug)]
pub(super) struct Batch {
    pub(super) polls: Vec<SettledPoll>,
    pub(super) changed_outputs: Vec<String>,
    /// Why the store did not keep it; then nothing of it happened.
    pub(super) refused: Option<String>,
    /// When something is due to enter that waits for nothing but time.
    pub(super) release_at: Option<UnixSeconds>,
}

impl Writer {
    pub(super) fn new(settler: Settler, clock: Clock, desk: Desk, retrieving: Arc<AtomicUsize>) -> Self {
        Self { settler, clock, desk, retrieving, upkeep: None, backing_up: None }
    }

    /// Settles until the queue ends; gives the settler back, so that the store can be closed.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Work>, done: mpsc::Sender<Done>) -> Settler {
        loop {
            let first = match queue.try_recv() {
                Ok(work) => work,
                Err(TryRecvError::Disconnected) => break,
                Err(TryRecvError::Empty) if self.upkeep.is_some() => {
                    self = self.upkeep_step().await;
                    continue;
                }
                Err(TryRecvError::Empty) => match queue.recv().await {
                    Some(work) => work,
                    None => break,
                },
            };
            metrics::queued(queue.len() + 1);
            let (batch, rest) = gather(first, &mut queue, &self.retrieving).await;
            if !batch.is_empty() {
                let outcome;
                let (began, now) = (Instant::now(), self.clock.now());
                (self, outcome) = self.blocking(move |settler| settle(settler, &batch, now)).await;
                metrics::settled(began.elapsed(), now, outcome.refused.is_none());
                let _ = done.send(Done::Settled(outcome)).await; // nobody listens only when we are stopping
            }
            for work in rest {
                self = self.take(work, &done).await;
            }
        }
        let now = self.clock.now();
        let finished;
        (self, finished) = self.blocking(move |settler| settler.finish(now)).await;
        if let Err(error) = finished {
            tracing::error!("outputs could not be filled, a later start does it: {error}");
        }
        self.settler
    }

    /// Work on the store, at the writer's own desk: SQLite waits for the disk. Where it panics, the store may be in any
    /// state: the service ends, and systemd starts it again from what was committed.
    async fn blocking<T: Send + 'static>(self, work: impl FnOnce(&mut Settler) -> T + Send + 'static) -> (Self, T) {
        let Self { mut settler, clock, desk, retrieving, upkeep, backing_up } = self;
        let worked = desk
            .work(move || {
                let done = work(&mut settler);
                (settler, done)
            })
            .await;
        match worked {
            Ok((settler, done)) => (Self { settler, clock, desk, retrieving, upkeep, backing_up }, done),
            Err(Unfinished::Panicked(panic)) => std::panic::resume_unwind(panic),
            Err(Unfinished::Stopped) => std::future::pending().await, // the runtime ends, and this task with it
        }
    }

    /// Polls come between any two steps.
    async fn upkeep_step(mut self) -> Self {
        let (so_far, now) = (self.upkeep.take().unwrap_or_default(), self.clock.now());
        let (upkept, more);
        (self, (upkept, more)) = self.blocking(move |settler| upkeep(settler, now, so_far)).await;
        if more {
            self.upkeep = Some(upkept);
        } else if upkept != Upkept::default() {
            let Upkept { articles, tombstones } = upkept;
            tracing::info!(articles, tombstones, "retention: {articles} texts and {tombstones} tombstones are gone");
        }
        self
    }

    /// What is not a poll. Whoever asked for it may be gone, and nobody listens to what is done when we are stopping.
    async fn take(mut self, work: Work, done: &mpsc::Sender<Done>) -> Self {
        let now = self.clock.now();
        match work {
            Work::Settle(_) => self, // `gather` has put it into the batch
            Work::Release => {
                let (writer, batch) = self.blocking(move |settler| release(settler, now)).await;
                let _ = done.send(Done::Settled(batch)).await;
                writer
            }
            Work::Withdraw { withdrawal, done: told } => {
                self.changing(done, move |settler| answered(told, withdraw(settler, &withdrawal, now))).await
            }
            Work::Correct(correction, told) => {
                self.changing(done, move |settler| answered(told, correct(settler, &correction, now))).await
            }
            Work::Forget { name, done: told } => {
                self.changing(done, move |settler| answered(told, forget(settler, &name, now))).await
            }
            Work::Tell(notice) => {
                let kept;
                (self, kept) = self.blocking(move |settler| settler.tell(&notice)).await;
                if let Err(error) = kept {
                    tracing::error!("a notice could not be kept: {error}");
                }
                self
            }
            Work::Upkeep => {
                self.upkeep.get_or_insert_default();
                if self.backing_up.as_ref().is_none_or(JoinHandle::is_finished) {
                    self.backing_up = back_up(&self.settler, now);
                }
                self
            }
            Work::Ping { vitals, alive } => {
                let _ = alive.send(vitals);
                self
            }
            Work::Reload { settings, concurrency, done: told } => {
                let outcome;
                (self, outcome) = self.blocking(move |settler| settler.reload(&settings, now)).await;
                let _ = match outcome {
                    Ok(()) => {
                        let feeds = self.settler.feeds.clone();
                        done.send(Done::Reloaded { feeds, concurrency, done: told }).await.is_ok()
                    }
                    Err(error) => told.send(Err(error.to_string())).is_ok(),
                };
                self
            }
        }
    }

    /// Work that gives the outputs whose entries it changed; the loop is told of them.
    async fn changing(
        self,
        done: &mpsc::Sender<Done>,
        work: impl FnOnce(&mut Settler) -> Vec<String> + Send + 'static,
    ) -> Self {
        let (writer, batch) = self
            .blocking(|settler| {
                let changed_outputs = work(settler);
                batch_of(settler, Vec::new(), changed_outputs)
            })
            .await;
        let _ = done.send(Done::Settled(batch)).await;
        writer
    }
}

/// More of what is there, or comes soon; nothing is waited for while no retrieval is under way. Polls come before upkeep.
async fn gather(
    first: Work,
    queue: &mut mpsc::Receiver<Work>,
    retrieving: &AtomicUsize,
) -> (Vec<Retrieved>, Vec<Work>) {
    let (mut batch, mut rest) = (Vec::new(), Vec::new());
    let mut articles = 0;
    let until = Instant::now() + BATCH_WAIT;
    let mut next = Some(first);
    while let Some(work) = next.take() {
        match work {
            Work::Settle(retrieved) => {
                articles += retrieved.articles();
                batch.push(*retrieved);
            }
            other => rest.push(other),
        }
        if batch.len() + rest.len() >= BATCH_POLLS || articles >= BATCH_ARTICLES {
            break;
        }
        next = match queue.try_recv() {
            Ok(work) => Some(work),
            Err(_) if retrieving.load(Ordering::Acquire) == 0 => None,
            Err(_) => tokio::time::timeout_at(until, queue.recv()).await.ok().flatten(),
        };
    }
    (batch, rest)
}

/// Tells whoever asked what was done, or why not. Gives the outputs that it changed.
fn answered<T>(told: oneshot::Sender<Result<T, String>>, outcome: Result<(T, Vec<String>), String>) -> Vec<String> {
    let (answer, changed) = match outcome {
        Ok((done, changed)) => (Ok(done), changed),
        Err(reason) => (Err(reason), Vec::new()),
    };
    let _ = told.send(answer); // whoever asked may be gone
    changed
}

/// Takes articles back: their titles, and the outputs that showed them.
fn withdraw(settler: &mut Settler, withdrawal: &Withdrawal, now: i64) -> Result<(Vec<String>, Vec<String>), String> {
    settler.withdraw(withdrawal, now).map_err(|error| error.to_string())
}

/// A correction by hand: what was done in words.
fn correct(settler: &mut Settler, correction: &Correction, now: i64) -> Result<(String, Vec<String>), String> {
    let store = settler.store.path().display().to_string();
    let corrected = settler.correct(correction, now).map_err(|error| format!("{store}: {error}"))??;
    tracing::info!("by hand: {}", corrected.words);
    Ok((corrected.words, corrected.changed_outputs))
}

/// Deletes a feed that is no longer configured: how many articles it had.
fn forget(settler: &mut Settler, name: &str, now: i64) -> Result<(usize, Vec<String>), String> {
    let forgotten = settler.forget(name, now).map_err(|error| error.to_string())?;
    forgotten.ok_or_else(|| format!("no feed \"{name}\" is in the store that is not in the configuration too"))
}

/// What is due to enter.
fn release(settler: &mut Settler, now: i64) -> Batch {
    match settler.release(now) {
        Ok(changed_outputs) => batch_of(settler, Vec::new(), changed_outputs),
        Err(error) => {
            tracing::error!("entries that waited could not enter, it is tried again: {error}");
            Batch { release_at: Some(now + STORE_RETRY_SECONDS), ..batch_of(settler, Vec::new(), Vec::new()) }
        }
    }
}

/// One step; true when there is more to do.
fn upkeep(settler: &mut Settler, now: i64, mut done: Upkept) -> (Upkept, bool) {
    let more = settler.upkeep(now, &mut done).unwrap_or_else(|error| {
        tracing::error!("upkeep could not be done, it is tried again: {error}");
        false
    });
    (done, more)
}

/// A backup, if one is due: from a read connection, so that nothing waits for it.
fn back_up(settler: &Settler, now: i64) -> Option<JoinHandle<()>> {
    let (Backups { folder, every, kept }, store) = (settler.backups.clone(), settler.store.path().to_owned());
    (kept > 0).then(|| {
        tokio::task::spawn_blocking(move || match backup::scheduled(&store, &folder, every, kept, now) {
            Ok(None) => {}
            Ok(Some(made)) => tracing::info!("backup {} was made and verified", made.display()),
            Err(error) => tracing::error!("no backup was made, it is tried again within an hour: {error}"),
        })
    })
}

fn settle(settler: &mut Settler, batch: &[Retrieved], now: i64) -> Batch {
    match settler.settle(batch, now) {
        Ok(settled) => batch_of(settler, settled.polls, settled.changed_outputs),
        Err(error) => {
            let store = settler.store.path().display();
            refused(settler, batch, format!("{store}: {error}; nothing of this batch was kept"), now)
        }
    }
}

fn batch_of(settler: &Settler, polls: Vec<SettledPoll>, changed_outputs: Vec<String>) -> Batch {
    let release_at = settler.release_at().unwrap_or(None); // read again with the next batch
    Batch { polls, changed_outputs, refused: None, release_at }
}

fn refused(settler: &Settler, batch: &[Retrieved], reason: String, now: i64) -> Batch {
    let unkept = |retrieved: &Retrieved| {
        let state = settler.feeds.get(&retrieved.feed_id)?.state.clone();
        let report = PollReport {
            outcome: FailureKind::Store.name(),
            failure: Some(reason.clone()),
            status: retrieved.exchange.status,
            ..PollReport::default()
        };
        Some(SettledPoll { feed_id: retrieved.feed_id, state, report })
    };
    let polls = batch.iter().filter_map(unkept).collect();
    let release_at = Some(now + STORE_RETRY_SECONDS);
    Batch { refused: Some(reason), release_at, ..batch_of(settler, polls, Vec::new()) }
}
