//! The chain of one fetch: where it is, where it was, and the cookies that live as long as it does and no longer.
//!
//! Some publishers set a cookie and send us to the same address again; without it we would run in a circle. Each
//! cookie goes back to the very host that set it. Nothing of a chain is kept for the next.

use reqwest::header::{HeaderMap, SET_COOKIE};
use url::Url;

use crate::model::{FailureKind, FetchOutcome};

use super::failure::Failure;

/// Cookies kept, and the longest one in bytes.
const MOST_COOKIES: usize = 16;
const LONGEST_COOKIE: usize = 4096;

pub(super) struct Trail {
    pub(super) url: Url,
    /// What the current address is sent of what it set before.
    pub(super) sent: Option<String>,
    /// Each address with the cookies that it was sent.
    visited: Vec<(Url, Option<String>)>,
    cookies: Vec<Cookie>,
    permanent: bool,
}

struct Cookie {
    host: String,
    name: String,
    pair: String,
    secure: bool,
}

impl Trail {
    pub(super) fn begin(url: &str) -> Result<Self, Failure> {
        let url = bare(parse(url)?);
        Ok(Trail { url, sent: None, visited: Vec::new(), cookies: Vec::new(), permanent: true })
    }

    pub(super) fn is_at_its_start(&self) -> bool {
        self.visited.is_empty()
    }

    pub(super) fn turn(&mut self, location: &str, status: u16, most: usize) -> Result<(), Failure> {
        let next = self.url.join(location).map(bare);
        let next = next.map_err(|_| Failure::new(FailureKind::Redirects, "redirected to what is no address"))?;
        self.permanent &= matches!(status, 301 | 308);
        self.visited.push((std::mem::replace(&mut self.url, next), self.sent.take()));
        self.sent = self.due();
        if self.visited.len() > most {
            let words = format!("redirected more than {most} times (max_redirects)");
            return Err(Failure::new(FailureKind::Redirects, words));
        }
        if self.visited.iter().any(|(url, sent)| *url == self.url && *sent == self.sent) {
            return Err(Failure::new(FailureKind::Redirects, "redirected in a circle"));
        }
        Ok(())
    }

    /// Only of an answer worth keeping: a redirect to an error page proves nothing.
    pub(super) fn permanent_target(&self, outcome: &FetchOutcome) -> Option<String> {
        let served = matches!(outcome, FetchOutcome::Body(_) | FetchOutcome::Partial(_) | FetchOutcome::NotModified);
        (served && self.permanent && !self.visited.is_empty()).then(|| self.url.to_string())
    }

    fn due(&self) -> Option<String> {
        let host = self.url.host_str().unwrap_or_default();
        let due = |cookie: &&Cookie| cookie.host == host && (!cookie.secure || self.url.scheme() == "https");
        let pairs: Vec<&str> = self.cookies.iter().filter(due).map(|cookie| cookie.pair.as_str()).collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    pub(super) fn keep_cookies(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok()) {
            let Some(cookie) = self.cookie(line) else { continue };
            self.cookies.retain(|known| known.host != cookie.host || known.name != cookie.name);
            if self.cookies.len() < MOST_COOKIES {
                self.cookies.push(cookie);
            }
        }
    }

    /// RFC 6265 §5.2, as far as it matters within one chain.
    fn cookie(&self, line: &str) -> Option<Cookie> {
        let mut parts = line.split(';');
        let pair = parts.next()?.trim();
        let (name, _) = pair.split_once('=').filter(|(name, _)| !name.is_empty() && pair.len() <= LONGEST_COOKIE)?;
        Some(Cookie {
            host: self.url.host_str()?.to_owned(),
            name: name.trim().to_owned(),
            pair: pair.to_owned(),
            secure: parts.any(|part| part.trim().eq_ignore_ascii_case("secure")),
        })
    }
}

pub(super) fn parse(url: &str) -> Result<Url, Failure> {
    Url::parse(url).map_err(|_| Failure::new(FailureKind::Forbidden, "refused: this is no address"))
}

/// Without what is not sent (fragment) and what must not be told (userinfo).
fn bare(mut url: Url) -> Url {
    url.set_fragment(None);
    // Both refuse only addresses without a host, which have no userinfo either.
    let _ = (url.set_username(""), url.set_password(None));
    url
}
