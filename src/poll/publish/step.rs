//! One output in one transaction: what it admits, when that enters, and what its entries name.

use std::{
    cell::Cell,
    collections::{BTreeSet, HashMap, HashSet},
    rc::Rc,
};

use uuid::Uuid;

use super::{
    super::{gate::Gate, leading::Leading},
    DAY_SECONDS, day_of, earliest,
    seen::{FILL_STEP, Seen, Unit, head},
};
use crate::{
    model::{ArticleId, Digest, Feed, FeedId, FoldMode, OutputConfig, UnixSeconds, seconds},
    select::{self, Facts},
    store::{LedgerRow, Member, OutputState, StoreError, Transaction},
};

/// How many articles are looked at, at the most, to fill one output that admits few of them.
const FILL_AT_MOST: usize = 20_000;
/// Entries of one archive page, where the output holds so many.
const PAGE_ENTRIES: usize = 100;
/// The time that `per_source` is reckoned over, in seconds.
const SHARE_SECONDS: UnixSeconds = 3_600;
/// What waits for its turn longer than this is news no more, in seconds.
const WAIT_AT_MOST: UnixSeconds = 86_400;
/// Days that get their digests late, where nobody was there to make them in time.
const LATE_DIGESTS: UnixSeconds = 30;
/// Stories of one digest.
const DIGEST_STORIES: usize = 50;
/// Copies among which an origin is looked for after publication: of more, another claim tells nothing new.
const CREDITED: usize = 64;

pub(super) struct Step<'a> {
    pub(super) transaction: &'a Transaction<'a>,
    pub(super) seen: &'a Seen<'a>,
    pub(super) feeds: &'a HashMap<FeedId, Feed>,
    pub(super) gate: &'a Gate,
    /// Of the output among the configured ones.
    pub(super) number: usize,
    pub(super) config: &'a OutputConfig,
    pub(super) state: &'a OutputState,
    pub(super) is_public: bool,
    /// Until when its days have their digests, where that is known.
    pub(super) digested_to: Option<UnixSeconds>,
    /// The earliest turn of what waits for its publisher's share of the hour.
    pub(super) turn_at: Cell<Option<UnixSeconds>>,
    pub(super) now: UnixSeconds,
}

/// An entry that an output admits, with the publisher whose share of the hour it counts in.
struct Admitted {
    row: LedgerRow,
    publisher: String,
    published_at: UnixSeconds,
}

