//! Whether a feed's silence is believed.
//!
//! Some servers answer 304 for ever, whatever changed. A feed that is silent long beyond its habit is asked once a day
//! without validators; all other requests stay conditional.

use crate::model::{FeedState, UnixSeconds};

const DAY: UnixSeconds = 86_400;
/// Silence begins to be doubtful after so long, and after so many articles that should have come.
const SILENCE: UnixSeconds = 3 * DAY;
const MISSED: f64 = 10.0;
/// Over how long the week's hours remember; the same as `habit` forgets them by.
const MEMORY: UnixSeconds = 28 * DAY;

/// Whether this poll, at `now`, should leave the validators out.
pub fn doubts_validators(state: &FeedState, now: UnixSeconds) -> bool {
    let (Some(last_new), Some(last_poll)) = (state.last_new_at, state.last_poll_at) else { return false };
    let silence = now - last_new;
    let known: f64 = state.rhythm.by_hour.iter().map(|count| f64::from(*count)).sum();
    let rate = known / state.rhythm.observed_seconds.clamp(DAY, MEMORY) as f64;
    let first_of_the_day = last_poll.div_euclid(DAY) != now.div_euclid(DAY);
    first_of_the_day && silence >= SILENCE && rate * silence as f64 >= MISSED
}
