//! An edition with everything in it that has broken a feed before: what the snapshots of all formats are taken of.

use super::Addresses;
use crate::model::{
    AlsoReported, Article, Category, ContentLevel, Edition, EditionEntry, Media, MediaKind, NewsFields, Person, Source,
    Withdrawn,
};

pub(super) const KNOWN: Addresses<'_> = Addresses { base: Some("https://news.example.org/"), stem: "o/top" };
pub(super) const UNKNOWN: Addresses<'_> = Addresses { base: None, stem: "o/top" };

pub(super) fn edition() -> Edition {
    Edition {
        output: "top".to_owned(),
        title: "World & <more>".to_owned(),
        description: Some("Every headline, once".to_owned()),
        icon: Some("https://pictures.example/icon.png".to_owned()),
        id: "urn:uuid:00000000-0000-5000-8000-000000000001".to_owned(),
        hub: Some("https://hub.example/?a&b".to_owned()),
        page: None,
        previous_page: Some(7),
        next_page: None,
        instance: "00000000-0000-4000-8000-00000000000f".to_owned(),
        updated_at: 1_795_500_300,
        content: ContentLevel::Full,
        entries: [rich(), right_to_left(), bare()].map(std::sync::Arc::new).into(),
        withdrawn: vec![Withdrawn {
            id: "urn:uuid:00000000-0000-5000-8000-000000000199".to_owned(),
            at: 1_795_400_000,
        }],
    }
}

fn entry(number: u32, article: Article) -> EditionEntry {
    EditionEntry {
        id: format!("urn:uuid:00000000-0000-5000-8000-0000000001{number:02}"),
        article,
        published_at: 1_795_500_000,
        updated_at: 1_795_500_300,
        entered_at: 1_795_500_300,
        feed: format!("feed {number}"),
        ..EditionEntry::default()
    }
}

fn rich() -> EditionEntry {
    let article = Article {
        original_id: Some("tag:a.example,2026:1&2".to_owned()),
        title: "Rates <rise> at AT&T ]]> 🗞\u{0}\u{b}".to_owned(),
        link: Some("https://a.example/1?a=b&c=d".to_owned()),
        summary: Some("<p>In short &amp; plain.</p>".to_owned()),
        content: Some("<p>At length: ]]&gt; <b>🗞</b>\u{8}</p>".to_owned()),
        language: Some("en-GB".to_owned()),
        fields: fields(),
        ..Article::default()
    };
    EditionEntry {
        source: Source {
            id: Some("https://a.example/feed".to_owned()),
            title: Some("The A & B".to_owned()),
            feed_url: Some("https://a.example/feed".to_owned()),
            site_url: Some("https://a.example/".to_owned()),
            updated_at: Some(1_795_499_000),
            rights: Some("© A".to_owned()),
            icon: Some("https://a.example/icon.png".to_owned()),
        },
        groups: vec!["world".to_owned()],
        also_reported: vec![copy("C Times", "https://c.example/1"), copy("D <Post>", "https://d.example/?x=1&y=2")],
        late_copies: vec![copy("E Daily", "https://e.example/1")],
        origin: Some(copy("Agency", "https://agency.example/1")),
        ..entry(1, article)
    }
}

fn fields() -> NewsFields {
    NewsFields {
        authors: vec![Person {
            name: "First byline".to_owned(),
            email: Some("desk@a.example".to_owned()),
            uri: Some("https://a.example/desk".to_owned()),
        }],
        contributors: vec![Person { name: "The editors".to_owned(), ..Person::default() }],
        categories: vec![Category {
            term: "Money & markets".to_owned(),
            scheme: Some("no iri".to_owned()),
            label: None,
        }],
        section: vec!["News".to_owned(), "World".to_owned()],
        media: vec![
            Media {
                url: "https://a.example/p.jpg?w=640&s=1".to_owned(),
                media_type: Some("image/jpeg".to_owned()),
                kind: MediaKind::Image,
                width: Some(640),
                caption: Some("A \"quoted\" caption".to_owned()),
                credit: Some("Photo desk".to_owned()),
                enclosure: true,
                ..Media::default()
            },
            Media {
                url: "https://a.example/v.mp4".to_owned(),
                media_type: Some("video/mp4".to_owned()),
                kind: MediaKind::Video,
                length: Some(1000),
                thumbnail: Some("https://a.example/v.jpg".to_owned()),
                enclosure: true,
                ..Media::default()
            },
        ],
        rights: Some("© A 2026".to_owned()),
        license: Some("https://creativecommons.org/licenses/by/4.0/".to_owned()),
        place: Some("53.5 10.0".to_owned()),
        comments: Some("https://a.example/1#comments".to_owned()),
        ..NewsFields::default()
    }
}

fn right_to_left() -> EditionEntry {
    let article = Article {
        title: "خبر جديد".to_owned(),
        link: Some("https://ar.example/خبر".to_owned()),
        summary: Some("<p>نص الخبر</p>".to_owned()),
        language: Some("ar".to_owned()),
        fields: NewsFields { place: Some("القاهرة".to_owned()), ..NewsFields::default() },
        ..Article::default()
    };
    let source = Source { title: Some("أخبار".to_owned()), ..Source::default() };
    EditionEntry { source, ..entry(2, article) }
}

/// As little as an entry can have.
fn bare() -> EditionEntry {
    entry(3, Article { link: Some("javascript:alert(1)".to_owned()), ..Article::default() })
}

fn copy(source: &str, link: &str) -> AlsoReported {
    AlsoReported { source: source.to_owned(), title: format!("As {source} has it"), link: Some(link.to_owned()) }
}
