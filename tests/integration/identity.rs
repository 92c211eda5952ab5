//! Which entry is which article, over days of one feed (RULES 1). Through parse, article, reconcile and the store.

use crate::support::{OneFeed, START};

/// An RSS document of items given as "guid|link|title|day"; an empty part is not printed.
fn document(items: &[&str]) -> String {
    let item = |item: &&str| {
        let parts: Vec<&str> = item.split('|').collect();
        let element = |name: &str, value: &str| {
            if value.is_empty() { String::new() } else { format!("<{name}>{value}</{name}>") }
        };
        let date =
            parts[3].parse::<i64>().map(|day| headlined::render::http_date(START + day * 86_400)).unwrap_or_default();
        format!(
            "<item>{}{}{}{}<description>Text of {}</description></item>",
            element("guid", parts[0]),
            element("link", parts[1]),
            element("title", parts[2]),
            element("pubDate", &date),
            parts[2]
        )
    };
    format!(
        "<rss version=\"2.0\"><channel><title>T</title>{}</channel></rss>",
        items.iter().map(item).collect::<String>()
    )
}

/// Polls the documents in turn; `expected` are the new articles that each brings.
fn check(what: &str, documents: &[&[&str]], expected: &[usize]) {
    let mut one = OneFeed::new();
    let new: Vec<usize> = documents.iter().map(|items| one.poll(&document(items)).0).collect();
    assert_eq!(new, expected, "{what}");
    let again = one.poll(&document(documents[documents.len() - 1]));
    assert_eq!(again.0, 0, "{what}: the last document again");
}

#[test]
fn a_known_id_is_the_same_article() {
    check("a changed link under a kept id", &[&["g1|https://e.org/a|T|1"], &["g1|https://e.org/b|T|1"]], &[1, 0]);
    check("a changed headline under a kept id", &[&["g1|https://e.org/a|T|1"], &["g1|https://e.org/a|U|1"]], &[1, 0]);
    check(
        "http to https, www and tracking",
        &[&["http://www.e.org/a?utm_source=rss|http://e.org/a|T|1"], &["https://e.org/a|https://e.org/a|T|1"]],
        &[1, 0],
    );
    check(
        "a fragment that counts revisions",
        &[&["https://e.org/a#0|https://e.org/a|T|1"], &["https://e.org/a#1|https://e.org/a|T|1"]],
        &[1, 0],
    );
}

#[test]
fn a_known_link_under_a_new_id_is_the_same_only_if_title_or_date_agree() {
    check("the title is equal", &[&["g1|https://e.org/a|T|1"], &["g2|https://e.org/a|T|1"]], &[1, 0]);
    check("the date is equal", &[&["g1|https://e.org/a|T|1"], &["g2|https://e.org/a|U|1"]], &[1, 0]);
    check("neither is", &[&["g1|https://e.org/a|T|1"], &["g2|https://e.org/a|U|2"]], &[1, 1]);
    check(
        "the old id is in this document",
        &[&["g1|https://e.org/a|T|1"], &["g1|https://e.org/a|T|1", "g2|https://e.org/a|T|1"]],
        &[1, 1],
    );
}

#[test]
fn thirty_days_of_one_link_with_thirty_guids_are_thirty_articles() {
    let days: Vec<String> =
        (1..=30).map(|day| format!("photo-{day}|https://e.org/photo|Photo of the day|{day}")).collect();
    let single: Vec<Vec<&str>> = days.iter().map(|day| vec![day.as_str()]).collect();
    let rolling: Vec<Vec<&str>> =
        (0..30).map(|day| days[day.max(6) - 6..=day].iter().rev().map(String::as_str).collect()).collect();
    for documents in [single, rolling] {
        let documents: Vec<&[&str]> = documents.iter().map(Vec::as_slice).collect();
        check("photo of the day", &documents, &[1; 30]);
    }
    check("all in one document", &[&days.iter().map(String::as_str).collect::<Vec<_>>()], &[30]);
}

#[test]
fn a_mass_change_of_ids_is_one_event_that_publishes_nothing() {
    let items = |scheme: &str, host: &str| {
        (1..=10).map(|n| format!("{scheme}{n}|https://{host}/{n}|Title {n}|{n}")).collect::<Vec<_>>()
    };
    let (old, ids, site) = (items("a", "e.org"), items("b", "e.org"), items("c", "new.org"));
    fn all(items: &[String]) -> Vec<&str> {
        items.iter().map(String::as_str).collect()
    }
    check("new ids, known links", &[&all(&old), &all(&ids)], &[10, 0]);
    check("new ids and links, known titles and dates", &[&all(&old), &all(&site)], &[10, 0]);
    let retitled: Vec<String> = ids.iter().map(|item| item.replace("Title", "Headline").replace("|1", "|2")).collect();
    check("new ids, known links, other titles", &[&all(&old), &all(&retitled)], &[10, 0]);
}

#[test]
fn entries_with_neither_id_nor_link_are_known_by_what_they_print() {
    check("title and date", &[&["||T|1", "||U|1"], &["||U|1", "||T|1"]], &[2, 0]);
    check("title alone", &[&["||T|", "||U|"], &["||T|", "||U|"]], &[2, 0]);
    check("nothing but a text", &[&["|||", "||T|1"], &["||T|1", "|||"]], &[2, 0]);
}

#[test]
fn what_several_entries_share_identifies_nothing() {
    check(
        "one id for all",
        &[&["x|https://e.org/a|A|1", "x|https://e.org/b|B|1"], &["x|https://e.org/b|B|1", "x|https://e.org/c|C|1"]],
        &[2, 1],
    );
    check(
        "also in later documents of one entry",
        &[&["x|https://e.org/a|A|1", "x|https://e.org/b|B|1"], &["x|https://e.org/c|C|1"]],
        &[2, 1],
    );
    check("the home page", &[&["g1|https://e.org/|A|1"], &["g2|https://e.org/|A|1"]], &[1, 1]);
    check(
        "posts of a live page",
        &[
            &["https://e.org/live#1|https://e.org/live|A|1", "https://e.org/live#2|https://e.org/live|B|1"],
            &["https://e.org/live#3|https://e.org/live|C|1"],
        ],
        &[2, 1],
    );
    check("no mark at all of one's own", &[&["|https://e.org/|Untitled|", "|https://e.org/|Untitled|"]], &[1]);
}

#[test]
fn filling_a_lost_store_again_gives_the_same_ids() {
    let items = ["g1|https://e.org/a|A|1", "|https://e.org/b|B|2", "||C|3", "https://e.org/d#7|https://e.org/d|D|4"];
    let ids = |order: &[&str]| {
        let mut one = OneFeed::new();
        one.poll(&document(order));
        one.settler.published_ids_for_test()
    };
    let forth = ids(&items);
    let mut back = items;
    back.reverse();
    assert_eq!(forth.len(), 4);
    assert_eq!(forth, ids(&back));
}
