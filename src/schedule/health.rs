//! How a feed fares, from its configuration and its state.

use crate::model::{FeedConfig, FeedHealth, FeedState, UnixSeconds};

/// A feed that answers, with nothing new for this long, is stale (RULES 5), in seconds.
const STALE_AFTER: UnixSeconds = 30 * 86_400;

/// `config` is None for a feed that is no longer configured.
pub fn health(config: Option<&FeedConfig>, state: &FeedState, now: UnixSeconds) -> FeedHealth {
    match config {
        Some(config) if !config.enabled => FeedHealth::Off,
        _ if state.gone => FeedHealth::Gone,
        _ if state.last_error.is_some() => FeedHealth::Failing,
        _ if state.last_poll_at.is_none() => FeedHealth::Waiting,
        _ if state.last_new_at.is_some_and(|at| now - at > STALE_AFTER) => FeedHealth::Stale,
        _ => FeedHealth::Well,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_has_one_word_the_one_that_matters_most() {
        const NOW: UnixSeconds = 1_795_500_000;
        let polled = FeedState { last_poll_at: Some(NOW), last_new_at: Some(NOW), ..FeedState::default() };
        let failing = FeedState { last_error: Some("no".into()), ..polled.clone() };
        let silent = FeedState { last_new_at: Some(NOW - 31 * 86_400), ..polled.clone() };
        for (is_enabled, state, expected) in [
            (true, FeedState::default(), "waiting"),
            (true, polled.clone(), "well"),
            (true, failing.clone(), "failing"),
            (true, silent, "stale"),
            (true, FeedState { gone: true, ..failing.clone() }, "gone"),
            (false, failing, "off"),
        ] {
            let config = FeedConfig { enabled: is_enabled, ..FeedConfig::default() };
            assert_eq!(health(Some(&config), &state, NOW).word(), expected);
        }
        assert_eq!(health(None, &polled, NOW), FeedHealth::Well, "no longer configured");
    }
}
