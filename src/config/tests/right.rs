//! Configurations that are right, and what is made of them.

use std::{net::SocketAddr, time::Duration};

use super::*;
use crate::model::{Backfill, ContentLevel, FoldMode};

#[test]
fn the_built_in_configuration_has_no_problems() {
    let (settings, _) = load(&Found::BuiltIn, &Environment::default()).unwrap();
    let mut languages: Vec<_> = settings.feeds.iter().filter_map(|feed| feed.language.clone()).collect();
    languages.sort();
    languages.dedup();
    assert!(settings.feeds.len() >= 60, "{} feeds", settings.feeds.len());
    assert!(languages.len() >= 6, "{languages:?}");
    let (derived, written): (Vec<_>, Vec<_>) = settings.outputs.iter().partition(|output| output.is_derived());
    assert_eq!(written.iter().map(|output| output.name.as_str()).collect::<Vec<_>>(), ["all", "en", "top-en"]);
    assert!(derived.iter().any(|output| output.name == "lang/en" && output.languages == ["en"]));
    assert!(derived.iter().any(|output| output.name == "group/europe" && output.groups == ["europe"]));
    assert_eq!(settings.file, None);
}

#[test]
fn an_empty_file_has_every_default() {
    let settings = settings("");
    assert_eq!(settings.server.listen, SocketAddr::from(([127, 0, 0, 1], 8080)));
    assert_eq!(settings.fetch.concurrency, 64);
    assert_eq!(settings.fetch.max_body, 10 << 20);
    assert_eq!(settings.fetch.host_pause, Duration::from_millis(500));
    assert_eq!(settings.store.retention, Some(Duration::from_secs(90 * 86_400)));
    assert_eq!(settings.dedup.mode, FoldMode::Copies);
    let [all] = &settings.outputs[..] else { panic!("{:?}", settings.outputs) };
    assert_eq!((all.name.as_str(), all.limit, all.min_sources, all.mode), ("all", 200, 1, FoldMode::Copies));
    assert_eq!(all.backfill, Backfill::Within(Duration::from_secs(48 * 3_600)));
    assert_eq!(all.content, ContentLevel::Full);
}

/// The value of a key that differs from its default shows in the settings: no row of the table leads nowhere.
#[test]
fn every_key_of_the_table_is_heard() {
    let plain = settings(FEED);
    for row in rows() {
        let line = format!("{} = {}", row.name, row.example);
        let text = match (row.section, row.name) {
            ("feed", "name") => format!("[[feed]]\n{line}\nurl = \"https://a.example/feed\""),
            ("feed", "url" | "url_file") => format!("[[feed]]\nname = \"A\"\n{line}"),
            ("feed", "user" | "password_file") => format!("{FEED}user = \"ann\"\npassword_file = \"password\""),
            ("feed", _) => format!("{FEED}{line}"),
            ("server", "hub") => format!("{FEED}[server]\nbase_url = \"https://n.example/\"\n{line}"),
            ("group", "name") => format!("{FEED}group = \"europe\"\n[[group]]\n{line}"),
            ("group", _) => format!("{FEED}group = \"x\"\n[[group]]\nname = \"x\"\n{line}"),
            ("output", "name") => format!("{FEED}[[output]]\n{line}"),
            ("output", "feeds") => format!("{OTHER}{FEED}[[output]]\nname = \"all\"\n{line}"),
            ("output", "groups") => format!("{FEED}group = \"europe\"\n[[output]]\nname = \"all\"\n{line}"),
            ("output", _) => format!("{FEED}[[output]]\nname = \"all\"\n{line}"),
            (section, _) => format!("{FEED}[{section}]\n{line}"),
        };
        assert_ne!(settings(&text), plain, "[{}] {line}", row.section);
    }
}

#[test]
fn values_are_taken_as_they_are_meant() {
    let check = |url: &str, expected: &str| assert_eq!(feed(&format!("url = \"{url}\"")).url, expected);
    check("https://a.example/feed", "https://a.example/feed");
    check(" HTTPS://A.example ", "https://a.example/");
    check("file:///srv/feed.xml", "file:///srv/feed.xml");
    check("https://bücher.example/ä", "https://xn--bcher-kva.example/%C3%A4");

    let check = |base_url: &str, expected: &str| {
        let settings = settings(&format!("[server]\nbase_url = \"{base_url}\""));
        assert_eq!(settings.server.base_url.as_deref(), Some(expected));
    };
    check("https://news.example.org", "https://news.example.org/");
    check("https://example.org/news", "https://example.org/news/");
    check("https://example.org/@news", "https://example.org/@news/");
    check("http://example.org:8080/a/b/", "http://example.org:8080/a/b/");

    assert_eq!(feed("url = \"https://a.example/\"\ngroup = \"x\"").groups, ["x"]);
    assert_eq!(feed("url = \"https://a.example/\"\ngroup = [\"x\", \"y\"]").groups, ["x", "y"]);
    assert_eq!(feed("url = \"https://a.example/\"\ntimezone = \"asia/tokyo\"").timezone.as_deref(), Some("Asia/Tokyo"));
    assert_eq!(settings("[store]\nretention = \"forever\"").store.retention, None);
    assert_eq!(settings("[store]\npath = \"a.db\"").store.path, Some("conf/a.db".into()));
    assert_eq!(settings("[store]\npath = \"/a.db\"").store.path, Some("/a.db".into()));
}

