//! The words of headlined: plain types with public fields and no decisions.
//!
//! Every layer may use these; they use nothing of ours. One meaning for each word is kept in ARCHITECTURE.md.
//! What a type is *for* is said here; what is done with it is said in the room that does it.

mod article;
mod correction;
mod feed;
mod fetched;
mod health;
mod notice;
mod output;
mod parsed;
mod retrieved;
mod settings;
mod summary;

pub use article::*;
pub use correction::*;
pub use feed::*;
pub use fetched::*;
pub use health::*;
pub use notice::*;
pub use output::*;
pub use parsed::*;
pub use retrieved::*;
pub use settings::*;
pub use summary::*;

/// An instant: seconds since 1970-01-01 in UTC. Names of such values end in `_at`.
pub type UnixSeconds = i64;

/// A duration as instants count it; what no instant can reach is the furthest.
pub fn seconds(duration: std::time::Duration) -> UnixSeconds {
    UnixSeconds::try_from(duration.as_secs()).unwrap_or(UnixSeconds::MAX)
}

/// The store's number of a feed; stable while the feed's name or address is known.
pub type FeedId = i64;
/// The store's number of an article; also the order in which articles were settled.
pub type ArticleId = i64;
/// The store's number of a story.
pub type StoryId = i64;
