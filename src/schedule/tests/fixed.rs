//! What the operator fixed: `interval`, and `schedule` on the clocks of the feed's zone.

use super::*;

#[test]
fn an_interval_is_kept_to_the_second_whatever_the_publisher_hints() {
    let change = |case: &mut Case| {
        case.config.interval = Some(Duration::from_secs(1800));
        case.freshness.max_age = Some(86_400);
        case.hints.ttl_minutes = Some(600);
        case.hints.skip_hours = (0..23).collect();
    };
    check_exact(change, 1800, "every 30 min (interval)");
}

#[test]
fn a_schedule_is_kept_whatever_the_publisher_hints() {
    let change = |case: &mut Case| {
        case.config.schedule = Some("30 13 * * *".to_owned());
        case.freshness.max_age = Some(86_400);
    };
    check_exact(change, 90 * MINUTE, "by schedule 30 13 * * *");
}

/// Wednesday noon in UTC is 21:00 in Tokyo and 07:00 in New York.
#[test]
fn a_schedule_is_read_on_the_feeds_own_clocks() {
    for (zone, wait) in [(None, 10 * HOUR), (Some("Asia/Tokyo"), HOUR), (Some("America/New_York"), 15 * HOUR)] {
        let change = |case: &mut Case| {
            case.config.schedule = Some("0 22 * * *".to_owned());
            case.config.timezone = zone.map(str::to_owned);
        };
        check_exact(change, wait, "by schedule 0 22 * * *");
    }
}

fn at(text: &str) -> UnixSeconds {
    text.parse::<jiff::Timestamp>().unwrap().as_second()
}

fn next(expression: &str, zone: &str, after: &str) -> String {
    let schedule = Schedule::parse(expression, Some(zone)).unwrap();
    let next = schedule.next_after(at(after)).unwrap();
    jiff::Timestamp::from_second(next).unwrap().to_string()
}

/// Berlin: 02:00 to 03:00 is skipped on 2026-03-29 and repeated on 2026-10-25.
#[test]
fn clocks_that_change_lose_no_day_and_double_none() {
    let daily = |after| next("30 2 * * *", "Europe/Berlin", after);
    assert_eq!(daily("2026-03-28T12:00:00Z"), "2026-03-29T01:30:00Z");
    assert_eq!(daily("2026-03-29T01:30:00Z"), "2026-03-30T00:30:00Z");
    assert_eq!(daily("2026-10-24T12:00:00Z"), "2026-10-25T00:30:00Z");
    assert_eq!(daily("2026-10-25T00:30:00Z"), "2026-10-26T01:30:00Z");
}

/// In the hour that is repeated, the next time is never one that has passed.
#[test]
fn the_next_time_is_always_later() {
    let mut after = at("2026-10-24T22:00:00Z");
    let schedule = Schedule::parse("* * * * *", Some("Europe/Berlin")).unwrap();
    for _ in 0..600 {
        let next = schedule.next_after(after).unwrap();
        assert!(next > after && next <= after + 61 * MINUTE, "{after} → {next}");
        after = next;
    }
}

#[test]
fn what_is_no_schedule_is_said_to_be_none() {
    let parse = |expression, zone| Schedule::parse(expression, zone).map(|_| ()).unwrap_err();
    assert!(matches!(parse("every day", None), ScheduleError::Expression(_)));
    assert!(matches!(parse("0 0 6 * * *", None), ScheduleError::Expression(_)));
    assert!(matches!(parse("61 * * * *", None), ScheduleError::Expression(_)));
    assert_eq!(parse("0 6 * * *", Some("Mars/Olympus")), ScheduleError::Zone("Mars/Olympus".to_owned()));
    assert_eq!(parse("0 0 30 2 *", None), ScheduleError::Never);
}
