//! Outputs as the store knows them: their feed's id, whether they are filled, when their entries last changed.

use rusqlite::OptionalExtension;
use uuid::Uuid;

use super::{Store, StoreError};
use crate::model::{OutputConfig, UnixSeconds};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutputState {
    pub id: i64,
    pub published_id: Uuid,
    /// None while the first pass still fills it by date.
    pub filled_at: Option<UnixSeconds>,
    /// Last-Modified of its edition.
    pub changed_at: UnixSeconds,
}

impl Store {
    /// Finds or makes the row of every configured output, in their order.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn sync_outputs(
        &mut self,
        configured: &[OutputConfig],
        now: UnixSeconds,
    ) -> Result<Vec<OutputState>, StoreError> {
        let instance = Uuid::parse_str(&self.instance).map_err(|error| StoreError::Content(error.to_string()))?;
        let transaction = self.connection.transaction()?;
        for output in configured {
            // A renamed output keeps its ledger and its feed's id: readers are led to it.
            for alias in &output.aliases {
                transaction
                    .prepare_cached("UPDATE output SET name = ?1 WHERE name = ?2 AND NOT EXISTS (SELECT 1 FROM output WHERE name = ?1)")?
                    .execute((&output.name, alias))?;
            }
            let id = Uuid::new_v5(&instance, format!("output:{}", output.name).as_bytes());
            transaction
                .prepare_cached("INSERT INTO output (name, published_id, created_at, changed_at) VALUES (?1, ?2, ?3, ?3) ON CONFLICT DO NOTHING")?
                .execute((&output.name, id.as_bytes(), now))?;
        }
        let states =
            configured.iter().map(|output| find(&transaction, &output.name)).collect::<Result<Option<Vec<_>>, _>>()?;
        transaction.commit()?;
        Ok(states.unwrap_or_default())
    }
}

pub(super) fn find(connection: &rusqlite::Connection, name: &str) -> Result<Option<OutputState>, StoreError> {
    let mut query =
        connection.prepare_cached("SELECT id, published_id, filled_at, changed_at FROM output WHERE name = ?1")?;
    let found = query.query_row([name], |row| {
        Ok(OutputState {
            id: row.get(0)?,
            published_id: Uuid::from_bytes(row.get(1)?),
            filled_at: row.get(2)?,
            changed_at: row.get(3)?,
        })
    });
    Ok(found.optional()?)
}
