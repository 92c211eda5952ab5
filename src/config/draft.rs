//! What the file says, value by value, before it is checked against itself.
//!
//! `read` fills a draft by the table of keys; `finish` makes the `Settings` of it.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    ops::Range,
    path::PathBuf,
    time::Duration,
};

use super::headers::Headers;
use crate::model::{
    ContentLevel, DedupSettings, FeedConfig, FetchPolicy, FoldMode, GroupConfig, LogLevel, OutputConfig, Pictures,
    SchedulePolicy, ServerSettings, Settings, StoreSettings,
};

/// The whole file. Problems found later are told at the spans kept here.
pub(super) struct Draft {
    pub(super) settings: Settings,
    pub(super) written: BTreeMap<&'static str, Written>,
    pub(super) feeds: Vec<(FeedDraft, Written)>,
    pub(super) groups: Vec<(GroupConfig, Written)>,
    pub(super) outputs: Vec<(OutputDraft, Written)>,
}

/// Where one section and its keys stand in the file.
#[derive(Debug, Clone, Default)]
pub(super) struct Written {
    pub(super) header: Option<Range<usize>>,
    pub(super) keys: BTreeMap<&'static str, Range<usize>>,
}

impl Written {
    /// Where to point at for `key`: its value, else the section.
    pub(super) fn at(&self, key: &str) -> Option<Range<usize>> {
        self.keys.get(key).or(self.header.as_ref()).cloned()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }
}

/// A `[[feed]]` section: what `FeedConfig` holds, and what is still in files of its own.
#[derive(Debug, Clone, Default)]
pub(super) struct FeedDraft {
    pub(super) config: FeedConfig,
    pub(super) url_file: Option<PathBuf>,
    pub(super) user: Option<String>,
    pub(super) password_file: Option<PathBuf>,
    pub(super) headers: Headers,
}

/// An `[[output]]` section; what is None here follows the rest of the configuration.
#[derive(Debug, Clone, Default)]
pub(super) struct OutputDraft {
    pub(super) config: OutputConfig,
    pub(super) mode: Option<FoldMode>,
    pub(super) content: Option<ContentLevel>,
    pub(super) token_file: Option<PathBuf>,
}

/// Settings with nothing in them: the defaults are the table's.
pub(super) fn nothing() -> Settings {
    Settings {
        file: None,
        server: ServerSettings {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            base_url: None,
            title: String::new(),
            log: LogLevel::default(),
            upkeep_listen: None,
            hub: None,
            indexed: false,
            pictures: Pictures::default(),
        },
        store: StoreSettings { path: None, retention: None },
        fetch: FetchPolicy {
            concurrency: 0,
            per_host: 0,
            host_pause: Duration::ZERO,
            hosts_by_address: false,
            timeout: Duration::ZERO,
            connect_timeout: Duration::ZERO,
            idle_timeout: Duration::ZERO,
            max_redirects: 0,
            max_header: 0,
            max_body: 0,
            allow_private_addresses: false,
            contact: None,
            proxy: None,
            tls_roots: Vec::new(),
        },
        schedule: SchedulePolicy {
            min_interval: Duration::ZERO,
            max_interval: Duration::ZERO,
            max_freshness: Duration::ZERO,
        },
        dedup: DedupSettings { mode: FoldMode::default(), window: Duration::ZERO },
        feeds: Vec::new(),
        groups: Vec::new(),
        outputs: Vec::new(),
    }
}
