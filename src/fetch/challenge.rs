//! Pages that stand where a feed should be: a CDN that wants a browser to prove itself, or a wall that wants consent.
//!
//! They are named, not overcome: headlined says who it is and does not imitate a browser. Pure.

use reqwest::header::HeaderMap;
use url::Url;

/// Headers (name, word, whose) by which a CDN says that this answer is its challenge.
const SAYS: [(&str, &str, &str); 3] = [
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "", "AWS WAF"),
    ("x-vercel-mitigated", "challenge", "Vercel"),
];

/// Headers that a CDN sends with every answer, and that name it where it refuses one.
const REFUSES: [(&str, &str, &str); 2] = [("x-datadome", "", "DataDome"), ("server", "ddos-guard", "DDoS-Guard")];

/// Words that only such pages have.
const MARKS: [(&str, &str); 13] = [
    ("/cdn-cgi/challenge-platform/", "Cloudflare"),
    ("cf-browser-verification", "Cloudflare"),
    ("<title>just a moment...</title>", "Cloudflare"),
    ("attention required! | cloudflare", "Cloudflare"),
    ("_incapsula_resource", "Imperva"),
    ("captcha-delivery.com", "DataDome"),
    ("px-captcha", "PerimeterX"),
    ("errors.edgesuite.net", "Akamai"),
    ("/_sec/cp_challenge/", "Akamai"),
    ("sucuri website firewall", "Sucuri"),
    ("awswafintegration", "AWS WAF"),
    ("/.within.website/x/cmd/anubis/", "Anubis"),
    ("ddos-guard", "DDoS-Guard"),
];

/// Whose challenge it is, by the headers alone; `refused` if the status is one that challenges come with.
pub(super) fn by_headers(headers: &HeaderMap, refused: bool) -> Option<&'static str> {
    let says = |name: &str, word: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).is_some_and(|v| v.to_ascii_lowercase().contains(word))
    };
    let told = SAYS.iter().chain(REFUSES.iter().filter(|_| refused)).find(|(name, word, _)| says(name, word));
    told.map(|(_, _, who)| *who)
}

/// Whose challenge it is, by its page (the first part of it is enough).
pub(super) fn by_page(page: &[u8]) -> Option<&'static str> {
    let page = String::from_utf8_lossy(page).to_ascii_lowercase();
    MARKS.iter().find(|(mark, _)| page.contains(mark)).map(|(_, who)| *who)
}

pub(super) fn is_page(content_type: Option<&str>, body: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&body[..body.len().min(256)]).trim_start().to_ascii_lowercase();
    let typed = content_type.is_some_and(|value| value.trim_start().to_ascii_lowercase().starts_with("text/html"));
    start.starts_with("<!doctype html") || start.starts_with("<html") || (typed && !start.starts_with("<?xml"))
}

/// A page that asks for consent, where the feed's address led to another one.
pub(super) fn is_consent(asked: &str, answered: &Url) -> bool {
    let host = answered.host_str().unwrap_or_default();
    let wall = ["consent.", "guce.", "cmp.", "privacy-gate."].iter().any(|label| host.starts_with(label));
    let path = answered.path().split('/').any(|part| matches!(part, "consent" | "cookie-consent" | "privacy-gate"));
    asked != answered.as_str() && (wall || path)
}
