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

/// Whether this surely is an absolute address of the web, with nothing in it that could be refused: a host of letters,
/// digits and dots as most have, then its path.
pub fn is_plain(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://").or_else(|| address.strip_prefix("http://")) else { return false };
    let mut before = b'.';
    let mut last_label = 0;
    let mut end = rest.len();
    for (at, b) in rest.bytes().enumerate() {
        match b {
            b'a'..=b'z' | b'0'..=b'9' => {}
            // Two together may begin a label of another script.
            b'.' | b'-' if before == b => return false,
            b'.' => last_label = at + 1,
            b'-' => {}
            b'/' | b'?' | b'#' => {
                end = at;
                break;
            }
            _ => return false,
        }
        before = b;
    }
    // An end in a number would make it an address of IPv4.
    rest[last_label..end].starts_with(|c: char| c.is_ascii_lowercase())
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

    #[test]
    fn plain_addresses_are_those_that_nothing_could_refuse() {
        for address in ["https://example.org", "http://a.example.org/b?c#d e", "https://a-b.co?c", "http://localhost/"]
        {
            assert!(is_plain(address) && Url::parse(address).is_ok(), "{address}");
        }
        let others = [
            "https://",
            "https:///a",
            "http://a..b/",
            "http://.a/",
            "http://a./",
            "http://1.2/",
            "http://a:1/",
            "http://A/",
            "http://xn--a/",
            "a",
        ];
        assert_eq!(others.iter().find(|address| is_plain(address)), None);
    }
}
