//! A feed's own rhythm: how often it publishes, learned poll by poll, and the interval that suits it.
//!
//! Of all ways to share out a number of requests among feeds, the mean delay of an article is least when a feed's
//! interval goes with the inverse square root of its rate: t² × rate = constant. With the rate varying by the hour,
//! that is the first t for which t × (articles expected until t) reaches the constant: long over a feed's night,
//! short again as its morning comes.

use crate::model::{Rhythm, UnixSeconds};

use super::{Asked, HOUR, HOURS_A_WEEK, PollEnd, Wish, hints, hour_of_week, jitter, whole, words};

const DAY: f64 = 86_400.0;

/// In seconds × articles: a feed with one article an hour is polled every 15 minutes, with one a day every 73.
const CONSTANT: f64 = 225.0;
/// What is believed of a feed that nothing is known of: one article an hour.
const RATE_UNKNOWN: f64 = 1.0 / 3600.0;
/// A rate is a mean over about so long; at first over what was seen, with this much belief in the first guess.
const RATE_MEMORY: f64 = 4.0 * DAY;
const RATE_BELIEF: f64 = DAY / 4.0;
/// The week's shape is a mean over about so long.
const SHAPE_MEMORY: f64 = 28.0 * DAY;
/// Articles' worth of belief that all hours are alike, and that a weekday's hour is like that hour of other days.
const ALIKE: f64 = 12.0;
const DAYS_ALIKE: f64 = 60.0;
/// Before so many articles the hours are not told apart.
const SHAPE_KNOWN: f64 = 12.0;
/// More at once is an archive or an accident, not a rhythm.
const MOST_AT_ONCE: u32 = 200;
/// Added to an interval by the feed's phase, so that feeds of one publisher drift apart.
const JITTER: f64 = 0.1;

pub(super) fn wish(asked: &Asked<'_>, rhythm: &Rhythm) -> Wish {
    let least = whole(asked.policy.min_interval).max(1);
    let most = whole(asked.policy.max_interval).max(least);
    let interval = interval(rhythm, asked.now, least, most);
    let at = asked.now + (interval + jitter(asked.state.id, (interval as f64 * JITTER) as UnixSeconds)).min(most);
    let reason = match is_known(rhythm) {
        true => format!("publishes {}", words::rate(rhythm.rate)),
        false => "learning its rhythm".to_owned(),
    };
    Wish { at, reason }
}

/// Whether more is known than was believed from the start.
pub(super) fn is_known(rhythm: &Rhythm) -> bool {
    rhythm.observed_seconds as f64 >= RATE_BELIEF
}

/// Walks through the coming hours, in each of which the rate stands still, to where the product reaches the constant.
fn interval(rhythm: &Rhythm, now: UnixSeconds, least: UnixSeconds, most: UnixSeconds) -> UnixSeconds {
    let shape = Shape::of(rhythm);
    let (mut waited, mut expected) = (0, 0.0);
    while waited < most {
        let rate = rhythm.rate * shape.weight(now + waited);
        let left_of_hour = HOUR - (now + waited).rem_euclid(HOUR);
        let reached = reaches(waited as f64, expected, rate);
        if reached <= (waited + left_of_hour) as f64 {
            return (reached.round() as UnixSeconds).clamp(least, most);
        }
        expected += rate * left_of_hour as f64;
        waited += left_of_hour;
    }
    most
}

/// The t at which t × (expected + rate × (t − waited)) is the constant; infinite where it never is.
fn reaches(waited: f64, expected: f64, rate: f64) -> f64 {
    let linear = expected - rate * waited;
    let root = (linear * linear + 4.0 * rate * CONSTANT).sqrt();
    // This form of the root loses no digits where the rate is small.
    2.0 * CONSTANT / (linear + root)
}

