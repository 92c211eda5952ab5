//! The daemon's own notices as an edition.

use std::sync::Arc;

use super::{Editions, make::urn};
use crate::{
    model::{Article, Category, ContentLevel, Edition, EditionEntry, NewsFields, Source, UnixSeconds},
    render,
    store::NoticeRow,
};

impl Editions {
    /// The daemon's own notices as an edition, the newest first; with none, it is as old as the daemon.
    pub fn notices(&self, rows: &[NoticeRow], started_at: UnixSeconds) -> Edition {
        let title = format!("{}: notices", self.settings.server.title);
        let namespace = uuid::Uuid::parse_str(self.instance.trim_start_matches("urn:uuid:")).unwrap_or_default();
        let id = |name: &str| urn(uuid::Uuid::new_v5(&namespace, name.as_bytes()));
        let entry = |row: &NoticeRow| EditionEntry {
            id: id(&format!("notice {}", row.id)),
            article: Article {
                title: row.title.clone(),
                content: Some(format!("<p>{}</p>", render::plain::escaped(&row.text))),
                language: Some("en".into()),
                fields: NewsFields {
                    categories: vec![Category { term: row.kind.clone(), ..Category::default() }],
                    ..NewsFields::default()
                },
                published_at: Some(row.at),
                ..Article::default()
            },
            published_at: row.at,
            updated_at: row.at,
            entered_at: row.at,
            source: Source { title: Some(title.clone()), updated_at: Some(row.at), ..Source::default() },
            feed: row.feed.clone(),
            ..EditionEntry::default()
        };
        Edition {
            output: "notices".into(),
            description: Some("What headlined has to tell its operator, once each.".into()),
            id: id("notices"),
            instance: self.instance.clone(),
            updated_at: rows.first().map_or(started_at, |row| row.at),
            content: ContentLevel::Full,
            entries: rows.iter().map(entry).map(Arc::new).collect(),
            title,
            ..Edition::default()
        }
    }
}
