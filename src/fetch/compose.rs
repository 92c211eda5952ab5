//! One request, header by header: who asks, for what, and what it already holds.

use reqwest::{
    RequestBuilder,
    header::{ACCEPT, AUTHORIZATION, COOKIE, HeaderName, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, USER_AGENT},
};
use url::Url;

use crate::model::{FetchRequest, Validators};

use super::{
    door::Door,
    failure::Failure,
    trail::{self, Trail},
};

/// Feeds first; `*/*` last, because some servers answer 406 to anything narrower.
const FEEDS: HeaderValue = HeaderValue::from_static(
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
     application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1",
);

/// What is asked for, with the operator's own address: what the feed's secrets and its permission are for.
pub(super) struct Asking<'a> {
    pub(super) request: &'a FetchRequest,
    configured: Url,
    credentials: Option<(String, String)>,
}

impl<'a> Asking<'a> {
    pub(super) fn of(request: &'a FetchRequest) -> Result<Self, Failure> {
        let written = if request.configured_url.is_empty() { &request.url } else { &request.configured_url };
        let configured = trail::parse(written)?;
        let credentials = request.credentials.clone().or_else(|| userinfo(&configured));
        Ok(Asking { request, configured, credentials })
    }

    /// The feed's own permission is for its own host, not for wherever that host sends us.
    pub(super) fn may_be_private(&self, url: &Url) -> bool {
        self.request.allow_private && self.is_configured(url)
    }

    /// The same host and port, or the same host moved up from http to https.
    fn is_configured(&self, url: &Url) -> bool {
        let own = &self.configured;
        let same = own.scheme() == url.scheme() && own.port_or_known_default() == url.port_or_known_default();
        let upgraded = own.scheme() == "http" && url.scheme() == "https" && own.port().or(url.port()).is_none();
        own.host() == url.host() && (same || upgraded)
    }

    pub(super) fn compose(&self, door: &Door, trail: &Trail, allow_private: bool) -> Result<RequestBuilder, Failure> {
        let own = self.request.user_agent.as_deref().and_then(|agent| HeaderValue::from_str(agent).ok());
        let agent = own.unwrap_or_else(|| door.user_agent.clone());
        let roots = if self.is_configured(&trail.url) { self.request.tls_roots.as_slice() } else { &[] };
        let get = door.clients.trusting(allow_private, roots)?.get(trail.url.clone());
        let builder =
            with_validators(get.header(USER_AGENT, agent).header(ACCEPT, FEEDS), &self.request.validators, trail);
        let builder = match trail.sent.as_deref().and_then(secret) {
            Some(cookies) => builder.header(COOKIE, cookies),
            None => builder,
        };
        Ok(if self.is_configured(&trail.url) { self.with_secrets(builder) } else { builder })
    }

    fn with_secrets(&self, mut builder: RequestBuilder) -> RequestBuilder {
        let mut authorized = false;
        for (name, value) in &self.request.headers {
            if let (Ok(name), Some(value)) = (HeaderName::from_bytes(name.as_bytes()), secret(value)) {
                authorized |= name == AUTHORIZATION;
                builder = builder.header(name, value);
            }
        }
        match &self.credentials {
            Some((user, password)) if !authorized => builder.basic_auth(user, Some(password)),
            _ => builder,
        }
    }
}

/// RFC 9110 §13.1, byte for byte as received, to the address that they were received from and to no other.
/// A delta (RFC 3229) is asked for only where there is something that it could be the difference to.
fn with_validators(mut builder: RequestBuilder, validators: &Validators, trail: &Trail) -> RequestBuilder {
    if validators.is_empty() || validators.url.as_deref() != Some(trail.url.as_str()) {
        return builder;
    }
    let sent = |text: &Option<String>| text.as_deref().and_then(|text| HeaderValue::from_bytes(text.as_bytes()).ok());
    if let Some(etag) = sent(&validators.etag) {
        builder = builder.header(IF_NONE_MATCH, etag);
    }
    if let Some(date) = sent(&validators.last_modified) {
        builder = builder.header(IF_MODIFIED_SINCE, date);
    }
    builder.header(HeaderName::from_static("a-im"), HeaderValue::from_static("feed"))
}

/// Marked sensitive: no log of a library shows it, and HTTP/2 keeps it in no table.
fn secret(value: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn userinfo(url: &Url) -> Option<(String, String)> {
    let (user, password) = (url.username(), url.password());
    (!user.is_empty() || password.is_some()).then(|| (decoded(user), decoded(password.unwrap_or_default())))
}

/// Percent-decoding of one name, in which the signs of a form mean themselves.
fn decoded(part: &str) -> String {
    let name = part.replace('+', "%2B").replace('&', "%26").replace('=', "%3D");
    url::form_urlencoded::parse(name.as_bytes()).map(|(name, _)| name).collect()
}
