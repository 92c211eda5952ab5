//! Who may write the store: the process that holds its lock file.
//!
//! An advisory lock (`flock`) on `STORE.lock`, held as long as the value lives; the kernel lets go of it however the
//! process ends. The file holds the owner's pid, for messages.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    os::unix::fs::{MetadataExt, OpenOptionsExt, chown},
    path::{Path, PathBuf},
};

use super::StoreError;

/// Held while the process is the store's writer.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock beside `store`, making its folder if it is missing.
    ///
    /// # Errors
    /// [`StoreError::Held`] with the owner's pid, or why the folder cannot be written.
    pub fn take(store: &Path) -> Result<Self, StoreError> {
        let path = lock_path(store);
        let cannot = |error: std::io::Error| StoreError::Open { path: store.to_owned(), reason: explain(&error) };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(cannot)?;
        }
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(0o600)
            .open(&path)
            .map_err(cannot)?;
        adopt(&path);
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid).map_err(cannot)?;
                return Err(StoreError::Held { path: store.to_owned(), pid: pid.trim().to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(cannot(error)),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(cannot)?;
        writeln!(file, "{}", std::process::id()).map_err(cannot)?;
        Ok(Self { _file: file })
    }
}

impl Lock {
    /// The pid of the process that holds the lock, if one does. Makes nothing.
    ///
    /// # Errors
    /// Why the lock file cannot be looked at.
    pub fn holder(store: &Path) -> Result<Option<String>, StoreError> {
        let cannot = |error: std::io::Error| StoreError::Open { path: store.to_owned(), reason: explain(&error) };
        let mut file = match File::open(lock_path(store)) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(cannot)?,
        };
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid).map_err(cannot)?;
                Ok(Some(pid.trim().to_owned()))
            }
            Err(TryLockError::Error(error)) => Err(cannot(error)),
            Ok(()) => Ok(None),
        }
    }
}

fn lock_path(store: &Path) -> PathBuf {
    let mut path = store.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

/// The control socket of the process that holds the store.
pub fn socket_path(store: &Path) -> PathBuf {
    let mut path = store.as_os_str().to_owned();
    path.push(".sock");
    path.into()
}

/// The folder that a file is in, also where only the file is named.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Gives a file to the owner of its folder: what root runs leaves nothing there that the service cannot write. Others may
/// not, and need not. (SQLite does the same for the files that it puts beside a store.)
pub(super) fn adopt(path: &Path) {
    let Ok(folder) = std::fs::metadata(folder_of(path)) else { return };
    let owner = |file: std::fs::Metadata| (file.uid(), file.gid());
    let (uid, gid) = owner(folder);
    if std::fs::metadata(path).is_ok_and(|file| file.uid() == 0 && owner(file) != (uid, gid)) {
        let _ = chown(path, Some(uid), Some(gid)); // see above
    }
}

fn explain(error: &std::io::Error) -> String {
    let advice = match error.kind() {
        std::io::ErrorKind::PermissionDenied => {
            ": this user may not write there; set [store] path or HEADLINED_STORE to a folder that it owns"
        }
        std::io::ErrorKind::ReadOnlyFilesystem => {
            ": that disk is read-only; set [store] path or HEADLINED_STORE to another"
        }
        std::io::ErrorKind::StorageFull => ": make room there, or set another [store] path",
        std::io::ErrorKind::NotADirectory | std::io::ErrorKind::AlreadyExists => {
            ": a part of the path is a file, not a folder"
        }
        _ => "",
    };
    format!("{error}{advice}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holder_is_told_the_first_ones_pid() {
        let folder = tempfile::tempdir().unwrap();
        let store = folder.path().join("deep/headlined.db");
        let held = Lock::take(&store).unwrap();
        let refused = Lock::take(&store).unwrap_err().to_string();
        assert!(refused.contains(&format!("pid {}", std::process::id())), "{refused}");
        drop(held);
        Lock::take(&store).unwrap();
    }
}
