//! When to try a feed again that failed: soon, then ever more rarely, up to a day; never given up.

use crate::model::{FailureKind, UnixSeconds};

use super::{Asked, Wish, hints, operators, phase, whole, words};

/// No failing feed waits longer, unless its host or its operator says so.
const DAY: UnixSeconds = 86_400;
/// A host that says 429 without a time is left alone at least so long.
const LIMITED: UnixSeconds = 15 * 60;
/// Each wait is shortened by up to this share, by the feed's phase.
const JITTER: f64 = 0.25;

/// Whether it was this feed that failed. A host that is held was not even asked.
pub(super) fn is_counted(kind: FailureKind, status: Option<u16>) -> bool {
    match kind {
        FailureKind::RateLimited => status.is_some(),
        FailureKind::Store => false,
        _ => true,
    }
}

pub(super) fn wish(asked: &Asked<'_>, kind: FailureKind, status: Option<u16>, failures: u32) -> Wish {
    if kind == FailureKind::RateLimited && status.is_none() {
        let reason = "host is held after a 429 or 503".to_owned();
        return Wish { at: asked.now + whole(asked.policy.min_interval), reason };
    }
    let least = match kind {
        // Where we are does not change by the hour.
        FailureKind::Blocked => DAY,
        FailureKind::RateLimited => LIMITED,
        _ => whole(asked.policy.min_interval),
    };
    let reason = format!("backing off after {failures} × {}", words::failure(kind, status));
    let backoff = asked.now + jittered(doubled(least, failures.max(1)), phase(asked.state.id));
    if let Some(operators) = operators(asked.config, asked.now, backoff) {
        return Wish { at: operators.at, reason };
    }
    // A cached error stays the same until it is stale: to ask sooner brings the same answer (RFC 9111 §4).
    match hints::http(asked) {
        Some(hint) if hint.at > backoff => Wish { at: hint.at, reason },
        _ => Wish { at: backoff, reason },
    }
}

/// `least` for the first failure, twice as long for each further, at most a day.
fn doubled(least: UnixSeconds, failures: u32) -> UnixSeconds {
    let least = least.clamp(1, DAY);
    1_i64.checked_shl((failures - 1).min(32)).map_or(DAY, |factor| least.saturating_mul(factor)).min(DAY)
}

fn jittered(wait: UnixSeconds, phase: f64) -> UnixSeconds {
    wait - (wait as f64 * JITTER * phase) as UnixSeconds
}
