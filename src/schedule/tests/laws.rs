//! What holds whatever is asked: never sooner than asked, never past the bound, monotone in failures, jitter in range.

use proptest::prelude::*;

use super::*;

fn any_end() -> impl Strategy<Value = PollEnd> {
    prop_oneof![
        Just(PollEnd::Unchanged),
        (0_u32..1000).prop_map(|new_articles| PollEnd::Changed { new_articles }),
        (0_u32..1000).prop_map(|new_articles| PollEnd::Partial { new_articles }),
        any_failure(),
    ]
}

fn any_failure() -> impl Strategy<Value = PollEnd> {
    let kinds = [
        (FailureKind::Dns, None),
        (FailureKind::Timeout, None),
        (FailureKind::RateLimited, Some(429)),
        (FailureKind::RateLimited, None),
        (FailureKind::Server, Some(500)),
        (FailureKind::NotFound, Some(404)),
        (FailureKind::Blocked, Some(451)),
        (FailureKind::Unparsable, Some(200)),
    ];
    prop::sample::select(kinds.to_vec()).prop_map(|(kind, status)| PollEnd::Failed { kind, status })
}

fn any_freshness() -> impl Strategy<Value = Freshness> {
    let instant = || prop::option::of(NOW - 10 * DAY..NOW + 10 * DAY);
    (prop::option::of(0_u64..400_000), any::<bool>(), prop::option::of(0_u64..100_000), instant(), instant()).prop_map(
        |(max_age, no_cache, age, date_at, expires_at)| Freshness { max_age, no_cache, age, date_at, expires_at },
    )
}

fn any_hints() -> impl Strategy<Value = PollHints> {
    let hours = prop::collection::vec(0_u8..24, 0..24);
    let days = prop::collection::vec(0_u8..7, 0..7);
    (prop::option::of(0_u32..10_000), hours, days, prop::option::of(0_u32..1_000_000)).prop_map(
        |(ttl_minutes, skip_hours, skip_days, update_period_seconds)| PollHints {
            ttl_minutes,
            skip_hours,
            skip_days,
            update_period_seconds,
        },
    )
}

prop_compose! {
    fn any_case()(
        id in any::<i64>(),
        failures in prop_oneof![0_u32..20, any::<u32>()],
        (rate, since) in (0.0_f64..0.1, 0_i64..30 * DAY),
        end in any_end(),
        freshness in any_freshness(),
        hints in any_hints(),
        retry in prop::option::of(-DAY..30 * DAY),
    ) -> Case {
        let mut case = Case { end, freshness, hints, retry_at: retry.map(|wait| NOW + wait), ..Case::default() };
        (case.state.id, case.state.failures) = (id, failures);
        (case.state.rhythm.rate, case.state.rhythm.at) = (rate, NOW - since);
        case
    }
}

proptest! {
    #[test]
    fn nobody_comes_before_retry_after_nor_later_than_its_bound(case in any_case()) {
        let wait = case.wait();
        let demanded = case.retry_at.map_or(0, |at| (at - NOW).min(MOST_RETRY));
        prop_assert!(wait >= demanded);
        prop_assert!(wait <= demanded.max(DAY) + MINUTE, "{wait}");
        prop_assert!(wait >= whole(case.policy.min_interval) * 3 / 4, "{wait}");
    }

    #[test]
    fn nobody_comes_before_freshness_is_spent(mut case in any_case(), max_age in 1_u64..400_000, age in 0_u64..400_000) {
        case.freshness = Freshness { max_age: Some(max_age), age: Some(age), ..Freshness::default() };
        let held = matches!(case.end, PollEnd::Failed { kind: FailureKind::RateLimited, status: None });
        prop_assume!(!held);
        let asked = (max_age as i64 - age as i64).min(DAY);
        prop_assert!(case.wait() >= asked, "{} < {asked}", case.wait());
    }

    #[test]
    fn the_operators_interval_beats_all_but_the_hosts_demand(mut case in any_case(), interval in 60_i64..10 * DAY) {
        case.config.interval = Some(Duration::from_secs(interval as u64));
        case.retry_at = None;
        let failing = matches!(case.end, PollEnd::Failed { .. });
        if failing { prop_assert!(case.wait() >= interval.min(225)) } else { prop_assert_eq!(case.wait(), interval) }
    }

    #[test]
    fn the_more_failures_the_longer_the_wait(mut case in any_case(), end in any_failure(), fewer in 0_u32..50, more in 0_u32..50) {
        case.end = end;
        case.state.failures = fewer;
        let shorter = case.wait();
        case.state.failures = fewer + more;
        prop_assert!(case.wait() >= shorter);
    }

    #[test]
    fn backoff_keeps_its_jitter_within_a_quarter(id in any::<i64>(), failures in 0_u32..20) {
        let mut case = Case { end: PollEnd::Failed { kind: FailureKind::Server, status: Some(500) }, ..Case::default() };
        (case.state.id, case.state.failures) = (id, failures);
        let full = (300_i64 << failures.min(20)).min(DAY);
        let wait = case.wait();
        prop_assert!((full * 3 / 4..=full).contains(&wait), "{wait} of {full}");
    }

    #[test]
    fn habit_keeps_its_jitter_within_a_tenth_and_its_bounds(id in any::<i64>(), rate in 0.0_f64..1.0) {
        let mut case = Case::default();
        case.state.rhythm.rate = rate;
        let bare = case.wait();
        case.state.id = id;
        let wait = case.wait();
        let (least, most) = (whole(case.policy.min_interval), whole(case.policy.max_interval));
        prop_assert!((least..=most).contains(&wait));
        prop_assert!((wait - bare).abs() <= bare / 10 + 1, "{wait} beside {bare}");
    }

    #[test]
    fn equal_questions_have_equal_answers(case in any_case()) {
        prop_assert_eq!(case.plan(), case.plan());
    }

    #[test]
    fn no_wait_ends_in_a_skipped_hour_unless_the_bound_ends_it(mut case in any_case(), hours in prop::collection::vec(0_u8..24, 1..23)) {
        case.end = PollEnd::Unchanged;
        case.retry_at = None;
        case.hints = PollHints { skip_hours: hours, ..PollHints::default() };
        let at = case.plan().next_poll_at.unwrap();
        let skipped = case.hints.skip_hours.contains(&(at.rem_euclid(DAY).div_euclid(HOUR) as u8));
        prop_assert!(!skipped || at >= NOW + DAY, "{at}");
    }
}
