//! Bad input: nothing is merged that should not be, nothing is lost, nothing gets slow.

use super::*;
use crate::model::{ArticleId, Source, StoryId};

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;
const TEXT: &str = "The only bridge of the town was closed on Monday after the river rose by two meters during the night, the mayor said, \
    and the ferry that should replace it stayed in the harbor because of the storm that is expected to last until Wednesday.";
const LONG_BOILERPLATE: &str = "Sign up to our newsletter to read the best of our reporting every weekday morning, with the stories that matter, \
    the numbers behind them and a puzzle for the way to work, written by our editors and free of charge for all readers.";

#[derive(Clone, Copy)]
struct Print<'a> {
    feed: i64,
    title: &'a str,
    text: &'a str,
    link: &'a str,
    at: i64,
}

impl Default for Print<'_> {
    fn default() -> Self {
        Print { feed: 1, title: "", text: "", link: "", at: 0 }
    }
}

struct Desk {
    index: Index,
    verdicts: Vec<Verdict>,
}

impl Desk {
    fn new() -> Self {
        Desk { index: Index::new(Policy::default()), verdicts: Vec::new() }
    }

    fn settle(&mut self, print: Print) -> &Verdict {
        self.settle_with(print, StoryInput::default())
    }

    fn settle_with(&mut self, print: Print, more: StoryInput) -> &Verdict {
        let publisher = format!("outlet{}.example", print.feed);
        let input = StoryInput {
            feed: print.feed,
            publisher: &publisher,
            language: Some("en"),
            title: print.title,
            summary: print.text,
            link_key: Some(print.link).filter(|link| !link.is_empty()),
            ..more
        };
        let id = self.verdicts.len() as ArticleId + 1;
        self.index.expire(print.at);
        let meta = Meta { id, feed: print.feed, published_at: print.at, settled_at: print.at };
        let verdict = self.index.stage(meta, &fingerprint(&input));
        self.index.commit();
        self.verdicts.push(verdict);
        self.verdicts.last().expect("one was pushed")
    }

    /// Every article is alone.
    fn assert_apart(&self, what: &str) {
        for (at, verdict) in self.verdicts.iter().enumerate() {
            let id = at as ArticleId + 1;
            assert_eq!(
                (verdict.copy_of, verdict.story),
                (None, StoryRef::Starts(id)),
                "{what}: {id}: {:?}",
                verdict.why
            );
            assert!(verdict.merges.is_empty() && verdict.copy_merges.is_empty(), "{what}: {id}");
        }
    }
}

#[test]
fn titles_that_say_nothing_join_nothing() {
    let long = "!?".repeat(5_000);
    let digits = "7".repeat(10_000);
    for title in
        ["", " ", "...", "???", &long, "2026", "12 34 56", &digits, "Untitled", "Photo of the day", "Video", "News"]
    {
        let mut desk = Desk::new();
        for n in 0..8 {
            desk.settle(Print { feed: 1 + n % 3, title, at: n * HOUR, ..Print::default() });
        }
        desk.assert_apart(title.get(..20).unwrap_or(title));
    }
}

#[test]
fn a_feed_that_titles_every_entry_alike_keeps_them_apart() {
    for title in ["Latest news from the harbor town region", "Photo of the day from our readers"] {
        for text in ["", LONG_BOILERPLATE] {
            let mut desk = Desk::new();
            for n in 0..10 {
                let link = format!("example.org/{n}");
                desk.settle(Print { title, text, link: &link, at: n * DAY / 2, ..Print::default() });
            }
            desk.assert_apart(title);
        }
    }
}

#[test]
fn thirty_days_of_one_link_are_thirty_articles() {
    let mut desk = Desk::new();
    for n in 0..30 {
        desk.settle(Print { title: "Photo of the day", link: "example.org/photo", at: n * DAY, ..Print::default() });
    }
    desk.assert_apart("photo of the day");
}

#[test]
fn a_headline_of_ten_kilobytes_is_read_in_part() {
    let title = format!("Bridge closes after flood {}", "and more words follow without any end ".repeat(300));
    let mut desk = Desk::new();
    desk.settle(Print { title: &title, ..Print::default() });
    let verdict = desk.settle(Print { feed: 2, title: &title, ..Print::default() });
    assert_eq!(verdict.copy_of, Some(1));
    let mut desk = Desk::new();
    let one_word = "x".repeat(10_000);
    desk.settle(Print { title: &one_word, ..Print::default() });
    desk.settle(Print { feed: 2, title: &one_word, ..Print::default() });
    desk.assert_apart("one word");
}

