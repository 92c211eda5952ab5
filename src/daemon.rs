//! The loop: which feed is polled when, and who hears of it.
//!
//! One task owns the plan; retrievals run beside it, one writer settles what they bring, in batches. `run` takes
//! everything that it touches as an argument (the fetch door, the settler, the clock, commands, the end), so that a
//! scripted origin and paused time let a week pass in a second. What is settled, and its line in the log, is in `settled`;
//! what is asked of the loop, in `commands`.
//!
//! ```text
//! plan ─due→ retrieve (tasks) ─bounded queue→ write (one) ─settled→ plan, passes, log
//! ```

mod commands;
mod network;
mod pass;
mod plan;
mod pulse;
mod settled;
mod writer;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
};

pub use self::pulse::{Vitals, pulse};
use self::{
    network::Network,
    pass::Pass,
    plan::Plan,
    writer::{Done, Work, Writer},
};
use crate::{
    clock::{Clock, EARLIEST},
    fetch::Fetch,
    metrics,
    model::{Correction, Feed, FeedId, Notice, PollSummary, Progress, Settings, UnixSeconds, Which, Withdrawal},
    poll::{Desk, Retriever, Settler},
    schedule,
};

/// The plan is looked at this often even if nothing is due: clocks jump, machines sleep.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// Retrieved polls that wait for the writer; retrieval waits when it is full. What waits is held in memory.
const QUEUE: usize = 8;
/// When the store could not keep a batch, its feeds are polled again after this many seconds.
const STORE_RETRY_SECONDS: UnixSeconds = 60;
/// While our own network is down, or the clock was never set, the plan is looked at this often.
const NETWORK_LOOK: Duration = Duration::from_secs(1);

/// What the loop is asked to do, by the control socket, a scheduler's tick or `headlined poll`.
#[derive(Debug)]
pub enum Command {
    /// Look at the plan now. A lost one loses nothing.
    Look,
    /// Retention and tidying, when the writer has time. A lost one is made up for by the next.
    Upkeep,
    /// Take articles back and say their titles.
    Withdraw { withdrawal: Withdrawal, done: oneshot::Sender<Result<Vec<String>, String>> },
    /// Say that loop and writer live, and how they fare.
    Ping { alive: oneshot::Sender<Vitals> },
    /// Go on with these settings. What is under way is settled; `Err`: the store could not take them in, the old ones hold.
    Reload { settings: Arc<Settings>, concurrency: usize, done: oneshot::Sender<Result<(), String>> },
    /// Correct copies and stories by hand, and say what was done or why not.
    Correct { correction: Correction, done: oneshot::Sender<Result<String, String>> },
    /// Keep what the operator is to be told of an output's file. Nobody waits for it.
    Tell(Notice),
    /// Delete a feed that is no longer configured, with its articles; how many they were.
    Forget { name: String, done: oneshot::Sender<Result<usize, String>> },
    /// Poll these feeds once and say what came of it.
    Pass {
        which: Which,
        progress: Option<mpsc::UnboundedSender<Progress>>,
        done: oneshot::Sender<Result<PollSummary, String>>,
    },
}

/// Everything that the loop runs on.
#[derive(Debug)]
pub struct Daemon<F> {
    pub retriever: Retriever<F>,
    pub settler: Settler,
    pub clock: Clock,
    /// Retrievals at once.
    pub concurrency: usize,
    /// Poll what is due by itself; a single pass only does what it is told.
    pub follows_plan: bool,
}

/// Runs until `shutdown`; then the batch being settled is finished, and nothing else is waited for.
///
/// `changed` is told which outputs changed, after each COMMIT.
pub async fn run<F: Fetch>(
    daemon: Daemon<F>,
    mut commands: mpsc::Receiver<Command>,
    changed: impl Fn(&str) + Send + 'static,
    shutdown: impl Future<Output = ()>,
) -> Settler {
    let (results, to_writer) = mpsc::channel::<Work>(QUEUE);
    let (settled, mut done) = mpsc::channel::<Done>(QUEUE);
    let retrieving = Arc::new(AtomicUsize::new(0));
    let mut state = Loop::new(&daemon, results, retrieving.clone());
    state.keep_holds();
    let writer = Writer::new(daemon.settler, daemon.clock, Desk::new(), retrieving);
    let writing = tokio::spawn(writer.run(to_writer, settled));
    tokio::pin!(shutdown);
    loop {
        state.start();
        let wake = state.sleep();
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            Some(done) = done.recv() => state.take(done, &changed),
            Some(command) = commands.recv() => state.obey(command),
            Some(_) = state.tasks.join_next() => {} // room for another
            () = wake => {}
        }
    }
    drop(state); // ends the retrievals and, with their queue, the writer
    while let Some(done) = done.recv().await {
        if let Done::Settled(batch) = done {
            batch.changed_outputs.iter().for_each(|output| changed(output));
        }
    }
    match writing.await {
        Ok(settler) => settler,
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}

/// The loop's own state: the plan, what is under way, who waits for what.
struct Loop<F> {
    retriever: Retriever<F>,
    clock: Clock,
    concurrency: usize,
    follows_plan: bool,
    feeds: HashMap<FeedId, Feed>,
    plan: Plan,
    /// Asked for by a pass, before the plan.
    asked: VecDeque<FeedId>,
    /// Retrieved, or waiting for the writer, or being settled.
    in_flight: HashSet<FeedId>,
    /// Retrievals, until the writer's queue has taken what they brought.
    tasks: JoinSet<()>,
    results: mpsc::Sender<Work>,
    retrieving: Arc<AtomicUsize>,
    passes: Vec<Pass>,
    network: Network,
    /// Why it kept nothing of the last batch.
    store_refuses: Option<String>,
    /// It was said that the clock is wrong.
    clock_is_wrong: bool,
    /// When something is due to enter that waits for nothing but time.
    release_at: Option<UnixSeconds>,
}

