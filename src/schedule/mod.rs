//! When to poll a feed again, and why then.
//!
//! Pure: `poll` brings what is configured, what the store remembers and how the poll ended; what comes back goes into
//! the store as the only plan there is. Precedence (RULES 5): what the host demands (Retry-After, 429), then the
//! operator's `interval` or `schedule`, then the publisher's hints, then the feed's own habit.
//! Jitter comes from the feed's number, so that equal questions have equal answers.
//!
//! Not here: waiting, and who is asked first among those that are due.

mod backoff;
mod cron;
mod doubt;
mod habit;
mod health;
mod hints;
mod moving;
mod network;
mod notice;
mod words;

use std::time::Duration;

use crate::model::{
    FailureKind, Feed, FeedConfig, FeedId, FeedState, Freshness, PollHints, Rhythm, SchedulePolicy, UnixSeconds,
};

pub use cron::{Schedule, ScheduleError};
pub use doubt::doubts_validators;
pub use health::health;
pub use moving::{Address, follow, lost};
pub use network::NetworkWatch;
pub use notice::notices;

const HOUR: UnixSeconds = 3600;
const HOURS_A_WEEK: usize = 168;
/// The longest that a Retry-After is obeyed.
const MOST_RETRY: UnixSeconds = 7 * 86_400;
/// How often one feed probes whether our own network is back.
pub const NETWORK_PROBE: UnixSeconds = 30;
/// A plan made this far ahead of the clock was made by a clock that was wrong.
const CLOCK_SLACK: UnixSeconds = 300;
/// So many feeds may have their first poll at once; the rest follow at `FIRST_POLLS_A_SECOND`.
const FIRST_AT_ONCE: usize = 64;
const FIRST_POLLS_A_SECOND: usize = 8;

/// One poll that has ended, and everything that its successor's time depends on.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    pub config: &'a FeedConfig,
    /// As it was before this poll.
    pub state: &'a FeedState,
    pub policy: &'a SchedulePolicy,
    pub end: PollEnd,
    pub freshness: &'a Freshness,
    pub retry_at: Option<UnixSeconds>,
    pub hints: &'a PollHints,
    pub now: UnixSeconds,
}

/// How a poll ended, as far as the next one depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PollEnd {
    /// 304, or a body equal to the last one.
    Unchanged,
    Changed {
        new_articles: u32,
    },
    /// 226: only a part, from which no rhythm is learned.
    Partial {
        new_articles: u32,
    },
    /// 410.
    Gone,
    /// `status` None: no request was made or no answer came.
    Failed {
        kind: FailureKind,
        status: Option<u16>,
    },
    /// It failed like all others: not this feed's failure.
    OurNetworkDown,
}

/// What the store is to remember of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// None only for a feed that is gone.
    pub next_poll_at: Option<UnixSeconds>,
    /// In words: "publisher asks for 30 min (max-age)".
    pub reason: String,
    pub rhythm: Rhythm,
    pub failures: u32,
    /// Until when the host demanded silence, whoever asks.
    pub held_until: Option<UnixSeconds>,
}

/// A time, and the words for it.
#[derive(Debug, Clone, PartialEq)]
struct Wish {
    at: UnixSeconds,
    reason: String,
}

pub fn plan(asked: &Asked<'_>) -> Plan {
    let rhythm = habit::learned(asked);
    let failures = match asked.end {
        PollEnd::Failed { kind, status } if backoff::is_counted(kind, status) => asked.state.failures.saturating_add(1),
        PollEnd::Failed { .. } | PollEnd::OurNetworkDown => asked.state.failures,
        _ => 0,
    };
    let wish = match asked.end {
        PollEnd::Gone => {
            let reason = "gone for good (410): asked again only by name".to_owned();
            return Plan { next_poll_at: None, reason, rhythm, failures, held_until: None };
        }
        PollEnd::OurNetworkDown => {
            Wish { at: asked.now + NETWORK_PROBE, reason: "our own network is down: polled once it is back".to_owned() }
        }
        PollEnd::Failed { kind, status } => demanded(asked, backoff::wish(asked, kind, status, failures)),
        _ => demanded(asked, healthy(asked, &rhythm)),
    };
    let still_held = asked.state.held_until.filter(|until| (asked.now + 1..=asked.now + MOST_RETRY).contains(until));
    let held_until = demand(asked).max(still_held);
    let next_poll_at = Some(wish.at.max(held_until.unwrap_or(wish.at)));
    Plan { next_poll_at, reason: wish.reason, rhythm, failures, held_until }
}

/// Of a feed that works.
fn healthy(asked: &Asked<'_>, rhythm: &Rhythm) -> Wish {
    if let Some(wish) = operators(asked.config, asked.now, asked.now) {
        return wish;
    }
    let habit = habit::wish(asked, rhythm);
    let wish = match hints::freshness(asked) {
        Some(hint) if hint.at > habit.at => hint,
        _ => habit,
    };
    hints::out_of_skipped(asked, wish)
}

