//! The demo over real sockets: what its feeds are, and how it answers.

use std::collections::{HashMap, HashSet};

use quick_xml::{Reader, events::Event};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

const NOW: UnixSeconds = 1_777_905_000;

/// A feed as it was served.
struct Answer {
    status: u16,
    etag: String,
    body: String,
}

/// HTTP/1.0 by hand: the origin ends the connection after its answer.
async fn ask(url: &str, headers: &[(&str, &str)]) -> Answer {
    let (host, path) = url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream.write_all(format!("GET /{path} HTTP/1.0\r\nhost: {host}\r\n{headers}\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8_lossy(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let etag = head.lines().find_map(|line| line.strip_prefix("etag: ")).unwrap_or_default();
    Answer { status: head[9..12].parse().unwrap(), etag: etag.to_owned(), body: body.to_owned() }
}

/// The name of the root element, "json" for a JSON Feed; panics on what is not well formed.
fn root(body: &str) -> String {
    if body.starts_with('{') {
        let document: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(document["version"], "https://jsonfeed.org/version/1.1");
        return "json".to_owned();
    }
    let mut reader = Reader::from_str(body);
    let mut root = None;
    let mut open = 0;
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) => {
                root.get_or_insert(start.name().as_ref().to_owned());
                open += 1;
            }
            Event::End(_) => open -= 1,
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(open, 0);
    root.unwrap()
}

fn step_often(origin: &Origin, steps: usize) {
    (0..steps).for_each(|_| origin.advance(NOW + 3 * UnixSeconds::try_from(origin.step()).unwrap()));
}

#[tokio::test]
async fn every_feed_is_what_it_says_at_the_start_and_later() {
    let origin = Origin::start(NOW).await.unwrap();
    for steps in [0, 50] {
        step_often(&origin, steps);
        let mut roots: HashMap<String, usize> = HashMap::new();
        for feed in origin.feeds() {
            *roots.entry(root(&ask(&feed.url, &[]).await.body)).or_default() += 1;
        }
        let expected = [("rss", 5), ("rdf:RDF", 1), ("feed", 3), ("json", 1)];
        assert_eq!(roots, HashMap::from(expected.map(|(root, count)| (root.to_owned(), count))));
    }
    origin.stop().await;
}

#[tokio::test]
async fn known_validators_are_answered_304_until_the_feed_changes() {
    let origin = Origin::start(NOW).await.unwrap();
    let url = origin.feeds()[0].url.clone();
    let first = ask(&url, &[]).await;
    let again = ask(&url, &[("if-none-match", &first.etag)]).await;
    assert_eq!((again.status, again.etag.as_str(), again.body.len()), (304, first.etag.as_str(), 0));
    assert_eq!(ask(&url, &[("if-modified-since", &dates::http(NOW))]).await.status, 304);
    assert_eq!(ask(&url, &[("if-modified-since", &dates::http(NOW - 1))]).await.status, 200);
    step_often(&origin, 20);
    let changed = ask(&url, &[("if-none-match", &first.etag)]).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.etag, first.etag);
    origin.stop().await;
}

#[tokio::test]
async fn links_photos_and_film_lead_somewhere() {
    let origin = Origin::start(NOW).await.unwrap();
    let base = format!("http://{}", origin.address());
    let page = ask(&origin.published()[0].link, &[]).await;
    assert!(page.status == 200 && page.body.contains(&origin.published()[0].headline));
    for (path, status) in [
        ("/", 200),
        ("/fanal/", 200),
        ("/film.webm", 200),
        ("/photos/coast-a-0.svg", 200),
        ("/photos/x.svg", 404),
        ("/nobody/x", 404),
    ] {
        assert_eq!(ask(&format!("{base}{path}"), &[]).await.status, status, "{path}");
    }
    origin.stop().await;
}

#[tokio::test]
async fn a_stopped_origin_listens_no_more_though_a_client_is_still_connected() {
    let origin = Origin::start(NOW).await.unwrap();
    let address = origin.address();
    let mut served = TcpStream::connect(address).await.unwrap();
    served.write_all(b"GET / HTTP/1.1\r\nhost: origin\r\n\r\n").await.unwrap();
    served.read_u8().await.unwrap();
    let _silent = TcpStream::connect(address).await.unwrap();
    origin.stop().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[test]
fn every_step_changes_a_feed() {
    let desk = Desk::open("http://origin".to_owned(), NOW);
    let documents = || OUTLETS.iter().map(|outlet| desk.body(outlet)).collect::<Vec<_>>();
    for step in 1..120 {
        let before = documents();
        desk.advance(NOW + step);
        assert_ne!(documents(), before, "step {step}");
    }
}

#[test]
fn no_id_and_no_headline_comes_twice() {
    let mut room = Newsroom::open(NOW, usize::MAX);
    (0..900).for_each(|step| room.advance(NOW + step));
    let printed: Vec<Published> =
        OUTLETS.iter().flat_map(|outlet| room.posts(outlet)).map(|post| published(post, "")).collect();
    let ids: HashSet<_> = printed.iter().map(|entry| (&entry.feed, &entry.link)).collect();
    assert_eq!(ids.len(), printed.len());
    let mut seen = HashSet::new();
    for entry in printed.iter().filter(|entry| !entry.is_copy) {
        assert!(seen.insert(&entry.headline), "told before: {}", entry.headline);
    }
}

#[test]
fn the_same_steps_give_the_same_documents() {
    let [one, other] = [Desk::open("http://origin".to_owned(), NOW), Desk::open("http://origin".to_owned(), NOW)];
    for step in 0..60 {
        one.advance(NOW + step);
        other.advance(NOW + step);
    }
    assert!(OUTLETS.iter().all(|outlet| one.body(outlet) == other.body(outlet)));
}
