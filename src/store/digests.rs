//! Digests: one entry for all that entered an output in a period.

use rusqlite::params;
use uuid::Uuid;

use super::{EntryRow, Reader, StoreError, Transaction, read};
use crate::model::{ArticleId, UnixSeconds};

/// A digest, its stories ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestRow {
    pub published_id: Uuid,
    pub starts_at: UnixSeconds,
    pub made_at: UnixSeconds,
    pub stories: Vec<EntryRow>,
}

impl Transaction<'_> {
    /// What entered an output from then to then, in order.
    pub fn entered_between(
        &self,
        output: i64,
        from: UnixSeconds,
        to: UnixSeconds,
    ) -> Result<Vec<ArticleId>, StoreError> {
        let sql = "SELECT article_id FROM ledger WHERE output_id = ?1 AND entered_at >= ?2 AND entered_at < ?3 ORDER BY sequence";
        let mut query = self.connection().prepare_cached(sql)?;
        Ok(query.query_map([output, from, to], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// When the periods began, in order, in which something entered and that have no digest, from then to then.
    pub fn days_without_digest(
        &self,
        output: i64,
        period: UnixSeconds,
        from: UnixSeconds,
        to: UnixSeconds,
    ) -> Result<Vec<UnixSeconds>, StoreError> {
        let sql = "SELECT DISTINCT entered_at - entered_at % ?2 AS day FROM ledger
            WHERE output_id = ?1 AND entered_at >= ?3 AND entered_at < ?4
            AND NOT EXISTS (SELECT 1 FROM digest WHERE output_id = ?1 AND starts_at = day) ORDER BY day";
        let mut query = self.connection().prepare_cached(sql)?;
        Ok(query.query_map([output, period, from, to], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Keeps a digest: articles with the number of outlets that carry them, the first ranked first.
    pub fn keep_digest(
        &self,
        output: i64,
        id: Uuid,
        starts_at: UnixSeconds,
        made_at: UnixSeconds,
        stories: &[(ArticleId, usize)],
    ) -> Result<(), StoreError> {
        let stories = serde_json::to_string(stories)?;
        self.connection()
            .prepare_cached("INSERT INTO digest VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING")?
            .execute(params![output, starts_at, id.as_bytes(), made_at, stories])?;
        Ok(())
    }
}

impl Reader {
    /// An output's newest digests, newest first, with the stories that are still held.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn digests(&mut self, output: i64, limit: usize) -> Result<Vec<DigestRow>, StoreError> {
        let transaction = self.transaction()?;
        let sql = "SELECT published_id, starts_at, made_at, stories FROM digest WHERE output_id = ?1 ORDER BY starts_at DESC LIMIT ?2";
        let mut query = transaction.prepare_cached(sql)?;
        let mut rows = query.query(params![output, limit])?;
        let mut digests = Vec::new();
        while let Some(row) = rows.next()? {
            let stories: Vec<(ArticleId, usize)> = serde_json::from_str(&row.get::<_, String>(3)?)?;
            let mut held = Vec::with_capacity(stories.len());
            for (article, _) in stories {
                held.extend(
                    read::entries(&transaction, "ledger.article_id = ?2", params![output, article])?.into_iter().next(),
                );
            }
            digests.push(DigestRow {
                published_id: Uuid::from_bytes(row.get(0)?),
                starts_at: row.get(1)?,
                made_at: row.get(2)?,
                stories: held,
            });
        }
        Ok(digests)
    }
}
