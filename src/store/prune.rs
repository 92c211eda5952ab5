//! Retention: what is older than the operator keeps becomes a tombstone, its text gone, its key known.
//!
//! In steps, so that no poll waits long for the writer. A tombstone stays while its feed may still list the entry;
//! otherwise it would come back as new.

use rusqlite::params;

use super::{Store, StoreError};
use crate::model::{ArticleId, UnixSeconds};

impl Store {
    /// Turns up to `limit` articles that are older than `before_at` into tombstones, in one transaction. They leave the
    /// ledgers with their text. Gives the articles; fewer than `limit` means that it is done.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn prune(&mut self, before_at: UnixSeconds, limit: usize) -> Result<Vec<ArticleId>, StoreError> {
        let transaction = self.connection.transaction()?;
        let sql = "SELECT id FROM article WHERE state <> 1 AND published_at < ?1 AND first_seen_at < ?1 ORDER BY published_at LIMIT ?2";
        let old: Vec<ArticleId> = transaction
            .prepare_cached(sql)?
            .query_map(params![before_at, limit], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for id in &old {
            super::archive::expire(&transaction, *id)?;
            for table in ["fingerprint", "revision", "why"] {
                transaction.prepare_cached(&format!("DELETE FROM {table} WHERE article_id = ?1"))?.execute([id])?;
            }
            let sql = "UPDATE article SET state = 1, withdrawn_at = NULL, withdrawn_why = NULL, title = '', summary = NULL, content = NULL, link = NULL, original_id = NULL, fields = '{}' WHERE id = ?1";
            transaction.prepare_cached(sql)?.execute([id])?;
        }
        transaction.commit()?;
        Ok(old)
    }

    /// Gives back room on the disk, and what the planner should know.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn tidy(&self) -> Result<(), StoreError> {
        Ok(self
            .connection
            .execute_batch("PRAGMA incremental_vacuum(200); PRAGMA optimize; PRAGMA wal_checkpoint(PASSIVE)")?)
    }
}
