//! Nothing in a feed can break a page or run in it: whatever the words, the markup is the same.

use proptest::prelude::*;

use super::*;
use crate::model::{AlsoReported, Article, Edition, EditionEntry, FeedHealth, Media, MediaKind, NewsFields, Source};

const NOW: UnixSeconds = 1_795_500_300;

const ATTACKS: [&str; 12] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "</title><svg onload=alert(1)>",
    "{{ site.title }}{% block x %}",
    "<!--",
    "]]>",
    "&lt;script&gt;",
    "</style><script>1</script>",
    "<a href=javascript:alert(1)>x</a>",
    "\u{202e}<b>\u{0}",
    "`${alert(1)}`",
];

/// Every page with `word` wherever a feed or an operator is quoted.
fn pages(word: &str) -> [String; 4] {
    let word = || word.to_owned();
    let site = Site {
        title: word(),
        base: None,
        local: "http://127.0.0.1:1/".to_owned(),
        pictures: Pictures::Show,
        ..Site::default()
    };
    let outputs = vec![OutputView { title: word(), description: Some(word()), stem: word(), language: None }];
    let copy = AlsoReported { source: word(), title: word(), link: Some("https://o.example/".to_owned()) };
    let other = AlsoReported {
        source: format!("{} 2", word()),
        title: format!("{} of another", word()),
        link: Some("https://p.example/".to_owned()),
    };
    let entry = EditionEntry {
        article: Article {
            title: word(),
            summary: Some(escaped(&word())),
            fields: NewsFields { media: vec![photo("https://a.example/p.jpg", &word())], ..NewsFields::default() },
            ..Article::default()
        },
        source: Source { title: Some(format!("{} source", word())), ..Source::default() },
        also_reported: vec![copy],
        other_reports: vec![other],
        ..EditionEntry::default()
    };
    let edition = Edition { entries: vec![entry.into()], ..Edition::default() };
    let situation = Situation { failures: vec![(word(), word())], ..Situation::default() };
    let report =
        Report { title: word(), source: word(), authors: vec![word()], why: Some(word()), ..Report::default() };
    let feed = FeedRow {
        name: word(),
        url: Some(word()),
        last_error: Some(word()),
        next_poll_reason: word(),
        ..FeedRow::default()
    };
    let output = OutputRow { title: word(), stem: word(), note: word(), ..OutputRow::default() };
    [
        front(
            &FrontView {
                site: site.clone(),
                shown: outputs[0].clone(),
                is_own_page: true,
                outputs: Outputs { chosen: outputs.clone(), groups: outputs.clone(), languages: outputs.clone() },
                situation,
                ..FrontView::of(&edition)
            },
            NOW,
        ),
        story(&StoryView { site: site.clone(), title: word(), language: None, reports: vec![report] }, NOW),
        status(
            &StatusView {
                site: site.clone(),
                feeds: vec![feed],
                outputs: vec![output],
                warnings: vec![word()],
                ..StatusView::default()
            },
            NOW,
        ),
        error(&ErrorView { site, status: 404, heading: word(), advice: word(), outputs }),
    ]
}

fn photo(url: &str, words: &str) -> Media {
    Media {
        url: url.to_owned(),
        kind: MediaKind::Image,
        caption: Some(words.to_owned()),
        credit: Some(words.to_owned()),
        ..Media::default()
    }
}

#[test]
fn pictures_are_left_out_linked_or_shown_as_the_operator_wishes() {
    for (pictures, address) in [
        (Pictures::Off, None),
        (Pictures::Link, Some("<a href=\"https://a.example/p.jpg\" rel=\"noopener\">Photo</a>: <span")),
        (Pictures::Show, Some("<img src=\"https://a.example/p.jpg\" alt=\"A boat (A boat)\" loading=\"lazy\"")),
    ] {
        let fields = NewsFields { media: vec![photo("https://a.example/p.jpg", "A boat")], ..NewsFields::default() };
        let entry = EditionEntry {
            article: Article { title: "T".to_owned(), fields, ..Article::default() },
            ..EditionEntry::default()
        };
        let edition = Edition { entries: vec![entry.into()], ..Edition::default() };
        let site = Site { pictures, ..Site::default() };
        let page = front(&FrontView { site, ..FrontView::of(&edition) }, NOW);
        match address {
            None => assert!(!page.contains("p.jpg")),
            Some(address) => assert!(page.contains(address), "{page}"),
        }
    }
}

fn escaped(text: &str) -> String {
    crate::render::plain::escaped(text)
}

/// The tags of a page with the names of their attributes, without any value.
fn skeleton(page: &str) -> Vec<String> {
    let tags = page.split('<').skip(1).map(|from| from.split_once('>').map_or(from, |(tag, _)| tag));
    tags.map(|tag| tag.split('"').step_by(2).collect::<Vec<_>>().join("\"").replace("dir=\"rtl", "dir=\"ltr")).collect()
}

fn check(word: &str) {
    for (page, plain) in pages(word).iter().zip(pages("word")) {
        assert_eq!(skeleton(page), skeleton(&plain), "{word:?}");
    }
}

#[test]
fn attacks_stay_words() {
    ATTACKS.iter().for_each(|attack| check(attack));
}

#[test]
fn only_addresses_that_can_be_followed_are_links() {
    for link in ["javascript:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x", " javascript:alert(1)"] {
        let mut entry = EditionEntry {
            article: Article { title: "T".to_owned(), ..Article::default() },
            ..EditionEntry::default()
        };
        entry.article.link = Some(link.to_owned());
        entry.source.site_url = Some(link.to_owned());
        entry.also_reported =
            vec![AlsoReported { source: "S".to_owned(), title: String::new(), link: Some(link.to_owned()) }];
        let edition = Edition { entries: vec![entry.into()], ..Edition::default() };
        let site = Site::default();
        let page = front(&FrontView { site, ..FrontView::of(&edition) }, NOW);
        assert!(!page.contains(link.trim()), "{link:?}");
    }
}

#[test]
fn failures_come_first_on_the_status_page() {
    let feed = |name: &str, health| FeedRow { name: name.to_owned(), health, ..FeedRow::default() };
    let feeds =
        vec![feed("well", FeedHealth::Well), feed("gone", FeedHealth::Gone), feed("broken", FeedHealth::Failing)];
    let page = status(&StatusView { feeds, ..StatusView::default() }, NOW);
    let at = |name: &str| page.find(&format!("<th scope=\"row\">{name}")).unwrap();
    assert!(at("broken") < at("gone") && at("gone") < at("well"));
}

#[test]
fn numbers_are_grouped() {
    for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
        assert_eq!(grouped(number), expected);
    }
}

#[test]
fn pages_find_their_root() {
    for (path, expected) in [("/", ""), ("/status", ""), ("/story/x", "../"), ("/a/b/c", "../../")] {
        assert_eq!(relative_root(path), expected, "{path}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_words_leave_the_markup_as_it_is(word in "[a-z]\\PC{0,40}") {
        check(&word);
    }
}
