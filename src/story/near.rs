//! Which stories an article is near, how near, and what forbids that it joins.

use super::book::Book;
use super::guards;
use super::likeness::{self, Likeness, Spread};
use super::policy::Policy;
use super::terms::{Packed, Scale, Word};
use super::why::Guard;
use super::window::{Row, RowId};
use crate::model::{ArticleId, StoryId, seconds};

/// Words that two articles share at least, of the rare ones by which they are found.
const SHARED: usize = 2;
/// Low bits of a hit that count words; the rest adds up what they are worth.
const COUNT_BITS: u32 = 5;
/// Below this similarity to its nearest article no story is looked at.
const REMOTE: f64 = 0.25;
/// From this similarity on an article of a story can forbid it.
const HEARD: f64 = 0.3;
/// Latest articles of each of two stories that can forbid that they become one.
const LATEST: usize = 8;

/// A story near an article.
#[derive(Debug, Clone)]
pub(super) struct Near {
    pub(super) slot: u32,
    pub(super) story: StoryId,
    /// The article of the story that is nearest.
    pub(super) partner: RowId,
    pub(super) likeness: Likeness,
    pub(super) centre: f64,
    pub(super) score: f64,
    /// What forbids it, and the article that is protected.
    pub(super) veto: Option<(Guard, ArticleId)>,
}

/// Room to work in, kept between calls so that it is allocated once.
#[derive(Default)]
pub(super) struct Scratch {
    /// By article of the window; all 0 between calls.
    hits: Vec<u32>,
    touched: Vec<RowId>,
    spread: Spread,
}

impl Scratch {
    pub(super) fn memory(&self) -> usize {
        (self.hits.capacity() + self.touched.capacity()) * 4 + self.spread.memory()
    }
}

/// The stories near `at`, the nearest first; its own is not among them.
pub(super) fn stories(book: &mut Book, policy: &Policy, scratch: &mut Scratch, at: RowId) -> Vec<Near> {
    let Some(language) = book.window.row(at).map(|row| row.marks.language) else { return Vec::new() };
    let scale = book.terms.scale(language);
    let book = &*book;
    let Some(row) = book.window.row(at) else { return Vec::new() };
    scratch.spread.set(&book.terms, scale, &row.words);
    let mut found: Vec<Near> = Vec::new();
    for candidate in candidates(book, policy, scratch, scale, at, row) {
        let Some(other) = book.window.row(candidate) else { continue };
        let Some(slot) = other.story.filter(|slot| Some(*slot) != row.story) else { continue };
        if apart(row.published_at, other.published_at) > seconds(policy.window) {
            continue;
        }
        let likeness = scratch.spread.likeness(&book.terms, scale, &other.words);
        let known = found.iter().position(|near| near.slot == slot).unwrap_or_else(|| {
            found.push(Near::new(book, slot, candidate));
            found.len() - 1
        });
        found[known].meet(policy, row, candidate, other, likeness);
    }
    found.retain(|near| near.likeness.similarity >= REMOTE);
    for near in &mut found {
        near.centre = centre(book, scale, &scratch.spread, near.slot);
        near.score = score(book, policy, row, near);
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.story.cmp(&b.story)));
    found
}

impl Near {
    fn new(book: &Book, slot: u32, partner: RowId) -> Self {
        let story = book.story(slot).id;
        Near { slot, story, partner, likeness: Likeness::default(), centre: 0.0, score: 0.0, veto: None }
    }

    fn meet(&mut self, policy: &Policy, row: &Row, candidate: RowId, other: &Row, likeness: Likeness) {
        if likeness.similarity > self.likeness.similarity {
            self.likeness = likeness;
            self.partner = candidate;
        }
        if self.veto.is_none() && likeness.similarity >= HEARD {
            self.veto = guards::veto(policy, row, other, likeness.similarity).map(|guard| (guard, other.id));
        }
    }
}

