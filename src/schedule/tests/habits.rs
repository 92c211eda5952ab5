//! A feed's own rhythm: what is learned from its polls, and what follows from it.

use super::*;

fn interval(rate_a_day: f64) -> UnixSeconds {
    let mut case = Case { end: PollEnd::OurNetworkDown, ..Case::default() };
    case.state.rhythm.rate = rate_a_day / DAY as f64;
    habit::wish(&case.asked(), &case.state.rhythm).at - NOW
}

impl Case {
    fn asked(&self) -> Asked<'_> {
        Asked {
            config: &self.config,
            state: &self.state,
            policy: &self.policy,
            end: self.end,
            freshness: &self.freshness,
            retry_at: self.retry_at,
            hints: &self.hints,
            now: self.now,
        }
    }
}

#[test]
fn the_interval_goes_with_the_inverse_root_of_the_rate_between_the_bounds() {
    let about = |rate: f64, minutes: UnixSeconds| {
        let found = interval(rate) / MINUTE;
        assert!((found - minutes).abs() <= minutes / 8 + 1, "{rate} a day: {found} min, not {minutes}");
    };
    about(2000.0, 5);
    about(240.0, 5);
    about(96.0, 8);
    about(24.0, 15);
    about(6.0, 31);
    about(1.0, 75);
    about(1.0 / 7.0, 200);
    about(0.0, 360);
}

/// Polls a feed whose articles appear as `appear` says (articles in the hour of the day), for `days`.
fn polled(days: i64, appear: impl Fn(i64) -> u32) -> Case {
    let mut case = Case::default();
    case.state.rhythm = Rhythm::default();
    let mut last = NOW;
    let end = NOW + days * DAY;
    while case.now < end {
        let published = |hour: i64| appear(hour.rem_euclid(24));
        let new: u32 = (last.div_euclid(HOUR) + 1..=case.now.div_euclid(HOUR)).map(published).sum();
        case.end = if new == 0 { PollEnd::Unchanged } else { PollEnd::Changed { new_articles: new } };
        let plan = case.plan();
        last = case.now;
        case.now = plan.next_poll_at.unwrap();
        case.state.rhythm = plan.rhythm;
    }
    case
}

#[test]
fn a_steady_rate_is_learned_within_a_few_days() {
    for (an_hour, a_day) in [(1, 24.0), (4, 96.0)] {
        let rate = polled(5, |_| an_hour).state.rhythm.rate * DAY as f64;
        assert!((rate / a_day - 1.0).abs() < 0.1, "{rate} a day, not {a_day}");
    }
    assert!(polled(7, |_| 0).state.rhythm.rate * (DAY as f64) < 1.0);
}

/// Quieter at a feed's night, quick again in its morning.
#[test]
fn the_hours_of_the_day_are_learned() {
    let case = polled(21, |hour| if (6..22).contains(&hour) { 3 } else { 0 });
    let wait_at = |hour: UnixSeconds| {
        let now = case.now.div_euclid(DAY) * DAY + hour * HOUR;
        let mut then = case.clone();
        (then.now, then.state.rhythm.at) = (now, now);
        then.end = PollEnd::Unchanged;
        habit::wish(&then.asked(), &then.state.rhythm).at - now
    };
    assert!(wait_at(12) < 12 * MINUTE, "noon: {}", wait_at(12));
    assert!(wait_at(0) > 2 * wait_at(12), "midnight: {}", wait_at(0));
    let morning = wait_at(4);
    assert!(morning < 2 * HOUR + 30 * MINUTE, "before the morning: {morning}");
}

#[test]
fn the_stock_of_a_first_poll_is_no_rhythm() {
    for end in [PollEnd::Changed { new_articles: 200 }, PollEnd::Partial { new_articles: 200 }, PollEnd::Unchanged] {
        let mut case = Case { end, ..Case::default() };
        case.state.rhythm = Rhythm::default();
        assert!((14 * MINUTE..17 * MINUTE).contains(&case.wait()), "{end:?}: {}", case.wait());
        assert_eq!(case.plan().reason, "learning its rhythm");
    }
}

#[test]
fn failures_and_parts_teach_nothing() {
    for end in [
        PollEnd::Failed { kind: FailureKind::Timeout, status: None },
        PollEnd::Partial { new_articles: 50 },
        PollEnd::OurNetworkDown,
        PollEnd::Gone,
    ] {
        let case = Case { end, now: NOW + HOUR, ..Case::default() };
        assert_eq!(case.plan().rhythm, case.state.rhythm, "{end:?}");
    }
}

#[test]
fn a_clock_that_goes_back_spoils_nothing() {
    let case = Case { end: PollEnd::Changed { new_articles: 9 }, now: NOW - 90 * DAY, ..Case::default() };
    let plan = case.plan();
    assert_eq!(plan.rhythm, Rhythm { at: case.now, ..case.state.rhythm });
}

/// After years asleep the rhythm is a number, and so is the next time.
#[test]
fn a_long_sleep_spoils_nothing() {
    let case = Case { end: PollEnd::Changed { new_articles: 200 }, now: NOW + 4000 * DAY, ..Case::default() };
    let plan = case.plan();
    assert!(plan.rhythm.rate.is_finite() && plan.rhythm.by_hour.iter().all(|count| count.is_finite()));
    assert!(plan.next_poll_at.unwrap() - case.now <= 6 * HOUR);
}
