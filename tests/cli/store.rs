//! A store that cannot be had, is another's, or has no room.

use std::{
    fs,
    net::TcpListener,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rustix::process::{Resource, Rlimit, prlimit};

use crate::{
    origin::{answer, origin, rss, serves},
    support::{Place, Running, says},
};

/// A configuration with its store at this path below the place, and one feed.
fn with_store(path: &str) -> Place {
    let place = Place::new();
    place.configure(&format!(
        "[store]\npath = \"{path}\"\n[[feed]]\nname = \"news\"\nurl = \"{}\"\n",
        serves("application/rss+xml", rss(3, 0))
    ));
    place
}

#[test]
fn a_place_that_cannot_be_written_is_named_with_what_to_do() {
    let check = |path: &str, verbs: &[&[&str]], expected: &[&str]| {
        let place = with_store(path);
        place.write("file", "not a store, but somebody's");
        place.write("folder/x", "");
        for verb in verbs {
            let said = place.refused(verb, 1);
            says(&said, &[path, "store"]);
            says(&said, expected);
        }
        assert_eq!(fs::read_to_string(place.path("file")).unwrap(), "not a store, but somebody's");
    };
    check("file/deep/headlined.db", &[&["run"], &["poll"]], &["a part of the path is a file, not a folder"]);
    check("/proc/headlined/headlined.db", &[&["run"], &["poll"]], &["cannot open the store"]);
    check("folder", &[&["run"], &["poll"], &["feeds"]], &["it is a folder"]);
    check(
        "file",
        &[&["run"], &["poll"], &["feeds"]],
        &["is not a headlined store: move it away or set another [store] path"],
    );
}

#[test]
fn another_programs_database_and_a_newer_store_are_left_as_they_are() {
    let check = |sql: &str, expected: &str| {
        let place = with_store("headlined.db");
        let path = place.path("headlined.db");
        rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        let before = fs::read(&path).unwrap();
        for verb in [&["run"][..], &["poll"], &["feeds"]] {
            says(&place.refused(verb, 1), &["headlined.db", expected]);
        }
        assert_eq!(fs::read(&path).unwrap(), before);
    };
    check("CREATE TABLE recipe (title TEXT)", "is not a headlined store");
    check("CREATE TABLE feed (id INTEGER); PRAGMA user_version = 99", "newer headlined (schema 99");
}

/// A service that crashed on it again and again would serve nobody.
#[test]
fn a_damaged_store_is_set_aside_by_a_service_and_named_by_all_else() {
    let place = with_store("headlined.db");
    place.poll();
    let mut bytes = fs::read(place.path("headlined.db")).unwrap();
    bytes[100..8_192].fill(0xee); // the tables' own table: its head says how long it is
    let path = place.write("headlined.db", &bytes);
    for verb in [&["poll"][..], &["feeds"]] {
        says(
            &place.refused(verb, 1),
            &["cannot open the store headlined.db", "malformed", "restore a backup, or move it away"],
        );
    }
    assert_eq!(fs::read(path).unwrap(), bytes);

    let mut daemon = place.daemon();
    let said = daemon.wait_for("news: 3 new");
    let ended = daemon.stop();
    says(&format!("{said}{}", ended.err), &["the store headlined.db is damaged", "set aside as headlined.db.damaged-"]);
    let aside: Vec<_> = fs::read_dir(place.path("."))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().contains("headlined.db.damaged-"))
        .collect();
    assert_eq!(aside.len(), 1, "{aside:?}");
    assert_eq!(fs::read(&aside[0]).unwrap(), bytes, "nothing of it is lost");
}

/// As if the clock had been a year ahead when the store was written.
#[test]
fn a_plan_of_a_clock_that_ran_ahead_is_not_waited_for() {
    let size = Arc::new(AtomicUsize::new(3));
    let asked = size.clone();
    let url =
        origin(move |stream| answer(stream, "application/rss+xml", rss(asked.load(Ordering::SeqCst), 0).as_bytes()));
    let place = Place::with(&format!("[[feed]]\nname = \"news\"\nurl = \"{url}\"\n"));
    place.poll();
    let ahead = "UPDATE feed SET last_poll_at = last_poll_at + 31536000, last_success_at = last_success_at + 31536000,
        next_poll_at = next_poll_at + 31536000; UPDATE output SET changed_at = changed_at + 31536000";
    rusqlite::Connection::open(place.store()).unwrap().execute_batch(ahead).unwrap();

    size.store(4, Ordering::SeqCst);
    let mut daemon = place.daemon();
    daemon.wait_for("news: 1 new");
    let feed = daemon.get("/feed.atom");
    assert_eq!(feed.matches("<entry>").count(), 4);
    let instant = |name: &str| {
        let line = feed.lines().find(|line| line.to_lowercase().starts_with(name)).unwrap();
        headlined::dates::read(line.split_once(": ").unwrap().1, &Default::default()).unwrap()
    };
    assert!(instant("last-modified") <= instant("date") + 1, "{feed}");
    assert!(place.feeds()[0]["next_poll_at"].as_i64() < Some(instant("date") + 7 * 86_400), "planned anew");
    daemon.stop();
}

