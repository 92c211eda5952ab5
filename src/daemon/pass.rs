//! One pass over chosen feeds: counts what comes back, and tells who asked when all of it has.

use std::collections::HashSet;

use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use crate::model::{FeedId, PollFailure, PollReport, PollSummary, Progress};

pub(super) struct Pass {
    waiting: HashSet<FeedId>,
    of: usize,
    began: Instant,
    summary: PollSummary,
    progress: Option<mpsc::UnboundedSender<Progress>>,
    done: Option<oneshot::Sender<Result<PollSummary, String>>>,
}

impl Pass {
    pub(super) fn begin(
        feeds: Vec<FeedId>,
        progress: Option<mpsc::UnboundedSender<Progress>>,
        done: oneshot::Sender<Result<PollSummary, String>>,
    ) -> Self {
        let waiting: HashSet<FeedId> = feeds.into_iter().collect();
        let of = waiting.len();
        Self { waiting, of, began: Instant::now(), summary: PollSummary::default(), progress, done: Some(done) }
    }

    pub(super) fn count(&mut self, feed: FeedId, report: &PollReport, failure: Option<&PollFailure>) {
        if !self.waiting.remove(&feed) {
            return;
        }
        self.summary.add(report);
        self.summary.failures.extend(failure.cloned());
        if let Some(progress) = &self.progress {
            let _ = progress.send(Progress { done: self.of - self.waiting.len(), of: self.of }); // nobody need watch
        }
    }

    /// A feed that is no longer configured is not waited for.
    pub(super) fn forget(&mut self, feed: FeedId) {
        self.waiting.remove(&feed);
    }

    /// True once it has ended and said so.
    pub(super) fn end_if_over(&mut self) -> bool {
        if !self.waiting.is_empty() {
            return false;
        }
        if let Some(done) = self.done.take() {
            let mut summary = std::mem::take(&mut self.summary);
            summary.failures.sort_by(|a, b| a.feed.cmp(&b.feed));
            summary.elapsed_ms = crate::poll::retrieve::millis(self.began.elapsed());
            let _ = done.send(Ok(summary)); // whoever asked may be gone
        }
        true
    }
}
