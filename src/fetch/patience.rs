//! How long an origin may keep us waiting, told apart from how long we keep it waiting.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use crate::model::FailureKind;

use super::failure::Failure;

/// How long one fetch may last. Time that we made it wait does not count.
pub(super) struct Patience {
    whole: Duration,
    /// The longest silence within a body. Before an answer there is none: some servers compose a feed for a while.
    idle: Duration,
    started: Instant,
    /// Spent waiting for ourselves: a turn, a place, memory.
    waited: Duration,
    is_ours: Arc<AtomicBool>,
}

impl Patience {
    pub(super) fn new(whole: Duration, idle: Duration) -> Self {
        Patience { whole, idle, started: Instant::now(), waited: Duration::ZERO, is_ours: Arc::default() }
    }

    /// What came of `work`, unless it takes longer than the origin has left.
    pub(super) async fn with<T>(&self, work: impl Future<Output = T>, host: &str) -> Result<T, Failure> {
        let late =
            |_| Failure::new(FailureKind::Timeout, format!("{host} took longer than {:?} (timeout)", self.whole));
        let left = self.whole.saturating_sub(self.spent());
        tokio::time::timeout(left, work).await.map_err(late)
    }

    /// As `with`, and no longer than an origin may be silent.
    pub(super) async fn unbroken<T>(&self, work: impl Future<Output = T>, host: &str) -> Result<T, Failure> {
        let silent =
            |_| Failure::new(FailureKind::Timeout, format!("{host} fell silent for {:?} (idle_timeout)", self.idle));
        self.with(tokio::time::timeout(self.idle, work), host).await?.map_err(silent)
    }

    pub(super) async fn without<T>(&mut self, work: impl Future<Output = T>) -> T {
        let since = Instant::now();
        self.is_ours.store(true, Ordering::Relaxed);
        let done = work.await;
        self.is_ours.store(false, Ordering::Relaxed);
        self.waited += since.elapsed();
        done
    }

    /// Whether, at the moment, the origin waits for us.
    pub(super) fn is_ours(&self) -> Arc<AtomicBool> {
        self.is_ours.clone()
    }

    /// What the origin has had of it.
    pub(super) fn spent(&self) -> Duration {
        self.started.elapsed().saturating_sub(self.waited)
    }
}
