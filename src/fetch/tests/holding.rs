//! One host, many feeds: how many at once, how fast after each other, and silence when it is asked for.

use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Barrier;

use super::*;
use crate::clock::Clock;

/// A host that answers `first`, and a door that asked it once.
async fn after(first: Play, then: impl IntoIterator<Item = Play>) -> (Origin, HttpFetch, Fetched) {
    let origin = Origin::playing([first].into_iter().chain(then)).await;
    let door = HttpFetch::new(&policy()).unwrap();
    let fetched = door.fetch(request(origin.url("/one"))).await;
    (origin, door, fetched)
}

fn now() -> i64 {
    Clock::System.now()
}

#[tokio::test]
async fn a_429_holds_the_whole_host_until_it_said() {
    let limited = answer("429 Too Many Requests", "Retry-After: 3600\r\n", "");
    let (origin, door, first) = after(limited, []).await;
    let retry_at = first.exchange.retry_at.unwrap();
    assert!((now() + 3590..=now() + 3600).contains(&retry_at));
    let second = door.fetch(request(origin.url("/two"))).await;
    assert_eq!(failed(&second), (FailureKind::RateLimited, "not asked: 127.0.0.1 wants to be left alone for now"));
    assert_eq!((second.exchange.status, second.exchange.retry_at), (None, Some(retry_at)));
    origin.heard_once();
}

#[tokio::test]
async fn a_503_holds_the_host_only_if_it_says_how_long() {
    let (origin, door, first) = after(answer("503 Busy", "Retry-After: 60\r\n", ""), []).await;
    assert_eq!(failed(&first).0, FailureKind::RateLimited);
    assert_eq!(failed(&door.fetch(request(origin.url("/two"))).await).0, FailureKind::RateLimited);
    origin.heard_once();

    let (origin, door, first) = after(answer("503 Busy", "", ""), [answer("200 OK", "", "a")]).await;
    assert_eq!(failed(&first).0, FailureKind::Server);
    assert_eq!(body(&door.fetch(request(origin.url("/two"))).await), b"a");
}

#[tokio::test]
async fn a_429_without_a_time_holds_for_a_while_and_a_hold_is_never_longer_than_a_week() {
    let (.., untold) = after(answer("429 Slow Down", "", ""), []).await;
    let wait = untold.exchange.retry_at.unwrap() - now();
    assert!((290..=300).contains(&wait), "{wait}");
    let (.., endless) = after(answer("429 Slow Down", "Retry-After: 99999999999\r\n", ""), []).await;
    let wait = endless.exchange.retry_at.unwrap() - now();
    assert!((604_790..=604_800).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_403_from_a_host_that_answered_429_is_a_429() {
    let limited = answer("429 Too Many Requests", "Retry-After: 0\r\n", "");
    let (origin, door, _) = after(limited, [answer("403 Forbidden", "", "")]).await;
    let second = door.fetch(request(origin.url("/two"))).await;
    assert_eq!(failed(&second), (FailureKind::RateLimited, "the host asks for fewer requests (403 Forbidden)"));
    assert_eq!(second.exchange.status, Some(403));
}

#[tokio::test]
async fn a_hold_of_an_earlier_process_is_taken_over() {
    let origin = Origin::playing([answer("200 OK", "", "a")]).await;
    let door = HttpFetch::new(&policy()).unwrap();
    door.hold(&origin.url("/feed"), now() + 600);
    assert_eq!(failed(&door.fetch(request(origin.url("/other"))).await).0, FailureKind::RateLimited);
    assert_eq!(origin.heard(), Vec::<String>::new());
}

#[tokio::test]
async fn another_host_is_not_held() {
    let limited = answer("429 Too Many Requests", "Retry-After: 3600\r\n", "");
    let (_, door, _) = after(limited, []).await;
    let other = Origin::playing([answer("200 OK", "", "a")]).await;
    assert_eq!(body(&door.fetch(request(other.url("/"))).await), b"a");
}

/// One small server with many names, as an option: what one name asks for holds for all.
#[tokio::test]
async fn names_that_lead_to_one_address_can_be_one_host() {
    for hosts_by_address in [true, false] {
        let limited = answer("429 Too Many Requests", "Retry-After: 3600\r\n", "");
        let origin = Origin::playing([limited, answer("200 OK", "", "a")]).await;
        let at = |name: &str| request(origin.url("/").replace("127.0.0.1", name));
        let door = super::naming::naming(&FetchPolicy { hosts_by_address, ..policy() });
        door.fetch(at("here.example")).await;
        let other = door.fetch(at("also-here.example")).await;
        match hosts_by_address {
            true => assert_eq!(failed(&other).0, FailureKind::RateLimited),
            false => assert_eq!(body(&other), b"a"),
        }
    }
}

#[tokio::test]
async fn a_hold_by_name_holds_the_address_too() {
    let origin = Origin::playing([answer("200 OK", "", "a")]).await;
    let at = |name: &str| origin.url("/").replace("127.0.0.1", name);
    let door = super::naming::naming(&FetchPolicy { hosts_by_address: true, ..policy() });
    door.hold(&at("here.example"), now() + 600);
    for name in ["here.example", "also-here.example"] {
        assert_eq!(failed(&door.fetch(request(at(name))).await).0, FailureKind::RateLimited, "{name}");
    }
    assert_eq!(origin.heard(), Vec::<String>::new());
}

/// The origin answers three together, and only then: fewer at once would wait for ever, more would be counted.
#[tokio::test]
async fn a_host_is_asked_for_so_many_things_at_once_and_no_more() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let (open, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (seen, three) = (Arc::clone(&most), Arc::new(Barrier::new(3)));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let (open, most, three) = (Arc::clone(&open), Arc::clone(&most), Arc::clone(&three));
            tokio::spawn(async move {
                drop(stream.read(&mut [0; 4096]).await);
                most.fetch_max(open.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                three.wait().await;
                open.fetch_sub(1, Ordering::SeqCst);
                drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\na").await);
            });
        }
    });
    let door = HttpFetch::new(&FetchPolicy { per_host: 3, ..policy() }).unwrap();
    let all = futures_util::future::join_all((0..24).map(|_| door.fetch(request(url.clone())))).await;
    assert!(all.iter().all(|fetched| body(fetched) == b"a"));
    assert_eq!(seen.load(Ordering::SeqCst), 3);
}

