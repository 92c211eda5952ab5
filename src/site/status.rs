//! How feeds and outputs fare, for people, programs and readers.

use serde_json::json;

use super::{NewsSite, PAGE_MAX_AGE, html, served};
use crate::{
    config::content_because,
    edition::{Published, stem},
    model::{ContentLevel, OutputConfig, UnixSeconds},
    render::{
        self, Addresses, Format,
        pages::{self, FeedRow, OutputRow, StatusView},
    },
    schedule, select,
    serve::Served,
    store::{self, StoreError},
};

impl NewsSite {
    pub(super) async fn status(&self) -> Result<Served, StoreError> {
        Ok(html(200, pages::status(&self.status_view().await?, self.clock.now())))
    }

    /// The same for programs; its shape is documented in the README.
    pub(super) async fn status_json(&self) -> Result<Served, StoreError> {
        let view = self.status_view().await?;
        let feed = |row: &FeedRow| {
            json!({
                "name": row.name, "url": row.url, "state": row.health.word(), "articles": row.articles,
                "last_poll_at": row.last_poll_at, "last_new_at": row.last_new_at, "next_poll_at": row.next_poll_at,
                "next_poll_reason": row.next_poll_reason, "rhythm": row.rhythm, "failures": row.failures,
                "last_error": row.last_error,
            })
        };
        let output = |row: &OutputRow| {
            json!({
                "title": row.title, "path": format!("/{}", render::encoded(&row.stem)), "entries": row.entries,
                "updated_at": row.updated_at, "note": row.note,
            })
        };
        let status = json!({
            "version": view.version, "started_at": view.started_at, "articles": view.articles, "copies": view.copies,
            "stories": view.stories, "feeds": view.feeds.iter().map(feed).collect::<Vec<_>>(),
            "outputs": view.outputs.iter().map(output).collect::<Vec<_>>(), "warnings": view.warnings,
        });
        Ok(served("application/json", format!("{status}\n"), PAGE_MAX_AGE))
    }

    async fn status_view(&self) -> Result<StatusView, StoreError> {
        let (feeds, totals) = self.read(|reader| Ok((reader.feeds()?, reader.totals()?))).await?;
        let now = self.clock.now();
        let mut outputs = Vec::new();
        for config in self.editions.settings().outputs.iter().filter(|output| !output.is_derived()) {
            let Some(edition) = self.editions.current(&config.name).await? else { continue };
            outputs.push(OutputRow {
                title: edition.edition.title.clone(),
                stem: stem(&config.name),
                entries: edition.edition.entries.len(),
                updated_at: Some(edition.edition.updated_at),
                note: self.note(config, &edition),
            });
        }
        Ok(StatusView {
            site: self.site(""),
            version: env!("CARGO_PKG_VERSION").into(),
            started_at: self.started_at,
            articles: totals.articles,
            copies: totals.copies,
            stories: totals.stories,
            feeds: feeds.into_iter().map(|feed| self.feed_row(feed, now)).collect(),
            outputs,
            warnings: self.editions.troubles(),
        })
    }

    /// How much of the texts it shows and why (RULES 4), what it has no room for (RULES 2), where else it is.
    fn note(&self, config: &OutputConfig, published: &Published) -> String {
        let because = content_because(self.editions.settings(), config);
        let texts = match config.content {
            ContentLevel::Full => "whole texts",
            ContentLevel::Summary => "summaries",
            ContentLevel::Headline => "headlines",
        };
        let mut notes = vec![format!("{texts}: {because}")];
        let mib = select::MOST_BYTES >> 20;
        match (published.shortened, published.left_out) {
            (0, 0) => {}
            (shortened, 0) => notes.push(format!("{shortened} older texts shortened, to stay within {mib} MiB")),
            (_, left_out) => notes.push(format!("{left_out} older entries left out, to stay within {mib} MiB")),
        }
        notes.extend(config.file.as_ref().map(|file| format!("written to {}", file.display())));
        notes.join("; ")
    }

    fn feed_row(&self, feed: store::FeedRow, now: UnixSeconds) -> FeedRow {
        let config = self.editions.feed(&feed.name);
        let is_private = config.is_none_or(|config| config.private);
        FeedRow {
            health: schedule::health(config, &feed.state, now),
            url: (!is_private).then_some(feed.url),
            site_url: feed.state.site_url.filter(|_| !is_private),
            name: feed.name,
            articles: feed.articles,
            rhythm: schedule::rhythm(&feed.state.rhythm),
            by_hour: feed.state.rhythm.by_hour,
            last_poll_at: feed.state.last_poll_at,
            last_new_at: feed.state.last_new_at,
            next_poll_at: feed.state.next_poll_at,
            next_poll_reason: feed.state.next_poll_reason,
            failures: feed.state.failures,
            last_error: feed.state.last_error,
        }
    }

    pub(super) async fn notices(&self) -> Result<Served, StoreError> {
        let rows = self.read(|reader| reader.notices()).await?;
        let server = &self.editions.settings().server;
        let edition = self.editions.notices(&rows, self.started_at);
        let addresses = Addresses { base: server.base_url.as_deref(), stem: "notices" };
        let feed = render::feed(Format::Atom, &edition, &addresses);
        Ok(served(feed.media_type, String::from_utf8_lossy(&feed.body).into_owned(), PAGE_MAX_AGE))
    }
}
