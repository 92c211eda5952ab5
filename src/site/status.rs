//! How feeds and outputs fare, for people, programs and readers.

use super::{NewsSite, PAGE_MAX_AGE, html, served};
use crate::{
    edition::stem,
    model::{FeedConfig, UnixSeconds},
    render::{
        self, Addresses, Format,
        pages::{self, FeedHealth, FeedRow, OutputRow, StatusView},
    },
    schedule,
    serve::Served,
    store::{self, StoreError},
};

/// A feed that answers, with nothing new for this long, is stale (RULES 5), in seconds.
const STALE_AFTER: UnixSeconds = 30 * 86_400;

impl NewsSite {
    pub(super) async fn status(&self) -> Result<Served, StoreError> {
        let (feeds, totals) = self.feeds_and_totals().await?;
        let now = self.clock.now();
        let mut outputs = Vec::new();
        for config in self.editions.settings().outputs.iter().filter(|output| !output.is_derived()) {
            let Some(edition) = self.editions.current(&config.name).await? else { continue };
            outputs.push(OutputRow {
                title: edition.edition.title.clone(),
                stem: stem(&config.name),
                entries: edition.edition.entries.len(),
                updated_at: Some(edition.edition.updated_at),
                note: String::new(),
            });
        }
        let view = StatusView {
            site: self.site(""),
            version: env!("CARGO_PKG_VERSION").into(),
            started_at: self.started_at,
            articles: totals.articles,
            stories: totals.stories,
            feeds: feeds.into_iter().map(|feed| self.feed_row(feed, now)).collect(),
            outputs,
            warnings: self.editions.troubles(),
        };
        Ok(html(200, pages::status(&view, now)))
    }

    pub(super) fn feed_row(&self, feed: store::FeedRow, now: UnixSeconds) -> FeedRow {
        let config = self.config(&feed.name);
        let is_private = config.is_none_or(|config| config.private);
        FeedRow {
            health: health(&feed, config, now),
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

    pub(super) async fn status_json(&self) -> Result<Served, StoreError> {
        let (feeds, totals) = self.feeds_and_totals().await?;
        let now = self.clock.now();
        let rows: Vec<serde_json::Value> = feeds
            .into_iter()
            .map(|feed| {
                let row = self.feed_row(feed, now);
                serde_json::json!({
                    "name": row.name, "url": row.url, "state": row.health.word(), "articles": row.articles,
                    "last_poll_at": row.last_poll_at, "last_new_at": row.last_new_at, "next_poll_at": row.next_poll_at,
                    "next_poll_reason": row.next_poll_reason, "rhythm": row.rhythm, "failures": row.failures, "last_error": row.last_error,
                })
            })
            .collect();
        let status = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"), "started_at": self.started_at, "articles": totals.articles,
            "copies": totals.copies, "stories": totals.stories, "feeds": rows, "warnings": self.editions.troubles(),
        });
        Ok(served("application/json", format!("{status}\n"), PAGE_MAX_AGE))
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

pub(super) fn health(feed: &store::FeedRow, config: Option<&FeedConfig>, now: UnixSeconds) -> FeedHealth {
    let state = &feed.state;
    match config {
        Some(config) if !config.enabled => FeedHealth::Off,
        _ if state.gone => FeedHealth::Gone,
        _ if state.last_error.is_some() => FeedHealth::Failing,
        _ if state.last_poll_at.is_none() => FeedHealth::Waiting,
        _ if state.last_new_at.is_some_and(|at| now - at > STALE_AFTER) => FeedHealth::Stale,
        _ => FeedHealth::Well,
    }
}
