//! Which feed is due when: at most one time for each, the earliest first. `daemon` keeps one; what is due is its own to say.
//!
//! Every step costs the logarithm of how many feeds there are: a pass over 100,000 takes each of them out by its number.

use std::collections::{BTreeSet, HashMap};

use crate::model::{FeedId, UnixSeconds};

#[derive(Debug, Default)]
pub(super) struct Plan {
    by_time: BTreeSet<(UnixSeconds, FeedId)>,
    times: HashMap<FeedId, UnixSeconds>,
}

impl Plan {
    /// `feed` is due at `at`, and at no other time.
    pub(super) fn put(&mut self, feed: FeedId, at: UnixSeconds) {
        self.remove(feed);
        self.by_time.insert((at, feed));
        self.times.insert(feed, at);
    }

    pub(super) fn remove(&mut self, feed: FeedId) {
        if let Some(at) = self.times.remove(&feed) {
            self.by_time.remove(&(at, feed));
        }
    }

    pub(super) fn first(&self) -> Option<(UnixSeconds, FeedId)> {
        self.by_time.first().copied()
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_due_at_one_time_and_the_earliest_comes_first() {
        let mut plan = Plan::default();
        for (feed, at) in [(1, 50), (2, 30), (3, 40), (2, 60)] {
            plan.put(feed, at);
        }
        assert_eq!(plan.first(), Some((40, 3)));
        plan.remove(3);
        plan.remove(3);
        assert_eq!(plan.first(), Some((50, 1)));
        plan.remove(1);
        assert_eq!(plan.first(), Some((60, 2)));
        plan.remove(2);
        assert_eq!(plan.first(), None);
    }
}
