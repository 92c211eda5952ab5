//! The window's books: articles, their marks and words, their stories and copy sets.
//!
//! Every operation has its exact inverse, and what is kept is a function of the articles in the window and of what was
//! decided about them, never of how it came about. That is why a rollback needs no copy, and why a window filled again
//! after a restart decides as the old one would have. `index` is the only caller that changes it.

use smallvec::SmallVec;

use super::fingerprint::Fingerprint;
use super::likeness;
use super::lists::Lists;
use super::postings::{Mark, Postings, spread};
use super::shards::Shards;
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
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) id: StoryId,
    /// When its first article was published, which may have left the window.
    pub(super) started_at: UnixSeconds,
    members: Members,
}

/// Most stories have one article, and nothing of them is kept besides.
#[derive(Debug, Default)]
enum Members {
    #[default]
    None,
    One(RowId),
    Many(Box<Many>),
}

/// Two at least, but on the way into a story and out of it.
#[derive(Debug, Default)]
struct Many {
    /// In settle order.
    rows: Vec<RowId>,
    /// How many of them are in each language.
    languages: SmallVec<[(LanguageTag, u32); 2]>,
    /// Their words added up.
    sums: Vec<Summed>,
}

/// A story that went into another one, as it was.
pub(super) struct Merged {
    id: StoryId,
    started_at: UnixSeconds,
    many: Box<Many>,
}

#[derive(Default)]
pub(super) struct Book {
    pub(super) window: Window,
    pub(super) terms: Terms,
    pub(super) marks: Postings,
    stories: Vec<Story>,
    free: Vec<u32>,
    by_id: Shards<u64>,
}

impl Book {
    /// Takes an article in, in no story and no copy set yet.
    pub(super) fn enter(&mut self, meta: Meta, print: &Fingerprint) -> RowId {
        let at = self.window.next();
        let marks = print.marks;
        let word = |(stem, weight)| Packed::new(self.terms.add_row(marks.language, stem, at), weight);
        let mut words: Box<[Packed]> = print.stems.iter().map(word).collect();
        words.sort_unstable();
        let lists = Lists::new(&print.numbers, &print.text_numbers, &print.shingles);
        let Meta { id, feed, published_at, settled_at } = meta;
        let row = Row { id, feed, published_at, settled_at, marks, lists, words, story: None, copy_set: id };
        for mark in row.all_marks() {
            self.marks.add(mark, at);
        }
        self.window.push(row);
        at
    }