#[test]
fn what_is_printed_reads_back() {
    let grouped = format!("{FEED}group = \"x\"\n[[group]]\nname = \"x\"\nexclude = [\"title:a b\", '/\\bG7\\b/']");
    for text in
        [BUILT_IN, "", FEED, &grouped, "[store]\nretention = \"forever\"\n[[output]]\nname = \"x\"\nbackfill = \"all\""]
    {
        let settings = settings(text);
        assert_eq!(self::settings(&effective(&settings)), settings, "{}", effective(&settings));
    }
}

#[test]
fn every_key_is_printed_with_its_value_or_as_not_set() {
    let printed = effective(&settings(FEED));
    for row in rows().iter().filter(|row| !["feed", "group", "output"].contains(&row.section)) {
        let line = row.default.map_or(format!("# {} is not set", row.name), |value| format!("{} = {value}", row.name));
        assert!(printed.lines().any(|printed| printed == line), "{line}\n{printed}");
    }
}

#[test]
fn outputs_follow_the_rest_of_the_configuration_unless_they_say_otherwise() {
    let check = |text: &str, mode, content| {
        let output = settings(&format!("{FEED}{text}")).outputs.remove(0);
        assert_eq!((output.mode, output.content), (mode, content), "{text}");
    };
    check("", FoldMode::Copies, ContentLevel::Full);
    check("[dedup]\nmode = \"stories\"", FoldMode::Stories, ContentLevel::Full);
    check("[server]\nlisten = \"0.0.0.0:80\"", FoldMode::Copies, ContentLevel::Summary);
    check("[server]\nlisten = \"[::1]:80\"", FoldMode::Copies, ContentLevel::Full);
    check("[[output]]\nname = \"all\"\ndedup = \"off\"\ncontent = \"headline\"", FoldMode::Off, ContentLevel::Headline);
}

#[test]
fn the_output_all_is_always_there_and_first() {
    let names = |text: &str| settings(text).outputs.into_iter().map(|output| output.name).collect::<Vec<_>>();
    assert_eq!(names(""), ["all"]);
    assert_eq!(names("[[output]]\nname = \"b\"\n[[output]]\nname = \"a\""), ["all", "b", "a"]);
    assert_eq!(names("[[output]]\nname = \"b\"\n[[output]]\nname = \"all\""), ["all", "b"]);
}

#[test]
fn sections_may_be_written_in_any_way_that_toml_has() {
    let plain = settings("[fetch]\ntimeout = \"9s\"\n[[feed]]\nname = \"A\"\nurl = \"https://a.example/\"\n");
    assert_eq!(settings("fetch.timeout = \"9s\"\nfeed = [{ name = \"A\", url = \"https://a.example/\" }]"), plain);
    assert_eq!(settings("fetch = { timeout = '9s' }\n[[feed]]\r\nurl = 'https://a.example/'\r\nname = 'A'\r\n"), plain);
    assert_eq!(
        settings("\u{feff}[fetch]\ntimeout = \"9s\"\n[[feed]]\nname = \"A\"\nurl = \"https://a.example/\"").feeds,
        plain.feeds
    );
    let headers = settings(&format!("{FEED}[feed.headers]\nX = \"1\"\nAuthorization.file = \"token\""));
    assert_eq!(headers.feeds[0].headers.len(), 2);
}

#[test]
fn what_an_operator_would_want_to_know_is_a_warning() {
    let check = |text: &str, expected: &[&str]| {
        let warnings = read(text, &Environment::default()).unwrap().1;
        assert_eq!(warnings.iter().map(|warning| warning.text.as_str()).collect::<Vec<_>>(), expected, "{text}");
    };
    const QUIET: &str = "[server]\nbase_url = \"https://n.example\"\n[fetch]\ncontact = \"https://n.example/\"\n";
    check(&format!("{QUIET}{FEED}"), &[]);
    check(QUIET, &["no feed is configured"]);
    check(
        &format!("{QUIET}proxy = \"http://proxy.example:3128\"\n{FEED}"),
        &["with a proxy, names of private hosts are the proxy's to guard"],
    );
    check(FEED, &["publishers cannot reach you", "only readers on this machine can subscribe"]);
    check(&format!("{QUIET}{FEED}private = true"), &["the private feed `A` is in no output"]);
    check(&format!("{QUIET}{FEED}private = true\n[[output]]\nname = \"mine\"\nfeeds = \"A\""), &[]);
}
