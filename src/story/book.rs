//! The window's books: articles, their marks and words, their stories and copy sets.
//!
//! Every operation has its exact inverse, and what is kept is a function of the articles in the window and of what was
//! decided about them, never of how it came about. That is why a rollback needs no copy, and why a window filled again
//! after a restart decides as the old one would have. `index` is the only caller that changes it.

use std::collections::HashMap;

use smallvec::SmallVec;

use super::fingerprint::Fingerprint;
use super::likeness;
use super::postings::{Mark, Postings};
use super::terms::{LanguageTag, Packed, Summed, Terms, Word};
use super::window::{Row, RowId, Window};
use crate::model::{ArticleId, FeedId, StoryId, UnixSeconds};

/// What of an article is not in its fingerprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Meta {
    pub id: ArticleId,
    pub feed: FeedId,
    /// The earlier of the publisher's date and when it was first seen.
    pub published_at: UnixSeconds,
    /// When it was settled: by this it leaves the window.
    pub settled_at: UnixSeconds,
}

/// Articles of one event that are in the window.
#[derive(Debug, Clone, Default)]
pub(super) struct Story {
    pub(super) id: StoryId,
    /// When its first article was published, which may have left the window.
    pub(super) started_at: UnixSeconds,
    /// In settle order.
    pub(super) members: SmallVec<[RowId; 4]>,
    /// How many of them are in each language.
    languages: SmallVec<[(LanguageTag, u32); 2]>,
    /// Their words added up. Empty while there is one member: then its words are meant.
    sums: Vec<Summed>,
}

#[derive(Default)]
pub(super) struct Book {
    pub(super) window: Window,
    pub(super) terms: Terms,
    pub(super) marks: Postings,
    stories: Vec<Story>,
    free: Vec<u32>,
    by_id: HashMap<StoryId, u32>,
}

impl Book {
    /// Takes an article in, in no story and no copy set yet.
    pub(super) fn enter(&mut self, meta: Meta, print: &Fingerprint) -> RowId {
        let at = self.window.next();
        let marks = print.marks.clone();
        let word = |(stem, weight)| Packed::new(self.terms.add_row(marks.language, stem, at), weight);
        let mut words: Box<[Packed]> = print.stems.iter().map(word).collect();
        words.sort_unstable();
        for mark in marks.all() {
            self.marks.add(mark, at);
        }
        let Meta { id, feed, published_at, settled_at } = meta;
        self.window.push(Row { id, feed, published_at, settled_at, marks, words, story: None, copy_set: id });
        at
    }

    pub(super) fn leave(&mut self, at: RowId) {
        self.displace(at);
        let Some(row) = self.window.remove(at) else { return };
        for word in &row.words {
            self.terms.remove_row(word.term(), at);
        }
        for mark in row.marks.all() {
            self.marks.remove(mark, at);
        }
        if row.copy_set != row.id {
            self.marks.remove(Mark::Set(row.copy_set), at);
        }
    }

    pub(super) fn story(&self, slot: u32) -> &Story {
        &self.stories[slot as usize]
    }

    pub(super) fn slot(&self, id: StoryId) -> Option<u32> {
        self.by_id.get(&id).copied()
    }

    /// A story without articles, to be followed by `place`.
    pub(super) fn open(&mut self, id: StoryId, started_at: UnixSeconds) -> u32 {
        let story = Story { id, started_at, ..Story::default() };
        let slot = match self.free.pop() {
            Some(slot) => {
                self.stories[slot as usize] = story;
                slot
            }
            None => {
                self.stories.push(story);
                self.stories.len() as u32 - 1
            }
        };
        self.by_id.insert(id, slot);
        slot
    }

    pub(super) fn place(&mut self, at: RowId, slot: u32) {
        let Some(row) = self.window.row_mut(at) else { return };
        row.story = Some(slot);
        let Some(row) = self.window.row(at) else { return };
        let story = &mut self.stories[slot as usize];
        if let [only] = story.members[..]
            && let Some(only) = self.window.row(only)
        {
            likeness::add(&mut story.sums, &only.words, |_, _| ());
        }
        if story.members.is_empty() {
            row.words.iter().for_each(|w| self.terms.add_story(w.term()));
        } else {
            let terms = &mut self.terms;
            likeness::add(&mut story.sums, &row.words, |w, known| {
                if !known {
                    terms.add_story(w.term())
                }
            });
        }
        story.members.insert(story.members.partition_point(|&m| m < at), at);
        story.speak(row.marks.language, 1, &mut self.terms);
    }

    /// The inverse of `place`; a story without articles is gone.
    fn displace(&mut self, at: RowId) {
        let Some(row) = self.window.row(at) else { return };
        let Some(slot) = row.story else { return };
        let story = &mut self.stories[slot as usize];
        if let Ok(place) = story.members.binary_search(&at) {
            story.members.remove(place);
        }
        story.speak(row.marks.language, -1, &mut self.terms);
        if story.members.is_empty() {
            row.words.iter().for_each(|w| self.terms.remove_story(w.term()));
            self.close(slot);
            return;
        }
        let terms = &mut self.terms;
        likeness::subtract(&mut story.sums, &row.words, |w, still| {
            if !still {
                terms.remove_story(w.term())
            }
        });
        if story.members.len() == 1 {
            story.sums = Vec::new();
        }
    }

