//! Forms: what a hub hears, and what is said of one that will not.

use super::*;
use crate::fetch::Post;

async fn post(url: &str, policy: &FetchPolicy) -> Result<(), crate::fetch::Unposted> {
    HttpFetch::new(policy).unwrap().post(url, &[("hub.mode", "publish"), ("hub.url", "https://n.example/?a=b&c")]).await
}

#[tokio::test]
async fn a_form_is_sent_whole_under_our_own_name() {
    let hub = Origin::playing([answer("204 No Content", "", "")]).await;
    assert_eq!(post(&hub.url("/hub"), &policy()).await, Ok(()));
    let heard = hub.heard_once();
    assert!(heard.starts_with("POST /hub HTTP/1.1\r\n"), "{heard}");
    assert!(heard.contains("content-type: application/x-www-form-urlencoded\r\n"), "{heard}");
    assert!(heard.contains("user-agent: headlined/") && heard.contains("content-length: 63\r\n"), "{heard}");
}

#[tokio::test]
async fn a_hub_that_does_not_take_it_is_quoted() {
    for (play, words, retries) in [
        (answer("500 Oops", "", ""), "127.0.0.1 did not take it (500", false),
        (answer("429 Slow", "Retry-After: 90\r\n", ""), "127.0.0.1 did not take it (429", true),
        (answer("307 There", "Location: /x\r\n", ""), "127.0.0.1 sends us elsewhere", false),
    ] {
        let hub = Origin::playing([play]).await;
        let unposted = post(&hub.url("/"), &policy()).await.unwrap_err();
        assert!(unposted.detail.starts_with(words), "{}", unposted.detail);
        assert_eq!(unposted.retry_at.is_some(), retries, "{words}");
    }
}

#[tokio::test]
async fn a_hub_is_guarded_like_any_other_address() {
    let guarded = FetchPolicy { allow_private_addresses: false, ..policy() };
    let hub = Origin::playing([]).await;
    let unposted = post(&hub.url("/"), &guarded).await.unwrap_err();
    assert_eq!(unposted.detail, "refused: 127.0.0.1 is a loopback address");
    assert!(hub.heard().is_empty());
}
