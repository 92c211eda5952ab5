//! The door to SQLite: what is kept between polls.
//!
//! A few whole operations (DESIGN 9): know the feeds, say what is known of a document, apply changes, keep each output's
//! ledger, read an edition. One process writes, the holder of the [`lock`]; it has one [`Store`]. Readers have
//! connections of their own ([`Reader`]) and never wait for the writer (WAL). Nothing here decides: `reconcile` and
//! `select` do, `poll` and `edition` order the steps.

mod archive;
mod articles;
pub mod backup;
mod corrections;
mod digests;
mod error;
mod feeds;
mod forget;
mod gate;
mod holds;
mod ledger;
mod listing;
pub mod lock;
mod migrations;
mod notices;
mod outputs;
mod prune;
mod read;
mod remembered;
mod reports;
mod transaction;
mod withdrawn;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

pub use archive::{ArchivePage, HeldPage};
pub use articles::Settled;
pub use corrections::{Freed, Refusal};
pub use digests::DigestRow;
pub use error::StoreError;
pub use forget::Forgotten;
pub use gate::EVERY_OUTPUT;
pub use ledger::{LedgerRow, Member};
pub use lock::Lock;
pub use notices::NoticeRow;
pub use outputs::OutputState;
pub use prune::Keep;
pub use read::{CopyRow, Credits, EntryRow, Fates, FeedRow, Reader, Size, Totals};
pub use remembered::{Remembered, TakenApart};
pub use reports::ReportRow;
pub use transaction::{Transaction, WhyRow, story_published_id};
pub use withdrawn::WithdrawnRow;

/// Pages of memory for one connection, in KiB (negative: SQLite's notation for KiB).
const CACHE_KIB: i64 = -4_000;
/// Pages (of 4 KiB) of the write-ahead log from which on a commit moves it into the store: a page that several commits
/// change is moved once. SQLite's own 1,000 took a tenth of the writer's time in a first pass.
const LOG_PAGES: i64 = 4_000;
/// What the log's file shrinks to afterwards, in bytes.
const LOG_BYTES: i64 = 4 << 20;
/// How long a connection waits for another before it gives up; only checkpoints make anybody wait.
const BUSY_TIMEOUT_MS: i64 = 5_000;

/// The one writer's connection.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    instance: String,
}

impl Store {
    /// Opens or makes the store; the caller holds its [`Lock`].
    ///
    /// # Errors
    /// What stands in the way, with the path and what to do.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        make_file(path);
        let opened = Connection::open(path).map_err(Into::into).and_then(|connection| Self::prepare(connection, path));
        opened.map_err(|error: StoreError| error.while_opening(path))
    }

    /// A store that lives as long as this value; for tests and one-off passes. It has no readers.
    ///
    /// # Errors
    /// None that SQLite is known for.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?, Path::new(":memory:"))
    }

    fn prepare(mut connection: Connection, path: &Path) -> Result<Self, StoreError> {
        let found = version(&connection, path)?;
        if found == 0 && has_tables(&connection)? {
            return Err(StoreError::NotAStore { path: path.to_owned() });
        }
        settings(&connection)?;
        migrations::migrate(&mut connection, found)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
        connection.pragma_update(None, "journal_size_limit", LOG_BYTES)?;
        let instance = instance(&connection)?;
        Ok(Self { connection, path: path.to_owned(), instance })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// This store's id, a `urn:uuid`: our own merged feeds are known by it when someone polls them.
    pub fn instance(&self) -> &str {
        &self.instance
    }

    /// Begins the one transaction that a batch of polls is settled in.
    ///
    /// # Errors
    /// When SQLite cannot begin (disk, damage).
    pub fn begin(&mut self) -> Result<Transaction<'_>, StoreError> {
        Transaction::begin(&mut self.connection)
    }

    /// A connection for reading beside the writer.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Reader::open(&self.path)
    }

    /// Ends the write-ahead log, so that a closed store is one file.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn close(self) -> Result<(), StoreError> {
        self.connection.execute_batch("PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE)")?;
        self.connection.close().map_err(|(_, error)| error.into())
    }

    /// Runs any SQL on the writer's connection; for tests that need the store to fail.
    #[doc(hidden)]
    pub fn execute_for_test(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.connection.execute_batch(sql)?)
    }
}

/// A new store belongs to whoever owns its folder, also where root is the first to use it.
fn make_file(path: &Path) {
    if std::fs::OpenOptions::new().write(true).create_new(true).open(path).is_ok() {
        lock::adopt(path);
    } // otherwise it is there, or opening it says why not
}

fn open_read_only(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        if version(&connection, path)? == 0 {
            let path = path.to_owned();
            return Err(match has_tables(&connection)? {
                true => StoreError::NotAStore { path },
                false => StoreError::Open { path, reason: "it is empty: nothing was polled yet".into() },
            });
        }
        settings(&connection)?;
        Ok(connection)
    };
    open().map_err(|error: StoreError| error.while_opening(path))
}

/// How much of the schema's history the store has; one that a later headlined wrote is not touched.
fn version(connection: &Connection, path: &Path) -> Result<usize, StoreError> {
    let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    match migrations::NEWEST {
        known if found > known => Err(StoreError::Newer { path: path.to_owned(), found, known }),
        _ => Ok(found),
    }
}

fn settings(connection: &Connection) -> Result<(), StoreError> {
    connection.pragma_update(None, "busy_timeout", BUSY_TIMEOUT_MS)?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", CACHE_KIB)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // Else a statement whose plan may depend on a bound value is planned anew with each value (4 % of the writer's time).
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn has_tables(connection: &Connection) -> Result<bool, StoreError> {
    Ok(connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))? > 0)
}

/// Made once, when the store is made. It must differ between stores, so it is drawn, not derived.
fn instance(connection: &Connection) -> Result<String, StoreError> {
    connection.execute("INSERT INTO meta VALUES ('instance', hex(randomblob(16))) ON CONFLICT DO NOTHING", [])?;
    let hex: String = connection.query_row("SELECT value FROM meta WHERE key = 'instance'", [], |row| row.get(0))?;
    let number = u128::from_str_radix(&hex, 16).map_err(|error| StoreError::Content(error.to_string()))?;
    Ok(format!("urn:uuid:{}", uuid::Builder::from_random_bytes(number.to_be_bytes()).into_uuid()))
}

/// SQLite integers are signed; digests are not. The bits are kept.
fn as_stored(digest: u64) -> i64 {
    digest.cast_signed()
}

fn as_digest(stored: i64) -> u64 {
    stored.cast_unsigned()
}
