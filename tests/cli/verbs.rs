//! What needs neither feeds nor network.

use crate::support::{Place, says};

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
    assert_eq!(states, ["new", "off"]);
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
