//! An edition to bytes, and views to pages.
//!
//! `edition` (flow) brings an [`crate::model::Edition`] and the addresses it is known under, and gets a document; `serve`
//! brings views and gets pages. Nothing here knows the time, the store or the request: equal editions are equal bytes, and
//! what depends on "now" (the pages) is told it.
//!
//! [`atom`] is the first-class format; [`rss`] and [`json`] say the same. What the three share is in `body` (the text of
//! an entry), `pictures` (one address per picture), `address`, `language` and `instant`.

mod address;
pub mod atom;
mod body;
pub mod encode;
pub mod etag;
mod instant;
mod language;
pub mod pages;
mod pictures;
pub(crate) mod plain;
mod xml;

pub use address::{Addresses, Format};

/// The namespace of our extension elements, documented in the README.
const EXTENSION: &str = "urn:headlined:1";
/// Category schemes that tell groups and sections from the publisher's own categories.
const GROUP_SCHEME: &str = "urn:headlined:group";
const SECTION_SCHEME: &str = "urn:headlined:section";
