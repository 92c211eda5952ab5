//! What the headers of an answer say, made plain: dates to instants, directives to numbers. Pure.

use reqwest::header::{
    AGE, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_LOCATION, CONTENT_TYPE, DATE, ETAG, EXPIRES, HeaderMap, HeaderName,
    LAST_MODIFIED, RETRY_AFTER,
};

use crate::model::{Exchange, FailureKind, Freshness, UnixSeconds};

use super::failure::Failure;

/// An answer's own words, without what only the course of the exchange can tell.
pub(super) fn exchange(status: u16, final_url: &str, headers: &HeaderMap, now: UnixSeconds) -> Exchange {
    let value = |name: HeaderName| text(headers, &name);
    Exchange {
        status: Some(status),
        final_url: final_url.to_owned(),
        etag: value(ETAG),
        last_modified: value(LAST_MODIFIED),
        content_type: value(CONTENT_TYPE),
        content_location: value(CONTENT_LOCATION),
        content_language: value(CONTENT_LANGUAGE),
        x_robots_tag: all(headers, "x-robots-tag"),
        freshness: freshness(headers),
        retry_at: value(RETRY_AFTER).and_then(|value| retry_at(&value, now)),
        ..Exchange::default()
    }
}

/// Whether the head is no larger than `most` bytes. hyper reads no more than 400 KiB of one in any case.
pub(super) fn within(headers: &HeaderMap, most: u64, host: &str) -> Result<(), Failure> {
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if bytes as u64 <= most {
        return Ok(());
    }
    Err(Failure::new(FailureKind::TooLarge, format!("{host} sent a head of {bytes} bytes, more than max_header")))
}

/// RFC 9111 §4.2.1. An `Expires` that is no date is in the past (§5.3): it lets us come at any time, so it is left out.
fn freshness(headers: &HeaderMap) -> Freshness {
    let mut freshness = Freshness {
        age: text(headers, &AGE).and_then(|value| value.trim().parse().ok()),
        date_at: text(headers, &DATE).and_then(|value| http_date(&value)),
        expires_at: text(headers, &EXPIRES).and_then(|value| http_date(&value)),
        ..Freshness::default()
    };
    let directives = all(headers, CACHE_CONTROL.as_str()).unwrap_or_default();
    for directive in directives.split(',') {
        let (name, value) = directive.split_once('=').unwrap_or((directive, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "no-cache" | "no-store" => freshness.no_cache = true,
            // The first counts (§4.2.1); one too large for us is as good as any large one (§1.2.2).
            "max-age" if freshness.max_age.is_none() => freshness.max_age = seconds(value),
            _ => {}
        }
    }
    freshness
}

/// RFC 9110 §10.2.3: seconds from now, or a date.
pub(super) fn retry_at(value: &str, now: UnixSeconds) -> Option<UnixSeconds> {
    match seconds(value) {
        Some(wait) => Some(now.saturating_add(UnixSeconds::try_from(wait).unwrap_or(UnixSeconds::MAX))),
        None => http_date(value),
    }
}

/// The three notations of RFC 9110 §5.6.7, and the zones that servers write for GMT.
pub(super) fn http_date(value: &str) -> Option<UnixSeconds> {
    let value = value.trim();
    let zoneless = ["UTC", "+0000", "Z"].iter().find_map(|zone| value.strip_suffix(zone));
    let date = match zoneless {
        Some(zoneless) => httpdate::parse_http_date(&format!("{} GMT", zoneless.trim_end())),
        None => httpdate::parse_http_date(value),
    };
    let since = date.ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    UnixSeconds::try_from(since.as_secs()).ok()
}

fn seconds(value: &str) -> Option<u64> {
    let digits = value.trim().trim_matches('"').trim();
    let number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    number.then(|| digits.parse().unwrap_or(u64::MAX))
}

/// Byte for byte where it is text; a validator in another charset could not be sent back as it came, and is not kept.
fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name).and_then(|value| std::str::from_utf8(value.as_bytes()).ok()).map(str::to_owned)
}

/// All lines of one header as one list (RFC 9110 §5.3).
fn all(headers: &HeaderMap, name: &str) -> Option<String> {
    let lines: Vec<_> =
        headers.get_all(name).iter().filter_map(|value| std::str::from_utf8(value.as_bytes()).ok()).collect();
    (!lines.is_empty()).then(|| lines.join(", "))
}
