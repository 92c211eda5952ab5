//! `headlined withdraw`: gone from feeds and pages at once, through the running headlined or without one, and for good.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use crate::{
    origin::{answer, origin, rss, serves},
    support::{Place, Running, says},
};

fn place() -> Place {
    let feed = serves("application/rss+xml", rss(3, 30));
    Place::with(&format!(
        "[[feed]]\nname = \"one\"\nurl = \"{feed}\"\n[[output]]\nname = \"all\"\nedition_interval = \"0s\"\n"
    ))
}

/// The id of the entry with this title, as its story page is named.
fn id(feed: &str, title: &str) -> String {
    let entry = feed.split("<entry").find(|entry| entry.contains(&format!(">{title}<"))).unwrap();
    entry.split("urn:uuid:").nth(1).unwrap().split('<').next().unwrap().to_owned()
}

fn status(daemon: &Running, path: &str) -> String {
    daemon.get(path).split(' ').nth(1).unwrap().to_owned()
}

#[test]
fn a_withdrawn_article_leaves_feeds_and_pages_and_does_not_come_back() {
    let feed = serves("application/rss+xml", rss(3, 30));
    let place = Place::with(&format!("[[feed]]\nname = \"one\"\nurl = \"{feed}\"\n"));
    let mut daemon = place.daemon();
    daemon.wait_for("3 new");
    let feed = daemon.get("/feed.atom"); // an edition that would stand for a minute
    let (second, third) = (id(&feed, "Headline 2"), id(&feed, "Headline 3"));
    assert_eq!(status(&daemon, &format!("/story/{second}")), "200");

    let ended = place.run(&["withdraw", "https://example.org/2"]);
    assert_eq!((ended.status, ended.out.as_str()), (Some(0), "withdrawn: Headline 2\n"), "{ended:?}");
    let ended = place.run(&["withdraw", &format!("urn:uuid:{third}"), "--legal"]);
    assert_eq!(ended.status, Some(0), "{ended:?}");

    let feed = daemon.get("/feed.atom");
    says(&feed, &[&format!("<at:deleted-entry ref=\"urn:uuid:{second}\""), "Headline 1", "Text 1"]);
    for gone in ["Text 2", "Text 3", ">Headline 2<", ">Headline 3<"] {
        assert!(!feed.contains(gone), "{gone}");
        assert!(!daemon.get("/").contains(gone), "{gone}");
    }
    assert_eq!(status(&daemon, &format!("/story/{second}")), "410");
    let legal = daemon.get(&format!("/story/{third}"));
    assert!(legal.contains(" 451 ") && !legal.contains("Headline 3"), "{legal}");
    daemon.stop();

    let summary = place.poll();
    assert_eq!(summary["new_articles"], 0, "its feed still lists them: {summary}");
}

#[test]
fn without_a_running_headlined_it_is_done_all_the_same_and_what_is_unknown_is_said() {
    let place = place();
    place.poll();
    assert_eq!(place.run(&["withdraw", "https://example.org/1"]).out, "withdrawn: Headline 1\n");
    let said = place.refused(&["withdraw", "https://example.org/nowhere"], 1);
    says(&said, &["no article is held under https://example.org/nowhere", "give the id of an entry"]);
    let daemon = place.daemon();
    assert!(!daemon.get("/feed.atom").contains("Text 1"));
    daemon.stop();
}

/// An Atom feed with these numbered entries, and tombstones of others.
fn atom(entries: &[usize], deleted: &[usize]) -> String {
    let date = |n: &usize| headlined::render::rfc3339(headlined::clock::Clock::System.now() - 600 + *n as i64);
    let entry = |n: &usize| {
        let (id, at) = (format!("tag:example.org,2026:{n}"), date(n));
        format!(
            "<entry><id>{id}</id><title>Headline {n}</title><updated>{at}</updated>\
             <link href=\"https://example.org/{n}\"/><content>Text {n}</content></entry>"
        )
    };
    let tombstone = |n: &usize| format!("<at:deleted-entry ref=\"tag:example.org,2026:{n}\" when=\"{}\"/>", date(n));
    let (entries, tombstones): (String, String) =
        (entries.iter().map(entry).collect(), deleted.iter().map(tombstone).collect());
    format!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:at=\"http://purl.org/atompub/tombstones/1.0\">\
         <id>urn:x-feed</id><title>News</title><updated>{}</updated>{tombstones}{entries}</feed>",
        date(&0)
    )
}

#[test]
fn what_a_publisher_names_as_deleted_is_taken_back_here_too() {
    let asked = Arc::new(AtomicUsize::new(0));
    let feed = origin(move |stream| {
        let document = match asked.fetch_add(1, Ordering::Relaxed) {
            0 => atom(&[3, 2, 1], &[]),
            _ => atom(&[4, 2, 1], &[3, 9]),
        };
        answer(stream, "application/atom+xml", document.as_bytes())
    });
    let place = Place::with(&format!("[[feed]]\nname = \"one\"\nurl = \"{feed}\"\n"));
    place.poll();
    place.poll();
    let daemon = place.daemon();
    let document = daemon.get("/feed.atom");
    says(&document, &["Headline 4", "Text 2", "<at:deleted-entry ref=\"urn:uuid:"]);
    assert_eq!(document.matches("<at:deleted-entry").count(), 1, "the other was never here");
    for gone in [">Headline 3<", "Text 3"] {
        assert!(!document.contains(gone) && !daemon.get("/").contains(gone), "{gone}");
    }
    daemon.stop();
}
