//! From address to address: what is followed, what is told, and what does not go along.

use super::*;
use crate::model::Validators;

fn to(status: &str, location: &str) -> Play {
    answer(status, &format!("Location: {location}\r\n"), "moved")
}

fn feed() -> Play {
    answer("200 OK", "", "<rss/>")
}

/// The paths that are asked for, the final address and the permanent target, from a chain of statuses.
async fn check(statuses: &[&str], permanent: bool) {
    let hops = statuses.iter().enumerate().map(|(hop, status)| to(status, &format!("/{}", hop + 1)));
    let origin = Origin::playing(hops.chain([feed()])).await;
    let fetched = fetch(request(origin.url("/0"))).await;
    assert_eq!(body(&fetched), b"<rss/>");
    let last = origin.url(&format!("/{}", statuses.len()));
    assert_eq!(fetched.exchange.final_url, last);
    assert_eq!(fetched.exchange.permanent_target, permanent.then_some(last), "{statuses:?}");
    assert_eq!(origin.heard().len(), statuses.len() + 1);
}

/// RFC 9110 §15.4: only 301 and 308 say that the address itself has changed.
#[tokio::test]
async fn every_redirect_is_followed_and_only_permanent_ones_are_told_as_such() {
    check(&[], false).await;
    check(&["301 Moved Permanently"], true).await;
    check(&["308 Permanent Redirect"], true).await;
    check(&["302 Found"], false).await;
    check(&["303 See Other"], false).await;
    check(&["307 Temporary Redirect"], false).await;
    check(&["301 M", "308 P", "301 M"], true).await;
    check(&["301 M", "302 F", "301 M"], false).await;
    check(&["301 1", "301 2", "301 3", "301 4", "301 5"], true).await;
}

#[tokio::test]
async fn a_sixth_redirect_is_a_failure() {
    let origin = Origin::playing((1..=6).map(|hop| to("302 Found", &format!("/{hop}")))).await;
    let fetched = fetch(request(origin.url("/0"))).await;
    assert_eq!(failed(&fetched), (FailureKind::Redirects, "redirected more than 5 times (max_redirects)"));
    assert_eq!(origin.heard().len(), 6);
}

#[tokio::test]
async fn how_many_redirects_are_followed_is_the_operators() {
    let origin = Origin::playing([answer("302 Found", "Location: /b\r\n", "")]).await;
    let door = HttpFetch::new(&FetchPolicy { max_redirects: 0, ..policy() }).unwrap();
    let fetched = door.fetch(request(origin.url("/a"))).await;
    assert_eq!(failed(&fetched), (FailureKind::Redirects, "redirected more than 0 times (max_redirects)"));
    assert_eq!(origin.heard().len(), 1);
}

#[tokio::test]
async fn a_circle_is_a_failure() {
    let origin = Origin::playing([to("301 M", "/b"), to("301 M", "/a#again")]).await;
    let fetched = fetch(request(origin.url("/a"))).await;
    assert_eq!(failed(&fetched), (FailureKind::Redirects, "redirected in a circle"));
    assert_eq!(origin.heard().len(), 2);
}

#[tokio::test]
async fn a_redirect_to_nowhere_is_a_failure() {
    for headers in ["", "Location:\r\n", "Location: http://[nonsense\r\n"] {
        let origin = Origin::playing([answer("302 Found", headers, "")]).await;
        assert_eq!(failed(&fetch(request(origin.url("/"))).await).0, FailureKind::Redirects, "{headers}");
    }
}

#[tokio::test]
async fn a_permanent_redirect_to_an_error_proves_nothing() {
    let origin = Origin::playing([to("301 M", "/b"), answer("404 Not Found", "", "")]).await;
    assert_eq!(fetch(request(origin.url("/a"))).await.exchange.permanent_target, None);
}

#[tokio::test]
async fn no_redirect_reaches_a_file_or_another_scheme() {
    for location in ["file:///etc/passwd", "ftp://example.org/", "gopher://127.0.0.1/", "data:text/xml,<rss/>"] {
        let origin = Origin::playing([to("302 Found", location)]).await;
        assert_eq!(failed(&fetch(request(origin.url("/"))).await).0, FailureKind::Forbidden, "{location}");
    }
}

/// Each hop has its own host's secrets: none here, because both origins differ in port.
#[tokio::test]
async fn secrets_stay_with_the_configured_host() {
    let other = Origin::playing([feed()]).await;
    let origin = Origin::playing([to("301 M", &other.url("/feed"))]).await;
    let mut request = request(origin.url("/feed"));
    request.headers = vec![("X-Key".to_owned(), "s3cret".to_owned())];
    request.credentials = Some(("reader".to_owned(), "password".to_owned()));
    fetch(request).await;
    assert!(origin.heard_once().contains("x-key: s3cret") && origin.heard_once().contains("authorization: "));
    assert!(!other.heard_once().contains("s3cret") && !other.heard_once().contains("authorization"));
}

#[tokio::test]
async fn secrets_follow_within_the_configured_host() {
    let origin = Origin::playing([to("302 Found", "/b"), feed()]).await;
    let mut request = request(origin.url("/a"));
    request.credentials = Some(("reader".to_owned(), "password".to_owned()));
    fetch(request).await;
    assert!(origin.heard()[1].contains("authorization: Basic "));
}

/// A feed that moved is asked at its new host, which the operator gave no secret for.
#[tokio::test]
async fn secrets_are_not_sent_to_a_host_that_the_feed_moved_to() {
    let origin = Origin::playing([feed()]).await;
    let mut request = request(origin.url("/"));
    request.configured_url = "http://old.example/".to_owned();
    request.credentials = Some(("reader".to_owned(), "password".to_owned()));
    fetch(request).await;
    assert!(!origin.heard_once().contains("authorization"));
}

#[tokio::test]
async fn userinfo_that_a_redirect_brings_is_neither_sent_nor_told() {
    let origin = Origin::playing([]).await;
    let with_userinfo = origin.url("/b").replace("http://", "http://a:b@");
    let origin = Origin::playing([to("301 M", &with_userinfo)]).await;
    let fetched = fetch(request(origin.url("/a"))).await;
    assert!(!fetched.exchange.final_url.contains("a:b"));
}

#[tokio::test]
async fn validators_are_sent_at_the_hop_that_they_belong_to() {
    let origin = Origin::playing([to("302 Found", "/b"), answer("304 Not Modified", "", "")]).await;
    let mut request = request(origin.url("/a"));
    request.validators =
        Validators { etag: Some("\"b\"".to_owned()), last_modified: None, url: Some(origin.url("/b")) };
    let fetched = fetch(request).await;
    assert_eq!(fetched.outcome, FetchOutcome::NotModified);
    assert!(!origin.heard()[0].contains("if-none-match"));
    assert!(origin.heard()[1].contains("if-none-match: \"b\"\r\n"));
}

#[tokio::test]
async fn an_address_outside_of_ascii_is_followed_as_utf_8() {
    let origin = Origin::playing([to("302 Found", "/новости?q=ü"), feed()]).await;
    fetch(request(origin.url("/a"))).await;
    let line = "GET /%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8?q=%C3%BC HTTP/1.1";
    assert!(origin.heard()[1].starts_with(line), "{}", origin.heard()[1]);
}
