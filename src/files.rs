//! The door to files that others read: replaced whole, so that nobody ever sees half of one.

use std::{
    fs,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
    path::Path,
};

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    /// Its owner, and whom the process's umask lets.
    Few,
    /// Everybody: it is published, whatever the umask that protects the store.
    All,
}

/// Replaces a file's content by way of a new file beside it; the rights of one that is there stay as they were.
///
/// # Errors
/// When the folder or the disk cannot be written; the old file is as it was then.
pub fn replace(path: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    let new = path.with_file_name(name);
    let written = write(&new, path, content, readers).and_then(|()| fs::rename(&new, path));
    if written.is_err() {
        let _ = fs::remove_file(&new); // the error that matters is the first
    }
    written
}

fn write(new: &Path, old: &Path, content: &[u8], readers: Readers) -> io::Result<()> {
    let mut file = fs::File::create(new)?;
    if let Ok(held) = fs::metadata(old) {
        file.set_permissions(held.permissions())?;
    } else if readers == Readers::All {
        file.set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    file.write_all(content)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feed.atom");
        for content in ["one", "two"] {
            replace(&path, content.as_bytes(), Readers::All).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o644);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        replace(&path, b"three", Readers::All).unwrap();
        assert_eq!(mode(&path), 0o640, "the operator's own choice stays");
        assert!(replace(&folder.path().join("nowhere/feed.atom"), b"x", Readers::Few).is_err());
    }
}
