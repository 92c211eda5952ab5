//! The door to origins: one request for one feed, and what came of it.
//!
//! `poll` calls it through the trait, which the scripted origins of tests implement too. An answer that a
//! publisher may give is data (`Fetched`), whatever its status; an error is only what keeps the door from opening.
//!
//! A server operator could not ask for more: conditional requests, one pace per host, every hold obeyed, a name and
//! an address to write to. Nobody is reached who should not be: `guard` sees every address before it is dialed.
//! Not here: when to ask (`schedule`), what the bytes mean (`parse`), cookies beyond a redirect, imitating a browser.

mod answer;
mod body;
mod budget;
mod challenge;
mod clients;
mod compose;
mod door;
mod failure;
mod file;
pub mod guard;
mod headers;
mod hop;
mod hosts;
mod lanes;
mod patience;
mod post;
mod proxy;
mod trail;

use std::future::Future;

use crate::model::{FetchRequest, Fetched, UnixSeconds};

pub use clients::FetchSetupError;
pub use door::HttpFetch;
pub use post::{Post, Unposted};

/// Brings what a feed's address answers. Cheap to clone; clones share every bound.
pub trait Fetch: Clone + Send + Sync + 'static {
    fn fetch(&self, request: FetchRequest) -> impl Future<Output = Fetched> + Send;

    /// Leaves the host of `url` alone until then: what the store remembers of an earlier process.
    fn hold(&self, _url: &str, _until: UnixSeconds) {}
}

#[cfg(test)]
mod tests;
