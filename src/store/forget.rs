//! Forgetting a feed that is no longer configured: its articles and all that is known of it, at once.

use rusqlite::OptionalExtension;

use super::{Store, StoreError, archive, ledger};
use crate::model::{ArticleId, FeedId, UnixSeconds};

/// What went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Articles and tombstones.
    pub articles: Vec<ArticleId>,
    /// Names of the outputs that showed one of them.
    pub outputs: Vec<String>,
}

impl Store {
    /// Deletes a feed by name; None: there is none with this name that is not configured.
    ///
    /// # Errors
    /// When SQLite cannot write; then nothing was deleted.
    pub fn forget(&mut self, name: &str, now: UnixSeconds) -> Result<Option<Forgotten>, StoreError> {
        let transaction = self.connection.transaction()?;
        let sql = "SELECT id FROM feed WHERE name = ?1 AND configured = 0 ORDER BY id DESC LIMIT 1";
        let feed: Option<FeedId> = transaction.query_row(sql, [name], |row| row.get(0)).optional()?;
        let Some(feed) = feed else { return Ok(None) };
        let articles: Vec<ArticleId> = transaction
            .prepare("SELECT id FROM article WHERE feed_id = ?1")?
            .query_map([feed], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut outputs = Vec::new();
        for output in ledger::showing(&transaction, &articles)? {
            ledger::touch(&transaction, output, now)?;
            outputs.push(transaction.query_row("SELECT name FROM output WHERE id = ?1", [output], |row| row.get(0))?);
        }
        for article in &articles {
            archive::expire(&transaction, *article)?;
        }
        for sql in [
            "UPDATE ledger SET origin_id = NULL WHERE origin_id IN (SELECT id FROM article WHERE feed_id = ?1)",
            "UPDATE article SET copy_of = NULL WHERE copy_of IN (SELECT id FROM article WHERE feed_id = ?1)",
            "DELETE FROM alias WHERE feed_id = ?1",
            "DELETE FROM article WHERE feed_id = ?1",
            "DELETE FROM feed WHERE id = ?1",
        ] {
            transaction.execute(sql, [feed])?;
        }
        transaction.commit()?;
        Ok(Some(Forgotten { articles, outputs }))
    }
}
