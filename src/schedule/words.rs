//! Spans of time and failures in words that an operator reads.

use crate::model::{FailureKind, UnixSeconds};

/// "45 s", "30 min", "1 h 30 min", "2 d": two units at most, rounded down.
pub(super) fn span(seconds: UnixSeconds) -> String {
    let (major, minor) = match seconds {
        ..60 => ((seconds.max(0), "s"), (0, "")),
        60..3600 => ((seconds / 60, "min"), (0, "")),
        3600..86_400 => ((seconds / 3600, "h"), (seconds % 3600 / 60, "min")),
        _ => ((seconds / 86_400, "d"), (seconds % 86_400 / 3600, "h")),
    };
    match minor {
        (0, _) => format!("{} {}", major.0, major.1),
        (number, unit) => format!("{} {} {number} {unit}", major.0, major.1),
    }
}

/// What failed, short enough to be counted: "3 × 503".
pub(super) fn failure(kind: FailureKind, status: Option<u16>) -> String {
    let words = match kind {
        FailureKind::Dns => "name not resolved",
        FailureKind::Connect => "no connection",
        FailureKind::Tls => "TLS failure",
        FailureKind::Timeout => "timeout",
        FailureKind::Protocol => "broken answer",
        FailureKind::Forbidden => "refused address",
        FailureKind::TooLarge => "too large",
        FailureKind::Redirects => "redirects",
        FailureKind::Challenge => "challenge page",
        FailureKind::Blocked => "blocked here",
        FailureKind::Unparsable => "no feed",
        FailureKind::Panic => "parser failure",
        FailureKind::File => "unreadable file",
        FailureKind::Store => "store failure",
        FailureKind::Denied
        | FailureKind::NotFound
        | FailureKind::RateLimited
        | FailureKind::Server
        | FailureKind::Status => return status.map_or_else(|| "failure".to_owned(), |status| status.to_string()),
    };
    words.to_owned()
}

/// "about 12 a day" of a rate a second.
pub(super) fn rate(rate: f64) -> String {
    let round = |number: f64| if number < 10.0 { (number * 10.0).round() / 10.0 } else { number.round() };
    match (rate * 3600.0, rate * 86_400.0, rate * 7.0 * 86_400.0) {
        (hour, ..) if hour >= 2.0 => format!("about {} an hour", round(hour)),
        (_, day, _) if day >= 1.0 => format!("about {} a day", round(day)),
        (_, _, week) if week >= 0.5 => format!("about {} a week", round(week)),
        _ => "next to nothing".to_owned(),
    }
}
