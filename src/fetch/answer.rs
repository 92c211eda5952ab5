//! What an answer's status means, and the reading of the one that ends the chain.

use reqwest::{Response, StatusCode};
use url::Url;

use crate::model::{Exchange, FailureKind, FetchOutcome, FetchRequest, Fetched, UnixSeconds};

use super::{body, challenge, door::Door, failure::Failure, headers, hosts::Turn, patience::Patience};

/// One answer, with whom it came from.
pub(super) struct Answer<'a> {
    pub(super) request: &'a FetchRequest,
    pub(super) url: &'a Url,
    pub(super) response: Response,
    pub(super) turn: &'a Turn,
    pub(super) now: UnixSeconds,
}

/// Reads the answer to its end. Where it failed, what its headers said is kept all the same.
pub(super) async fn read(answer: Answer<'_>, door: &Door, patience: &mut Patience) -> Result<Fetched, Failure> {
    let Answer { request, url, mut response, turn, now } = answer;
    let status = response.status();
    let mut exchange = headers::exchange(status.as_u16(), url.as_str(), response.headers(), now);
    if let Some(who) = challenge::by_headers(response.headers(), may_be_challenge(status)) {
        return Err(challenged(who).after(exchange));
    }
    let outcome = match status.as_u16() {
        304 => FetchOutcome::NotModified,
        410 => FetchOutcome::Gone,
        200 | 203 | 226 => {
            let limit = usize::try_from(request.max_body.unwrap_or(door.policy.max_body)).unwrap_or(usize::MAX);
            let bytes = match body::read(&mut response, limit, &door.budget, turn.was_slow(), patience).await {
                Ok(bytes) => bytes,
                Err(failure) => return Err(failure.after(exchange)),
            };
            exchange.bytes = bytes.len() as u64;
            if let Some(failure) = no_feed(request, url, exchange.content_type.as_deref(), &bytes) {
                return Err(failure.after(exchange));
            }
            if status.as_u16() == 226 { FetchOutcome::Partial(bytes) } else { FetchOutcome::Body(bytes) }
        }
        _ => {
            let page = if may_be_challenge(status) { body::peek(&mut response, patience).await } else { Vec::new() };
            let failure = refusal(status, &page, &mut exchange, turn, now);
            return Err(failure.after(exchange));
        }
    };
    Ok(Fetched { outcome, exchange })
}

/// A 200 that is a wall. Only pages are looked at: a feed may well write about challenges and consent.
fn no_feed(request: &FetchRequest, url: &Url, content_type: Option<&str>, body: &[u8]) -> Option<Failure> {
    if !challenge::is_page(content_type, body) {
        return None;
    }
    if let Some(who) = challenge::by_page(&body[..body.len().min(64 * 1024)]) {
        return Some(challenged(who));
    }
    challenge::is_consent(&request.url, url).then(|| {
        Failure::new(FailureKind::Blocked, format!("{} asks for consent first", url.host_str().unwrap_or_default()))
    })
}

fn may_be_challenge(status: StatusCode) -> bool {
    matches!(status.as_u16(), 401 | 403 | 405 | 429 | 503 | 520..=530)
}

/// A status that brings nothing, and what it means for the whole host.
fn refusal(status: StatusCode, page: &[u8], exchange: &mut Exchange, turn: &Turn, now: UnixSeconds) -> Failure {
    let limited = status == StatusCode::TOO_MANY_REQUESTS
        || (status == StatusCode::SERVICE_UNAVAILABLE && exchange.retry_at.is_some())
        || (status == StatusCode::FORBIDDEN && turn.was_limited(now));
    if status == StatusCode::TOO_MANY_REQUESTS {
        turn.limited(now);
    }
    if limited {
        exchange.retry_at = Some(turn.hold(exchange.retry_at, now));
        return Failure::new(FailureKind::RateLimited, format!("the host asks for fewer requests ({status})"));
    }
    if let Some(who) = challenge::by_page(page) {
        return challenged(who);
    }
    let (kind, words) = match status.as_u16() {
        401 => (FailureKind::Denied, "the host wants a password"),
        403 => (FailureKind::Denied, "the host refuses us"),
        407 => (FailureKind::Denied, "the proxy wants a password"),
        404 => (FailureKind::NotFound, "the host knows no such address"),
        451 => (FailureKind::Blocked, "the host may not answer where we are"),
        500..=599 => (FailureKind::Server, "the host is in trouble"),
        _ => (FailureKind::Status, "the host answered what is no feed"),
    };
    Failure::new(kind, format!("{words} ({status})"))
}

fn challenged(who: &str) -> Failure {
    Failure::new(
        FailureKind::Challenge,
        format!("challenge page from the CDN ({who}): ask the publisher to let feed readers through"),
    )
}
