//! How long an origin may keep us waiting, told apart from how long we keep it waiting.

use std::{future::Future, time::Duration};

use tokio::time::Instant;

use crate::model::FailureKind;

use super::failure::Failure;

/// How long one fetch may last. Time that we made it wait does not count.
pub(super) struct Patience {
    whole: Duration,
    started: Instant,
    /// Spent waiting for ourselves: a turn, a place, memory.
    waited: Duration,
}

impl Patience {
    pub(super) fn new(whole: Duration) -> Self {
        Patience { whole, started: Instant::now(), waited: Duration::ZERO }
    }

    /// What came of `work`, unless it takes longer than the origin has left.
    pub(super) async fn with<T>(&self, work: impl Future<Output = T>, host: &str) -> Result<T, Failure> {
        let late =
            |_| Failure::new(FailureKind::Timeout, format!("{host} took longer than {:?} (timeout)", self.whole));
        let left = self.whole.saturating_sub(self.spent());
        tokio::time::timeout(left, work).await.map_err(late)
    }

    pub(super) async fn without<T>(&mut self, work: impl Future<Output = T>) -> T {
        let since = Instant::now();
        let done = work.await;
        self.waited += since.elapsed();
        done
    }

    /// What the origin has had of it.
    pub(super) fn spent(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.waited)
    }
}
