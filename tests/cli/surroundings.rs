//! Where it runs: no home directory, another locale, root, a path below the root of a site.

use crate::{
    origin::{rss, serves},
    support::{Place, Running, says},
};

#[test]
fn without_a_home_directory_it_asks_for_a_place() {
    let place = Place::with("");
    let without_home = |words: &[&str], more: Option<(&str, &str)>| {
        let mut command = place.command(words);
        command.env_remove("HOME").env_remove("XDG_STATE_HOME").envs(more);
        Running::start(command).end()
    };
    for verb in ["run", "poll", "feeds", "health", "check"] {
        let ended = without_home(&[verb], None);
        assert_eq!(ended.status, Some(2), "{ended:?}");
        says(
            &ended.err,
            &[
                "no place for the store",
                "no home directory",
                "set path under [store], HEADLINED_STORE, or STATE_DIRECTORY",
            ],
        );
    }
    let store = place.path("here.db");
    let state = place.path("state");
    let check = |variable: &str, value: &str, expected: &str| {
        let ended = without_home(&["check"], Some((variable, value)));
        assert_eq!(ended.status, Some(0), "{ended:?}");
        says(&ended.out, &[expected]);
    };
    check("HEADLINED_STORE", store.to_str().unwrap(), store.to_str().unwrap());
    check("STATE_DIRECTORY", state.to_str().unwrap(), state.join("headlined.db").to_str().unwrap());
    assert_eq!(without_home(&["completions", "bash"], None).status, Some(0), "what needs no store asks for none");
}

#[test]
fn a_locale_without_utf8_changes_nothing() {
    let place = Place::with(&format!(
        "[[feed]]\nname = \"Zürich 新聞\"\nurl = \"{}\"\n",
        serves("application/rss+xml", rss(1, 0))
    ));
    let said = |locale: &str| {
        let mut outputs = Vec::new();
        for words in [&["poll", "--all"][..], &["feeds"], &["check", "--print"], &["poll", "nobody"]] {
            let mut command = place.command(words);
            command.env("LC_ALL", locale).env("LANG", locale);
            let ended = Running::start(command).end();
            outputs.push((ended.status, ended.out, ended.err));
        }
        outputs
    };
    let (plain, utf8) = (said("C"), said("C.UTF-8"));
    assert_eq!(
        plain.iter().map(|(status, ..)| *status).collect::<Vec<_>>(),
        [Some(0), Some(0), Some(0), Some(2)],
        "{plain:?}"
    );
    assert_eq!(plain[2..], utf8[2..]);
    says(&plain[1].1, &["Zürich 新聞  well"]);
}

#[test]
fn root_is_told_that_it_need_not_be() {
    let place = Place::with("");
    let ended = place.daemon().stop();
    let is_root = rustix::process::geteuid().is_root();
    assert_eq!(ended.err.contains("WARN running as root: headlined needs no privilege"), is_root, "{}", ended.err);
}

#[test]
fn a_base_url_below_the_root_is_in_every_address() {
    let place = Place::new();
    let feed = format!("[[feed]]\nname = \"news\"\nurl = \"{}\"\n", serves("application/rss+xml", rss(2, 0)));
    let settings = "[server]\nlisten = \"127.0.0.1:0\"\nbase_url = \"https://example.org/news/\"\n[fetch]\nallow_private_addresses = true\n";
    place.write("headlined.toml", format!("{settings}{feed}"));
    let mut daemon = place.daemon();
    daemon.wait_for("news: 2 new");
    says(&daemon.get("/feed.atom"), &["href=\"https://example.org/news/feed.atom\""]);
    says(&daemon.get("/news/feed.atom"), &["href=\"https://example.org/news/feed.atom\""]); // a proxy may leave it on
    says(&daemon.get("/feed.json"), &["\"feed_url\":\"https://example.org/news/feed.json\""]);
    says(&daemon.get("/feed.rss"), &["https://example.org/news/feed.rss"]);
    let front = daemon.get("/");
    says(&front, &["https://example.org/news/feed.atom"]);
    assert!(!front.contains("href=\"/"), "links from the root of the site would leave it:\n{front}");
    daemon.stop();
}
