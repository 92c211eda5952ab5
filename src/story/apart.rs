//! The sets (stories, or sets of copies) that the operator has said are not one. `index` asks before it makes one of
//! two.
//!
//! Named by what the sets are called now: when one is merged into another, so is what is known of it, and it outlives
//! the articles that were named to the operator. That equals what a start reads of the store, where the pairs are of
//! articles.

use std::collections::BTreeSet;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Apart {
    /// The smaller number first.
    pairs: BTreeSet<(i64, i64)>,
}

impl Apart {
    pub(super) fn keep(&mut self, one: i64, other: i64) {
        if one != other {
            self.pairs.insert(ordered(one, other));
        }
    }

    pub(super) fn has(&self, one: i64, other: i64) -> bool {
        self.pairs.contains(&ordered(one, other))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// `from` is called `to` from now on. Gives what was known before, if that changes anything.
    pub(super) fn rename(&mut self, from: i64, to: i64) -> Option<Self> {
        if !self.pairs.iter().any(|(one, other)| *one == from || *other == from) {
            return None;
        }
        let before = std::mem::take(self);
        let called = |id: i64| if id == from { to } else { id };
        for (one, other) in &before.pairs {
            self.keep(called(*one), called(*other));
        }
        Some(before)
    }
}

fn ordered(one: i64, other: i64) -> (i64, i64) {
    (one.min(other), one.max(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_of_a_set_follows_it_into_another() {
        let mut apart = Apart::default();
        apart.keep(7, 3);
        apart.keep(7, 9);
        assert!(apart.has(3, 7) && apart.has(9, 7) && !apart.has(3, 9));
        let before = apart.rename(9, 2).expect("9 is known");
        assert!(apart.has(2, 7) && !apart.has(9, 7) && before.has(9, 7));
        assert_eq!(apart.rename(100, 1), None);
    }
}
