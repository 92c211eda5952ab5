//! What a pass over the feeds brought: printed by `headlined poll`, carried over the control socket.

use super::UnixSeconds;

/// One pass, counted. The fields are the documented keys of `headlined poll --json`, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PollSummary {
    /// Feeds that were polled.
    pub feeds: usize,
    /// Answers with a body.
    pub fetched: usize,
    pub not_modified: usize,
    pub failed: usize,
    /// New, updated and known entries together.
    pub entries: usize,
    pub new_articles: usize,
    pub updated_articles: usize,
    pub known_entries: usize,
    /// New articles that carry the text of an earlier one.
    pub copies: usize,
    /// Body bytes received.
    pub bytes: u64,
    pub elapsed_ms: u64,
    pub failures: Vec<PollFailure>,
}

/// A feed that a pass could not read. An outcome, not an error.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PollFailure {
    pub feed: String,
    pub url: String,
    pub reason: String,
    /// None: never again by itself (410).
    pub next_poll_at: Option<UnixSeconds>,
}

/// How one feed's poll ended, settled.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PollReport {
    /// One lower-case word for logs and labels; it never changes.
    pub outcome: &'static str,
    pub status: Option<u16>,
    pub elapsed_ms: u64,
    pub bytes: u64,
    pub new_articles: usize,
    pub updated_articles: usize,
    pub known_entries: usize,
    pub copies: usize,
    pub is_unchanged: bool,
    /// Why it failed, if it did.
    pub failure: Option<String>,
    pub repairs: Vec<&'static str>,
}

/// Which feeds a pass takes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Which {
    Due,
    /// Without regard to plan and hints, but never to Retry-After or a 410.
    All,
    Named(Vec<String>),
}

/// How far a pass has come, in feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Progress {
    pub done: usize,
    pub of: usize,
}

impl PollSummary {
    /// Counts one feed's report in.
    pub fn add(&mut self, report: &PollReport) {
        self.feeds += 1;
        match (&report.failure, report.status) {
            (Some(_), _) => self.failed += 1,
            (None, Some(304)) => self.not_modified += 1,
            (None, _) => self.fetched += 1,
        }
        self.new_articles += report.new_articles;
        self.updated_articles += report.updated_articles;
        self.known_entries += report.known_entries;
        self.entries = self.new_articles + self.updated_articles + self.known_entries;
        self.copies += report.copies;
        self.bytes += report.bytes;
    }
}
