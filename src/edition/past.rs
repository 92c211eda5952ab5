//! Earlier editions, as far as needed to tell what changed since: how `A-IM: feed` (RFC 3229) is answered.
//!
//! Kept in memory only, a few bytes an entry: after a restart an asker gets the whole document, as the RFC allows.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use super::published::{Published, Said};
use crate::render::{Format, etag};

/// Editions of one output that are remembered: half an hour at one a minute.
const EDITIONS: usize = 32;

/// What is remembered of one output.
#[derive(Debug, Default)]
pub(super) struct Past(Mutex<VecDeque<Arc<Earlier>>>);

/// An edition that stands no longer.
#[derive(Debug)]
pub(super) struct Earlier {
    /// Of its documents, in the order of the formats; empty where nobody asked for one.
    etags: [Option<String>; 3],
    /// What each entry said, by its id.
    entries: HashMap<u64, u64>,
}

impl Past {
    pub(super) fn remember(&self, published: &Published, etags: [Option<String>; 3]) {
        if etags.iter().all(Option::is_none) {
            return; // nobody can name it
        }
        let entries = published.said().iter().copied().collect();
        let mut past = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        past.push_front(Arc::new(Earlier { etags, entries }));
        past.truncate(EDITIONS);
    }

    /// The newest edition that the asker has, with the tag of its document.
    pub(super) fn named(&self, if_none_match: &str, format: Format) -> Option<(Arc<Earlier>, String)> {
        let past = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_named = |tag: &String| etag::editions(if_none_match).any(|named| named == etag::edition_of(tag));
        past.iter().find_map(|one| {
            let tag = one.etags[format as usize].as_ref().filter(|tag| is_named(tag))?;
            Some((one.clone(), tag.clone()))
        })
    }
}

impl Earlier {
    /// It had this entry, and said the same of it.
    pub(super) fn had(&self, (id, said): &Said) -> bool {
        self.entries.get(id) == Some(said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Edition, EditionEntry};

    #[test]
    fn what_changed_since_an_edition_is_new_or_says_something_else() {
        let entry = |id: &str, updated_at| EditionEntry { id: id.into(), updated_at, ..EditionEntry::default() };
        let published = |entries: &[(&str, i64)]| {
            let entries = entries.iter().map(|(id, at)| entry(id, *at).into()).collect();
            Published::new(Edition { entries, ..Edition::default() }, 0, 0, String::new(), 0)
        };
        let past = Past::default();
        past.remember(&published(&[("b", 1), ("a", 1)]), [Some("\"one\"".into()), None, None]);
        past.remember(
            &published(&[("c", 1), ("b", 1), ("a", 1)]),
            [Some("\"two\"".into()), None, Some("\"json\"".into())],
        );
        let now = published(&[("d", 1), ("c", 1), ("b", 2)]);
        for (asked, format, expected) in [
            ("W/\"one-gz\"", Format::Atom, Some((vec!["d", "c", "b"], "\"one\""))),
            ("\"x\", \"two\"", Format::Atom, Some((vec!["d", "b"], "\"two\""))),
            ("\"json\"", Format::Json, Some((vec!["d", "b"], "\"json\""))),
            ("\"json\"", Format::Atom, None),
            ("\"unknown\"", Format::Atom, None),
        ] {
            let found = past.named(asked, format).map(|(earlier, base)| (now.since(&earlier).entries, base));
            let found = found.as_ref().map(|(entries, base)| {
                (entries.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), base.as_str())
            });
            assert_eq!(found, expected, "{asked}");
        }
    }
}
