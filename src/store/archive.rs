//! Archive pages (RFC 5005): runs of a ledger whose membership is fixed once they are full.
//!
//! `poll` closes pages after a transaction's entries are in; retention takes whole pages from the oldest end.

use rusqlite::{Connection, OptionalExtension, params};

use super::{EntryRow, OutputState, Reader, StoreError, Transaction, outputs, read};
use crate::model::UnixSeconds;

/// A page that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum ArchivePage {
    /// There never was one of this number.
    Missing,
    /// Retention took it.
    Expired,
    Held(Box<HeldPage>),
}

#[derive(Debug, Clone, PartialEq)]
pub struct HeldPage {
    pub output: OutputState,
    /// The newest first.
    pub entries: Vec<EntryRow>,
    pub previous: Option<u32>,
    pub next: Option<u32>,
}

impl Transaction<'_> {
    /// Closes pages of `size` entries while the ledger has so many that are in none.
    pub fn close_pages(&self, output: i64, size: usize) -> Result<(), StoreError> {
        let newest = "SELECT coalesce(max(page), 0), coalesce(max(last_sequence), 0) FROM archive WHERE output_id = ?1";
        let (mut page, mut last): (i64, i64) =
            self.connection().prepare_cached(newest)?.query_row([output], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut run = self.connection().prepare_cached(
            "SELECT min(sequence), max(sequence), count(*) FROM
                (SELECT sequence FROM ledger WHERE output_id = ?1 AND sequence > ?2 ORDER BY sequence LIMIT ?3)",
        )?;
        loop {
            let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
            let (first, end, count): (Option<i64>, Option<i64>, usize) =
                run.query_row(params![output, last, size], read)?;
            let (Some(first), Some(end)) = (first, end) else { return Ok(()) };
            if count < size {
                return Ok(());
            }
            page += 1;
            last = end;
            self.connection()
                .prepare_cached(
                    "INSERT INTO archive (output_id, page, first_sequence, last_sequence) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute([output, page, first, end])?;
        }
    }
}

/// Retention: whole pages whose newest entry entered before then, and of what is in no page that is as old.
pub(super) fn expire(connection: &Connection, before_at: UnixSeconds) -> Result<(), StoreError> {
    let pages = "UPDATE archive SET expired = 1 WHERE expired = 0 AND NOT EXISTS (SELECT 1 FROM ledger
        WHERE ledger.output_id = archive.output_id AND sequence BETWEEN first_sequence AND last_sequence AND entered_at >= ?1)";
    let rows = "DELETE FROM ledger WHERE entered_at < ?1 AND NOT EXISTS (SELECT 1 FROM archive
        WHERE archive.output_id = ledger.output_id AND expired = 0 AND sequence BETWEEN first_sequence AND last_sequence)";
    for sql in [pages, rows] {
        connection.prepare_cached(sql)?.execute([before_at])?;
    }
    Ok(())
}

impl Reader {
    /// The newest page that can be read.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn newest_page(&self, output: i64) -> Result<Option<u32>, StoreError> {
        let sql = "SELECT max(page) FROM archive WHERE output_id = ?1 AND expired = 0";
        Ok(self.connection().prepare_cached(sql)?.query_row([output], |row| row.get(0))?)
    }

    /// One page of an output; None where the store has no such output.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn archive_page(&mut self, output: &str, page: u32) -> Result<Option<ArchivePage>, StoreError> {
        let transaction = self.transaction()?;
        let Some(state) = outputs::find(&transaction, output)? else { return Ok(None) };
        let sql = "SELECT first_sequence, last_sequence, expired FROM archive WHERE output_id = ?1 AND page = ?2";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let found: Option<(i64, i64, bool)> =
            transaction.prepare_cached(sql)?.query_row(params![state.id, page], read).optional()?;
        let Some((first, last, is_expired)) = found else { return Ok(Some(ArchivePage::Missing)) };
        if is_expired {
            return Ok(Some(ArchivePage::Expired));
        }
        let entries = read::entries(&transaction, "sequence BETWEEN ?2 AND ?3", params![state.id, first, last])?;
        let is_held = |page: u32| -> Result<Option<u32>, StoreError> {
            let sql = "SELECT page FROM archive WHERE output_id = ?1 AND page = ?2 AND expired = 0";
            Ok(transaction.prepare_cached(sql)?.query_row(params![state.id, page], |row| row.get(0)).optional()?)
        };
        let (previous, next) = (is_held(page.saturating_sub(1))?, is_held(page.saturating_add(1))?);
        Ok(Some(ArchivePage::Held(Box::new(HeldPage { output: state, entries, previous, next }))))
    }
}