    pub(super) fn leave(&mut self, at: RowId) {
        self.displace(at);
        let Some(row) = self.window.remove(at) else { return };
        for word in &row.words {
            self.terms.remove_row(word.term(), at);
        }
        for mark in row.all_marks() {
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
        self.by_id.get(spread(id))
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
        self.by_id.insert(spread(id), slot);
        slot
    }

    pub(super) fn place(&mut self, at: RowId, slot: u32) {
        let Some(row) = self.window.row_mut(at) else { return };
        row.story = Some(slot);
        let language = row.marks.language;
        if let Members::None = self.story(slot).members {
            self.stories[slot as usize].members = Members::One(at);
            let Some(row) = self.window.row(at) else { return };
            row.words.iter().for_each(|w| self.terms.add_story(w.term()));
            self.terms.count_story(language, 1);
            return;
        }
        let mut many = self.take_many(slot);
        let Some(row) = self.window.row(at) else { return };
        likeness::add(&mut many.sums, &row.words, |w, known| {
            if !known {
                self.terms.add_story(w.term())
            }
        });
        many.rows.insert(many.rows.partition_point(|&m| m < at), at);
        many.speak(language, 1, &mut self.terms);
        self.put_many(slot, many);
    }

    /// The inverse of `place`; a story without articles is gone.
    fn displace(&mut self, at: RowId) {
        let Some(slot) = self.window.row(at).and_then(|row| row.story) else { return };
        if let Members::One(_) = self.story(slot).members {
            let Some(row) = self.window.row(at) else { return };
            row.words.iter().for_each(|w| self.terms.remove_story(w.term()));
            self.terms.count_story(row.marks.language, -1);
            self.close(slot);
            return;
        }
        let mut many = self.take_many(slot);
        let Some(row) = self.window.row(at) else { return };
        likeness::subtract(&mut many.sums, &row.words, |w, still| {
            if !still {
                self.terms.remove_story(w.term())
            }
        });
        many.rows.retain(|&member| member != at);
        many.speak(row.marks.language, -1, &mut self.terms);
        self.put_many(slot, many);
    }

    /// The articles of a story that has one at least, in the form for many; to be given back by `put_many`.
    fn take_many(&mut self, slot: u32) -> Box<Many> {
        match std::mem::take(&mut self.stories[slot as usize].members) {
            Members::Many(many) => many,
            Members::None => Box::default(),
            Members::One(at) => {
                let Some(row) = self.window.row(at) else { return Box::default() };
                let languages = SmallVec::from_slice(&[(row.marks.language, 1)]);
                Box::new(Many { rows: vec![at], languages, sums: summed(&row.words) })
            }
        }
    }

    fn put_many(&mut self, slot: u32, many: Box<Many>) {
        self.stories[slot as usize].members = match many.rows[..] {
            [only] => Members::One(only),
            _ => Members::Many(many),
        };
    }

    fn close(&mut self, slot: u32) {
        let story = std::mem::take(&mut self.stories[slot as usize]);
        self.by_id.remove(spread(story.id));
        self.free.push(slot);
    }

    /// Puts the articles of `younger` into `older`; what comes back is for `split`.
    pub(super) fn merge(&mut self, older: u32, younger: u32) -> Merged {
        let Story { id, started_at, .. } = self.stories[younger as usize];
        let moved = self.take_many(younger);
        self.close(younger);
        let mut many = self.take_many(older);
        likeness::add(&mut many.sums, &moved.sums, |w, known| {
            if known {
                self.terms.remove_story(w.term)
            }
        });
        many.rows.extend_from_slice(&moved.rows);
        many.rows.sort_unstable();
        for &(language, count) in &moved.languages {
            self.terms.count_story(language, -1);
            many.speak(language, count as i32, &mut self.terms);
        }
        self.put_many(older, many);
        self.move_to(&moved.rows, older);
        Merged { id, started_at, many: moved }
    }

    /// The inverse of `merge`.
    pub(super) fn split(&mut self, older: StoryId, moved: Merged) {
        let Some(from) = self.slot(older) else { return };
        let Merged { id, started_at, many: moved } = moved;
        let to = self.open(id, started_at);
        let mut many = self.take_many(from);
        likeness::subtract(&mut many.sums, &moved.sums, |w, still| {
            if still {
                self.terms.add_story(w.term)
            }
        });
        many.rows.retain(|member| moved.rows.binary_search(member).is_err());
        for &(language, count) in &moved.languages {
            many.speak(language, -(count as i32), &mut self.terms);
            self.terms.count_story(language, 1);
        }
        self.put_many(from, many);
        self.move_to(&moved.rows, to);
        self.put_many(to, moved);
    }

    fn move_to(&mut self, members: &[RowId], slot: u32) {
        for &member in members {
            if let Some(row) = self.window.row_mut(member) {
                row.story = Some(slot);
            }
        }
    }

    pub(super) fn sums(&self, slot: u32) -> Vec<Summed> {
        self.with_words(slot, |words| words.to_vec(), summed)
    }

    /// A story's words, in whichever form they are kept.
    pub(super) fn with_words<T>(
        &self,
        slot: u32,
        many: impl FnOnce(&[Summed]) -> T,
        one: impl FnOnce(&[Packed]) -> T,
    ) -> T {
        match &self.story(slot).members {
            Members::None => one(&[]),
            Members::One(only) => one(self.window.row(*only).map_or(&[], |row| &row.words)),
            Members::Many(story) => many(&story.sums),
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
        let lists = |story: &Story| match &story.members {
            Members::Many(many) => size_of::<Many>() + many.rows.capacity() * 4 + many.sums.capacity() * 8,
            Members::None | Members::One(_) => 0,
        };
        let stories = self.stories.capacity() * size_of::<Story>() + self.stories.iter().map(lists).sum::<usize>();
        self.window.memory() + self.terms.memory() + self.marks.memory() + stories + self.by_id.memory()
    }
}

fn summed(words: &[Packed]) -> Vec<Summed> {
    words.iter().map(|w| Summed { term: w.term(), weight: w.weight() }).collect()
}

impl Story {
    /// In settle order.
    pub(super) fn members(&self) -> &[RowId] {
        match &self.members {
            Members::None => &[],
            Members::One(only) => std::slice::from_ref(only),
            Members::Many(many) => &many.rows,
        }
    }
}

impl Many {
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
