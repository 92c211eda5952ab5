//! The loop: which feed is polled when, and who hears of it.
//!
//! One task owns the plan; retrievals run beside it, one writer settles what they bring, in batches. `run` takes
//! everything that it touches as an argument (the fetch door, the settler, the clock, commands, the end), so that a
//! scripted origin and paused time let a week pass in a second. Logs are written here, once for each poll.
//!
//! ```text
//! plan ─due→ retrieve (tasks) ─bounded queue→ write (one) ─settled→ plan, passes, log
//! ```

mod network;
mod pass;
mod pulse;
mod writer;

use std::{
    collections::{BTreeSet, HashMap, HashSet, VecDeque},
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
    writer::{Batch, Done, Work, Writer},
};
use crate::{
    clock::{Clock, EARLIEST},
    fetch::Fetch,
    metrics,
    model::{
        Correction, Feed, FeedId, Notice, PollFailure, PollReport, PollSummary, Progress, Settings, UnixSeconds, Which,
        Withdrawal,
    },
    poll::{Retriever, Settler},
    schedule,
};

/// The plan is looked at this often even if nothing is due: clocks jump, machines sleep.
const LOOK_AGAIN: Duration = Duration::from_secs(60);
/// Retrieved polls that wait for the writer; retrieval waits when it is full. What waits is held in memory.
const QUEUE: usize = 16;
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
    let writer = Writer::new(daemon.settler, daemon.clock, retrieving);
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
    plan: BTreeSet<(UnixSeconds, FeedId)>,
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
            plan: BTreeSet::new(),
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
            self.plan.insert((at, id));
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
                self.plan.retain(|(_, planned)| *planned != id);
                return Some(id);
            }
        }
        let (at, id) = *self.plan.first()?;
        let now = self.clock.now();
        // Each feed is tried once even while our own network is down, so that its state says what failed.
        let is_untried = self.feeds.get(&id).is_some_and(|feed| feed.state.last_poll_at.is_none());
        if !self.follows_plan || at > now || !(is_untried || self.network.lets_poll(now)) {
            return None;
        }
        self.plan.pop_first();
        Some(id)
    }

    /// Until something is due, at most [`LOOK_AGAIN`].
    fn sleep(&self) -> tokio::time::Sleep {
        let due = self.plan.first().filter(|_| self.follows_plan && self.may_retrieve());
        let next_at = due.map(|(at, _)| *at).into_iter().chain(self.release_at).min();
        let seconds = next_at.map_or(u64::MAX, |at| u64::try_from(at.saturating_sub(self.clock.now())).unwrap_or(0));
        // What is due waits for network or clock as well; looking at once again would only turn in circles.
        let waits = self.network.is_down() || self.clock_is_wrong;
        let at_least = if waits { NETWORK_LOOK } else { Duration::ZERO };
        tokio::time::sleep(Duration::from_secs(seconds).clamp(at_least, LOOK_AGAIN))
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Look => {}
            Command::Upkeep => {
                let _ = self.results.try_send(Work::Upkeep); // full: the writer has better to do
            }
            Command::Withdraw { withdrawal, done } => {
                self.tell_writer(Work::Withdraw { withdrawal, done });
            }
            Command::Correct { correction, done } => {
                self.tell_writer(Work::Correct(correction, done));
            }
            Command::Ping { alive } => {
                let vitals = self.vitals();
                self.tell_writer(Work::Ping { vitals, alive });
            }
            Command::Reload { settings, concurrency, done } => {
                self.tell_writer(Work::Reload { settings, concurrency, done });
            }
            Command::Tell(notice) => self.tell_writer(Work::Tell(notice)),
            Command::Forget { name, done } => self.tell_writer(Work::Forget { name, done }),
            Command::Pass { done, .. } if self.clock_is_wrong => {
                let _ = done.send(Err("the clock of this machine is before 1980: set it first".into())); // as below
            }
            Command::Pass { which, progress, done } => match self.chosen(&which) {
                Ok(ids) => {
                    self.asked.extend(ids.iter().copied());
                    self.passes.push(Pass::begin(ids, progress, done));
                    self.passes.retain_mut(|pass| !pass.end_if_over());
                }
                Err(unknown) => {
                    let _ = done.send(Err(unknown)); // whoever asked may be gone
                }
            },
        }
    }

    fn chosen(&self, which: &Which) -> Result<Vec<FeedId>, String> {
        let now = self.clock.now();
        let mut feeds: Vec<&Feed> = self.feeds.values().filter(|feed| feed.config.enabled).collect();
        feeds.sort_by_key(|feed| feed.state.id);
        let chosen: Vec<&Feed> = match which {
            Which::Due => feeds
                .into_iter()
                .filter(|feed| schedule::due_at(&feed.state, now).is_some_and(|at| at <= now))
                .collect(),
            Which::All => feeds.into_iter().filter(|feed| schedule::may_hurry(&feed.state, now)).collect(),
            Which::Named(names) => {
                let named = |name: &String| {
                    let found = self.feeds.values().find(|feed| feed.config.name == *name);
                    found.ok_or_else(|| {
                        format!("no feed is named \"{name}\" in the configuration; `headlined feeds` lists them")
                    })
                };
                names.iter().map(named).collect::<Result<_, _>>()?
            }
        };
        Ok(chosen.into_iter().map(|feed| feed.state.id).collect())
    }

    /// Behind what the writer has to do already; the loop does not wait for room in its queue.
    fn tell_writer(&mut self, work: Work) {
        let results = self.results.clone();
        self.tasks.spawn(async move {
            let _ = results.send(work).await; // the writer is gone only when we are stopping
        });
    }

    fn vitals(&self) -> Vitals {
        let enabled = || self.feeds.values().filter(|feed| feed.config.enabled);
        Vitals {
            feeds: enabled().count(),
            failing: enabled().filter(|feed| feed.state.last_error.is_some()).count(),
            under_way: self.in_flight.len(),
            network_is_down: self.network.is_down(),
            clock_is_wrong: self.clock_is_wrong,
            store_refuses: self.store_refuses.clone(),
        }
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

    fn take(&mut self, done: Done, changed: &impl Fn(&str)) {
        match done {
            Done::Settled(batch) => self.settled(batch, changed),
            Done::Reloaded { feeds, concurrency, done } => {
                self.reloaded(feeds, concurrency);
                let _ = done.send(Ok(())); // whoever asked may be gone
            }
        }
    }

    /// Other feeds from now on. What is under way of those that stay comes back as it would have.
    fn reloaded(&mut self, feeds: HashMap<FeedId, Feed>, concurrency: usize) {
        self.concurrency = concurrency.max(1);
        let old = std::mem::replace(&mut self.feeds, feeds);
        for id in old.keys().filter(|id| !self.feeds.contains_key(id)) {
            self.in_flight.remove(id);
            self.passes.iter_mut().for_each(|pass| pass.forget(*id));
        }
        self.asked.retain(|id| self.feeds.contains_key(id));
        self.passes.retain_mut(|pass| !pass.end_if_over());
        self.release_at = Some(self.clock.now()); // other outputs may have other turns
        self.plan_all();
        self.keep_holds();
    }

    fn settled(&mut self, batch: Batch, changed: &impl Fn(&str)) {
        batch.changed_outputs.iter().for_each(|output| changed(output));
        self.release_at = batch.release_at;
        if !batch.polls.is_empty() {
            self.tell_of_store(&batch);
        }
        for poll in batch.polls {
            self.in_flight.remove(&poll.feed_id);
            let Some(feed) = self.feeds.get_mut(&poll.feed_id) else { continue };
            feed.state = poll.state;
            if batch.refused.is_some() {
                // Only this plan: what the store says is what it said before.
                feed.state.next_poll_at = Some(self.clock.now() + STORE_RETRY_SECONDS);
            } else {
                metrics::polled(&poll.report);
                log(feed, &poll.report);
            }
            let failure = poll.report.failure.as_ref().map(|reason| PollFailure {
                feed: feed.config.name.clone(),
                url: if feed.config.private { "(private)".into() } else { feed.config.url.clone() },
                reason: reason.clone(),
                next_poll_at: feed.state.next_poll_at,
            });
            for pass in &mut self.passes {
                pass.count(poll.feed_id, &poll.report, failure.as_ref());
            }
            self.plan_again(poll.feed_id);
        }
        self.passes.retain_mut(|pass| !pass.end_if_over());
    }
}