/// Paused time and no sockets: the gate alone.
#[tokio::test(start_paused = true)]
async fn requests_to_one_host_keep_their_distance() {
    let hosts = crate::fetch::hosts::Hosts::new(2, Duration::from_millis(500));
    let url = url::Url::parse("https://example.org/feed").unwrap();
    let since = tokio::time::Instant::now();
    let starts = futures_util::future::join_all((0..5).map(|_| async {
        let _turn = hosts.enter(&url, None, || 0).await.unwrap();
        since.elapsed().as_millis()
    }));
    assert_eq!(starts.await, [0, 500, 1000, 1500, 2000]);
}

/// A cookie goes back along the chain that set it, and to no other host and no later fetch.
#[tokio::test]
async fn a_cookie_lives_as_long_as_its_chain() {
    let gate = || {
        answer(
            "302 Found",
            "Set-Cookie: seen=1; Path=/; HttpOnly\r\nSet-Cookie: s=2; Secure\r\nLocation: /feed\r\n",
            "",
        )
    };
    let origin = Origin::playing([gate(), answer("200 OK", "", "a"), gate(), answer("200 OK", "", "b")]).await;
    let door = HttpFetch::new(&policy()).unwrap();
    for expected in [b"a", b"b"] {
        assert_eq!(body(&door.fetch(request(origin.url("/feed"))).await), expected);
    }
    let heard = origin.heard();
    assert!(!heard[0].contains("cookie:") && !heard[2].contains("cookie:"));
    assert!(heard[1].contains("cookie: seen=1\r\n") && heard[3].contains("cookie: seen=1\r\n"), "{}", heard[1]);
}

#[tokio::test]
async fn a_cookie_stays_with_its_host() {
    let other = Origin::playing([answer("200 OK", "", "a")]).await;
    let elsewhere = other.url("/").replace("127.0.0.1", "localhost");
    let play = answer("302 Found", &format!("Set-Cookie: a=1\r\nLocation: {elsewhere}\r\n"), "");
    fetch(request(Origin::playing([play]).await.url("/"))).await;
    assert!(!other.heard_once().contains("cookie:"));
}
