//! Addresses that are written into feeds and pages: our own, and publishers' that must hold up as IRIs (RFC 3987).

use url::Url;

use crate::model::Edition;

/// Where an output is known, as far as anything is known: addresses come from `base_url` only, never from a request
/// (RULES 4). Without it our own addresses are simply absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addresses<'a> {
    /// `[server] base_url`; ends in a slash.
    pub base: Option<&'a str>,
    /// The path of this output without its extension: `feed`, `o/top`, `group/world`.
    pub stem: &'a str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Atom,
    Rss,
    Json,
}

impl Format {
    pub const ALL: [Format; 3] = [Format::Atom, Format::Rss, Format::Json];

    pub fn extension(self) -> &'static str {
        match self {
            Format::Atom => "atom",
            Format::Rss => "rss",
            Format::Json => "json",
        }
    }

    /// JSON has no charset parameter (RFC 8259 §11).
    pub fn media_type(self) -> &'static str {
        match self {
            Format::Atom => "application/atom+xml; charset=utf-8",
            Format::Rss => "application/rss+xml; charset=utf-8",
            Format::Json => "application/feed+json",
        }
    }
}

impl Addresses<'_> {
    pub fn home(&self) -> Option<String> {
        self.base.map(str::to_owned)
    }

    pub fn output(&self, format: Format) -> Option<String> {
        self.base.map(|base| format!("{base}{}.{}", encoded(self.stem), format.extension()))
    }

    /// One of its archive pages.
    pub fn page(&self, page: u32, format: Format) -> Option<String> {
        self.base.map(|base| format!("{base}{}/archive/{page}.{}", encoded(self.stem), format.extension()))
    }

    /// Where this very document is.
    pub fn own(&self, edition: &Edition, format: Format) -> Option<String> {
        edition.page.map_or_else(|| self.output(format), |page| self.page(page, format))
    }

    /// The other documents of its history, as RFC 5005 names their relations.
    pub(super) fn history(&self, edition: &Edition, format: Format) -> Vec<(&'static str, String)> {
        let page = |page: Option<u32>| self.page(page?, format);
        let current = edition.page.and_then(|_| self.output(format));
        let links = [
            ("prev-archive", page(edition.previous_page)),
            ("next-archive", page(edition.next_page)),
            ("current", current),
        ];
        links.into_iter().filter_map(|(rel, address)| Some((rel, address?))).collect()
    }

    /// The page of the story that an entry stands for: named by the UUID in the entry's id, so that it is as stable.
    pub fn story(&self, entry_id: &str) -> Option<String> {
        self.base.map(|base| format!("{base}{}", story_path(entry_id)))
    }
}

/// `story/6ba7…` for `urn:uuid:6ba7…`.
pub(crate) fn story_path(entry_id: &str) -> String {
    format!("story/{}", encoded(entry_id.strip_prefix("urn:uuid:").unwrap_or(entry_id)))
}

/// Names of outputs and groups are the operator's: they may hold anything but a slash stays a slash.
pub(crate) fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(char::from(byte))
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The address if a reader can follow it: http or https, absolute, spelled as an IRI, without a password in it.
/// Anything else is not printed.
pub(crate) fn web(address: Option<&str>) -> Option<String> {
    let address = address?.trim();
    let url = Url::parse(address).ok()?;
    let is_secret = !url.username().is_empty() || url.password().is_some();
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    (is_web && !is_secret).then(|| spelled(address, &url))
}

/// The identifier if it is an absolute IRI of a kind that feeds use: what `atom:id` and `scheme=` ask for, and what
/// validators hold to the form of its scheme.
pub(crate) fn iri(identifier: Option<&str>) -> Option<String> {
    let identifier = identifier?.trim();
    let is_well_formed = match identifier.split_once(':')? {
        ("urn", rest) => is_urn(rest),
        ("tag", rest) => is_tag(rest),
        _ => return web(Some(identifier)),
    };
    is_well_formed.then(|| identifier.to_owned())
}

/// `namespace:specific` (RFC 8141), and what follows `uuid:` is one.
fn is_urn(rest: &str) -> bool {
    let Some((namespace, specific)) = rest.split_once(':') else { return false };
    let is_allowed = |b: u8| b.is_ascii_alphanumeric() || b"()+,.:=@;$_!*'-%".contains(&b);
    namespace.len() > 1
        && namespace.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && !specific.is_empty()
        && specific.bytes().all(is_allowed)
        && has_whole_escapes(specific)
        && (namespace != "uuid" || is_uuid(specific))
}

fn is_uuid(text: &str) -> bool {
    let lengths = text.split('-').map(str::len);
    lengths.eq([8, 4, 4, 4, 12]) && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

/// `authority,date:specific` (RFC 4151).
fn is_tag(rest: &str) -> bool {
    let parts = rest.split_once(',').and_then(|(authority, rest)| Some((authority, rest.split_once(':')?)));
    let Some((authority, (date, specific))) = parts else { return false };
    let is_name = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-._@".contains(&b);
    let is_specific = |b: u8| b.is_ascii_alphanumeric() || b";/?:@&=+$.-_!~*'()%,#".contains(&b);
    !authority.is_empty()
        && authority.bytes().all(is_name)
        && [&[4][..], &[4, 2], &[4, 2, 2]].iter().any(|form| date.split('-').map(str::len).eq(form.iter().copied()))
        && date.bytes().all(|b| b.is_ascii_digit() || b == b'-')
        && specific.bytes().all(is_specific)
}

/// As the publisher spelled it where that is an IRI: normalizing would give readers another address for the same thing.
fn spelled(address: &str, url: &Url) -> String {
    let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !"<>\"{}|\\^`[]".contains(c) && c.is_ascii();
    // Browsers read one slash or three as two; nobody else does.
    let has_host = address.split_once("://").is_some_and(|(_, host)| !host.starts_with('/'));
    if has_host && address.chars().all(is_plain) && has_whole_escapes(address) {
        address.to_owned()
    } else {
        normalized(url)
    }
}

/// `url` leaves some characters of the query alone that RFC 3986 does not allow there.
fn normalized(url: &Url) -> String {
    let mut address = String::with_capacity(url.as_str().len());
    for c in url.as_str().chars() {
        match c {
            '{' | '}' | '|' | '\\' | '^' | '`' | '<' | '>' | '"' | ' ' => {
                address.push_str(&format!("%{:02X}", u32::from(c)))
            }
            '[' | ']' if url.host_str().is_none_or(|host| !host.starts_with('[')) => {
                address.push_str(&format!("%{:02X}", u32::from(c)));
            }
            _ => address.push(c),
        }
    }
    if has_whole_escapes(&address) { address } else { escape_stray_percents(&address) }
}

fn has_whole_escapes(address: &str) -> bool {
    address.match_indices('%').all(|(at, _)| is_escape(&address.as_bytes()[at..]))
}

fn is_escape(from_percent: &[u8]) -> bool {
    from_percent.get(1..3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit))
}

fn escape_stray_percents(address: &str) -> String {
    let mut whole = String::with_capacity(address.len() + 2);
    for (at, c) in address.char_indices() {
        whole.push(c);
        if c == '%' && !is_escape(&address.as_bytes()[at..]) {
            whole.push_str("25");
        }
    }
    whole
}

#[cfg(test)]
mod tests;
