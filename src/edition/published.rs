//! An edition with its documents, each rendered once, when first asked for.

use std::sync::{Arc, OnceLock};

use tokio::sync::OnceCell;

use crate::{
    digest::digest,
    model::{Edition, EditionEntry, RenderedFeed, UnixSeconds},
    render::{self, Addresses, Format},
    serve::{Document, Feed},
};

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
}

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
        let (documents, said) = Default::default();
        Self { edition, last_modified_at, max_age, changes, shortened: 0, left_out: 0, stem, documents, said }
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
        let rendered = cell.get_or_init(|| async {
            let (published, base) = (self.clone(), base.map(str::to_owned));
            let rendering = tokio::task::spawn_blocking(move || published.render(format, base.as_deref()));
            let nothing = || RenderedFeed { media_type: format.media_type(), body: Vec::new() };
            Arc::new(Document::new(rendering.await.unwrap_or_else(|_| nothing())))
        });
        Feed {
            document: rendered.await.clone(),
            last_modified_at: self.last_modified_at,
            max_age: self.max_age,
            links: self.links(format, base),
            is_private: false,
            delta: None,
        }
    }

    /// Where it is and who tells of its changes (WebSub §4): what its document says as well.
    fn links(&self, format: Format, base: Option<&str>) -> Vec<(String, &'static str)> {
        let addresses = Addresses { base, stem: &self.stem };
        let own = addresses.own(&self.edition, format).map(|address| (address, "self"));
        own.into_iter().chain(self.edition.hub.clone().map(|hub| (hub, "hub"))).collect()
    }

    fn render(&self, format: Format, base: Option<&str>) -> RenderedFeed {
        let addresses = Addresses { base, stem: &self.stem };
        render::feed(format, &self.edition, &addresses)
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