#[test]
fn an_archive_that_comes_again_with_new_ids_is_no_news_of_others() {
    let mut desk = Desk::new();
    let archive: Vec<(String, i64)> = (0..40)
        .map(|n| (format!("Council of district {} votes on its own budget plan", n * 7), -n * 9 * DAY))
        .collect();
    for (round, prefix) in ["old", "new"].iter().enumerate() {
        for (n, (title, published_at)) in archive.iter().enumerate() {
            let link = format!("example.org/{prefix}/{n}");
            let input =
                StoryInput { feed: 1, publisher: "example.org", title, link_key: Some(&link), ..StoryInput::default() };
            let id = (round * archive.len() + n) as ArticleId + 1;
            let meta = Meta { id, feed: 1, published_at: *published_at, settled_at: round as i64 * HOUR };
            let verdict = desk.index.stage(meta, &fingerprint(&input));
            // An old one may be known again as itself, never as another.
            let own = n as ArticleId + 1;
            assert!(verdict.copy_of.is_none_or(|of| of == own), "{id} is a copy of {:?}", verdict.copy_of);
            assert!(verdict.story.id() == id || verdict.story.id() == own, "{id} is in {:?}", verdict.story);
        }
    }
}

#[test]
fn dates_that_lie_by_years_neither_join_nor_hide() {
    let mut desk = Desk::new();
    let title = "Bridge of Harbortown closes after the flood";
    desk.settle(Print { title, text: TEXT, at: 0, ..Print::default() });
    // The same text is a copy whatever its date says; a like headline is no story across years.
    let mut late = |title: &str, text: &str, published_at: i64| {
        let input = StoryInput {
            feed: 2,
            publisher: "b.example",
            language: Some("en"),
            title,
            summary: text,
            ..StoryInput::default()
        };
        desk.index.stage(
            Meta { id: 100 + published_at.signum(), feed: 2, published_at, settled_at: HOUR },
            &fingerprint(&input),
        )
    };
    assert_eq!(late("Flood", TEXT, -20 * 365 * DAY).copy_of, Some(1));
    let verdict = late("Bridge of Harbortown closed after a flood", "", 20 * 365 * DAY);
    assert_eq!((verdict.copy_of, verdict.story), (None, StoryRef::Starts(101)));
    for at in [i64::MIN, i64::MAX] {
        late(title, "", at);
    }
    desk.index.expire(i64::MAX);
    assert!(desk.index.is_empty());
}

#[test]
fn one_text_ten_thousand_times_is_one_copy_set() {
    let mut desk = Desk::new();
    for n in 0..10_000 {
        let link = format!("outlet{n}.example/bridge");
        desk.settle(Print {
            feed: 1 + n,
            title: "Bridge closes after flood in Harbortown",
            text: TEXT,
            link: &link,
            at: n,
        });
    }
    for verdict in &desk.verdicts[1..] {
        assert_eq!((verdict.copy_of, verdict.story), (Some(1), StoryRef::Joins(1)));
        assert!(verdict.why.len() <= Policy::default().copy_candidates);
    }
}

#[test]
fn what_one_feed_prints_under_everything_makes_no_copies() {
    let mut desk = Desk::new();
    let texts = [
        "Cats sleep most of the day.",
        "Trains were late again on the western line.",
        "A new library opens in spring.",
    ];
    for (n, own) in texts.iter().enumerate() {
        desk.settle(Print {
            title: &format!("Small news item {own}"),
            text: &format!("{own} {LONG_BOILERPLATE}"),
            ..Print { at: n as i64, ..Print::default() }
        });
    }
    desk.settle(Print {
        feed: 2,
        title: "Quite another thing in town",
        text: &format!("Bees are back. {LONG_BOILERPLATE}"),
        at: 9,
        ..Print::default()
    });
    desk.assert_apart("boilerplate");
}

#[test]
fn a_series_of_several_outlets_stays_apart_by_day() {
    let mut desk = Desk::new();
    for n in 0..4 {
        for feed in [1, 2] {
            desk.settle(Print {
                feed,
                title: "Horoscope for every sign of the zodiac",
                at: n * DAY + feed,
                ..Print::default()
            });
        }
    }
    for (at, verdict) in desk.verdicts.iter().enumerate() {
        let day = at as ArticleId / 2;
        assert!(verdict.copy_of.is_none_or(|of| (of - 1) / 2 == day), "{at}: {verdict:?}");
    }
}

