use super::*;
use crate::model::Article;

fn entry(title: &str, summary: &str) -> EditionEntry {
    let article = Article { title: title.to_owned(), summary: Some(summary.to_owned()), ..Article::default() };
    let source = Source { title: Some("Outlet".to_owned()), ..Source::default() };
    EditionEntry { id: "urn:uuid:1".to_owned(), article, source, feed: "feed".to_owned(), ..EditionEntry::default() }
}

#[test]
fn every_entry_has_a_title_and_an_author() {
    for (given, summary, expected) in [
        (" A \n title ", "<p>x</p>", "A title"),
        ("", "<p>First words</p>", "First words"),
        (" ", "<img src=\"x\">", "Outlet"),
    ] {
        assert_eq!(title(&entry(given, summary)), expected);
    }
    let mut one = entry("", "");
    assert_eq!(authors(&one)[0].name, "Outlet");
    one.article.fields.authors =
        vec![Person::default(), Person { name: "By Line".into(), email: Some("x".into()), uri: None }];
    assert_eq!(authors(&one), [Person { name: "By Line".into(), email: None, uri: None }]);
    one.article.fields.authors.clear();
    one.source.title = None;
    assert_eq!((authors(&one)[0].name.as_str(), title(&one).as_str()), ("feed", "feed"));
}

#[test]
fn names_that_were_escaped_once_too_often_read_as_they_were_meant() {
    let mut one = entry("Title", "");
    one.source.title = Some("News &#8211; Town &amp; Country".to_owned());
    one.article.fields.authors = vec![Person { name: "<b>Lo&#239;c</b>".into(), ..Person::default() }];
    one.article.fields.categories = vec![Category { term: "R&amp;D".into(), ..Category::default() }];
    let copy = |source: &str| AlsoReported { source: source.into(), ..AlsoReported::default() };
    one.also_reported = vec![copy("News &#8211; Town &amp; Country"), copy("AT&T <x>")];
    assert_eq!((outlet(&one).as_str(), authors(&one)[0].name.as_str()), ("News – Town & Country", "Loïc"));
    assert_eq!(categories(&one)[0].term, "R&D");
    assert_eq!(other_outlets(&one, &one.also_reported), [&copy("AT&T <x>")]);
}

#[test]
fn an_entry_is_not_related_to_its_own_page() {
    let mut one = entry("Title", "");
    let copy = |link: &str| AlsoReported { source: "Other".into(), title: "T".into(), link: Some(link.into()) };
    one.also_reported = vec![copy("https://a.example/own"), copy("https://b.example/1")];
    one.late_copies = vec![copy("https://b.example/1"), copy("https://c.example/1")];
    let links: Vec<String> =
        other_pages(&one, Some("https://a.example/own")).into_iter().map(|page| page.link).collect();
    assert_eq!(links, ["https://b.example/1", "https://c.example/1"]);
}

#[test]
fn sources_are_named_by_an_iri() {
    for (id, feed_url, expected) in [
        (Some("tag:a.example,2026:x"), None, "tag:a.example,2026:x"),
        (Some("12345"), Some("https://a.example/rss"), "https://a.example/rss"),
        (None, None, "urn:headlined:source:A%20%26%20B"),
    ] {
        let source = Source {
            id: id.map(str::to_owned),
            feed_url: feed_url.map(str::to_owned),
            title: Some("A & B".to_owned()),
            ..Source::default()
        };
        assert_eq!(source_id(&source).as_deref(), Some(expected));
    }
}

#[test]
fn only_an_output_of_one_language_has_a_language() {
    let edition = |languages: &[Option<&str>]| Edition {
        entries: languages
            .iter()
            .map(|language| EditionEntry {
                article: Article { language: language.map(str::to_owned), ..Article::default() },
                ..EditionEntry::default()
            })
            .map(std::sync::Arc::new)
            .collect(),
        ..Edition::default()
    };
    assert_eq!(common_language(&edition(&[Some("en"), Some("en")])), Some("en"));
    assert_eq!(common_language(&edition(&[Some("en"), Some("de")])), None);
    assert_eq!(common_language(&edition(&[None, Some("de")])), None);
    assert_eq!(common_language(&edition(&[])), None);
}
