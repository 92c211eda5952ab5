//! Addresses made absolute: the one rule for links, images and bases.

use url::Url;

/// The address made absolute where that takes anything; an absolute one stays byte for byte.
pub fn absolute(address: &str, base: Option<&Url>) -> String {
    let address = address.trim();
    // Most are; parsing them all to find out costs more than anything else done to a link.
    if address.starts_with("https://") || address.starts_with("http://") {
        return address.to_owned();
    }
    match (Url::parse(address), base) {
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(base)) => {
            base.join(address).map_or_else(|_| address.to_owned(), |joined| readable(joined.into(), address))
        }
        _ => address.to_owned(),
    }
}

/// A base is copied into every address below it: a long one would make a short document huge.
const MAX_BASE: usize = 256;

/// The address as a base for others; without its query if that makes it short enough. None if nothing does.
pub fn base(mut address: Url) -> Option<Url> {
    if address.as_str().len() > MAX_BASE {
        address.set_query(None);
        address.set_fragment(None);
    }
    (address.as_str().len() <= MAX_BASE).then_some(address)
}

/// `url` writes every character beyond ASCII as percent codes; what was readable stays so (RFC 3987).
fn readable(joined: String, address: &str) -> String {
    if address.is_ascii() || !joined.contains('%') {
        return joined;
    }
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let [first, after @ ..] = rest {
        let code = (*first == b'%').then(|| std::str::from_utf8(after.get(..2)?).ok()).flatten();
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|byte| !byte.is_ascii()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).unwrap_or(joined)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(address: &str, expected: &str) {
        let base = Url::parse("https://example.org/a/b").unwrap();
        assert_eq!(absolute(address, Some(&base)), expected, "{address}");
    }

    #[test]
    fn only_relative_addresses_change() {
        check("c?d#e", "https://example.org/a/c?d#e");
        check("//b.example.org", "https://b.example.org/");
        check("http://Example.ORG", "http://Example.ORG");
        check("mailto:desk@example.org", "mailto:desk@example.org");
        check(" /Straße/%20 ", "https://example.org/Straße/%20");
        check("", "https://example.org/a/b");
    }
}
