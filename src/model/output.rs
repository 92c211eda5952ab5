//! A merged feed that the operator asked for, and its entries at one moment.

use std::time::Duration;

use super::{Article, ArticleId, Source, StoryId, UnixSeconds};

/// An `[[output]]` section, checked. The output named "all" is `/feed.atom`.
#[derive(Debug, Clone, PartialEq)]
pub struct OutputConfig {
    pub name: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub groups: Vec<String>,
    pub feeds: Vec<String>,
    pub languages: Vec<String>,
    /// Publishers that must have reported it before it enters.
    pub min_sources: usize,
    /// Publishers that print the same text count once for it.
    pub independent: bool,
    /// How long an entry waits for its copies before it enters.
    pub hold: Duration,
    pub limit: usize,
    pub mode: FoldMode,
    pub content: ContentLevel,
    pub edition_interval: Duration,
    pub backfill: Backfill,
}

/// What an output folds away (`[dedup] mode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FoldMode {
    Off,
    #[default]
    Copies,
    Stories,
}

/// How much of a text an output shows (RULES 4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ContentLevel {
    Headline,
    #[default]
    Summary,
    Full,
}

/// How far back a feed's first poll may list entries in an output that already runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backfill {
    Within(Duration),
    All,
}

/// One output's entries at one moment: all that a renderer needs, nothing that it must look up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edition {
    pub output: String,
    pub title: String,
    pub description: Option<String>,
    /// The stored id of this output's feed: a `urn:uuid`.
    pub id: String,
    /// This store's instance id, by which our own outputs are known when someone polls them.
    pub instance: String,
    /// When the newest entry changed; the time of rendering is nowhere.
    pub updated_at: UnixSeconds,
    pub content: ContentLevel,
    /// In the ledger's order, the newest first.
    pub entries: Vec<EditionEntry>,
    /// Entries that this output once held and that are to be forgotten, the newest first (RULES 3: for 30 days).
    pub withdrawn: Vec<Withdrawn>,
}

/// An entry that its publisher or its operator took back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Withdrawn {
    /// As it was published: `urn:uuid`.
    pub id: String,
    pub at: UnixSeconds,
}

/// One entry of a merged feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EditionEntry {
    /// `urn:uuid`; made once, stored, never reused.
    pub id: String,
    pub article_id: ArticleId,
    pub story_id: Option<StoryId>,
    pub story_published_id: Option<String>,
    pub article: Article,
    /// The earlier of the publisher's date and when it was first seen.
    pub published_at: UnixSeconds,
    /// Moves only when a reader should look again.
    pub updated_at: UnixSeconds,
    /// When it entered this output.
    pub entered_at: UnixSeconds,
    /// Who the entry is credited to: the feed it came from, or the `atom:source` that it brought.
    pub source: Source,
    /// The configured feed's name and groups.
    pub feed: String,
    pub groups: Vec<String>,
    /// Copies that were known when it first appeared: named in its last line.
    pub also_reported: Vec<AlsoReported>,
    /// Copies that came later: links only.
    pub late_copies: Vec<AlsoReported>,
    /// The other texts of its story that were known when it first appeared, one report of each: its list of headlines.
    pub other_reports: Vec<AlsoReported>,
    /// The origin, where it became known only after the entry was published (RULES 3).
    pub origin: Option<AlsoReported>,
    /// Its text credits the origin too: it was rendered anew since that is known.
    pub names_origin: bool,
}

/// Another outlet's print of the same text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlsoReported {
    pub source: String,
    pub title: String,
    pub link: Option<String>,
}

/// One format of one edition, ready to be served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedFeed {
    pub media_type: &'static str,
    pub body: Vec<u8>,
}
