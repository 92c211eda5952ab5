//! An edition with its documents, each rendered once, when first asked for.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, OnceLock},
};

use tokio::sync::OnceCell;

use super::past::Earlier;
use crate::{
    digest::digest,
    model::{Edition, EditionEntry, RenderedFeed, UnixSeconds},
    render::{self, Addresses, Format},
    serve::{Document, Feed},
};

/// What changed since so many earlier editions is kept rendered: askers come from the last few.
const DELTAS_KEPT: usize = 8;

/// An edition with its documents, each rendered and encoded when first asked for.
#[derive(Debug)]
pub struct Published {
    pub edition: Edition,
    pub last_modified_at: UnixSeconds,
    /// For how long it stands, in seconds: `edition_interval`.
    pub max_age: u64,
    /// The count of changes that it shows.
    pub changes: u64,
    /// What its documents have no room for: texts that are summaries, and entries.
    pub shortened: usize,
    pub left_out: usize,
    pub(super) stem: String,
    documents: [OnceCell<Arc<Document>>; 3],
    said: OnceLock<Vec<Said>>,
    /// By format and the tag of the earlier document, the one that was first asked for last first.
    deltas: Mutex<VecDeque<(Format, String, Rendered)>>,
}

type Rendered = Arc<OnceCell<Arc<Document>>>;

/// An entry's id, and everything that is said of it, each as a number.
pub(super) type Said = (u64, u64);

impl Published {
    pub(super) fn new(
        edition: Edition,
        last_modified_at: UnixSeconds,
        max_age: u64,
        stem: String,
        changes: u64,
    ) -> Self {
        let (documents, said, deltas) = Default::default();
        Self { edition, last_modified_at, max_age, changes, shortened: 0, left_out: 0, stem, documents, said, deltas }
    }

    /// What it says, entry by entry, to be held against other editions. Made once: it goes through every text.
    pub(super) fn said(&self) -> &[Said] {
        let of = |entry: &Arc<EditionEntry>| (digest(entry.id.as_bytes()), digest(format!("{entry:?}").as_bytes()));
        self.said.get_or_init(|| self.edition.entries.iter().map(of).collect())
    }

    pub(super) fn etags(&self) -> [Option<String>; 3] {
        std::array::from_fn(|format| self.documents[format].get().map(|document| document.etag.clone()))
    }

    /// One format of this edition, rendered once. `base` is the configured `base_url`.
    pub async fn feed(self: &Arc<Self>, format: Format, base: Option<&str>) -> Feed {
        let cell = &self.documents[format as usize];
        Feed {
            document: cell.get_or_init(|| self.document(format, base, None)).await.clone(),
            last_modified_at: self.last_modified_at,
            max_age: self.max_age,
            links: self.links(format, base),
            is_private: false,
            delta: None,
        }
    }

    /// What one format has that an earlier edition, whose document had the tag, did not say: rendered once for all who
    /// have that one.
    pub(super) async fn delta(
        self: &Arc<Self>,
        format: Format,
        base: Option<&str>,
        earlier: Arc<Earlier>,
        tag: &str,
    ) -> Arc<Document> {
        let cell = self.delta_cell(format, tag);
        cell.get_or_init(|| self.document(format, base, Some(earlier))).await.clone()
    }

    fn delta_cell(&self, format: Format, tag: &str) -> Rendered {
        let mut deltas = self.deltas.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some((.., cell)) = deltas.iter().find(|(of, earlier, _)| *of == format && earlier == tag) {
            return cell.clone();
        }
        deltas.truncate(DELTAS_KEPT - 1);
        let cell = Rendered::default();
        deltas.push_front((format, tag.to_owned(), cell.clone()));
        cell
    }

    async fn document(
        self: &Arc<Self>,
        format: Format,
        base: Option<&str>,
        since: Option<Arc<Earlier>>,
    ) -> Arc<Document> {
        let (published, base) = (self.clone(), base.map(str::to_owned));
        let rendering =
            tokio::task::spawn_blocking(move || published.render(format, base.as_deref(), since.as_deref()));
        let nothing = || RenderedFeed { media_type: format.media_type(), body: Vec::new() };
        Arc::new(Document::new(rendering.await.unwrap_or_else(|_| nothing())))
    }

    /// The edition with only what is new or changed since an earlier one.
    pub(super) fn since(&self, earlier: &Earlier) -> Edition {
        let entries = self.edition.entries.iter().zip(self.said()).filter(|(_, said)| !earlier.had(said));
        Edition { entries: entries.map(|(entry, _)| entry.clone()).collect(), ..self.edition.clone() }
    }

    /// Where it is and who tells of its changes (WebSub §4): what its document says as well.
    fn links(&self, format: Format, base: Option<&str>) -> Vec<(String, &'static str)> {
        let addresses = Addresses { base, stem: &self.stem };
        let own = addresses.own(&self.edition, format).map(|address| (address, "self"));
        own.into_iter().chain(self.edition.hub.clone().map(|hub| (hub, "hub"))).collect()
    }

    fn render(&self, format: Format, base: Option<&str>, since: Option<&Earlier>) -> RenderedFeed {
        let addresses = Addresses { base, stem: &self.stem };
        let delta = since.map(|earlier| self.since(earlier));
        render::feed(format, delta.as_ref().unwrap_or(&self.edition), &addresses)
    }
}

/// Whether an edition is too young for another. One that a clock made which ran ahead is not: it would stand until then.
pub(super) fn is_young(made_at: UnixSeconds, interval: UnixSeconds, now: UnixSeconds) -> bool {
    (made_at..made_at.saturating_add(interval)).contains(&now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edition_stands_for_its_interval_and_not_until_a_wrong_clock_is_caught_up_with() {
        for (made_at, now, expected) in
            [(1_000, 1_000, true), (1_000, 1_059, true), (1_000, 1_060, false), (9_000, 1_000, false)]
        {
            assert_eq!(is_young(made_at, 60, now), expected, "{made_at} {now}");
        }
        assert!(!is_young(1_000, 0, 1_000));
    }
}
