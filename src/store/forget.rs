//! Forgetting a feed that is no longer configured: its articles and all that is known of it, at once.

use rusqlite::OptionalExtension;

use super::{Store, StoreError, ledger};
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
        let transaction = self.begin()?;
        let connection = transaction.connection();
        let sql = "SELECT id FROM feed WHERE name = ?1 AND configured = 0 ORDER BY id DESC LIMIT 1";
        let feed: Option<FeedId> = connection.query_row(sql, [name], |row| row.get(0)).optional()?;
        let Some(feed) = feed else { return Ok(None) };
        let articles: Vec<ArticleId> = connection
            .prepare("SELECT id FROM article WHERE feed_id = ?1")?
            .query_map([feed], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        let mut outputs = Vec::new();
        for output in ledger::showing(connection, &articles)? {
            ledger::touch(connection, output, now)?;
            outputs.push(connection.query_row("SELECT name FROM output WHERE id = ?1", [output], |row| row.get(0))?);
        }
        transaction.hand_on(&articles)?;
        for sql in [
            "DELETE FROM ledger WHERE article_id IN (SELECT id FROM article WHERE feed_id = ?1)",
            // Of its own articles: those of others were handed on.
            "UPDATE article SET copy_of = NULL WHERE feed_id = ?1",
            "UPDATE ledger SET origin_id = NULL WHERE origin_id IN (SELECT id FROM article WHERE feed_id = ?1)",
            "DELETE FROM alias WHERE feed_id = ?1",
            "DELETE FROM article WHERE feed_id = ?1",
            "DELETE FROM feed WHERE id = ?1",
        ] {
            connection.execute(sql, [feed])?;
        }
        transaction.commit()?;
        Ok(Some(Forgotten { articles, outputs }))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::FeedConfig;

    #[test]
    fn an_entry_outlives_the_feed_that_it_credits() {
        let mut store = Store::in_memory().unwrap();
        let feed = |name: &str| {
            let url = format!("https://{name}.example/");
            Arc::new(FeedConfig { name: name.into(), url, ..FeedConfig::default() })
        };
        store.sync_feeds(&[feed("origin"), feed("copy")]).unwrap();
        store.sync_feeds(&[feed("copy")]).unwrap();
        store
            .execute_for_test(
                "INSERT INTO article (id, feed_id, published_id, state, title, fields, published_at, updated_at, first_seen_at,
                    revised_at, text_hash, listed, noindex, publisher, source_updated_at)
                    SELECT id, id, randomblob(16), 0, 't', '{}', 0, 0, 0, 0, 0, 1, 0, 'p', 0 FROM feed;
                INSERT INTO output (id, name, published_id, created_at, changed_at) VALUES (1, 'all', randomblob(16), 0, 0);
                INSERT INTO ledger (output_id, sequence, entry_id, article_id, entered_at, also, origin_id)
                    VALUES (1, 1, randomblob(16), 2, 0, '[]', 1)",
            )
            .unwrap();
        let forgotten = store.forget("origin", 1).unwrap().unwrap();
        assert_eq!(forgotten.articles, [1]);
        let held: i64 = store
            .connection
            .query_row("SELECT count(*) FROM ledger WHERE article_id = 2 AND origin_id IS NULL", [], |row| row.get(0))
            .unwrap();
        assert_eq!(held, 1, "the entry stands, and credits nobody");
    }
}
