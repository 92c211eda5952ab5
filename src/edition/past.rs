//! Earlier editions, as far as needed to tell what changed since: how `A-IM: feed` (RFC 3229) is answered.
//!
//! Kept in memory only, a few bytes an entry: after a restart an asker gets the whole document, as the RFC allows.

use std::{
    collections::{HashMap, VecDeque},
    sync::Mutex,
};

use crate::{
    digest::digest,
    model::{Edition, EditionEntry},
    render::{Format, etag},
};

/// Editions of one output that are remembered: half an hour at one a minute.
const EDITIONS: usize = 32;

/// What is remembered of one output.
#[derive(Debug, Default)]
pub(super) struct Past(Mutex<VecDeque<Remembered>>);

#[derive(Debug)]
struct Remembered {
    /// Of its documents, in the order of the formats; empty where nobody asked for one.
    etags: [Option<String>; 3],
    /// What each entry said, by its id.
    entries: HashMap<u64, u64>,
}

impl Past {
    pub(super) fn remember(&self, edition: &Edition, etags: [Option<String>; 3]) {
        if etags.iter().all(Option::is_none) {
            return; // nobody can name it
        }
        let entries = edition.entries.iter().map(|entry| (digest(entry.id.as_bytes()), said(entry))).collect();
        let mut past = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        past.push_front(Remembered { etags, entries });
        past.truncate(EDITIONS);
    }

    /// The edition with only what is new or changed since one that the asker has, and that one's tag.
    pub(super) fn since(&self, if_none_match: &str, format: Format, edition: &Edition) -> Option<(Edition, String)> {
        let past = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_named = |tag: &String| etag::editions(if_none_match).any(|named| named == etag::edition_of(tag));
        let (known, base) = past.iter().find_map(|one| {
            let tag = one.etags[format as usize].as_ref().filter(|tag| is_named(tag))?;
            Some((&one.entries, tag.clone()))
        })?;
        let is_known = |entry: &&EditionEntry| known.get(&digest(entry.id.as_bytes())) == Some(&said(entry));
        let entries = edition.entries.iter().filter(|entry| !is_known(entry)).cloned().collect();
        Some((Edition { entries, ..edition.clone() }, base))
    }
}

/// Everything that is said of an entry, as a number.
fn said(entry: &EditionEntry) -> u64 {
    digest(format!("{entry:?}").as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_since_an_edition_is_new_or_says_something_else() {
        let entry = |id: &str, updated_at| EditionEntry { id: id.into(), updated_at, ..EditionEntry::default() };
        let edition = |entries: &[(&str, i64)]| Edition {
            entries: entries.iter().map(|(id, at)| entry(id, *at)).collect(),
            ..Edition::default()
        };
        let past = Past::default();
        past.remember(&edition(&[("b", 1), ("a", 1)]), [Some("\"one\"".into()), None, None]);
        past.remember(
            &edition(&[("c", 1), ("b", 1), ("a", 1)]),
            [Some("\"two\"".into()), None, Some("\"json\"".into())],
        );
        let now = edition(&[("d", 1), ("c", 1), ("b", 2)]);
        for (asked, format, expected) in [
            ("W/\"one-gz\"", Format::Atom, Some((vec!["d", "c", "b"], "\"one\""))),
            ("\"x\", \"two\"", Format::Atom, Some((vec!["d", "b"], "\"two\""))),
            ("\"json\"", Format::Json, Some((vec!["d", "b"], "\"json\""))),
            ("\"json\"", Format::Atom, None),
            ("\"unknown\"", Format::Atom, None),
        ] {
            let found = past.since(asked, format, &now);
            let found = found.as_ref().map(|(edition, base)| {
                (edition.entries.iter().map(|entry| entry.id.as_str()).collect::<Vec<_>>(), base.as_str())
            });
            assert_eq!(found, expected, "{asked}");
        }
    }
}
