//! Every status by its name, and what the headers of an answer say.

use super::*;
use crate::model::Freshness;

/// Sun, 06 Nov 1994 08:49:37 GMT, the date of RFC 9110's own examples.
const DATE: i64 = 784_111_777;

async fn answered(play: Play) -> Fetched {
    fetch(request(Origin::playing([play]).await.url("/feed"))).await
}

#[tokio::test]
async fn every_failing_status_has_its_name() {
    let table = [
        ("201 Created", FailureKind::Status),
        ("204 No Content", FailureKind::Status),
        ("206 Partial Content", FailureKind::Status),
        ("300 Multiple Choices", FailureKind::Status),
        ("305 Use Proxy", FailureKind::Status),
        ("400 Bad Request", FailureKind::Status),
        ("401 Unauthorized", FailureKind::Denied),
        ("402 Payment Required", FailureKind::Status),
        ("403 Forbidden", FailureKind::Denied),
        ("404 Not Found", FailureKind::NotFound),
        ("405 Method Not Allowed", FailureKind::Status),
        ("406 Not Acceptable", FailureKind::Status),
        ("407 Proxy Authentication Required", FailureKind::Denied),
        ("408 Request Timeout", FailureKind::Status),
        ("418 I'm a teapot", FailureKind::Status),
        ("429 Too Many Requests", FailureKind::RateLimited),
        ("451 Unavailable For Legal Reasons", FailureKind::Blocked),
        ("500 Internal Server Error", FailureKind::Server),
        ("502 Bad Gateway", FailureKind::Server),
        ("503 Service Unavailable", FailureKind::Server),
        ("504 Gateway Timeout", FailureKind::Server),
        ("520 Unknown", FailureKind::Server),
        ("599 Odd", FailureKind::Server),
    ];
    for (status, kind) in table {
        let fetched = answered(answer(status, "", "")).await;
        assert_eq!(failed(&fetched).0, kind, "{status}");
        assert_eq!(fetched.exchange.status, status[..3].parse().ok(), "{status}");
    }
}

#[tokio::test]
async fn what_is_no_failure_is_none() {
    assert_eq!(body(&answered(answer("200 OK", "", "<rss/>")).await), b"<rss/>");
    assert_eq!(body(&answered(answer("203 Non-Authoritative Information", "", "<rss/>")).await), b"<rss/>");
    assert_eq!(answered(answer("304 Not Modified", "", "")).await.outcome, FetchOutcome::NotModified);
    assert_eq!(answered(answer("410 Gone", "", "")).await.outcome, FetchOutcome::Gone);
}

/// RFC 3229 §10.4.1.
#[tokio::test]
async fn a_226_is_a_part() {
    let fetched = answered(answer("226 IM Used", "IM: feed\r\nETag: \"b\"\r\n", "<rss/>")).await;
    assert!(matches!(&fetched.outcome, FetchOutcome::Partial(bytes) if &bytes[..] == b"<rss/>"));
    assert_eq!(fetched.exchange.etag.as_deref(), Some("\"b\""));
}

#[tokio::test]
async fn the_headers_of_an_answer_are_kept_as_received() {
    let headers = "ETag: W/\"a, b\"\r\nLast-Modified: some day\r\nContent-Type: Application/RSS+XML; Charset=X\r\n\
                   Content-Location: /b\r\nContent-Language: pt-BR\r\nX-Robots-Tag: noindex\r\nX-Robots-Tag: noarchive\r\n";
    let exchange = answered(answer("200 OK", headers, "<rss/>")).await.exchange;
    assert_eq!(exchange.etag.as_deref(), Some("W/\"a, b\""));
    assert_eq!(exchange.last_modified.as_deref(), Some("some day"));
    assert_eq!(exchange.content_type.as_deref(), Some("Application/RSS+XML; Charset=X"));
    assert_eq!(exchange.content_location.as_deref(), Some("/b"));
    assert_eq!(exchange.content_language.as_deref(), Some("pt-BR"));
    assert_eq!(exchange.x_robots_tag.as_deref(), Some("noindex, noarchive"));
    assert_eq!((exchange.status, exchange.bytes), (Some(200), 6));
}

/// RFC 9110 §15.4.5: only what the 304 carries.
#[tokio::test]
async fn a_304_tells_the_validators_that_it_carries_and_no_others() {
    let exchange = answered(answer("304 Not Modified", "ETag: \"new\"\r\n", "")).await.exchange;
    assert_eq!((exchange.etag.as_deref(), exchange.last_modified), (Some("\"new\""), None));
}

async fn check(headers: &str, expected: Freshness) {
    let exchange = answered(answer("200 OK", headers, "<rss/>")).await.exchange;
    assert_eq!(exchange.freshness, expected, "{headers}");
}

