//! A list of ascending numbers, kept as the gaps between them: a word's articles take a byte or two each.
//!
//! A gap is written in groups of 7 bits, the lowest first; every group but the first has the high bit set, so that the
//! bytes can be read from both ends. It grows at the new end and is left at the old one; a number in between costs a pass.

use smallvec::SmallVec;

#[derive(Debug, Clone, Default)]
pub(super) struct Gaps {
    /// From `start` on.
    bytes: SmallVec<[u8; 16]>,
    start: u32,
    len: u32,
    oldest: u32,
    newest: u32,
}

const GROUP: u32 = 7;
const FOLLOWS: u8 = 0x80;
/// Groups of the widest gap.
const WIDEST: usize = 5;

impl Gaps {
    /// `number` is higher than any before.
    pub(super) fn push(&mut self, number: u32) {
        if self.len == 0 {
            self.oldest = number;
        } else {
            self.append(number - self.newest);
        }
        self.newest = number;
        self.len += 1;
    }

    fn append(&mut self, gap: u32) {
        let (mut groups, mut count, mut rest) = ([0; WIDEST], 1, gap >> GROUP);
        groups[0] = gap as u8 & !FOLLOWS;
        while rest > 0 {
            groups[count] = rest as u8 | FOLLOWS;
            (count, rest) = (count + 1, rest >> GROUP);
        }
        // Doubling would leave a third of it empty in the end.
        if self.bytes.spilled() && self.bytes.capacity() - self.bytes.len() < count {
            self.bytes.reserve_exact(self.bytes.len() / 3 + WIDEST);
        }
        self.bytes.extend_from_slice(&groups[..count]);
    }

    pub(super) fn remove(&mut self, number: u32) {
        if self.len == 1 && self.oldest == number {
            *self = Self::default();
        } else if self.len > 1 && self.oldest == number {
            self.drop_oldest();
        } else if self.len > 1 && self.newest == number {
            let (gap, end) = last_gap(&self.bytes);
            self.bytes.truncate(end);
            self.newest -= gap;
            self.len -= 1;
        } else {
            let mut numbers: Vec<u32> = self.newest_first().filter(|known| *known != number).collect();
            numbers.reverse();
            *self = Self::default();
            numbers.into_iter().for_each(|number| self.push(number));
        }
    }

    fn drop_oldest(&mut self) {
        let bytes = &self.bytes[self.start as usize..];
        let width = 1 + bytes[1..].iter().take_while(|byte| **byte & FOLLOWS != 0).count();
        self.oldest += last_gap(&bytes[..width]).0;
        self.start += width as u32;
        self.len -= 1;
        if self.start as usize * 2 > self.bytes.len() {
            self.bytes.drain(..self.start as usize);
            self.start = 0;
            if self.bytes.capacity() > 4 * (self.bytes.len() + 1) {
                self.bytes.shrink_to_fit();
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len as usize
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = u32> + '_ {
        let (mut bytes, mut next) = (&self.bytes[self.start as usize..], (self.len > 0).then_some(self.newest));
        std::iter::from_fn(move || {
            let number = next?;
            next = (!bytes.is_empty()).then(|| {
                let (gap, end) = last_gap(bytes);
                bytes = &bytes[..end];
                number - gap
            });
            Some(number)
        })
    }

    pub(super) fn memory(&self) -> usize {
        if self.bytes.spilled() { self.bytes.capacity() } else { 0 }
    }
}

/// The last gap of bytes that hold one at least, and where it begins.
fn last_gap(bytes: &[u8]) -> (u32, usize) {
    let (mut gap, mut at) = (0, bytes.len());
    loop {
        at -= 1;
        gap = gap << GROUP | u32::from(bytes[at] & !FOLLOWS);
        if bytes[at] & FOLLOWS == 0 {
            return (gap, at);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        /// Against a plain list: whoever leaves, and whatever lies between two numbers.
        #[test]
        fn what_was_added_and_not_removed_is_there(steps in vec((any::<bool>(), 0..5u32, 0..28u32, any::<u32>()), 1..80)) {
            let (mut gaps, mut list, mut next) = (Gaps::default(), Vec::new(), 0u32);
            for (adds, whom, magnitude, distance) in steps {
                if adds || list.is_empty() {
                    next = next.saturating_add(1 + distance % (1 << magnitude));
                    if list.last() == Some(&next) {
                        continue;
                    }
                    gaps.push(next);
                    list.push(next);
                } else {
                    let at = match whom {
                        0 | 1 => 0,
                        2 => list.len() - 1,
                        _ => distance as usize % list.len(),
                    };
                    gaps.remove(list.remove(at));
                }
                prop_assert_eq!(gaps.newest_first().collect::<Vec<_>>(), list.iter().rev().copied().collect::<Vec<_>>());
                prop_assert_eq!(gaps.len(), list.len());
            }
        }
    }
}
