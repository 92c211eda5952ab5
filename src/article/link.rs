//! Addresses of entries: as published, and as compared (RULES 1).
//!
//! `article` and `identity` call this. Nothing here asks the network: a wrapped address is decoded only where the
//! wrapper itself carries the whole target.

use url::{Url, form_urlencoded};

use crate::address;

/// Query keys that only tell a publisher where a reader came from. A trailing `*` stands for the rest of the key.
const TRACKING_KEYS: &[&str] = &[
    "utm_*",
    "at_*",
    "ns_*",
    "itm_*",
    "pk_*",
    "mtm_*",
    "piwik_*",
    "hsa_*",
    "__hs*",
    "_hs*",
    "oly_*",
    "vero_*",
    "wt.*",
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "igsh",
    "mc_cid",
    "mc_eid",
    "mkt_tok",
    "_openstat",
    "ysclid",
    "s_cid",
    "icid",
    "ncid",
    "cmpid",
    "cmp",
    "ocid",
    "ftag",
    "wt_mc",
    "wt_zmc",
    "wtrid",
    "xtor",
    "smid",
    "feedtype",
    "feedname",
    "traffic_source",
    "guccounter",
    "guce_referrer",
    "guce_referrer_sig",
    "ref_src",
    "ref_url",
    "spm",
    "sr_share",
    "maca",
    "outputtype",
];

/// Keys that track when their value says so, and may mean anything else otherwise (`?source=rss`, `?ref=feed`).
const SOMETIMES_TRACKING: &[&str] = &[
    "ref",
    "source",
    "src",
    "from",
    "partner",
    "emc",
    "via",
    "cid",
    "mbid",
    "rss",
    "feed",
    "s",
    "channel",
    "campaign",
    "medium",
    "origin",
    "referrer",
    "referer",
    "output",
    "link_source",
    "sref",
    "taid",
    "mod",
];

/// What links are compared by: no scheme, `www.`, `m.`, `amp.`, fragment, tracking keys, trailing slash; query sorted.
/// None for what is no http(s) address.
pub fn key(link: &str) -> Option<String> {
    match plain_parts(link.trim()) {
        Some((host, path, query)) => Some(key_of(host, None, path, query)),
        None => key_by_parsing(link),
    }
}

fn key_by_parsing(link: &str) -> Option<String> {
    let url = unwrapped(parsed(link)?);
    let host = url.host_str()?.trim_end_matches('.');
    Some(key_of(host, url.port(), url.path(), url.query().unwrap_or_default()))
}

fn key_of(host: &str, port: Option<u16>, path: &str, query: &str) -> String {
    let mut key = without_prefixes(host).to_owned();
    if let Some(port) = port {
        key.push_str(&format!(":{port}"));
    }
    key.push_str(without_amp(path).trim_end_matches('/'));
    let mut pairs: Vec<&str> = kept_pairs(query).collect();
    pairs.sort_unstable();
    if !pairs.is_empty() {
        key.push('?');
        key.push_str(&pairs.join("&"));
    }
    key
}

/// Host, path and query of an address that parsing would leave as it is, as most do.
fn plain_parts(link: &str) -> Option<(&str, &str, &str)> {
    if may_be_wrapped(link) {
        return None;
    }
    let page = link.split('#').next().unwrap_or(link);
    let rest = after_slashes(page)?;
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (host, path) = before.split_at(before.find('/').unwrap_or(before.len()));
    #[rustfmt::skip]
    let is_plain = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b'-' | b'_' | b'.' | b'~' | b'/' | b':' | b'=' | b'&' | b'+' | b',' | b';' | b'!' | b'$' | b'*' | b'('
                    | b')' | b'@' | b'?'
            )
    };
    // What begins with a dot may be a step up.
    (rest.bytes().all(is_plain) && !path.contains("/.")).then_some((host, path, query))
}

/// Host and all after it.
fn after_slashes(link: &str) -> Option<&str> {
    let usual = link.strip_prefix("https://").or_else(|| link.strip_prefix("http://"));
    usual.or_else(|| Some(link.split_once("//")?.1))
}

