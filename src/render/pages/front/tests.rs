use super::*;
use crate::model::{AlsoReported, Article, EditionEntry};

const NOW: UnixSeconds = 1_795_500_300;

fn entry(title: &str, others: usize) -> EditionEntry {
    let copy = |n: usize| AlsoReported {
        source: format!("Outlet {n}"),
        title: "t".repeat(90),
        link: Some(format!("https://o.example/{n}")),
    };
    EditionEntry {
        id: format!("urn:uuid:{title}"),
        article: Article {
            title: title.to_owned(),
            link: Some("https://a.example/".to_owned()),
            summary: Some("word ".repeat(200)),
            ..Article::default()
        },
        published_at: NOW - 720,
        also_reported: (0..others).map(copy).collect(),
        feed: "Feed".to_owned(),
        ..EditionEntry::default()
    }
}

fn rendered(entries: Vec<EditionEntry>, situation: Situation, base: Option<&str>) -> String {
    let site = Site { base: base.map(str::to_owned), local: "http://127.0.0.1:8080/".to_owned(), ..Site::default() };
    let all = OutputView { title: "All".to_owned(), stem: "feed".to_owned(), ..OutputView::default() };
    let edition = Edition { entries: entries.into_iter().map(std::sync::Arc::new).collect(), ..Edition::default() };
    front(&FrontView { site, outputs: offered(&all), shown: all, situation, ..FrontView::of(&edition) }, NOW)
}

fn offered(first: &OutputView) -> Outputs {
    let output = |title: &str, stem: &str, language: Option<&str>| OutputView {
        title: title.to_owned(),
        stem: stem.to_owned(),
        language: language.map(str::to_owned),
        description: None,
    };
    Outputs {
        chosen: vec![first.clone(), output("Top & more", "o/top", None)],
        groups: vec![output("world news", "group/world news", None)],
        languages: vec![output("English", "lang/en", None), output("Deutsch", "lang/de", Some("de"))],
    }
}

#[test]
fn a_page_offers_what_else_there_is_and_names_its_own_addresses() {
    let edition = Edition { entries: vec![entry("One", 0).into()], ..Edition::default() };
    let shown = offered(&OutputView::default()).languages.remove(1);
    let site = Site { base: Some("https://n.example/".into()), root: "../".into(), ..Site::default() };
    let outputs = offered(&OutputView { title: "All".into(), stem: "feed".into(), ..OutputView::default() });
    let page = front(&FrontView { site, outputs, shown, is_own_page: true, ..FrontView::of(&edition) }, NOW);
    for expected in [
        "<a href=\"../feed\">All</a>",
        "<a href=\"../o/top\">Top &#38; more</a>",
        "<a href=\"../group/world%20news\">world news</a>",
        "<a href=\"../lang/de\" lang=\"de\" aria-current=\"page\">Deutsch</a>",
        "<h1 lang=\"de\">Deutsch</h1>",
        "<code>https://n.example/lang/de.atom</code>",
    ] {
        assert!(page.contains(expected), "{expected}\n{page}");
    }
    let first = page.find("<details").unwrap();
    assert!(page[first..].starts_with("<details open>\n<summary>Deutsch</summary>"), "its own addresses are open");
}

#[test]
fn other_outlets_stand_with_headlines_of_their_own_or_by_name() {
    let copy = |source: &str, title: &str| AlsoReported {
        source: source.to_owned(),
        title: title.to_owned(),
        link: Some(format!("https://{source}.example/")),
    };
    let mut one = entry("One is One", 0);
    one.also_reported = vec![copy("same", "ONE is one"), copy("own", "Two & a half")];
    one.other_reports = vec![copy("other", "Three"), copy("own", "Again")];
    one.late_copies = vec![copy("late", ""), copy("fourth", "Four"), copy("fifth", "Five")];
    let page = rendered(vec![one], Situation::default(), None);
    for (outlet, headline) in [("own", "Two &#38; a half"), ("other", "Three"), ("fourth", "Four")] {
        let expected = format!(
            "<a href=\"https://{outlet}.example/\" rel=\"noopener\">{headline}</a></span> <span class=\"outlet\" dir=\"auto\">{outlet}</span>"
        );
        assert!(page.contains(&expected), "{outlet}\n{page}");
    }
    let named: Vec<_> =
        ["same", "late", "fifth"].map(|outlet| page.find(&format!(">{outlet}</a></span>")).unwrap()).into();
    assert!(named.is_sorted() && page.contains("Widely reported") && !page.contains("Again"));
}

#[test]
fn every_headline_stands_once_the_widely_reported_first() {
    let page = rendered(vec![entry("One", 0), entry("Two", 2), entry("Three", 9)], Situation::default(), None);
    let order = ["Widely reported", ">Three<", ">Two<", "Latest", ">One<"];
    let found: Vec<_> = order.iter().map(|text| page.find(text).unwrap()).collect();
    assert!(found.is_sorted(), "{found:?}");
    assert!(order.iter().all(|text| page.matches(text).count() == 1));
    assert!(page.contains("title=\"24 Nov 2026, 05:53 UTC\">12 min ago</time>") && page.contains("and 1 more"));
}

#[test]
fn the_page_stays_under_60_kb() {
    let long = "w".repeat(120);
    let page = rendered((0..100).map(|_| entry(&long, 9)).collect(), Situation::default(), None);
    assert!(page.len() < 60_000, "{}", page.len());
    let many: Vec<OutputView> = (0..150)
        .map(|n| OutputView {
            title: format!("Group {n} of many"),
            stem: format!("group/{n}"),
            ..OutputView::default()
        })
        .collect();
    let edition = Edition { entries: (0..100).map(|_| entry(&long, 9).into()).collect(), ..Edition::default() };
    let outputs = Outputs { chosen: many.clone(), groups: many.clone(), ..Outputs::default() };
    let page = front(&FrontView { outputs, shown: many[0].clone(), ..FrontView::of(&edition) }, NOW);
    assert!(page.len() < 60_000 && page.contains("group/149"), "{}", page.len());
    assert!(rendered(vec![entry(&"w ".repeat(90_000), 0)], Situation::default(), None).len() < 60_000);
}

#[test]
fn addresses_are_public_ones_or_this_machines_with_a_note() {
    let public = rendered(vec![], Situation::default(), Some("https://n.example/x/"));
    assert!(
        public.contains("<code>https://n.example/x/feed.atom</code>")
            && !public.contains("Only readers on this machine")
    );
    let local = rendered(vec![], Situation::default(), None);
    assert!(
        local.contains("<code>http://127.0.0.1:8080/feed.json</code>")
            && local.contains("Only readers on this machine")
    );
}

#[test]
fn an_empty_page_says_why() {
    let failures = vec![("A & B".to_owned(), "no <answer>".to_owned())];
    for (feeds, polled, failing, expected) in [
        (0, 0, 0, "No feed is configured"),
        (44, 12, 3, "first poll of 44 feeds is running"),
        (44, 44, 44, "All 44 feeds failed"),
        (44, 44, 3, "none has listed an article"),
    ] {
        let situation = Situation { feeds, polled, failing, failures: failures.clone(), articles: 0 };
        let page = rendered(vec![], situation, None);
        assert!(page.contains(expected) && page.contains("A &#38; B</b>: no &#60;answer&#62;"), "{expected}");
    }
}
