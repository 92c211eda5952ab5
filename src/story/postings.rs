//! Which articles carry an exact mark: a link, an id, a headline, a run of text, a place in a copy set.
//!
//! Most keys have one article, which stands in the map itself. Several form a ring from the oldest to the newest, with
//! the newest in the map: adding the newest and dropping the oldest cost the same however long the ring is.

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
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

/// A number spread over all bits, since numbers in a row differ in the lowest only; no two give the same.
pub(super) fn spread(id: i64) -> u64 {
    (id as u64).wrapping_mul(SPREAD)
}

#[derive(Debug, Default)]
pub(super) struct Postings {
    /// By key: an article, or a ring's newest node with [`RING`] set.
    newest: Shards<u32>,
    nodes: Vec<Node>,
    free: Vec<u32>,
}

/// Articles are numbered below it: a window would take in 2^31 of them first.
const RING: u32 = 1 << 31;

#[derive(Debug, Clone, Copy)]
struct Node {
    row: u32,
    /// The next newer; the newest points to the oldest.
    next: u32,
}

/// What stands in the map.
enum Posting {
    One(u32),
    Ring { newest: u32 },
}

fn posting(value: u32) -> Posting {
    if value & RING == 0 { Posting::One(value) } else { Posting::Ring { newest: value & !RING } }
}

impl Postings {
    pub(super) fn add(&mut self, mark: Mark, row: u32) {
        let key = mark.key();
        let newest = match self.newest.get(key).map(posting) {
            None => {
                self.newest.insert(key, row);
                return;
            }
            Some(Posting::One(only)) => {
                let node = self.node(only);
                self.nodes[node as usize].next = node;
                node
            }
            Some(Posting::Ring { newest }) => newest,
        };
        let node = self.node(row);
        self.nodes[node as usize].next = std::mem::replace(&mut self.nodes[newest as usize].next, node);
        self.newest.insert(key, RING | node);
    }

    /// A node in no ring yet.
    fn node(&mut self, row: u32) -> u32 {
        let node = Node { row, next: 0 };
        match self.free.pop() {
            Some(at) => {
                self.nodes[at as usize] = node;
                at
            }
            None => {
                self.nodes.push(node);
                self.nodes.len() as u32 - 1
            }
        }
    }

    /// Fast for the oldest of a key, a walk for any other.
    pub(super) fn remove(&mut self, mark: Mark, row: u32) {
        let key = mark.key();
        let newest = match self.newest.get(key).map(posting) {
            None => return,
            Some(Posting::One(only)) => {
                if only == row {
                    self.newest.remove(key);
                }
                return;
            }
            Some(Posting::Ring { newest }) => newest,
        };
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
        let next = self.nodes[at as usize].next;
        self.nodes[before as usize].next = next;
        self.free.push(at);
        if next == before {
            self.free.push(before);
            self.newest.insert(key, self.nodes[before as usize].row);
        } else if at == newest {
            self.newest.insert(key, RING | before);
        }
    }

    /// The articles with `mark`, the first that got it first.
    pub(super) fn rows(&self, mark: Mark) -> impl Iterator<Item = u32> + '_ {
        let (only, newest) = match self.newest.get(mark.key()).map(posting) {
            None => (None, None),
            Some(Posting::One(only)) => (Some(only), None),
            Some(Posting::Ring { newest }) => (None, Some(newest)),
        };
        let mut next = newest.map(|newest| self.nodes[newest as usize].next);
        let ring = std::iter::from_fn(move || {
            let at = next?;
            let node = self.nodes[at as usize];
            next = (Some(at) != newest).then_some(node.next);
            Some(node.row)
        });
        only.into_iter().chain(ring)
    }

    pub(super) fn memory(&self) -> usize {
        self.newest.memory() + self.nodes.capacity() * size_of::<Node>() + self.free.capacity() * 4
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        /// Against plain lists: whether a mark has none, one or many, and whoever leaves first.
        #[test]
        fn a_mark_has_the_articles_that_were_added_and_not_removed(steps in vec((any::<bool>(), 0..3u32, 0..6u32), 1..60)) {
            let (mut postings, mut lists) = (Postings::default(), [const { Vec::new() }; 3]);
            for (adds, mark, row) in steps {
                let list: &mut Vec<u32> = &mut lists[mark as usize];
                match list.iter().position(|known| *known == row) {
                    None if adds => {
                        postings.add(Mark::Run(mark), row);
                        list.push(row);
                    }
                    found if !adds => {
                        postings.remove(Mark::Run(mark), row);
                        found.map(|at| list.remove(at));
                    }
                    _ => {}
                }
                for (mark, list) in lists.iter().enumerate() {
                    prop_assert_eq!(&postings.rows(Mark::Run(mark as u32)).collect::<Vec<_>>(), list);
                }
            }
            let nodes: usize = lists.iter().map(Vec::len).filter(|rows| *rows > 1).sum();
            prop_assert_eq!(postings.nodes.len() - postings.free.len(), nodes, "one article alone needs no node");
        }
    }
}
