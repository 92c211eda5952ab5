//! Whether a feed has moved for good. One 301 proves nothing: captive portals and parked domains send them too.

use crate::model::{FeedState, Moving, UnixSeconds};

/// A permanent redirect is believed after so long and so many equal answers.
const DAYS_BELIEVED: UnixSeconds = 3 * 86_400;
const TIMES_BELIEVED: u32 = 5;
/// A believed address that failed so often in a row is given up for the configured one.
const FAILURES_FORGIVEN: u32 = 3;

/// What the store is to remember of a feed's address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address {
    pub moving: Option<Moving>,
    pub moved_to: Option<String>,
}

/// After a poll that brought an answer: `permanent_target` is where 301s and 308s alone led, `same_feed` whether the
/// document there is the one that was known. `asked` is the address that the poll began at.
pub fn follow(
    state: &FeedState,
    asked: &str,
    permanent_target: Option<&str>,
    same_feed: bool,
    now: UnixSeconds,
) -> Address {
    let stays = Address { moving: None, moved_to: state.moved_to.clone() };
    let Some(target) = permanent_target.filter(|target| same_feed && *target != asked && is_as_safe(asked, target))
    else {
        return stays;
    };
    let seen = state.moving.as_ref().filter(|moving| moving.target == target && moving.since_at <= now);
    let moving = match seen {
        None => Moving { target: target.to_owned(), since_at: now, times: 1 },
        Some(moving) => Moving { times: moving.times.saturating_add(1), ..moving.clone() },
    };
    if moving.times >= TIMES_BELIEVED && now - moving.since_at >= DAYS_BELIEVED {
        return Address { moving: None, moved_to: Some(moving.target) };
    }
    Address { moving: Some(moving), ..stays }
}

/// After a poll that failed: the configured address is asked again where the one it moved to is no more.
pub fn lost(state: &FeedState, failures: u32) -> Address {
    let moved_to = state.moved_to.clone().filter(|_| failures < FAILURES_FORGIVEN);
    Address { moving: state.moving.clone(), moved_to }
}

/// Nobody gives up TLS because a redirect says so.
fn is_as_safe(asked: &str, target: &str) -> bool {
    target.starts_with("https://") || (target.starts_with("http://") && !asked.starts_with("https://"))
}
