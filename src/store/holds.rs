//! What an output admits and holds back for a while, so that its copies can gather before it is shown.

use rusqlite::{Connection, params};

use super::{Store, StoreError};
use crate::model::{ArticleId, UnixSeconds};

impl Store {
    /// When the next entry is due that waits for its copies.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn next_hold_at(&self) -> Result<Option<UnixSeconds>, StoreError> {
        Ok(self.connection.query_row("SELECT min(due_at) FROM hold", [], |row| row.get(0))?)
    }
}

pub(super) fn hold(
    connection: &Connection,
    output: i64,
    article: ArticleId,
    due_at: UnixSeconds,
) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO hold VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute(params![output, article, due_at])?;
    Ok(())
}

pub(super) fn is_held(connection: &Connection, output: i64, article: ArticleId) -> Result<bool, StoreError> {
    let mut query = connection.prepare_cached("SELECT 1 FROM hold WHERE output_id = ?1 AND article_id = ?2")?;
    Ok(query.exists([output, article])?)
}

/// Takes what is due out, the longest waiting first; what lost its text meanwhile is gone with it.
pub(super) fn due(connection: &Connection, output: i64, now: UnixSeconds) -> Result<Vec<ArticleId>, StoreError> {
    let sql = "SELECT article_id FROM hold JOIN article ON article.id = article_id
        WHERE output_id = ?1 AND due_at <= ?2 AND state = 0 ORDER BY due_at, article_id";
    let mut query = connection.prepare_cached(sql)?;
    let due = query.query_map(params![output, now], |row| row.get(0))?.collect::<Result<_, _>>()?;
    connection
        .prepare_cached("DELETE FROM hold WHERE output_id = ?1 AND due_at <= ?2")?
        .execute(params![output, now])?;
    Ok(due)
}
