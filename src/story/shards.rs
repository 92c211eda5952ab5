//! A map from hashes to numbers, in many small tables: one large table that grows moves everything at once, and whichever
//! article comes then waits for it (18 ms at a window of 60,000).
//!
//! There are thirty entries for each article of the window, so that room counts: a table is nine tenths full before it
//! grows, by a fifth. A table that doubles is half empty for half of its life.

const SHARDS: usize = 64;

/// A key that is a hash already.
pub(super) trait Hashed: Copy + Eq + Ord + Default {
    /// The upper bits, which choose a table.
    fn shard(self) -> usize;
    /// The 32 bits behind them, which choose a place in it.
    fn place(self) -> u32;
}

impl Hashed for u32 {
    fn shard(self) -> usize {
        (self >> 26) as usize
    }

    fn place(self) -> u32 {
        self << 6
    }
}

impl Hashed for u64 {
    fn shard(self) -> usize {
        (self >> 58) as usize
    }

    fn place(self) -> u32 {
        (self << 6 >> 32) as u32
    }
}

#[derive(Debug)]
pub(super) struct Shards<K> {
    tables: [Table<K>; SHARDS],
}

impl<K: Hashed> Default for Shards<K> {
    fn default() -> Self {
        Self { tables: std::array::from_fn(|_| Table { slots: Vec::new(), asked_for: 0, used: 0 }) }
    }
}

impl<K: Hashed> Shards<K> {
    pub(super) fn get(&self, key: K) -> Option<u32> {
        let table = &self.tables[key.shard()];
        table.find(key).ok().map(|at| table.slots[at].1)
    }

    /// `value` is not [`u32::MAX`].
    pub(super) fn insert(&mut self, key: K, value: u32) {
        self.tables[key.shard()].insert(key, value);
    }

    pub(super) fn remove(&mut self, key: K) {
        self.tables[key.shard()].remove(key);
    }

    /// About how many bytes it takes.
    pub(super) fn memory(&self) -> usize {
        self.tables.iter().map(|table| table.slots.capacity() * size_of::<(K, u32)>()).sum()
    }
}

/// Sorted by key, with gaps: each entry lies at the slot that its key asks for, or a few behind it (linear probing in
/// order, so that a search that fails ends early).
#[derive(Debug)]
struct Table<K> {
    slots: Vec<(K, u32)>,
    /// Slots that keys ask for; behind them is room for what the last ones had none for.
    asked_for: usize,
    used: usize,
}

/// What stands where nothing does.
const GAP: u32 = u32::MAX;
const BEHIND: usize = 16;

impl<K: Hashed> Table<K> {
    /// Where `key` is, or where it belongs: a gap, the first entry with a higher key, or the end.
    fn find(&self, key: K) -> Result<usize, usize> {
        let mut at = self.first(key);
        while let Some((known, value)) = self.slots.get(at) {
            if *value == GAP || *known > key {
                return Err(at);
            }
            if *known == key {
                return Ok(at);
            }
            at += 1;
        }
        Err(at)
    }

    /// The slot that a key asks for: all of them are spread evenly.
    fn first(&self, key: K) -> usize {
        ((u64::from(key.place()) * self.asked_for as u64) >> 32) as usize
    }

    fn insert(&mut self, key: K, value: u32) {
        let at = match self.find(key) {
            Ok(at) => {
                self.slots[at].1 = value;
                return;
            }
            Err(_) if self.used * 10 >= self.asked_for * 9 => {
                self.resize(self.used + self.used / 5 + BEHIND);
                self.find(key).unwrap_or_else(|at| at)
            }
            Err(at) => at,
        };
        let gap = (at..self.slots.len()).find(|at| self.slots[*at].1 == GAP).unwrap_or(self.slots.len());
        if gap == self.slots.len() {
            self.slots.resize(gap + BEHIND, (K::default(), GAP));
        }
        self.slots.copy_within(at..gap, at + 1);
        self.slots[at] = (key, value);
        self.used += 1;
    }

    fn remove(&mut self, key: K) {
        let Ok(at) = self.find(key) else { return };
        // What stands behind the slot that it asks for moves up.
        let behind = self.slots[at + 1..].iter().zip(at + 1..);
        let moved = behind.take_while(|((key, value), at)| *value != GAP && self.first(*key) < *at).count();
        self.slots.copy_within(at + 1..at + 1 + moved, at);
        self.slots[at + moved] = (K::default(), GAP);
        self.used -= 1;
        if self.used * 3 + 8 * BEHIND < self.asked_for {
            self.resize(self.used + self.used / 5 + BEHIND);
        }
    }

    /// Room for so many entries.
    fn resize(&mut self, entries: usize) {
        let asked_for = entries * 10 / 9;
        let slots = vec![(K::default(), GAP); asked_for + BEHIND];
        let old = std::mem::replace(self, Table { slots, asked_for, used: 0 });
        let mut at = 0;
        for (key, value) in old.slots.into_iter().filter(|(_, value)| *value != GAP) {
            at = at.max(self.first(key));
            if at == self.slots.len() {
                self.slots.resize(at + BEHIND, (K::default(), GAP));
            }
            self.slots[at] = (key, value);
            (at, self.used) = (at + 1, self.used + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Against a plain map: keys that crowd one place, and keys that spread.
    fn check<K: Hashed + std::fmt::Debug>(steps: Vec<(bool, K)>) -> Result<(), TestCaseError> {
        let (mut shards, mut map) = (Shards::default(), BTreeMap::new());
        for (value, (adds, key)) in steps.iter().copied().enumerate() {
            if adds {
                shards.insert(key, value as u32);
                map.insert(key, value as u32);
            } else {
                shards.remove(key);
                map.remove(&key);
            }
        }
        for (_, key) in steps {
            prop_assert_eq!(shards.get(key), map.get(&key).copied(), "{:?}", key);
        }
        let used: usize = shards.tables.iter().map(|table| table.used).sum();
        prop_assert_eq!(used, map.len());
        let room: usize = shards.tables.iter().map(|table| table.slots.len()).sum();
        prop_assert!(room <= map.len() * 4 + SHARDS * 12 * BEHIND, "{} slots for {}", room, map.len());
        Ok(())
    }

    proptest! {
        #[test]
        fn what_was_put_in_and_not_taken_out_is_there(
            near in vec((prop::bool::weighted(0.7), 0..400u32), 0..600),
            wide in vec((prop::bool::weighted(0.7), any::<u64>().prop_map(|bits| bits & 0xfff0_0000_0000_000f)), 0..3_000),
            ends in vec((prop::bool::weighted(0.6), (0..60u32).prop_map(|low| u32::MAX - low)), 0..200),
        ) {
            check(near)?;
            check(wide)?;
            check(ends)?;
        }
    }
}