#[test]
fn the_holder_of_the_store_is_named_and_asked() {
    let place = with_store("headlined.db");
    let mut daemon = place.daemon();
    daemon.wait_for("news: 3 new");
    let pid = daemon.pid.to_string();

    let said = place.refused(&["run"], 1);
    says(
        &said,
        &["headlined.db is held by another headlined", &format!("(pid {pid})"), "stop it, or set another [store] path"],
    );

    let summary = place.poll();
    assert_eq!(
        (&summary["feeds"], &summary["known_entries"]),
        (&1.into(), &0.into()),
        "asked again, unchanged: {summary}"
    );
    let named = place.run(&["poll", "news"]);
    assert_eq!(
        (named.status, named.out.lines().next()),
        (Some(0), Some("1 feeds: 1 fetched, 0 not modified, 0 failed")),
        "{named:?}"
    );

    let health = place.run(&["health"]);
    assert_eq!(health.status, Some(0), "{health:?}");
    says(&health.out, &["well: headlined ", &format!("(pid {pid})"), "polls 1 feeds", &daemon.address]);
    assert_eq!((&place.feeds()[0]["state"], &place.feeds()[0]["articles"]), (&"well".into(), &3.into()));

    daemon.stop();
    says(&place.refused(&["health"], 1), &["no headlined is running on the store headlined.db", "HEADLINED_STORE="]);
    assert_eq!(place.poll()["feeds"], 1, "now by itself");
}

#[test]
fn a_port_that_is_taken_is_named_with_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let place = Place::with("");
    let mut command = place.command(&["run"]);
    command.env("HEADLINED_LISTEN", &address);
    let ended = Running::start(command).end();
    assert_eq!(ended.status, Some(1), "{ended:?}");
    says(&ended.err, &[&format!("cannot listen on {address}"), "another program listens there", "HEADLINED_LISTEN"]);
    assert!(place.files("state").is_empty(), "it comes before anything is made");
}

/// No room is made by a limit on the size of files (`ulimit -f`), which needs no privilege and can be lifted from
/// outside while the process runs. (SQLite has another word for it than for a full disk; both are treated alike.)
#[test]
fn a_full_disk_is_said_once_while_everything_else_goes_on() {
    let size = Arc::new(AtomicUsize::new(3));
    let asked = size.clone();
    let url = origin(move |stream| {
        answer(stream, "application/rss+xml", rss(asked.load(Ordering::SeqCst), 2_000).as_bytes())
    });
    let place = Place::with(&format!(
        "[[feed]]\nname = \"news\"\nurl = \"{url}\"\n[[output]]\nname = \"all\"\nedition_interval = \"0s\"\nlimit = 1000\n"
    ));
    let mut daemon = with_signal_ignored(&place);
    daemon.wait_for("news: 3 new");

    let unlimited = limit_files(&daemon, Rlimit { current: Some(256 * 1_024), maximum: None });
    size.store(400, Ordering::SeqCst);
    for _ in 0..2 {
        let summary = place.poll();
        assert_eq!((&summary["failed"], &summary["new_articles"]), (&1.into(), &0.into()), "{summary}");
        says(summary["failures"][0]["reason"].as_str().unwrap(), &["headlined.db", "nothing of this batch was kept"]);
    }
    says(&daemon.wait_for("ERROR"), &["headlined.db", "not said again until it is over"]);
    let feed = daemon.get("/feed.atom");
    assert_eq!((feed.matches("<entry>").count(), place.run(&["health"]).status), (3, Some(0)), "{feed}");
    assert_eq!(place.feeds()[0]["state"], "well", "no fault of the feed");

    limit_files(&daemon, unlimited);
    let summary = place.poll();
    assert_eq!((&summary["failed"], &summary["new_articles"]), (&0.into(), &397.into()), "{summary}");
    daemon.wait_for("keeps what comes again");
    assert_eq!(daemon.get("/feed.atom").matches("<entry>").count(), 400);
    assert_eq!(daemon.stop().err.matches("ERROR").count(), 1, "said once");
}

/// SIGXFSZ would end it; a full disk sends no signal.
fn with_signal_ignored(place: &Place) -> Running {
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_headlined"), "run"]);
    place.at_home(&mut command);
    Running::start(command).serving()
}

fn limit_files(daemon: &Running, limit: Rlimit) -> Rlimit {
    prlimit(Some(daemon.pid), Resource::Fsize, limit).unwrap()
}
