//! Mistakes of copies and stories, corrected by hand: directly, and through the daemon that holds the store.

use crate::{
    origin::serves,
    support::{Place, says},
};

const TEXT: &str = "Harbor pilots returned to their boats on Tuesday after eleven days of talks over night shifts, ending the \
                    longest walkout that the port has seen in a generation. Forty container ships had waited outside the \
                    breakwater, and the first of them was brought in before sunrise.";

/// Two feeds that print one text.
fn place() -> Place {
    let feed = |name: &str| {
        let date = headlined::render::http_date(headlined::clock::Clock::System.now() - 3_600);
        let item = format!(
            "<item><guid isPermaLink=\"false\">{name}</guid><title>Harbor pilots return to work</title><link>https://{name}.example.org/1</link><pubDate>{date}</pubDate><description>{TEXT}</description></item>"
        );
        let document = format!("<rss version=\"2.0\"><channel><title>{name}</title>{item}</channel></rss>");
        let url = serves("application/rss+xml", document);
        format!("[[feed]]\nname = \"{name}\"\nurl = \"{url}\"\npublisher = \"{name}\"\n")
    };
    Place::with(&format!("{}{}", feed("one"), feed("two")))
}

const ONE: &str = "https://one.example.org/1";
const TWO: &str = "https://two.example.org/1";

#[test]
fn a_correction_is_made_directly_where_nobody_holds_the_store_and_its_effect_is_seen_in_why() {
    let place = place();
    place.poll();
    says(&place.run(&["why", TWO]).out, &["copy by"]);
    let ended = place.run(&["split", TWO]);
    assert_eq!((ended.status, ended.err.as_str()), (Some(0), ""));
    says(&ended.out, &["Harbor pilots return to work", "was taken out of its copies and its story, for good"]);
    let why = place.run(&["why", TWO]).out;
    says(
        &why,
        &["alone: no copy, no other report", "kept apart by the operator from:", "Harbor pilots return to work"],
    );
    says(&place.refused(&["split", TWO], 1), &["it stands by itself already"]);
    says(&place.refused(&["split", "https://nowhere.example.org/1"], 1), &["no article is held under", "nowhere"]);
    let nobody = "urn:uuid:00000000-0000-0000-0000-000000000000";
    says(&place.refused(&["join", ONE, nobody], 1), &["no article is held under urn:uuid:00000000", "`headlined why`"]);
}

#[test]
fn a_correction_goes_through_the_daemon_that_holds_the_store() {
    let place = place();
    place.poll();
    let mut daemon = place.daemon();
    let entries = |daemon: &crate::support::Running| {
        let feed: serde_json::Value = serde_json::from_str(&body(&daemon.get("/feed.json"))).unwrap();
        feed["items"].as_array().unwrap().iter().map(|item| item["id"].to_string()).collect::<Vec<_>>()
    };
    let before = entries(&daemon);
    assert_eq!(before.len(), 1);
    let ended = place.run(&["split", TWO]);
    assert_eq!((ended.status, ended.err.as_str()), (Some(0), ""));
    daemon.wait_for("by hand:");
    says(&place.run(&["why", TWO]).out, &["kept apart by the operator from:"]);
    says(&place.refused(&["split", TWO], 1), &["it stands by itself already"]);
    let ended = place.run(&["join", ONE, TWO]);
    says(&ended.out, &["are one text, for good"]);
    says(&place.run(&["why", TWO]).out, &["copy by hand joined by the operator"]);
    assert_eq!(daemon.stop().status, Some(0));
}

/// What follows the head of an answer.
fn body(answer: &str) -> String {
    answer.split_once("\r\n\r\n").map_or(answer, |(_, body)| body).to_owned()
}
