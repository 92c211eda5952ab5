//! From address to address: the redirect loop, with everything decided anew at each hop.
//!
//! Who may be reached, whose turn it is at that host, which validators belong to that very address, and whether it is
//! the configured host that the operator's credentials are for.

use reqwest::{
    RequestBuilder, Response,
    header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LOCATION, USER_AGENT},
};
use url::Url;

use crate::model::{FailureKind, FetchOutcome, FetchRequest, Fetched, UnixSeconds};

use super::{
    answer::{self, Answer},
    body::Patience,
    client::Door,
    failure::{self, Failure},
    guard,
    hosts::Held,
};

/// Redirects followed; a sixth is a failure.
const MOST_REDIRECTS: usize = 5;

/// Feeds first; `*/*` last, because some servers answer 406 to anything narrower.
const FEEDS: HeaderValue = HeaderValue::from_static(
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
     application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1",
);

/// Asks for `request`, follows where it is sent, and brings what is there.
pub(super) async fn follow(door: &Door, request: &FetchRequest) -> Result<Fetched, Failure> {
    let configured = Configured::of(request)?;
    let mut trail = Trail::begin(&request.url)?;
    let mut patience = Patience::new(request.timeout.unwrap_or(door.policy.timeout));
    loop {
        let allow_private = door.policy.allow_private_addresses || (request.allow_private && configured.is(&trail.url));
        guard::check(&trail.url, allow_private)?;
        let host = trail.url.host_str().unwrap_or_default().to_owned();
        let turn = patience.without(door.hosts.enter(&trail.url, || door.clock.now())).await;
        let turn = turn.map_err(|held| waits(held, &host, &trail.url))?;
        let sending = compose(door, request, &configured, &trail.url, allow_private).send();
        let response = patience.with(sending, &host).await?.map_err(|error| failure::of(&error, &host))?;
        if let Some(location) = location(&response) {
            trail.turn(&location?, response.status().as_u16())?;
            continue;
        }
        let now = door.clock.now();
        let answer = Answer { request, url: &trail.url, response, turn: &turn, now };
        let mut fetched = answer::read(answer, door, &mut patience).await?;
        fetched.exchange.permanent_target = trail.permanent_target(&fetched.outcome);
        return Ok(fetched);
    }
}

/// The operator's own address: what its secrets and its permission are for.
struct Configured {
    url: Url,
    credentials: Option<(String, String)>,
}

impl Configured {
    fn of(request: &FetchRequest) -> Result<Self, Failure> {
        let written = if request.configured_url.is_empty() { &request.url } else { &request.configured_url };
        let url = parse(written)?;
        let userinfo = (!url.username().is_empty() || url.password().is_some())
            .then(|| (decoded(url.username()), decoded(url.password().unwrap_or_default())));
        Ok(Configured { url, credentials: request.credentials.clone().or(userinfo) })
    }

    /// The same host and port, or the same host moved up from http to https.
    fn is(&self, url: &Url) -> bool {
        let upgraded =
            self.url.scheme() == "http" && url.scheme() == "https" && self.url.port().or(url.port()).is_none();
        self.url.host() == url.host()
            && (upgraded
                || (self.url.scheme() == url.scheme()
                    && self.url.port_or_known_default() == url.port_or_known_default()))
    }
}

/// Where the chain has led so far.
struct Trail {
    url: Url,
    visited: Vec<Url>,
    permanent: bool,
}

impl Trail {
    fn begin(url: &str) -> Result<Self, Failure> {
        Ok(Trail { url: bare(parse(url)?), visited: Vec::new(), permanent: true })
    }

    fn turn(&mut self, location: &str, status: u16) -> Result<(), Failure> {
        let next = self.url.join(location).map(bare);
        let next = next.map_err(|_| Failure::new(FailureKind::Redirects, "redirected to what is no address"))?;
        self.permanent &= matches!(status, 301 | 308);
        self.visited.push(std::mem::replace(&mut self.url, next));
        if self.visited.contains(&self.url) {
            return Err(Failure::new(FailureKind::Redirects, "redirected in a circle"));
        }
        if self.visited.len() > MOST_REDIRECTS {
            return Err(Failure::new(FailureKind::Redirects, format!("redirected more than {MOST_REDIRECTS} times")));
        }
        Ok(())
    }

