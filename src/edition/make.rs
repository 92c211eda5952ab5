//! Reads one output's entries from the store and chooses what its documents show. Blocks on the disk.

use std::{path::Path, sync::Arc, time::Duration};

use super::{ByName, Published};
use crate::{
    model::{AlsoReported, Article, Edition, EditionEntry, OutputConfig, Settings, Source, UnixSeconds},
    render::{self, plain},
    select::{self, Fitted},
    store::{ArchivePage, CopyRow, Credits, DigestRow, EntryRow, HeldPage, OutputState, Reader, StoreError},
};

/// For how long a withdrawn entry is told of, in seconds (RULES 3).
const TOMBSTONE_SECONDS: UnixSeconds = 30 * 86_400;
/// Digests in one document.
const DIGESTS: usize = 30;
/// An archive page changes only when something of it is withdrawn, in seconds.
const PAGE_MAX_AGE: u64 = 3_600;

/// What making one output's documents takes.
#[derive(Debug, Clone)]
pub(super) struct Maker {
    pub(super) settings: Arc<Settings>,
    pub(super) feeds: ByName,
    pub(super) config: OutputConfig,
    pub(super) instance: String,
    pub(super) now: UnixSeconds,
}

/// An archive page, or why there is none.
#[derive(Debug)]
pub enum Page {
    Missing,
    Expired,
    Held(Arc<Published>),
}

/// The other reports of what an entry stands for.
#[derive(Debug, Default)]
struct Others {
    also: Vec<AlsoReported>,
    reports: Vec<AlsoReported>,
    late: Vec<AlsoReported>,
    origin: Option<AlsoReported>,
}

impl Maker {
    /// The document that readers subscribe to; `changes` is what it stands for.
    pub(super) fn current(&self, store: &Path, changes: u64) -> Result<Published, StoreError> {
        let config = &self.config;
        let mut reader = Reader::open(store)?;
        let entered_at = reader.entered_at(&config.name, select::MOST_ENTRIES.max(config.limit))?;
        let found = reader.edition(&config.name, select::reach(&entered_at, config.limit))?;
        let Some((state, rows)) = found else {
            return Err(StoreError::Content(format!("output {} is not in the store", config.name)));
        };
        let withdrawn = reader.withdrawn(state.id, self.now - TOMBSTONE_SECONDS)?;
        let previous_page = reader.newest_page(state.id)?.filter(|_| config.digest.is_none());
        let Fitted { entries, shortened, left_out } = match config.digest {
            Some(_) => {
                let digests = reader.digests(state.id, config.limit.min(DIGESTS))?;
                let entries = digests.into_iter().map(|digest| self.digest(digest)).collect();
                Fitted { entries, ..Fitted::default() }
            }
            None => self.entries(rows, config.max_age),
        };
        let edition = Edition { withdrawn, previous_page, ..self.edition(&state, entries) };
        let interval = config.edition_interval.as_secs();
        let mut published = Published::new(edition, state.changed_at, interval, stem(&config.name), changes);
        (published.shortened, published.left_out) = (shortened, left_out);
        Ok(published)
    }

    pub(super) fn page(&self, store: &Path, page: u32, changes: u64) -> Result<Page, StoreError> {
        let found = Reader::open(store)?.archive_page(&self.config.name, page)?;
        let HeldPage { output, entries, previous, next } = match found {
            None | Some(ArchivePage::Missing) => return Ok(Page::Missing),
            Some(ArchivePage::Expired) => return Ok(Page::Expired),
            Some(ArchivePage::Held(held)) => *held,
        };
        let entries = self.entries(entries, None).entries; // a page shows all that it holds, for good
        let edition =
            Edition { page: Some(page), previous_page: previous, next_page: next, ..self.edition(&output, entries) };
        let changed_at = edition.updated_at;
        Ok(Page::Held(Arc::new(Published::new(edition, changed_at, PAGE_MAX_AGE, stem(&self.config.name), changes))))
    }

    fn entries(&self, rows: Vec<EntryRow>, max_age: Option<Duration>) -> Fitted {
        let entries = rows.into_iter().map(|row| self.entry(row)).collect();
        select::fit(select::young(entries, max_age), self.config.content)
    }

    fn edition(&self, state: &OutputState, entries: Vec<EditionEntry>) -> Edition {
        let server = &self.settings.server;
        Edition {
            output: self.config.name.clone(),
            title: title(&self.settings, &self.config),
            description: self.config.description.clone(),
            icon: self.config.icon.clone(),
            id: urn(state.published_id),
            instance: self.instance.clone(),
            // A hub would have to know the token.
            hub: server.hub.clone().filter(|_| self.config.token.is_none()),
            updated_at: entries.iter().map(|entry| entry.updated_at).max().unwrap_or(state.changed_at),
            content: self.config.content,
            entries: entries.into_iter().map(Arc::new).collect(),
            ..Edition::default()
        }
    }