/// The rhythm after this poll. Failures teach nothing, nor does a part of a document or the stock of a first one.
pub(super) fn learned(asked: &Asked<'_>) -> Rhythm {
    let known = &asked.state.rhythm;
    let new = match asked.end {
        PollEnd::Unchanged => 0,
        PollEnd::Changed { new_articles } => new_articles.min(MOST_AT_ONCE),
        PollEnd::Partial { .. } if known.at == 0 => 0,
        _ => return known.clone(),
    };
    let hints = hints::in_force(asked).clone();
    if known.at == 0 {
        let period = hints.update_period_seconds.filter(|seconds| *seconds > 0);
        let rate = period.map_or(RATE_UNKNOWN, |seconds| 1.0 / f64::from(seconds));
        return Rhythm { rate, at: asked.now, hints, ..Rhythm::default() };
    }
    // A clock that went back teaches nothing; it only starts again from there.
    let elapsed = asked.now - known.at;
    if elapsed <= 0 {
        return Rhythm { at: asked.now, hints, ..known.clone() };
    }
    let memory = (known.observed_seconds as f64 + RATE_BELIEF).min(RATE_MEMORY);
    let kept = (-(elapsed as f64) / memory).exp();
    Rhythm {
        rate: known.rate * kept + f64::from(new) / elapsed as f64 * (1.0 - kept),
        at: asked.now,
        by_hour: remembered(known, new, elapsed, asked.now),
        observed_seconds: known.observed_seconds.saturating_add(elapsed),
        hints,
    }
}

/// The new articles, spread over the hours since the last poll: when they came in between is not known.
fn remembered(known: &Rhythm, new: u32, elapsed: UnixSeconds, now: UnixSeconds) -> Vec<f32> {
    if new == 0 && known.by_hour.is_empty() {
        return Vec::new();
    }
    let kept = (-(elapsed as f64) / SHAPE_MEMORY).exp() as f32;
    let mut hours: Vec<f32> = known.by_hour.iter().map(|count| count * kept).collect();
    hours.resize(HOURS_A_WEEK, 0.0);
    let (first, last) =
        ((now - elapsed).max(now - HOURS_A_WEEK as UnixSeconds * HOUR).div_euclid(HOUR), now.div_euclid(HOUR));
    let share = new as f32 / (last - first + 1) as f32;
    for hour in first..=last {
        hours[hour_of_week(hour)] += share;
    }
    hours
}

/// How the mean rate is spread over the hours of the week; None while that is not known.
struct Shape(Option<Spread>);

struct Spread {
    total: f64,
    week: Vec<f64>,
    day: Vec<f64>,
}

impl Shape {
    fn of(rhythm: &Rhythm) -> Self {
        let week: Vec<f64> = rhythm.by_hour.iter().map(|count| f64::from(*count)).collect();
        let total: f64 = week.iter().sum();
        if week.len() != HOURS_A_WEEK || total < SHAPE_KNOWN {
            return Shape(None);
        }
        let day: Vec<f64> = (0..24).map(|hour| week.iter().skip(hour).step_by(24).sum()).collect();
        Shape(Some(Spread { total, week, day }))
    }

    /// The share of the mean rate that the hour of `at` has; over a week its mean is 1.
    ///
    /// A day's hour is believed as far as articles were seen, a week's hour as far as many were.
    fn weight(&self, at: UnixSeconds) -> f64 {
        let Some(Spread { total, week, day }) = &self.0 else { return 1.0 };
        let hour = hour_of_week(at.div_euclid(HOUR));
        let of_day = (smoothed(day, hour % 24) * 24.0 + ALIKE) / (total + ALIKE);
        (smoothed(week, hour) * HOURS_A_WEEK as f64 + DAYS_ALIKE * of_day) / (total + DAYS_ALIKE)
    }
}

/// An hour with half of its neighbors', in a circle: articles do not keep to the hour.
fn smoothed(hours: &[f64], hour: usize) -> f64 {
    let count = hours.len();
    hours[hour] / 2.0 + (hours[(hour + count - 1) % count] + hours[(hour + 1) % count]) / 4.0
}
