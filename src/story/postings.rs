//! Which articles carry an exact mark: a link, an id, a headline, a run of text, a place in a copy set.
//!
//! A key's articles form a ring from the oldest to the newest, with the newest in the map: adding the newest and
//! dropping the oldest cost the same however long the ring is.

use std::hash::{BuildHasherDefault, Hasher};

use super::shards::Shards;
use crate::model::ArticleId;

/// A mark, by kind; hashes come from the fingerprint. Two marks may share a posting: who reads one compares again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Link(u32),
    Origin(u32),
    Title(u32),
    Run(u32),
    /// The copy set that an article leads.
    Set(ArticleId),
}

impl Mark {
    fn key(self) -> u32 {
        let (value, kind) = match self {
            Mark::Link(hash) => (u64::from(hash), 1),
            Mark::Origin(hash) => (u64::from(hash), 2),
            Mark::Title(hash) => (u64::from(hash), 3),
            Mark::Run(hash) => (u64::from(hash), 4),
            Mark::Set(id) => (id as u64, 5),
        };
        let mixed = (value ^ kind << 56).wrapping_mul(SPREAD);
        (mixed >> 32) as u32
    }
}

/// An odd number with evenly spread bits (2^64 divided by the golden ratio).
pub(super) const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

#[derive(Debug, Default)]
pub(super) struct Postings {
    newest: Shards<u32>,
    nodes: Vec<Node>,
    free: Vec<u32>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    row: u32,
    /// The next newer; the newest points to the oldest.
    next: u32,
}

impl Postings {
    pub(super) fn add(&mut self, mark: Mark, row: u32) {
        let key = mark.key();
        let node = self.free.pop().unwrap_or(self.nodes.len() as u32);
        let next = match self.newest.insert(key, node) {
            Some(newest) => std::mem::replace(&mut self.nodes[newest as usize].next, node),
            None => node,
        };
        let filled = Node { row, next };
        if node as usize == self.nodes.len() { self.nodes.push(filled) } else { self.nodes[node as usize] = filled }
    }

    /// Fast for the oldest of a key, a walk for any other.
    pub(super) fn remove(&mut self, mark: Mark, row: u32) {
        let key = mark.key();
        let Some(newest) = self.newest.get(key) else { return };
        let mut before = newest;
        loop {
            let at = self.nodes[before as usize].next;
            if self.nodes[at as usize].row == row {
                self.unlink(key, newest, before, at);
                return;
            }
            if at == newest {
                return;
            }
            before = at;
        }
    }

    fn unlink(&mut self, key: u32, newest: u32, before: u32, at: u32) {
        if before == at {
            self.newest.remove(key);
        } else {
            self.nodes[before as usize].next = self.nodes[at as usize].next;
            if at == newest {
                self.newest.insert(key, before);
            }
        }
        self.free.push(at);
    }

    /// The articles with `mark`, the first that got it first.
    pub(super) fn rows(&self, mark: Mark) -> impl Iterator<Item = u32> + '_ {
        let newest = self.newest.get(mark.key());
        let mut next = newest.map(|newest| self.nodes[newest as usize].next);
        std::iter::from_fn(move || {
            let at = next?;
            let node = self.nodes[at as usize];
            next = (Some(at) != newest).then_some(node.next);
            Some(node.row)
        })
    }

    pub(super) fn memory(&self) -> usize {
        self.newest.memory() + self.nodes.capacity() * size_of::<Node>() + self.free.capacity() * 4
    }
}

pub(super) type MixBuilder = BuildHasherDefault<Mix>;

/// Keys are hashes already; this only spreads them over the table's high bits.
#[derive(Debug, Default)]
pub(super) struct Mix(u64);

impl Hasher for Mix {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0.rotate_left(8) ^ u64::from(*byte)).wrapping_mul(SPREAD);
        }
    }

    fn write_u32(&mut self, key: u32) {
        self.write_u64(u64::from(key));
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key.wrapping_mul(SPREAD).rotate_left(32);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
