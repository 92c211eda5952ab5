//! What time it is. The only place that asks the system; everything else is told.
//!
//! `Pinned` follows tokio's own clock, so that under paused time a virtual week passes in a second.
//! Decisions never hold a `Clock`: they are given `now`.

use crate::model::UnixSeconds;

/// 1980-01-01: a clock that says less was never set, and what it would write into the store is wrong for good.
pub const EARLIEST: UnixSeconds = 315_532_800;

#[derive(Debug, Clone)]
pub enum Clock {
    System,
    /// `at` was the time at `since`; it advances as tokio's clock does.
    Pinned {
        at: UnixSeconds,
        since: tokio::time::Instant,
    },
}

impl Clock {
    /// A clock that shows `at` now and follows tokio's (paused) time from here.
    pub fn pinned(at: UnixSeconds) -> Self {
        Clock::Pinned { at, since: tokio::time::Instant::now() }
    }

    pub fn now(&self) -> UnixSeconds {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that reads the wall clock")]
            Clock::System => std::time::SystemTime::now()
                .duration_since(std::time::UNIX_EPOCH)
                .map_or(0, |since| UnixSeconds::try_from(since.as_secs()).unwrap_or(UnixSeconds::MAX)),
            Clock::Pinned { at, since } => at + UnixSeconds::try_from(since.elapsed().as_secs()).unwrap_or(0),
        }
    }
}
