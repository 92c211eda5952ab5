//! Each output's ledger: what entered it, in which order, showing which article, for good (RULES 2).

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::StoreError;
use crate::model::{ArticleId, FeedId, StoryId, UnixSeconds};

/// One entry of a ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerRow {
    pub entry_id: Uuid,
    /// The article that the entry shows.
    pub article_id: ArticleId,
    pub entered_at: UnixSeconds,
    /// Copies that were known when it entered.
    pub also: Vec<ArticleId>,
}

/// What an output decides by about one article: small, so that a whole copy set or story is cheap to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub id: ArticleId,
    pub published_id: Uuid,
    pub feed_id: FeedId,
    pub publisher: String,
    pub language: Option<String>,
    pub published_at: UnixSeconds,
    pub listed: bool,
    pub noindex: bool,
    /// A rule of its feed or group keeps it out of every output.
    pub kept_out: bool,
    /// The first settled article of its copy set, when it is not itself.
    pub copy_of: Option<ArticleId>,
    pub story_id: Option<StoryId>,
}

const MEMBER: &str =
    "SELECT id, published_id, feed_id, publisher, language, published_at, listed, noindex, copy_of, story_id,
    EXISTS (SELECT 1 FROM filtered WHERE article_id = article.id AND output_id = 0) FROM article";

pub(super) fn member(connection: &Connection, id: ArticleId) -> Result<Member, StoreError> {
    Ok(connection.prepare_cached(&format!("{MEMBER} WHERE id = ?1"))?.query_row([id], member_from)?)
}

/// A copy set by its first article, in settle order.
pub(super) fn copies(connection: &Connection, first: ArticleId) -> Result<Vec<Member>, StoreError> {
    members(connection, "id = ?1 OR copy_of = ?1", first)
}

/// A story by its first article, in settle order.
pub(super) fn story(connection: &Connection, first: StoryId) -> Result<Vec<Member>, StoreError> {
    members(connection, "id = ?1 OR story_id = ?1", first)
}

fn members(connection: &Connection, condition: &str, first: i64) -> Result<Vec<Member>, StoreError> {
    let mut query = connection.prepare_cached(&format!("{MEMBER} WHERE ({condition}) AND state = 0 ORDER BY id"))?;
    Ok(query.query_map([first], member_from)?.collect::<Result<_, _>>()?)
}

/// Held articles, the newest first.
pub(super) fn newest(connection: &Connection, limit: usize, before: usize) -> Result<Vec<Member>, StoreError> {
    let sql = format!("{MEMBER} WHERE state = 0 ORDER BY published_at DESC, published_id DESC LIMIT ?1 OFFSET ?2");
    let mut query = connection.prepare_cached(&sql)?;
    Ok(query.query_map(params![limit, before], member_from)?.collect::<Result<_, _>>()?)
}

fn member_from(row: &rusqlite::Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        id: row.get(0)?,
        published_id: Uuid::from_bytes(row.get(1)?),
        feed_id: row.get(2)?,
        publisher: row.get(3)?,
        language: row.get(4)?,
        published_at: row.get(5)?,
        listed: row.get(6)?,
        noindex: row.get(7)?,
        copy_of: row.get(8)?,
        story_id: row.get(9)?,
        kept_out: row.get(10)?,
    })
}

pub(super) fn holds(connection: &Connection, output: i64, entry: Uuid) -> Result<bool, StoreError> {
    let mut query = connection.prepare_cached("SELECT 1 FROM ledger WHERE output_id = ?1 AND entry_id = ?2")?;
    Ok(query.exists(params![output, entry.as_bytes()])?)
}

pub(super) fn entries(connection: &Connection, output: i64) -> Result<Vec<(Uuid, ArticleId)>, StoreError> {
    let mut query =
        connection.prepare_cached("SELECT entry_id, article_id FROM ledger WHERE output_id = ?1 ORDER BY sequence")?;
    let rows = query.query_map([output], |row| Ok((Uuid::from_bytes(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Appends an entry on top. The number of an archived one is never given again.
pub(super) fn enter(connection: &Connection, output: i64, row: &LedgerRow) -> Result<(), StoreError> {
    let sql = "INSERT INTO ledger (output_id, sequence, entry_id, article_id, entered_at, also)
        VALUES (?1, 1 + max(
            (SELECT coalesce(max(sequence), 0) FROM ledger WHERE output_id = ?1),
            (SELECT coalesce(max(last_sequence), 0) FROM archive WHERE output_id = ?1)), ?2, ?3, ?4, ?5)";
    let also = serde_json::to_string(&row.also)?;
    connection.prepare_cached(sql)?.execute(params![
        output,
        row.entry_id.as_bytes(),
        row.article_id,
        row.entered_at,
        also
    ])?;
    Ok(())
}

/// Empties the ledger of an output that is still being filled.
pub(super) fn clear(connection: &Connection, output: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM ledger WHERE output_id = ?1")?.execute([output])?;
    Ok(())
}

/// Last-Modified rises by at least a second with every edition (RULES 2).
pub(super) fn touch(connection: &Connection, output: i64, now: UnixSeconds) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE output SET changed_at = max(?2, changed_at + 1) WHERE id = ?1")?
        .execute([output, now])?;
    Ok(())
}

pub(super) fn mark_filled(connection: &Connection, output: i64, now: UnixSeconds) -> Result<(), StoreError> {
    connection.prepare_cached("UPDATE output SET filled_at = ?2 WHERE id = ?1")?.execute([output, now])?;
    Ok(())
}

/// The outputs in which any of these articles, or a copy of it, is shown.
pub(super) fn showing(connection: &Connection, articles: &[ArticleId]) -> Result<Vec<i64>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT DISTINCT output_id FROM ledger WHERE article_id IN
            (SELECT ?1 UNION SELECT copy_of FROM article WHERE id = ?1 UNION SELECT id FROM article WHERE copy_of = ?1)",
    )?;
    let mut outputs = Vec::new();
    for article in articles {
        for output in query.query_map([article], |row| row.get(0))? {
            outputs.push(output?);
        }
    }
    outputs.sort_unstable();
    outputs.dedup();
    Ok(outputs)
}
