//! What the publisher asks for: RFC 9111 §4.2, RSS 2.0 ttl, skipHours, skipDays, and the syndication module.

use super::*;

fn max_age(seconds: u64) -> Freshness {
    Freshness { max_age: Some(seconds), ..Freshness::default() }
}

/// RFC 9111 §5.2.2.1.
#[test]
fn max_age_delays() {
    check_exact(|case| case.freshness = max_age(1800), 1800, "publisher asks for 30 min (max-age)");
}

/// RFC 9111 §4.2.3: what it was already kept elsewhere is spent.
#[test]
fn age_is_taken_off_max_age() {
    let freshness = Freshness { age: Some(1800), ..max_age(5400) };
    check_exact(|case| case.freshness = freshness, 3600, "publisher asks for 1 h (max-age)");
}

#[test]
fn an_age_beyond_max_age_leaves_nothing_to_wait_for() {
    let freshness = Freshness { age: Some(7200), ..max_age(3600) };
    check(|case| case.freshness = freshness, 900, "publishes about 24 a day");
}

/// RFC 9111 §5.3: reckoned against the server's own clock, however wrong that is.
#[test]
fn expires_counts_from_the_servers_date() {
    for server_now in [NOW, NOW - 400 * DAY, NOW + 9 * HOUR] {
        let freshness =
            Freshness { date_at: Some(server_now), expires_at: Some(server_now + 2 * HOUR), ..Freshness::default() };
        check_exact(|case| case.freshness = freshness, 2 * HOUR, "publisher asks for 2 h (Expires)");
    }
}

#[test]
fn expires_without_a_date_counts_from_now() {
    let freshness = Freshness { expires_at: Some(NOW + HOUR), ..Freshness::default() };
    check_exact(|case| case.freshness = freshness, HOUR, "publisher asks for 1 h (Expires)");
}

/// RFC 9111 §5.3.
#[test]
fn max_age_beats_expires() {
    let freshness = Freshness { date_at: Some(NOW), expires_at: Some(NOW + DAY), ..max_age(3600) };
    check_exact(|case| case.freshness = freshness, 3600, "publisher asks for 1 h (max-age)");
}

/// RFC 9111 §5.2.2.4.
#[test]
fn no_cache_asks_for_nothing() {
    let freshness = Freshness { no_cache: true, ..max_age(7200) };
    check(|case| case.freshness = freshness, 900, "publishes about 24 a day");
}

#[test]
fn a_hint_shorter_than_the_habit_does_not_hurry() {
    check(|case| case.freshness = max_age(60), 900, "publishes about 24 a day");
}

#[test]
fn a_hint_is_obeyed_for_a_day_and_no_longer() {
    let reason = "publisher asks for 365 d (max-age, at most max_freshness is kept)";
    check_exact(|case| case.freshness = max_age(365 * 86_400), DAY, reason);
    check_exact(|case| case.freshness = max_age(12 * 3600), 12 * HOUR, "publisher asks for 12 h (max-age)");
}

#[test]
fn a_max_age_beyond_all_numbers_is_a_long_one() {
    let mut case = Case { freshness: max_age(u64::MAX), ..Case::default() };
    assert_eq!(case.wait(), DAY);
    case.freshness =
        Freshness { expires_at: Some(UnixSeconds::MAX), date_at: Some(UnixSeconds::MIN), ..case.freshness };
    case.freshness.max_age = None;
    assert_eq!(case.wait(), DAY);
}

#[test]
fn ttl_delays_where_http_says_nothing() {
    check_exact(|case| case.hints.ttl_minutes = Some(60), HOUR, "publisher asks for 1 h (ttl)");
}

#[test]
fn http_beats_ttl() {
    let reason = "publisher asks for 30 min (max-age)";
    check_exact(|case| (case.freshness, case.hints.ttl_minutes) = (max_age(1800), Some(240)), 1800, reason);
}

/// `max-age=0` is what frameworks send by themselves; the ttl is what the publisher wrote.
#[test]
fn ttl_counts_where_http_only_says_now() {
    let reason = "publisher asks for 4 h (ttl)";
    check_exact(|case| (case.freshness, case.hints.ttl_minutes) = (max_age(0), Some(240)), 4 * HOUR, reason);
}

/// A 304 has no document: what the last one asked for holds until the next.
#[test]
fn what_a_document_asked_for_holds_until_the_next_document() {
    let mut case = Case { end: PollEnd::Changed { new_articles: 1 }, ..Case::default() };
    case.hints.ttl_minutes = Some(240);
    case.state.rhythm = case.plan().rhythm;
    for end in [PollEnd::Unchanged, PollEnd::Partial { new_articles: 1 }] {
        let silent = Case { end, hints: PollHints::default(), ..case.clone() };
        assert_eq!((silent.wait(), silent.plan().reason.as_str()), (4 * HOUR, "publisher asks for 4 h (ttl)"));
        assert_eq!(silent.plan().rhythm.hints, case.hints);
    }
    let other = Case { hints: PollHints::default(), ..case };
    assert!(other.wait() < HOUR, "a document that asks for nothing takes it back");
}

/// RSS 2.0: hours in GMT. At 12:15 the next poll would fall into a skipped hour.
#[test]
fn skipped_hours_are_waited_out() {
    let reason = "publisher asks for quiet until then (skipHours)";
    let skip = |hours: &[u8]| {
        let hours = hours.to_vec();
        move |case: &mut Case| case.hints.skip_hours = hours
    };
    check(skip(&[12, 13, 14]), 3 * HOUR, reason);
    check(skip(&[12]), HOUR, reason);
    check(skip(&[13, 14, 0]), 900, "publishes about 24 a day");
}

/// NOW is a Wednesday (2); Wednesday and Thursday off would be 36 hours, but a day is the bound.
#[test]
fn skipped_days_are_waited_out_for_a_day_at_most() {
    let reason = "publisher asks for quiet until then (skipHours, skipDays)";
    check(|case| case.hints.skip_days = vec![2], 12 * HOUR, reason);
    check_exact(|case| case.hints.skip_days = vec![2, 3], DAY, reason);
    check(|case| case.hints.skip_days = vec![3, 4, 5, 6, 0, 1], 900, "publishes about 24 a day");
}

#[test]
fn skipping_everything_is_a_mistake_and_skips_nothing() {
    check(|case| case.hints.skip_hours = (0..24).collect(), 900, "publishes about 24 a day");
    check(|case| case.hints.skip_days = (0..7).collect(), 900, "publishes about 24 a day");
}

/// `sy:*` seeds the rhythm of a feed that is polled for the first time, and delays nothing (RULES 5).
#[test]
fn the_syndication_module_only_seeds() {
    let first = |seconds: Option<u32>| {
        let mut case = Case::default();
        case.state.rhythm = Rhythm::default();
        case.hints.update_period_seconds = seconds;
        case.wait()
    };
    assert_eq!(first(None), first(Some(3600)));
    assert!(first(Some(86_400)) > HOUR && first(Some(86_400)) < 2 * HOUR);
    check(|case| case.hints.update_period_seconds = Some(86_400), 900, "publishes about 24 a day");
}
