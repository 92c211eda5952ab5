//! What enters which output: the last step of a transaction (RULES 2).
//!
//! While the first pass of an output lasts, its ledger is filled anew by date, at most once a second; from then on it is
//! append-only: what enters, enters on top, once. Full pages of a ledger are closed for good as it grows.
//! An article passes, in order: the rules of what an output admits, its hold, its publisher's share of the hour; which of
//! its copies leads is chosen as it enters. What enters by time alone (a hold that ends, a share of the hour that is free
//! again, a digest's day that is over) enters then: the publisher says when it has to be asked.

mod seen;
mod step;

use std::{
    cell::Cell,
    collections::{HashMap, HashSet},
};

use self::{seen::Seen, step::Step};
use super::gate::Gate;
use crate::{
    model::{ArticleId, Feed, FeedId, GroupConfig, OutputConfig, UnixSeconds},
    store::{OutputState, Settled, StoreError, Transaction},
};

/// The period of a daily digest, in seconds.
const DAY_SECONDS: UnixSeconds = 86_400;

/// What a transaction brought.
#[derive(Debug, Default)]
pub struct News<'a> {
    /// In (published, id) order.
    pub settled: &'a [Settled],
    pub revised: &'a [ArticleId],
    /// Those of them that a reader is told to look at again: their entries name what is known by now (RULES 3).
    pub renewed: &'a [ArticleId],
    /// Every enabled feed was polled at least once.
    pub first_pass_is_over: bool,
}

/// The configured outputs with their state.
#[derive(Debug, Default)]
pub struct Publisher {
    pub outputs: Vec<(OutputConfig, OutputState)>,
    gate: Gate,
    /// Anybody may read the outputs: the server listens beyond loopback.
    is_public: bool,
    /// Until when each output's days have their digests.
    digested_to: HashMap<usize, UnixSeconds>,
    /// When something may enter that waits for nothing but time, its hold aside. Unknown until it was first looked at.
    turn_at: Option<UnixSeconds>,
    /// When outputs whose first pass lasts were filled last.
    filled_at: Option<UnixSeconds>,
    /// Something was settled since then.
    fill_waits: bool,
    pending: Pending,
}

/// What the running transaction changes of what is remembered beside the store.
#[derive(Debug, Default)]
struct Pending {
    /// Outputs whose first fill ends with it.
    filled: Vec<usize>,
    digested: Vec<(usize, UnixSeconds)>,
    turn_at: Option<UnixSeconds>,
    /// The next fill waits for the next second: not after the first one of a start, where there is nothing to see yet.
    fill_counts: bool,
    fill_waits: bool,
}

impl Publisher {
    pub fn new(outputs: Vec<(OutputConfig, OutputState)>, groups: &[GroupConfig], is_public: bool) -> Self {
        let gate = Gate::new(outputs.iter().map(|(config, _)| config), groups);
        let turn_at = Some(UnixSeconds::MIN); // at once: time has passed since it was last asked
        Self { outputs, gate, is_public, turn_at, fill_waits: true, ..Self::default() }
    }

    /// Lets the transaction's articles into the outputs that admit them. Gives the names of outputs whose entries changed.
    ///
    /// # Errors
    /// When the store cannot read or write.
    pub fn publish(
        &mut self,
        transaction: &Transaction<'_>,
        feeds: &HashMap<FeedId, Feed>,
        news: &News<'_>,
        now: UnixSeconds,
    ) -> Result<Vec<String>, StoreError> {
        let revised: HashSet<i64> = transaction.showing(news.revised)?.into_iter().collect();
        let entering: Vec<&Settled> = news.settled.iter().filter(|settled| !settled.new.tombstone).collect();
        let fills;
        (fills, self.pending) = self.first_pass(!entering.is_empty(), news.first_pass_is_over, now);
        self.gate.judge(transaction, feeds, &entering)?;
        let seen = Seen::of(transaction);
        let mut changed = Vec::new();
        for number in 0..self.outputs.len() {
            let step = self.step(&seen, feeds, number, now);
            let mut is_changed = revised.contains(&step.state.id);
            if step.state.filled_at.is_none() {
                is_changed |= fills && step.fill()?;
                if news.first_pass_is_over {
                    transaction.mark_filled(step.state.id, now)?;
                    is_changed |= step.close_periods()?;
                    self.noted(number, step.turn_at.get(), now);
                    self.pending.filled.push(number);
                }
            } else {
                is_changed |= step.let_in_what_waited()?;
                for settled in &entering {
                    is_changed |= step.offer(settled.id)?;
                }
                for article in news.renewed {
                    step.renew(*article)?;
                }
                is_changed |= step.close_periods()?;
                self.noted(number, step.turn_at.get(), now);
            }
            self.tell(transaction, number, is_changed, now, &mut changed)?;
        }
        Ok(changed)
    }

