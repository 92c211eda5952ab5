//! A form sent to an address that the operator named: how a WebSub hub is told.
//!
//! The same guard, turn and patience as for a feed; no redirect is followed, and of the answer only the status is read.

use std::future::Future;

use reqwest::{
    StatusCode,
    header::{CONTENT_TYPE, HeaderValue, USER_AGENT},
};
use url::form_urlencoded;

use crate::model::{FailureKind, UnixSeconds};

use super::{
    HttpFetch,
    door::Door,
    failure::{self, Failure},
    guard, headers,
    patience::Patience,
    trail,
};

const FORM: HeaderValue = HeaderValue::from_static("application/x-www-form-urlencoded");

/// Sends forms. Scripted ones stand in for it in tests.
pub trait Post: Clone + Send + Sync + 'static {
    fn post(&self, url: &str, form: &[(&str, &str)]) -> impl Future<Output = Result<(), Unposted>> + Send;
}

/// Why a form was not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unposted {
    pub detail: String,
    /// When the host asked us to come back.
    pub retry_at: Option<UnixSeconds>,
}

impl Post for HttpFetch {
    async fn post(&self, url: &str, form: &[(&str, &str)]) -> Result<(), Unposted> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let door = self.door();
        let policy = &door.policy;
        let mut patience = Patience::new(policy.timeout, policy.idle_timeout);
        send(&door, url, body, &mut patience)
            .await
            .map_err(|failure| Unposted { detail: failure.detail, retry_at: failure.exchange.retry_at })
    }
}

async fn send(door: &Door, url: &str, body: String, patience: &mut Patience) -> Result<(), Failure> {
    let url = trail::parse(url)?;
    let allow_private = door.policy.allow_private_addresses;
    guard::check(&url, allow_private, &door.proxies)?;
    let turn = patience.without(door.turn(&url)).await?;
    let host = url.host_str().unwrap_or_default();
    let client = door.clients.trusting(allow_private, &[])?;
    let request =
        client.post(url.clone()).header(USER_AGENT, door.user_agent.clone()).header(CONTENT_TYPE, FORM).body(body);
    let response = patience.with(request.send(), host).await?.map_err(|error| failure::of(&error, host))?;
    let now = door.clock.now();
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    let mut exchange = headers::exchange(status.as_u16(), url.as_str(), response.headers(), now);
    if status == StatusCode::TOO_MANY_REQUESTS {
        exchange.retry_at = Some(turn.hold(exchange.retry_at, now));
    }
    let words =
        if status.is_redirection() { "sends us elsewhere: name the address it means" } else { "did not take it" };
    Err(Failure::new(FailureKind::Status, format!("{host} {words} ({status})")).after(exchange))
}