/// The address as it is published: without tracking keys and passwords, wrapped links decoded where that needs no network.
/// What needs no cleaning comes back byte for byte.
pub fn clean(link: &str) -> String {
    let link = link.trim();
    let may_be_wrapped = may_be_wrapped(link);
    if !link.contains(['?', '@']) && !may_be_wrapped {
        return link.to_owned();
    }
    let query = link.split('#').next().and_then(|page| page.split_once('?')).map_or("", |(_, query)| query);
    let is_tracked = || query.split('&').any(|pair| pair.is_empty() || is_tracking(pair));
    if !may_be_wrapped && !link.contains('@') && !is_tracked() {
        return link.to_owned();
    }
    let Some(original) = parsed(link) else { return link.to_owned() };
    let mut url = unwrapped(original.clone());
    let before = url.query().map_or(0, |query| query.split('&').count());
    let kept: Vec<&str> = kept_pairs(url.query().unwrap_or_default()).collect();
    if kept.len() < before {
        let query = kept.join("&");
        url.set_query((!query.is_empty()).then_some(query.as_str()));
    }
    // A user and a password in an entry's link are the publisher's slip: not ours to spread.
    let _ = url.set_username("").and_then(|()| url.set_password(None)); // fails only for addresses without a host
    if url == original { link.to_owned() } else { url.into() }
}

/// Whether it may be one of those that `unwrapped` decodes.
fn may_be_wrapped(link: &str) -> bool {
    let Some(rest) = after_slashes(link) else { return true };
    let host = &rest[..rest.find('/').unwrap_or(rest.len())];
    is_google(host) || is_bing(host) || host.ends_with("cdn.ampproject.org") || !address::is_plain(link)
}

