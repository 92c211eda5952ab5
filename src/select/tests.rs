use super::*;

#[test]
fn a_report_is_named_after_whoever_its_link_leads_to() {
    let agency =
        Source { title: Some("Agency".into()), site_url: Some("https://agency.example/".into()), ..Source::default() };
    let named = |link, feed_url, credited| outlet(link, "Paper", feed_url, credited);
    let (paper, hub) = ("https://paper.example/rss", "https://hub.test/rss");
    assert_eq!(named(Some("https://paper.example/1"), paper, Some(&agency)), "Paper");
    assert_eq!(named(Some("https://agency.example/1"), hub, Some(&agency)), "Agency");
    assert_eq!(named(Some("https://hub.test/1"), hub, Some(&agency)), "Paper");
    assert_eq!(named(None, paper, Some(&agency)), "Paper");
    assert_eq!(named(Some("https://agency.example/1"), hub, None), "Paper");
}

fn output(groups: &[&str], feeds: &[&str], languages: &[&str], min_sources: usize) -> OutputConfig {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    OutputConfig {
        name: "o".to_owned(),
        groups: owned(groups),
        feeds: owned(feeds),
        languages: owned(languages),
        min_sources,
        independent: false,
        hold: Duration::ZERO,
        limit: 200,
        ..OutputConfig::default()
    }
}

#[test]
fn outputs_admit_what_they_name() {
    let groups = ["world".to_owned()];
    let facts = Facts { feed: "A", groups: &groups, language: Some("en-GB"), publishers: 2, ..Facts::default() };
    let private = Facts { is_private: true, ..facts.clone() };
    let noindex = Facts { is_noindex: true, ..facts.clone() };
    let kept_out = Facts { is_public: true, ..noindex.clone() };
    let silent = Facts { language: None, ..facts.clone() };
    for (output, facts, expected) in [
        (output(&[], &[], &[], 0), &facts, true),
        (output(&["world"], &[], &[], 1), &facts, true),
        (output(&["sport"], &["A"], &["en"], 2), &facts, true),
        (output(&["sport"], &[], &[], 1), &facts, false),
        (output(&[], &["B"], &[], 1), &facts, false),
        (output(&[], &[], &["EN-gb", "de"], 1), &facts, true),
        (output(&[], &[], &["en-US"], 1), &facts, false),
        (output(&[], &[], &["e"], 1), &facts, false),
        (output(&[], &[], &["en"], 1), &silent, false),
        (output(&[], &[], &[], 3), &facts, false),
        (output(&[], &[], &[], 1), &private, false),
        (output(&["world"], &[], &[], 1), &private, false),
        (output(&[], &["A"], &[], 1), &private, true),
        (output(&[], &[], &[], 1), &noindex, true),
        (output(&[], &["A"], &[], 1), &kept_out, false),
    ] {
        assert_eq!(admits(&output, facts), expected, "{output:?} {facts:?}");
    }
}

#[test]
fn the_document_reaches_back_a_day_but_not_for_ever() {
    let hourly = |n: i64| (0..n).map(|hour| 1_000_000_000 - hour * 3600).collect::<Vec<_>>();
    assert_eq!(reach(&hourly(100), 10), 24);
    assert_eq!(reach(&hourly(100), 50), 50);
    assert_eq!(reach(&hourly(7), 50), 7);
    assert_eq!(reach(&[], 50), 0);
    assert_eq!(reach(&vec![0; 5000], 200), MOST_ENTRIES);
    assert_eq!(reach(&vec![0; 5000], 2000), 2000);
}

#[test]
fn text_is_shown_as_far_as_the_output_may() {
    let long = "word ".repeat(200);
    let cut = format!("<p>{}word…</p>", "word ".repeat(59));
    let full = format!("<p>{long}</p>");
    for (summary, content, expected) in [
        (Some("<p>S</p>"), Some("<p>C</p>"), Some("<p>S</p>")),
        (None, Some(full.as_str()), Some(cut.as_str())),
        (Some(full.as_str()), None, Some(cut.as_str())),
        (Some("<p></p>"), Some("a &lt; b"), Some("<p>a &lt; b</p>")),
        (None, None, None),
    ] {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let article = Article { summary: owned(summary), content: owned(content), ..Article::default() };
        let summarized = shown(article.clone(), ContentLevel::Summary);
        assert_eq!((summarized.summary.as_deref(), summarized.content), (expected, None));
        assert_eq!(shown(article.clone(), ContentLevel::Full), article);
        let headline = shown(article, ContentLevel::Headline);
        assert_eq!((headline.summary, headline.content), (None, None));
    }
}

#[test]
fn beyond_four_mebibytes_older_entries_become_summaries_then_stay_away() {
    let entry = |bytes: usize| EditionEntry {
        article: Article { content: Some("word ".repeat(bytes / 5)), ..Article::default() },
        ..EditionEntry::default()
    };
    let fitted = fit((0..20).map(|_| entry(300_000)).collect(), ContentLevel::Full);
    assert_eq!((fitted.entries.len(), fitted.shortened, fitted.left_out), (20, 8, 0));
    assert!(fitted.entries[11].article.content.is_some() && fitted.entries[13].article.content.is_none());
    let fitted = fit((0..3000).map(|_| entry(100)).collect(), ContentLevel::Full);
    assert_eq!(fitted.entries.len() + fitted.left_out, 3000);
    assert!(fitted.entries.iter().map(|entry| weight(&entry.article)).sum::<usize>() <= MOST_BYTES);
    assert_eq!(fit(vec![entry(9_000_000)], ContentLevel::Full).entries.len(), 1);
}
