//! How many requests there are at once, and how slow origins are kept from standing in the others' way.
//!
//! A request begins in the quick lane. If it is not done soon, it moves over and leaves its place to others, and its
//! host begins in the slow lane from then on, until it is quick again. Both lanes are bounded.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// When a request counts as slow.
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
    /// Does `work`, moving over if it takes long. Gives whether it did. A second that ends while the origin waits for us
    /// (`is_ours`: for memory) says nothing of the origin: then the place is what bounds how many wait so.
    pub(super) async fn hold<T>(self, work: impl Future<Output = T>, is_ours: &AtomicBool) -> (T, bool) {
        tokio::pin!(work);
        loop {
            tokio::select! {
                done = &mut work => return (done, false),
                () = tokio::time::sleep(SOON) => {}
            }
            if !is_ours.load(Ordering::Relaxed) {
                break;
            }
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
    use tokio::time::Instant;
    use url::Url;

    use super::*;
    use crate::fetch::hosts::Hosts;

    static THEIRS: AtomicBool = AtomicBool::new(false);

    #[tokio::test(start_paused = true)]
    async fn an_origin_that_waits_for_us_keeps_its_place_and_is_not_slow() {
        let lanes = Lanes::new(1);
        let (place, is_ours) = (lanes.enter(false).await, AtomicBool::new(true));
        let answer = place.hold(tokio::time::sleep(10 * SOON), &is_ours);
        let another = tokio::time::timeout(5 * SOON, lanes.enter(false));
        let ((_, slow), another) = tokio::join!(answer, another);
        assert!(!slow && another.is_err());
    }

    /// Paused time, and no socket in sight.
    #[tokio::test(start_paused = true)]
    async fn whoever_takes_long_leaves_its_place_to_others() {
        let lanes = Lanes::new(1);
        let slow = lanes.enter(false).await.hold(std::future::pending::<()>(), &THEIRS);
        let quick = async {
            let since = tokio::time::Instant::now();
            let place = lanes.enter(false).await;
            assert_eq!(place.hold(async { 7 }, &THEIRS).await, (7, false));
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
        let stuck =
            (0..100).map(|_| async { lanes.enter(false).await.hold(std::future::pending::<()>(), &THEIRS).await });
        let all = futures_util::future::join_all(stuck);
        drop(tokio::time::timeout(Duration::from_secs(60), all).await);
        let _places = [lanes.enter(true).await, lanes.enter(false).await];
    }

    /// How long 200 healthy feeds wait for their answers in all, beside 2,000 feeds on 500 hosts that never answer.
    async fn healthy_among(lanes: &Lanes, hosts: &Hosts, broken: usize) -> Duration {
        let healthy = std::cell::Cell::new(Duration::ZERO);
        let one = |host: String, work: Duration| {
            let healthy = &healthy;
            async move {
                let since = Instant::now();
                let url = Url::parse(&host).unwrap();
                let turn = hosts.enter(&url, None, || 0).await.unwrap();
                let place = lanes.enter(turn.was_slow()).await;
                let (_, slow) = place.hold(tokio::time::sleep(work), &THEIRS).await;
                turn.slow(slow);
                if !slow {
                    healthy.set(healthy.get() + since.elapsed());
                }
            }
        };
        let broken = (0..broken).map(|n| one(format!("http://broken{}/", n % 500), Duration::from_secs(30)));
        let well = (0..200).map(|n| one(format!("http://well{n}/"), Duration::from_millis(100)));
        futures_util::future::join_all(broken.chain(well)).await;
        healthy.get()
    }

    #[tokio::test(start_paused = true)]
    async fn many_broken_hosts_do_not_delay_the_healthy_ones() {
        let (lanes, hosts) = (Lanes::new(64), Hosts::new(2, Duration::from_millis(500)));
        let alone = healthy_among(&lanes, &hosts, 0).await;
        healthy_among(&lanes, &hosts, 2000).await;
        let known = healthy_among(&lanes, &hosts, 2000).await;
        assert!(known <= alone.mul_f64(1.1), "{alone:?} alone, {known:?} beside broken hosts that are known");
    }
}
