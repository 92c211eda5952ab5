//! An article's numbers and runs of text as the window keeps them, in two blocks: there are many, and memory is mostly
//! these.
//!
//! A run that candidates are found by is kept as it is made. Of the others the upper half is kept: of two texts of 600
//! words that share nothing, one run in ten then seems to be in both, which no bound of `policy` feels.

use super::shingles::{self, HEAD_KEYS, Shingles, TAIL_KEYS, THIN, common};

#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    /// Numbers of the headline, of the text, runs of its beginning and of its rest that find candidates; each sorted.
    whole: Box<[u32]>,
    /// The other runs of the beginning, and of the rest; each sorted.
    halves: Box<[u16]>,
    /// Where the first three of `whole` end, and the first of `halves`.
    ends: [u16; 3],
    head_end: u16,
}

/// The runs of one part of a text.
#[derive(Clone, Copy)]
struct Part<'a> {
    keys: &'a [u32],
    others: &'a [u16],
}

impl Lists {
    /// Longer lists than `fingerprint` makes are cut.
    pub(super) fn new(numbers: &[u32], text_numbers: &[u32], runs: &Shingles) -> Self {
        let (mut whole, mut halves) = (Vec::new(), Vec::new());
        let cut = |length: usize| u16::try_from(length).unwrap_or(u16::MAX);
        whole.extend(numbers);
        let numbers_end = cut(whole.len());
        whole.extend(text_numbers);
        let texts_end = cut(whole.len());
        let mut divide = |runs: &[u32], by: u32| {
            whole.extend(runs.iter().filter(|run| run.is_multiple_of(by)));
            halves.extend(runs.iter().filter(|run| !run.is_multiple_of(by)).map(|run| half(*run)));
            (cut(whole.len()), cut(halves.len()))
        };
        let (keys_end, head_end) = divide(&runs.head, HEAD_KEYS);
        divide(&runs.tail, TAIL_KEYS);
        Lists { whole: whole.into(), halves: halves.into(), ends: [numbers_end, texts_end, keys_end], head_end }
    }

    pub(super) fn numbers(&self) -> &[u32] {
        &self.whole[..usize::from(self.ends[0])]
    }

    pub(super) fn text_numbers(&self) -> &[u32] {
        &self.whole[usize::from(self.ends[0])..usize::from(self.ends[1])]
    }

    /// The runs that candidates are found by.
    pub(super) fn keys(&self) -> impl Iterator<Item = u32> + '_ {
        self.whole[usize::from(self.ends[1])..].iter().copied()
    }

    /// Whether the text has a run that candidates are found by.
    pub(super) fn has(&self, key: u32) -> bool {
        self.head().keys.binary_search(&key).is_ok() || self.tail().keys.binary_search(&key).is_ok()
    }

    /// About how many runs the text has.
    pub(super) fn runs(&self) -> usize {
        let (head, tail) = (self.head(), self.tail());
        shingles::count(head.keys.len() + head.others.len(), tail.keys.len() + tail.others.len())
    }

    /// The share of the shorter text's runs that the longer one has.
    pub(super) fn overlap(&self, other: &Lists) -> f64 {
        let (short, long) = if self.runs() <= other.runs() { (self, other) } else { (other, self) };
        let runs = short.runs();
        if runs == 0 {
            return 0.0;
        }
        let thinned =
            same(short.tail(), long.tail()) + across(short.head(), long.tail()) + across(long.head(), short.tail());
        let found = same(short.head(), long.head()) + THIN as usize * thinned;
        (found as f64 / runs as f64).min(1.0)
    }

    pub(super) fn memory(&self) -> usize {
        size_of_val(&*self.whole) + size_of_val(&*self.halves)
    }

    fn head(&self) -> Part<'_> {
        let keys = &self.whole[usize::from(self.ends[1])..usize::from(self.ends[2])];
        Part { keys, others: &self.halves[..usize::from(self.head_end)] }
    }

    fn tail(&self) -> Part<'_> {
        Part { keys: &self.whole[usize::from(self.ends[2])..], others: &self.halves[usize::from(self.head_end)..] }
    }
}

fn half(run: u32) -> u16 {
    (run >> 16) as u16
}

/// What two beginnings, or two rests, share.
fn same(a: Part, b: Part) -> usize {
    common(a.keys, b.keys) + common(a.others, b.others)
}

/// What a beginning shares with a rest: all that is kept of a rest would be a key in a beginning.
fn across(head: Part, tail: Part) -> usize {
    let halves: Vec<u16> = head.keys.iter().map(|run| half(*run)).collect();
    common(head.keys, tail.keys) + common(&halves, tail.others)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn lists(words: &[u16]) -> (Shingles, Lists) {
        let text: String = words.iter().map(|word| format!("word{word} ")).collect();
        let runs = Shingles::of(&text);
        let lists = Lists::new(&[7], &[8, 9], &runs);
        (runs, lists)
    }

    /// As whole runs would be compared.
    fn overlap(a: &Shingles, b: &Shingles) -> f64 {
        let runs = |text: &Shingles| shingles::count(text.head.len(), text.tail.len());
        let (short, long) = if runs(a) <= runs(b) { (a, b) } else { (b, a) };
        let thinned =
            common(&short.tail, &long.tail) + common(&short.head, &long.tail) + common(&short.tail, &long.head);
        ((common(&short.head, &long.head) + 8 * thinned) as f64 / runs(short).max(1) as f64).min(1.0)
    }

    proptest! {
        #[test]
        fn halves_tell_what_whole_runs_would(words in vec(any::<u16>(), 0..700), from in 0..700usize, until in 0..700usize) {
            let part = &words[from.min(words.len())..until.clamp(from, words.len().max(from)).min(words.len()).max(from.min(words.len()))];
            let ((a, x), (b, y)) = (lists(&words), lists(part));
            prop_assert!((x.overlap(&y) - overlap(&a, &b)).abs() < 0.1, "{} {}", x.overlap(&y), overlap(&a, &b));
            prop_assert_eq!(x.overlap(&y), y.overlap(&x));
            prop_assert_eq!((x.numbers(), x.text_numbers()), (&[7][..], &[8, 9][..]));
            prop_assert_eq!(x.runs(), shingles::count(a.head.len(), a.tail.len()));
            prop_assert!(x.keys().all(|key| x.has(key)));
            prop_assert_eq!(y.keys().filter(|key| x.has(*key)).count(), y.keys().filter(|key| a.head.contains(key) && key % 4 == 0 || a.tail.contains(key) && key % 64 == 0).count());
        }
    }
}
