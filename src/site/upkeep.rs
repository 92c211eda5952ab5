//! What monitors ask: numbers at `/metrics`, readiness at `/readyz`.

use std::time::Duration;

use tokio::{sync::oneshot, time::timeout};

use super::{NewsSite, served};
use crate::{
    daemon::{Command, Vitals},
    metrics,
    model::{FeedHealth, UnixSeconds},
    schedule,
    serve::Served,
    store::{self, StoreError},
};

/// A loop or a writer that does not answer within this is not ready.
const WITHIN: Duration = Duration::from_secs(5);
/// A feed is late when its poll is due for longer than this: a host's turn and a pause for our own network may take a
/// while.
const LATE_SECONDS: UnixSeconds = 600;

impl NewsSite {
    /// Ready: loop and writer answer, and the store took what came last. In words only where upkeep is shown.
    pub(super) async fn ready(&self) -> Served {
        let trouble = match timeout(WITHIN, self.vitals()).await {
            Ok(Some(vitals)) => vitals.trouble(),
            Ok(None) => Some("it is starting or stopping".into()),
            Err(_) => Some(format!("loop or writer did not answer within {} s", WITHIN.as_secs())),
        };
        let (status, words) = match trouble {
            None => (200, "ready\n".into()),
            Some(trouble) if self.shows_upkeep => (503, format!("not ready: {trouble}\n")),
            Some(_) => (503, "not ready\n".into()),
        };
        Served { status, ..served("text/plain; charset=utf-8", words, 0) }
    }

    async fn vitals(&self) -> Option<Vitals> {
        let (alive, is_alive) = oneshot::channel();
        self.commands.send(Command::Ping { alive }).await.ok()?;
        is_alive.await.ok()
    }

    pub(super) async fn metrics(&self) -> Result<Served, StoreError> {
        let (feeds, totals, size) = self.read(|reader| Ok((reader.feeds()?, reader.totals()?, reader.size()?))).await?;
        let held = metrics::Held {
            overdue_feeds: feeds.iter().filter(|feed| self.is_late(feed)).count() as u64,
            feeds: self.by_state(&feeds),
            articles: totals.articles,
            copies: totals.copies,
            stories: totals.stories,
            store_bytes: size.bytes,
            store_free_bytes: size.free_bytes,
            started_at: self.started_at,
        };
        Ok(served(metrics::MEDIA_TYPE, metrics::text(&held), 0))
    }

    /// Every state, also one that no feed is in: a monitor tells nothing from a line that is not there.
    fn by_state(&self, feeds: &[store::FeedRow]) -> Vec<(&'static str, u64)> {
        let now = self.clock.now();
        let state = |feed: &store::FeedRow| schedule::health(self.editions.feed(&feed.name), &feed.state, now);
        let states: Vec<FeedHealth> = feeds.iter().map(state).collect();
        let count = |word: &str| states.iter().filter(|state| state.word() == word).count() as u64;
        FeedHealth::ALL.iter().map(|state| (state.word(), count(state.word()))).collect()
    }

    fn is_late(&self, feed: &store::FeedRow) -> bool {
        let is_polled = !feed.state.gone && self.editions.feed(&feed.name).is_some_and(|config| config.enabled);
        is_polled && feed.state.next_poll_at.is_some_and(|at| at + LATE_SECONDS < self.clock.now())
    }
}
