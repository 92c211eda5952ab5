//! An edition to bytes, and views to pages.
//!
//! `edition` (flow) brings an [`crate::model::Edition`] and the addresses it is known under, and gets a document; `serve`
//! brings views and gets pages. Nothing here knows the time, the store or the request: equal editions are equal bytes, and
//! what depends on "now" (the pages) is told it.
//!
//! [`atom`] is the first-class format; [`rss`] and [`json`] say the same. What the three share is in `entry`,
//! which decides what an entry says, with `body`, `pictures`, `address`, `language` and `instant` below it.

mod address;
pub mod atom;
mod body;
pub mod encode;
mod entry;
pub mod etag;
mod instant;
pub mod json;
mod language;
mod media;
pub mod opml;
pub mod pages;
mod pictures;
pub mod plain;
pub mod rss;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
mod xml;

pub use address::{Addresses, Format};
pub(crate) use address::{encoded, web};
pub use instant::{ago, ahead, rfc822 as http_date, rfc3339};

use crate::model::{Edition, RenderedFeed};

/// An edition in the format that was asked for.
pub fn feed(format: Format, edition: &Edition, addresses: &Addresses<'_>) -> RenderedFeed {
    match format {
        Format::Atom => atom::atom(edition, addresses),
        Format::Rss => rss::rss(edition, addresses),
        Format::Json => json::json(edition, addresses),
    }
}

/// The namespace of our extension elements, documented in the README.
const EXTENSION: &str = "urn:headlined:1";
/// Category schemes that tell groups and sections from the publisher's own categories.
const GROUP_SCHEME: &str = "urn:headlined:group";
const SECTION_SCHEME: &str = "urn:headlined:section";