    /// Only of an answer worth keeping: a redirect to an error page proves nothing.
    fn permanent_target(&self, outcome: &FetchOutcome) -> Option<String> {
        let served = matches!(outcome, FetchOutcome::Body(_) | FetchOutcome::Partial(_) | FetchOutcome::NotModified);
        (served && self.permanent && !self.visited.is_empty()).then(|| self.url.to_string())
    }
}

/// RFC 9110 §15.4; a 300 or 304 is no redirect to follow. Bytes outside of ASCII are what servers send as UTF-8.
fn location(response: &Response) -> Option<Result<String, Failure>> {
    let status = response.status();
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let nowhere = || Failure::new(FailureKind::Redirects, format!("redirected without saying where ({status})"));
    Some(location.filter(|location| !location.trim().is_empty()).ok_or_else(nowhere))
}

fn compose(
    door: &Door,
    request: &FetchRequest,
    configured: &Configured,
    url: &Url,
    allow_private: bool,
) -> RequestBuilder {
    let own = request.user_agent.as_deref().and_then(|agent| HeaderValue::from_str(agent).ok());
    let agent = own.unwrap_or_else(|| door.user_agent.clone());
    let mut builder = door.client(allow_private).get(url.clone()).header(USER_AGENT, agent).header(ACCEPT, FEEDS);
    let validators = &request.validators;
    if validators.url.as_deref() == Some(url.as_str()) && !validators.is_empty() {
        let sent =
            |text: &Option<String>| text.as_deref().and_then(|text| HeaderValue::from_bytes(text.as_bytes()).ok());
        if let Some(etag) = sent(&validators.etag) {
            builder = builder.header(IF_NONE_MATCH, etag);
        }
        if let Some(date) = sent(&validators.last_modified) {
            builder = builder.header(IF_MODIFIED_SINCE, date);
        }
        builder = builder.header(HeaderName::from_static("a-im"), HeaderValue::from_static("feed"));
    }
    if configured.is(url) { with_secrets(builder, request, configured) } else { builder }
}

/// Marked sensitive, so that no log of a library shows them and HTTP/2 does not keep them.
fn with_secrets(mut builder: RequestBuilder, request: &FetchRequest, configured: &Configured) -> RequestBuilder {
    for (name, value) in &request.headers {
        if let (Ok(name), Ok(mut value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
            value.set_sensitive(true);
            builder = builder.header(name, value);
        }
    }
    match &configured.credentials {
        Some((user, password))
            if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case(AUTHORIZATION.as_str())) =>
        {
            builder.basic_auth(user, Some(password))
        }
        _ => builder,
    }
}

/// The host asked for silence: an answer without a request (no status), and when to come back.
fn waits(Held(until): Held, host: &str, url: &Url) -> Failure {
    let mut failure =
        Failure::new(FailureKind::RateLimited, format!("not asked: {host} wants to be left alone for now"));
    failure.exchange.final_url = url.to_string();
    failure.exchange.retry_at = Some::<UnixSeconds>(until);
    failure
}

fn parse(url: &str) -> Result<Url, Failure> {
    Url::parse(url).map_err(|_| Failure::new(FailureKind::Forbidden, "refused: this is no address"))
}

/// Without what is not sent (fragment) and what must not be told (userinfo).
fn bare(mut url: Url) -> Url {
    url.set_fragment(None);
    // Both refuse only addresses without a host, which have no userinfo either.
    let _ = (url.set_username(""), url.set_password(None));
    url
}

fn decoded(part: &str) -> String {
    let one_name = part.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(one_name.as_bytes()).map(|(name, _)| name).collect()
}
