//! Retention: what is older than the operator keeps becomes a tombstone, its text gone, its key known.
//!
//! Ledgers go first, archives by whole pages: an article stays while a page that is kept shows it.
//!
//! In steps, so that no poll waits long for the writer. A tombstone stays while its feed may still list the entry;
//! otherwise it would come back as new.

use rusqlite::params;

use super::{Store, StoreError, archive};
use crate::model::{ArticleId, UnixSeconds};

impl Store {
    /// Ends what is older than `before_at` in the ledgers, then turns up to `limit` articles that are as old, and shown
    /// nowhere, into tombstones, in one transaction. Gives the articles; fewer than `limit` means that it is done.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn prune(&mut self, before_at: UnixSeconds, limit: usize) -> Result<Vec<ArticleId>, StoreError> {
        let transaction = self.connection.transaction()?;
        archive::expire(&transaction, before_at)?;
        let sql = "SELECT id FROM article WHERE state <> 1 AND published_at < ?1 AND first_seen_at < ?1
            AND NOT EXISTS (SELECT 1 FROM ledger WHERE article_id = article.id) ORDER BY published_at LIMIT ?2";
        let old: Vec<ArticleId> = transaction
            .prepare_cached(sql)?
            .query_map(params![before_at, limit], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for id in &old {
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
