//! OPML files as other readers write them, and what becomes of them.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;

fn body(outlines: &str) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<opml version=\"2.0\"><head><title>x</title></head>\n<body>{outlines}</body></opml>"
    )
}

/// Imports into `FEED`, and holds that the configuration stays as it was and is still right.
fn imported(outlines: &str) -> (Import, Vec<Arc<FeedConfig>>) {
    let import = import(FEED, &body(outlines)).unwrap();
    let text = import.onto(FEED);
    assert!(text.starts_with(FEED));
    let feeds = settings(&text).feeds.split_off(1);
    assert_eq!(feeds.iter().map(|feed| feed.name.clone()).collect::<Vec<_>>(), import.added);
    (import, feeds)
}

#[test]
fn an_outline_becomes_a_feed_and_those_around_it_its_groups() {
    let check = |outlines: &str, expected: &[(&str, &str, &[&str])]| {
        let (_, feeds) = imported(outlines);
        let found: Vec<_> =
            feeds.iter().map(|feed| (feed.name.as_str(), feed.url.as_str(), feed.groups.clone())).collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(name, url, groups)| (*name, *url, groups.iter().map(|group| group.to_string()).collect::<Vec<_>>()))
            .collect();
        assert_eq!(found, expected, "{outlines}");
    };
    check("", &[]);
    check("<outline text='B' type='rss' xmlUrl='https://b.example/'/>", &[("B", "https://b.example/", &[])]);
    check("<outline title='B' XMLURL='https://b.example/'></outline>", &[("B", "https://b.example/", &[])]);
    check("<Outline TEXT='B' xmlurl='https://b.example/' />", &[("B", "https://b.example/", &[])]);
    check("<outline xmlUrl='https://b.example/feed'/>", &[("b.example", "https://b.example/feed", &[])]);
    check(
        "<outline text='News'><outline text='World / Asia'><outline text='B' xmlUrl='https://b.example/'/></outline>
         <outline text='C' xmlUrl='https://c.example/'/></outline><outline text='D' xmlUrl='https://d.example/'/>",
        &[
            ("B", "https://b.example/", &["News", "World - Asia"]),
            ("C", "https://c.example/", &["News"]),
            ("D", "https://d.example/", &[]),
        ],
    );
    check(
        "<outline text='B' category='/Tech/AI,News' xmlUrl='https://b.example/'/>",
        &[("B", "https://b.example/", &["Tech", "AI", "News"])],
    );
    check(
        "<outline text='&quot;B&quot; &amp; &#x26; \nC' xmlUrl='https://b.example/?a=1&amp;b=2'/>",
        &[("\"B\" & & C", "https://b.example/?a=1&b=2", &[])],
    );
    check(
        "<outline text='A & B' xmlUrl='https://b.example/?a=1&b=2'/>",
        &[("A & B", "https://b.example/?a=1&b=2", &[])],
    );
    check("<outline text='B' xmlUrl='feed://b.example/'/>", &[("B", "https://b.example/", &[])]);
}

#[test]
fn the_language_is_kept_where_it_is_one() {
    let language = |language: &str| {
        imported(&format!("<outline text='B' xmlUrl='https://b.example/' language='{language}'/>"))
            .1
            .remove(0)
            .language
            .clone()
    };
    assert_eq!(language("pt-BR").as_deref(), Some("pt-BR"));
    assert_eq!(language("unknown"), None);
}

#[test]
fn what_is_there_already_is_told_and_not_added() {
    let (import, _) = imported("<outline text='Other' xmlUrl='http://a.example/feed/'/>");
    assert_eq!(import.known, [("http://a.example/feed/".to_owned(), "A".to_owned())]);

    let (import, feeds) = imported(
        "<outline text='X'><outline text='B' xmlUrl='https://b.example/'/></outline>
         <outline text='Y'><outline text='B' xmlUrl='http://b.example'/></outline>",
    );
    assert_eq!(import.added, ["B"]);
    assert_eq!(feeds[0].groups, ["X", "Y"], "one feed in two outlines is one feed in two groups");
}

#[test]
fn a_name_that_is_taken_gets_the_host_behind_it() {
    let (import, _) = imported(
        "<outline text='A' xmlUrl='https://b.example/1'/><outline text='A' xmlUrl='https://b.example/2'/>
         <outline text='A' xmlUrl='https://b.example/3'/>",
    );
    assert_eq!(import.added, ["A (b.example)", "A (b.example) 2", "A (b.example) 3"]);
}

#[test]
fn what_must_not_come_in_by_another_file_stays_out() {
    let check = |url: &str, address: &str, reason: &str| {
        let (import, _) = imported(&format!("<outline text='B' xmlUrl='{url}'/>"));
        assert_eq!(import.refused, [(address.to_owned(), reason.to_owned())]);
    };
    check("file:///etc/passwd", "file:///etc/passwd", "file: addresses are not imported");
    check("javascript:alert(1)", "javascript:alert(1)", "javascript: addresses are not imported");
    check("b.example", "b.example", "not an address: relative URL without a base");
    let reason = "it has a password in it; write it by hand, with url_file";
    check("https://ann:s3cret@b.example/", "https://**********@b.example/", reason);
}

#[test]
fn what_is_not_opml_is_told_with_its_line() {
    let check = |opml: &str, expected: &str| assert_eq!(import("", opml).unwrap_err().to_string(), expected);
    check("", "line 1: this is not OPML: it is empty");
    check("<html></html>", "line 1: this is not OPML: it begins with <html>");
    check("just text", "line 1: this is not OPML: it is empty");
    assert!(import("", "<opml>\n<body>\n<outline text='").unwrap_err().to_string().starts_with("line 3: "));
    assert_eq!(import("x =", "<opml/>"), Err(ImportError::NotToml));
    assert_eq!(import("feed = [{ name = \"A\" }]", "<opml/>"), Err(ImportError::InlineFeeds));
}

#[test]
fn importing_again_adds_nothing() {
    let outlines = body("<outline text='A'><outline text='B' xmlUrl='https://b.example/'/></outline>");
    let once = import(BUILT_IN, &outlines).unwrap().onto(BUILT_IN);
    let twice = import(&once, &outlines).unwrap();
    assert_eq!((twice.sections.as_str(), twice.known.len()), ("", 1));
    assert_eq!(twice.onto("[store]"), "[store]\n");
}

proptest! {
    #[test]
    fn whatever_is_imported_is_a_configuration_without_problems(name in "\\PC*", group in "\\PC{0,9}", path in "\\PC*") {
        let [name, group, path] = [name, group, path].map(|text| quick_xml::escape::escape(text).into_owned());
        let outlines = format!("<outline text=\"{group}\"><outline text=\"{name}\" xmlUrl=\"https://b.example/{path}\"/></outline>");
        imported(&outlines);
    }

    #[test]
    fn any_text_is_imported_or_told(opml in "(<opml>|<outline |xmlUrl=|text=|/>|>|</outline>|'|\"|&|https://b.example/|[a-z é])*") {
        if let Ok(import) = import("", &opml) {
            settings(&import.sections);
        }
    }
}
