//! What the writer has done: the feeds' new state and plan, who is told, and one line in the log for each poll.

use std::{collections::HashMap, sync::Arc};

use super::{
    Loop, STORE_RETRY_SECONDS,
    writer::{Batch, Done},
};
use crate::{
    fetch::Fetch,
    metrics,
    model::{Feed, FeedId, PollFailure, PollReport},
};

impl<F: Fetch> Loop<F> {
    pub(super) fn take(&mut self, done: Done, changed: &impl Fn(&str)) {
        match done {
            Done::Settled(batch) => self.settled(batch, changed),
            Done::Reloaded { feeds, concurrency, done } => {
                self.reloaded(feeds, concurrency);
                let _ = done.send(Ok(())); // whoever asked may be gone
            }
        }
    }

    /// Other feeds from now on. What is under way of those that stay comes back as it would have.
    fn reloaded(&mut self, feeds: HashMap<FeedId, Feed>, concurrency: usize) {
        self.concurrency = concurrency.max(1);
        let old = std::mem::replace(&mut self.feeds, feeds);
        for id in old.keys().filter(|id| !self.feeds.contains_key(id)) {
            self.in_flight.remove(id);
            self.passes.iter_mut().for_each(|pass| pass.forget(*id));
        }
        self.asked.retain(|id| self.feeds.contains_key(id));
        self.passes.retain_mut(|pass| !pass.end_if_over());
        self.release_at = Some(self.clock.now()); // other outputs may have other turns
        self.plan_all();
        self.keep_holds();
    }

    fn settled(&mut self, batch: Batch, changed: &impl Fn(&str)) {
        batch.changed_outputs.iter().for_each(|output| changed(output));
        self.release_at = batch.release_at;
        if !batch.polls.is_empty() {
            self.tell_of_store(&batch);
        }
        for poll in batch.polls {
            self.in_flight.remove(&poll.feed_id);
            let Some(feed) = self.feeds.get_mut(&poll.feed_id) else { continue };
            feed.state = poll.state;
            if batch.refused.is_some() {
                // Only this plan: what the store says is what it said before.
                Arc::make_mut(&mut feed.state).next_poll_at = Some(self.clock.now() + STORE_RETRY_SECONDS);
            } else {
                metrics::polled(&poll.report);
                log(feed, &poll.report);
            }
            let failure = poll.report.failure.as_ref().map(|reason| PollFailure {
                feed: feed.config.name.clone(),
                url: if feed.config.private { "(private)".into() } else { feed.config.url.clone() },
                reason: reason.clone(),
                next_poll_at: feed.state.next_poll_at,
            });
            for pass in &mut self.passes {
                pass.count(poll.feed_id, &poll.report, failure.as_ref());
            }
            self.plan_again(poll.feed_id);
        }
        self.passes.retain_mut(|pass| !pass.end_if_over());
    }

    /// A store that keeps nothing is said once, and once more when that is over: every batch would repeat it.
    fn tell_of_store(&mut self, batch: &Batch) {
        match (&batch.refused, self.store_refuses.is_some()) {
            (Some(reason), false) => {
                let feeds = batch.polls.len();
                tracing::error!(
                    feeds,
                    "{reason}; tried again every {STORE_RETRY_SECONDS} s, and not said again until it is over"
                );
            }
            (Some(reason), true) => tracing::debug!(feeds = batch.polls.len(), "{reason}"),
            (None, true) => tracing::info!("the store keeps what comes again"),
            (None, false) => {}
        }
        self.store_refuses.clone_from(&batch.refused);
    }
}

/// One line for each poll: worth reading when it changed or failed, otherwise for who asks (`HEADLINED_LOG=debug`).
fn log(feed: &Feed, report: &PollReport) {
    let name = feed.config.name.as_str();
    let next = feed.state.next_poll_reason.as_str();
    let PollReport { outcome, status, elapsed_ms, bytes, new_articles, updated_articles, .. } = *report;
    if !report.repairs.is_empty() {
        tracing::debug!(feed = name, repairs = ?report.repairs, "the document had to be mended");
    }
    match &report.failure {
        Some(reason) => {
            let again = feed
                .state
                .next_poll_at
                .map_or_else(|| "not polled again".into(), |at| format!("next poll at {}", crate::render::rfc3339(at)));
            tracing::warn!(
                feed = name,
                outcome,
                status,
                duration_ms = elapsed_ms,
                size_bytes = bytes,
                next,
                "{name}: {reason}; {again} ({next})"
            );
        }
        None if new_articles + updated_articles > 0 => {
            tracing::info!(
                feed = name,
                outcome,
                status,
                duration_ms = elapsed_ms,
                size_bytes = bytes,
                new_articles,
                updated_articles,
                next,
                "{name}: {new_articles} new, {updated_articles} updated"
            );
        }
        None => tracing::debug!(
            feed = name,
            outcome,
            status,
            duration_ms = elapsed_ms,
            size_bytes = bytes,
            next,
            "{name}: nothing new"
        ),
    }
}