impl<F> Loop<F> {
    /// A store that keeps nothing is said once, and once more when that is over: every batch would repeat it.
    fn tell_of_store(&mut self, batch: &Batch) {
        match (&batch.refused, self.store_refuses.is_some()) {
            (Some(reason), false) => {
                let feeds = batch.polls.len();
                tracing::error!(
                    feeds,
                    "{reason}; tried again every {STORE_RETRY_SECONDS} s, and not said again until it is over"
                );
            }
            (Some(reason), true) => tracing::debug!(feeds = batch.polls.len(), "{reason}"),
            (None, true) => tracing::info!("the store keeps what comes again"),
            (None, false) => {}
        }
        self.store_refuses.clone_from(&batch.refused);
    }
}

/// One line for each poll: worth reading when it changed or failed, otherwise for who asks (`HEADLINED_LOG=debug`).
fn log(feed: &Feed, report: &PollReport) {
    let name = feed.config.name.as_str();
    let next = feed.state.next_poll_reason.as_str();
    let PollReport { outcome, status, elapsed_ms, bytes, new_articles, updated_articles, .. } = *report;
    if !report.repairs.is_empty() {
        tracing::debug!(feed = name, repairs = ?report.repairs, "the document had to be mended");
    }
    match &report.failure {
        Some(reason) => {
            let again = feed
                .state
                .next_poll_at
                .map_or_else(|| "not polled again".into(), |at| format!("next poll at {}", crate::render::rfc3339(at)));
            tracing::warn!(
                feed = name,
                outcome,
                status,
                duration_ms = elapsed_ms,
                size_bytes = bytes,
                next,
                "{name}: {reason}; {again} ({next})"
            );
        }
        None if new_articles + updated_articles > 0 => {
            tracing::info!(
                feed = name,
                outcome,
                status,
                duration_ms = elapsed_ms,
                size_bytes = bytes,
                new_articles,
                updated_articles,
                next,
                "{name}: {new_articles} new, {updated_articles} updated"
            );
        }
        None => tracing::debug!(
            feed = name,
            outcome,
            status,
            duration_ms = elapsed_ms,
            size_bytes = bytes,
            next,
            "{name}: nothing new"
        ),
    }
}
