//! A map in many small tables: one large table that grows moves everything at once, and whichever article comes then
//! waits for it (18 ms at a window of 60,000).

use std::collections::HashMap;

use super::postings::MixBuilder;

const SHARDS: usize = 64;

/// A key that is a hash already.
pub(super) trait Hashed: Copy + Eq + std::hash::Hash {
    fn shard(self) -> usize;
}

impl Hashed for u32 {
    fn shard(self) -> usize {
        (self >> 26) as usize
    }
}

impl Hashed for u64 {
    fn shard(self) -> usize {
        (self >> 58) as usize
    }
}

#[derive(Debug)]
pub(super) struct Shards<K> {
    tables: [HashMap<K, u32, MixBuilder>; SHARDS],
}

impl<K> Default for Shards<K> {
    fn default() -> Self {
        Self { tables: std::array::from_fn(|_| HashMap::default()) }
    }
}

impl<K: Hashed> Shards<K> {
    pub(super) fn get(&self, key: K) -> Option<u32> {
        self.tables[key.shard()].get(&key).copied()
    }

    pub(super) fn insert(&mut self, key: K, value: u32) {
        self.tables[key.shard()].insert(key, value);
    }

    pub(super) fn remove(&mut self, key: K) {
        self.tables[key.shard()].remove(&key);
    }

    /// About how many bytes it takes.
    pub(super) fn memory(&self) -> usize {
        self.tables.iter().map(|table| table.capacity() * 8 / 7 * (size_of::<(K, u32)>() + 1)).sum()
    }
}