fn parsed(link: &str) -> Option<Url> {
    Url::parse(link.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// The query's pairs as they stand, tracking ones left out.
fn kept_pairs(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter(|pair| !pair.is_empty() && !is_tracking(pair))
}

fn is_tracking(pair: &str) -> bool {
    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
    let key = key.to_ascii_lowercase();
    let begins_so = |known: &&&str| known.as_bytes().first() == key.as_bytes().first();
    TRACKING_KEYS.iter().filter(begins_so).any(|known| match known.strip_suffix('*') {
        Some(start) => key.starts_with(start),
        None => key == *known,
    }) || SOMETIMES_TRACKING.contains(&key.as_str()) && says_feed(value)
}

fn says_feed(value: &str) -> bool {
    let value = value.to_ascii_lowercase();
    matches!(value.as_str(), "feed" | "feeds" | "atom" | "newsfeed" | "amp") || value.starts_with("rss")
}

fn without_prefixes(host: &str) -> &str {
    ["www.", "m.", "amp."]
        .iter()
        .fold(host, |host, prefix| host.strip_prefix(prefix).filter(|rest| rest.contains('.')).unwrap_or(host))
}

fn without_amp(path: &str) -> &str {
    let path = path.trim_end_matches('/');
    path.strip_suffix("/amp").unwrap_or(path)
}

/// The page behind an AMP cache, or behind an aggregator's counter that carries it in its query.
fn unwrapped(url: Url) -> Url {
    let inner = amp_cache_target(&url).or_else(|| query_target(&url));
    inner.and_then(|target| parsed(&target)).unwrap_or(url)
}

/// `HOST.cdn.ampproject.org/c/s/example.org/page` and `www.google.com/amp/s/example.org/page`; `s` stands for https.
fn amp_cache_target(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let path = if host.ends_with(".cdn.ampproject.org") || host == "cdn.ampproject.org" {
        ["/c/", "/v/", "/a/", "/wp/"].iter().find_map(|start| url.path().strip_prefix(start))?
    } else if is_google(host) {
        url.path().strip_prefix("/amp/")?
    } else {
        return None;
    };
    let (scheme, rest) = match path.strip_prefix("s/") {
        Some(rest) => ("https", rest),
        None => ("http", path),
    };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    rest.contains('.').then(|| format!("{scheme}://{rest}{query}"))
}

/// `bing.com/news/apiclick.aspx?url=…`, `google.com/url?url=…`: counters that name their target.
fn query_target(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let counts = is_bing(host) && url.path().contains("apiclick") || is_google(host) && url.path() == "/url";
    if !counts {
        return None;
    }
    let target = |wanted: &str| {
        let mut pairs = form_urlencoded::parse(url.query().unwrap_or_default().as_bytes());
        pairs.find(|(key, _)| key == wanted).map(|(_, value)| value.into_owned())
    };
    target("url").or_else(|| target("q"))
}

fn is_bing(host: &str) -> bool {
    host == "bing.com" || host.ends_with(".bing.com")
}

fn is_google(host: &str) -> bool {
    host.trim_start_matches("www.").starts_with("google.")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check_key(link: &str, expected: Option<&str>) {
        assert_eq!(key(link).as_deref(), expected, "{link}");
    }

    #[test]
    fn passwords_in_links_are_not_spread() {
        assert_eq!(clean("https://user:word@example.org/a"), "https://example.org/a");
        assert_eq!(clean("https://example.org/@author/a"), "https://example.org/@author/a");
    }

    #[test]
    fn links_compare_without_what_does_not_name_the_page() {
        check_key("https://www.example.org/world/a/", Some("example.org/world/a"));
        check_key("http://m.example.org/world/a#part", Some("example.org/world/a"));
        check_key("https://amp.example.org/world/a", Some("example.org/world/a"));
        check_key("https://example.org/world/a/amp/", Some("example.org/world/a"));
        check_key("https://EXAMPLE.org:443/?b=2&a=1", Some("example.org?a=1&b=2"));
        check_key("https://example.org:8443/a", Some("example.org:8443/a"));
        check_key("https://example.org/a?utm_source=rss&fbclid=1&id=7", Some("example.org/a?id=7"));
        check_key("https://m.org/a", Some("m.org/a"));
        check_key("https://example.org/", Some("example.org"));
        check_key("mailto:desk@example.org", None);
        check_key("a/b", None);
    }

    #[test]
    fn wrapped_links_are_decoded_offline() {
        check_key("https://www.google.com/amp/s/example.org/a", Some("example.org/a"));
        check_key("https://example-org.cdn.ampproject.org/c/s/example.org/a", Some("example.org/a"));
        check_key(
            "http://www.bing.com/news/apiclick.aspx?ref=FexRss&url=https%3a%2f%2fexample.org%2fa%3fid%3d1",
            Some("example.org/a?id=1"),
        );
        // Opaque without the network: stays what it is.
        check_key("https://news.google.com/rss/articles/CBMi", Some("news.google.com/rss/articles/CBMi"));
    }

    fn check_clean(link: &str, expected: &str) {
        assert_eq!(clean(link), expected, "{link}");
    }

    #[test]
    fn published_links_lose_only_their_tracking() {
        check_clean("http://Example.org", "http://Example.org");
        check_clean("https://example.org/a?id=1#b", "https://example.org/a?id=1#b");
        check_clean("https://example.org/a?id=1&utm_medium=x#b", "https://example.org/a?id=1#b");
        check_clean("https://example.org/a?at_medium=RSS&at_campaign=rss", "https://example.org/a");
        check_clean("https://example.org/a?partner=rss&emc=rss", "https://example.org/a");
        check_clean("https://example.org/a?source=interview", "https://example.org/a?source=interview");
        check_clean("https://example.org/a?outputType=amp", "https://example.org/a");
        check_clean(" urn:x:1 ", "urn:x:1");
    }

    proptest! {
        #[test]
        fn plain_links_have_the_key_of_parsed_ones(link in "https?://(www\\.|m\\.)?[a-z0-9.-]{1,6}(:80)?[/?#@A-Za-z.=&%+~'\"| ]{0,12}") {
            prop_assert_eq!(key(&link), key_by_parsing(&link));
        }

        #[test]
        fn cleaning_twice_is_cleaning_once_and_keeps_the_key(path in "[a-z0-9/]{0,12}", query in "[a-z_=&]{0,20}") {
            let link = format!("https://example.org/{path}?{query}");
            let once = clean(&link);
            prop_assert_eq!(clean(&once), once.clone());
            prop_assert_eq!(key(&once), key(&link));
        }
    }
}
