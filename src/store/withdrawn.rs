//! What its publisher or the operator took back: text, pictures and earlier headlines go at once; id, title and link stay,
//! unless a law asks for them too.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{Reader, StoreError, Transaction};
use crate::model::{ArticleId, UnixSeconds, Withdrawn, WithdrawnWhy};

/// `article.state`.
pub(super) const WITHDRAWN: i64 = 2;
/// Tombstones in one document, at the most.
const MOST_TOMBSTONES: usize = 1_000;

/// An article that is no longer shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawnRow {
    pub title: String,
    pub link: Option<String>,
    pub is_legal: bool,
}

impl Transaction<'_> {
    /// Withdraws an article. False where that was done before, or nothing of it was held.
    pub fn withdraw(&self, article: ArticleId, why: WithdrawnWhy, now: UnixSeconds) -> Result<bool, StoreError> {
        withdraw(self.connection(), article, why, now)
    }

    /// The article with this published id, whatever its state.
    pub fn article_by_id(&self, id: Uuid) -> Result<Option<ArticleId>, StoreError> {
        let mut query = self.connection().prepare_cached("SELECT id FROM article WHERE published_id = ?1")?;
        Ok(query.query_row([id.as_bytes()], |row| row.get(0)).optional()?)
    }

    /// The articles with this link, compared as links are.
    pub fn articles_by_link(&self, link_key: &str) -> Result<Vec<ArticleId>, StoreError> {
        let mut query =
            self.connection().prepare_cached("SELECT id FROM article WHERE link_key = ?1 AND state <> 1")?;
        Ok(query.query_map([link_key], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }
}

pub(super) fn withdraw(
    connection: &Connection,
    article: ArticleId,
    why: WithdrawnWhy,
    now: UnixSeconds,
) -> Result<bool, StoreError> {
    let is_legal = why == WithdrawnWhy::Legal;
    // What was withdrawn already may still have to go whole.
    let sql =
        "UPDATE article SET state = ?2, withdrawn_at = coalesce(withdrawn_at, ?3), withdrawn_why = ?4, summary = NULL,
        content = NULL, fields = '{}', original_id = NULL, raw_date = NULL
        WHERE id = ?1 AND (state = 0 OR state = ?2 AND ?4 = 'legal' AND withdrawn_why <> ?4)";
    let changed = connection.prepare_cached(sql)?.execute(params![article, WITHDRAWN, now, why.name()])?;
    if changed == 0 {
        return Ok(false);
    }
    if is_legal {
        connection.prepare_cached("UPDATE article SET title = '', link = NULL WHERE id = ?1")?.execute([article])?;
    }
    for table in ["fingerprint", "revision", "why", "missing", "waiting"] {
        connection.prepare_cached(&format!("DELETE FROM {table} WHERE article_id = ?1"))?.execute([article])?;
    }
    Ok(true)
}

impl Reader {
    /// The entries of an output's ledger that were withdrawn since then, the newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn withdrawn(&self, output: i64, since_at: UnixSeconds) -> Result<Vec<Withdrawn>, StoreError> {
        let sql = "SELECT entry_id, withdrawn_at FROM ledger JOIN article ON article.id = article_id
            WHERE output_id = ?1 AND state = 2 AND withdrawn_at >= ?2 ORDER BY withdrawn_at DESC, sequence DESC LIMIT ?3";
        let mut query = self.connection().prepare_cached(sql)?;
        let rows = query.query_map(params![output, since_at, MOST_TOMBSTONES], |row| {
            Ok(Withdrawn { id: format!("urn:uuid:{}", Uuid::from_bytes(row.get(0)?)), at: row.get(1)? })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// What is left of a withdrawn article; None where this id names none.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn withdrawn_article(&self, id: Uuid) -> Result<Option<WithdrawnRow>, StoreError> {
        let sql = "SELECT title, link, withdrawn_why = 'legal' FROM article WHERE published_id = ?1 AND state = 2";
        let mut query = self.connection().prepare_cached(sql)?;
        let read =
            |row: &rusqlite::Row<'_>| Ok(WithdrawnRow { title: row.get(0)?, link: row.get(1)?, is_legal: row.get(2)? });
        Ok(query.query_row([id.as_bytes()], read).optional()?)
    }
}
