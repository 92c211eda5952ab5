//! A merged feed's history (RFC 5005), and the difference to an edition that a reader has (RFC 3229).

use headlined::{clock::Clock, model::*};

use crate::{served::*, support::*};

#[test]
fn a_new_reader_can_fetch_everything_kept_through_pages_that_never_change() {
    let mut world = World::new(&small(4));
    let now = Clock::System.now();
    world.poll(now, &[1]);
    for n in 2..=30 {
        let newest: Vec<usize> = (n.max(5) - 4..=n).rev().collect();
        world.poll(now + n as UnixSeconds, &newest);
    }
    let mut address = "/feed.atom".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    let mut pages = 0;
    loop {
        let answer = world.get(&address, &[]);
        assert_eq!(answer.status, 200, "{address}");
        seen.extend(answer.titles().into_iter().map(str::to_owned));
        assert_eq!(answer.text().contains("<fh:archive/>"), pages > 0);
        match relation(&answer, "prev-archive") {
            Some(previous) => address = previous,
            None => break,
        }
        pages += 1;
    }
    assert_eq!((seen.len(), pages), (30, 7), "every entry is in a page or in the document");
    let third = world.get("/feed/archive/3.atom", &[]);
    assert_eq!(third.titles(), [title(12), title(11), title(10), title(9)]);
    assert_eq!(relation(&third, "current").as_deref(), Some("/feed.atom"));
    assert_eq!(relation(&third, "next-archive").as_deref(), Some("/feed/archive/4.atom"));
    world.poll(now + 100, &[34, 33, 32, 31]);
    assert_eq!(world.get("/feed/archive/3.atom", &[]).body, third.body);
    for (page, status) in [("0.atom", 404), ("99.atom", 404), ("3.html", 404), ("3.rss", 200)] {
        assert_eq!(world.get(&format!("/feed/archive/{page}"), &[]).status, status, "{page}");
    }
}

#[test]
fn retention_drops_whole_pages_from_the_oldest_end_and_they_answer_410() {
    const DAY: UnixSeconds = 86_400;
    let mut world = World::new(&small(2));
    world.poll(START, &[0]);
    for day in 1..=5 {
        let n = day as usize * 2;
        world.poll(START + day * DAY, &[n, n - 1]);
    }
    world.settler.rules.retention = Some(std::time::Duration::from_secs(3 * DAY as u64));
    while world.settler.upkeep(START + 6 * DAY, &mut headlined::poll::Upkept::default()).unwrap() {}
    world.editions.changed("all");
    let status = |page: u64| world.get(&format!("/feed/archive/{page}.atom"), &[]).status;
    assert_eq!([1, 2, 3, 4, 5].map(status), [410, 410, 200, 200, 200], "page 3 holds what is younger than three days");
    let oldest = world.get("/feed/archive/3.atom", &[]);
    assert_eq!(oldest.titles(), [title(5), title(4)], "whole, though one of them is older");
    assert_eq!(relation(&oldest, "prev-archive"), None);
}

#[test]
fn a_reader_that_asks_for_a_difference_gets_only_what_is_new_or_changed() {
    let mut world = World::new(&small(50));
    let now = Clock::System.now();
    world.poll(now, &[2, 1]);
    let first = world.get("/feed.atom", &[]);
    assert_eq!(first.header("vary"), Some("A-IM, If-None-Match, Accept-Encoding"));
    assert_eq!(first.header("link"), Some("<https://news.example.org/feed.atom>; rel=\"self\""));
    let etag = first.header("etag").unwrap().to_owned();
    let ask = |world: &World, tag: &str| world.get("/feed.atom", &[("A-IM", "feed"), ("If-None-Match", tag)]);
    assert_eq!(ask(&world, &etag).status, 304, "nothing is new");
    world.poll(now + 10, &[4, 3, 2, 1]);
    let delta = ask(&world, &format!("W/{}", etag.replace("\"", "").trim()));
    assert_eq!((delta.status, delta.header("im")), (226, Some("feed")));
    assert_eq!(delta.titles(), [title(4), title(3)]);
    assert_eq!(delta.header("cache-control"), Some("no-store, im"));
    assert_eq!(delta.header("delta-base"), Some(etag.as_str()));
    let whole = world.get("/feed.atom", &[("If-None-Match", &etag)]);
    assert_eq!((whole.status, whole.titles().len(), whole.header("im")), (200, 4, None));
    assert_eq!(delta.header("etag"), whole.header("etag"), "it stands for the edition that it leads to");
    let coded = world
        .get("/feed.atom", &[("A-IM", "vcdiff, feed;q=0.5"), ("If-None-Match", &etag), ("Accept-Encoding", "gzip")]);
    assert_eq!((coded.status, coded.header("content-encoding")), (226, Some("gzip")));
    assert_eq!(ask(&world, "\"0123456789abcdef\"").status, 200, "an edition that is not known");
    assert_eq!(world.get("/feed.atom", &[("A-IM", "feed;q=0"), ("If-None-Match", &etag)]).status, 200);
    assert_eq!(world.get("/feed.rss", &[("A-IM", "feed"), ("If-None-Match", &etag)]).status, 200, "of another format");
    let newer = whole.header("etag").unwrap();
    world.poll(now + 20, &[5, 4, 3, 2, 1]);
    for _ in 0..2 {
        assert_eq!(ask(&world, &etag).titles(), [title(5), title(4), title(3)]);
        assert_eq!(ask(&world, newer).titles(), [title(5)], "each asker gets what it lacks");
    }
}
