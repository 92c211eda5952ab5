//! What the daemon tells its operator, once each.

use super::UnixSeconds;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub kind: NoticeKind,
    /// The configured name of the feed, or of the output.
    pub feed: String,
    pub title: String,
    /// What happened, and what to do about it.
    pub text: String,
    pub at: UnixSeconds,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    Moved,
    Gone,
    Failing,
    Silent,
    Back,
    /// An output's file cannot be written.
    Unwritable,
    /// It can again.
    Written,
}

impl NoticeKind {
    /// One lower-case word for the store and categories; it never changes.
    pub fn name(self) -> &'static str {
        match self {
            NoticeKind::Moved => "moved",
            NoticeKind::Gone => "gone",
            NoticeKind::Failing => "failing",
            NoticeKind::Silent => "silent",
            NoticeKind::Back => "back",
            NoticeKind::Unwritable => "unwritable",
            NoticeKind::Written => "written",
        }
    }
}
