//! What enters which output: the last step of a transaction (RULES 2).
//!
//! While the first pass of an output lasts, its ledger is filled anew by date after every batch; from then on it is
//! append-only: what enters, enters on top, once.

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::leading::Leading;
use crate::{
    model::{ArticleId, Feed, FeedId, FoldMode, OutputConfig, UnixSeconds, seconds},
    select::{self, Facts},
    store::{LedgerRow, Member, OutputState, Settled, StoreError, Transaction, story_published_id},
};

/// How many articles are looked at, at a time, to fill an output.
const FILL_STEP: usize = 500;
/// How many articles are looked at, at the most, to fill one output that admits few of them.
const FILL_AT_MOST: usize = 20_000;

/// Copies among which an origin is looked for after publication: of more, another claim tells nothing new.
const CREDITED: usize = 64;

/// What a transaction brought.
#[derive(Debug)]
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
                is_changed |= !entering.is_empty() && step.fill()?;
                if news.first_pass_is_over {
                    transaction.mark_filled(state.id, now)?;
                    self.filled_now.push(number);
                }
            } else {
                is_changed |= step.release()?;
                for settled in &entering {
                    is_changed |= step.offer(settled.id)?;
                }
                for article in news.renewed {
                    step.renew(*article)?;
                }
            }
            if is_changed {
                transaction.touch_output(state.id, now)?;
                changed.push(config.name.clone());
            }
        }
        Ok(changed)
    }

    /// Lets in what waited for its copies until now. Gives the names of outputs whose entries changed.
    ///
    /// # Errors
    /// When the store cannot read or write.
    pub fn release(
        &mut self,
        transaction: &Transaction<'_>,
        feeds: &HashMap<FeedId, Feed>,
        now: UnixSeconds,
    ) -> Result<Vec<String>, StoreError> {
        self.publish(
            transaction,
            feeds,
            &News { settled: &[], revised: &[], renewed: &[], first_pass_is_over: false },
            now,
        )
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
        let mut changed = Vec::new();
        for (config, state) in self.outputs.iter().filter(|(_, state)| state.filled_at.is_some()) {
            let step = Step { transaction, feeds, config, state, is_public: self.is_public, now };
            let mut is_changed = showing.contains(&state.id);
            for article in freed {
                is_changed |= step.offer(*article)?;
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
                // An entry's other articles come to the same: they are not looked at again.
                if rows.len() == self.config.limit || !taken.insert(self.head(member)) {
                    continue;
                }
                if let Some(lead) = self.entry_of(&self.unit(member)?)? {
                    rows.push(lead);
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
        if let Some(shown) = self.transaction.shown(self.state.id, self.entry_id(&member)?)?
            && self.head(&self.transaction.member(shown)?) == self.head(&member)
        {
            self.credit(shown, &member)?;
            return Ok(true); // A late copy: named by a link in the entry that is there.
        }
        let unit = self.unit(&member)?;
        if self.is_there(&unit)? {
            return Ok(true); // Under the id of what was taken for another story.
        }
        // The first print's text is gone: its entry was here and left, and does not come back by a late copy (RULES 2).
        let head = self.head(&member);
        if self.config.mode == FoldMode::Copies && unit.members.iter().all(|member| member.id != head) {
            return Ok(false);
        }
        let Some(row) = self.entry_of(&unit)? else { return Ok(false) };
        if self.config.hold.is_zero() {
            return self.enter(row).map(|()| true);
        }
        for member in &unit.members {
            if self.transaction.is_held(self.state.id, member.id)? {
                return Ok(false);
            }
        }
        self.transaction.hold(self.state.id, id, self.now + seconds(self.config.hold))?;
        Ok(false)
    }

    /// Lets in what has waited for its copies long enough, as it is by now.
    fn release(&self) -> Result<bool, StoreError> {
        let mut is_changed = false;
        for article in self.transaction.due(self.state.id, self.now)? {
            let unit = self.unit(&self.transaction.member(article)?)?;
            if !self.is_there(&unit)?
                && let Some(row) = self.entry_of(&unit)?
            {
                self.enter(row)?;
                is_changed = true;
            }
        }
        Ok(is_changed)
    }

    /// An id that names another entry (it was split off, by hand) gives way to the next that derives from it.
    fn enter(&self, mut row: LedgerRow) -> Result<(), StoreError> {
        while self.transaction.shown(self.state.id, row.entry_id)?.is_some() {
            row.entry_id = Uuid::new_v5(&row.entry_id, b"apart");
        }
        self.transaction.enter(self.state.id, &row)
    }

    /// Whether an entry shows any of these articles.
    fn is_there(&self, unit: &Unit) -> Result<bool, StoreError> {
        for member in &unit.members {
            if self.transaction.entries_of(member.id)?.iter().any(|(output, _)| *output == self.state.id) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A late copy may be the origin, or name it: the entry that shows the text credits it from now on.
    fn credit(&self, shown: ArticleId, late: &Member) -> Result<(), StoreError> {
        if self.transaction.member(shown)?.copy_set() != late.copy_set() {
            return Ok(()); // Another text of the story: it has an origin of its own.
        }
        let copies = self.named(self.transaction.copies(late.copy_set())?);
        if copies.len() > CREDITED {
            return Ok(());
        }
        let leading = Leading::of(self.transaction, self.feeds, &copies)?;
        if let Some(origin) = leading.origin().filter(|origin| *origin != shown) {
            for (_, entry) in self.transaction.entries_of(shown)?.iter().filter(|(output, _)| *output == self.state.id)
            {
                self.transaction.credit(self.state.id, *entry, origin)?;
            }
        }
        Ok(())
    }

    /// The entries that show an article which a reader is told to look at again.
    fn renew(&self, article: ArticleId) -> Result<(), StoreError> {
        for (_, entry_id) in self.transaction.entries_of(article)?.iter().filter(|(output, _)| *output == self.state.id)
        {
            let unit = self.unit(&self.transaction.member(article)?)?;
            let row = self.row(&unit, article)?;
            self.transaction.renew(self.state.id, &LedgerRow { entry_id: *entry_id, ..row })?;
        }
        Ok(())
    }

    /// The entry that a unit would enter as: None if this output does not admit it (yet).
    fn entry_of(&self, unit: &Unit) -> Result<Option<LedgerRow>, StoreError> {
        let publishers = self.publishers(&unit.members);
        let is_admitted = |member: &&Member| self.may_list(member) && self.admits(member, publishers);
        let admitted: Vec<Member> = unit.members.iter().filter(is_admitted).cloned().collect();
        let leading = Leading::of(self.transaction, self.feeds, &admitted)?;
        leading.lead().map(|lead| self.row(unit, lead)).transpose()
    }

    fn row(&self, unit: &Unit, lead: ArticleId) -> Result<LedgerRow, StoreError> {
        let set = unit.members.iter().find(|member| member.id == lead).map_or(lead, Member::copy_set);
        let (copies, others): (Vec<Member>, Vec<Member>) =
            self.named(unit.members.clone()).into_iter().partition(|member| member.copy_set() == set);
        let mut sets = HashSet::new();
        let reports = others.into_iter().filter(|member| sets.insert(member.copy_set()));
        let origin = Leading::of(self.transaction, self.feeds, &copies)?.origin();
        Ok(LedgerRow {
            entry_id: unit.entry_id,
            article_id: lead,
            entered_at: self.now,
            also: copies.iter().map(|copy| copy.id).filter(|id| *id != lead).collect(),
            is_story: self.config.mode == FoldMode::Stories,
            reports: reports.map(|member| (member.id, member.title)).collect(),
            origin: origin.filter(|origin| *origin != lead),
            names_origin: false,
        })
    }

    /// Those that may be named here: a private feed's articles are only where its output names it (RULES 4).
    fn named(&self, mut members: Vec<Member>) -> Vec<Member> {
        members.retain(|member| {
            let feed = self.feeds.get(&member.feed_id).map(|feed| &feed.config);
            feed.is_none_or(|feed| !feed.private || self.config.feeds.contains(&feed.name))
        });
        members
    }

    /// Publishers that reported it; those that print one text may count once (RULES 3).
    fn publishers(&self, members: &[Member]) -> usize {
        let mut sets = HashSet::new();
        let counted = members.iter().filter(|member| !self.config.independent || sets.insert(member.copy_set()));
        counted.map(|member| member.publisher.as_str()).collect::<BTreeSet<_>>().len()
    }

    /// A feed's first poll lists little in an output that already runs; while one is filled, the newest count (RULES 2).
    fn may_list(&self, member: &Member) -> bool {
        member.listed || self.state.filled_at.is_none()
    }

    /// The article that names what an entry stands for.
    fn head(&self, member: &Member) -> ArticleId {
        match self.config.mode {
            FoldMode::Off => member.id,
            FoldMode::Copies => member.copy_set(),
            FoldMode::Stories => member.story_id.unwrap_or(member.id),
        }
    }

    fn entry_id(&self, member: &Member) -> Result<Uuid, StoreError> {
        let first = self.transaction.published_id(self.head(member))?;
        Ok(if self.config.mode == FoldMode::Stories { story_published_id(first) } else { first })
    }

    fn unit(&self, member: &Member) -> Result<Unit, StoreError> {
        let head = self.head(member);
        let mut members = match self.config.mode {
            FoldMode::Off => Vec::new(),
            FoldMode::Copies => self.transaction.copies(head)?,
            FoldMode::Stories => self.transaction.story(head)?,
        };
        // Of very many only the first are read: the one that is asked for is always among them.
        if members.iter().all(|known| known.id != member.id) {
            members.push(member.clone());
            members.sort_unstable_by_key(Member::order);
        }
        Ok(Unit { entry_id: self.entry_id(member)?, members })
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
}

/// What one entry of an output stands for: an article, its copies, or its story.
struct Unit {
    entry_id: Uuid,
    members: Vec<Member>,
}
