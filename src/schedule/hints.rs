//! What the publisher says about how soon to come back: HTTP's freshness, RSS `ttl`, `skipHours` and `skipDays`.
//!
//! A hint only delays, and never further than `max_freshness`.

use crate::model::{PollHints, UnixSeconds};

use super::{Asked, HOUR, HOURS_A_WEEK, PollEnd, Wish, hour_of_week, jitter, whole, words};

/// Feeds that wake in the same hour do so within this many seconds of it.
const WAKING: UnixSeconds = 600;

/// What the last document asked for. An answer without a document (a 304, an equal body) leaves it in force.
pub(super) fn in_force<'a>(asked: &Asked<'a>) -> &'a PollHints {
    let document = matches!(asked.end, PollEnd::Changed { .. }) || *asked.hints != PollHints::default();
    if document { asked.hints } else { &asked.state.rhythm.hints }
}

/// HTTP's word where there is one, else the document's `ttl` (RULES 5).
pub(super) fn freshness(asked: &Asked<'_>) -> Option<Wish> {
    http(asked).or_else(|| ttl(asked))
}

/// RFC 9111 §4.2: max-age over Expires, less the time that the answer spent in caches. `Some` wherever the answer
/// gives a lifetime, also one that is used up: the document's ttl was made for publishers who cannot set headers.
pub(super) fn http(asked: &Asked<'_>) -> Option<Wish> {
    let freshness = asked.freshness;
    if freshness.no_cache {
        return None;
    }
    let expires = || Some((freshness.expires_at?.saturating_sub(freshness.date_at.unwrap_or(asked.now)), "Expires"));
    let max_age = freshness.max_age.map(|age| (seconds(age), "max-age"));
    let (lifetime, name) = max_age.or_else(expires).filter(|(lifetime, _)| *lifetime > 0)?;
    let left = lifetime.saturating_sub(freshness.age.map_or(0, seconds)).max(0);
    Some(wait(asked, left, name))
}

fn ttl(asked: &Asked<'_>) -> Option<Wish> {
    let minutes = in_force(asked).ttl_minutes.filter(|minutes| *minutes > 0)?;
    Some(wait(asked, UnixSeconds::from(minutes) * 60, "ttl"))
}

fn wait(asked: &Asked<'_>, asked_for: UnixSeconds, name: &str) -> Wish {
    let bounded = asked_for.min(whole(asked.policy.max_freshness));
    let most = if bounded < asked_for { ", at most max_freshness is kept" } else { "" };
    let reason = format!("publisher asks for {} ({name}{most})", words::span(asked_for));
    Wish { at: asked.now + bounded, reason }
}

/// RSS 2.0 `skipHours` and `skipDays`, in GMT: on to the next hour that is not skipped. All hours skipped is a mistake.
pub(super) fn out_of_skipped(asked: &Asked<'_>, wish: Wish) -> Wish {
    let hints = in_force(asked);
    let hour = wish.at.div_euclid(HOUR);
    let is_skipped = |hour: UnixSeconds| {
        let of_week = hour_of_week(hour);
        let holds = |list: &[u8], value: usize| list.iter().any(|skipped| usize::from(*skipped) == value);
        holds(&hints.skip_hours, of_week % 24) || holds(&hints.skip_days, of_week / 24)
    };
    if !is_skipped(hour) {
        return wish;
    }
    let week = hour..hour + HOURS_A_WEEK as UnixSeconds;
    let Some(open) = week.into_iter().find(|hour| !is_skipped(*hour)) else { return wish };
    let opens_at = open * HOUR + jitter(asked.state.id, WAKING);
    let at = opens_at.min(asked.now + whole(asked.policy.max_freshness)).max(wish.at);
    let name = if hints.skip_days.is_empty() { "skipHours" } else { "skipHours, skipDays" };
    Wish { at, reason: format!("publisher asks for quiet until then ({name})") }
}

fn seconds(number: u64) -> UnixSeconds {
    UnixSeconds::try_from(number).unwrap_or(UnixSeconds::MAX / 4)
}
