//! What enters which output: the last step of a transaction (RULES 2).
//!
//! While the first pass of an output lasts, its ledger is filled anew by date after every batch; from then on it is
//! append-only: what enters, enters on top, once. Full pages of a ledger are closed for good as it grows.

use std::{
    cell::RefCell,
    collections::{BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use uuid::Uuid;

use super::gate::Gate;
use crate::{
    model::{ArticleId, Digest, Feed, FeedId, FoldMode, GroupConfig, OutputConfig, UnixSeconds, seconds},
    select::{self, Facts},
    store::{LedgerRow, Member, OutputState, Settled, StoreError, Transaction, story_published_id},
};

/// How many articles are looked at, at a time, to fill an output.
const FILL_STEP: usize = 500;
/// How many articles are looked at, at the most, to fill one output that admits few of them.
const FILL_AT_MOST: usize = 20_000;
/// Entries of one archive page, where the output holds so many.
const PAGE_ENTRIES: usize = 100;
/// The time that `per_source` is reckoned over, in seconds.
const SHARE_SECONDS: UnixSeconds = 3_600;
/// What waits for its turn longer than this is news no more, in seconds.
const WAIT_AT_MOST: UnixSeconds = 86_400;
/// The period of a daily digest, in seconds.
const DAY_SECONDS: UnixSeconds = 86_400;
/// Stories of one digest.
const DIGEST_STORIES: usize = 50;

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
    gate: Gate,
    /// Anybody may read the outputs: the server listens beyond loopback.
    is_public: bool,
    /// Outputs whose first fill ends with the running transaction.
    filled_now: Vec<usize>,
}

impl Publisher {
    pub fn new(outputs: Vec<(OutputConfig, OutputState)>, groups: &[GroupConfig], is_public: bool) -> Self {
        let gate = Gate::new(outputs.iter().map(|(config, _)| config), groups);
        Self { outputs, gate, is_public, filled_now: Vec::new() }
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
        self.gate.judge(transaction, feeds, &entering)?;
        let seen = Seen { transaction, units: RefCell::default(), newest: RefCell::default() };
        let mut changed = Vec::new();
        for (number, (config, state)) in self.outputs.iter().enumerate() {
            let is_public = self.is_public && config.token.is_none();
            let step =
                Step { transaction, seen: &seen, feeds, gate: &self.gate, number, config, state, is_public, now };
            let mut is_changed = revised.contains(&state.id);
            if state.filled_at.is_none() {
                is_changed |= (!entering.is_empty() || news.first_pass_is_over) && step.fill()?;
                if news.first_pass_is_over {
                    transaction.mark_filled(state.id, now)?;
                    self.filled_now.push(number);
                }
            } else {
                is_changed |= step.take_turns()?;
                for settled in &entering {
                    is_changed |= step.offer(settled.id)?;
                }
            }
            if state.filled_at.is_some() || news.first_pass_is_over {
                is_changed |= step.close_periods()?;
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

/// What the outputs of one transaction look at alike, read once.
struct Seen<'a> {
    transaction: &'a Transaction<'a>,
    units: RefCell<HashMap<(FoldMode, ArticleId), Rc<Unit>>>,
    newest: RefCell<Vec<Rc<Vec<Member>>>>,
}

impl Seen<'_> {
    /// The newest articles, a step at a time.
    fn newest(&self, step: usize) -> Result<Rc<Vec<Member>>, StoreError> {
        let mut read = self.newest.borrow_mut();
        while read.len() <= step {
            let before = read.len() * FILL_STEP;
            read.push(Rc::new(self.transaction.newest(FILL_STEP, before)?));
        }
        Ok(read[step].clone())
    }

    fn unit(&self, mode: FoldMode, member: &Member) -> Result<Rc<Unit>, StoreError> {
        if let Some(unit) = self.units.borrow().get(&(mode, member.id)) {
            return Ok(unit.clone());
        }
        let unit = Rc::new(self.read(mode, member)?);
        self.units.borrow_mut().insert((mode, member.id), unit.clone());
        Ok(unit)
    }

    fn read(&self, mode: FoldMode, member: &Member) -> Result<Unit, StoreError> {
        Ok(match mode {
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
}

struct Step<'a> {
    transaction: &'a Transaction<'a>,
    seen: &'a Seen<'a>,
    feeds: &'a HashMap<FeedId, Feed>,
    gate: &'a Gate,
    /// Of the output among the configured ones.
    number: usize,
    config: &'a OutputConfig,
    state: &'a OutputState,
    is_public: bool,
    now: UnixSeconds,
}

/// An entry that an output admits, with the publisher whose share of the hour it counts in.
struct Admitted {
    row: LedgerRow,
    publisher: String,
    published_at: UnixSeconds,
}

impl Step<'_> {
    /// Fills the ledger anew with the newest admitted articles, oldest first, so that the newest are on top.
    fn fill(&self) -> Result<bool, StoreError> {
        let mut rows: Vec<LedgerRow> = Vec::new();
        let mut taken = BTreeSet::new();
        let mut shares: HashMap<(String, UnixSeconds), usize> = HashMap::new();
        'looking: for step in 0..FILL_AT_MOST / FILL_STEP {
            let newest = self.seen.newest(step)?;
            for member in newest.iter() {
                if rows.len() >= self.config.limit {
                    break 'looking;
                }
                // What is not admitted by itself is in nobody's entry but that of one that is, which is looked at too.
                if !self.admits(member, usize::MAX) {
                    continue;
                }
                let unit = self.seen.unit(self.config.mode, member)?;
                if taken.contains(&unit.entry_id) {
                    continue;
                }
                let Some(found) = self.entry_of(&unit)? else { continue };
                let share = shares.entry((found.publisher, found.published_at / SHARE_SECONDS)).or_default();
                if self.config.per_source.is_none_or(|most| *share < most) && taken.insert(found.row.entry_id) {
                    *share += 1;
                    rows.push(found.row);
                }
            }
            if newest.len() < FILL_STEP {
                break;
            }
        }
        let held = self.transaction.ledger(self.state.id)?;
        if rows.iter().rev().map(|row| (row.entry_id, row.article_id)).eq(held) {
            return Ok(false);
        }
        self.transaction.clear_ledger(self.state.id)?;
        for row in rows.iter().rev() {
            self.transaction.enter(self.state.id, row)?;
        }
        Ok(true)
    }

    /// Offers a new article to a filled output. True when the output's entries changed.
    fn offer(&self, id: ArticleId) -> Result<bool, StoreError> {
        let unit = self.unit(id)?;
        if unit.members.len() > 1 && self.transaction.holds(self.state.id, unit.entry_id)? {
            return Ok(true); // A late copy: named by a link in the entry that is there.
        }
        let Some(found) = self.entry_of(&unit)? else { return Ok(false) };
        if self.has_had_its_share(&found.publisher)? {
            self.transaction.wait(self.state.id, id, self.now)?;
            return Ok(false);
        }
        self.transaction.enter(self.state.id, &found.row).map(|()| true)
    }

    /// Lets in what waited for its publisher's share, as far as that goes.
    fn take_turns(&self) -> Result<bool, StoreError> {
        let mut is_changed = false;
        if self.config.per_source.is_none() {
            return Ok(false);
        }
        for (id, since_at) in self.transaction.waiting(self.state.id)? {
            let unit = self.unit(id)?;
            let is_over = self.now - since_at > WAIT_AT_MOST || self.transaction.holds(self.state.id, unit.entry_id)?;
            let found = if is_over { None } else { self.entry_of(&unit)? };
            if let Some(found) = &found {
                if self.has_had_its_share(&found.publisher)? {
                    continue;
                }
                self.transaction.enter(self.state.id, &found.row)?;
                is_changed = true;
            }
            self.transaction.wait_no_more(self.state.id, id)?;
        }
        Ok(is_changed)
    }

    fn has_had_its_share(&self, publisher: &str) -> Result<bool, StoreError> {
        let Some(most) = self.config.per_source else { return Ok(false) };
        Ok(self.transaction.entered_since(self.state.id, publisher, self.now - SHARE_SECONDS)? >= most)
    }

    /// Closes what is complete: archive pages, or the digest of a day that is over. True when a digest was made.
    fn close_periods(&self) -> Result<bool, StoreError> {
        match self.config.digest {
            None => {
                self.transaction.close_pages(self.state.id, self.config.limit.clamp(1, PAGE_ENTRIES)).map(|()| false)
            }
            Some(Digest::Daily) => self.digest(self.now - self.now.rem_euclid(DAY_SECONDS) - DAY_SECONDS),
        }
    }

    /// Makes the digest of the day that began then: what entered, ranked by how many publishers carry it now.
    fn digest(&self, starts_at: UnixSeconds) -> Result<bool, StoreError> {
        if self.transaction.has_digest(self.state.id, starts_at)? {
            return Ok(false);
        }
        let mut stories = Vec::new();
        for id in self.transaction.entered_between(self.state.id, starts_at, starts_at + DAY_SECONDS)? {
            stories.push((id, self.unit(id)?.publishers()));
        }
        stories.sort_by_key(|(_, publishers)| std::cmp::Reverse(*publishers)); // stable: among equals the first
        stories.truncate(DIGEST_STORIES);
        if stories.is_empty() {
            return Ok(false);
        }
        let id = Uuid::new_v5(&self.state.published_id, format!("digest:{starts_at}").as_bytes());
        self.transaction.keep_digest(self.state.id, id, starts_at, self.now, &stories)?;
        Ok(true)
    }

    /// The entry that a unit would enter as: None if this output does not admit it (yet).
    fn entry_of(&self, unit: &Unit) -> Result<Option<Admitted>, StoreError> {
        let publishers = unit.publishers();
        let mut lead: Option<&Member> = None;
        for member in unit.members.iter().filter(|member| self.may_list(member) && self.admits(member, publishers)) {
            // The higher priority leads, else the first.
            let is_before = lead.is_none_or(|lead| self.priority(member) > self.priority(lead));
            if is_before && !self.gate.is_shut(self.transaction, self.number, self.state.id, member)? {
                lead = Some(member);
            }
        }
        Ok(lead.map(|lead| {
            let others = unit.members.iter().filter(|member| member.id != lead.id && !member.kept_out);
            let also = others.map(|member| member.id).collect();
            Admitted {
                row: LedgerRow { entry_id: unit.entry_id, article_id: lead.id, entered_at: self.now, also },
                publisher: lead.publisher.clone(),
                published_at: lead.published_at,
            }
        }))
    }

    /// A feed's first poll lists little in an output that already runs; while one is filled, the newest count (RULES 2).
    fn may_list(&self, member: &Member) -> bool {
        member.listed || self.state.filled_at.is_none()
    }

    fn unit(&self, id: ArticleId) -> Result<Rc<Unit>, StoreError> {
        self.seen.unit(self.config.mode, &self.transaction.member(id)?)
    }

    fn admits(&self, member: &Member, publishers: usize) -> bool {
        let Some(feed) = self.feeds.get(&member.feed_id).filter(|_| !member.kept_out) else { return false };
        let is_young = |age| member.published_at >= self.now - seconds(age);
        let facts = Facts {
            feed: &feed.config.name,
            groups: &feed.config.groups,
            language: member.language.as_deref().or(feed.config.language.as_deref()),
            publishers,
            is_private: feed.config.private,
            is_noindex: member.noindex,
            is_public: self.is_public,
        };
        self.config.max_age.is_none_or(is_young) && select::admits(self.config, &facts)
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

impl Unit {
    fn publishers(&self) -> usize {
        self.members.iter().map(|member| member.publisher.as_str()).collect::<BTreeSet<_>>().len()
    }
}