    fn entry(&self, row: EntryRow) -> EditionEntry {
        let config = self.feeds.find(&row.feed);
        let is_private = config.is_some_and(|feed| feed.private);
        let others = self.others(&row);
        let published_at = row.article.published_at.unwrap_or_default();
        EditionEntry {
            id: urn(row.ledger.entry_id),
            article_id: row.ledger.article_id,
            story_id: row.story_id,
            story_published_id: row.story_published_id.map(urn),
            published_at,
            updated_at: row.article.updated_at.unwrap_or(published_at),
            entered_at: row.ledger.entered_at,
            source: source(&row, is_private),
            republish: config.and_then(|feed| feed.republish),
            groups: config.map(|feed| feed.groups.clone()).unwrap_or_default(),
            also_reported: others.also,
            other_reports: others.reports,
            late_copies: others.late,
            origin: others.origin,
            names_origin: row.ledger.names_origin,
            feed: row.feed,
            article: row.article,
        }
    }

    /// What was named when the entry entered stays named as it was.
    fn others(&self, row: &EntryRow) -> Others {
        let mut others = Others::default();
        for copy in row.copies.iter().filter(|copy| self.may_name(copy)) {
            let reported = |title: &str| AlsoReported {
                source: outlet(copy.link.as_deref(), &copy.credits),
                title: title.to_owned(),
                link: copy.link.clone(),
            };
            if row.ledger.origin == Some(copy.id) {
                others.origin = Some(reported(&copy.title));
            }
            if row.ledger.also.contains(&copy.id) {
                others.also.push(reported(&copy.title));
            } else if let Some((_, headline)) = row.ledger.reports.iter().find(|(id, _)| *id == copy.id) {
                others.reports.push(reported(headline));
            } else {
                others.late.push(reported(&copy.title));
            }
        }
        others
    }

    /// A private feed is named only where the output names it, what its publisher keeps out of public places nowhere
    /// public (RULES 4).
    fn may_name(&self, copy: &CopyRow) -> bool {
        let is_named = self.config.feeds.contains(&copy.feed);
        let is_private = self.feeds.is_private(&copy.feed);
        let is_public = !self.settings.server.listen.ip().is_loopback() && self.config.token.is_none();
        (is_named || !is_private) && !(copy.noindex && is_public)
    }

    /// One entry for a day: a list of its stories with who carries them.
    fn digest(&self, digest: DigestRow) -> EditionEntry {
        let stories: Vec<EditionEntry> = digest.stories.into_iter().map(|row| self.entry(row)).collect();
        let day = render::http_date(digest.starts_at);
        let title = format!("{}: {}", title(&self.settings, &self.config), day.get(..16).unwrap_or(&day));
        let lines: String = stories.iter().map(line).collect();
        EditionEntry {
            id: urn(digest.published_id),
            published_at: digest.made_at,
            updated_at: digest.made_at,
            entered_at: digest.made_at,
            source: Source {
                title: Some(self.settings.server.title.clone()),
                updated_at: Some(digest.made_at),
                ..Source::default()
            },
            article: Article {
                title,
                link: self.settings.server.base_url.clone(),
                content: Some(format!("<ol>{lines}</ol>")),
                ..Article::default()
            },
            ..EditionEntry::default()
        }
    }
}

/// `<li>` of one story: its headline, and who carries it.
fn line(story: &EditionEntry) -> String {
    let headline = plain::escaped(&story.article.title);
    let headline = match render::web(story.article.link.as_deref()) {
        Some(link) => format!("<a href=\"{}\">{headline}</a>", plain::escaped(&link)),
        None => headline,
    };
    let mut outlets = vec![plain::meant(story.source.title.as_deref().unwrap_or(&story.feed))];
    for copy in story.also_reported.iter().chain(&story.late_copies) {
        let outlet = plain::meant(&copy.source);
        if !outlets.contains(&outlet) {
            outlets.push(outlet);
        }
    }
    format!("<li>{headline} ({})</li>", plain::escaped(&outlets.join(", ")))
}

/// Its own, else the server's with its name.
pub(crate) fn title(settings: &Settings, config: &OutputConfig) -> String {
    let name = config.name.rsplit('/').next().unwrap_or_default();
    config.title.clone().unwrap_or_else(|| match name {
        "all" => settings.server.title.clone(),
        name => format!("{}: {name}", settings.server.title),
    })
}

/// The path of an output without its extension.
pub fn stem(output: &str) -> String {
    match output {
        "all" => "feed".into(),
        derived if derived.contains('/') => derived.into(),
        name => format!("o/{name}"),
    }
}

pub(crate) fn outlet(link: Option<&str>, credits: &Credits) -> String {
    select::outlet(link, &credits.feed, &credits.feed_url, credits.source.as_ref())
}

/// An `atom:source` that the entry brought is kept (RFC 4287 §4.2.11); else it is credited to its feed. A private
/// feed's address appears nowhere (RULES 4).
fn source(row: &EntryRow, is_private: bool) -> Source {
    let frozen_at = row.source.updated_at;
    let mut source = row.article.fields.source.clone().unwrap_or_else(|| row.source.clone());
    source.updated_at = source.updated_at.or(frozen_at);
    source.title = source.title.or_else(|| row.source.title.clone()).or_else(|| Some(row.feed.clone()));
    if is_private {
        source.feed_url = None;
        source.id = None;
    }
    source
}

pub(super) fn urn(id: uuid::Uuid) -> String {
    format!("urn:uuid:{id}")
}