/// Articles that share rare words with `at`, the most promising first.
fn candidates(book: &Book, policy: &Policy, scratch: &mut Scratch, scale: Scale, at: RowId, row: &Row) -> Vec<RowId> {
    let Scratch { hits, touched, .. } = scratch;
    let base = book.window.base();
    hits.resize((book.window.next() - base) as usize, 0);
    let mut budget = policy.postings;
    for (worth, word) in rarest(book, policy, scale, row) {
        let rows = book.terms.rows(word.term());
        for other in rows.newest_first().filter(|&other| other != at).take(budget) {
            let hit = &mut hits[(other - base) as usize];
            if *hit == 0 {
                touched.push(other);
            }
            *hit += (((u64::from(word.weight()) * worth * worth) >> 8) as u32) << COUNT_BITS | 1;
        }
        budget = budget.saturating_sub(rows.len());
    }
    let mut ranked: Vec<(u32, RowId)> = touched
        .drain(..)
        .map(|row| (std::mem::take(&mut hits[(row - base) as usize]), row))
        .filter(|(hit, _)| (hit & ((1 << COUNT_BITS) - 1)) as usize >= SHARED)
        .collect();
    let order = |a: &(u32, RowId), b: &(u32, RowId)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
    if ranked.len() > policy.candidates {
        ranked.select_nth_unstable_by(policy.candidates, order);
        ranked.truncate(policy.candidates);
    }
    ranked.sort_unstable_by(order);
    ranked.into_iter().map(|(_, r)| r).collect()
}

fn rarest(book: &Book, policy: &Policy, scale: Scale, row: &Row) -> Vec<(u64, Packed)> {
    let mut words: Vec<(u64, Packed)> = row.words.iter().map(|w| (book.terms.worth(scale, w.term()), *w)).collect();
    let stem = |word: &Packed| book.terms.stem(word.term());
    words.sort_by(|(x, a), (y, b)| y.cmp(x).then_with(|| stem(a).cmp(stem(b))));
    words.truncate(policy.rare_words);
    words
}

fn centre(book: &Book, scale: Scale, spread: &Spread, slot: u32) -> f64 {
    let many = |sums: &[_]| spread.likeness(&book.terms, scale, sums);
    let one = |words: &[_]| spread.likeness(&book.terms, scale, words);
    book.with_words(slot, many, one).similarity
}

/// What decides whether `row` joins: half the nearest article, half the centre, more for much shared information, less
/// for each day that the story was silent.
fn score(book: &Book, policy: &Policy, row: &Row, near: &Near) -> f64 {
    let story = book.story(near.slot);
    let Some(partner) = book.window.row(near.partner) else { return 0.0 };
    if near.likeness.similarity < policy.nearest
        || near.centre < policy.centre
        || apart(row.published_at, story.started_at) > seconds(policy.story_span)
    {
        return 0.0;
    }
    let last_at = story
        .members()
        .last()
        .and_then(|&last| book.window.row(last))
        .map_or(story.started_at, |last| last.published_at);
    let silent = (apart(row.published_at, last_at) as f64 / seconds(policy.window) as f64).min(1.0);
    let informed = (near.likeness.information / policy.information_enough).min(1.0) - 0.5;
    let alike = (near.likeness.similarity + near.centre) / 2.0 + policy.information_gain * informed;
    let mut score = alike * (1.0 - policy.age_loss * silent);
    if guards::have_other_numbers(row, partner) {
        score -= policy.number_loss;
    }
    if row.marks.bulletin {
        score -= policy.bulletin_loss;
    }
    score
}

/// How like the centres of two stories are.
pub(super) fn centres(book: &mut Book, at: RowId, a: u32, b: u32) -> f64 {
    let Some(language) = book.window.row(at).map(|row| row.marks.language) else { return 0.0 };
    let scale = book.terms.scale(language);
    likeness::similarity(&book.terms, scale, &book.sums(a), &book.sums(b))
}

/// Whether a guard keeps two stories apart.
pub(super) fn conflict(book: &Book, policy: &Policy, a: u32, b: u32) -> bool {
    let latest = |slot: u32| book.story(slot).members().iter().rev().take(LATEST).filter_map(|&at| book.window.row(at));
    latest(a).any(|x| latest(b).any(|y| guards::veto(policy, x, y, 1.0).is_some()))
}

/// The words that `at` and `other` share, the weightiest first.
pub(super) fn shared_words(book: &mut Book, at: RowId, other: RowId, limit: usize) -> Vec<String> {
    let Some(language) = book.window.row(at).map(|row| row.marks.language) else { return Vec::new() };
    let scale = book.terms.scale(language);
    let (Some(row), Some(other)) = (book.window.row(at), book.window.row(other)) else { return Vec::new() };
    let mut words: Vec<(u64, &str)> = Vec::new();
    likeness::each_common(&row.words, &other.words, |a, b| {
        let worth = book.terms.worth(scale, a.term());
        words.push((worth * worth * u64::from(a.weight() * b.weight()), book.terms.stem(a.term())));
    });
    words.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    words.into_iter().take(limit).map(|(_, stem)| stem.to_owned()).collect()
}

fn apart(a: i64, b: i64) -> i64 {
    a.saturating_sub(b).saturating_abs()
}
