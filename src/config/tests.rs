//! Configurations as their users write them, and what they are told.

use std::{io, net::SocketAddr, time::Duration};

use super::*;
use crate::model::{Backfill, ContentLevel, FeedConfig, FoldMode};

const FEED: &str = "[[feed]]\nname = \"A\"\nurl = \"https://a.example/feed\"\n";
const OTHER: &str = "[[feed]]\nname = \"Example News\"\nurl = \"https://b.example/feed\"\n";

/// The files that configurations of these tests name.
fn files(path: &Path) -> io::Result<String> {
    match path.to_str() {
        Some("conf/token") => Ok("Bearer s3cret\n".to_owned()),
        Some("conf/password" | "conf/example.password") => Ok("pa55\n".to_owned()),
        Some("conf/address" | "conf/secret-feed.url") => Ok("https://a.example/feed?token=s3cret\n".to_owned()),
        Some("conf/empty") => Ok(" \n".to_owned()),
        Some("conf/root.pem" | "/etc/headlined/root.pem") => Ok("-----BEGIN CERTIFICATE-----".to_owned()),
        _ => Err(io::Error::new(io::ErrorKind::NotFound, "no such file")),
    }
}

fn read(text: &str, environment: &Environment) -> Result<(Settings, Vec<Warning>), Problems> {
    parse_with(text, "conf/headlined.toml", environment, &files)
}

fn settings(text: &str) -> Settings {
    match read(text, &Environment::default()) {
        Ok((settings, _)) => settings,
        Err(problems) => panic!("{text}\n{problems}"),
    }
}

fn feed(keys: &str) -> FeedConfig {
    settings(&format!("[[feed]]\nname = \"A\"\n{keys}")).feeds.remove(0)
}

/// Each problem as "line:column what → suggestion".
fn told(text: &str) -> Vec<String> {
    let problems = read(text, &Environment::default()).err().unwrap_or_default();
    let tell = |problem: &Problem| {
        let place = problem.place.as_ref().map_or(String::new(), |place| format!("{}:{} ", place.line, place.column));
        let suggestion = problem.suggestion.as_ref().map_or(String::new(), |s| format!(" → {s}"));
        format!("{place}{}{suggestion}", problem.wrong)
    };
    problems.0.iter().map(tell).collect()
}

#[test]
fn the_built_in_configuration_has_no_problems() {
    let (settings, _) = load(&Found::BuiltIn, &Environment::default()).unwrap();
    let mut languages: Vec<_> = settings.feeds.iter().filter_map(|feed| feed.language.clone()).collect();
    languages.sort();
    languages.dedup();
    assert!(settings.feeds.len() >= 60, "{} feeds", settings.feeds.len());
    assert!(languages.len() >= 6, "{languages:?}");
    assert_eq!(settings.outputs.iter().map(|output| output.name.as_str()).collect::<Vec<_>>(), ["all", "en", "top-en"]);
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
fn names_that_are_not_known_are_told_with_the_nearest() {
    let check = |text: &str, expected: &[&str]| assert_eq!(told(text), expected, "{text}");
    check("[fetch]\ntimeot = \"30s\"", &["2:1 unknown key `timeot` in [fetch] → `timeout`"]);
    check("[fetch]\ntitle = \"x\"", &["2:1 unknown key `title` in [fetch] → `title` under [server]"]);
    check("[fetch]\nwhatever = 1", &["2:1 unknown key `whatever` in [fetch]"]);
    check("[servre]\n", &["1:2 unknown section `servre` → [server]"]);
    check("[[feeds]]\nname = \"A\"", &["1:3 unknown section `feeds` → [[feed]]"]);
    check("listen = \"127.0.0.1:80\"", &["1:1 `listen` stands outside of any section → `listen` under [server]"]);
    check("[feed]\nname = \"A\"", &["1:1 [feed] has single brackets"]);
    check("[[server]]\ntitle = \"A\"", &["1:3 [[server]] has double brackets"]);
    check("store = \"a.db\"", &["1:1 `store` is not a section here"]);
}

#[test]
fn a_text_that_is_not_toml_is_told_with_its_line() {
    let check = |text: &str, place: &str| {
        let told = told(text);
        assert!(told.len() == 1 && told[0].starts_with(&format!("{place} this is not TOML: ")), "{told:?}");
    };
    check("[server]\ntitle = \n", "2:9");
    check("[server\n", "1:8");
    check("[server]\ntitle = news\n", "2:9");
    check("[server]\ntitle = \"a\"\ntitle = \"b\"\n", "3:1");
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
    check("http://example.org:8080/a/b/", "http://example.org:8080/a/b/");

    assert_eq!(feed("url = \"https://a.example/\"\ngroup = \"x\"").groups, ["x"]);
    assert_eq!(feed("url = \"https://a.example/\"\ngroup = [\"x\", \"y\"]").groups, ["x", "y"]);
    assert_eq!(feed("url = \"https://a.example/\"\ntimezone = \"asia/tokyo\"").timezone.as_deref(), Some("Asia/Tokyo"));
    assert_eq!(settings("[store]\nretention = \"forever\"").store.retention, None);
    assert_eq!(settings("[store]\npath = \"a.db\"").store.path, Some("conf/a.db".into()));
    assert_eq!(settings("[store]\npath = \"/a.db\"").store.path, Some("/a.db".into()));
}
