//! A configuration that is not there, cannot be read, or is wrong: status 2, everything at once, nothing made.

use crate::support::{Place, says};

/// Every verb that needs the configuration.
const VERBS: [&[&str]; 5] = [&["run"], &["poll"], &["check"], &["feeds"], &["health"]];

#[test]
fn a_named_file_that_is_missing_or_unreadable_is_said() {
    let check = |file: &str, expected: &[&str]| {
        let place = Place::new();
        place.write("folder/x", "");
        place.write("latin.toml", b"[server]\ntitle = \"Caf\xe9\"\n");
        place.write("pipe.toml", "this is no TOML");
        for verb in VERBS {
            let said = place.refused(&[verb, &["--config", file]].concat(), 2);
            says(&said, expected);
            says(
                &said,
                &[
                    "headlined: the configuration cannot be used\nerror: ",
                    &format!("--> {file}"),
                    "1 problem in the configuration",
                ],
            );
        }
        assert!(place.files("state").is_empty(), "no store is made on a configuration that is not understood");
    };
    check(
        "missing.toml",
        &[
            "cannot read the configuration: No such file",
            "without --config and $HEADLINED_CONFIG the built-in one is used",
        ],
    );
    check("folder", &["cannot read the configuration: Is a directory"]);
    check("latin.toml", &["line 2 is not UTF-8", "expected a text in UTF-8"]);
    check("pipe.toml", &["this is not TOML", "expected key = value"]);
}

#[test]
fn a_file_named_by_the_environment_is_taken_at_its_word() {
    let place = Place::new();
    let ended = crate::support::Running::start({
        let mut command = place.command(&["check"]);
        command.env("HEADLINED_CONFIG", "missing.toml");
        command
    });
    let ended = ended.end();
    assert_eq!(ended.status, Some(2));
    says(&ended.err, &["cannot read the configuration", "missing.toml"]);
}

const WRONG: &str = r#"[server]
listn = "127.0.0.1:8080"
[fetch]
timeout = 30
[[feed]]
name = "One"
url = "https://one.example/"
[[feed]]
name = "One"
url = "https://two.example/"
[[feed]]
name = "Three"
url = "http://one.example"
[[feed]]
name = "Four"
url = "four.example/feed"
[[output]]
name = "out"
groups = ["nobody"]
"#;

#[test]
fn every_problem_is_told_at_once_with_its_line_and_what_to_do() {
    let place = Place::new();
    place.write("wrong.toml", WRONG);
    for verb in VERBS {
        let said = place.refused(&[verb, &["--config", "wrong.toml"]].concat(), 2);
        says(&said, &["wrong.toml:2:1", "unknown key `listn` in [server]", "did you mean `listen`?"]);
        says(&said, &["wrong.toml:4:11", "found a whole number", "did you mean \"30s\"?"]);
        says(&said, &["wrong.toml:9:8", "a second [[feed]] is named `One`; the first is in line 6"]);
        says(&said, &["wrong.toml:13:7", "http://one.example/ is polled already, by the [[feed]] in line 7"]);
        says(
            &said,
            &[
                "wrong.toml:16:7",
                "`four.example/feed` is not an address",
                "did you mean \"https://four.example/feed\"?",
            ],
        );
        says(&said, &["wrong.toml:19:11", "no feed is in the group `nobody`"]);
        says(&said, &["6 problems in the configuration"]);
    }
    assert!(place.files("state").is_empty());
}

#[test]
fn an_override_that_is_wrong_names_its_variable() {
    let check = |variable: &str, value: &str, expected: &[&str]| {
        let place = Place::with("");
        let mut command = place.command(&["run"]);
        command.env(variable, value);
        let ended = crate::support::Running::start(command).end();
        assert_eq!(ended.status, Some(2), "{ended:?}");
        says(&ended.err, &[variable]);
        says(&ended.err, expected);
    };
    check("HEADLINED_LISTEN", "everywhere", &["`everywhere`", "0.0.0.0:8080"]);
    check(
        "HEADLINED_BASE_URL",
        "news.example.org",
        &["`news.example.org` is not an address", "https://news.example.org"],
    );
    check(
        "HEADLINED_LOG",
        "headlined=loud",
        &["HEADLINED_LOG=\"headlined=loud\" cannot be read", "expected error, warn, info, debug or trace"],
    );
}

#[test]
fn check_says_that_it_is_right_and_print_shows_no_secret() {
    let place = Place::with(
        "[[feed]]\nname = \"Club\"\nurl_file = \"address.txt\"\n[[feed]]\nname = \"Open\"\nurl = \"https://ann:s3cret@open.example/\"\n",
    );
    place.write("address.txt", "https://club.example/feed?token=s3cret\n");
    let ended = place.run(&["check"]);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    says(&ended.out, &["headlined.toml is right: 2 feeds", &place.store().display().to_string()]);
    says(&ended.err, &["note: publishers cannot reach you", "set contact under [fetch]"]);
    let printed = place.run(&["check", "--print"]);
    assert_eq!(printed.status, Some(0), "{printed:?}");
    says(&printed.out, &["name = \"Club\"", "name = \"Open\"", "timeout = \"30s\"", "max_body = "]);
    assert!(!format!("{ended:?}{printed:?}").contains("s3cret"), "{printed:?}");
}

#[test]
fn what_check_prints_is_a_configuration() {
    let place = Place::with(
        "[[feed]]\nname = \"A\"\nurl = \"https://a.example/\"\ngroup = \"g\"\n[[output]]\nname = \"o\"\ngroups = [\"g\"]\n",
    );
    let first = place.run(&["check", "--print"]);
    place.write("printed.toml", &first.out);
    let second = place.run(&["--config", "printed.toml", "check", "--print"]);
    assert_eq!((second.status, &second.out), (Some(0), &first.out), "{}", second.err);
}
