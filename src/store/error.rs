//! Why the store could not do its work: what, where, and what to do.
//!
//! SQLite's own words say neither which file they are about nor what can be done.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("the store {} was written by a newer headlined (schema {found}, this one knows {known}): use that version, or another [store] path", path.display())]
    Newer { path: PathBuf, found: usize, known: usize },
    #[error("{} is not a headlined store: move it away or set another [store] path", path.display())]
    NotAStore { path: PathBuf },
    #[error("cannot open the store {}: {reason}", path.display())]
    Open { path: PathBuf, reason: String },
    #[error("cannot open the store {}: {reason}", path.display())]
    Damaged { path: PathBuf, reason: String },
    #[error("the store {} is held by another headlined (pid {pid}): stop it, or set another [store] path", path.display())]
    Held { path: PathBuf, pid: String },
    #[error("{}: {reason}", path.display())]
    Backup { path: PathBuf, reason: String },
    #[error("the disk is full")]
    Full,
    #[error("the disk fails: {0}")]
    Disk(rusqlite::Error),
    #[error("the store refused: {0}")]
    Sqlite(rusqlite::Error),
    #[error("the store holds what this version cannot read: {0}")]
    Content(String),
}

impl StoreError {
    /// The whole transaction is lost, not one poll's part of it: SQLite has rolled it back already
    /// (lang_transaction.html §3.1).
    pub fn ends_transaction(&self) -> bool {
        matches!(self, StoreError::Full | StoreError::Disk(_))
    }

    /// The store itself is damaged: trying again does not help.
    pub fn is_damage(&self) -> bool {
        match self {
            StoreError::Damaged { .. } => true,
            StoreError::Sqlite(error) => error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt),
            _ => false,
        }
    }

    /// What went wrong before there was any work: told with the path, and what to do.
    #[must_use]
    pub fn while_opening(self, path: &Path) -> Self {
        let reason = match self {
            StoreError::Disk(_) | StoreError::Sqlite(_) if path.is_dir() => "it is a folder: name a file in it".into(),
            StoreError::Full => "the disk is full: make room there, or set another [store] path".into(),
            StoreError::Disk(error) if error.sqlite_error_code() != Some(ErrorCode::SystemIoFailure) => {
                format!("{error}: check its owner and mode")
            }
            StoreError::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::NotADatabase) => return StoreError::NotAStore { path: path.to_owned() },
                Some(ErrorCode::DatabaseCorrupt) => {
                    let advice = "restore a backup, or move it away; it is filled anew, with the same ids";
                    return StoreError::Damaged { path: path.to_owned(), reason: format!("{error}: {advice}") };
                }
                _ => error.to_string(),
            },
            StoreError::Disk(error) => error.to_string(),
            told => return told,
        };
        StoreError::Open { path: path.to_owned(), reason }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::SystemIoFailure | ErrorCode::ReadOnly | ErrorCode::CannotOpen) => StoreError::Disk(error),
            _ => StoreError::Sqlite(error),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        StoreError::Content(error.to_string())
    }
}
