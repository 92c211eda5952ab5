//! Backups: a whole copy of the store beside the running writer, verified; and the way back.
//!
//! `VACUUM INTO` from a read connection sees one moment, whatever is committed meanwhile, and needs no second try.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{MetadataExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

use rusqlite::Connection;

use super::{
    Lock, StoreError,
    lock::{adopt, folder_of},
    open_read_only,
};

/// The names of scheduled backups begin and end so; nothing else in their folder is touched.
const BEGINS: &str = "headlined-";
const ENDS: &str = ".db";

/// Copies the store into a new file (0600) and verifies it; a failure leaves no file.
///
/// # Errors
/// What stands in the way, with the path and what to do. A file that is there already is one of them.
pub fn back_up(store: &Path, to: &Path) -> Result<(), StoreError> {
    let refused = |reason: String| StoreError::Backup { path: to.to_owned(), reason };
    let source = open_read_only(store)?;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(to).map_err(|error| refused(explain(&error)))?;
    let owner = |path: &Path| fs::metadata(path).ok().map(|file| file.uid());
    if owner(store) == owner(folder_of(to)) {
        adopt(to); // root's command leaves no file of root's where the service keeps its own
    }
    let copied = copy(&source, to).and_then(|()| verify(to));
    copied.map_err(|error| {
        for left in [to.to_owned(), beside(to, "-journal")] {
            let _ = fs::remove_file(left); // the error that matters is the first
        }
        refused(match error {
            StoreError::Full => "the disk is full: make room there, or name a file on another; nothing was left".into(),
            other => format!("{other}; nothing was left"),
        })
    })
}

fn copy(source: &Connection, to: &Path) -> Result<(), StoreError> {
    let name = to.to_str().ok_or_else(|| StoreError::Content("its name is not UTF-8".into()))?;
    source.execute("VACUUM INTO ?1", [name])?;
    let durable = File::open(to).and_then(|file| file.sync_all());
    durable.map_err(|error| StoreError::Content(error.to_string()))
}

/// Whether a file is a whole headlined store: its schema is known, every page and index agrees.
///
/// # Errors
/// What it is instead.
pub fn verify(path: &Path) -> Result<(), StoreError> {
    let connection = open_read_only(path)?;
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if said != "ok" {
        return Err(StoreError::Content(format!("it is damaged: {said}")));
    }
    connection.query_row("SELECT value FROM meta WHERE key = 'instance'", [], |row| row.get::<_, String>(0))?;
    Ok(())
}

/// Puts a backup in the store's place; the old store is kept beside it, under the name that comes back. The caller holds
/// the store's lock, so that nobody writes.
///
/// # Errors
/// When the file is no whole store, or the folder cannot be written; the old store is as it was then.
pub fn restore(from: &Path, store: &Path, _lock: &Lock, moment: &str) -> Result<Option<PathBuf>, StoreError> {
    let refused = |reason: String| StoreError::Backup { path: from.to_owned(), reason };
    verify(from).map_err(|error| refused(format!("it cannot be restored: {error}")))?;
    let new = beside(store, ".restoring");
    let written = write(from, &new).map_err(|error| refused(explain(&error)));
    let placed = written.and_then(|()| {
        let kept = if store.exists() { Some(set_aside(store, &format!("before-{moment}"))?) } else { None };
        fs::rename(&new, store).map_err(|error| refused(explain(&error)))?;
        Ok(kept)
    });
    if placed.is_err() {
        let _ = fs::remove_file(&new); // as above
    }
    placed
}

/// As one file: a backup that another program has open may have a write-ahead log.
fn write(from: &Path, new: &Path) -> io::Result<()> {
    let _ = fs::remove_file(new); // a killed restore's
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(new)?;
    adopt(new);
    io::copy(&mut File::open(from)?, &mut file)?;
    file.sync_all()
}

/// Renames a store with all that belongs to it; gives its new name. Never deletes.
///
/// # Errors
/// When the folder cannot be written.
pub fn set_aside(store: &Path, word: &str) -> Result<PathBuf, StoreError> {
    let aside = beside(store, &format!(".{word}"));
    for part in ["", "-wal", "-shm"] {
        match fs::rename(beside(store, part), beside(&aside, part)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(StoreError::Open { path: store.to_owned(), reason: explain(&error) });
            }
            _ => {}
        }
    }
    Ok(aside)
}

/// A name for now in UTC that sorts by time: `20261124T061700Z`.
pub fn moment(now: crate::model::UnixSeconds) -> String {
    crate::render::rfc3339(now).replace(['-', ':'], "")
}

/// Makes a backup in `folder` if the last one is older than `every` seconds, and deletes all but the newest `kept`. Gives
/// the new file.
///
/// # Errors
/// As [`back_up`], or when the folder cannot be read or made.
pub fn scheduled(
    store: &Path,
    folder: &Path,
    every: crate::model::UnixSeconds,
    kept: usize,
    now: crate::model::UnixSeconds,
) -> Result<Option<PathBuf>, StoreError> {
    let refused = |error: io::Error| StoreError::Backup { path: folder.to_owned(), reason: explain(&error) };
    fs::create_dir_all(folder).map_err(refused)?;
    // One from the future was made by a clock that was wrong: it holds nothing off.
    let is_due = |newest: &PathBuf| name(newest) <= file_name(now - every) || name(newest) > file_name(now);
    let mut held = backups(folder).map_err(refused)?;
    if !held.last().is_none_or(is_due) {
        return Ok(None);
    }
    let to = folder.join(file_name(now));
    back_up(store, &to)?;
    held.push(to.clone());
    for old in held.iter().rev().skip(kept) {
        fs::remove_file(old).map_err(refused)?;
    }
    Ok(Some(to))
}

fn file_name(at: crate::model::UnixSeconds) -> String {
    format!("{BEGINS}{}{ENDS}", moment(at))
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The scheduled backups of a folder, the oldest first.
fn backups(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = name(&path);
        if name.starts_with(BEGINS) && name.ends_with(ENDS) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn explain(error: &io::Error) -> String {
    let advice = match error.kind() {
        io::ErrorKind::AlreadyExists => ": it is there already; name another file, or remove it",
        io::ErrorKind::NotFound => ": its folder is not there; make it first",
        io::ErrorKind::PermissionDenied => ": this user may not write there",
        io::ErrorKind::StorageFull => ": make room there",
        _ => "",
    };
    format!("{error}{advice}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Store;

    const HOUR: crate::model::UnixSeconds = 3_600;

    #[test]
    fn backups_are_made_when_due_and_the_newest_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let (store, backups_folder) = (folder.path().join("headlined.db"), folder.path().join("backups"));
        let held = Store::open(&store).unwrap();
        let now = 1_795_500_000;
        let made = |at| scheduled(&store, &backups_folder, 24 * HOUR, 2, at).unwrap().is_some();
        assert!(made(now));
        assert!(!made(now + 23 * HOUR), "not due");
        fs::write(backups_folder.join("mine.db"), "").unwrap();
        assert!(made(now + 24 * HOUR) && made(now + 48 * HOUR));
        assert!(made(now + 2 * HOUR), "one from the future holds nothing off");
        let mut left: Vec<String> =
            fs::read_dir(&backups_folder).unwrap().map(|entry| name(&entry.unwrap().path())).collect();
        left.sort();
        assert_eq!(left.len(), 3, "two, and what is not ours: {left:?}");
        assert_eq!(left[2], "mine.db");
        for path in backups(&backups_folder).unwrap() {
            verify(&path).unwrap();
        }
        held.close().unwrap();
    }
}
