//! What the process was told by its environment, as plain data.
//!
//! `main` reads it once; everything else is given it, so that tests bring an environment of their own.

use std::path::PathBuf;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Environment {
    /// `HEADLINED_CONFIG`: the configuration file, where no flag names one.
    pub config: Option<PathBuf>,
    /// `HEADLINED_LISTEN`, in place of `[server] listen`.
    pub listen: Option<String>,
    /// `HEADLINED_BASE_URL`, in place of `[server] base_url`.
    pub base_url: Option<String>,
    /// `HEADLINED_STORE`, in place of `[store] path`.
    pub store: Option<String>,
    /// `STATE_DIRECTORY`, set by systemd's `StateDirectory=`; several are separated by colons.
    pub state_directory: Option<String>,
    /// `CREDENTIALS_DIRECTORY`, set by systemd's `LoadCredential=`.
    pub credentials_directory: Option<PathBuf>,
    pub xdg_state_home: Option<PathBuf>,
    pub home: Option<PathBuf>,
    /// `HEADLINED_LOG`: what is logged.
    pub log: Option<String>,
    /// `JOURNAL_STREAM`: device and inode of the stream that systemd connected to the journal.
    pub journal_stream: Option<String>,
}

impl Environment {
    /// The environment of this process. A variable that is empty counts as not set.
    pub fn read() -> Self {
        Environment {
            config: path("HEADLINED_CONFIG"),
            listen: text("HEADLINED_LISTEN"),
            base_url: text("HEADLINED_BASE_URL"),
            store: text("HEADLINED_STORE"),
            state_directory: text("STATE_DIRECTORY"),
            log: text("HEADLINED_LOG"),
            journal_stream: text("JOURNAL_STREAM"),
            credentials_directory: path("CREDENTIALS_DIRECTORY"),
            xdg_state_home: path("XDG_STATE_HOME"),
            home: path("HOME"),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the environment for the configuration")]
fn text(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// A path need not be UTF-8.
fn path(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from)
}
