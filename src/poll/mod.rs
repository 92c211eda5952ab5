//! The whole cycle of a feed.
//!
//! ```text
//! Feed ─fetch→ FetchOutcome ─parse→ ParsedFeed ─article→ Article      retrieve: in parallel, never sees the store
//! Retrieved + Known + now ─reconcile→ Changes ─apply→ transaction     settle: one writer, never sees the network
//! new articles ─story→ copies and stories ─publish→ ledgers ─COMMIT   in the same transaction
//! ```
//!
//! `daemon` decides when and in which order; nothing here waits for a plan.

mod corrections;
mod desk;
mod files;
mod gate;
mod leading;
pub mod publish;
pub mod retrieve;
mod settings;
pub mod settle;
pub mod stories;

pub(crate) use desk::{Desk, Unfinished};
pub use desk::{Desks, Seat};
pub use retrieve::Retriever;
pub use settings::Backups;
pub use settle::{Corrected, SettledPoll, Settler, Upkept};
