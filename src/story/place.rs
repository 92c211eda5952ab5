//! Where an article stands, and whom it credits: told from its link and its source alone.

use super::fingerprint::StoryInput;
use crate::model::Source;

/// Parts of addresses; empty where there is none.
pub(super) struct Place<'a> {
    pub(super) host: &'a str,
    pub(super) site: &'a str,
    pub(super) credited: &'a str,
    pub(super) credited_name: &'a str,
}

impl<'a> Place<'a> {
    pub(super) fn of(input: &StoryInput<'a>) -> Self {
        let host = link_host(input.link_key);
        let credited_name = input.source.and_then(|source| source.title.as_deref()).unwrap_or_default();
        Place { host, site: site(host), credited: credited_site(input.source), credited_name }
    }
}

/// The site of a link, by its key; empty for none.
pub(super) fn link_site(key: Option<&str>) -> &str {
    site(link_host(key))
}

/// The site that an entry is credited to; empty for none.
pub(super) fn credited_site(source: Option<&Source>) -> &str {
    let address = source.and_then(|source| source.site_url.as_deref().or(source.feed_url.as_deref()));
    address.map_or("", |address| site(host_of(address)))
}

fn link_host(key: Option<&str>) -> &str {
    key.and_then(|key| key.split(['/', '?']).next()).unwrap_or_default()
}

fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#', ':']).next().unwrap_or_default()
}

/// The part of a host that names its owner, as near as it can be told without a list.
fn site(host: &str) -> &str {
    let mut dots = host.rmatch_indices('.').map(|(at, _)| at);
    let (Some(last), Some(second)) = (dots.next(), dots.next()) else { return host };
    let is_short = last - second <= 4; // co.uk, com.au
    match (is_short, dots.next()) {
        (true, Some(third)) => &host[third + 1..],
        (true, None) => host.strip_prefix("www.").unwrap_or(host),
        (false, _) => &host[second + 1..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sites_are_told_without_a_list() {
        for (host, expected) in [
            ("example.org", "example.org"),
            ("www.example.org", "example.org"),
            ("news.example.co.uk", "example.co.uk"),
            ("www.abc.de", "abc.de"),
            ("localhost", "localhost"),
            ("", ""),
        ] {
            assert_eq!(site(host), expected, "{host:?}");
        }
    }
}
