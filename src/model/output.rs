//! A merged feed that the operator asked for, and its entries at one moment.

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::{Article, ArticleId, Source, StoryId, UnixSeconds};

/// An `[[output]]` section, checked, or what stands for a group or a language. The output named "all" is `/feed.atom`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OutputConfig {
    /// `top`; `group/world` and `lang/en` for those that nobody wrote.
    pub name: String,
    /// Earlier names: their addresses lead here.
    pub aliases: Vec<String>,
    pub title: Option<String>,
    pub description: Option<String>,
    pub groups: Vec<String>,
    pub feeds: Vec<String>,
    pub languages: Vec<String>,
    /// Rules of `select::filter`.
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    /// Publishers that must have reported it before it enters.
    pub min_sources: usize,
    /// How many entries of one publisher may enter in an hour.
    pub per_source: Option<usize>,
    /// How old an article may be.
    pub max_age: Option<Duration>,
    /// Publishers that print the same text count once for it.
    pub independent: bool,
    /// How long an entry waits for its copies before it enters.
    pub hold: Duration,
    pub limit: usize,
    /// Of pages; a feed is always as listed (RULES 2).
    pub order: PageOrder,
    /// One entry for each period in place of one for each article.
    pub digest: Option<Digest>,
    pub mode: FoldMode,
    pub content: ContentLevel,
    pub edition_interval: Duration,
    pub backfill: Backfill,
    /// Address of a picture.
    pub icon: Option<String>,
    /// Who asks must know it.
    pub token: Option<String>,
    /// Written whole whenever it changes, in the format that its extension names.
    pub file: Option<PathBuf>,
}

impl OutputConfig {
    /// Nobody wrote it: it stands for a group or a language.
    pub fn is_derived(&self) -> bool {
        self.name.contains('/')
    }
}

/// A `[[group]]` section, checked: what its feeds have in common.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GroupConfig {
    pub name: String,
    pub title: Option<String>,
    pub description: Option<String>,
    pub include: Vec<String>,
    pub exclude: Vec<String>,
}

/// In which order a page shows entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageOrder {
    /// As the feed has them.
    #[default]
    Listed,
    /// What many outlets carry first.
    Top,
}

/// How often a digest comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    Daily,
}

/// What an output folds away (`[dedup] mode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FoldMode {
    Off,
    #[default]
    Copies,
    Stories,
}

/// How much of a text an output shows (RULES 4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
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

impl Default for Backfill {
    fn default() -> Self {
        Self::Within(Duration::ZERO)
    }
}

/// One output's entries at one moment: all that a renderer needs, nothing that it must look up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edition {
    pub output: String,
    pub title: String,
    pub description: Option<String>,
    pub icon: Option<String>,
    /// The stored id of this output's feed: a `urn:uuid`.
    pub id: String,
    /// This store's instance id, by which our own outputs are known when someone polls them.
    pub instance: String,
    /// A WebSub hub that tells of changes.
    pub hub: Option<String>,
    /// Its number, where it is an archive page (RFC 5005); None: the document that readers subscribe to.
    pub page: Option<u32>,
    pub previous_page: Option<u32>,
    pub next_page: Option<u32>,
    /// When the newest entry changed; the time of rendering is nowhere.
    pub updated_at: UnixSeconds,
    pub content: ContentLevel,
    /// In the ledger's order, the newest first; shared with what shows only some of them, or in another order.
    pub entries: Vec<Arc<EditionEntry>>,
    /// Entries that this output once held and that are to be forgotten, the newest first (RULES 3: for 30 days).
    pub withdrawn: Vec<Withdrawn>,
}

/// What the operator takes back: an article by its published id, or every article with a link.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Withdrawal {
    /// A published id, with or without `urn:uuid:`, or an address.
    pub what: String,
    /// Nothing of it may stay.
    pub is_legal: bool,
}

/// Why an article was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WithdrawnWhy {
    /// `at:deleted-entry` (RFC 6721).
    Deleted,
    /// Gone from the middle of its document.
    Missing,
    /// Its title says so.
    Titled,
    /// `headlined withdraw`.
    Operator,
    /// The same, and nothing of it may stay.
    Legal,
}

impl WithdrawnWhy {
    /// One word for the store and the log; it never changes.
    pub fn name(self) -> &'static str {
        match self {
            Self::Deleted => "deleted",
            Self::Missing => "missing",
            Self::Titled => "titled",
            Self::Operator => "operator",
            Self::Legal => "legal",
        }
    }
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
    /// How much of its text its feed lets us show, whatever the output says.
    pub republish: Option<ContentLevel>,
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
