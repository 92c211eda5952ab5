//! The notations that a text value may have to follow: addresses, zones, cron expressions, languages, names.
//!
//! Each takes the text as written and gives it as the daemon uses it, or says what is wrong with it. Pure.

use std::fmt::Display;

use jiff::{fmt::strtime, tz};
use url::Url;

use super::{
    nearest::nearest,
    problem::{Refusal, masked},
};
use crate::{schedule::Schedule, select};

/// A rule that a text value follows, and what the reference calls such a value.
pub(super) struct Notation {
    pub(super) kind: &'static str,
    pub(super) read: fn(&str) -> Result<String, Refusal>,
}

pub(super) static LINE: Notation = Notation { kind: "text", read: line };
pub(super) static SLUG: Notation = Notation { kind: "name", read: slug };
pub(super) static FILTER: Notation = Notation { kind: "words or /pattern/", read: filter };
pub(super) static WEB_ADDRESS: Notation = Notation { kind: "address", read: any_web_address };
pub(super) static GROUP: Notation = Notation { kind: "name", read: group };
pub(super) static FEED_ADDRESS: Notation = Notation { kind: "address", read: feed_address };
pub(super) static BASE_ADDRESS: Notation = Notation { kind: "address", read: base_address };
pub(super) static PROXY: Notation = Notation { kind: "address", read: proxy };
pub(super) static CONTACT: Notation = Notation { kind: "address", read: contact };
pub(super) static LANGUAGE: Notation = Notation { kind: "language", read: language };
pub(super) static ZONE: Notation = Notation { kind: "zone", read: zone };
pub(super) static CRON: Notation = Notation { kind: "cron expression", read: cron };
pub(super) static DATE_FORMAT: Notation = Notation { kind: "strptime format", read: date_format };
pub(super) static HEADER_VALUE: Notation = Notation { kind: "text", read: header_value };

type Read = Result<String, Refusal>;

fn line(text: &str) -> Read {
    match text.trim() {
        "" => Err(Refusal::new("the text is empty", "at least one visible character")),
        _ if text.chars().any(char::is_control) => {
            Err(Refusal::new("the text has a control character or more than one line", "a single line of text"))
        }
        trimmed => Ok(trimmed.to_owned()),
    }
}

/// A name that becomes a part of our own addresses.
fn slug(text: &str) -> Read {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !text.is_empty() && text.chars().all(allowed) {
        return Ok(text.to_owned());
    }
    let words = text.to_lowercase().replace(|c: char| !allowed(c), "-");
    let suggestion = words.split('-').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    let refusal =
        Refusal::new(format!("`{text}` cannot be a part of an address"), "only a-z, 0-9 and -, as in \"top-en\"");
    Err(refusal.suggest((!suggestion.is_empty()).then(|| format!("\"{suggestion}\""))))
}

fn group(text: &str) -> Read {
    let name = line(text)?;
    match name.contains(['/', '?', '#']) {
        true => Err(Refusal::new(format!("the group name `{name}` has a /, ? or # in it"), "a name without them")),
        false => Ok(name),
    }
}

fn filter(text: &str) -> Read {
    const EXPECTED: &str = "words, as in \"climate summit\", or a regular expression, as in \"/G(7|20)/\"; title:, text:, \
                            author: or category: before it says where to look";
    let rule = line(text)?;
    select::filter::check(&rule).map(|()| rule.clone()).map_err(|(reason, meant)| {
        Refusal::new(format!("`{rule}` cannot be looked for: {reason}"), EXPECTED).suggest(Some(format!("'{meant}'")))
    })
}

fn any_web_address(text: &str) -> Read {
    web_address(text.trim(), &["http", "https"], "an http or https address")
}

fn feed_address(text: &str) -> Read {
    const EXPECTED: &str = "an http, https or file address, as in \"https://example.org/feed.xml\"";
    let text = text.trim();
    if scheme(text) == Some("file") {
        return file_address(text);
    }
    if let Some(("feed", rest)) = text.split_once(':') {
        let rest = masked(&if rest.starts_with("//") { format!("https:{rest}") } else { rest.to_owned() });
        let suggestion = format!("\"{rest}\"");
        return Err(Refusal::new("feed: is not a scheme that can be fetched", EXPECTED).suggest(Some(suggestion)));
    }
    web_address(text, &["http", "https"], EXPECTED)
}

