//! The effective configuration: what `config` made of the file, checked, with every default filled in.

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use super::{FeedConfig, FoldMode, GroupConfig, OutputConfig};

#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// The file it was read from; None for the built-in configuration.
    pub file: Option<PathBuf>,
    pub server: ServerSettings,
    pub store: StoreSettings,
    pub fetch: FetchPolicy,
    pub schedule: SchedulePolicy,
    pub dedup: DedupSettings,
    /// Shared with the feeds that are polled.
    pub feeds: Vec<Arc<FeedConfig>>,
    pub groups: Vec<GroupConfig>,
    /// Always holds "all", and one for every group and language.
    pub outputs: Vec<OutputConfig>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct ServerSettings {
    pub listen: SocketAddr,
    /// Ends in a slash; may have a path. None: only readers on this machine can subscribe.
    pub base_url: Option<String>,
    pub title: String,
    /// A WebSub hub, which is told of changes.
    pub hub: Option<String>,
    /// Search engines may list pages and feeds.
    pub indexed: bool,
    pub pictures: Pictures,
    pub log: LogLevel,
    /// Where the pages of upkeep answer instead.
    pub upkeep_listen: Option<SocketAddr>,
}

/// What pages do with the publishers' pictures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pictures {
    #[default]
    Off,
    /// A link to the picture, with caption and credit.
    Link,
    /// The picture itself: the visitor's browser asks the publisher for it.
    Show,
}

#[derive(Debug, Clone, PartialEq)]
pub struct StoreSettings {
    /// None: `$STATE_DIRECTORY`, else `$XDG_STATE_HOME/headlined` (DESIGN 6).
    pub path: Option<PathBuf>,
    /// None: forever.
    pub retention: Option<Duration>,
    /// Of all feeds together. None: any number.
    pub max_articles: Option<usize>,
    /// Scheduled backups that are kept; 0: none are made.
    pub backups: usize,
    pub backup_interval: Duration,
    /// None: `backups` beside the store.
    pub backup_folder: Option<PathBuf>,
}

/// How feeds are asked for. The defaults are named in `config::table`.
#[derive(Debug, Clone, PartialEq)]
pub struct FetchPolicy {
    pub concurrency: usize,
    pub per_host: usize,
    pub host_pause: Duration,
    /// Names that lead to one address are one host.
    pub hosts_by_address: bool,
    pub timeout: Duration,
    pub connect_timeout: Duration,
    /// The longest silence within a body.
    pub idle_timeout: Duration,
    pub max_redirects: usize,
    /// Of an answer's head, in bytes.
    pub max_header: u64,
    /// In bytes, after decompression.
    pub max_body: u64,
    pub allow_private_addresses: bool,
    pub contact: Option<String>,
    pub proxy: Option<String>,
    /// PEM files of further trusted roots.
    pub tls_roots: Vec<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchedulePolicy {
    pub min_interval: Duration,
    pub max_interval: Duration,
    /// How long a publisher's freshness hints may hold us off.
    pub max_freshness: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DedupSettings {
    pub mode: FoldMode,
    /// How long articles are compared with each other.
    pub window: Duration,
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

impl LogLevel {
    pub fn word(self) -> &'static str {
        match self {
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        }
    }
}
