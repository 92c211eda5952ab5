//! Addresses as words: what part of one names its owner.

/// The registrable domain of an http(s) address by the public suffix list ("example.co.uk"), else its host as it
/// stands (an IP address, "localhost"). None for what is no address with a host.
pub fn registrable_domain(address: &str) -> Option<String> {
    let url = ::url::Url::parse(address).ok()?;
    let host = url.host_str()?.trim_end_matches('.').to_ascii_lowercase();
    if !matches!(url.host(), Some(::url::Host::Domain(_))) {
        return Some(host);
    }
    Some(psl::domain_str(&host).map_or(host.clone(), str::to_owned))
}

/// The host of an address, in lower case.
pub fn host(address: &str) -> Option<String> {
    ::url::Url::parse(address).ok()?.host_str().map(str::to_ascii_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn publishers_are_known_by_registrable_domain() {
        for (address, expected) in [
            ("https://feeds.bbci.co.uk/news/rss.xml", Some("bbci.co.uk")),
            ("http://www.Example.org:8080/a", Some("example.org")),
            ("http://127.0.0.1:80/a", Some("127.0.0.1")),
            ("http://localhost/a", Some("localhost")),
            ("mailto:a@example.org", None),
        ] {
            assert_eq!(registrable_domain(address).as_deref(), expected, "{address}");
        }
    }
}
