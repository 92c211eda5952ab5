//! How near two lists of words are.
//!
//! Sums of whole numbers, so that equal input gives equal scores whatever order the words come in.

use std::cmp::Ordering;

use super::terms::{Packed, Scale, Summed, Terms, Word, nats};

/// How far the shorter list counts as the measure: a short headline that is all in a long one is more alike than the
/// angle between them says.
const CONTAINED: f64 = 0.12;
/// The weights of a word that both headlines have, multiplied: from here on it tells all that it can. One that only the
/// texts share tells a quarter.
const INFORMATION_WEIGHT: u32 = 4;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Likeness {
    /// From 0 to 1.
    pub(super) similarity: f64,
    /// What the words in common tell, in nats.
    pub(super) information: f64,
}

/// A list spread out by term, so that many others can be compared with it in one pass each.
#[derive(Debug, Default)]
pub(super) struct Spread {
    weights: Vec<u8>,
    words: Vec<Packed>,
    norm: u128,
}

impl Spread {
    pub(super) fn set(&mut self, terms: &Terms, scale: Scale, words: &[Packed]) {
        for word in self.words.drain(..) {
            self.weights[word.term() as usize] = 0;
        }
        self.weights.resize(terms.len(), 0);
        for word in words {
            self.weights[word.term() as usize] = word.weight() as u8;
        }
        self.words.extend(words);
        self.norm = norm(terms, scale, words);
    }

    pub(super) fn memory(&self) -> usize {
        self.weights.capacity()
    }

    pub(super) fn likeness<W: Word>(&self, terms: &Terms, scale: Scale, words: &[W]) -> Likeness {
        let (mut sum, mut norm, mut information) = (0u128, 0u128, 0u64);
        for word in words {
            let worth = terms.worth(scale, word.term());
            let value = u64::from(word.weight()) * worth;
            norm += u128::from(value) * u128::from(value);
            let own = u32::from(self.weights[word.term() as usize]);
            if own > 0 {
                sum += u128::from(value) * u128::from(u64::from(own) * worth);
                information += u64::from((own * word.weight()).min(INFORMATION_WEIGHT)) * worth;
            }
        }
        let information = nats(information) / f64::from(INFORMATION_WEIGHT);
        Likeness { similarity: angle(sum, (self.norm, norm)), information }
    }
}

/// How near two stories' words are.
pub(super) fn similarity(terms: &Terms, scale: Scale, a: &[Summed], b: &[Summed]) -> f64 {
    let mut sum = 0u128;
    each_common(a, b, |x, y| {
        let worth = terms.worth(scale, x.term);
        sum += u128::from(u64::from(x.weight) * worth) * u128::from(u64::from(y.weight) * worth);
    });
    angle(sum, (norm(terms, scale, a), norm(terms, scale, b)))
}

fn angle(dot: u128, (a, b): (u128, u128)) -> f64 {
    if dot == 0 {
        return 0.0;
    }
    let product = (a as f64).sqrt() * (b as f64).sqrt();
    (dot as f64 / (product * (1.0 - CONTAINED) + a.min(b) as f64 * CONTAINED)).min(1.0)
}

/// The square of a list's length.
fn norm<W: Word>(terms: &Terms, scale: Scale, words: &[W]) -> u128 {
    words.iter().map(|w| u128::from(u64::from(w.weight()) * terms.worth(scale, w.term())).pow(2)).sum()
}

/// Calls `both` for every word that two lists share; both are sorted by term.
pub(super) fn each_common<A: Word, B: Word>(a: &[A], b: &[B], mut both: impl FnMut(A, B)) {
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        match a[i].term().cmp(&b[j].term()) {
            Ordering::Less => i += 1,
            Ordering::Greater => j += 1,
            Ordering::Equal => {
                both(a[i], b[j]);
                i += 1;
                j += 1;
            }
        }
    }
}

/// Adds `more` to `sums`; each of `more` is told with whether it was there before.
pub(super) fn add<W: Word>(sums: &mut Vec<Summed>, more: &[W], mut told: impl FnMut(W, bool)) {
    let mut merged = Vec::with_capacity(sums.len() + more.len());
    let mut old = sums.iter().copied().peekable();
    for &word in more {
        while let Some(before) = old.next_if(|s| s.term < word.term()) {
            merged.push(before);
        }
        let known = old.next_if(|s| s.term == word.term());
        merged.push(Summed { term: word.term(), weight: word.weight() + known.map_or(0, |s| s.weight) });
        told(word, known.is_some());
    }
    merged.extend(old);
    merged.shrink_to_fit(); // it stays for as long as the story does
    *sums = merged;
}

/// The inverse of `add`; each of `less` is told with whether it is still there.
pub(super) fn subtract<W: Word>(sums: &mut Vec<Summed>, less: &[W], mut told: impl FnMut(W, bool)) {
    each_mut(sums, less, |sum, word| {
        sum.weight -= word.weight();
        told(word, sum.weight > 0);
    });
    sums.retain(|s| s.weight > 0);
}

fn each_mut<W: Word>(sums: &mut [Summed], words: &[W], mut both: impl FnMut(&mut Summed, W)) {
    let mut at = 0;
    for &word in words {
        while at < sums.len() && sums[at].term < word.term() {
            at += 1;
        }
        if at < sums.len() && sums[at].term == word.term() {
            both(&mut sums[at], word);
        }
    }
}
