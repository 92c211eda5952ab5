//! A feed's own rhythm: how often it publishes, learned poll by poll, and the interval that suits it.
//!
//! Of all ways to share out a number of requests among feeds, the mean delay of an article is least when a feed's
//! interval goes with the inverse square root of its rate: t² × rate = constant. With the rate varying by the hour,
//! that is the first t for which t × (articles expected until t) reaches the constant: long over a feed's night,
//! short again as its morning comes.

use crate::model::{Rhythm, UnixSeconds};

use super::{Asked, PollEnd, Wish, jitter, whole, words};

const HOUR: UnixSeconds = 3600;
const DAY: f64 = 86_400.0;
const HOURS_A_WEEK: usize = 168;
/// 1970-01-01 was a Thursday; weeks here begin on Monday.
const MONDAY_OFFSET: UnixSeconds = 3 * 24;

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
/// What the sum of many steps may be short of.
const ROUNDING: f64 = 1e-6;
/// In seconds: how finely the coming hours are walked through.
const STEP: UnixSeconds = 60;

pub(super) fn wish(asked: &Asked<'_>, rhythm: &Rhythm) -> Wish {
    let least = whole(asked.policy.min_interval).max(1);
    let most = whole(asked.policy.max_interval).max(least);
    let interval = interval(rhythm, asked.now, least, most);
    let at = asked.now + (interval + jitter(asked.state.id, (interval as f64 * JITTER) as UnixSeconds)).min(most);
    let reason = format!("publishes {}", words::rate(rhythm.rate));
    Wish { at, reason }
}

fn interval(rhythm: &Rhythm, now: UnixSeconds, least: UnixSeconds, most: UnixSeconds) -> UnixSeconds {
    let shape = Shape::of(rhythm);
    let mut expected = 0.0;
    let mut waited = 0;
    while waited < most {
        expected += rhythm.rate * shape.weight(now + waited) * STEP as f64;
        waited += STEP;
        if waited >= least && waited as f64 * expected >= CONSTANT - ROUNDING {
            break;
        }
    }
    waited.clamp(least, most)
}

/// The rhythm after this poll. Failures teach nothing, nor does a part of a document or the stock of a first one.
pub(super) fn learned(asked: &Asked<'_>) -> Rhythm {
    let known = &asked.state.rhythm;
    let new = match asked.end {
        PollEnd::Unchanged => 0,
        PollEnd::Changed { new_articles } => new_articles.min(MOST_AT_ONCE),
        _ => return known.clone(),
    };
    if known.at == 0 {
        let period = asked.hints.update_period_seconds.filter(|seconds| *seconds > 0);
        let rate = period.map_or(RATE_UNKNOWN, |seconds| 1.0 / f64::from(seconds));
        return Rhythm { rate, at: asked.now, ..Rhythm::default() };
    }
    // A clock that went back teaches nothing; it only starts again from there.
    let elapsed = asked.now - known.at;
    if elapsed <= 0 {
        return Rhythm { at: asked.now, ..known.clone() };
    }
    let memory = (known.observed_seconds as f64 + RATE_BELIEF).min(RATE_MEMORY);
    let kept = (-(elapsed as f64) / memory).exp();
    Rhythm {
        rate: known.rate * kept + f64::from(new) / elapsed as f64 * (1.0 - kept),
        at: asked.now,
        by_hour: remembered(known, new, elapsed, asked.now),
        observed_seconds: known.observed_seconds.saturating_add(elapsed),
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
        hours[of_week(hour)] += share;
    }
    hours
}

fn of_week(hour: UnixSeconds) -> usize {
    // In 0..168, so that it fits anything.
    (hour + MONDAY_OFFSET).rem_euclid(HOURS_A_WEEK as UnixSeconds) as usize
}

/// How much of the mean rate each hour of the week has; the mean over the week is 1.
struct Shape(Vec<f64>);

impl Shape {
    fn of(rhythm: &Rhythm) -> Self {
        let total: f64 = rhythm.by_hour.iter().map(|count| f64::from(*count)).sum();
        if rhythm.by_hour.len() != HOURS_A_WEEK || total < SHAPE_KNOWN {
            return Shape(Vec::new());
        }
        let week: Vec<f64> = rhythm.by_hour.iter().map(|count| f64::from(*count)).collect();
        let mut day = vec![0.0; 24];
        for (hour, count) in week.iter().enumerate() {
            day[hour % 24] += count;
        }
        let day: Vec<f64> = smoothed(&day).iter().map(|count| (count * 24.0 + ALIKE) / (total + ALIKE)).collect();
        let blend = |(hour, count): (usize, &f64)| {
            (count * HOURS_A_WEEK as f64 + DAYS_ALIKE * day[hour % 24]) / (total + DAYS_ALIKE)
        };
        Shape(smoothed(&week).iter().enumerate().map(blend).collect())
    }

    fn weight(&self, at: UnixSeconds) -> f64 {
        if self.0.is_empty() { 1.0 } else { self.0[of_week(at.div_euclid(HOUR))] }
    }
}

/// Each hour with half of its neighbors', in a circle: articles do not keep to the hour.
fn smoothed(hours: &[f64]) -> Vec<f64> {
    let count = hours.len();
    (0..count)
        .map(|hour| hours[hour] / 2.0 + (hours[(hour + count - 1) % count] + hours[(hour + 1) % count]) / 4.0)
        .collect()
}
