//! How many bytes of bodies there may be at once, from the first byte read until the document is parsed.
//!
//! Three sizes, each with a pool of its own, so that nobody can wait in a circle: a body starts with the least, and
//! where it outgrows what it has, asks for the next; whoever holds a large one needs nothing more to end. The least is
//! small enough for every request that there may be, so that bodies that trickle keep nobody from beginning; and what
//! slow hosts hold of the next size they do not take from the others.
//! What is reserved shrinks to the body's true size at its end and is given back when the last `Bytes` is dropped.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// In KiB; 49 MiB in all. What is read faster than it is parsed waits here, so the usual pool is a small one: with
/// half as much again a first poll of 1,000 feeds is no faster (measured).
const LEAST_POOL: usize = 9 * 1024;
const USUAL_POOL: usize = 2 * 1024;
const USUAL_POOL_OF_SLOW: usize = 6 * 1024;
const LARGE_POOL: usize = 32 * 1024;
/// In KiB: what a trickle holds, and what most feeds stay below.
const LEAST: u32 = 16;
const USUAL: u32 = 256;
const KIB: usize = 1024;

#[derive(Clone)]
pub(super) struct Budget {
    least: Arc<Semaphore>,
    usual: Arc<Semaphore>,
    usual_of_slow: Arc<Semaphore>,
    large: Arc<Semaphore>,
}

/// The right to hold a body of up to `bytes`.
pub(super) struct Reservation {
    permit: OwnedSemaphorePermit,
    pub(super) bytes: usize,
}

impl Budget {
    pub(super) fn new() -> Self {
        let pool = |kibibytes| Arc::new(Semaphore::new(kibibytes));
        Budget {
            least: pool(LEAST_POOL),
            usual: pool(USUAL_POOL),
            usual_of_slow: pool(USUAL_POOL_OF_SLOW),
            large: pool(LARGE_POOL),
        }
    }

    /// What every body begins with.
    pub(super) async fn least(&self) -> Result<Reservation, AcquireError> {
        reserve(&self.least, LEAST, LEAST as usize * KIB).await
    }

    /// For a body of `needed` bytes that may become `limit`, of a host that is slow or not.
    pub(super) async fn more(&self, needed: usize, limit: usize, slow: bool) -> Result<Reservation, AcquireError> {
        if needed > USUAL as usize * KIB {
            return self.large(limit).await;
        }
        reserve(if slow { &self.usual_of_slow } else { &self.usual }, USUAL, USUAL as usize * KIB).await
    }

    /// For a body of up to `limit`. One that may be larger than the pool has it alone.
    pub(super) async fn large(&self, limit: usize) -> Result<Reservation, AcquireError> {
        reserve(&self.large, kibibytes(limit).min(LARGE_POOL as u32), limit).await
    }
}

async fn reserve(pool: &Arc<Semaphore>, kibibytes: u32, bytes: usize) -> Result<Reservation, AcquireError> {
    Ok(Reservation { permit: Arc::clone(pool).acquire_many_owned(kibibytes).await?, bytes })
}

impl Reservation {
    /// The finished body, which holds on to its share until it is dropped.
    pub(super) fn keep(mut self, mut body: Vec<u8>) -> Bytes {
        body.shrink_to_fit();
        let spare = self.permit.num_permits().saturating_sub(kibibytes(body.len()) as usize);
        drop(self.permit.split(spare));
        Bytes::from_owner(Kept { body, _permit: self.permit })
    }
}

struct Kept {
    body: Vec<u8>,
    _permit: OwnedSemaphorePermit,
}

impl AsRef<[u8]> for Kept {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

fn kibibytes(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(KIB)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_kept_body_holds_its_size_and_no_more_until_it_is_dropped() {
        let budget = Budget::new();
        let body = budget.more(3000, 9000, false).await.unwrap().keep(vec![7; 3000]);
        assert_eq!(budget.usual.available_permits(), USUAL_POOL - 3);
        let copy = body.slice(10..20);
        drop(body);
        assert_eq!(budget.usual.available_permits(), USUAL_POOL - 3);
        drop(copy);
        assert_eq!(budget.usual.available_permits(), USUAL_POOL);
    }

    #[tokio::test]
    async fn a_limit_beyond_the_pool_takes_it_whole() {
        let budget = Budget::new();
        let reservation = budget.large(usize::MAX).await.unwrap();
        assert_eq!(budget.large.available_permits(), 0);
        drop(reservation);
        assert_eq!(budget.large.available_permits(), LARGE_POOL);
    }

    /// Many bodies that all outgrow their first reservation, each holding it while it waits, all end.
    #[tokio::test]
    async fn nobody_waits_in_a_circle() {
        let budget = Budget::new();
        let bodies = (0..500).map(|_| async {
            let first = budget.least().await.unwrap();
            let second = budget.more(17 << 10, 10 << 20, false).await.unwrap();
            drop(first);
            let third = budget.more(1 << 20, 10 << 20, false).await.unwrap();
            drop(second);
            tokio::task::yield_now().await;
            third.keep(vec![0; 100]).len()
        });
        let lengths = futures_util::future::join_all(bodies).await;
        assert_eq!(lengths, vec![100; 500]);
    }

    /// As many as there can be requests (64 quick and 512 slow ones, by default) all begin, however they trickle.
    #[tokio::test]
    async fn bodies_that_trickle_keep_nobody_from_beginning() {
        let budget = Budget::new();
        let mut trickling = Vec::new();
        for _ in 0..576 {
            trickling.push(budget.least().await.unwrap());
        }
        let mut slow = Vec::new();
        for _ in 0..USUAL_POOL_OF_SLOW / USUAL as usize {
            slow.push(budget.more(17 << 10, 10 << 20, true).await.unwrap());
        }
        assert_eq!(budget.more(17 << 10, 10 << 20, false).await.unwrap().bytes, 256 << 10);
    }
}
