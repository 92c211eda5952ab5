//! The articles that are compared with each other, in the order in which they were settled.

use std::collections::VecDeque;

use super::fingerprint::Marks;
use super::lists::Lists;
use super::postings::{Mark, spread};
use super::shards::Shards;
use super::terms::Packed;
use crate::model::{ArticleId, FeedId, UnixSeconds};

/// The place of an article in settle order.
pub(super) type RowId = u32;

#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: ArticleId,
    pub(super) feed: FeedId,
    pub(super) published_at: UnixSeconds,
    pub(super) settled_at: UnixSeconds,
    pub(super) marks: Marks,
    pub(super) lists: Lists,
    /// Sorted by term.
    pub(super) words: Box<[Packed]>,
    /// Slot of its story; none while it is being decided.
    pub(super) story: Option<u32>,
    /// First settled article of its copy set: itself while it has no copies.
    pub(super) copy_set: ArticleId,
}

#[derive(Debug, Default)]
pub(super) struct Window {
    rows: VecDeque<Option<Row>>,
    /// By article.
    places: Shards<u64>,
    base: RowId,
    live: usize,
}

impl Row {
    /// What other articles find it by.
    pub(super) fn all_marks(&self) -> impl Iterator<Item = Mark> + '_ {
        self.marks.exact().chain(self.lists.keys().map(Mark::Run))
    }
}

impl Window {
    pub(super) fn next(&self) -> RowId {
        self.base + self.rows.len() as RowId
    }

    pub(super) fn push(&mut self, row: Row) {
        self.places.insert(spread(row.id), self.next());
        self.rows.push_back(Some(row));
        self.live += 1;
    }

    pub(super) fn row(&self, at: RowId) -> Option<&Row> {
        self.rows.get(at.checked_sub(self.base)? as usize)?.as_ref()
    }

    pub(super) fn row_mut(&mut self, at: RowId) -> Option<&mut Row> {
        self.rows.get_mut(at.checked_sub(self.base)? as usize)?.as_mut()
    }

    pub(super) fn remove(&mut self, at: RowId) -> Option<Row> {
        let row = self.rows.get_mut(at.checked_sub(self.base)? as usize)?.take()?;
        self.live -= 1;
        self.places.remove(spread(row.id));
        while let Some(None) = self.rows.front() {
            self.rows.pop_front();
            self.base += 1;
        }
        while let Some(None) = self.rows.back() {
            self.rows.pop_back();
        }
        Some(row)
    }

    pub(super) fn oldest(&self) -> Option<(RowId, &Row)> {
        Some((self.base, self.rows.front()?.as_ref()?))
    }

    pub(super) fn find(&self, id: ArticleId) -> Option<RowId> {
        self.places.get(spread(id))
    }

    pub(super) fn base(&self) -> RowId {
        self.base
    }

    pub(super) fn len(&self) -> usize {
        self.live
    }

    pub(super) fn memory(&self) -> usize {
        let texts = self.rows.iter().flatten().map(|row| row.lists.memory() + size_of_val(&*row.words));
        self.rows.capacity() * size_of::<Option<Row>>() + self.places.memory() + texts.sum::<usize>()
    }
}
