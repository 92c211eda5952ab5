//! One configured address, and what the store remembers of polling it.

use std::{path::PathBuf, sync::Arc, time::Duration};

use super::{FeedId, PollHints, UnixSeconds};

/// A `[[feed]]` section, checked. Made by `config` only.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FeedConfig {
    /// Unique; what the operator and the log call it.
    pub name: String,
    /// `http`, `https` or `file`; absolute.
    pub url: String,
    /// The operator's named sets.
    pub groups: Vec<String>,
    /// BCP 47; taken where neither entry nor document says.
    pub language: Option<String>,
    /// The higher leads among copies of which none is known to be the origin.
    pub priority: i64,
    /// Zone of local times without one (IANA name).
    pub timezone: Option<String>,
    /// strptime notations tried before the built-in ones.
    pub date_formats: Vec<String>,
    /// A fixed rhythm in place of the learned one.
    pub interval: Option<Duration>,
    /// A cron expression (five fields) in place of the learned rhythm, evaluated in `timezone`.
    pub schedule: Option<String>,
    pub enabled: bool,
    /// In place of the store's.
    pub retention: Option<Duration>,
    pub max_articles: Option<usize>,
    /// This feed may be on a private address.
    pub allow_private: bool,
    /// The address that article ids are derived from, where name and address both changed.
    pub id_seed: Option<String>,
    /// Who publishes it; feeds of one publisher count once for `min_sources`. Default: the registrable domain.
    pub publisher: Option<String>,
    /// Its address appears nowhere, its articles only in outputs that name it.
    pub private: bool,
    /// Its articles are compared with others' for copies and stories.
    pub dedup: bool,
    /// How much of its texts may be shown, whatever an output says.
    pub republish: Option<super::ContentLevel>,
    /// Rules of `select::filter`: its own, and those of its groups.
    pub include: Vec<String>,
    pub exclude: Vec<String>,
    /// Text behind a paywall: a free copy leads.
    pub paywall: bool,
    /// More request headers, sent to the configured host only. Values never reach a log.
    pub headers: Vec<(String, String)>,
    pub user_agent: Option<String>,
    pub timeout: Option<Duration>,
    /// In bytes, after decompression.
    pub max_body: Option<u64>,
    /// User and password for the configured host.
    pub credentials: Option<(String, String)>,
    /// PEM files of roots to trust for its host beside the usual ones.
    pub tls_roots: Vec<PathBuf>,
}

/// What the store keeps of one feed between polls.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FeedState {
    pub id: FeedId,
    /// The first address it was ever configured with: the seed of its articles' ids (RULES 1).
    pub seed: String,
    /// Where 301 and 308 led for long enough to believe it (RULES 5).
    pub moved_to: Option<String>,
    /// A permanent target seen lately, since when, and how often: not believed yet.
    pub moving: Option<Moving>,
    pub validators: Validators,
    /// xxh3 of the last parsed body; equal bodies are unchanged whatever the validators say.
    pub body_hash: Option<u64>,
    pub last_poll_at: Option<UnixSeconds>,
    /// The last 200, 226 or 304.
    pub last_success_at: Option<UnixSeconds>,
    /// When a poll last brought a new article.
    pub last_new_at: Option<UnixSeconds>,
    /// The only plan. None: not polled yet, due at once.
    pub next_poll_at: Option<UnixSeconds>,
    /// Why then, in words: "publisher asks for 30 min (max-age)".
    pub next_poll_reason: String,
    /// The host asked us to stay away until then (Retry-After): not even `poll --all` comes sooner.
    pub held_until: Option<UnixSeconds>,
    /// Consecutive failures; back to 0 with the first success.
    pub failures: u32,
    pub last_error: Option<String>,
    /// It answered 410: polled again only when named by the operator.
    pub gone: bool,
    pub rhythm: Rhythm,
    /// What the document says of itself, for `atom:source` and the front page.
    pub title: Option<String>,
    pub site_url: Option<String>,
    pub document_id: Option<String>,
    pub rights: Option<String>,
    pub icon: Option<String>,
    pub updated_at: Option<UnixSeconds>,
}

/// A permanent redirect on probation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Moving {
    pub target: String,
    pub since_at: UnixSeconds,
    pub times: u32,
}

/// How often a feed really publishes; one JSON column in the store, owned by `schedule`.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct Rhythm {
    /// New articles a second, decayed.
    pub rate: f64,
    /// When `rate` was last brought up to date.
    pub at: UnixSeconds,
    /// New articles by hour of the week in UTC (168 of them, Monday 00 first), decayed; empty until something is known.
    pub by_hour: Vec<f32>,
    /// Seconds over which `by_hour` was learned.
    pub observed_seconds: i64,
    /// What the last document asked for: a 304 brings none, and they hold until the next one.
    pub hints: PollHints,
}

/// ETag and Last-Modified, byte for byte as received (RFC 9110 §8.8).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Validators {
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    /// The address they were received from: sent back to no other.
    pub url: Option<String>,
}

impl Validators {
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.last_modified.is_none()
    }
}

/// A configured feed with what the store remembers of it: the unit that is polled.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Feed {
    /// Shared: a feed is handed around with every poll.
    pub config: Arc<FeedConfig>,
    /// Shared until a poll brings the next: loop, writer and retrievals hold it.
    pub state: Arc<FeedState>,
}
