//! The stems of one article with their weights, in one buffer: an article has fifty, and they are made for each.

use super::terms::MAX_WEIGHT;

/// Words are weighed in halves, so that sums are whole numbers: a headline's word counts double a text's.
pub(super) const TITLE_WEIGHT: u8 = 2;
pub(super) const TEXT_WEIGHT: u8 = 1;

/// Of a stem as `codec` writes it.
const USUAL_BYTES: usize = 6;

/// In order of first mention, without repeats.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stems {
    letters: String,
    list: Vec<Stem>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stem {
    /// Its first bytes: most stems are no longer, and are told apart by them alone.
    first: u64,
    start: u32,
    length: u8,
    weight: u8,
}

impl Stems {
    /// Stems are short: `words::stem` cuts them.
    pub(super) fn add(&mut self, stem: &str, weight: u8) {
        let (first, length) = (first_bytes(stem), stem.len() as u8);
        let letters = &self.letters;
        let is_same = |known: &Stem| known.first == first && known.length == length && known.of(letters) == stem;
        let known = self.list.iter_mut().find(|known| is_same(known));
        match known {
            Some(known) => known.weight = (known.weight + weight).min(MAX_WEIGHT),
            None => self.push(stem, weight),
        }
    }

    /// For one that is not among them.
    pub(super) fn push(&mut self, stem: &str, weight: u8) {
        let (first, length) = (first_bytes(stem), stem.len() as u8);
        self.list.push(Stem { first, start: self.letters.len() as u32, length, weight });
        self.letters.push_str(stem);
    }

    /// Room for what takes so many bytes: a start reads a hundred thousand articles.
    pub(super) fn with_room(bytes: usize) -> Self {
        Self { letters: String::with_capacity(bytes), list: Vec::with_capacity(bytes / USUAL_BYTES) }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, u8)> {
        self.list.iter().map(|stem| (stem.of(&self.letters), stem.weight))
    }
}

impl Stem {
    fn of(self, letters: &str) -> &str {
        &letters[self.start as usize..self.start as usize + usize::from(self.length)]
    }
}

fn first_bytes(stem: &str) -> u64 {
    let mut bytes = [0; 8];
    let taken = stem.len().min(8);
    bytes[..taken].copy_from_slice(&stem.as_bytes()[..taken]);
    u64::from_le_bytes(bytes)
}
