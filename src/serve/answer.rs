//! Answers: what is sent, and what is not because the reader has it (RFC 9110 §13).

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::Response,
};

use super::{Delta, Feed, Served};
use crate::render::{
    self,
    encode::{Coding, encode},
    etag, pages,
};

const X_ROBOTS_TAG: HeaderName = HeaderName::from_static("x-robots-tag");
/// Pages shorter than this are sent as they are.
const WORTH_ENCODING_BYTES: usize = 1_024;

/// What the answer for a feed depends on (RFC 9110 §12.5.5, RFC 3229 §10.5.2).
const FEED_VARY: &str = "A-IM, If-None-Match, Accept-Encoding";
/// As many as the answer for a feed has at the most, those of the server included.
const FEED_HEADERS: usize = 14;
/// Methods (RFC 9110 §15.5.6).
const ALLOWED: &str = "GET, HEAD, OPTIONS";
const A_IM: HeaderName = HeaderName::from_static("a-im");

/// A feed document, what of it the asker lacks, or 304 where the reader has it. If-None-Match goes before
/// If-Modified-Since (§13.2.2).
pub(super) async fn feed(feed: &Feed, asked: &HeaderMap) -> Response {
    let document = &feed.document;
    let is_current = match text(asked, header::IF_NONE_MATCH) {
        Some(tags) => etag::matches(tags, &document.etag),
        None => text(asked, header::IF_MODIFIED_SINCE)
            .is_some_and(|since| is_not_newer(since, &render::http_date(feed.last_modified_at), feed.last_modified_at)),
    };
    let coding = Coding::accepted(text(asked, header::ACCEPT_ENCODING));
    if is_current {
        let mut response = status(StatusCode::NOT_MODIFIED, Body::empty());
        describe(&mut response, feed, coding);
        return response;
    }
    if let Some(delta) = &feed.delta {
        return changes(feed, delta, coding).await;
    }
    let (coding, body) = document.body(coding).await;
    let mut response = status(StatusCode::OK, Body::from(body));
    describe(&mut response, feed, coding);
    typed(&mut response, document.media_type, coding);
    response
}

/// 226: entries new or changed since an edition that the asker has (RFC 3229).
async fn changes(feed: &Feed, delta: &Delta, coding: Coding) -> Response {
    let (coding, body) = delta.document.body(coding).await;
    let mut response = status(StatusCode::IM_USED, Body::from(body));
    describe(&mut response, feed, coding);
    typed(&mut response, feed.document.media_type, coding);
    always(&mut response, HeaderName::from_static("im"), "feed");
    set(&mut response, HeaderName::from_static("delta-base"), &delta.base);
    always(&mut response, header::CACHE_CONTROL, "no-store, im");
    response
}

/// What 200 and 304 say alike (§15.4.5), and where else to look.
fn describe(response: &mut Response, feed: &Feed, coding: Coding) {
    let head = || {
        let mut described = status(StatusCode::OK, Body::empty());
        described.headers_mut().reserve(FEED_HEADERS);
        say(&mut described, feed, coding);
        std::mem::take(described.headers_mut())
    };
    *response.headers_mut() = feed.document.head(coding, feed.last_modified_at, head);
}