/// RFC 9111 §4.2, §5.2.2, §5.3.
#[tokio::test]
async fn freshness_is_read() {
    let nothing = Freshness::default;
    check("", nothing()).await;
    check("Cache-Control: max-age=300\r\n", Freshness { max_age: Some(300), ..nothing() }).await;
    check("Cache-Control: public, MAX-AGE = \"300\"\r\n", Freshness { max_age: Some(300), ..nothing() }).await;
    check("Cache-Control: max-age=1\r\nCache-Control: max-age=2\r\n", Freshness { max_age: Some(1), ..nothing() })
        .await;
    check("Cache-Control: s-maxage=900\r\n", nothing()).await;
    check("Cache-Control: max-age=-5\r\n", nothing()).await;
    check("Cache-Control: no-cache\r\n", Freshness { no_cache: true, ..nothing() }).await;
    check("Cache-Control: no-store, max-age=9\r\n", Freshness { no_cache: true, max_age: Some(9), ..nothing() }).await;
    let huge = "Cache-Control: max-age=99999999999999999999999\r\n";
    check(huge, Freshness { max_age: Some(u64::MAX), ..nothing() }).await;
    check("Age: 12\r\n", Freshness { age: Some(12), ..nothing() }).await;
    check("Expires: 0\r\n", nothing()).await;
    let dates = "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nExpires: Sun, 06 Nov 1994 09:49:37 GMT\r\n";
    check(dates, Freshness { date_at: Some(DATE), expires_at: Some(DATE + 3600), ..nothing() }).await;
}

/// RFC 9110 §5.6.7: the three notations that must be read, and zones that servers write for GMT.
#[test]
fn dates_are_read_in_every_notation() {
    for date in [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        " Sun, 06 Nov 1994 08:49:37 +0000 ",
    ] {
        assert_eq!(crate::fetch::headers::http_date(date), Some(DATE), "{date}");
    }
    assert_eq!(crate::fetch::headers::http_date("tomorrow"), None);
}

/// RFC 9110 §10.2.3: seconds and dates.
#[test]
fn retry_after_is_read() {
    let read = |value| crate::fetch::headers::retry_at(value, 1000);
    assert_eq!(read("120"), Some(1120));
    assert_eq!(read(" 0 "), Some(1000));
    assert_eq!(read("99999999999999999999"), Some(i64::MAX));
    assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(DATE));
    assert_eq!(read("-1"), None);
    assert_eq!(read("soon"), None);
    assert_eq!(read(""), None);
}

#[tokio::test]
async fn a_challenge_is_named_by_whose_it_is() {
    let page = "<!DOCTYPE html><title>Just a moment...</title>";
    let table = [
        (answer("403 Forbidden", "cf-mitigated: challenge\r\n", ""), "Cloudflare"),
        (answer("503 Service Unavailable", "Server: cloudflare\r\n", page), "Cloudflare"),
        (answer("403 Forbidden", "", "<a href='/_Incapsula_Resource?x'>"), "Imperva"),
        (answer("403 Forbidden", "", "Access Denied https://errors.edgesuite.net/18.x"), "Akamai"),
        (answer("405 Method Not Allowed", "", "<script src='https://ct.captcha-delivery.com/c.js'>"), "DataDome"),
        (answer("403 Forbidden", "Server: ddos-guard\r\n", ""), "DDoS-Guard"),
        (answer("403 Forbidden", "X-DataDome: protected\r\n", ""), "DataDome"),
        (answer("202 Accepted", "x-amzn-waf-action: challenge\r\n", ""), "AWS WAF"),
        (
            answer("200 OK", "Content-Type: text/html\r\n", "<html><script src='/.within.website/x/cmd/anubis/a'>"),
            "Anubis",
        ),
    ];
    for (play, who) in table {
        let fetched = answered(play).await;
        let (kind, detail) = failed(&fetched);
        assert_eq!(kind, FailureKind::Challenge, "{who}");
        assert!(detail.starts_with(&format!("challenge page from the CDN ({who})")), "{detail}");
    }
}

#[tokio::test]
async fn a_feed_may_write_about_challenges() {
    let feed = "<?xml version='1.0'?><rss>Just a moment... /cdn-cgi/challenge-platform/ px-captcha</rss>";
    for headers in ["", "Content-Type: text/html\r\n", "Server: ddos-guard\r\n", "X-DataDome: protected\r\n"] {
        assert_eq!(body(&answered(answer("200 OK", headers, feed)).await), feed.as_bytes());
    }
}

#[tokio::test]
async fn a_consent_page_is_blocked_here() {
    let origin = Origin::playing([
        answer("302 Found", "Location: /consent?continue=feed\r\n", ""),
        answer("200 OK", "Content-Type: text/html\r\n", "<!doctype html><title>Before you continue</title>"),
    ]);
    let fetched = fetch(request(origin.await.url("/feed"))).await;
    assert_eq!(failed(&fetched), (FailureKind::Blocked, "127.0.0.1 asks for consent first"));
}
