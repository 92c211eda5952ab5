//! What no one may come before: Retry-After (RFC 9110 §10.2.3) and a host that is held.

use super::*;

fn failed(kind: FailureKind, status: u16) -> PollEnd {
    PollEnd::Failed { kind, status: Some(status) }
}

fn within(change: impl FnOnce(&mut Case), least: UnixSeconds, most: UnixSeconds) {
    let mut case = Case::default();
    change(&mut case);
    let wait = case.wait();
    assert!((least..=most).contains(&wait), "{wait} is not in {least}..={most}: {:?}", case.plan().reason);
}

#[test]
fn retry_after_is_obeyed_and_named() {
    let mut case =
        Case { end: failed(FailureKind::RateLimited, 429), retry_at: Some(NOW + 2 * HOUR), ..Case::default() };
    assert_eq!(case.plan().reason, "host asks for 2 h (Retry-After)");
    assert_eq!(case.plan().held_until, Some(NOW + 2 * HOUR));
    assert!((2 * HOUR..=2 * HOUR + MINUTE).contains(&case.wait()));
    case.end = failed(FailureKind::Server, 503);
    assert!(case.wait() >= 2 * HOUR);
}

#[test]
fn retry_after_is_obeyed_for_a_week_and_no_longer() {
    let limited = failed(FailureKind::RateLimited, 429);
    within(|case| (case.end, case.retry_at) = (limited, Some(NOW + 3 * DAY)), 3 * DAY, 3 * DAY + MINUTE);
    within(|case| (case.end, case.retry_at) = (limited, Some(UnixSeconds::MAX)), 7 * DAY, 7 * DAY);
}

#[test]
fn retry_after_beats_the_operators_interval_and_schedule() {
    let limited = failed(FailureKind::RateLimited, 429);
    let told = |case: &mut Case| (case.end, case.retry_at) = (limited, Some(NOW + HOUR));
    within(
        |case| {
            told(case);
            case.config.interval = Some(Duration::from_secs(60))
        },
        HOUR,
        HOUR + MINUTE,
    );
    within(
        |case| {
            told(case);
            case.config.schedule = Some("* * * * *".to_owned())
        },
        HOUR,
        HOUR + MINUTE,
    );
}

#[test]
fn a_retry_after_in_the_past_or_sooner_than_our_own_wait_hurries_nobody() {
    let limited = failed(FailureKind::RateLimited, 429);
    within(|case| (case.end, case.retry_at) = (limited, Some(NOW - DAY)), 11 * MINUTE, 15 * MINUTE);
    within(|case| case.retry_at = Some(NOW + 1), 14 * MINUTE, 17 * MINUTE);
}

#[test]
fn a_429_without_a_time_is_left_alone_for_a_quarter_of_an_hour_then_longer() {
    within(|case| case.end = failed(FailureKind::RateLimited, 429), 11 * MINUTE, 15 * MINUTE);
    within(|case| (case.end, case.state.failures) = (failed(FailureKind::RateLimited, 429), 2), 45 * MINUTE, HOUR);
}

/// Nobody asked, so nobody failed; all feeds of the host come back after the hold, not all in the same second.
#[test]
fn a_feed_of_a_held_host_waits_and_does_not_count() {
    let held = PollEnd::Failed { kind: FailureKind::RateLimited, status: None };
    let waits: Vec<_> = (1..=20)
        .map(|id| {
            let mut case = Case { end: held, retry_at: Some(NOW + HOUR), ..Case::default() };
            case.state.id = id;
            assert_eq!(case.plan().failures, 0);
            case.wait()
        })
        .collect();
    assert!(waits.iter().all(|wait| (HOUR..HOUR + MINUTE).contains(wait)));
    assert!(waits.iter().collect::<std::collections::BTreeSet<_>>().len() > 10, "{waits:?}");
}

/// A feed named by the operator is asked in spite of its plan; what its host demanded of us is not forgotten by that.
#[test]
fn a_hold_outlasts_polls_that_say_nothing_of_it() {
    let until = NOW + 3 * HOUR;
    for end in [PollEnd::OurNetworkDown, PollEnd::Unchanged, PollEnd::Failed { kind: FailureKind::Dns, status: None }] {
        let mut case = Case { end, ..Case::default() };
        case.state.held_until = Some(until);
        let plan = case.plan();
        assert_eq!((plan.held_until, plan.next_poll_at), (Some(until), Some(until)), "{end:?}");
        case.state.held_until = Some(NOW);
        assert_eq!(case.plan().held_until, None);
    }
}

#[test]
fn even_a_good_answer_can_ask_for_more_time() {
    within(|case| case.retry_at = Some(NOW + 3 * HOUR), 3 * HOUR, 3 * HOUR + MINUTE);
}
