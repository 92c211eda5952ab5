//! Dates of digits and signs alone: ISO 8601 in its shapes, and seconds since 1970.

use std::borrow::Cow;

use jiff::{
    civil::{Date, Time},
    tz::Offset,
};

use super::{Printed, Zone, tokens};
use crate::model::UnixSeconds;

/// Seconds or milliseconds since 1970, for this century's and the last one's web.
pub(super) fn epoch(text: &str) -> Option<UnixSeconds> {
    let whole = text.split('.').next().unwrap_or(text);
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match whole.len() {
        9 | 10 => whole.parse().ok(),
        13 => whole.parse::<i64>().ok().map(|milliseconds| milliseconds / 1_000),
        _ => None,
    }
}

/// `2003-12-31T10:14:55Z` and `2003-12-31T10:14:55+01:00`, which most feeds print, in a tenth of the time that their
/// relatives take.
pub(super) fn rfc3339(text: &str) -> Option<UnixSeconds> {
    let is_usual = match text.len() {
        20 => text.ends_with('Z'),
        25 => text.get(20..22).is_some_and(|hours| hours <= MAX_HOURS),
        _ => false,
    };
    text.parse::<jiff::Timestamp>().ok().filter(|_| is_usual).map(|instant| instant.as_second())
}

/// `Wed, 31 Dec 2003 10:14:55 GMT`, for the same reason.
pub(super) fn rfc822(text: &str) -> Option<UnixSeconds> {
    let (_, rest) = text.split_once(", ").filter(|(day, _)| day.len() == 3 && day.is_ascii())?;
    let mut parts = rest.split(' ');
    let mut part = || parts.next();
    let (day, month, year, time, zone) = (part()?, part()?, part()?, part()?, part()?);
    let month = MONTHS.iter().position(|known| *known == month)? + 1;
    let (hour, minute, second) = (number(time, 0, 2)?, number(time, 3, 5)?, number(time, 6, 8)?);
    let is_usual = parts.next().is_none()
        && matches!((day.len(), year.len(), time.len()), (1 | 2, 4, 8))
        && (time.as_bytes()[2], time.as_bytes()[5]) == (b':', b':');
    let clock = Time::new(i8::try_from(hour).ok()?, i8::try_from(minute).ok()?, i8::try_from(second).ok()?, 0).ok()?;
    let (day, month) = (number(day, 0, day.len())?, i8::try_from(month).ok()?);
    let date = Date::new(number(year, 0, year.len())?, month, i8::try_from(day).ok()?).ok()?;
    let offset = offset(zone).filter(|_| is_usual)?;
    offset.to_timestamp(date.to_datetime(clock)).ok().map(|instant| instant.as_second())
}

const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// No zone in use is further from UTC.
const MAX_HOURS: &str = "14";

fn number(text: &str, from: usize, to: usize) -> Option<i16> {
    text.get(from..to).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

/// `GMT`, `+0100`.
fn offset(zone: &str) -> Option<Offset> {
    if matches!(zone, "GMT" | "UTC") {
        return Some(Offset::UTC);
    }
    let digits =
        zone.strip_prefix(['+', '-']).filter(|digits| digits.len() == 4 && digits.get(..2) <= Some(MAX_HOURS))?;
    let seconds = i32::from(number(digits, 0, 2)?) * 3_600 + i32::from(number(digits, 2, 4)?) * 60;
    Offset::from_seconds(if zone.starts_with('-') { -seconds } else { seconds }).ok()
}

/// `2003-12-31T10:14:55Z` and its relatives: basic and reduced forms, ordinal dates, two-digit years.
pub(super) fn printed(text: &str) -> Option<Printed> {
    let (date, rest) = split(text);
    let date = date_of(date)?;
    let rest = &with_colons(rest.trim());
    let (time, zone) = if rest.is_empty() { (Time::midnight(), Zone::Unknown) } else { tokens::time_and_zone(rest)? };
    let date = if time.hour() == 0 && rest.starts_with("24:") { date.tomorrow().ok()? } else { date };
    Some(Printed { local: date.to_datetime(time), zone })
}

/// The date is what stands before `T` or a blank; without either, before a sign or Z that follows all of it.
fn split(text: &str) -> (&str, &str) {
    match text.find(['T', 't', ' ', '\u{a0}']) {
        Some(at) => (&text[..at], text[at..].trim_start_matches(['T', 't', ' ', '\u{a0}'])),
        None if text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) => text.split_at(8),
        None => match text.strip_suffix(['Z', 'z']) {
            Some(date) => (date, ""),
            None => (text, ""),
        },
    }
}

/// The basic form of a time: `101455` is `10:14:55`.
fn with_colons(time: &str) -> Cow<'_, str> {
    let digits = time.bytes().take_while(u8::is_ascii_digit).count();
    match digits {
        4 => Cow::Owned(format!("{}:{}", &time[..2], &time[2..])),
        6 => Cow::Owned(format!("{}:{}:{}", &time[..2], &time[2..4], &time[4..])),
        _ => Cow::Borrowed(time),
    }
}

fn date_of(text: &str) -> Option<Date> {
    let number = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<i16>().ok());
    let shape: String = text.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    let (year, month, day) = match shape.as_str() {
        "9999-99-99" | "9999/99/99" | "9999.99.99" => (number(0, 4)?, number(5, 7)?, number(8, 10)?),
        "9999-9-99" | "9999/9/99" => (number(0, 4)?, number(5, 6)?, number(7, 9)?),
        "9999-99-9" | "9999/99/9" => (number(0, 4)?, number(5, 7)?, number(8, 9)?),
        "9999-9-9" | "9999/9/9" => (number(0, 4)?, number(5, 6)?, number(7, 8)?),
        "99999999" => (number(0, 4)?, number(4, 6)?, number(6, 8)?),
        "9999-99" => (number(0, 4)?, number(5, 7)?, 1),
        "9999" => (number(0, 4)?, 1, 1),
        "9999-999" => return ordinal(number(0, 4)?, number(5, 8)?),
        "9999999" => return ordinal(number(0, 4)?, number(4, 7)?),
        "99-99-99" => (century(number(0, 2)?), number(3, 5)?, number(6, 8)?),
        "999999" => (century(number(0, 2)?), number(2, 4)?, number(4, 6)?),
        "99-999" => return ordinal(century(number(0, 2)?), number(3, 6)?),
        "-99-99" => (century(number(1, 3)?), number(4, 6)?, 1),
        "-9999" => (century(number(1, 3)?), number(3, 5)?, 1),
        "-99" => (century(number(1, 3)?), 1, 1),
        _ => return None,
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

fn ordinal(year: i16, day: i16) -> Option<Date> {
    let first = Date::new(year, 1, 1).ok()?;
    (1..=first.days_in_year()).contains(&day).then(|| first.with().day_of_year(day).build().ok())?
}

/// The year that two digits mean.
pub(super) fn century(year: i16) -> i16 {
    match year {
        0..=69 => 2000 + year,
        70..=99 => 1900 + year,
        _ => year,
    }
}
