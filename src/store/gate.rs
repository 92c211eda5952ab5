//! What stands between an admitted article and a ledger: rules that keep it out for good, and turns that it waits for.

use rusqlite::{OptionalExtension, params};

use super::{StoreError, Transaction};
use crate::model::{ArticleId, UnixSeconds};

/// Rules of feeds and groups keep an article out of every output.
pub const EVERY_OUTPUT: i64 = 0;
/// An hour of one output has fewer entries than this.
const LATEST: i64 = 4_000;

impl Transaction<'_> {
    /// Remembers that a rule keeps an article out.
    pub fn keep_out(&self, article: ArticleId, output: i64, rule: &str) -> Result<(), StoreError> {
        let sql = "INSERT INTO filtered VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        self.connection().prepare_cached(sql)?.execute(params![article, output, rule])?;
        Ok(())
    }

    /// Whether a rule kept an article out of this output.
    pub fn is_kept_out(&self, article: ArticleId, output: i64) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM filtered WHERE article_id = ?1 AND output_id = ?2";
        Ok(self.connection().prepare_cached(sql)?.exists([article, output])?)
    }

    /// When the publisher's newest entry but so many others entered an output.
    pub fn entered_last_but(
        &self,
        output: i64,
        publisher: &str,
        others: usize,
    ) -> Result<Option<UnixSeconds>, StoreError> {
        let sql = "SELECT entered_at FROM (SELECT sequence, article_id, entered_at FROM ledger WHERE output_id = ?1
            ORDER BY sequence DESC LIMIT ?4) JOIN article ON article.id = article_id
            WHERE publisher = ?2 ORDER BY sequence DESC LIMIT 1 OFFSET ?3";
        let mut query = self.connection().prepare_cached(sql)?;
        Ok(query.query_row(params![output, publisher, others, LATEST], |row| row.get(0)).optional()?)
    }

    pub fn wait(&self, output: i64, article: ArticleId, since_at: UnixSeconds) -> Result<(), StoreError> {
        let sql = "INSERT INTO waiting VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        self.connection().prepare_cached(sql)?.execute([output, article, since_at])?;
        Ok(())
    }

    pub fn wait_no_more(&self, output: i64, article: ArticleId) -> Result<(), StoreError> {
        let sql = "DELETE FROM waiting WHERE output_id = ?1 AND article_id = ?2";
        self.connection().prepare_cached(sql)?.execute([output, article])?;
        Ok(())
    }

    /// What waits for its turn in an output, in the order in which it came.
    pub fn waiting(&self, output: i64) -> Result<Vec<(ArticleId, UnixSeconds)>, StoreError> {
        let sql = "SELECT article_id, since_at FROM waiting WHERE output_id = ?1 ORDER BY since_at, article_id";
        let mut query = self.connection().prepare_cached(sql)?;
        Ok(query.query_map([output], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
    }
}
