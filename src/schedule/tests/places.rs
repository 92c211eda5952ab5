//! Where and whether at all: moved feeds, our own network, first polls, wrong clocks.

use super::*;
use crate::model::Moving;

const OLD: &str = "https://old.example/feed";
const NEW: &str = "https://new.example/feed";

/// Polls at these hours, each ending in a permanent redirect to the target; what is believed in the end.
fn moved(polls: impl IntoIterator<Item = (UnixSeconds, Option<&'static str>, bool)>) -> FeedState {
    let mut state = FeedState::default();
    for (hour, target, same_feed) in polls {
        let address = follow(&state, OLD, target, same_feed, NOW + hour * HOUR);
        (state.moving, state.moved_to) = (address.moving, address.moved_to);
    }
    state
}

#[test]
fn a_permanent_redirect_is_believed_after_days_of_equal_answers() {
    let state = moved((0..=72).map(|hour| (hour, Some(NEW), true)));
    assert_eq!((state.moved_to.as_deref(), state.moving), (Some(NEW), None));
}

#[test]
fn neither_many_answers_in_a_day_nor_few_in_a_week_are_believed() {
    let often = moved((0..24).map(|hour| (hour, Some(NEW), true)));
    assert_eq!(often.moved_to, None);
    assert_eq!(often.moving, Some(Moving { target: NEW.to_owned(), since_at: NOW, times: 24 }));
    assert_eq!(moved([(0, Some(NEW), true), (7 * 24, Some(NEW), true)]).moved_to, None);
}

/// A captive portal or a parked domain: another document, or only for a while.
#[test]
fn one_other_answer_begins_the_count_anew() {
    let with = |other| moved((0..100).map(move |hour| if hour == 60 { other } else { (hour, Some(NEW), true) }));
    assert_eq!(with((60, None, true)).moved_to, None);
    assert_eq!(with((60, Some(NEW), false)).moved_to, None);
    assert_eq!(with((60, Some("https://portal.example/"), true)).moved_to, None);
}

#[test]
fn tls_is_not_given_up_for_a_redirect() {
    let state = moved((0..100).map(|hour| (hour, Some("http://new.example/feed"), true)));
    assert_eq!((state.moved_to, state.moving), (None, None));
}

#[test]
fn an_address_believed_is_kept_until_it_fails_three_times() {
    let mut state = moved((0..=72).map(|hour| (hour, Some(NEW), true)));
    assert_eq!(follow(&state, NEW, None, true, NOW + 100 * HOUR).moved_to.as_deref(), Some(NEW));
    state.moved_to = lost(&state, 2).moved_to;
    assert_eq!(state.moved_to.as_deref(), Some(NEW));
    assert_eq!(lost(&state, 3).moved_to, None);
}

/// Misses of hosts at seconds, as "host@second"; whether our network counts as down afterwards.
fn down(misses: &[(&str, &str, UnixSeconds)]) -> bool {
    let mut watch = NetworkWatch::default();
    for (host, domain, second) in misses {
        watch.missed(host, domain, FailureKind::Connect, NOW + second);
    }
    watch.is_down()
}

#[test]
fn five_hosts_of_three_domains_within_two_minutes_are_our_own_network() {
    let five =
        [("a.one", "one", 0), ("b.one", "one", 30), ("c.one", "one", 60), ("two", "two", 90), ("three", "three", 120)];
    assert!(down(&five));
    assert!(!down(&five[..4]), "four hosts");
    let mut slow = five;
    slow[4].2 = 121;
    assert!(!down(&slow), "longer than two minutes");
    let two_domains =
        [("a.one", "one", 0), ("b.one", "one", 1), ("c.one", "one", 2), ("d.one", "one", 3), ("two", "two", 4)];
    assert!(!down(&two_domains));
    assert!(!down(&[("one", "one", 0); 9]), "one host often");
}

#[test]
fn only_dns_and_connect_count() {
    let mut watch = NetworkWatch::default();
    for (second, host) in ["a", "b", "c", "d", "e", "f"].iter().enumerate() {
        assert!(!watch.missed(host, host, FailureKind::Timeout, NOW + second as i64));
    }
}

#[test]
fn one_success_is_enough_to_be_back_and_a_probe_looks_every_half_minute() {
    let mut watch = NetworkWatch::default();
    for host in ["a", "b", "c", "d", "e"] {
        assert!(watch.lets_poll(NOW));
        watch.missed(host, host, FailureKind::Dns, NOW);
    }
    let polls: Vec<_> = (0..=90).filter(|second| watch.lets_poll(NOW + second)).collect();
    assert_eq!(polls, [0, 30, 60, 90]);
    assert!(watch.is_down(), "silence proves nothing");
    watch.reached();
    assert!(watch.lets_poll(NOW + 91) && watch.lets_poll(NOW + 91));
}

#[test]
fn a_success_among_the_failures_keeps_the_network_up() {
    let mut watch = NetworkWatch::default();
    for host in ["a", "b", "c", "d"] {
        watch.missed(host, host, FailureKind::Dns, NOW);
    }
    watch.reached();
    assert!(!watch.missed("e", "e", FailureKind::Dns, NOW + 1));
}

#[test]
fn first_polls_are_at_once_for_few_and_spread_for_many() {
    assert!((1..=60).all(|id| first_poll_at(id, 60, NOW) == NOW));
    let mut seconds = vec![0; 200];
    for id in 1..=1000 {
        seconds[usize::try_from(first_poll_at(id, 1000, NOW) - NOW).unwrap()] += 1;
    }
    assert!(*seconds.iter().max().unwrap() <= 24, "{seconds:?}");
}

#[test]
fn the_plan_is_obeyed_unless_only_a_wrong_clock_can_have_made_it() {
    let due = |last, next| due_at(&FeedState { last_poll_at: last, next_poll_at: next, ..FeedState::default() }, NOW);
    assert_eq!(due(None, None), Some(NOW));
    assert_eq!(due(None, Some(NOW + 60)), Some(NOW + 60));
    assert_eq!(due(Some(NOW - 60), Some(NOW + 7 * DAY)), Some(NOW + 7 * DAY));
    assert_eq!(due(Some(NOW - 60 * DAY), Some(NOW - 59 * DAY)), Some(NOW - 59 * DAY));
    assert_eq!(due(Some(NOW + 400 * DAY), Some(NOW + 401 * DAY)), Some(NOW));
    assert_eq!(due_at(&FeedState { gone: true, ..FeedState::default() }, NOW), None);
}

/// A feed with ten articles a day for weeks, then silent for so many days; polled every hour since.
fn doubted(silent_days: i64) -> usize {
    let mut state = FeedState { last_new_at: Some(NOW), last_poll_at: Some(NOW), ..FeedState::default() };
    state.rhythm.by_hour = vec![280.0 / 168.0; 168];
    state.rhythm.observed_seconds = 60 * DAY;
    let mut doubts = 0;
    for now in (NOW..NOW + silent_days * DAY).step_by(HOUR as usize) {
        doubts += usize::from(doubts_validators(&state, now));
        state.last_poll_at = Some(now);
    }
    doubts
}

#[test]
fn silence_far_beyond_the_habit_is_doubted_once_a_day() {
    assert_eq!(doubted(3), 0);
    assert_eq!(doubted(10), 7);
}

#[test]
fn the_silence_of_a_feed_that_is_seldom_heard_is_believed() {
    let mut state = FeedState { last_new_at: Some(NOW), last_poll_at: Some(NOW), ..FeedState::default() };
    assert!(!doubts_validators(&state, NOW + 100 * DAY), "nothing is known of it");
    (state.rhythm.by_hour, state.rhythm.observed_seconds) = (vec![4.0 / 168.0; 168], 60 * DAY);
    assert!(!doubts_validators(&state, NOW + 20 * DAY), "one a week");
}

#[test]
fn to_poll_all_ignores_the_plan_but_neither_a_hold_nor_an_end() {
    let state = |held_until| FeedState { held_until, next_poll_at: Some(NOW + DAY), ..FeedState::default() };
    assert!(may_hurry(&state(None), NOW));
    assert!(may_hurry(&state(Some(NOW)), NOW));
    assert!(!may_hurry(&state(Some(NOW + 1)), NOW));
    assert!(may_hurry(&state(Some(NOW + 400 * DAY)), NOW), "only a wrong clock can have written this");
    assert!(!may_hurry(&FeedState { gone: true, ..FeedState::default() }, NOW));
}

/// The plan was made for an interval of six hours, at the last poll an hour ago.
#[test]
fn what_the_operator_fixed_since_the_plan_counts_from_the_last_poll() {
    let due_with = |minutes: u64, change: fn(&mut FeedState)| {
        let config = FeedConfig { interval: Some(Duration::from_secs(60 * minutes)), ..FeedConfig::default() };
        let (last_poll_at, next_poll_at) = (Some(NOW - HOUR), Some(NOW + 5 * HOUR));
        let mut state = FeedState { last_poll_at, next_poll_at, ..FeedState::default() };
        change(&mut state);
        due(&crate::model::Feed { config: config.into(), state: state.into() }, NOW).unwrap() - NOW
    };
    assert_eq!(due_with(360, |_| {}), 5 * HOUR, "nothing was changed");
    assert_eq!(due_with(90, |_| {}), 30 * MINUTE);
    assert_eq!(due_with(10, |_| {}), -50 * MINUTE);
    assert_eq!(due_with(600, |_| {}), 5 * HOUR, "never later than the plan");
    assert_eq!(due_with(10, |state| state.held_until = Some(NOW + HOUR)), HOUR);
    assert_eq!(due_with(10, |state| state.failures = 3), 5 * HOUR, "backing off");
}

#[test]
fn a_redirect_to_the_very_address_is_no_move() {
    assert_eq!(follow(&FeedState::default(), OLD, Some(OLD), true, NOW), Address::default());
}