fn say(response: &mut Response, feed: &Feed, coding: Coding) {
    let kept_by = if feed.is_private { "private, " } else { "" };
    set(response, header::ETAG, &etag::for_coding(&feed.document.etag, coding));
    set(response, header::LAST_MODIFIED, &render::http_date(feed.last_modified_at));
    set(response, header::CACHE_CONTROL, &format!("{kept_by}max-age={}", feed.max_age));
    always(response, header::VARY, FEED_VARY);
    let links: Vec<String> = feed.links.iter().map(|(address, rel)| format!("<{address}>; rel=\"{rel}\"")).collect();
    if !links.is_empty() {
        set(response, header::LINK, &links.join(", "));
    }
    if !feed.is_private {
        always(response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        always(response, header::ACCESS_CONTROL_EXPOSE_HEADERS, "ETag, Last-Modified, Link, Delta-Base, IM");
    }
}

fn typed(response: &mut Response, media_type: &str, coding: Coding) {
    set(response, header::CONTENT_TYPE, media_type);
    always(response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if let Some(token) = coding.token() {
        set(response, header::CONTENT_ENCODING, token);
    }
}

/// The editions that the asker has, where it takes a delta to one of them.
pub(super) fn delta_to(asked: &HeaderMap) -> Option<&str> {
    let takes = text(asked, A_IM)?.split(',').any(|manipulation| {
        let mut parts = manipulation.split(';').map(str::trim);
        let is_feed = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("feed"));
        is_feed
            && !parts.any(|part| matches!(part.to_ascii_lowercase().as_str(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    });
    text(asked, header::IF_NONE_MATCH).filter(|_| takes)
}

/// The secret of `?token=…` or `Authorization: Bearer …` (RFC 6750).
pub(super) fn token(uri: &Uri, asked: &HeaderMap) -> Option<String> {
    let bearer = text(asked, header::AUTHORIZATION).and_then(|value| {
        let (scheme, token) = value.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    });
    let query = || url::form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    bearer.or_else(|| query().find(|(name, _)| name == "token").map(|(_, token)| token.into_owned()))
}

/// To the same document under its present name, relative to where it was asked for: below whatever path a proxy adds.
pub(super) fn moved(to: &str, uri: &Uri) -> Response {
    let up = "../".repeat(uri.path().matches('/').count().saturating_sub(1));
    let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
    let mut response = plain(StatusCode::MOVED_PERMANENTLY, "this feed has another address now\n");
    set(&mut response, header::LOCATION, &format!("{up}{}{query}", render::encoded(to)));
    always(&mut response, header::CACHE_CONTROL, "max-age=86400");
    response
}

/// `/news` is `/news/`.
pub(super) fn to_folder(path: &str) -> Response {
    let mut response = plain(StatusCode::MOVED_PERMANENTLY, "the front page is in this folder\n");
    set(&mut response, header::LOCATION, &format!("{path}/"));
    response
}

pub(super) fn denied() -> Response {
    let words = "this feed is for those who know its token: ?token=… or Authorization: Bearer …\n";
    let mut response = plain(StatusCode::UNAUTHORIZED, words);
    always(&mut response, header::WWW_AUTHENTICATE, "Bearer");
    response
}

/// Nothing here can be written. A browser's question before a request with headers of its own is answered (CORS).
pub(super) async fn other_method(method: Method) -> Response {
    if method != Method::OPTIONS {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "headlined only answers GET and HEAD\n");
        always(&mut response, header::ALLOW, ALLOWED);
        return response;
    }
    let mut response = status(StatusCode::NO_CONTENT, Body::empty());
    always(&mut response, header::ALLOW, ALLOWED);
    always(&mut response, header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    always(&mut response, header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD");
    always(
        &mut response,
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        "A-IM, Authorization, If-None-Match, If-Modified-Since",
    );
    always(&mut response, header::ACCESS_CONTROL_MAX_AGE, "86400");
    response
}

/// What every answer says to search engines (RULES 4).
pub(super) fn marked(mut response: Response, is_indexed: bool) -> Response {
    if !is_indexed {
        always(&mut response, X_ROBOTS_TAG, "noindex");
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
    let kept_by = if page.is_private { "private, " } else { "" };
    set(&mut response, header::CACHE_CONTROL, &format!("{kept_by}max-age={}", page.max_age));
    always(&mut response, header::VARY, "Accept-Encoding");
    always(&mut response, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    always(&mut response, header::REFERRER_POLICY, "no-referrer");
    let policy = if page.has_pictures { pages::POLICY_WITH_PICTURES } else { pages::CONTENT_SECURITY_POLICY };
    set(&mut response, header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// A line for programs and for what went wrong.
pub(super) fn plain(code: StatusCode, words: &str) -> Response {
    let mut response = status(code, Body::from(words.to_owned()));
    always(&mut response, header::CONTENT_TYPE, "text/plain; charset=utf-8");
    always(&mut response, header::CACHE_CONTROL, "no-store");
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

/// A value that is the same in all answers.
fn always(response: &mut Response, name: HeaderName, value: &'static str) {
    response.headers_mut().insert(name, HeaderValue::from_static(value));
}

fn set(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}
