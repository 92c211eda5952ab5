//! What enters which output: the last step of a transaction (RULES 2).
//!
//! While the first pass of an output lasts, its ledger is filled anew by date after every batch; from then on it is
//! append-only: what enters, enters on top, once.

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use crate::{
    model::{ArticleId, Feed, FeedId, FoldMode, OutputConfig, UnixSeconds},
    select::{self, Facts},
    store::{LedgerRow, Member, OutputState, Settled, StoreError, Transaction, story_published_id},
};

/// How many articles are looked at, at a time, to fill an output.
const FILL_STEP: usize = 500;
/// How many articles are looked at, at the most, to fill one output that admits few of them.
const FILL_AT_MOST: usize = 20_000;

/// What a transaction brought.
#[derive(Debug)]
pub struct News<'a> {
    /// In (published, id) order.
    pub settled: &'a [Settled],
    pub revised: &'a [ArticleId],
    /// Every enabled feed was polled at least once.
    pub first_pass_is_over: bool,
}

/// The configured outputs with their state.
#[derive(Debug, Default)]
pub struct Publisher {
    pub outputs: Vec<(OutputConfig, OutputState)>,
    /// Anybody may read the outputs: the server listens beyond loopback.
    is_public: bool,
    /// Outputs whose first fill ends with the running transaction.
    filled_now: Vec<usize>,
}

impl Publisher {
    pub fn new(outputs: Vec<(OutputConfig, OutputState)>, is_public: bool) -> Self {
        Self { outputs, is_public, filled_now: Vec::new() }
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
        self.filled_now.clear();
        let revised: HashSet<i64> = transaction.showing(news.revised)?.into_iter().collect();
        let entering: Vec<&Settled> = news.settled.iter().filter(|settled| !settled.new.tombstone).collect();
        let mut changed = Vec::new();
        for (number, (config, state)) in self.outputs.iter().enumerate() {
            let step = Step { transaction, feeds, config, state, is_public: self.is_public, now };
            let mut is_changed = revised.contains(&state.id);
            if state.filled_at.is_none() {
                is_changed |= (!entering.is_empty() || news.first_pass_is_over) && step.fill()?;
                if news.first_pass_is_over {
                    transaction.mark_filled(state.id, now)?;
                    self.filled_now.push(number);
                }
            } else {
                for settled in &entering {
                    is_changed |= step.offer(settled.id)?;
                }
            }
            if is_changed {
                transaction.touch_output(state.id, now)?;
                changed.push(config.name.clone());
            }
        }
        Ok(changed)
    }

    /// The transaction is durable: what it changed of the outputs' states holds.
    pub fn committed(&mut self, now: UnixSeconds) {
        for number in self.filled_now.drain(..) {
            self.outputs[number].1.filled_at = Some(now);
        }
    }
}

struct Step<'a> {
    transaction: &'a Transaction<'a>,
    feeds: &'a HashMap<FeedId, Feed>,
    config: &'a OutputConfig,
    state: &'a OutputState,
    is_public: bool,
    now: UnixSeconds,
}

impl Step<'_> {
    /// Fills the ledger anew with the newest admitted articles, oldest first, so that the newest are on top.
    fn fill(&self) -> Result<bool, StoreError> {
        let mut rows: Vec<LedgerRow> = Vec::new();
        let mut taken = BTreeSet::new();
        let mut seen = 0;
        while rows.len() < self.config.limit && seen < FILL_AT_MOST {
            let newest = self.transaction.newest(FILL_STEP, seen)?;
            seen += newest.len();
            for member in &newest {
                if rows.len() < self.config.limit
                    && let Some(row) = self.entry_of(&self.unit(member)?)
                    && taken.insert(row.entry_id)
                {
                    rows.push(row);
                }
            }
            if newest.len() < FILL_STEP {
                break;
            }
        }
        self.transaction.clear_ledger(self.state.id)?;
        for row in rows.iter().rev() {
            self.transaction.enter(self.state.id, row)?;
        }
        Ok(true)
    }

    /// Offers a new article to a filled output. True when the output's entries changed.
    fn offer(&self, id: ArticleId) -> Result<bool, StoreError> {
        let member = self.transaction.member(id)?;
        let unit = self.unit(&member)?;
        if self.transaction.holds(self.state.id, unit.entry_id)? {
            return Ok(true); // A late copy: named by a link in the entry that is there.
        }
        match self.entry_of(&unit) {
            Some(row) => self.transaction.enter(self.state.id, &row).map(|()| true),
            None => Ok(false),
        }
    }

    /// The entry that a unit would enter as: None if this output does not admit it (yet).
    fn entry_of(&self, unit: &Unit) -> Option<LedgerRow> {
        let publishers: BTreeSet<&str> = unit.members.iter().map(|member| member.publisher.as_str()).collect();
        let admitted =
            unit.members.iter().filter(|member| self.may_list(member) && self.admits(member, publishers.len()));
        // The higher priority leads, else the first; `rev` because `max_by_key` takes the last of equals.
        let lead = admitted.rev().max_by_key(|member| self.priority(member))?;
        let also = unit.members.iter().filter(|member| member.id != lead.id).map(|member| member.id).collect();
        Some(LedgerRow { entry_id: unit.entry_id, article_id: lead.id, entered_at: self.now, also })
    }

    /// A feed's first poll lists little in an output that already runs; while one is filled, the newest count (RULES 2).
    fn may_list(&self, member: &Member) -> bool {
        member.listed || self.state.filled_at.is_none()
    }

    fn unit(&self, member: &Member) -> Result<Unit, StoreError> {
        Ok(match self.config.mode {
            FoldMode::Off => Unit { entry_id: member.published_id, members: vec![member.clone()] },
            FoldMode::Copies => {
                let first = member.copy_of.unwrap_or(member.id);
                let members = self.transaction.copies(first)?;
                let entry_id = members.iter().find(|copy| copy.id == first).unwrap_or(member).published_id;
                Unit { entry_id, members }
            }
            FoldMode::Stories => {
                let members = self.transaction.story(member.story_id.unwrap_or(member.id))?;
                let first = members.first().map_or(member.published_id, |first| first.published_id);
                Unit { entry_id: story_published_id(first), members }
            }
        })
    }

    fn admits(&self, member: &Member, publishers: usize) -> bool {
        let Some(feed) = self.feeds.get(&member.feed_id) else { return false };
        let facts = Facts {
            feed: &feed.config.name,
            groups: &feed.config.groups,
            language: member.language.as_deref().or(feed.config.language.as_deref()),
            publishers,
            is_private: feed.config.private,
            is_noindex: member.noindex,
            is_public: self.is_public,
        };
        select::admits(self.config, &facts)
    }

    fn priority(&self, member: &Member) -> i64 {
        self.feeds.get(&member.feed_id).map_or(0, |feed| feed.config.priority)
    }
}

/// What one entry of an output stands for: an article, its copies, or its story.
struct Unit {
    entry_id: Uuid,
    members: Vec<Member>,
}