#[test]
fn a_template_that_others_print_stays_apart_by_place() {
    let mut desk = Desk::new();
    for (n, (place, high)) in [("Lisbon", 14), ("Oslo", 11), ("Athens", 17)].into_iter().enumerate() {
        let title = format!("{place} weather forecast for 2 March");
        let text = format!(
            "Forecast for {place} for 2 March: mostly dry with sunny spells, light winds, highs of {high}C. The outlook for the \
             following days is unsettled. See the full forecast for your area on our pages and in the app."
        );
        desk.settle(Print { feed: 1, title: &title, text: &text, at: n as i64 * HOUR, ..Print::default() });
        let copy =
            desk.settle(Print { feed: 2, title: &title, text: &text, at: n as i64 * HOUR + 9, ..Print::default() });
        let own = 2 * n as ArticleId + 1;
        assert_eq!((copy.copy_of, copy.story.id()), (Some(own), own), "{place}");
        assert!(copy.merges.is_empty(), "{place}");
    }
}

#[test]
fn a_text_in_a_script_without_spaces_is_told_too() {
    let text = "市内で唯一の橋が月曜日、川の水位が夜間に二メートル上昇したため閉鎖されたと市長が述べた。代わりの渡し船は嵐のため港にとどまっている。";
    let mut desk = Desk::new();
    desk.settle(Print { title: "洪水で市内唯一の橋が閉鎖、市長が発表", text, ..Print::default() });
    let verdict = desk.settle(Print { feed: 2, title: "渡し船は港に待機", text, at: HOUR, ..Print::default() });
    assert_eq!(verdict.copy_of, Some(1));
}

#[test]
fn an_aggregator_is_a_copy_of_its_origin() {
    let source = Source {
        title: Some("Outlet One".into()),
        site_url: Some("https://www.outlet1.example".into()),
        ..Source::default()
    };
    let mut desk = Desk::new();
    desk.settle(Print {
        title: "Harbortown bridge closes",
        text: TEXT,
        link: "outlet1.example/bridge",
        ..Print::default()
    });
    let entry = Print {
        feed: 9,
        title: "Harbortown bridge closes - Outlet One",
        link: "news.google.com/rss/articles/xyz",
        at: HOUR,
        ..Print::default()
    };
    let verdict = desk.settle_with(entry, StoryInput { source: Some(&source), ..StoryInput::default() });
    assert_eq!(verdict.copy_of, Some(1));
    assert_eq!(verdict.why[0].rule, Rule::Credit);
}

#[test]
fn languages_do_not_mix_and_a_feed_may_be_left_alone() {
    let mut desk = Desk::new();
    let title = "Harbortown Festival 2026 Programm";
    desk.settle(Print { title, ..Print::default() });
    for (feed, more) in [(2, StoryInput { alone: true, ..StoryInput::default() }), (3, StoryInput::default())] {
        let publisher = format!("outlet{feed}.example");
        let input = StoryInput {
            feed,
            publisher: &publisher,
            language: Some("de"),
            title: "Harbortown Festival 2026 Plan",
            ..more
        };
        let id = desk.verdicts.len() as ArticleId + 1;
        let verdict = desk.index.stage(Meta { id, feed, ..Meta::default() }, &fingerprint(&input));
        desk.verdicts.push(verdict);
    }
    desk.assert_apart("languages");
}

#[test]
fn why_tells_what_decided_and_what_was_missing() {
    let mut desk = Desk::new();
    desk.settle(Print { title: "Bridge of Harbortown closed after flood, mayor says", ..Print::default() });
    desk.settle(Print { feed: 2, title: "Mayor: flood closes Harbortown bridge", at: HOUR, ..Print::default() });
    desk.settle(Print {
        feed: 3,
        title: "Mayor of Harbortown opens flood museum and library wing",
        at: 2 * HOUR,
        ..Print::default()
    });
    let why = &desk.verdicts[1].why[0];
    assert_eq!((why.rule, why.partner), (Rule::Story, 1));
    assert!(why.words.iter().any(|word| word == "harbo"), "{:?}", why.words);
    assert!(why.to_string().contains("nearest 0."), "{why}");
    let missed = desk.index.nearest(3, 5);
    let stories: Vec<StoryId> = missed.iter().map(|near| near.story).collect();
    assert_eq!(stories, [1]);
    assert_eq!(missed[0].missing, Missing::Score { needed: Policy::default().join });
    assert!(missed[0].to_string().ends_with("0.54 needed"), "{}", missed[0]);
}
