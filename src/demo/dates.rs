//! Instants in the notations that the outlets print.
//!
//! Pure. A zone that the system does not know is taken as UTC.

use jiff::{Timestamp, ZonedDateTime, tz::TimeZone};

use super::outlets::Dates;
use crate::model::UnixSeconds;

/// RFC 9110 §5.6.7, for HTTP headers.
pub(super) fn http(at: UnixSeconds) -> String {
    zoned(at, "UTC").strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// What an HTTP date says; None for anything else.
pub(super) fn read_http(date: &str) -> Option<UnixSeconds> {
    jiff::fmt::rfc2822::parse(date).ok().map(|read| read.timestamp().as_second())
}

/// RFC 822 as RSS 2.0 asks for it, or the outlet's own notation.
pub(super) fn rss(at: UnixSeconds, dates: Dates) -> String {
    match dates {
        Dates::Standard(zone) => zoned(at, zone).strftime("%a, %d %b %Y %H:%M:%S %z").to_string(),
        Dates::Local { zone, notation } => zoned(at, zone).strftime(notation).to_string(),
    }
}

/// RFC 3339, in the outlet's zone.
pub(super) fn rfc3339(at: UnixSeconds, dates: Dates) -> String {
    let (Dates::Standard(zone) | Dates::Local { zone, .. }) = dates;
    zoned(at, zone).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// ", May 4" as a dateline has it; nothing where the language does not do so.
pub(super) fn dateline(at: UnixSeconds, language: &str) -> String {
    const MOIS: [&str; 12] =
        ["janv.", "févr.", "mars", "avril", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
    let day = zoned(at, "UTC");
    match language {
        "en" => day.strftime(", %b %-d").to_string(),
        "fr" => format!(", {} {}", day.day(), MOIS[usize::from(day.month().unsigned_abs()) - 1]),
        _ => String::new(),
    }
}

fn zoned(at: UnixSeconds, zone: &str) -> ZonedDateTime {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    Timestamp::from_second(at).unwrap_or_default().to_zoned_datetime(zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::outlets::Outlet;

    const MAY: UnixSeconds = 1_777_905_000; // 2026-05-04 14:30 UTC

    fn check(slug: &str, expected: &str) {
        assert_eq!(rss(MAY, Outlet::named(slug).unwrap().dates), expected);
    }

    #[test]
    fn each_outlet_prints_its_own_dates() {
        check("corrow", "Mon, 04 May 2026 14:30:00 +0000");
        check("tidewater", "Mon, 04 May 2026 11:30:00 -0300");
        check("ledger", "05-04-2026 12:00");
        check("fanal", "04/05/2026 à 16h30");
    }

    #[test]
    fn http_dates_are_read_back() {
        assert_eq!(http(MAY), "Mon, 04 May 2026 14:30:00 GMT");
        assert_eq!(read_http(&http(MAY)), Some(MAY));
        assert_eq!(read_http("yesterday"), None);
    }

    #[test]
    fn datelines() {
        assert_eq!(dateline(MAY, "en"), ", May 4");
        assert_eq!(dateline(MAY, "fr"), ", 4 mai");
    }
}
