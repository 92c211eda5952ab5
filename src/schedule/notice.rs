//! What the operator is told of a feed: it moved, is gone, keeps failing, fell silent, or is back.
//!
//! Told from the states before and after a poll, at the crossing of a line, so that each is told once.

use crate::model::{FeedConfig, FeedState, Notice, NoticeKind, UnixSeconds};

use super::words;

const DAY: UnixSeconds = 86_400;
/// Failures in a row until it is told: with backoff about an hour and a half. What is mended sooner needs nobody.
const TOLD_AFTER: u32 = 5;
/// A feed that answers, with nothing new for so long, is silent (RULES 5) …
const SILENT_AFTER: UnixSeconds = 30 * DAY;
/// … and one that used to publish several a day far sooner: that is beyond its habit.
const BUSY_SILENT_AFTER: UnixSeconds = 7 * DAY;
/// Articles of the last weeks, decayed, from which on a feed is busy.
const BUSY: f32 = 60.0;

/// What is to be told after a poll that took `before` to `after`.
pub fn notices(config: &FeedConfig, before: &FeedState, after: &FeedState, now: UnixSeconds) -> Vec<Notice> {
    let name = &config.name;
    let told = |kind, title: String, text: String| Notice { kind, feed: name.clone(), title, text, at: now };
    let mut notices = Vec::new();
    if after.gone && !before.gone {
        let text = "Its server says that it is gone for good (410). It is not asked again, unless by name \
                    (headlined poll NAME); remove its [[feed]] section, or give it its new address.";
        notices.push(told(NoticeKind::Gone, format!("{name} is gone"), text.to_owned()));
    }
    if let Some(target) = after.moved_to.as_ref().filter(|_| after.moved_to != before.moved_to) {
        let whereto = if config.private { "another address" } else { target };
        let text = format!(
            "It redirects for good to {whereto}, which is asked from now on; change url in its [[feed]] section."
        );
        notices.push(told(NoticeKind::Moved, format!("{name} has moved"), text));
    }
    if before.failures < TOLD_AFTER && after.failures >= TOLD_AFTER {
        let cause = after.last_error.as_deref().filter(|_| !config.private).unwrap_or("the log says why");
        let text = format!(
            "It failed {} times in a row: {cause}. It is asked again ever less often, and never given up.",
            after.failures
        );
        notices.push(told(NoticeKind::Failing, format!("{name} keeps failing"), text));
    }
    if before.failures >= TOLD_AFTER && after.failures == 0 && !after.gone {
        let text = format!("It answers again, after {} failures in a row.", before.failures);
        notices.push(told(NoticeKind::Back, format!("{name} is back"), text));
    }
    if let Some(silence) = fell_silent(before, after, now) {
        let text = format!("It answers, and has brought nothing new for {}.", words::span(silence));
        notices.push(told(NoticeKind::Silent, format!("{name} has fallen silent"), text));
    }
    notices
}

/// How long it has been silent, where that was not yet too long at the poll before.
fn fell_silent(before: &FeedState, after: &FeedState, now: UnixSeconds) -> Option<UnixSeconds> {
    let (last_new_at, last_success_at) = (after.last_new_at?, before.last_success_at?);
    let is_busy = before.rhythm.by_hour.iter().sum::<f32>() >= BUSY;
    let most = if is_busy { BUSY_SILENT_AFTER } else { SILENT_AFTER };
    let crossed = after.failures == 0 && last_success_at - last_new_at <= most && now - last_new_at > most;
    crossed.then_some(now - last_new_at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Rhythm;

    const NOW: UnixSeconds = 1_795_500_000;

    fn config() -> FeedConfig {
        FeedConfig { name: "World".into(), url: "https://example.org/feed".into(), ..FeedConfig::default() }
    }

    fn well() -> FeedState {
        FeedState { last_success_at: Some(NOW - 600), last_new_at: Some(NOW - 3_600), ..FeedState::default() }
    }

    fn told(before: &FeedState, after: &FeedState) -> Vec<(NoticeKind, String)> {
        notices(&config(), before, after, NOW).into_iter().map(|notice| (notice.kind, notice.text)).collect()
    }

    fn check(before: &FeedState, after: &FeedState, kind: NoticeKind, words: &str) {
        match told(before, after).as_slice() {
            [(found, text)] if *found == kind => assert!(text.contains(words), "{text}"),
            other => panic!("{kind:?}: {other:?}"),
        }
        assert_eq!(told(after, after), [], "told once");
    }

    #[test]
    fn what_happens_to_a_feed_is_told_once() {
        let failing = FeedState { failures: 5, last_error: Some("a challenge page".into()), ..well() };
        check(
            &FeedState { failures: 4, ..failing.clone() },
            &failing,
            NoticeKind::Failing,
            "5 times in a row: a challenge",
        );
        check(&failing, &well(), NoticeKind::Back, "after 5 failures");
        check(&well(), &FeedState { gone: true, ..well() }, NoticeKind::Gone, "410");
        let moved = FeedState { moved_to: Some("https://example.org/new".into()), ..well() };
        check(&well(), &moved, NoticeKind::Moved, "https://example.org/new");
    }

    #[test]
    fn a_healthy_poll_and_a_passing_failure_tell_nothing() {
        assert_eq!(told(&well(), &well()), []);
        assert_eq!(told(&well(), &FeedState { failures: 1, ..well() }), []);
        assert_eq!(told(&FeedState { failures: 2, ..well() }, &well()), []);
    }

    #[test]
    fn silence_is_told_where_it_is_beyond_the_feeds_habit() {
        let silent = |days: UnixSeconds, week: f32| {
            let last_new_at = Some(NOW - days * DAY - 60);
            let rhythm = Rhythm { by_hour: vec![week / 168.0; 168], ..Rhythm::default() };
            FeedState { last_new_at, rhythm, last_success_at: Some(NOW - 600), ..FeedState::default() }
        };
        for (days, week, expected) in
            [(7, 200.0, true), (7, 3.0, false), (30, 3.0, true), (29, 3.0, false), (31, 3.0, false)]
        {
            let state = silent(days, week);
            let is_told = !told(&state, &state).is_empty();
            assert_eq!(is_told, expected, "{days} days, {week} a week");
        }
    }

    #[test]
    fn a_private_feeds_address_is_not_told() {
        let private = FeedConfig { private: true, ..config() };
        let after = FeedState {
            moved_to: Some("https://example.org/s3cret".into()),
            failures: 5,
            last_error: Some("s3cret".into()),
            ..well()
        };
        assert!(notices(&private, &well(), &after, NOW).iter().all(|notice| !notice.text.contains("s3cret")));
    }
}
