//! What is sent, byte for byte.

use super::*;
use crate::model::Validators;

const HEAD: &str = "accept: application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, \
                    application/xml;q=0.8, text/xml;q=0.8, */*;q=0.1\r\n";
const ENCODINGS: &str = "connection: close\r\naccept-encoding: zstd,gzip,deflate,br\r\n";

/// The request line and headers that are sent for `request`, without Host.
async fn sent(change: impl FnOnce(&Origin, &mut FetchRequest)) -> String {
    let origin = Origin::playing([answer("200 OK", "", "<rss/>")]).await;
    let mut request = request(origin.url("/feed?x=1"));
    change(&origin, &mut request);
    fetch(request).await;
    origin.heard_once().replace(&format!("host: {}\r\n", origin.address), "")
}

fn agent() -> String {
    format!("user-agent: headlined/{}\r\n", env!("CARGO_PKG_VERSION"))
}

#[tokio::test]
async fn a_first_request_says_who_asks_and_what_for_and_nothing_else() {
    let expected = format!("GET /feed?x=1 HTTP/1.1\r\n{}{HEAD}{ENCODINGS}\r\n", agent());
    assert_eq!(sent(|_, _| {}).await, expected);
}

/// RFC 9110 §13.1, RFC 3229 §10.5.3; quotes, `W/` and odd dates are sent back as they came.
#[tokio::test]
async fn validators_go_back_byte_for_byte_to_the_address_that_they_came_from() {
    let conditions = "if-none-match: W/\"a \\b\"\r\nif-modified-since: Thursday, whenever\r\na-im: feed\r\n";
    let request = sent(|origin, request| {
        request.validators = Validators {
            etag: Some("W/\"a \\b\"".to_owned()),
            last_modified: Some("Thursday, whenever".to_owned()),
            url: Some(origin.url("/feed?x=1")),
        };
    });
    let expected = format!("GET /feed?x=1 HTTP/1.1\r\n{}{HEAD}{conditions}{ENCODINGS}\r\n", agent());
    assert_eq!(request.await, expected);
}

#[tokio::test]
async fn validators_of_another_address_are_not_sent_and_no_delta_is_asked_for() {
    let request = sent(|origin, request| {
        request.validators =
            Validators { etag: Some("\"a\"".to_owned()), last_modified: None, url: Some(origin.url("/feed?x=2")) };
    });
    assert_eq!(request.await, format!("GET /feed?x=1 HTTP/1.1\r\n{}{HEAD}{ENCODINGS}\r\n", agent()));
}

#[tokio::test]
async fn the_contact_is_in_the_user_agent() {
    let origin = Origin::playing([answer("200 OK", "", "")]).await;
    let policy = FetchPolicy { contact: Some("mailto:news@example.org".to_owned()), ..policy() };
    HttpFetch::new(&policy).unwrap().fetch(request(origin.url("/"))).await;
    let expected = format!("user-agent: headlined/{} (+mailto:news@example.org)\r\n", env!("CARGO_PKG_VERSION"));
    assert!(origin.heard_once().contains(&expected), "{}", origin.heard_once());
}

#[tokio::test]
async fn a_feed_has_headers_credentials_and_a_user_agent_of_its_own() {
    let sent = sent(|_, request| {
        request.headers = vec![("X-Key".to_owned(), "s3cret".to_owned())];
        request.credentials = Some(("reader".to_owned(), "pass:word".to_owned()));
        request.user_agent = Some("own/1".to_owned());
    });
    let sent = sent.await;
    assert!(sent.contains("user-agent: own/1\r\n"), "{sent}");
    assert!(sent.contains("x-key: s3cret\r\n"), "{sent}");
    assert!(sent.contains("authorization: Basic cmVhZGVyOnBhc3M6d29yZA==\r\n"), "{sent}");
}

#[tokio::test]
async fn userinfo_of_the_configured_address_is_its_credentials() {
    let sent = sent(|_, request| {
        request.url = request.url.replace("http://", "http://us%40er:p%26w=d@");
        request.configured_url = request.url.clone();
    });
    assert!(sent.await.contains("authorization: Basic dXNAZXI6cCZ3PWQ=\r\n"));
}

#[tokio::test]
async fn no_cookie_and_no_referrer_is_ever_sent() {
    let cookie = || answer("200 OK", "Set-Cookie: id=1; Path=/\r\n", "");
    let origin = Origin::playing([cookie(), cookie()]).await;
    let door = HttpFetch::new(&policy()).unwrap();
    door.fetch(request(origin.url("/a"))).await;
    door.fetch(request(origin.url("/a"))).await;
    let heard = origin.heard();
    assert_eq!(heard[0], heard[1]);
    assert!(!heard[1].contains("cookie") && !heard[1].contains("referer"), "{}", heard[1]);
}
