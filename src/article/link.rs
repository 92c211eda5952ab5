//! Addresses of entries: as published, and as compared (RULES 1).

/// What links are compared by: no scheme, `www.`, `m.`, `amp.`, fragment, tracking keys, trailing slash; query sorted.
/// None for what is no http(s) address.
pub fn key(_link: &str) -> Option<String> {
    None
}

/// The address as it is published: absolute, without tracking keys, wrapped links decoded where that needs no network.
pub fn clean(link: &str) -> String {
    link.to_owned()
}
