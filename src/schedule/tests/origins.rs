//! Four weeks of publishers who ask for things, fall silent, limit us and come back. Every single request is held
//! against what the origin had asked for before it, with nothing kept between polls but what the store would keep.

use super::*;

const FEEDS: i64 = 60;

/// What one origin is like.
struct Origin {
    a_day: i64,
    max_age: Option<u64>,
    ttl_minutes: Option<u32>,
    skip_hours: Vec<u8>,
    /// It answers 503 from the first to the second.
    outage: (UnixSeconds, UnixSeconds),
    /// It answers 429 and asks for an hour from the first to the second.
    limits: (UnixSeconds, UnixSeconds),
    dies_at: UnixSeconds,
}

impl Origin {
    /// Every fifth asks by max-age, every fourth by ttl, every third by skipHours; no two are down at the same time.
    fn of(id: i64) -> Self {
        let every = |n: i64| id % n == 0;
        Origin {
            a_day: 1 + id * id % 97,
            max_age: every(5).then_some(60 * (id as u64 % 90)),
            ttl_minutes: every(4).then_some(30 + id as u32),
            skip_hours: if every(3) { (0..6).collect() } else { Vec::new() },
            outage: (NOW + id * 4 * HOUR, NOW + id * 4 * HOUR + id * HOUR / 2),
            limits: (NOW + id * 5 * HOUR, NOW + id * 5 * HOUR + 6 * HOUR),
            dies_at: if every(50) { NOW + 20 * DAY } else { UnixSeconds::MAX },
        }
    }

    fn is_in(now: UnixSeconds, (from, to): (UnixSeconds, UnixSeconds)) -> bool {
        (from..to).contains(&now)
    }

    /// Answers `case`, whose articles since `last` it hands over; a document comes only with news.
    fn answer(&self, case: &mut Case, last: UnixSeconds) {
        let now = case.now;
        (case.freshness, case.hints, case.retry_at) = (Freshness::default(), PollHints::default(), None);
        case.end = if now >= self.dies_at {
            PollEnd::Gone
        } else if Self::is_in(now, self.outage) {
            PollEnd::Failed { kind: FailureKind::Server, status: Some(503) }
        } else if Self::is_in(now, self.limits) {
            case.retry_at = Some(now + HOUR);
            PollEnd::Failed { kind: FailureKind::RateLimited, status: Some(429) }
        } else {
            case.freshness.max_age = self.max_age;
            let spacing = DAY / self.a_day;
            match (now.div_euclid(spacing) - last.div_euclid(spacing)) as u32 {
                0 => PollEnd::Unchanged,
                new_articles => {
                    case.hints.ttl_minutes = self.ttl_minutes;
                    case.hints.skip_hours = self.skip_hours.clone();
                    PollEnd::Changed { new_articles }
                }
            }
        };
    }

    /// No request sooner than this after one that it answered well. Only once it has sent a document is a ttl known.
    fn asked_for(&self, has_document: bool) -> UnixSeconds {
        match (self.max_age.filter(|age| *age > 0), self.ttl_minutes.filter(|_| has_document)) {
            (Some(age), _) => age as UnixSeconds,
            (None, Some(minutes)) => UnixSeconds::from(minutes) * MINUTE,
            (None, None) => 0,
        }
    }

    /// Whether a request after `case`, at `next`, keeps to everything that this origin asked for.
    fn check(&self, case: &Case, next: UnixSeconds, has_document: bool) {
        let wait = next - case.now;
        let skips = has_document && self.skip_hours.contains(&(next.rem_euclid(DAY).div_euclid(HOUR) as u8));
        match case.end {
            PollEnd::Failed { kind: FailureKind::RateLimited, .. } => assert!((HOUR..=DAY).contains(&wait), "{wait}"),
            PollEnd::Failed { .. } => assert!((225..=DAY).contains(&wait), "{wait}"),
            _ => {
                assert!(wait >= self.asked_for(has_document), "{wait} s is sooner than asked: {:?}", case.plan());
                assert!(wait <= 12 * HOUR + 10 * MINUTE, "{wait} s is beyond every bound: {:?}", case.plan());
                assert!(!skips, "in a skipped hour: {:?}", case.plan());
            }
        }
    }
}

#[test]
fn no_request_breaks_what_its_origin_asked_for() {
    let (mut requests, mut failures) = (0, 0);
    for id in 1..=FEEDS {
        let origin = Origin::of(id);
        let mut case = Case { now: first_poll_at(id, 1000, NOW), ..Case::default() };
        case.state = FeedState { id, ..FeedState::default() };
        let (mut last_seen, mut has_document) = (NOW - DAY, false);
        while case.now < NOW + 28 * DAY {
            origin.answer(&mut case, last_seen);
            has_document |= matches!(case.end, PollEnd::Changed { .. });
            let failed = matches!(case.end, PollEnd::Failed { .. });
            (requests, failures) = (requests + 1, failures + usize::from(failed));
            let plan = case.plan();
            let Some(next) = plan.next_poll_at else {
                assert_eq!(case.end, PollEnd::Gone);
                break;
            };
            origin.check(&case, next, has_document);
            assert_eq!(plan.failures > 0, failed, "recovery is immediate");
            if !failed {
                last_seen = case.now;
            }
            (case.state.rhythm, case.state.failures, case.state.held_until) =
                (plan.rhythm, plan.failures, plan.held_until);
            case.now = next;
        }
        assert_eq!(case.end == PollEnd::Gone, origin.dies_at < NOW + 28 * DAY, "given up by 410 only");
    }
    println!("{requests} requests, {failures} of them failed, no rule broken");
}
