//! What needs neither feeds nor network.

use crate::{
    origin::{refuses, rss, serves},
    support::{Place, says},
};

#[test]
fn help_version_and_completions_are_printed() {
    let place = Place::new();
    let check = |words: &[&str], expected: &[&str]| {
        let ended = place.run(words);
        assert_eq!((ended.status, ended.err.as_str()), (Some(0), ""), "{words:?}");
        says(&ended.out, expected);
    };
    check(&["--version"], &[concat!("headlined ", env!("CARGO_PKG_VERSION"))]);
    check(
        &["--help"],
        &["Usage: headlined", "poll", "check", "feeds", "health", "demo", "Examples:", "HEADLINED_STORE"],
    );
    check(&["split", "--help"], &["--story", "<URL|ID>", "for good"]);
    check(&["poll", "--help"], &["--all", "--json", "[FEED]..."]);
    check(&["completions", "bash"], &["_headlined", "--config"]);
    check(&["completions", "zsh"], &["#compdef headlined"]);
    check(&["completions", "fish"], &["complete -c headlined"]);
    assert!(place.files("state").is_empty());
}

#[test]
fn bad_usage_ends_with_status_2_and_says_what_there_is() {
    let place = Place::with(
        "[[feed]]\nname = \"A\"\nurl = \"https://a.example/\"\n[[feed]]\nname = \"Off\"\nurl = \"https://off.example/\"\nenabled = false\n",
    );
    let check = |words: &[&str], expected: &[&str]| says(&place.refused(words, 2), expected);
    check(&["pol"], &["unrecognized subcommand 'pol'", "'poll'"]);
    check(&["poll", "--jsn"], &["unexpected argument '--jsn'", "'--json'"]);
    check(&["poll", "--all", "A"], &["--all", "cannot be used with"]);
    check(&["poll", "B"], &["no feed is named \"B\" in the configuration", "`headlined feeds` lists them"]);
    check(&["poll", "Off"], &["the feed \"Off\" is switched off (enabled = false)"]);
    check(&["completions", "tcsh"], &["invalid value 'tcsh'", "bash"]);
    assert!(place.files("state").is_empty());
}

#[test]
fn feeds_that_were_never_polled_are_listed() {
    let place = Place::with(
        "[[feed]]\nname = \"A\"\nurl = \"https://a.example/\"\n[[feed]]\nname = \"Off\"\nurl = \"https://off.example/\"\nenabled = false\n",
    );
    let states: Vec<_> =
        place.feeds().as_array().unwrap().iter().map(|feed| feed["state"].as_str().unwrap().to_owned()).collect();
    assert_eq!(states, ["waiting", "off"]);
    says(
        &place.run(&["feeds"]).err,
        &["note: there is no store", "state/headlined/headlined.db yet", "HEADLINED_STORE="],
    );
    says(&Place::with("").run(&["feeds"]).out, &["no feed is configured: add [[feed]] sections to headlined.toml"]);
}

#[test]
fn nobody_reading_the_output_is_no_failure() {
    let place = Place::with("");
    let mut command = std::process::Command::new("sh");
    command
        .args(["-c", "(\"$0\" --help; echo status $? >&2) | true; (\"$0\" check --print; echo status $? >&2) | true"]);
    command.arg(env!("CARGO_BIN_EXE_headlined"));
    place.at_home(&mut command);
    let ended = crate::support::Running::start(command).end();
    assert_eq!(ended.err.matches("status 0").count(), 2, "{ended:?}");
}

#[test]
fn what_is_no_feed_is_inspected_with_a_word_on_what_it_is() {
    let place = Place::new();
    let page = place.write("page.html", "<html><head><title>Home</title><link rel='alternate' type='application/rss+xml' href='https://example.org/rss'></head></html>");
    let text = place.write("text.xml", "<opml version='2.0'><body/></opml>");
    let check = |words: &[&str], expected: &[&str]| says(&place.refused(words, 1), expected);
    check(&["inspect", "nowhere.xml"], &["cannot read nowhere.xml: No such file"]);
    check(&["inspect", page.to_str().unwrap()], &["a web page", "it announces:", "https://example.org/rss"]);
    check(&["inspect", text.to_str().unwrap()], &["text.xml is no feed"]);
    check(&["inspect", &refuses()], &["no connection to 127.0.0.1"]);
    check(&["discover", &refuses()], &["no connection to 127.0.0.1"]);
    check(
        &["discover", &serves("text/html", "<html><body>nothing</body></html>")],
        &["announces no feed, and none is at the usual places"],
    );
    let feed = place.write("feed.xml", rss(2, 0));
    let ended = place.run(&["inspect", feed.to_str().unwrap()]);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    says(&ended.out, &["News", "2 entries", "Headline 2"]);
    assert!(place.files("state").is_empty());
}

#[test]
fn what_cannot_be_imported_changes_nothing() {
    let place = Place::with("# mine\n");
    let before = std::fs::read(place.path("headlined.toml")).unwrap();
    place
        .write("feeds.opml", "<opml version='2.0'><body><outline text='A' xmlUrl='https://a.example/'/></body></opml>");
    place.write("bad.opml", "these are no outlines");
    says(&place.refused(&["import", "missing.opml"], 1), &["cannot read missing.opml: No such file"]);
    says(&place.refused(&["import", "bad.opml"], 1), &["bad.opml: "]);
    says(&place.refused(&["import", "feeds.opml", "--config", "missing.toml"], 1), &["cannot read missing.toml"]);
    let rehearsal = place.run(&["import", "feeds.opml", "--dry-run"]);
    assert_eq!(rehearsal.status, Some(0), "{rehearsal:?}");
    says(&rehearsal.out, &["https://a.example/"]);
    assert_eq!(std::fs::read(place.path("headlined.toml")).unwrap(), before);

    assert_eq!(place.run(&["import", "feeds.opml"]).status, Some(0));
    says(&std::fs::read_to_string(place.path("headlined.toml")).unwrap(), &["# mine", "https://a.example/"]);
    says(&place.run(&["import", "feeds.opml"]).err, &["known already: https://a.example/", "0 feeds added"]);
    says(&place.run(&["export"]).out, &["<opml", "xmlUrl=\"https://a.example/\""]);
}
