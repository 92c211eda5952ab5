//! What holds for every format: that nothing in an edition can break a document, and whose addresses are in it.

use proptest::prelude::*;

use super::{Format, feed, plain, sample};
use crate::{
    html,
    model::{AlsoReported, Category, Edition, EditionEntry, Media, MediaKind, Person, RenderedFeed},
    parse,
};

fn text(rendered: RenderedFeed) -> String {
    String::from_utf8(rendered.body).unwrap()
}

#[test]
fn without_base_url_no_address_of_ours_is_in_any_format() {
    for format in Format::ALL {
        let body = text(feed(format, &sample::edition(), &sample::UNKNOWN));
        assert!(!body.contains("news.example.org") && !body.contains("/story/"), "{format:?}");
    }
}

/// Well-formed, whatever a publisher or an operator wrote.
fn check(edition: &Edition) {
    for format in Format::ALL {
        let body = text(feed(format, edition, &sample::KNOWN));
        match format {
            Format::Json => assert!(serde_json::from_str::<serde_json::Value>(&body).is_ok()),
            Format::Atom | Format::Rss => {
                assert!(!body.contains("<![CDATA["));
                assert!(body.chars().all(
                    |c| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
                ));
                well_formed(&body);
            }
        }
    }
}

fn well_formed(body: &str) {
    let mut reader = quick_xml::Reader::from_str(body);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Eof => break,
            quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
                for attribute in tag.attributes() {
                    attribute.unwrap().normalized_value(quick_xml::XmlVersion::Explicit1_0).unwrap();
                }
            }
            quick_xml::events::Event::GeneralRef(reference) => {
                assert!(reference.is_char_ref() || ["amp", "lt", "gt", "quot", "apos"].contains(&&*reference));
            }
            _ => {}
        }
    }
}

/// What has broken feeds before: the ends of sections, references, controls, characters of four bytes, both directions.
const NASTY: [&str; 9] = [
    "a ]]> b ]]&gt; c",
    "AT&T, R&D; &amp; &amp;amp; &#38; &nbsp; a&b=c",
    "a\u{0}b\u{8}c\u{b}d\u{1f}e\u{7f}f\u{85}g\u{fffe}h\u{ffff}i",
    "🗞 🏴\u{e0067}\u{e0062}\u{e007f} 𝔊 𠜎",
    "خبر \u{202e}עברית\u{202c} with English",
    "<b>bold</b> <script>x</script> </title></item> <!-- --> <![CDATA[x]]>",
    "\"double\" 'single' `back` „low“",
    "a\tb\r\nc\u{2028}d\u{a0}e",
    "%s {{x}} \\u0041 \\",
];

#[test]
fn texts_that_break_documents_come_through_whole_in_every_format() {
    let long = "wörd 🗞 &amp; ".repeat(25_000);
    for word in NASTY.into_iter().chain([long.as_str()]) {
        let mut one = entry(&[String::new()]);
        one.article.title = if word.len() > 1_000 { "Long".into() } else { word.to_owned() };
        one.article.summary = None;
        one.article.content = Some(format!("<p>{}</p>", plain::escaped(word)));
        let edition =
            Edition { title: word.chars().take(90).collect(), entries: vec![one.clone().into()], ..sample::edition() };
        let expected = |text: &str| plain::folded(&super::xml::allowed(text));
        for format in Format::ALL {
            let body = feed(format, &edition, &sample::KNOWN).body;
            let parsed = parse::parse(&parse::Document { bytes: &body, ..Default::default() }).unwrap();
            let read = &parsed.entries[0];
            let content = read.content.as_ref().or(read.summary.as_ref()).unwrap();
            assert!(html::plain_text(content).contains(&expected(word)), "{format:?} {word:.60?}");
            // RSS does not say whether a title is HTML.
            if format != Format::Rss {
                let title = html::plain_text(read.title.as_ref().unwrap());
                assert_eq!(title, expected(&one.article.title), "{format:?}");
            }
        }
        check(&edition);
    }
}

/// Text as it comes, with what breaks documents made likely.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[<>&;\"'\\]!\\[CDATA \u{0}-\u{20}\u{fffd}-\u{ffff}x-z🗞ش]{0,24}",
        Just("https://x.example/?a=\"<&>\u{1}".to_owned()),
    ]
}

fn entry(words: &[String]) -> EditionEntry {
    let word = |at: usize| words[at % words.len()].clone();
    let mut entry = EditionEntry { id: word(0), feed: word(1), groups: vec![word(2)], ..EditionEntry::default() };
    entry.article.title = word(3);
    entry.article.link = Some(word(4));
    entry.article.summary = Some(word(5));
    entry.article.content = Some(word(6));
    entry.article.language = Some(word(7));
    entry.article.original_id = Some(word(8));
    let fields = &mut entry.article.fields;
    fields.authors = vec![Person { name: word(9), email: Some(word(10)), uri: Some(word(11)) }];
    fields.categories = vec![Category { term: word(12), scheme: Some(word(13)), label: Some(word(14)) }];
    fields.media = vec![Media {
        url: format!("https://x.example/{}", word(15)),
        media_type: Some(word(16)),
        kind: MediaKind::Image,
        caption: Some(word(17)),
        credit: Some(word(18)),
        ..Media::default()
    }];
    (fields.rights, fields.license, fields.place, fields.comments) =
        (Some(word(19)), Some(word(20)), Some(word(21)), Some(word(22)));
    entry.source.id = Some(word(23));
    entry.source.title = Some(word(24));
    entry.source.feed_url = Some(word(25));
    entry.also_reported = vec![AlsoReported { source: word(26), title: word(27), link: Some(word(28)) }];
    entry
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_string_in_any_field_gives_a_well_formed_document(words in prop::collection::vec(anything(), 32)) {
        let edition = Edition {
            title: words[29].clone(),
            description: Some(words[30].clone()),
            id: words[31].clone(),
            instance: words[0].clone(),
            entries: vec![entry(&words).into()],
            ..Edition::default()
        };
        check(&edition);
    }
}