fn file_address(text: &str) -> Read {
    const EXPECTED: &str =
        "an absolute file address: three slashes and the whole path, as in \"file:///srv/feeds/news.xml\"";
    if !text.to_ascii_lowercase().starts_with("file:///") {
        return Err(Refusal::new(format!("`{text}` is a relative file address"), EXPECTED));
    }
    match Url::parse(text) {
        Ok(url) if url.path() != "/" => Ok(url.into()),
        _ => Err(Refusal::new(format!("`{text}` names no file"), EXPECTED)),
    }
}

fn base_address(text: &str) -> Read {
    const EXPECTED: &str = "the http or https address readers use, as in \"https://news.example.org/\"";
    let address = web_address(text.trim(), &["http", "https"], EXPECTED)?;
    let has_more = |url: Url| !url.username().is_empty() || url.query().is_some() || url.fragment().is_some();
    match Url::parse(&address).is_ok_and(has_more) {
        true => Err(Refusal::new("base_url has a user, a query or a fragment", EXPECTED)),
        false if address.ends_with('/') => Ok(address),
        false => Ok(address + "/"),
    }
}

fn proxy(text: &str) -> Read {
    const EXPECTED: &str = "an http, https, socks5 or socks5h address, as in \"http://proxy.example.org:3128\"";
    web_address(text.trim(), &["http", "https", "socks5", "socks5h"], EXPECTED)
}

/// What publishers find in our User-Agent when they want to talk.
fn contact(text: &str) -> Read {
    const EXPECTED: &str = "a mailto:, http or https address, as in \"mailto:feeds@example.org\"";
    let text = text.trim();
    let is_mail =
        |address: &str| address.split_once('@').is_some_and(|(user, host)| !user.is_empty() && host.contains('.'));
    match text.strip_prefix("mailto:") {
        Some(address) if is_mail(address) && !address.contains(char::is_whitespace) => Ok(text.to_owned()),
        Some(_) => Err(Refusal::new(format!("`{text}` is not a mail address"), EXPECTED)),
        None if is_mail(text) && scheme(text).is_none() => {
            let suggestion = format!("\"mailto:{text}\"");
            Err(Refusal::new(format!("`{text}` has no scheme"), EXPECTED).suggest(Some(suggestion)))
        }
        None => web_address(text, &["http", "https"], EXPECTED),
    }
}

fn web_address(text: &str, schemes: &[&str], expected: &str) -> Read {
    let shown = masked(text);
    match Url::parse(text) {
        Ok(url) if schemes.contains(&url.scheme()) && url.has_host() && !text.contains(char::is_whitespace) => {
            Ok(url.into())
        }
        Ok(url) if schemes.contains(&url.scheme()) => {
            Err(Refusal::new(format!("`{shown}` is not an address"), expected))
        }
        Ok(_) if text.contains("://") => {
            let scheme = scheme(text).unwrap_or_default();
            let near = nearest(scheme, schemes.iter().copied()).map(|near| format!("{near}://"));
            Err(Refusal::new(format!("{scheme}: is not a scheme that can be used here"), expected).suggest(near))
        }
        // Without a scheme a user and password would not be recognized, and so not be masked.
        _ if text.contains('@') => Err(Refusal::new("this is not an address", expected).secret(true)),
        _ => {
            let completed = format!("https://{text}");
            let works = text.contains('.') && !text.contains([' ', ':']) && Url::parse(&completed).is_ok();
            let refusal = Refusal::new(format!("`{shown}` is not an address"), expected);
            Err(refusal.suggest(works.then(|| format!("\"{completed}\""))))
        }
    }
}

fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c)).then_some(scheme)
}

/// Languages that people write by name.
const LANGUAGE_NAMES: [(&str, &str); 12] = [
    ("arabic", "ar"),
    ("chinese", "zh"),
    ("dutch", "nl"),
    ("english", "en"),
    ("french", "fr"),
    ("german", "de"),
    ("italian", "it"),
    ("japanese", "ja"),
    ("portuguese", "pt"),
    ("russian", "ru"),
    ("spanish", "es"),
    ("turkish", "tr"),
];

