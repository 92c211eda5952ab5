//! Feeds that are none, and origins that misbehave: each is named, the others are read, what was held stays.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use crate::{
    origin::{answer, breaks_off, endless, hangs, origin, refuses, resets, rss, serves},
    support::{Place, says},
};

fn section(name: &str, url: &str) -> String {
    let patience = if name == "hanging" { "timeout = \"1s\"\n" } else { "" };
    format!("[[feed]]\nname = \"{name}\"\nurl = \"{url}\"\n{patience}")
}

#[test]
fn each_feed_that_cannot_be_read_is_named_with_why() {
    let cases: [(&str, String, &str); 10] = [
        (
            "html",
            serves(
                "text/html",
                "<!DOCTYPE html><html><head><title>Home</title></head><body><p>Welcome</p></body></html>",
            ),
            "a web page (“Home”), not a feed",
        ),
        ("empty", serves("application/rss+xml", ""), "the document is empty"),
        (
            "binary",
            serves("application/octet-stream", [&b"\x89PNG\r\n\x1a\n"[..], &[0xfe; 4_000]].concat()),
            "a PNG image, not a feed",
        ),
        ("large", serves("application/rss+xml", rss(100, 1_000)), "more than 64 KiB (max_body)"),
        ("endless", endless(), "more than 64 KiB (max_body)"),
        ("refusing", refuses(), "refused"),
        ("hanging", hangs(), "took longer than 1s (timeout)"),
        ("resetting", resets(), "reset"),
        ("breaking off", breaks_off(), "broke off"),
        ("file", "file:///nowhere/feed.xml".into(), "could not be read: No such file"),
    ];
    let good = section("good", &serves("application/rss+xml", rss(3, 0)));
    let bad: String = cases.iter().map(|(name, url, _)| section(name, url)).collect();
    let place = Place::new();
    place.configure(&format!("max_body = \"64KiB\"\n{good}{bad}"));

    let summary = place.poll();
    assert_eq!(
        (&summary["feeds"], &summary["failed"], &summary["new_articles"]),
        (&11.into(), &10.into(), &3.into()),
        "{summary}"
    );
    let failures = summary["failures"].as_array().unwrap();
    for (name, url, expected) in &cases {
        let failure = failures.iter().find(|failure| failure["feed"] == *name).unwrap();
        assert_eq!(failure["url"], url.as_str());
        says(failure["reason"].as_str().unwrap(), &[expected]);
        assert!(failure["next_poll_at"].is_i64(), "never given up: {failure}");
    }
    for feed in place.feeds().as_array().unwrap() {
        let is_good = feed["name"] == "good";
        assert_eq!(feed["state"], if is_good { "well" } else { "failing" }, "{feed}");
        assert_eq!(feed["last_error"].is_null(), is_good, "{feed}");
    }
    let table = place.run(&["feeds"]);
    says(&table.out, &["good", "endless", "more than 64 KiB (max_body)"]);
}

#[test]
fn the_log_of_the_daemon_names_a_failing_feed_and_when_it_is_asked_again() {
    let place = Place::with(&section("hanging", &hangs()));
    let mut daemon = place.daemon();
    let line = daemon.wait_for("hanging: ");
    says(&line, &["WARN", "127.0.0.1", "timeout", "next poll at 20"]);
    daemon.stop();
}

#[test]
fn a_stranger_does_not_steer_the_terminal() {
    let page = "<!DOCTYPE html><html><head><title>\u{1b}[31mRed\u{7}\u{9b}2J</title></head><body></body></html>";
    let place = Place::with(&section("page", &serves("text/html; charset=utf-8", page)));
    let said = place.run(&["poll", "--all"]);
    says(&said.out, &["a web page (“[31mRed 2J”)"]);
    let listed = place.run(&["feeds"]);
    says(&listed.out, &["[31mRed"]);
    let mut daemon = place.daemon();
    assert_eq!(place.run(&["poll", "--all"]).status, Some(0));
    daemon.wait_for("page: ");
    for text in [said.out, listed.out, daemon.stop().err] {
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'), "{text:?}");
    }
}

#[test]
fn what_was_held_stays_when_a_feed_turns_into_something_else() {
    let is_broken = Arc::new(AtomicBool::new(false));
    let asked = is_broken.clone();
    let url = origin(move |stream| match asked.load(Ordering::SeqCst) {
        false => answer(stream, "application/rss+xml", rss(3, 0).as_bytes()),
        true => answer(stream, "text/html", b"<html><body>Closed for maintenance</body></html>"),
    });
    let place =
        Place::with(&format!("{}[[output]]\nname = \"all\"\nedition_interval = \"0s\"\n", section("news", &url)));
    let mut daemon = place.daemon();
    daemon.wait_for("news: 3 new");
    is_broken.store(true, Ordering::SeqCst);
    assert_eq!(place.poll()["failed"], 1);
    assert_eq!(daemon.get("/feed.atom").matches("<entry>").count(), 3);
    is_broken.store(false, Ordering::SeqCst);
    let summary = place.poll();
    assert_eq!((&summary["failed"], &summary["new_articles"]), (&0.into(), &0.into()), "{summary}");
    assert_eq!(daemon.get("/feed.atom").matches("<entry>").count(), 3);
    daemon.stop();
}

#[test]
fn a_file_is_a_feed() {
    let place = Place::new();
    let path = place.write("feed.xml", rss(2, 0));
    place.configure(&section("file", &format!("file://{}", path.display())));
    assert_eq!(place.poll()["new_articles"], 2);
    assert_eq!(place.poll()["new_articles"], 0);
    place.write("feed.xml", rss(3, 0));
    assert_eq!(place.poll()["new_articles"], 1);
}

#[test]
fn private_addresses_are_refused_until_they_are_allowed() {
    let url = serves("application/rss+xml", rss(2, 0));
    let place = Place::new();
    let check = |more: &str, new: usize| {
        place.write("headlined.toml", format!("{}{more}", section("inside", &url)));
        let summary = place.poll();
        assert_eq!(summary["new_articles"], new, "{summary}");
        summary
    };
    let summary = check("", 0);
    says(summary["failures"][0]["reason"].as_str().unwrap(), &["127.0.0.1 is a loopback address", "allow_private"]);
    check("allow_private = true", 2);
}
