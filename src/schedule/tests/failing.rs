//! Backing off, never giving up, and coming back.

use super::*;

const KINDS: [(FailureKind, Option<u16>, &str); 18] = [
    (FailureKind::Dns, None, "name not resolved"),
    (FailureKind::Connect, None, "no connection"),
    (FailureKind::Tls, None, "TLS failure"),
    (FailureKind::Timeout, None, "timeout"),
    (FailureKind::Protocol, None, "broken answer"),
    (FailureKind::Forbidden, None, "refused address"),
    (FailureKind::TooLarge, Some(200), "too large"),
    (FailureKind::Redirects, Some(302), "redirects"),
    (FailureKind::Denied, Some(401), "401"),
    (FailureKind::Denied, Some(403), "403"),
    (FailureKind::Challenge, Some(403), "challenge page"),
    (FailureKind::NotFound, Some(404), "404"),
    (FailureKind::Server, Some(500), "500"),
    (FailureKind::Server, Some(503), "503"),
    (FailureKind::Status, Some(418), "418"),
    (FailureKind::Unparsable, Some(200), "no feed"),
    (FailureKind::Panic, Some(200), "parser failure"),
    (FailureKind::File, None, "unreadable file"),
];

#[test]
fn every_failure_is_named_and_backs_off_doubling_up_to_a_day() {
    for (kind, status, words) in KINDS {
        for (before, minutes) in
            [(0, 5), (1, 10), (2, 20), (5, 160), (8, 1280), (9, 1440), (40, 1440), (u32::MAX, 1440)]
        {
            let reason = format!("backing off after {} × {words}", before.saturating_add(1));
            let change = |case: &mut Case| (case.end, case.state.failures) = (PollEnd::Failed { kind, status }, before);
            check(change, minutes * MINUTE, &reason);
        }
    }
}

#[test]
fn the_third_503_reads_as_such() {
    let end = PollEnd::Failed { kind: FailureKind::Server, status: Some(503) };
    check(|case| (case.end, case.state.failures) = (end, 2), 20 * MINUTE, "backing off after 3 × 503");
}

#[test]
fn what_is_blocked_where_we_are_is_tried_daily() {
    let end = PollEnd::Failed { kind: FailureKind::Blocked, status: Some(451) };
    check(|case| case.end = end, DAY, "backing off after 1 × blocked here");
}

#[test]
fn recovery_is_immediate() {
    for end in [PollEnd::Unchanged, PollEnd::Changed { new_articles: 1 }, PollEnd::Partial { new_articles: 1 }] {
        let mut case = Case { end, ..Case::default() };
        case.state.failures = 12;
        let plan = case.plan();
        assert_eq!(plan.failures, 0);
        assert!(plan.next_poll_at.unwrap() - NOW <= 1000, "{plan:?}");
    }
}

/// RFC 9110 §15.5.11.
#[test]
fn gone_is_the_only_end() {
    let plan = Case { end: PollEnd::Gone, ..Case::default() }.plan();
    assert_eq!((plan.next_poll_at, plan.reason.as_str()), (None, "gone for good (410): asked again only by name"));
}

/// RULES 5: counters hold, and the feed is due again as soon as the network may be back.
#[test]
fn our_own_network_is_not_the_feeds_failure() {
    let mut case = Case { end: PollEnd::OurNetworkDown, ..Case::default() };
    case.state.failures = 3;
    let plan = case.plan();
    assert_eq!((plan.failures, plan.next_poll_at), (3, Some(NOW + NETWORK_PROBE)));
    assert_eq!(plan.reason, "our own network is down: polled once it is back");
    assert_eq!(plan.rhythm, case.state.rhythm);
}

#[test]
fn a_store_that_failed_is_not_the_feeds_failure() {
    let case = Case { end: PollEnd::Failed { kind: FailureKind::Store, status: Some(200) }, ..Case::default() };
    assert_eq!(case.plan().failures, 0);
    assert!(case.wait() <= 5 * MINUTE);
}

/// A 404 that a cache keeps for two hours is the same 404 until then (RFC 9111 §4).
#[test]
fn a_cached_error_is_not_asked_for_before_it_is_stale() {
    let mut case = Case { end: PollEnd::Failed { kind: FailureKind::NotFound, status: Some(404) }, ..Case::default() };
    case.freshness.max_age = Some(7200);
    assert_eq!(case.wait(), 2 * HOUR);
}

#[test]
fn a_failing_feed_is_not_asked_more_often_than_the_operator_said() {
    let end = PollEnd::Failed { kind: FailureKind::Server, status: Some(500) };
    check_exact(
        |case| (case.end, case.config.interval) = (end, Some(Duration::from_secs(7200))),
        2 * HOUR,
        "backing off after 1 × 500",
    );
    check_exact(
        |case| (case.end, case.config.schedule) = (end, Some("0 18 * * *".to_owned())),
        6 * HOUR,
        "backing off after 1 × 500",
    );
}
