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

use super::Vitals;
use crate::{
    clock::Clock,
    metrics,
    model::{Correction, FailureKind, Feed, FeedId, PollReport, Retrieved, Settings, UnixSeconds, Withdrawal},
    poll::{Backups, SettledPoll, Settler, Upkept},
    store::backup,
};

/// Polls in one transaction, at the most. A commit costs as much as some hundred inserts (measured: 0.6 CPU seconds
/// for 900 commits more).
const BATCH_POLLS: usize = 100;
/// How long the first poll of a batch may wait for others.
const BATCH_WAIT: Duration = Duration::from_millis(200);

/// What the writer is given.
#[derive(Debug)]
pub(super) enum Work {
    Settle(Box<Retrieved>),
    /// Entries that have waited for their copies are due.
    Release,
    Withdraw {
        withdrawal: Withdrawal,
        done: oneshot::Sender<Result<Vec<String>, String>>,
    },
    /// A correction by hand, and who asked for it.
    Correct(Correction, oneshot::Sender<Result<String, String>>),
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
    /// When the next entry is due that waits for its copies.
    pub(super) next_hold_at: Option<UnixSeconds>,
}

impl Writer {
    pub(super) fn new(settler: Settler, clock: Clock, retrieving: Arc<AtomicUsize>) -> Self {
        Self { settler, clock, retrieving, upkeep: None, backing_up: None }
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
                (self.settler, outcome) = settle(self.settler, batch, now).await;
                metrics::settled(began.elapsed(), now, outcome.refused.is_none());
                let _ = done.send(Done::Settled(outcome)).await; // nobody listens only when we are stopping
            }
            for work in rest {
                self = self.take(work, &done).await;
            }
        }
        self.settler
    }

    /// Polls come between any two steps.
    async fn upkeep_step(mut self) -> Self {
        let so_far = self.upkeep.take().unwrap_or_default();
        let (upkept, more);
        (self.settler, upkept, more) = upkeep(self.settler, self.clock.now(), so_far).await;
        if more {
            self.upkeep = Some(upkept);
        } else if upkept != Upkept::default() {
            let Upkept { articles, tombstones } = upkept;
            tracing::info!(articles, tombstones, "retention: {articles} texts and {tombstones} tombstones are gone");
        }
        self
    }

    /// What is not a poll.
    async fn take(mut self, work: Work, done: &mpsc::Sender<Done>) -> Self {
        let now = self.clock.now();
        match work {
            Work::Settle(_) => {} // `gather` has put it into the batch
            Work::Release => {
                let outcome;
                (self.settler, outcome) = release(self.settler, now).await;
                let _ = done.send(Done::Settled(outcome)).await; // as above
            }
            Work::Withdraw { withdrawal, done: told } => {
                let changed_outputs;
                (self.settler, changed_outputs) = withdraw(self.settler, withdrawal, told, now).await;
                let batch = batch_of(&self.settler, vec![], changed_outputs);
                let _ = done.send(Done::Settled(batch)).await; // as above
            }
            Work::Correct(correction, told) => {
                let outcome;
                (self.settler, outcome) = correct(self.settler, correction, told, now).await;
                let _ = done.send(Done::Settled(outcome)).await; // as above
            }
            Work::Upkeep => {
                self.upkeep.get_or_insert_default();
                if self.backing_up.as_ref().is_none_or(JoinHandle::is_finished) {
                    self.backing_up = back_up(&self.settler, now);
                }
            }
            Work::Forget { name, done: told } => {
                let outcome;
                (self.settler, outcome) = forget(self.settler, name, now).await;
                let _ = told.send(outcome.as_ref().map(|(articles, _)| *articles).map_err(String::clone)).is_ok();
                if let Ok((_, changed_outputs)) = outcome {
                    let batch = batch_of(&self.settler, vec![], changed_outputs);
                    let _ = done.send(Done::Settled(batch)).await; // as above
                }
            }
            Work::Ping { vitals, alive } => {
                let _ = alive.send(vitals); // whoever asked may be gone
            }
            Work::Reload { settings, concurrency, done: told } => {
                let outcome;
                (self.settler, outcome) = reload(self.settler, settings, now).await;
                let _ = match outcome {
                    Ok(()) => {
                        let feeds = self.settler.feeds.clone();
                        done.send(Done::Reloaded { feeds, concurrency, done: told }).await.is_ok() // as above
                    }
                    Err(reason) => told.send(Err(reason)).is_ok(), // whoever asked may be gone
                };
            }
        }
        self
    }
}

