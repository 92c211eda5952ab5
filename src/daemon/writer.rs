//! The one writer: gathers what was retrieved into batches and settles each in one transaction.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use crate::{
    clock::Clock,
    model::{Correction, PollReport, Retrieved, UnixSeconds},
    poll::{SettledPoll, Settler},
};

/// Polls in one transaction, at the most. A commit costs as much as some hundred inserts (measured: 0.6 CPU seconds
/// for 900 commits more).
const BATCH_POLLS: usize = 100;
/// How long the first poll of a batch may wait for others.
const BATCH_WAIT: Duration = Duration::from_millis(200);

/// Steps of retention in a row, at the most: the rest waits for the next tick.
const PRUNE_STEPS: usize = 10;

/// What the writer is given.
#[derive(Debug)]
pub(super) enum Work {
    Settle(Box<Retrieved>),
    /// A step of retention; more follow while there is more.
    Prune,
    /// Entries that have waited for their copies are due.
    Release,
    /// A correction by hand, and who asked for it.
    Correct(Correction, oneshot::Sender<Result<String, String>>),
}

/// What is done after the polls of a batch.
#[derive(Debug, Default)]
struct Chores {
    prunes: bool,
    releases: bool,
    corrections: Vec<(Correction, oneshot::Sender<Result<String, String>>)>,
}

pub(super) struct Writer {
    pub(super) settler: Settler,
    pub(super) clock: Clock,
    /// Retrievals under way: with none, there is nothing to wait for.
    pub(super) retrieving: Arc<AtomicUsize>,
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
    /// Settles until the queue ends; gives the settler back, so that the store can be closed.
    pub(super) async fn run(mut self, mut queue: mpsc::Receiver<Work>, settled: mpsc::Sender<Batch>) -> Settler {
        while let Some(first) = queue.recv().await {
            let (batch, chores) = gather(first, &mut queue, &self.retrieving).await;
            if !batch.is_empty() {
                let outcome;
                (self.settler, outcome) = settle(self.settler, batch, self.clock.now()).await;
                let _ = settled.send(outcome).await; // nobody listens only when we are stopping
            }
            if chores.releases || !chores.corrections.is_empty() {
                let outcome;
                (self.settler, outcome) = correct(self.settler, chores.corrections, self.clock.now()).await;
                let _ = settled.send(outcome).await; // as above
            }
            if chores.prunes {
                self.settler = prune(self.settler, self.clock.now()).await;
            }
        }
        self.settler
    }
}

/// More of what is there, or comes soon; nothing is waited for while no retrieval is under way. Polls come before upkeep.
async fn gather(first: Work, queue: &mut mpsc::Receiver<Work>, retrieving: &AtomicUsize) -> (Vec<Retrieved>, Chores) {
    let (mut batch, mut chores) = (Vec::new(), Chores::default());
    let until = Instant::now() + BATCH_WAIT;
    let mut next = Some(first);
    while let Some(work) = next.take() {
        match work {
            Work::Settle(retrieved) => batch.push(*retrieved),
            Work::Prune => chores.prunes = true,
            Work::Release => chores.releases = true,
            Work::Correct(correction, done) => chores.corrections.push((correction, done)),
        }
        if batch.len() >= BATCH_POLLS {
            break;
        }
        next = match queue.try_recv() {
            Ok(work) => Some(work),
            Err(_) if retrieving.load(Ordering::Acquire) == 0 => None,
            Err(_) => tokio::time::timeout_at(until, queue.recv()).await.ok().flatten(),
        };
    }
    (batch, chores)
}

/// Steps of retention until it is done, or enough for now.
async fn prune(mut settler: Settler, now: i64) -> Settler {
    let pruning = tokio::task::spawn_blocking(move || {
        let mut steps = 0;
        while steps < PRUNE_STEPS {
            steps += 1;
            match settler.prune(now) {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    tracing::error!("retention could not be done, it is tried again: {error}");
                    break;
                }
            }
        }
        settler
    });
    match pruning.await {
        Ok(settler) => settler,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
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

/// Corrections by hand, one after the other, and what is due to enter.
async fn correct(
    mut settler: Settler,
    corrections: Vec<(Correction, oneshot::Sender<Result<String, String>>)>,
    now: i64,
) -> (Settler, Batch) {
    let correcting = tokio::task::spawn_blocking(move || {
        let mut changed = settler.release(now).unwrap_or_else(|error| {
            tracing::error!("entries that waited for their copies could not enter, it is tried again: {error}");
            Vec::new()
        });
        for (correction, done) in corrections {
            let outcome = match settler.correct(&correction, now) {
                Ok(Ok(corrected)) => {
                    tracing::info!("by hand: {}", corrected.words);
                    changed.extend(corrected.changed_outputs);
                    Ok(corrected.words)
                }
                Ok(Err(refusal)) => Err(refusal),
                Err(error) => Err(format!("{}: {error}", settler.store.path().display())),
            };
            let _ = done.send(outcome); // whoever asked may be gone
        }
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
        let report =
            PollReport { failure: Some(reason.clone()), status: retrieved.exchange.status, ..PollReport::default() };
        Some(SettledPoll { feed_id: retrieved.feed_id, state, report })
    };
    let polls = batch.iter().filter_map(unkept).collect();
    Batch { refused: Some(reason), ..batch_of(settler, polls, Vec::new()) }
}
