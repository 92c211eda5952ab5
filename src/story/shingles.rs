//! Runs of words that two prints of one text share.
//!
//! A text is kept as hashes of its runs: all of its beginning, every eighth of the rest. That is what a copy is told by
//! after the text itself is gone, so the numbers here are part of what the store keeps.

use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::words::{self, Kind};

/// Words in a run; characters pairs, for scripts without spaces, need more.
const RUN: usize = 5;
const RUN_PAIRS: usize = 8;
/// Words of a text that are looked at: a copy is the same well before.
const TEXT_WORDS: usize = 600;
/// Runs from the beginning that are all kept: most feeds print no more than this.
const HEAD: usize = 56;
/// Of the rest one in so many is kept.
pub(super) const THIN: u32 = 8;
/// Of the kept runs one in so many finds candidates: a copy shares at least 12 runs of a beginning, so it misses
/// them all once in 30 times at the very worst, and memory is mostly these.
pub(super) const HEAD_KEYS: u32 = 4;
pub(super) const TAIL_KEYS: u32 = 64;

/// A text's runs. Both lists are sorted and without repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Shingles {
    pub(super) head: Box<[u32]>,
    pub(super) tail: Box<[u32]>,
}

impl Shingles {
    pub(super) fn of(text: &str) -> Self {
        let words = words::split(text, TEXT_WORDS);
        let hashes: Vec<u64> = words.iter().map(|(word, _)| xxh3_64_with_seed(word.as_bytes(), 5)).collect();
        let pairs = words.iter().filter(|(_, kind)| *kind == Kind::Pair).count();
        let run = if pairs * 2 > words.len() { RUN_PAIRS } else { RUN };
        let runs: Vec<u32> = hashes.windows(run).map(run_hash).collect();
        let (head, rest) = runs.split_at(runs.len().min(HEAD));
        let head = sorted(head.to_vec());
        let tail = rest.iter().copied().filter(|h| h % THIN == 0 && head.binary_search(h).is_err()).collect();
        Shingles { tail: sorted(tail), head }
    }
}

/// About how many runs a text has of which so many of the beginning and of the rest are kept.
pub(super) fn count(head: usize, tail: usize) -> usize {
    head + tail * THIN as usize
}

fn run_hash(run: &[u64]) -> u32 {
    let mut hash = 0u64;
    for word in run {
        hash = (hash.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    (hash >> 32) as u32
}

fn sorted(mut list: Vec<u32>) -> Box<[u32]> {
    list.sort_unstable();
    list.dedup();
    list.into()
}

/// How many values two sorted lists have in common.
pub(super) fn common<T: Ord>(a: &[T], b: &[T]) -> usize {
    let (mut i, mut j, mut found) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => {
                found += 1;
                i += 1;
                j += 1;
            }
        }
    }
    found
}
