//! Printed dates to instants, in whatever notation.
//!
//! `article` calls this with what the feed's configuration says. No clock: a date without a year is no date. What
//! cannot be a date is refused rather than bent into one, since a wrong date is worse than none.

mod numeric;
mod tokens;
mod words;

use std::borrow::Cow;

use jiff::{
    civil::DateTime,
    tz::{Offset, TimeZone},
};

use crate::model::UnixSeconds;

/// What a feed's configuration and its other dates say about how it prints dates.
#[derive(Debug, Clone, Default)]
pub struct Hints {
    /// Zone of local times without one.
    pub zone: Option<TimeZone>,
    /// strptime notations tried first.
    pub formats: Vec<String>,
}

/// Where a printed time is local to.
#[derive(Debug, Clone, PartialEq)]
enum Zone {
    Fixed(Offset),
    Named(TimeZone),
    /// The date prints none.
    Unknown,
}

/// A printed date, taken apart.
#[derive(Debug, Clone, PartialEq)]
struct Printed {
    local: DateTime,
    zone: Zone,
}

/// Longer text is no date.
const MAX_LENGTH: usize = 100;

/// The instant that `text` prints.
pub fn read(text: &str, hints: &Hints) -> Option<UnixSeconds> {
    let text = text.trim();
    if text.is_empty() || text.len() > MAX_LENGTH {
        return None;
    }
    let in_formats = hints.formats.iter().find_map(|format| in_format(text, format));
    if let Some(printed) = in_formats {
        return instant(printed, hints);
    }
    if let Some(seconds) = usual(text).or_else(|| numeric::epoch(text)) {
        return Some(seconds);
    }
    instant(taken_apart(text)?, hints)
}

/// In the notations that most feeds print, zone and all.
fn usual(text: &str) -> Option<UnixSeconds> {
    numeric::rfc822(text).or_else(|| numeric::rfc3339(text))
}

/// Whether `text` prints where it is local to.
pub fn prints_zone(text: &str) -> bool {
    usual(text.trim()).is_some() || offset(text).is_some()
}

/// The offset that `text` prints: other dates of the same feed that print none are in the same zone.
pub fn offset(text: &str) -> Option<TimeZone> {
    match taken_apart(text.trim()).filter(|_| text.len() <= MAX_LENGTH)?.zone {
        Zone::Fixed(offset) => Some(TimeZone::fixed(offset)),
        Zone::Named(zone) => Some(zone),
        Zone::Unknown => None,
    }
}

/// A date without any time of day is the same day everywhere; it takes UTC.
fn taken_apart(text: &str) -> Option<Printed> {
    let text = without_comments(text);
    let printed = numeric::printed(&text).or_else(|| tokens::printed(&text))?;
    // Written in Korean, it is Korean time.
    let korean = printed.zone == Zone::Unknown && text.contains(['년', '월', '일', '오']) && text.contains(':');
    Some(if korean { Printed { zone: Zone::Fixed(Offset::constant(9)), ..printed } } else { printed })
}

/// RFC 822 §3.4.3: what stands in parentheses is a comment.
fn without_comments(text: &str) -> Cow<'_, str> {
    match text.split_once('(').and_then(|(before, rest)| Some((before, rest.split_once(')')?.1))) {
        Some((before, after)) => Cow::Owned(format!("{before} {}", without_comments(after))),
        None => Cow::Borrowed(text),
    }
}

fn in_format(text: &str, format: &str) -> Option<Printed> {
    let parsed = jiff::fmt::strtime::parse(format, text).ok()?;
    let date = parsed.to_date().ok()?;
    let time = parsed.to_time().unwrap_or_default();
    let named = parsed.iana_time_zone().and_then(|name| TimeZone::get(name).ok()).map(Zone::Named);
    let zone = parsed.offset().map(Zone::Fixed).or(named).unwrap_or(Zone::Unknown);
    Some(Printed { local: date.to_datetime(time), zone })
}

fn instant(printed: Printed, hints: &Hints) -> Option<UnixSeconds> {
    let zone = match printed.zone {
        Zone::Fixed(offset) => return offset.to_timestamp(printed.local).ok().map(|instant| instant.as_second()),
        Zone::Named(zone) => zone,
        Zone::Unknown => hints.zone.clone().unwrap_or(TimeZone::UTC),
    };
    zone.to_ambiguous_timestamp(printed.local).compatible().ok().map(|instant| instant.as_second())
}

#[cfg(test)]
mod tests;
