//! An article's numbers and runs of text as the window keeps them, in two blocks: there are many, and memory is mostly
//! these.
//!
//! Of a beginning's runs, one in four finds candidates and is kept whole; of the others the upper half is. Two texts of
//! 600 words that have nothing in common then seem to share one of them once in forty times.

use super::shingles::{self, HEAD_KEYS, Shingles, TAIL_KEYS, THIN, common};

#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    /// Numbers of the headline, of the text, runs of its beginning that find candidates, runs of its rest; each sorted.
    whole: Box<[u32]>,
    /// Where the first three end.
    ends: [u16; 3],
    /// The other runs of the beginning; sorted.
    halves: Box<[u16]>,
}

impl Lists {
    /// Longer lists than `fingerprint` makes are cut.
    pub(super) fn new(numbers: &[u32], text_numbers: &[u32], runs: &Shingles) -> Self {
        let is_key = |run: &&u32| run.is_multiple_of(HEAD_KEYS);
        let keys = runs.head.iter().copied().filter(|run| is_key(&run));
        let lists = [numbers, text_numbers].into_iter().flatten().copied();
        let whole: Box<[u32]> = lists.chain(keys.clone()).chain(runs.tail.iter().copied()).collect();
        let cut = |length: usize| u16::try_from(length.min(whole.len())).unwrap_or(u16::MAX);
        let texts_end = numbers.len() + text_numbers.len();
        let ends = [cut(numbers.len()), cut(texts_end), cut(texts_end + keys.count())];
        let halves = runs.head.iter().filter(|run| !is_key(run)).map(|run| (run >> 16) as u16).collect();
        Lists { whole, ends, halves }
    }

    pub(super) fn numbers(&self) -> &[u32] {
        &self.whole[..usize::from(self.ends[0])]
    }

    pub(super) fn text_numbers(&self) -> &[u32] {
        &self.whole[usize::from(self.ends[0])..usize::from(self.ends[1])]
    }

    /// The runs that candidates are found by.
    pub(super) fn keys(&self) -> impl Iterator<Item = u32> + '_ {
        let of_rest = self.rest().iter().filter(|run| run.is_multiple_of(TAIL_KEYS));
        self.head().iter().chain(of_rest).copied()
    }

    /// Whether the text has a run that candidates are found by.
    pub(super) fn has(&self, key: u32) -> bool {
        self.head().binary_search(&key).is_ok() || self.rest().binary_search(&key).is_ok()
    }

    /// About how many runs the text has.
    pub(super) fn runs(&self) -> usize {
        shingles::count(self.head().len() + self.halves.len(), self.rest().len())
    }

    /// The share of the shorter text's runs that the longer one has.
    pub(super) fn overlap(&self, other: &Lists) -> f64 {
        let runs = self.runs().min(other.runs());
        if runs == 0 {
            return 0.0;
        }
        let found = self.whole_in(other) + common(&self.halves, &other.halves);
        (found as f64 / runs as f64).min(1.0)
    }

    /// Whether the texts have anything in common; one half of a run may be chance.
    pub(super) fn meets(&self, other: &Lists) -> bool {
        self.whole_in(other) > 0 || common(&self.halves, &other.halves) > 1
    }

    pub(super) fn memory(&self) -> usize {
        size_of_val(&*self.whole) + size_of_val(&*self.halves)
    }

    /// Runs that are kept whole and in both texts: what is kept of a rest would be a key in a beginning.
    fn whole_in(&self, other: &Lists) -> usize {
        let thinned =
            common(self.rest(), other.rest()) + common(self.head(), other.rest()) + common(other.head(), self.rest());
        common(self.head(), other.head()) + THIN as usize * thinned
    }

    fn head(&self) -> &[u32] {
        &self.whole[usize::from(self.ends[1])..usize::from(self.ends[2])]
    }

    fn rest(&self) -> &[u32] {
        &self.whole[usize::from(self.ends[2])..]
    }
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
            let [from, until] = [from.min(until), from.max(until)].map(|at| at.min(words.len()));
            let part = &words[from..until];
            let ((a, x), (b, y)) = (lists(&words), lists(part));
            let chance = 0.05 + 1.0 / x.runs().min(y.runs()).max(1) as f64;
            prop_assert!((x.overlap(&y) - overlap(&a, &b)).abs() < chance, "{} {}", x.overlap(&y), overlap(&a, &b));
            prop_assert!(x.meets(&y) || overlap(&a, &b) * a.head.len().min(b.head.len()) as f64 <= 1.0);
            prop_assert_eq!(x.overlap(&y), y.overlap(&x));
            prop_assert_eq!((x.numbers(), x.text_numbers()), (&[7][..], &[8, 9][..]));
            prop_assert_eq!(x.runs(), shingles::count(a.head.len(), a.tail.len()));
            prop_assert!(x.keys().all(|key| x.has(key)));
            let has = |key: &u32| a.head.contains(key) || a.tail.contains(key);
            prop_assert!(y.keys().all(|key| x.has(key) == has(&key)));
        }
    }
}
