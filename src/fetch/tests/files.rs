//! Feeds that are files on this machine.

use std::path::Path;

use super::*;
use crate::model::Validators;

fn address(path: &Path) -> String {
    url::Url::from_file_path(path).unwrap().to_string()
}

#[tokio::test]
async fn a_file_is_read_and_not_again_until_it_changes() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a feed.xml");
    std::fs::write(&path, "<rss/>").unwrap();
    let first = fetch(request(address(&path))).await;
    assert_eq!(body(&first), b"<rss/>");
    assert_eq!((first.exchange.status, first.exchange.bytes), (None, 6));
    let held = Validators { etag: first.exchange.etag, last_modified: None, url: Some(first.exchange.final_url) };
    let again = || FetchRequest { validators: held.clone(), ..request(address(&path)) };
    assert_eq!(fetch(again()).await.outcome, FetchOutcome::NotModified);
    std::fs::write(&path, "<rss>new</rss>").unwrap();
    assert_eq!(body(&fetch(again()).await), b"<rss>new</rss>");
}

#[tokio::test]
async fn a_file_that_cannot_be_a_feed_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let missing = fetch(request(address(&folder.path().join("missing.xml")))).await;
    assert_eq!(failed(&missing).0, FailureKind::File);
    let directory = fetch(request(address(folder.path()))).await;
    assert_eq!(failed(&directory), (FailureKind::File, "could not be read: it is no plain file"));
    assert_eq!(failed(&fetch(request("file://elsewhere.example/a.xml")).await).0, FailureKind::File);
}

#[tokio::test]
async fn a_file_has_the_same_limit_as_any_body() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.xml");
    std::fs::write(&path, vec![b' '; 2000]).unwrap();
    let limited = |max_body| FetchRequest { max_body: Some(max_body), ..request(address(&path)) };
    assert_eq!(body(&fetch(limited(2000)).await).len(), 2000);
    assert_eq!(failed(&fetch(limited(1999)).await).0, FailureKind::TooLarge);
}

/// Wherever an origin or a moved feed may lead, a file is read only where the operator wrote its address.
#[tokio::test]
async fn only_a_configured_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("private.xml");
    std::fs::write(&path, "<rss/>").unwrap();
    for configured_url in ["http://example.org/feed", "file:///another.xml", ""] {
        let fetched =
            fetch(FetchRequest { configured_url: configured_url.to_owned(), ..request(address(&path)) }).await;
        assert_eq!(failed(&fetched).0, FailureKind::Forbidden, "{configured_url}");
    }
}
