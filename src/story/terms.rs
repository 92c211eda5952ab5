//! The words of the window: which stories and articles have each, and what it is therefore worth.
//!
//! Everything is counted in whole numbers, so that removing is the exact inverse of adding, and a window filled again
//! after a restart is the same window.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::gaps::Gaps;
use super::shards::Shards;

/// A word's worth is ln((N + PRIOR) / (df + 1)), bent: the prior keeps a young window from calling everything rare.
const PRIOR: usize = 200;
/// Rare words are worth a little less than theory has it: much of what is rare is a matter of wording.
const BEND: f64 = 0.84;
/// Fixed point of a logarithm, and of a worth.
const ONE: f64 = 256.0;

/// A word of one article counts at most this much, however often it is repeated: what fits 3 bits of [`Packed`].
pub(super) const MAX_WEIGHT: u8 = 6;

pub(super) type TermId = u32;
pub(super) type LanguageTag = [u8; 4];

/// A word of one article: the term, and its weight in the lowest bits. 4 bytes, since there are many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Packed(u32);

/// A word of a story: the weights of its articles added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Summed {
    pub(super) term: TermId,
    pub(super) weight: u32,
}

pub(super) trait Word: Copy {
    fn term(self) -> TermId;
    fn weight(self) -> u32;
}

impl Packed {
    pub(super) fn new(term: TermId, weight: u8) -> Self {
        Packed(term << 3 | u32::from(weight & 7))
    }
}

impl Word for Packed {
    fn term(self) -> TermId {
        self.0 >> 3
    }
    fn weight(self) -> u32 {
        self.0 & 7
    }
}

impl Word for Summed {
    fn term(self) -> TermId {
        self.term
    }
    fn weight(self) -> u32 {
        self.weight
    }
}

#[derive(Debug, Default)]
pub(super) struct Terms {
    /// By the hash of language and stem: two words that share 64 bits would be one word.
    ids: Shards<u64>,
    list: Vec<Term>,
    /// Stories that have each term: apart from `list`, since scores read little else.
    counts: Vec<u32>,
    free: Vec<TermId>,
    /// Stories with an article in each language.
    stories: HashMap<LanguageTag, u32>,
    /// ln(n), and the bent worth of each difference of logarithms; grown on demand, always to the same values.
    logs: Vec<u32>,
    bent: Vec<u32>,
}

#[derive(Debug, Default)]
struct Term {
    stem: Box<str>,
    language: LanguageTag,
    /// Articles that have it.
    rows: Gaps,
}

/// What the words of one language are worth now.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    total: u32,
}

impl Terms {
    /// The number of `stem`, known from now on. Each call is answered by one `remove_row`.
    pub(super) fn add_row(&mut self, language: LanguageTag, stem: &str, row: u32) -> TermId {
        let key = key(language, stem);
        let id = match self.ids.get(key) {
            Some(id) => id,
            None => self.intern(key, Term { stem: stem.into(), language, ..Term::default() }),
        };
        self.list[id as usize].rows.push(row);
        id
    }

    fn intern(&mut self, key: u64, term: Term) -> TermId {
        let id = match self.free.pop() {
            Some(id) => {
                self.list[id as usize] = term;
                id
            }
            None => {
                self.list.push(term);
                self.counts.push(0);
                self.list.len() as TermId - 1
            }
        };
        self.ids.insert(key, id);
        id
    }

    pub(super) fn remove_row(&mut self, id: TermId, row: u32) {
        let term = &mut self.list[id as usize];
        term.rows.remove(row);
        if term.rows.len() == 0 {
            self.ids.remove(key(term.language, &term.stem));
            *term = Term::default();
            self.free.push(id);
        }
    }

    pub(super) fn add_story(&mut self, id: TermId) {
        self.counts[id as usize] += 1;
    }

    pub(super) fn remove_story(&mut self, id: TermId) {
        self.counts[id as usize] -= 1;
    }

    pub(super) fn count_story(&mut self, language: LanguageTag, change: i32) {
        let count = self.stories.entry(language).or_default();
        *count = count.saturating_add_signed(change);
    }

    pub(super) fn scale(&mut self, language: LanguageTag) -> Scale {
        let total = self.stories.get(&language).map_or(0, |n| *n as usize) + PRIOR;
        for n in self.logs.len()..=total + 1 {
            self.logs.push((ONE * (n.max(1) as f64).ln()).round() as u32);
        }
        let total = self.logs[total];
        for difference in self.bent.len()..=total as usize {
            self.bent.push((ONE * (difference as f64 / ONE).powf(BEND)).round() as u32);
        }
        Scale { total }
    }

    /// What a word is worth, in 1/256.
    pub(super) fn worth(&self, scale: Scale, id: TermId) -> u64 {
        let known = self.logs[self.counts[id as usize] as usize + 1];
        u64::from(self.bent[scale.total.saturating_sub(known) as usize])
    }

    /// The articles that have a word.
    pub(super) fn rows(&self, id: TermId) -> &Gaps {
        &self.list[id as usize].rows
    }

    pub(super) fn stem(&self, id: TermId) -> &str {
        &self.list[id as usize].stem
    }

    /// One more than the highest number in use.
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    pub(super) fn memory(&self) -> usize {
        let lists: usize = self.list.iter().map(|term| term.stem.len() + term.rows.memory()).sum();
        self.list.capacity() * size_of::<Term>() + lists + self.counts.capacity() * 4 + self.ids.memory()
    }
}

fn key(language: LanguageTag, stem: &str) -> u64 {
    xxh3_64_with_seed(stem.as_bytes(), u64::from(u32::from_le_bytes(language)))
}

/// One ONE of shared information, as `information` of `likeness` counts it.
pub(super) fn nats(worth: u64) -> f64 {
    worth as f64 / ONE
}