    /// Lets in what waited until now. Gives the names of outputs whose entries changed.
    ///
    /// # Errors
    /// When the store cannot read or write.
    pub fn release(
        &mut self,
        transaction: &Transaction<'_>,
        feeds: &HashMap<FeedId, Feed>,
        now: UnixSeconds,
    ) -> Result<Vec<String>, StoreError> {
        self.publish(transaction, feeds, &News::default(), now)
    }

    /// Offers articles that a correction set free to the outputs, and tells those that show one of the others.
    ///
    /// # Errors
    /// When the store cannot read or write.
    pub fn correct(
        &mut self,
        transaction: &Transaction<'_>,
        feeds: &HashMap<FeedId, Feed>,
        (freed, touched): (&[ArticleId], &[ArticleId]),
        now: UnixSeconds,
    ) -> Result<Vec<String>, StoreError> {
        let showing: HashSet<i64> = transaction.showing(touched)?.into_iter().collect();
        let seen = Seen::of(transaction);
        self.pending = Pending { turn_at: self.turn_at, fill_waits: self.fill_waits, ..Pending::default() };
        let mut changed = Vec::new();
        for number in 0..self.outputs.len() {
            let step = self.step(&seen, feeds, number, now);
            let mut is_changed = showing.contains(&step.state.id);
            if step.state.filled_at.is_some() {
                for article in freed {
                    is_changed |= step.offer(*article)?;
                }
                let turn_at = step.turn_at.get();
                self.pending.turn_at = earliest(self.pending.turn_at, turn_at);
                self.tell(transaction, number, is_changed, now, &mut changed)?;
            }
        }
        Ok(changed)
    }

    /// The transaction is durable: what it changed of the outputs' states holds.
    pub fn committed(&mut self, now: UnixSeconds) {
        let Pending { filled, digested, turn_at, fill_counts, fill_waits } = std::mem::take(&mut self.pending);
        if fill_counts {
            self.filled_at = Some(now);
        }
        self.fill_waits = fill_waits;
        for number in filled {
            self.outputs[number].1.filled_at = Some(now);
        }
        self.digested_to.extend(digested);
        self.turn_at = turn_at;
    }

    /// When to [`Publisher::release`] what waits for nothing but time, its hold aside.
    pub fn turn_at(&self) -> Option<UnixSeconds> {
        self.turn_at
    }

    /// No more will be settled: what waits for the next second to be filled is not to wait. False when nothing does.
    pub fn hurry(&mut self) -> bool {
        self.filled_at = None;
        self.fill_waits
    }

    /// Whether outputs whose first pass lasts, or is over now, are filled, and what follows from that.
    fn first_pass(&self, has_new: bool, is_over: bool, now: UnixSeconds) -> (bool, Pending) {
        let lasts = self.outputs.iter().any(|(_, state)| state.filled_at.is_none());
        let has_news = lasts && (has_new || self.fill_waits);
        let fills = lasts && is_over || has_news && self.filled_at != Some(now);
        let fill_waits = has_news && !fills;
        let fill_counts = fills && (has_new || self.filled_at.is_some());
        let turn_at = fill_waits.then_some(now + 1);
        (fills, Pending { fill_counts, fill_waits, turn_at, ..Pending::default() })
    }

    fn step<'a>(
        &'a self,
        seen: &'a Seen<'a>,
        feeds: &'a HashMap<FeedId, Feed>,
        number: usize,
        now: UnixSeconds,
    ) -> Step<'a> {
        let (config, state) = &self.outputs[number];
        let is_public = self.is_public && config.token.is_none();
        let digested_to = self.digested_to.get(&number).copied();
        let (transaction, gate, turn_at) = (seen.transaction, &self.gate, Cell::default());
        Step { transaction, seen, feeds, gate, number, config, state, is_public, digested_to, turn_at, now }
    }

    /// What a step found out about the time to come. An output with digests has something new with each day.
    fn noted(&mut self, number: usize, turn_at: Option<UnixSeconds>, now: UnixSeconds) {
        self.pending.turn_at = earliest(self.pending.turn_at, turn_at);
        if self.outputs[number].0.digest.is_some() {
            self.pending.digested.push((number, day_of(now)));
            self.pending.turn_at = earliest(self.pending.turn_at, Some(day_of(now) + DAY_SECONDS));
        }
    }

    fn tell(
        &self,
        transaction: &Transaction<'_>,
        number: usize,
        is_changed: bool,
        now: UnixSeconds,
        changed: &mut Vec<String>,
    ) -> Result<(), StoreError> {
        let (config, state) = &self.outputs[number];
        if is_changed {
            transaction.touch_output(state.id, now)?;
            changed.push(config.name.clone());
        }
        Ok(())
    }
}

fn earliest(one: Option<UnixSeconds>, other: Option<UnixSeconds>) -> Option<UnixSeconds> {
    one.into_iter().chain(other).min()
}

/// When its day began, in UTC.
fn day_of(at: UnixSeconds) -> UnixSeconds {
    at - at.rem_euclid(DAY_SECONDS)
}
