//! The schema's history: an append-only list; the store's `user_version` is how much of it was applied.
//!
//! Rules for editing: never change an entry that was released; add one at the end. Each is applied in one exclusive
//! transaction with the new version number, so that a killed migration never happened.

use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

const MIGRATIONS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
    include_str!("schema/0005.sql"),
    include_str!("schema/0006.sql"),
    include_str!("schema/0007.sql"),
    include_str!("schema/0008.sql"),
    include_str!("schema/0009.sql"),
    include_str!("schema/0010.sql"),
];

/// How many there are.
pub(super) const NEWEST: usize = MIGRATIONS.len();

/// Brings a store that has `found` of them to this version's schema.
pub(super) fn migrate(connection: &mut Connection, found: usize) -> Result<(), StoreError> {
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
