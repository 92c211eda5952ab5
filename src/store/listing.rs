//! What each feed's last full document listed, and what is missing from the middle of it since.

use rusqlite::{Connection, OptionalExtension, params};

use super::StoreError;
use crate::model::{ArticleId, FeedId, Listed, Missing};

/// The articles of the feed's last full document, in its order.
pub(super) fn listing(connection: &Connection, feed: FeedId) -> Result<Vec<ArticleId>, StoreError> {
    let mut query = connection.prepare_cached("SELECT articles FROM listing WHERE feed_id = ?1")?;
    let found: Option<String> = query.query_row([feed], |row| row.get(0)).optional()?;
    Ok(found.map(|json| serde_json::from_str(&json)).transpose()?.unwrap_or_default())
}

pub(super) fn missing(connection: &Connection, feed: FeedId) -> Result<Vec<Missing>, StoreError> {
    let mut query = connection
        .prepare_cached("SELECT article_id, since_at, older_id, came_back FROM missing WHERE feed_id = ?1")?;
    let rows = query.query_map([feed], |row| {
        Ok(Missing { id: row.get(0)?, since_at: row.get(1)?, older_id: row.get(2)?, came_back: row.get(3)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps a listing; `new` are the ids that the poll's new articles were given.
pub(super) fn keep(
    connection: &Connection,
    feed: FeedId,
    listed: &[Listed],
    new: &[ArticleId],
) -> Result<(), StoreError> {
    let id = |listed: &Listed| match listed {
        Listed::Known(id) => Some(*id),
        Listed::New(number) => new.get(*number).copied(),
    };
    let json = serde_json::to_string(&listed.iter().filter_map(id).collect::<Vec<_>>())?;
    connection.prepare_cached("INSERT OR REPLACE INTO listing VALUES (?1, ?2)")?.execute(params![feed, json])?;
    Ok(())
}

/// Keeps what is missing, and forgets what no longer counts.
pub(super) fn keep_missing(
    connection: &Connection,
    feed: FeedId,
    missing: &[Missing],
    forgotten: &[ArticleId],
) -> Result<(), StoreError> {
    for one in missing {
        connection.prepare_cached("INSERT OR REPLACE INTO missing VALUES (?1, ?2, ?3, ?4, ?5)")?.execute(params![
            one.id,
            feed,
            one.since_at,
            one.older_id,
            one.came_back
        ])?;
    }
    for id in forgotten {
        connection.prepare_cached("DELETE FROM missing WHERE article_id = ?1")?.execute([id])?;
    }
    Ok(())
}