    fn close(&mut self, slot: u32) {
        let story = std::mem::take(&mut self.stories[slot as usize]);
        self.by_id.remove(&story.id);
        self.free.push(slot);
    }

    /// Puts the articles of `younger` into `older`; what comes back is for `split`.
    pub(super) fn merge(&mut self, older: u32, younger: u32) -> Story {
        let words = self.sums(younger);
        let moved = std::mem::take(&mut self.stories[younger as usize]);
        self.by_id.remove(&moved.id);
        self.free.push(younger);
        let mut sums = self.sums(older);
        let terms = &mut self.terms;
        likeness::add(&mut sums, &words, |w, known| {
            if known {
                terms.remove_story(w.term)
            }
        });
        let story = &mut self.stories[older as usize];
        story.sums = sums;
        story.members.extend_from_slice(&moved.members);
        story.members.sort_unstable();
        for &(language, count) in &moved.languages {
            self.terms.count_story(language, -1);
            story.speak(language, count as i32, &mut self.terms);
        }
        self.move_to(&moved.members, older);
        Story { sums: words, ..moved }
    }

    /// The inverse of `merge`.
    pub(super) fn split(&mut self, older: StoryId, moved: Story) {
        let Some(from) = self.slot(older) else { return };
        let to = self.open(moved.id, moved.started_at);
        let terms = &mut self.terms;
        let story = &mut self.stories[from as usize];
        likeness::subtract(&mut story.sums, &moved.sums, |w, still| {
            if still {
                terms.add_story(w.term)
            }
        });
        story.members.retain(|m| moved.members.binary_search(m).is_err());
        if story.members.len() == 1 {
            story.sums = Vec::new();
        }
        for &(language, count) in &moved.languages {
            story.speak(language, -(count as i32), &mut self.terms);
            self.terms.count_story(language, 1);
        }
        self.move_to(&moved.members, to);
        let sums = if moved.members.len() > 1 { moved.sums.clone() } else { Vec::new() };
        self.stories[to as usize] = Story { sums, ..moved };
    }

    fn move_to(&mut self, members: &[RowId], slot: u32) {
        for &member in members {
            if let Some(row) = self.window.row_mut(member) {
                row.story = Some(slot);
            }
        }
    }

    pub(super) fn sums(&self, slot: u32) -> Vec<Summed> {
        self.with_words(
            slot,
            |words| words.to_vec(),
            |words| words.iter().map(|w| Summed { term: w.term(), weight: w.weight() }).collect(),
        )
    }

    /// A story's words, in whichever form they are kept.
    pub(super) fn with_words<T>(
        &self,
        slot: u32,
        many: impl FnOnce(&[Summed]) -> T,
        one: impl FnOnce(&[Packed]) -> T,
    ) -> T {
        let story = &self.stories[slot as usize];
        match story.members[..] {
            [only] => one(self.window.row(only).map_or(&[], |row| &row.words)),
            _ => many(&story.sums),
        }
    }

    /// Who leads a set is marked as in it by nothing else: most articles have no copies.
    pub(super) fn copy_set(&self, head: ArticleId) -> Vec<RowId> {
        let same = |at: &RowId| self.window.row(*at).is_some_and(|row| row.copy_set == head);
        self.window.find(head).into_iter().chain(self.marks.rows(Mark::Set(head))).filter(same).collect()
    }

    /// Moves articles to the copy set that `head` leads.
    pub(super) fn join_set(&mut self, rows: &[RowId], head: ArticleId) {
        for &at in rows {
            let Some(row) = self.window.row_mut(at) else { continue };
            let (id, from) = (row.id, std::mem::replace(&mut row.copy_set, head));
            if from != id {
                self.marks.remove(Mark::Set(from), at);
            }
            if head != id {
                self.marks.add(Mark::Set(head), at);
            }
        }
    }

    /// About how many bytes all of it takes.
    pub(super) fn memory(&self) -> usize {
        let lists = |s: &Story| {
            let members = if s.members.spilled() { s.members.capacity() * size_of::<RowId>() } else { 0 };
            members + s.sums.capacity() * size_of::<Summed>()
        };
        let stories = self.stories.capacity() * size_of::<Story>() + self.stories.iter().map(lists).sum::<usize>();
        self.window.memory() + self.terms.memory() + self.marks.memory() + stories + self.by_id.capacity() * 24
    }
}

impl Story {
    fn speak(&mut self, language: LanguageTag, change: i32, terms: &mut Terms) {
        match self.languages.iter_mut().find(|(tag, _)| *tag == language) {
            Some((_, count)) => *count = count.saturating_add_signed(change),
            None => {
                self.languages.push((language, change.unsigned_abs()));
                terms.count_story(language, 1);
            }
        }
        if let Some(gone) = self.languages.iter().position(|(_, count)| *count == 0) {
            self.languages.swap_remove(gone);
            terms.count_story(language, -1);
        }
    }
}