/// BCP 47, as far as its shape goes.
fn language(text: &str) -> Read {
    let mut parts = text.split('-');
    let primary = parts.next().unwrap_or_default();
    let is_part = |part: &str| (1..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric());
    if (2..=3).contains(&primary.len()) && primary.chars().all(|c| c.is_ascii_alphabetic()) && parts.all(is_part) {
        return Ok(text.to_owned());
    }
    const EXPECTED: &str = "a language tag (BCP 47), as in \"en\" or \"pt-BR\"";
    let hyphened = text.replace('_', "-");
    let suggestion = match LANGUAGE_NAMES.iter().find(|(name, _)| *name == text.to_lowercase()) {
        Some((_, tag)) => Some(format!("\"{tag}\"")),
        None => (hyphened != text && language(&hyphened).is_ok()).then(|| format!("\"{hyphened}\"")),
    };
    Err(Refusal::new(format!("`{text}` is not a language tag"), EXPECTED).suggest(suggestion))
}

fn zone(text: &str) -> Read {
    if let Ok(zone) = tz::TimeZone::get(text) {
        return Ok(zone.iana_name().unwrap_or(text).to_owned());
    }
    let near = zone_meant(text).map(|name| format!("\"{name}\""));
    let wrong = format!("there is no time zone `{text}`");
    Err(Refusal::new(wrong, "an IANA zone, as in \"Asia/Tokyo\" or \"UTC\"").suggest(near))
}

/// "Tokyo" → Asia/Tokyo, "Europe/Berln" → Europe/Berlin.
fn zone_meant(text: &str) -> Option<String> {
    let known: Vec<String> = tz::db().available().map(|name| name.as_str().to_owned()).collect();
    let city = text.replace(' ', "_");
    let of_city = known.iter().find(|name| name.rsplit('/').next() == Some(&city)).map(String::as_str);
    of_city.or_else(|| nearest(text, known.iter().map(String::as_str))).map(str::to_owned)
}

/// Five fields; a sixth would be seconds, and nobody polls a feed by the second.
fn cron(text: &str) -> Read {
    const EXPECTED: &str = "minute, hour, day of month, month, day of week, as in \"*/15 6-22 * * *\"";
    let fields = text.split_whitespace().count();
    if fields != 5 {
        let meant = match text {
            "@hourly" => Some("\"0 * * * *\""),
            "@daily" | "@midnight" => Some("\"0 0 * * *\""),
            _ => None,
        };
        return Err(Refusal::new(format!("`{text}` has {fields} of 5 fields"), EXPECTED).suggest(meant));
    }
    match Schedule::parse(text, None) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(Refusal::new(format!("`{text}` cannot be used: {}", cause(&error)), EXPECTED)),
    }
}

fn date_format(text: &str) -> Read {
    const EXPECTED: &str = "strptime directives, as in \"%d/%m/%Y %H:%M\"";
    match strtime::format(text, &jiff::Timestamp::UNIX_EPOCH.to_zoned_datetime(tz::TimeZone::UTC)) {
        _ if !text.contains('%') => Err(Refusal::new(format!("`{text}` has no % directive in it"), EXPECTED)),
        Ok(_) => Ok(text.to_owned()),
        Err(error) => Err(Refusal::new(format!("`{text}` cannot be used: {}", cause(&error)), EXPECTED)),
    }
}

/// The last link of a chain "this failed: because of that", in our way of writing.
fn cause(error: &impl Display) -> String {
    let chain = error.to_string();
    let last = chain.rsplit(": ").next().unwrap_or_default().trim_end_matches('.');
    let mut letters = last.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// What may stand in an HTTP field (RFC 9110 §5.5).
fn header_value(text: &str) -> Read {
    match !text.trim().is_empty() && text.chars().all(|c| c == ' ' || c.is_ascii_graphic()) {
        true => Ok(text.trim().to_owned()),
        false => Err(Refusal::new(
            "the text is empty or cannot be sent in an HTTP header",
            "visible ASCII characters on one line",
        )),
    }
}