/// What the operator fixed, after a poll at `polled_at` and not before `earliest`.
fn operators(config: &FeedConfig, polled_at: UnixSeconds, earliest: UnixSeconds) -> Option<Wish> {
    if let Some(interval) = config.interval {
        let reason = format!("every {} (interval)", words::span(whole(interval)));
        return Some(Wish { at: earliest.max(polled_at + whole(interval)), reason });
    }
    let written = config.schedule.as_deref()?;
    // `config` refuses what cannot be read, so that a schedule that fails here has no next time at all.
    let schedule = Schedule::parse(written, config.timezone.as_deref()).ok()?;
    let at = schedule.next_after(earliest)?;
    Some(Wish { at, reason: format!("by schedule {written}") })
}

/// Nobody comes sooner than the host demanded, whatever else was wished.
fn demanded(asked: &Asked<'_>, wish: Wish) -> Wish {
    let Some(demand) = demand(asked).filter(|demand| *demand > wish.at) else { return wish };
    // All feeds of a held host are told the same moment: up to a minute apart, not all at once.
    let at = (demand + jitter(asked.state.id, 60)).min(asked.now + MOST_RETRY);
    Wish { at, reason: format!("host asks for {} (Retry-After)", words::span(demand - asked.now)) }
}

/// What this answer demanded.
fn demand(asked: &Asked<'_>) -> Option<UnixSeconds> {
    let demand = asked.retry_at?.min(asked.now + MOST_RETRY);
    (demand > asked.now).then_some(demand)
}

/// Whether a feed may be polled before its plan, as `poll --all` does: never before its host allows it, and never when
/// it is gone.
pub fn may_hurry(state: &FeedState, now: UnixSeconds) -> bool {
    !state.gone && state.held_until.is_none_or(|until| until <= now || until > now + MOST_RETRY)
}

/// How often a feed publishes, in words ("about 12 a day"); None while that is still to be learned.
pub fn rhythm(rhythm: &Rhythm) -> Option<String> {
    habit::is_known(rhythm).then(|| words::rate(rhythm.rate))
}

/// When a feed is due by the store's plan; None for one that is gone.
///
/// A plan that only a wrong clock can have made is not waited for: it may lie years ahead.
pub fn due_at(state: &FeedState, now: UnixSeconds) -> Option<UnixSeconds> {
    if state.gone {
        return None;
    }
    let (Some(next), Some(last)) = (state.next_poll_at, state.last_poll_at) else {
        return Some(state.next_poll_at.unwrap_or(now));
    };
    if last > now + CLOCK_SLACK { Some(now) } else { Some(next) }
}

/// As `due_at`, with what the operator has fixed since the plan was made: a shorter `interval` counts from the last
/// poll and not from the next. Where nothing was changed it is the plan's own time.
pub fn due(feed: &Feed, now: UnixSeconds) -> Option<UnixSeconds> {
    let due_at = due_at(&feed.state, now)?;
    let last = feed.state.last_poll_at.filter(|_| feed.state.failures == 0);
    let fixed = last.and_then(|last| operators(&feed.config, last, last)).map(|wish| wish.at);
    let held_until = feed.state.held_until.unwrap_or(UnixSeconds::MIN);
    Some(fixed.map_or(due_at, |fixed| fixed.max(held_until).min(due_at)))
}

/// The first poll of a feed that was never polled: at once where feeds are few, spread where a herd would run.
pub fn first_poll_at(id: FeedId, feeds: usize, now: UnixSeconds) -> UnixSeconds {
    let window = feeds.saturating_sub(FIRST_AT_ONCE).div_ceil(FIRST_POLLS_A_SECOND);
    now + jitter(id, UnixSeconds::try_from(window).unwrap_or(UnixSeconds::MAX))
}

/// Which hour of its week (Monday 00 is 0) an hour since 1970 is. 1970-01-01 was a Thursday.
fn hour_of_week(hour: UnixSeconds) -> usize {
    (hour + 3 * 24).rem_euclid(HOURS_A_WEEK as UnixSeconds) as usize
}

/// From 0 to `most`, always the same for one feed.
fn jitter(id: FeedId, most: UnixSeconds) -> UnixSeconds {
    (phase(id) * most as f64) as UnixSeconds
}

/// In [0, 1): the feed's number through the finalizer of splitmix64, so that neighbors end far apart.
fn phase(id: FeedId) -> f64 {
    let mut bits = (id as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    (bits >> 11) as f64 / (1u64 << 53) as f64
}

fn whole(duration: Duration) -> UnixSeconds {
    UnixSeconds::try_from(duration.as_secs()).unwrap_or(UnixSeconds::MAX / 4)
}

#[cfg(test)]
mod tests;
