//! `headlined demo`: ten invented outlets on an origin inside the process, which keep publishing.
//!
//! The whole real path runs against it, over real sockets, so that everything can be seen at work without a network;
//! the end-to-end tests use the same. It answers as a well-behaved publisher does: validators, 304, a short max-age.
//! Deterministic: the same steps at the same times give the same documents. It knows neither daemon nor store, and
//! never asks what time it is: whoever starts it says so, and calls [`Origin::advance`] when news is due.
//!
//! `script/*.txt` → `script` (what happens next) → `newsroom` (who printed what) → `print` with `slots` (as it
//! reads) →
//! `write` (in each dialect) → `server` (over HTTP, with `pages` and `pictures`).

mod dates;
mod newsroom;
mod outlets;
mod pages;
mod pictures;
mod print;
mod script;
mod server;
mod slots;
mod write;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::model::{FeedConfig, UnixSeconds};
use newsroom::Newsroom;
use outlets::OUTLETS;
use print::Print;
use server::Desk;

/// How long requests under way may take to end after [`Origin::stop`].
const DRAIN: Duration = Duration::from_millis(300);

/// The running origin. Dropping it ends the server too, without waiting.
pub struct Origin {
    address: SocketAddr,
    desk: Arc<Desk>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<std::io::Result<()>>,
}

/// An entry that some feed of the demo has carried, for tests to compare with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The [`FeedConfig::name`] of the feed.
    pub feed: String,
    pub link: String,
    /// As it reads now.
    pub headline: String,
    /// Entries with the same number carry the same text.
    pub text: usize,
    /// Another feed carried the text first.
    pub is_copy: bool,
    pub corrected: bool,
    /// How often it was changed since it was printed.
    pub changes: usize,
}

impl Origin {
    /// Binds a free port on loopback; the feeds hold the news of the day before `now`.
    pub async fn start(now: UnixSeconds) -> std::io::Result<Origin> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let desk = Arc::new(Desk::open(format!("http://{address}"), now));
        let (stop, stopped) = oneshot::channel();
        let serving = axum::serve(listener, server::router(Arc::clone(&desk))).with_graceful_shutdown(async move {
            let _ = stopped.await; // an error means that the origin was dropped: stop as well
        });
        let server = tokio::spawn(serving.into_future());
        Ok(Origin { address, desk, stop, server })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The `[[feed]]` sections by which the daemon polls all outlets.
    pub fn feeds(&self) -> Vec<FeedConfig> {
        OUTLETS.iter().map(|outlet| outlet.feed_config(self.desk.base())).collect()
    }

    /// Publishes the next step of the script.
    pub fn advance(&self, now: UnixSeconds) {
        self.desk.advance(now);
    }

    /// How many steps were published since the start.
    pub fn step(&self) -> usize {
        self.desk.step()
    }

    /// Everything that the feeds have carried up to now, whether or not it still stands in them.
    pub fn published(&self) -> Vec<Published> {
        let mut room = Newsroom::open(0, usize::MAX);
        (0..self.step()).for_each(|_| room.advance(0));
        OUTLETS.iter().flat_map(|outlet| room.posts(outlet)).map(|post| published(post, self.desk.base())).collect()
    }

    /// Ends the server; returns when its task has ended.
    pub async fn stop(mut self) {
        let _ = self.stop.send(());
        if tokio::time::timeout(DRAIN, &mut self.server).await.is_err() {
            self.server.abort();
            let _ = self.server.await;
        }
    }
}

fn published(post: &newsroom::Post, base: &str) -> Published {
    let print = Print::of(post, base);
    Published {
        feed: post.outlet.title.to_owned(),
        link: print.link,
        headline: print.headline,
        text: post.text_number(),
        is_copy: post.outlet.slug != post.story.outlets[0].slug,
        corrected: post.corrected,
        changes: usize::from(post.retitled) + usize::from(post.corrected) + post.parts - 1,
    }
}

#[cfg(test)]
mod tests;
