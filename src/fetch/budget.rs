//! How many bytes of bodies there may be at once, from the first byte read until the document is parsed.
//!
//! Two pools, so that nobody can wait in a circle: a body starts with a small reservation and, if it outgrows that,
//! makes one large one at once for all it may become; whoever holds a large one needs nothing more to end.
//! What is reserved shrinks to the body's true size at its end and is given back when the last `Bytes` is dropped.

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

/// 64 MiB in all: half for bodies that stay small, half for those that do not.
const SMALL_POOL: usize = 32 * 1024;
const LARGE_POOL: usize = 32 * 1024;
/// In KiB; most feeds stay far below it.
const SMALL: u32 = 512;
const KIB: usize = 1024;

#[derive(Clone)]
pub(super) struct Budget {
    small: Arc<Semaphore>,
    large: Arc<Semaphore>,
}

/// The right to hold a body of up to `bytes`.
pub(super) struct Reservation {
    permit: OwnedSemaphorePermit,
    pub(super) bytes: usize,
}

impl Budget {
    pub(super) fn new() -> Self {
        Budget { small: Arc::new(Semaphore::new(SMALL_POOL)), large: Arc::new(Semaphore::new(LARGE_POOL)) }
    }

    pub(super) async fn small(&self) -> Result<Reservation, AcquireError> {
        let permit = Arc::clone(&self.small).acquire_many_owned(SMALL).await?;
        Ok(Reservation { permit, bytes: SMALL as usize * KIB })
    }

    /// For a body of up to `limit`. One that may be larger than the pool has it alone.
    pub(super) async fn large(&self, limit: usize) -> Result<Reservation, AcquireError> {
        let permit = Arc::clone(&self.large).acquire_many_owned(kibibytes(limit).min(LARGE_POOL as u32)).await?;
        Ok(Reservation { permit, bytes: limit })
    }
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
        let body = budget.small().await.unwrap().keep(vec![7; 3000]);
        assert_eq!(budget.small.available_permits(), SMALL_POOL - 3);
        let copy = body.slice(10..20);
        drop(body);
        assert_eq!(budget.small.available_permits(), SMALL_POOL - 3);
        drop(copy);
        assert_eq!(budget.small.available_permits(), SMALL_POOL);
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
            let first = budget.small().await.unwrap();
            let second = budget.large(10 << 20).await.unwrap();
            drop(first);
            tokio::task::yield_now().await;
            second.keep(vec![0; 100]).len()
        });
        let lengths = futures_util::future::join_all(bodies).await;
        assert_eq!(lengths, vec![100; 500]);
    }
}