impl<F: Fetch> Loop<F> {
    fn new(daemon: &Daemon<F>, results: mpsc::Sender<Work>, retrieving: Arc<AtomicUsize>) -> Self {
        let feeds = daemon.settler.feeds.clone();
        let mut state = Self {
            retriever: daemon.retriever.clone(),
            clock: daemon.clock.clone(),
            concurrency: daemon.concurrency.max(1),
            follows_plan: daemon.follows_plan,
            plan: Plan::default(),
            asked: VecDeque::new(),
            in_flight: HashSet::new(),
            tasks: JoinSet::new(),
            results,
            retrieving,
            passes: Vec::new(),
            network: Network::default(),
            store_refuses: None,
            clock_is_wrong: false,
            release_at: daemon.settler.release_at().unwrap_or(None), // said again with the first batch
            feeds,
        };
        state.plan_all();
        state
    }

    fn plan_all(&mut self) {
        self.plan.clear();
        let idle: Vec<FeedId> = self.feeds.keys().copied().filter(|id| !self.in_flight.contains(id)).collect();
        idle.into_iter().for_each(|id| self.plan_again(id));
    }

    /// Retry-After outlives a restart: the door is told which hosts asked for silence.
    fn keep_holds(&self) {
        for feed in self.feeds.values() {
            if let Some(until) = feed.state.held_until {
                self.retriever.fetch.hold(&feed.config.url, until);
            }
        }
    }

    fn plan_again(&mut self, id: FeedId) {
        let Some(feed) = self.feeds.get(&id) else { return };
        let now = self.clock.now();
        let due_at = match feed.state.last_poll_at {
            None => Some(schedule::first_poll_at(id, self.feeds.len(), now)),
            Some(_) => schedule::due(feed, now),
        };
        if let Some(at) = due_at.filter(|_| feed.config.enabled) {
            self.plan.put(id, at);
        }
    }

    /// Starts as many retrievals as may run: what was asked for first, then what is due.
    fn start(&mut self) {
        while self.tasks.try_join_next().is_some() {}
        if self.waits_for_clock() {
            return;
        }
        metrics::busy(self.in_flight.len());
        if self.release_at.is_some_and(|at| at <= self.clock.now()) {
            self.release_at = None; // the writer says when the next is due, also where its queue is full now
            let _ = self.results.try_send(Work::Release);
        }
        while self.may_retrieve() {
            let Some(id) = self.next() else { return };
            let Some(feed) = self.feeds.get(&id).cloned() else { continue };
            self.in_flight.insert(id);
            self.retrieving.fetch_add(1, Ordering::AcqRel);
            let (retriever, results, retrieving) =
                (self.retriever.clone(), self.results.clone(), self.retrieving.clone());
            let (network, clock) = (self.network.clone(), self.clock.clone());
            self.tasks.spawn(async move {
                let address = feed.config.url.clone();
                let (retrieved, _parsed) = retriever.retrieve(feed, clock.now()).await;
                let retrieved = network.judge(&address, retrieved, clock.now());
                // Counted down before it is sent: the writer must not wait for what it already holds.
                retrieving.fetch_sub(1, Ordering::AcqRel);
                let _ = results.send(Work::Settle(Box::new(retrieved))).await; // the writer is gone only when we are stopping
            });
        }
    }

    /// The network is asked while the writer settles what came before.
    fn may_retrieve(&self) -> bool {
        self.tasks.len() < self.concurrency
    }

    fn next(&mut self) -> Option<FeedId> {
        while let Some(id) = self.asked.pop_front() {
            if !self.in_flight.contains(&id) {
                self.plan.remove(id);
                return Some(id);
            }
        }
        let (at, id) = self.plan.first()?;
        let now = self.clock.now();
        // Each feed is tried once even while our own network is down, so that its state says what failed.
        let is_untried = self.feeds.get(&id).is_some_and(|feed| feed.state.last_poll_at.is_none());
        if !self.follows_plan || at > now || !(is_untried || self.network.lets_poll(now)) {
            return None;
        }
        self.plan.remove(id);
        Some(id)
    }

    /// Until something is due, at most [`LOOK_AGAIN`].
    fn sleep(&self) -> tokio::time::Sleep {
        let due = self.plan.first().filter(|_| self.follows_plan && self.may_retrieve());
        let next_at = due.map(|(at, _)| at).into_iter().chain(self.release_at).min();
        let seconds = next_at.map_or(u64::MAX, |at| u64::try_from(at.saturating_sub(self.clock.now())).unwrap_or(0));
        // What is due waits for network or clock as well; looking at once again would only turn in circles.
        let waits = self.network.is_down() || self.clock_is_wrong;
        let at_least = if waits { NETWORK_LOOK } else { Duration::ZERO };
        tokio::time::sleep(Duration::from_secs(seconds).clamp(at_least, LOOK_AGAIN))
    }

    /// A clock that was never set plans nothing and writes nothing; it is looked at again as the plan is.
    fn waits_for_clock(&mut self) -> bool {
        let is_wrong = self.clock.now() < EARLIEST;
        match (is_wrong, self.clock_is_wrong) {
            (true, false) => tracing::error!(
                "the clock of this machine is before 1980: nothing is polled until it is set; what is held is served"
            ),
            (false, true) => {
                tracing::info!("the clock was set: polling begins");
                self.plan_all();
            }
            _ => {}
        }
        self.clock_is_wrong = is_wrong;
        is_wrong
    }
}
