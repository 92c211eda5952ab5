//! From address to address: the redirect loop, with everything decided anew at each hop.
//!
//! Who may be reached, whose turn it is at that host, which validators belong to that very address, and whether it is
//! the configured host that the operator's secrets are for.

use reqwest::{
    Response,
    header::{CONNECTION, LOCATION},
};

use crate::model::{FailureKind, FetchRequest, Fetched};

use super::{
    answer::{self, Answer},
    compose::Asking,
    door::Door,
    failure::{self, Failure},
    guard, headers,
    hosts::Turn,
    patience::Patience,
    trail::Trail,
};

/// Where one exchange led.
enum Step {
    /// To another address.
    On {
        status: u16,
        location: String,
    },
    Arrived(Box<Fetched>),
}

/// Asks for `request`, follows where it is sent, and brings what is there.
pub(super) async fn follow(door: &Door, request: &FetchRequest, patience: &mut Patience) -> Result<Fetched, Failure> {
    let asking = Asking::of(request)?;
    let mut trail = Trail::begin(&request.url)?;
    loop {
        let is_configured = trail.is_at_its_start();
        match hop(door, &asking, &mut trail, patience).await.map_err(|failure| advised(failure, is_configured))? {
            Step::On { status, location } => trail.turn(&location, status, door.policy.max_redirects)?,
            Step::Arrived(mut fetched) => {
                fetched.exchange.permanent_target = trail.permanent_target(&fetched.outcome);
                return Ok(*fetched);
            }
        }
    }
}

/// What the operator wrote can be allowed by the operator; where an origin sends us is nobody's to vouch for.
fn advised(failure: Failure, is_configured: bool) -> Failure {
    if failure.kind != FailureKind::Forbidden || !is_configured {
        return failure;
    }
    Failure {
        detail: format!("{}; allow_private = true under this [[feed]] lets it be asked", failure.detail),
        ..failure
    }
}

async fn hop(door: &Door, asking: &Asking<'_>, trail: &mut Trail, patience: &mut Patience) -> Result<Step, Failure> {
    let allow_private = door.policy.allow_private_addresses || asking.may_be_private(&trail.url);
    guard::check(&trail.url, allow_private, &door.proxies)?;
    let turn = patience.without(door.turn(&trail.url)).await?;
    let place = patience.without(door.lanes.enter(turn.was_slow())).await;
    let is_ours = patience.is_ours();
    // In a box of its own: thousands may wait above, and none of them needs room for an exchange yet (7 KB, measured).
    let exchanging = Box::pin(exchange(door, asking, trail, &turn, patience, allow_private));
    let (step, slow) = place.hold(exchanging, &is_ours).await;
    turn.slow(slow);
    step
}

async fn exchange(
    door: &Door,
    asking: &Asking<'_>,
    trail: &mut Trail,
    turn: &Turn,
    patience: &mut Patience,
    allow_private: bool,
) -> Result<Step, Failure> {
    let host = trail.url.host_str().unwrap_or_default();
    let request = asking.compose(door, trail, allow_private)?;
    // A connection that nobody is going to use costs both sides memory (RFC 9112 §9.6; some 16 KB a feed, measured).
    let request = if turn.is_shared() { request } else { request.header(CONNECTION, "close") };
    let response = patience.with(request.send(), host).await?.map_err(|error| failure::of(&error, host))?;
    headers::within(response.headers(), door.policy.max_header, host)?;
    if matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        trail.keep_cookies(response.headers());
        return Ok(Step::On { status: response.status().as_u16(), location: location(&response)? });
    }
    let answer = Answer { request: asking.request, url: &trail.url, response, turn, now: door.clock.now() };
    Ok(Step::Arrived(Box::new(answer::read(answer, door, patience).await?)))
}

/// Bytes outside of ASCII are what servers send as UTF-8.
fn location(response: &Response) -> Result<String, Failure> {
    let written = response.headers().get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    let nowhere = || format!("redirected without saying where ({})", response.status());
    written.filter(|written| !written.trim().is_empty()).ok_or_else(|| Failure::new(FailureKind::Redirects, nowhere()))
}
