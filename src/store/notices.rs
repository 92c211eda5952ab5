//! What the operator was told: of a feed with the poll that told it, of an output's file as it happens; read by
//! `/notices.atom`.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Reader, StoreError, Transaction};
use crate::model::{Notice, NoticeKind, UnixSeconds};

/// Older ones are forgotten.
const KEPT: i64 = 200;

/// A notice with the number that it keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeRow {
    pub id: i64,
    pub at: UnixSeconds,
    /// As `NoticeKind::name`.
    pub kind: String,
    pub feed: String,
    pub title: String,
    pub text: String,
}

impl Transaction<'_> {
    /// Keeps what is to be told, with the poll that it comes from.
    ///
    /// # Errors
    /// When the store cannot write.
    pub fn tell(&self, notices: &[Notice]) -> Result<(), StoreError> {
        notices.iter().try_for_each(|notice| tell(self.connection(), notice))
    }
}

fn tell(connection: &Connection, notice: &Notice) -> Result<(), StoreError> {
    connection
        .prepare_cached("INSERT INTO notice (at, kind, feed, title, text) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![notice.at, notice.kind.name(), notice.feed, notice.title, notice.text])?;
    connection.prepare_cached("DELETE FROM notice WHERE id <= ?1")?.execute([connection.last_insert_rowid() - KEPT])?;
    Ok(())
}

impl Transaction<'_> {
    /// Which of these kinds was told last of a feed or an output.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn told_last(&self, name: &str, kinds: [NoticeKind; 2]) -> Result<Option<String>, StoreError> {
        let sql = "SELECT kind FROM notice WHERE feed = ?1 AND kind IN (?2, ?3) ORDER BY id DESC LIMIT 1";
        let mut query = self.connection().prepare_cached(sql)?;
        let [one, other] = kinds.map(NoticeKind::name);
        Ok(query.query_row(params![name, one, other], |row| row.get(0)).optional()?)
    }
}

impl Reader {
    /// The newest first.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn notices(&self) -> Result<Vec<NoticeRow>, StoreError> {
        let mut query =
            self.connection().prepare("SELECT id, at, kind, feed, title, text FROM notice ORDER BY id DESC")?;
        let rows = query.query_map([], |row| {
            Ok(NoticeRow {
                id: row.get(0)?,
                at: row.get(1)?,
                kind: row.get(2)?,
                feed: row.get(3)?,
                title: row.get(4)?,
                text: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
