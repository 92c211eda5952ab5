//! Behind a proxy: whom it is asked for, and who is still refused.

use super::naming::naming;
use super::*;

fn behind(origin: &Origin) -> FetchPolicy {
    FetchPolicy { proxy: Some(origin.url("")), allow_private_addresses: false, ..policy() }
}

#[tokio::test]
async fn a_proxy_is_asked_for_the_whole_address_and_may_be_private() {
    let proxy = Origin::playing([answer("200 OK", "", "<rss/>")]).await;
    let fetched = HttpFetch::new(&behind(&proxy)).unwrap().fetch(request("http://news.example/feed")).await;
    assert_eq!(body(&fetched), b"<rss/>");
    assert!(proxy.heard_once().starts_with("GET http://news.example/feed HTTP/1.1\r\n"));
}

#[tokio::test]
async fn a_proxy_may_have_a_private_name_too() {
    let proxy = Origin::playing([answer("200 OK", "", "<rss/>")]).await;
    let policy = FetchPolicy { proxy: Some(proxy.url("").replace("127.0.0.1", "here.example")), ..behind(&proxy) };
    assert_eq!(body(&naming(&policy).fetch(request("http://news.example/feed")).await), b"<rss/>");
}

#[tokio::test]
async fn tls_goes_through_a_tunnel() {
    let proxy = Origin::playing([answer("403 Forbidden", "", "")]).await;
    let fetched = HttpFetch::new(&behind(&proxy)).unwrap().fetch(request("https://news.example/feed")).await;
    assert!(proxy.heard_once().starts_with("CONNECT news.example:443 HTTP/1.1\r\n"));
    assert_eq!(failed(&fetched).0, FailureKind::Connect);
}

#[tokio::test]
async fn private_addresses_are_refused_behind_a_proxy_as_well() {
    let proxy = Origin::playing([]).await;
    let door = HttpFetch::new(&behind(&proxy)).unwrap();
    for url in ["http://127.0.0.1/", "http://169.254.169.254/latest/", "http://[::1]/", "https://10.0.0.1/"] {
        assert_eq!(failed(&door.fetch(request(url)).await).0, FailureKind::Forbidden, "{url}");
    }
    assert_eq!(proxy.heard(), Vec::<String>::new());
}

/// `NO_PROXY` may name the proxy's own host; its name is exempt for the connection to it, not as a feed.
#[tokio::test]
async fn the_proxy_itself_is_no_feed() {
    let proxy = Origin::playing([]).await;
    let url = proxy.url("/").replace("127.0.0.1", "here.example");
    let policy = FetchPolicy { proxy: Some(url.clone()), ..behind(&proxy) };
    let fetched = naming(&policy).fetch(request(url)).await;
    assert_eq!(
        failed(&fetched),
        (
            FailureKind::Forbidden,
            "refused: here.example is the proxy itself; allow_private = true under this [[feed]] lets it be asked"
        )
    );
}
