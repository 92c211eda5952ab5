//! The words for how a feed fares, alike on pages, in numbers and in `headlined feeds`.

/// How a feed fares, in one word; in this order, what needs someone comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeedHealth {
    Failing,
    /// It answered 410 and is asked no more.
    Gone,
    /// It answers, with nothing newer than 30 days.
    Stale,
    /// Not polled yet.
    #[default]
    Waiting,
    Well,
    /// `enabled = false`.
    Off,
}

impl FeedHealth {
    pub const ALL: [FeedHealth; 6] = [
        FeedHealth::Failing,
        FeedHealth::Gone,
        FeedHealth::Stale,
        FeedHealth::Waiting,
        FeedHealth::Well,
        FeedHealth::Off,
    ];

    pub fn word(self) -> &'static str {
        match self {
            FeedHealth::Failing => "failing",
            FeedHealth::Gone => "gone",
            FeedHealth::Stale => "stale",
            FeedHealth::Waiting => "waiting",
            FeedHealth::Well => "well",
            FeedHealth::Off => "off",
        }
    }
}
