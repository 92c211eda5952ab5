//! How many requests there are at once, and how slow origins are kept from standing in the others' way.
//!
//! A request begins in the quick lane. If it is not done soon, it moves over and leaves its place to others, and its
//! host begins in the slow lane from then on, until it is quick again. Both lanes are bounded.

use std::{sync::Arc, time::Duration};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Nearly all origins of news have answered by then.
const SOON: Duration = Duration::from_secs(1);
/// Slow requests cost a socket each and nothing else: so many for each of the quick ones.
const SLOW_FOR_EACH_QUICK: usize = 8;

pub(super) struct Lanes {
    quick: Arc<Semaphore>,
    slow: Arc<Semaphore>,
}

/// A place in a lane.
pub(super) struct Place<'a> {
    lanes: &'a Lanes,
    permit: Option<OwnedSemaphorePermit>,
    quick: bool,
}

impl Lanes {
    pub(super) fn new(concurrency: usize) -> Self {
        let quick = concurrency.clamp(1, Semaphore::MAX_PERMITS / SLOW_FOR_EACH_QUICK);
        Lanes { quick: Arc::new(Semaphore::new(quick)), slow: Arc::new(Semaphore::new(quick * SLOW_FOR_EACH_QUICK)) }
    }

    pub(super) async fn enter(&self, was_slow: bool) -> Place<'_> {
        let lane = if was_slow { &self.slow } else { &self.quick };
        // Nobody closes a lane; were one closed, its bound would be gone and nothing else.
        Place { lanes: self, permit: Arc::clone(lane).acquire_owned().await.ok(), quick: !was_slow }
    }
}

impl Place<'_> {
    /// Does `work`, moving over if it takes long. Gives whether it did.
    pub(super) async fn hold<T>(self, work: impl Future<Output = T>) -> (T, bool) {
        tokio::pin!(work);
        tokio::select! {
            done = &mut work => return (done, false),
            () = tokio::time::sleep(SOON) => {}
        }
        if !self.quick {
            return (work.await, true);
        }
        let slow = tokio::select! {
            done = &mut work => return (done, true),
            slow = Arc::clone(&self.lanes.slow).acquire_owned() => slow,
        };
        drop(self.permit);
        let done = work.await;
        drop(slow);
        (done, true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Paused time, and no socket in sight.
    #[tokio::test(start_paused = true)]
    async fn whoever_takes_long_leaves_its_place_to_others() {
        let lanes = Lanes::new(1);
        let slow = lanes.enter(false).await.hold(std::future::pending::<()>());
        let quick = async {
            let since = tokio::time::Instant::now();
            let place = lanes.enter(false).await;
            assert_eq!(place.hold(async { 7 }).await, (7, false));
            since.elapsed()
        };
        tokio::select! {
            _ = slow => unreachable!(),
            waited = quick => assert_eq!(waited, SOON),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_host_that_was_slow_takes_no_place_of_the_quick() {
        let lanes = Lanes::new(1);
        let _slow = lanes.enter(true).await;
        assert_eq!(lanes.quick.available_permits(), 1);
        assert_eq!(lanes.slow.available_permits(), SLOW_FOR_EACH_QUICK - 1);
    }

    #[tokio::test(start_paused = true)]
    async fn both_lanes_are_bounded() {
        let lanes = Lanes::new(2);
        let stuck = (0..100).map(|_| async { lanes.enter(false).await.hold(std::future::pending::<()>()).await });
        let all = futures_util::future::join_all(stuck);
        drop(tokio::time::timeout(Duration::from_secs(60), all).await);
        let _places = [lanes.enter(true).await, lanes.enter(false).await];
    }
}