impl Step<'_> {
    /// Fills the ledger anew with the newest admitted articles, oldest first, so that the newest are on top.
    pub(super) fn fill(&self) -> Result<bool, StoreError> {
        let rows = self.newest_admitted()?;
        let held = self.transaction.ledger(self.state.id)?;
        if rows.iter().rev().map(|row| (row.entry_id, row.article_id)).eq(held) {
            return Ok(false);
        }
        self.transaction.clear_ledger(self.state.id)?;
        for row in rows.into_iter().rev() {
            self.enter(row)?;
        }
        Ok(true)
    }

    fn newest_admitted(&self) -> Result<Vec<LedgerRow>, StoreError> {
        let mut rows: Vec<LedgerRow> = Vec::new();
        let mut looked_at = BTreeSet::new();
        let mut shares: HashMap<(String, UnixSeconds), usize> = HashMap::new();
        for step in 0..FILL_AT_MOST / FILL_STEP {
            let newest = self.seen.newest(step)?;
            for member in newest.iter() {
                if rows.len() >= self.config.limit {
                    return Ok(rows);
                }
                // An entry's other articles come to the same.
                if !looked_at.insert(head(self.config.mode, member)) {
                    continue;
                }
                let Some(found) = self.entry_of(&*self.seen.unit(self.config.mode, member)?)? else { continue };
                let share = shares.entry((found.publisher, found.published_at / SHARE_SECONDS)).or_default();
                if self.config.per_source.is_none_or(|most| *share < most) {
                    *share += 1;
                    rows.push(found.row);
                }
            }
            if newest.len() < FILL_STEP {
                break;
            }
        }
        Ok(rows)
    }

    /// Offers a new article to a filled output. True when the output's entries changed.
    pub(super) fn offer(&self, id: ArticleId) -> Result<bool, StoreError> {
        let (mode, member) = (self.config.mode, self.seen.member(id)?);
        let named_by = head(mode, &member);
        if let Some(shown) = self.transaction.shown(self.state.id, self.seen.entry_id(mode, named_by)?)?
            && head(mode, &*self.seen.member(shown)?) == named_by
        {
            self.credit(shown, &member)?;
            return Ok(true); // A late copy: named by a link in the entry that is there.
        }
        let unit = self.seen.unit(mode, &member)?;
        if self.is_there(&unit)? {
            return Ok(true); // Under the id of what was taken for another story.
        }
        // The first print's text is gone: its entry was here and left, and does not come back by a late copy (RULES 2).
        let has_left = self.config.mode == FoldMode::Copies && unit.members.iter().all(|member| member.id != unit.head);
        let found = if has_left { None } else { self.entry_of(&unit)? };
        let Some(found) = found else { return Ok(false) };
        if self.config.hold.is_zero() {
            return self.let_in(found, id);
        }
        for member in &unit.members {
            if self.transaction.is_held(self.state.id, member.id)? {
                return Ok(false);
            }
        }
        self.transaction.hold(self.state.id, id, self.now + seconds(self.config.hold))?;
        Ok(false)
    }

    /// Lets in what waited for its copies long enough, and what waited for its publisher's share, as far as that goes.
    pub(super) fn let_in_what_waited(&self) -> Result<bool, StoreError> {
        let mut is_changed = false;
        for id in self.transaction.due(self.state.id, self.now)? {
            let unit = self.unit(id)?;
            if !self.is_there(&unit)?
                && let Some(found) = self.entry_of(&unit)?
            {
                is_changed |= self.let_in(found, id)?;
            }
        }
        if self.config.per_source.is_none() {
            return Ok(is_changed);
        }
        for (id, since_at) in self.transaction.waiting(self.state.id)? {
            let unit = self.unit(id)?;
            let is_over = self.now - since_at > WAIT_AT_MOST || self.is_there(&unit)?;
            let found = if is_over { None } else { self.entry_of(&unit)? };
            if let Some(found) = found {
                if self.waits_for_its_share(&found.publisher)? {
                    continue;
                }
                self.enter(found.row)?;
                is_changed = true;
            }
            self.transaction.wait_no_more(self.state.id, id)?;
        }
        Ok(is_changed)
    }

    /// Unless its publisher has had its share: then the article waits its turn.
    fn let_in(&self, found: Admitted, id: ArticleId) -> Result<bool, StoreError> {
        if self.waits_for_its_share(&found.publisher)? {
            self.transaction.wait(self.state.id, id, self.now)?;
            return Ok(false);
        }
        self.enter(found.row).map(|()| true)
    }

    /// Whether a publisher has had its share of the hour; when it has the next one is noted.
    fn waits_for_its_share(&self, publisher: &str) -> Result<bool, StoreError> {
        let Some(most) = self.config.per_source else { return Ok(false) };
        let first_at = self.transaction.entered_last_but(self.state.id, publisher, most.saturating_sub(1))?;
        let turn_at = first_at.map(|at| at + SHARE_SECONDS).filter(|at| *at > self.now);
        self.turn_at.set(earliest(self.turn_at.get(), turn_at));
        Ok(turn_at.is_some())
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
        if self.seen.member(shown)?.copy_set() != late.copy_set() {
            return Ok(()); // Another text of the story: it has an origin of its own.
        }
        let copies = self.seen.unit(FoldMode::Copies, late)?;
        if copies.members.len() > CREDITED {
            return Ok(());
        }
        let copies = self.named(copies.members.clone());
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
    pub(super) fn renew(&self, article: ArticleId) -> Result<(), StoreError> {
        for (_, entry_id) in self.transaction.entries_of(article)?.iter().filter(|(output, _)| *output == self.state.id)
        {
            let row = self.row(&*self.unit(article)?, article)?;
            self.transaction.renew(self.state.id, &LedgerRow { entry_id: *entry_id, ..row })?;
        }
        Ok(())
    }

    /// Closes what is complete: archive pages, or the digest of a day that is over. True when a digest was made.
    pub(super) fn close_periods(&self) -> Result<bool, StoreError> {
        match self.config.digest {
            None => {
                self.transaction.close_pages(self.state.id, self.config.limit.clamp(1, PAGE_ENTRIES)).map(|()| false)
            }
            Some(Digest::Daily) => self.digests(),
        }
    }

    /// Makes the digests of the days that are over, also of those on which nobody was here to make them.
    fn digests(&self) -> Result<bool, StoreError> {
        let today = day_of(self.now);
        if self.digested_to == Some(today) {
            return Ok(false);
        }
        let mut is_changed = false;
        let since_at = today - LATE_DIGESTS * DAY_SECONDS;
        for starts_at in self.transaction.days_without_digest(self.state.id, DAY_SECONDS, since_at, today)? {
            is_changed |= self.digest(starts_at)?;
        }
        Ok(is_changed)
    }

    /// Makes the digest of the day that began then: what entered, ranked by how many publishers carry it now.
    fn digest(&self, starts_at: UnixSeconds) -> Result<bool, StoreError> {
        let mut stories = Vec::new();
        for id in self.transaction.entered_between(self.state.id, starts_at, starts_at + DAY_SECONDS)? {
            stories.push((id, self.publishers(&self.unit(id)?.members)));
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
        let publishers = self.publishers(&unit.members);
        let mut admitted = Vec::new();
        for member in unit.members.iter().filter(|member| self.may_list(member) && self.admits(member, publishers)) {
            if !self.gate.is_shut(self.transaction, self.number, self.state.id, member)? {
                admitted.push(member.clone());
            }
        }
        let Some(lead) = Leading::of(self.transaction, self.feeds, &admitted)?.lead() else { return Ok(None) };
        let Some(member) = admitted.into_iter().find(|member| member.id == lead) else { return Ok(None) };
        Ok(Some(Admitted {
            row: self.row(unit, lead)?,
            publisher: member.publisher,
            published_at: member.published_at,
        }))
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

    /// Those that may be named here: not what a rule keeps out; a private feed's only where its output names it (RULES 4).
    fn named(&self, mut members: Vec<Member>) -> Vec<Member> {
        members.retain(|member| {
            let feed = self.feeds.get(&member.feed_id).map(|feed| &feed.config);
            !member.kept_out && feed.is_none_or(|feed| !feed.private || self.config.feeds.contains(&feed.name))
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

    fn unit(&self, id: ArticleId) -> Result<Rc<Unit>, StoreError> {
        self.seen.unit(self.config.mode, &*self.seen.member(id)?)
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
}
