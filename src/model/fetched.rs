//! What is asked of an origin and what came back. An expected answer, good or bad, is data.

use std::{path::PathBuf, time::Duration};

use bytes::Bytes;

use super::{UnixSeconds, Validators};

/// Everything the fetch door needs to make one request for one feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FetchRequest {
    /// For messages only.
    pub feed: String,
    pub url: String,
    /// The address in the configuration: credentials and extra headers go to its host only.
    pub configured_url: String,
    pub validators: Validators,
    pub allow_private: bool,
    pub headers: Vec<(String, String)>,
    pub credentials: Option<(String, String)>,
    pub user_agent: Option<String>,
    pub timeout: Option<Duration>,
    /// In bytes, after decompression.
    pub max_body: Option<u64>,
    /// PEM files of roots to trust for the configured host beside the usual ones.
    pub tls_roots: Vec<PathBuf>,
}

/// How one fetch ended, and what the answer's headers said.
#[derive(Debug, Clone, PartialEq)]
pub struct Fetched {
    pub outcome: FetchOutcome,
    pub exchange: Exchange,
}

#[derive(Debug, Clone, PartialEq)]
pub enum FetchOutcome {
    /// 200 with a body, decompressed.
    Body(Bytes),
    /// 226 (RFC 3229): only what is new; absence means nothing.
    Partial(Bytes),
    /// 304.
    NotModified,
    /// 410.
    Gone,
    Failed {
        kind: FailureKind,
        detail: String,
    },
}

/// Why a poll brought nothing. Each has words for people in `schedule` and `cli`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The name could not be resolved.
    Dns,
    /// Refused, unreachable or reset before an answer.
    Connect,
    Tls,
    Timeout,
    /// The connection broke, or the answer was no HTTP.
    Protocol,
    /// An address that must not be reached (private, loopback, other scheme).
    Forbidden,
    /// More than the body limit.
    TooLarge,
    /// Too many redirects, or in a circle.
    Redirects,
    /// 401 or 403.
    Denied,
    /// A 403 or 503 that is a CDN's challenge page.
    Challenge,
    /// 451, or a consent page: blocked where we are.
    Blocked,
    /// 404.
    NotFound,
    /// 429, or 503 with Retry-After: the whole host is held.
    RateLimited,
    /// 5xx.
    Server,
    /// Any other status.
    Status,
    /// A body that is no feed.
    Unparsable,
    /// A parser panicked.
    Panic,
    /// A `file` address that could not be read.
    File,
    /// The store refused what was brought.
    Store,
}

impl FailureKind {
    /// One lower-case word for logs, labels and JSON; it never changes.
    pub fn name(self) -> &'static str {
        match self {
            FailureKind::Dns => "dns",
            FailureKind::Connect => "connect",
            FailureKind::Tls => "tls",
            FailureKind::Timeout => "timeout",
            FailureKind::Protocol => "protocol",
            FailureKind::Forbidden => "forbidden",
            FailureKind::TooLarge => "too_large",
            FailureKind::Redirects => "redirects",
            FailureKind::Denied => "denied",
            FailureKind::Challenge => "challenge",
            FailureKind::Blocked => "blocked",
            FailureKind::NotFound => "not_found",
            FailureKind::RateLimited => "rate_limited",
            FailureKind::Server => "server",
            FailureKind::Status => "status",
            FailureKind::Unparsable => "unparsable",
            FailureKind::Panic => "panic",
            FailureKind::File => "file",
            FailureKind::Store => "store",
        }
    }
}

/// What the final answer said of itself; header values as received.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Exchange {
    pub status: Option<u16>,
    /// Where the answer came from after redirects.
    pub final_url: String,
    /// Set when every redirect on the way was 301 or 308.
    pub permanent_target: Option<String>,
    pub etag: Option<String>,
    pub last_modified: Option<String>,
    pub content_type: Option<String>,
    pub content_location: Option<String>,
    pub content_language: Option<String>,
    pub x_robots_tag: Option<String>,
    pub freshness: Freshness,
    /// When the host asked us to come back, made absolute (RFC 9110 §10.2.3), or how long it is held.
    pub retry_at: Option<UnixSeconds>,
    /// Body bytes as they travelled or, where unknown, after decompression.
    pub bytes: u64,
    pub elapsed: Duration,
}

/// The parts of an answer that freshness is reckoned from (RFC 9111 §4.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Freshness {
    /// `Cache-Control: max-age`, in seconds. `s-maxage` is for shared caches and is not read.
    pub max_age: Option<u64>,
    pub no_cache: bool,
    pub age: Option<u64>,
    pub date_at: Option<UnixSeconds>,
    pub expires_at: Option<UnixSeconds>,
}