/// More of what is there, or comes soon; nothing is waited for while no retrieval is under way. Polls come before upkeep.
async fn gather(
    first: Work,
    queue: &mut mpsc::Receiver<Work>,
    retrieving: &AtomicUsize,
) -> (Vec<Retrieved>, Vec<Work>) {
    let (mut batch, mut rest) = (Vec::new(), Vec::new());
    let until = Instant::now() + BATCH_WAIT;
    let mut next = Some(first);
    while let Some(work) = next.take() {
        match work {
            Work::Settle(retrieved) => batch.push(*retrieved),
            other => rest.push(other),
        }
        if batch.len() + rest.len() >= BATCH_POLLS {
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

/// Takes articles back, and tells whoever asked what they were. Gives the outputs that showed them.
async fn withdraw(
    mut settler: Settler,
    withdrawal: Withdrawal,
    done: oneshot::Sender<Result<Vec<String>, String>>,
    now: i64,
) -> (Settler, Vec<String>) {
    let withdrawing = tokio::task::spawn_blocking(move || {
        let outcome = settler.withdraw(&withdrawal, now);
        (settler, outcome)
    });
    match withdrawing.await {
        Ok((settler, outcome)) => {
            let (told, changed) = match outcome {
                Ok((titles, changed)) => (Ok(titles), changed),
                Err(error) => (Err(error.to_string()), Vec::new()),
            };
            let _ = done.send(told); // whoever asked may be gone
            (settler, changed)
        }
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// On a thread for blocking work, as all that writes.
async fn reload(mut settler: Settler, settings: Arc<Settings>, now: i64) -> (Settler, Result<(), String>) {
    let taking = tokio::task::spawn_blocking(move || {
        let outcome = settler.reload(&settings, now).map_err(|error| error.to_string());
        (settler, outcome)
    });
    match taking.await {
        Ok(taken) => taken,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// One step, on a thread for blocking work; true when there is more to do.
async fn upkeep(mut settler: Settler, now: i64, mut done: Upkept) -> (Settler, Upkept, bool) {
    let working = tokio::task::spawn_blocking(move || {
        let more = settler.upkeep(now, &mut done).unwrap_or_else(|error| {
            tracing::error!("upkeep could not be done, it is tried again: {error}");
            false
        });
        (settler, done, more)
    });
    match working.await {
        Ok(worked) => worked,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// Deletes a feed that is no longer configured.
async fn forget(mut settler: Settler, name: String, now: i64) -> (Settler, Result<(usize, Vec<String>), String>) {
    let forgetting = tokio::task::spawn_blocking(move || {
        let outcome = match settler.forget(&name, now) {
            Ok(Some(forgotten)) => Ok(forgotten),
            Ok(None) => Err(format!("no feed \"{name}\" is in the store that is not in the configuration too")),
            Err(error) => Err(error.to_string()),
        };
        (settler, outcome)
    });
    match forgetting.await {
        Ok(forgotten) => forgotten,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
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

/// On a thread for blocking work: SQLite waits for the disk.
async fn settle(mut settler: Settler, batch: Vec<Retrieved>, now: i64) -> (Settler, Batch) {
    let settling = tokio::task::spawn_blocking(move || {
        let outcome = match settler.settle(&batch, now) {
            Ok(settled) => batch_of(&settler, settled.polls, settled.changed_outputs),
            Err(error) => {
                let store = settler.store.path().display();
                refused(&settler, &batch, format!("{store}: {error}; nothing of this batch was kept"))
            }
        };
        (settler, outcome)
    });
    match settling.await {
        Ok(settled) => settled,
        // Its store may be in any state: the service ends, and systemd starts it again from what was committed.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// What is due to enter, on a thread for blocking work.
async fn release(mut settler: Settler, now: UnixSeconds) -> (Settler, Batch) {
    let releasing = tokio::task::spawn_blocking(move || {
        let changed = settler.release(now).unwrap_or_else(|error| {
            tracing::error!("entries that waited for their copies could not enter, it is tried again: {error}");
            Vec::new()
        });
        let outcome = batch_of(&settler, Vec::new(), changed);
        (settler, outcome)
    });
    match releasing.await {
        Ok(released) => released,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// A correction by hand; whoever asked for it is told what was done, or why not.
async fn correct(
    mut settler: Settler,
    correction: Correction,
    told: oneshot::Sender<Result<String, String>>,
    now: UnixSeconds,
) -> (Settler, Batch) {
    let correcting = tokio::task::spawn_blocking(move || {
        let (changed, outcome) = match settler.correct(&correction, now) {
            Ok(Ok(corrected)) => {
                tracing::info!("by hand: {}", corrected.words);
                (corrected.changed_outputs, Ok(corrected.words))
            }
            Ok(Err(refusal)) => (Vec::new(), Err(refusal)),
            Err(error) => (Vec::new(), Err(format!("{}: {error}", settler.store.path().display()))),
        };
        let _ = told.send(outcome); // whoever asked may be gone
        let outcome = batch_of(&settler, Vec::new(), changed);
        (settler, outcome)
    });
    match correcting.await {
        Ok(corrected) => corrected,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

fn batch_of(settler: &Settler, polls: Vec<SettledPoll>, changed_outputs: Vec<String>) -> Batch {
    let next_hold_at = settler.store.next_hold_at().unwrap_or(None); // read again with the next batch
    Batch { polls, changed_outputs, refused: None, next_hold_at }
}

fn refused(settler: &Settler, batch: &[Retrieved], reason: String) -> Batch {
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
    Batch { refused: Some(reason), ..batch_of(settler, polls, Vec::new()) }
}
