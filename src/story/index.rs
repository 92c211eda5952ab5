//! The story room's one piece of state: the window, and the verdicts that it gives.
//!
//! The settling transaction calls `stage` for each new article, in the order of (published, id), then `commit` after the
//! store's COMMIT or `rollback` after its ROLLBACK. A start calls `restore` for the window's articles in the order in
//! which they were staged, and `keep_apart` for what the operator
//! took apart. Nothing else is remembered, so both lead to
//! the same index.

use super::apart::Apart;
use super::book::{Book, Merged, Meta};
use super::copies::{self, Partner};
use super::fingerprint::Fingerprint;
use super::near::{self, Near, Scratch};
use super::policy::Policy;
use super::why::{Missing, NearStory, Rule, Why};
use super::window::RowId;
use crate::model::{ArticleId, Level, StoryId, UnixSeconds};

/// Words that a reason shows.
const SHOWN_WORDS: usize = 8;

/// What was decided about an article earlier, as the store has it now, merges included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settled {
    pub story: StoryId,
    pub story_started_at: UnixSeconds,
    pub copy_of: Option<ArticleId>,
}

/// The story of an article.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoryRef {
    /// A new one; its number is that of its first article.
    Starts(StoryId),
    Joins(StoryId),
}

/// What was decided about an article.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// The first settled article of the copy set.
    pub copy_of: Option<ArticleId>,
    pub story: StoryRef,
    pub why: Vec<Why>,
    /// Stories that turned out to be one (older, younger): the younger's articles are in the older from now on.
    pub merges: Vec<(StoryId, StoryId)>,
    /// Copy sets that turned out to be one (first, other), each named by its first article.
    pub copy_merges: Vec<(ArticleId, ArticleId)>,
}

pub struct Index {
    policy: Policy,
    book: Book,
    /// Of stories, and of copy sets (named by their first article).
    stories_apart: Apart,
    copies_apart: Apart,
    undo: Vec<Undo>,
    scratch: Scratch,
}

/// One staged step, to be taken back in reverse order.
enum Undo {
    Entered(RowId),
    Merged { older: StoryId, younger: Box<Merged> },
    Joined { rows: Vec<RowId>, from: ArticleId },
    Renamed(Level, Apart),
}

impl StoryRef {
    pub fn id(self) -> StoryId {
        match self {
            StoryRef::Starts(id) | StoryRef::Joins(id) => id,
        }
    }
}

impl Index {
    pub fn new(policy: Policy) -> Self {
        Index {
            policy,
            book: Book::default(),
            stories_apart: Apart::default(),
            copies_apart: Apart::default(),
            undo: Vec::new(),
            scratch: Scratch::default(),
        }
    }

    /// Decides about one article. It counts for the next ones at once, and for good after `commit`.
    pub fn stage(&mut self, meta: Meta, print: &Fingerprint) -> Verdict {
        let mut verdict = Verdict {
            copy_of: None,
            story: StoryRef::Starts(meta.id),
            why: Vec::new(),
            merges: Vec::new(),
            copy_merges: Vec::new(),
        };
        if print.marks.alone {
            return verdict;
        }
        let at = self.book.enter(meta, print);
        self.undo.push(Undo::Entered(at));
        let partners = copies::partners(&self.book, &self.policy, at);
        self.join_copies(at, &partners, &mut verdict);
        let nears = near::stories(&mut self.book, &self.policy, &mut self.scratch, at);
        if let Some(first) = partners.first() {
            self.join_story_of_copies(at, first.row, &partners, &mut verdict);
        } else if let Some(best) = nears.iter().find(|near| near.veto.is_none() && near.score >= self.policy.join) {
            self.book.place(at, best.slot);
            let why = self.explain(at, best);
            verdict.why.push(why);
        } else {
            let slot = self.book.open(meta.id, meta.published_at);
            self.book.place(at, slot);
            return verdict;
        }
        self.merge_near(at, &nears, &mut verdict);
        verdict.story = StoryRef::Joins(self.story_of(at));
        verdict
    }

