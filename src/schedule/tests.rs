//! One table per rule: from what was answered to when the feed is asked again, and in which words.

use super::*;

/// Wednesday, 2026-11-04 12:00:00 UTC.
const NOW: UnixSeconds = 1_793_793_600;
const MINUTE: UnixSeconds = 60;
const DAY: UnixSeconds = 86_400;

/// Everything `plan` is asked about, owned; each test changes what it is about.
#[derive(Debug, Clone)]
struct Case {
    config: FeedConfig,
    state: FeedState,
    policy: SchedulePolicy,
    end: PollEnd,
    freshness: Freshness,
    retry_at: Option<UnixSeconds>,
    hints: PollHints,
    now: UnixSeconds,
}

impl Default for Case {
    /// A feed with one article an hour, known for long: its habit is 15 minutes.
    fn default() -> Self {
        let rhythm = Rhythm {
            rate: 1.0 / 3600.0,
            at: NOW,
            by_hour: Vec::new(),
            observed_seconds: 30 * DAY,
            ..Rhythm::default()
        };
        Case {
            config: FeedConfig::default(),
            state: FeedState { id: 0, rhythm, last_poll_at: Some(NOW - 900), ..FeedState::default() },
            policy: SchedulePolicy {
                min_interval: Duration::from_secs(300),
                max_interval: Duration::from_secs(6 * 3600),
                max_freshness: Duration::from_secs(86_400),
            },
            end: PollEnd::Unchanged,
            freshness: Freshness::default(),
            retry_at: None,
            hints: PollHints::default(),
            now: NOW,
        }
    }
}

impl Case {
    fn plan(&self) -> Plan {
        plan(&Asked {
            config: &self.config,
            state: &self.state,
            policy: &self.policy,
            end: self.end,
            freshness: &self.freshness,
            retry_at: self.retry_at,
            hints: &self.hints,
            now: self.now,
        })
    }

    fn wait(&self) -> UnixSeconds {
        self.plan().next_poll_at.unwrap() - self.now
    }
}

/// The wait (in seconds, jitter apart) and the words for it.
fn check(change: impl FnOnce(&mut Case), wait: UnixSeconds, reason: &str) {
    let mut case = Case::default();
    change(&mut case);
    let plan = case.plan();
    let found = plan.next_poll_at.unwrap() - NOW;
    let spread = (wait / 4).max(MINUTE);
    assert!((found - wait).abs() <= spread, "waits {found} s, not {wait}: {plan:?}");
    assert_eq!(plan.reason, reason);
}

/// As `check`, to the second.
fn check_exact(change: impl FnOnce(&mut Case), wait: UnixSeconds, reason: &str) {
    let mut case = Case::default();
    change(&mut case);
    assert_eq!((case.wait(), case.plan().reason.as_str()), (wait, reason));
}

mod demands;
mod failing;
mod fixed;
mod habits;
mod hinted;
mod laws;
mod month;
mod origins;
mod places;
