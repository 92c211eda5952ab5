//! The schema's history: an append-only list; the store's `user_version` is how much of it was applied.
//!
//! Rules for editing: never change an entry that was released; add one at the end. Each is applied in one exclusive
//! transaction with the new version number, so that a killed migration never happened.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

const MIGRATIONS: &[&str] = &[include_str!("schema/0001.sql")];

/// Brings the store to this version's schema.
///
/// # Errors
/// [`StoreError::Newer`] when a later headlined wrote it: nothing is touched then.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let found = version(connection)?;
    let newest = MIGRATIONS.len();
    if found > newest {
        return Err(StoreError::Newer { found, known: newest });
    }
    if found == 0 {
        // Only possible before the first table exists.
        connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL")?;
    }
    for (number, sql) in MIGRATIONS.iter().enumerate().skip(found) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive)?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", number + 1)?;
        transaction.commit()?;
    }
    Ok(())
}

pub(super) fn version(connection: &Connection) -> Result<usize, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}