    /// What was staged is settled.
    pub fn commit(&mut self) {
        self.undo.clear();
    }

    /// Forgets what was staged since the last commit.
    pub fn rollback(&mut self) {
        while let Some(step) = self.undo.pop() {
            match step {
                Undo::Entered(at) => self.book.leave(at),
                Undo::Merged { older, younger } => self.book.split(older, *younger),
                Undo::Joined { rows, from } => self.book.join_set(&rows, from),
                Undo::Renamed(level, before) => *self.apart(level) = before,
            }
        }
    }

    /// Takes in an article that was decided about before this start.
    pub fn restore(&mut self, meta: Meta, print: &Fingerprint, settled: Settled) {
        if print.marks.alone {
            return;
        }
        let at = self.book.enter(meta, print);
        let slot =
            self.book.slot(settled.story).unwrap_or_else(|| self.book.open(settled.story, settled.story_started_at));
        self.book.place(at, slot);
        if let Some(head) = settled.copy_of {
            self.book.join_set(&[at], head);
        }
    }

    /// These two stories, or sets of copies by their first articles, are never joined again: the operator says so.
    pub fn keep_apart(&mut self, one: i64, other: i64, level: Level) {
        self.apart(level).keep(one, other);
    }

    /// Lets go of articles that were settled longer ago than the window. Never while something is staged.
    pub fn expire(&mut self, now: UnixSeconds) {
        let since = self.policy.window_start(now);
        while let Some((at, row)) = self.book.window.oldest() {
            if row.settled_at >= since && self.len() <= self.policy.capacity {
                break;
            }
            self.book.leave(at);
        }
    }

    /// Lets go of one article, because the store has forgotten it. Never while something is staged.
    pub fn forget(&mut self, id: ArticleId) {
        if let Some(at) = self.book.window.find(id) {
            self.book.leave(at);
        }
    }

    /// The stories that an article of the window is nearest to and is not in, and what was missing.
    pub fn nearest(&mut self, id: ArticleId, limit: usize) -> Vec<NearStory> {
        let Some(at) = self.book.window.find(id) else { return Vec::new() };
        let nears = near::stories(&mut self.book, &self.policy, &mut self.scratch, at);
        nears.into_iter().take(limit).map(|near| self.miss(at, &near)).collect()
    }

