//! What a monitor asks: numbers, readiness, and who may see them.

use crate::{
    origin::{rss, serves},
    support::{Place, Running, says},
};

fn place(server: &str) -> Place {
    let feed = serves("application/rss+xml", rss(3, 0));
    let place = Place::new();
    place.write(
        "headlined.toml",
        format!(
            "[server]\n{server}\n[fetch]\nallow_private_addresses = true\n[[feed]]\nname = \"news\"\nurl = \"{feed}\"\n"
        ),
    );
    place
}

fn is_missing(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 404 ")
}

#[test]
fn a_monitor_on_loopback_reads_what_was_polled() {
    let place = place("listen = \"127.0.0.1:0\"");
    let mut daemon = place.daemon();
    daemon.wait_for("news: 3 new");
    let answer = daemon.get("/metrics");
    says(&answer, &["content-type: application/openmetrics-text; version=1.0.0; charset=utf-8"]);
    says(&answer, &["headlined_polls_total{outcome=\"ok\"} 1\n", "headlined_new_articles_total 3\n"]);
    says(&answer, &["headlined_feeds{state=\"well\"} 1\n", "headlined_articles 3\n", "headlined_store_refuses 0\n"]);
    says(&daemon.get("/metrics"), &["headlined_requests_total{kind=\"upkeep\",status=\"200\"} 1\n"]);
    says(&daemon.get("/readyz"), &["HTTP/1.1 200 OK", "ready\n"]);
    daemon.stop();
}

#[test]
fn beyond_loopback_only_readiness_is_told() {
    let place = place("listen = \"0.0.0.0:0\"");
    let daemon = place.daemon();
    for path in ["/metrics", "/status", "/api/status", "/opml.xml"] {
        assert!(is_missing(&daemon.get(path)), "{path}");
    }
    says(&daemon.get("/readyz"), &["HTTP/1.1 200 OK"]);
    daemon.stop();
}

#[test]
fn upkeep_has_an_address_of_its_own_where_it_is_configured() {
    let place = place("listen = \"127.0.0.1:0\"\nupkeep_listen = \"127.0.0.1:0\"");
    let mut daemon = Running::start(place.command(&["run"]));
    let upkeep = daemon.wait_for("status and numbers ").rsplit(' ').next().unwrap().to_owned();
    let mut daemon = daemon.serving();
    for path in ["/metrics", "/status", "/api/status", "/opml.xml"] {
        assert!(is_missing(&daemon.get(path)), "{path} answers where readers ask");
    }
    daemon.address = upkeep;
    for (path, expected) in [
        ("/metrics", "headlined_build_info"),
        ("/status", "news"),
        ("/api/status", "\"name\":\"news\""),
        ("/opml.xml", "<opml"),
        ("/readyz", "ready"),
        ("/healthz", "ok"),
    ] {
        says(&daemon.get(path), &["HTTP/1.1 200 OK", expected]);
    }
    assert!(is_missing(&daemon.get("/feed.atom")), "feeds are for readers");
    daemon.stop();
    place.write("headlined.toml", "[server]\nlisten = \"127.0.0.1:4242\"\nupkeep_listen = \"127.0.0.1:4242\"\n");
    says(&place.refused(&["check"], 2), &["headlined.toml:3", "upkeep_listen is the address that listen has already"]);
}
