//! A fingerprint's bytes, as the store keeps them with the article: about 500.
//!
//! The first byte is the version. Another version reads as none, and the fingerprint is made again from the text.

use super::fingerprint::{Fingerprint, Marks};
use super::shingles::Shingles;
use super::stems::Stems;
use super::terms::MAX_WEIGHT;

/// Raised whenever `words`, `headline`, `shingles` or `fingerprint` give another result for the same text.
const VERSION: u8 = 1;

const BULLETIN: u8 = 1;
const PAIRS: u8 = 2;
const ALONE: u8 = 4;

impl Fingerprint {
    pub fn to_bytes(&self) -> Vec<u8> {
        let marks = &self.marks;
        let mut out = Vec::with_capacity(512);
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        out.push(VERSION);
        out.push(flag(marks.bulletin, BULLETIN) | flag(marks.pairs, PAIRS) | flag(marks.alone, ALONE));
        out.push(marks.informative);
        out.extend(marks.language);
        for hash in marks.hashes() {
            out.extend(hash.to_le_bytes());
        }
        for list in [&self.numbers, &self.text_numbers, &self.shingles.head, &self.shingles.tail] {
            put_list(&mut out, list);
        }
        for (stem, weight) in self.stems.iter() {
            out.push(weight);
            out.push(stem.len() as u8);
            out.extend(stem.as_bytes());
        }
        out
    }

    /// None for bytes of another version, or that are no fingerprint.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut read = Reader(bytes);
        if read.byte()? != VERSION {
            return None;
        }
        let flags = read.byte()?;
        let mut marks = Marks {
            bulletin: flags & BULLETIN != 0,
            pairs: flags & PAIRS != 0,
            alone: flags & ALONE != 0,
            informative: read.byte()?,
            language: read.array()?,
            ..Marks::default()
        };
        for hash in marks.hashes_mut() {
            *hash = u32::from_le_bytes(read.array()?);
        }
        let (numbers, text_numbers) = (read.list()?, read.list()?);
        let shingles = Shingles { head: read.list()?, tail: read.list()? };
        let mut stems = Stems::with_room(read.0.len());
        while !read.0.is_empty() {
            let weight = read.byte().filter(|weight| (1..=MAX_WEIGHT).contains(weight))?;
            let length = read.byte()?;
            stems.push(std::str::from_utf8(read.take(usize::from(length))?).ok()?, weight);
        }
        Some(Fingerprint { marks, numbers, text_numbers, shingles, stems })
    }
}

impl Marks {
    fn hashes(&self) -> [u32; 11] {
        let Marks {
            link, origin, site, credited, publisher, title, bare_title, pattern, issue, label, opening, ..
        } = *self;
        [link, origin, site, credited, publisher, title, bare_title, pattern, issue, label, opening]
    }

    fn hashes_mut(&mut self) -> [&mut u32; 11] {
        let Marks {
            link, origin, site, credited, publisher, title, bare_title, pattern, issue, label, opening, ..
        } = self;
        [link, origin, site, credited, publisher, title, bare_title, pattern, issue, label, opening]
    }
}

fn put_list(out: &mut Vec<u8>, list: &[u32]) {
    put_length(out, list.len());
    list.iter().for_each(|hash| out.extend(hash.to_le_bytes()));
}

/// Lists and stems are bounded well below this where they are made.
fn put_length(out: &mut Vec<u8>, length: usize) {
    out.extend(u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes());
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn length(&mut self) -> Option<usize> {
        self.array().map(|bytes| usize::from(u16::from_le_bytes(bytes)))
    }

    /// Comparisons rely on the order.
    fn list(&mut self) -> Option<Box<[u32]>> {
        let length = self.length()?;
        let list: Box<[u32]> =
            self.take(length * 4)?.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        list.is_sorted_by(|a, b| a < b).then_some(list)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{StoryInput, fingerprint};
    use super::*;

    fn of(title: &str, text: &str) -> Fingerprint {
        let link_key = Some("example.org/a");
        fingerprint(&StoryInput {
            title,
            summary: text,
            language: Some("en-GB"),
            publisher: "example.org",
            link_key,
            ..StoryInput::default()
        })
    }

    #[test]
    fn a_long_article_stays_under_a_kilobyte() {
        let text: String = (0..2_000).map(|n| format!("wording{} ", n * n % 997)).collect();
        let bytes = of("Bridge closes after flood in Harbortown", &text).to_bytes();
        assert!(bytes.len() < 1_200, "{}", bytes.len());
        let short = of("Bridge closes after flood", "The only bridge of Harbortown closed on Monday.").to_bytes();
        assert!(short.len() < 250, "{}", short.len());
    }

    #[test]
    fn another_version_is_none() {
        let mut bytes = of("Bridge closes", "").to_bytes();
        bytes[0] += 1;
        assert_eq!(Fingerprint::from_bytes(&bytes), None);
        assert_eq!(Fingerprint::from_bytes(&[]), None);
    }

    proptest! {
        #[test]
        fn bytes_come_back_as_they_were(title in "\\PC{0,80}", text in "\\PC{0,600}") {
            let print = of(&title, &text);
            prop_assert_eq!(Fingerprint::from_bytes(&print.to_bytes()), Some(print));
        }

        #[test]
        fn any_bytes_are_read_without_harm(mut bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            bytes.insert(0, VERSION);
            let _ = Fingerprint::from_bytes(&bytes);
        }
    }
}