    pub fn len(&self) -> usize {
        self.book.window.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// About how many bytes it takes.
    pub fn memory(&self) -> usize {
        self.book.memory() + self.scratch.memory()
    }

    fn story_of(&self, at: RowId) -> StoryId {
        self.slot_of(at).map_or(0, |slot| self.book.story(slot).id)
    }

    fn slot_of(&self, at: RowId) -> Option<u32> {
        self.book.window.row(at)?.story
    }

    /// Puts `at` and the copy sets of its partners into the set whose first article is the oldest.
    fn join_copies(&mut self, at: RowId, partners: &[Partner], verdict: &mut Verdict) {
        let head = |at: RowId| self.book.window.row(at).map_or(0, |row| row.copy_set);
        let mut heads: Vec<ArticleId> = partners.iter().map(|partner| head(partner.row)).collect();
        heads.sort_unstable();
        heads.dedup();
        if heads.len() > 1 {
            // In the order of staging, whatever numbers the articles of one transaction have.
            heads.sort_by_key(|head| (self.book.window.find(*head), *head));
        }
        let Some((&first, others)) = heads.split_first() else { return };
        for &other in others {
            if self.sets_are_apart(first, other) {
                continue; // `at` is like both; which of the two it belongs to, the first that was settled says.
            }
            let rows = self.book.copy_set(other);
            self.book.join_set(&rows, first);
            self.undo.push(Undo::Joined { rows, from: other });
            verdict.copy_merges.push((first, other));
            self.rename(Level::Copy, other, first);
        }
        self.book.join_set(&[at], first);
        verdict.copy_of = Some(first);
    }

    fn join_story_of_copies(&mut self, at: RowId, first: RowId, partners: &[Partner], verdict: &mut Verdict) {
        if let Some(slot) = self.slot_of(first) {
            self.book.place(at, slot);
        }
        for partner in partners {
            let Partner { row, rule, score } = *partner;
            let id = self.book.window.row(row).map_or(0, |row| row.id);
            verdict.why.push(Why { rule, score, partner: id, nearest: score, centre: score, words: Vec::new() });
            if let Some(slot) = self.slot_of(row) {
                self.merge(at, slot, verdict);
            }
        }
    }

    /// Makes one of the stories between which `at` stands.
    fn merge_near(&mut self, at: RowId, nears: &[Near], verdict: &mut Verdict) {
        for near in nears {
            if near.veto.is_some() || near.likeness.similarity < self.policy.join {
                continue;
            }
            let Some(own) = self.slot_of(at).filter(|own| *own != near.slot) else { continue };
            if self.book.slot(near.story) != Some(near.slot) || near::conflict(&self.book, &self.policy, own, near.slot)
            {
                continue;
            }
            let score = near::centres(&mut self.book, at, own, near.slot);
            if score >= self.policy.merge_centres {
                let partner = self.book.window.row(near.partner).map_or(0, |row| row.id);
                let nearest = near.likeness.similarity;
                verdict.why.push(Why { rule: Rule::Merge, score, partner, nearest, centre: score, words: Vec::new() });
                self.merge(at, near.slot, verdict);
            }
        }
    }

    /// Makes the story of `at` and another one: the younger goes into the older.
    fn merge(&mut self, at: RowId, other: u32, verdict: &mut Verdict) {
        let Some(own) = self.slot_of(at).filter(|own| *own != other) else { return };
        if self.stories_apart.has(self.book.story(own).id, self.book.story(other).id) {
            return;
        }
        let age = |slot: u32| (self.book.story(slot).started_at, self.book.story(slot).id);
        let (older, younger) = if age(own) < age(other) { (own, other) } else { (other, own) };
        let kept = self.book.story(older).id;
        let gone = self.book.story(younger).id;
        let moved = self.book.merge(older, younger);
        verdict.merges.push((kept, gone));
        self.rename(Level::Story, gone, kept);
        self.undo.push(Undo::Merged { older: kept, younger: Box::new(moved) });
    }

    fn apart(&mut self, level: Level) -> &mut Apart {
        match level {
            Level::Copy => &mut self.copies_apart,
            Level::Story => &mut self.stories_apart,
        }
    }

    fn rename(&mut self, level: Level, from: i64, to: i64) {
        if let Some(before) = self.apart(level).rename(from, to) {
            self.undo.push(Undo::Renamed(level, before));
        }
    }

    /// What is apart as stories is apart as copies too.
    fn sets_are_apart(&self, a: ArticleId, b: ArticleId) -> bool {
        let story = |head: ArticleId| self.book.copy_set(head).first().map(|at| self.story_of(*at));
        self.copies_apart.has(a, b)
            || !self.stories_apart.is_empty()
                && story(a).zip(story(b)).is_some_and(|(one, other)| self.stories_apart.has(one, other))
    }

    fn explain(&mut self, at: RowId, near: &Near) -> Why {
        Why {
            rule: Rule::Story,
            score: near.score.clamp(0.0, 1.0),
            partner: self.book.window.row(near.partner).map_or(0, |row| row.id),
            nearest: near.likeness.similarity,
            centre: near.centre,
            words: near::shared_words(&mut self.book, at, near.partner, SHOWN_WORDS),
        }
    }

    fn miss(&mut self, at: RowId, near: &Near) -> NearStory {
        let Why { score, partner, nearest, centre, words, .. } = self.explain(at, near);
        let missing = match near.veto {
            Some((guard, by)) => Missing::Guard(guard, by),
            None if near.score < self.policy.join => Missing::Score { needed: self.policy.join },
            None => Missing::Nearer,
        };
        NearStory { story: near.story, score, partner, nearest, centre, words, missing }
    }
}
