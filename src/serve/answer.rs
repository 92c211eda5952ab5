//! Answers: what is sent, and what is not because the reader has it (RFC 9110 §13).

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};

use super::{Feed, Served};
use crate::render::{
    self,
    encode::{Coding, encode},
    etag, pages,
};

const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");
/// Pages shorter than this are sent as they are.
const WORTH_ENCODING_BYTES: usize = 1_024;

/// A feed document, or 304 where the reader has it. If-None-Match goes before If-Modified-Since (§13.2.2).
pub(super) async fn feed(feed: &Feed, asked: &HeaderMap) -> Response {
    let document = &feed.document;
    let last_modified = render::http_date(feed.last_modified_at);
    let is_current = match text(asked, header::IF_NONE_MATCH) {
        Some(tags) => etag::matches(tags, &document.etag),
        None => text(asked, header::IF_MODIFIED_SINCE)
            .is_some_and(|since| is_not_newer(since, &last_modified, feed.last_modified_at)),
    };
    let coding = Coding::accepted(text(asked, header::ACCEPT_ENCODING));
    // A 304 repeats what the 200 would say of caching (§15.4.5).
    let caching = |response: &mut Response, coding: Coding| {
        set(response, header::ETAG, &etag::for_coding(&document.etag, coding));
        set(response, header::LAST_MODIFIED, &last_modified);
        set(response, header::CACHE_CONTROL, &format!("max-age={}", feed.max_age));
        set(response, header::VARY, "Accept-Encoding");
        set(response, X_ROBOTS_TAG, "noindex");
    };
    if is_current {
        let mut response = status(StatusCode::NOT_MODIFIED, Body::empty());
        caching(&mut response, coding);
        return response;
    }
    let (coding, body) = document.body(coding).await;
    let mut response = status(StatusCode::OK, Body::from(body));
    caching(&mut response, coding);
    set(&mut response, header::CONTENT_TYPE, document.media_type);
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(&mut response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    if let Some(token) = coding.token() {
        set(&mut response, header::CONTENT_ENCODING, token);
    }
    response
}

/// A page, encoded when it is worth it, or 304.
pub(super) fn page(page: Served, asked: &HeaderMap) -> Response {
    let code = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let tag = etag::strong(page.body.as_bytes());
    let coding = Coding::accepted(text(asked, header::ACCEPT_ENCODING));
    let encoded = if page.body.len() < WORTH_ENCODING_BYTES { None } else { encode(page.body.as_bytes(), coding) };
    let coding = if encoded.is_some() { coding } else { Coding::Identity };
    let is_current =
        code.is_success() && text(asked, header::IF_NONE_MATCH).is_some_and(|tags| etag::matches(tags, &tag));
    let mut response = if is_current {
        status(StatusCode::NOT_MODIFIED, Body::empty())
    } else {
        let mut response = status(code, encoded.map_or_else(|| Body::from(page.body), Body::from));
        set(&mut response, header::CONTENT_TYPE, page.media_type);
        if let Some(token) = coding.token() {
            set(&mut response, header::CONTENT_ENCODING, token);
        }
        response
    };
    set(&mut response, header::ETAG, &etag::for_coding(&tag, coding));
    set(&mut response, header::CACHE_CONTROL, &format!("max-age={}", page.max_age));
    set(&mut response, header::VARY, "Accept-Encoding");
    set(&mut response, X_ROBOTS_TAG, "noindex");
    set(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(&mut response, header::REFERRER_POLICY, "no-referrer");
    let policy = if page.has_pictures { pages::POLICY_WITH_PICTURES } else { pages::CONTENT_SECURITY_POLICY };
    set(&mut response, header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A line for programs and for what went wrong.
pub(super) fn plain(code: StatusCode, words: &str) -> Response {
    let mut response = status(code, Body::from(words.to_owned()));
    set(&mut response, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    set(&mut response, header::CACHE_CONTROL, "no-store");
    response
}

/// Readers send back what they were given; any other date is compared as a date (§13.1.3).
fn is_not_newer(since: &str, last_modified: &str, last_modified_at: i64) -> bool {
    since.trim() == last_modified
        || crate::dates::read(since, &crate::dates::Hints::default()).is_some_and(|since| since >= last_modified_at)
}

fn status(code: StatusCode, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = code;
    response
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
