//! Instants in the notations that feeds and pages are written in. Always UTC, always whole seconds.

use crate::model::UnixSeconds;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/// 1970-01-01 was a Thursday.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const DAY: i64 = 86_400;
/// 9999-12-31T23:59:59Z: neither notation has room for more.
const LAST: UnixSeconds = 253_402_300_799;

/// `2026-11-24T06:05:00Z` (RFC 3339): Atom, JSON Feed, `<time datetime>`.
pub fn rfc3339(at: UnixSeconds) -> String {
    let Civil { year, month, day, hour, minute, second, .. } = civil(at);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `Tue, 24 Nov 2026 06:05:00 GMT` (RFC 822 with four digits, and RFC 9110 §5.6.7): RSS.
pub fn rfc822(at: UnixSeconds) -> String {
    let Civil { year, month, day, hour, minute, second, weekday } = civil(at);
    format!("{weekday}, {day:02} {} {year:04} {hour:02}:{minute:02}:{second:02} GMT", MONTHS[month - 1])
}

/// `24 Nov 2026, 06:05 UTC`: people.
pub(crate) fn plain(at: UnixSeconds) -> String {
    let Civil { year, month, day, hour, minute, .. } = civil(at);
    format!("{day} {} {year}, {hour:02}:{minute:02} UTC", MONTHS[month - 1])
}

/// "just now", "12 min ago", "3 h ago", "2 days ago"; beyond a week the date.
pub fn ago(at: UnixSeconds, now: UnixSeconds) -> String {
    match now.saturating_sub(at) {
        ..60 => "just now".to_owned(),
        s @ 60..3600 => format!("{} min ago", s / 60),
        s @ 3600..DAY => format!("{} h ago", s / 3600),
        s if s < 2 * DAY => "yesterday".to_owned(),
        s if s < 7 * DAY => format!("{} days ago", s / DAY),
        _ => day(at),
    }
}

/// "in 12 min", "in 3 h"; "now" for what is due.
pub fn ahead(at: UnixSeconds, now: UnixSeconds) -> String {
    match at.saturating_sub(now) {
        ..1 => "now".to_owned(),
        s @ 1..60 => format!("in {s} s"),
        s @ 60..3600 => format!("in {} min", s / 60),
        s @ 3600..DAY => format!("in {} h", s / 3600),
        s => format!("in {} days", s / DAY),
    }
}

/// `24 Nov 2026`.
fn day(at: UnixSeconds) -> String {
    let Civil { year, month, day, .. } = civil(at);
    format!("{day} {} {year}", MONTHS[month - 1])
}

struct Civil {
    year: i64,
    /// 1 to 12.
    month: usize,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    weekday: &'static str,
}

/// Days to a date in the proleptic Gregorian calendar, by counting 400-year eras that begin in March, so that the day of a
/// leap year comes last.
fn civil(at: UnixSeconds) -> Civil {
    let at = at.clamp(0, LAST);
    let (days, second) = (at / DAY, at % DAY);
    let days_of_era = (days + 719_468) % 146_097;
    let era = (days + 719_468) / 146_097;
    let year_of_era = (days_of_era - days_of_era / 1460 + days_of_era / 36_524 - days_of_era / 146_096) / 365;
    let day_of_year = days_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    Civil {
        year: era * 400 + year_of_era + i64::from(month <= 2),
        month: usize::try_from(month).unwrap_or(1),
        day: day_of_year - (153 * from_march + 2) / 5 + 1,
        hour: second / 3600,
        minute: second / 60 % 60,
        second: second % 60,
        weekday: WEEKDAYS[usize::try_from(days % 7).unwrap_or(0)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(at: UnixSeconds, atom: &str, rss: &str) {
        assert_eq!((rfc3339(at).as_str(), rfc822(at).as_str()), (atom, rss), "{at}");
    }

    #[test]
    fn notations() {
        check(0, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT");
        check(951_782_399, "2000-02-28T23:59:59Z", "Mon, 28 Feb 2000 23:59:59 GMT");
        check(951_782_400, "2000-02-29T00:00:00Z", "Tue, 29 Feb 2000 00:00:00 GMT");
        check(1_795_500_300, "2026-11-24T06:05:00Z", "Tue, 24 Nov 2026 06:05:00 GMT");
        check(i64::MAX, "9999-12-31T23:59:59Z", "Fri, 31 Dec 9999 23:59:59 GMT");
        check(i64::MIN, "1970-01-01T00:00:00Z", "Thu, 01 Jan 1970 00:00:00 GMT");
    }

    #[test]
    fn distances_in_words() {
        let now = 1_795_500_300;
        for (seconds, words) in [
            (-5, "just now"),
            (59, "just now"),
            (720, "12 min ago"),
            (3 * 3600 + 5, "3 h ago"),
            (DAY, "yesterday"),
            (3 * DAY, "3 days ago"),
            (8 * DAY, "16 Nov 2026"),
        ] {
            assert_eq!(ago(now - seconds, now), words);
        }
        assert_eq!(ahead(now + 90, now), "in 1 min");
        assert_eq!(ahead(now - 90, now), "now");
    }
}
