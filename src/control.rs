//! The control socket: how a verb on the command line reaches the daemon that holds the store.
//!
//! A Unix socket (0600) beside the store; one request a connection, as a line of JSON; replies likewise, progress first.
//! `daemon` obeys what comes in through the [`Ask`]s; `cli` asks. Nothing is decided here, and nothing can be read
//! through it that the store's own mode would not let its owner read.

use std::{
    fs, io,
    os::{
        fd::AsRawFd,
        unix::fs::{MetadataExt, PermissionsExt, chown},
    },
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{UnixListener, UnixStream},
    sync::mpsc,
};

use crate::model::{Correction, PollSummary, Progress, Which, Withdrawal};

/// Connections that are being answered at once; more wait.
const ASKERS: usize = 16;
/// A request is a short line.
const REQUEST_BYTES: u64 = 64 * 1_024;
/// A request must be whole within this.
const REQUEST_WITHIN: Duration = Duration::from_secs(5);
/// `sockaddr_un` has room for 108 bytes; longer paths are reached through their folder's descriptor.
const LONGEST_PATH: usize = 100;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Request {
    Poll(Which),
    /// Delete a feed that is no longer configured.
    Forget(String),
    Withdraw(Withdrawal),
    Health,
    Correct(Correction),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    Progress(Progress),
    Polled(PollSummary),
    /// So many articles and tombstones went.
    Forgotten(usize),
    /// The titles of what was taken back.
    Withdrawn(Vec<String>),
    Healthy(Health),
    /// What was done, in words.
    Corrected(String),
    /// Why not, in words.
    Refused(String),
}

/// What a daemon says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    pub version: String,
    pub pid: u32,
    pub address: String,
    pub feeds: usize,
    /// What keeps it from its work, in words.
    pub trouble: Option<String>,
}

/// A request that came in, with the way to answer it; dropping `replies` ends the connection.
#[derive(Debug)]
pub struct Ask {
    pub request: Request,
    pub replies: mpsc::UnboundedSender<Reply>,
}

/// The daemon's end; its file is removed when the value is dropped.
#[derive(Debug)]
pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
}

impl Socket {
    /// Binds the socket; the caller holds the store's lock, so a file that is there is a dead one's.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn bind(path: &Path) -> io::Result<Self> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = short(path, |short| UnixListener::bind(short))?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        give_to_owner(path);
        Ok(Self { listener, path: path.to_owned() })
    }

    /// Hands every request to `asks`, until that is closed.
    pub async fn serve(self, asks: mpsc::Sender<Ask>) {
        let places = std::sync::Arc::new(tokio::sync::Semaphore::new(ASKERS));
        loop {
            let Ok(place) = places.clone().acquire_owned().await else { return };
            let Ok((stream, _)) = self.listener.accept().await else { continue };
            let asks = asks.clone();
            tokio::spawn(async move {
                let _ = answer(stream, asks).await; // whoever asked went away
                drop(place);
            });
        }
    }
}

/// The socket belongs to whoever owns its folder, also where root made it.
fn give_to_owner(path: &Path) {
    if let Some(folder) = path.parent().and_then(|folder| fs::metadata(folder).ok()) {
        let _ = chown(path, Some(folder.uid()), Some(folder.gid())); // only root may, and only root need
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // the next daemon removes what is left
    }
}

async fn answer(stream: UnixStream, asks: mpsc::Sender<Ask>) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    let mut lines = BufReader::new(read.take(REQUEST_BYTES));
    tokio::time::timeout(REQUEST_WITHIN, lines.read_line(&mut line)).await??;
    let (replies, mut coming) = mpsc::unbounded_channel();
    match serde_json::from_str(&line) {
        Ok(request) => {
            let _ = asks.send(Ask { request, replies }).await; // a stopping daemon closes the connection without a word
        }
        Err(error) => {
            let _ = replies.send(Reply::Refused(format!("not understood: {error}; are both of one version?")));
            drop(replies);
        }
    }
    while let Some(reply) = coming.recv().await {
        let mut line = serde_json::to_vec(&reply)?;
        line.push(b'\n');
        write.write_all(&line).await?;
    }
    Ok(())
}

/// Why a daemon could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error("no headlined is running on this store")]
    Nobody,
    #[error("the running headlined cannot be asked: {0}")]
    Io(#[from] io::Error),
    #[error("the running headlined stopped before it answered")]
    Silent,
    #[error("{0}")]
    Refused(String),
}

/// Asks the daemon on this socket; `progress` hears how far it is. Gives the last reply.
///
/// # Errors
/// [`ControlError::Nobody`] where nobody listens, and what went wrong on the way.
pub async fn ask(path: &Path, request: &Request, mut progress: impl FnMut(Progress)) -> Result<Reply, ControlError> {
    let stream =
        short(path, |short| std::os::unix::net::UnixStream::connect(short)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused => ControlError::Nobody,
            _ => error.into(),
        })?;
    stream.set_nonblocking(true)?;
    let mut stream = UnixStream::from_std(stream)?;
    let mut line = serde_json::to_vec(request).map_err(io::Error::from)?;
    line.push(b'\n');
    stream.write_all(&line).await?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line).map_err(io::Error::from)? {
            Reply::Progress(now) => progress(now),
            Reply::Refused(reason) => return Err(ControlError::Refused(reason)),
            last => return Ok(last),
        }
    }
    Err(ControlError::Silent)
}

/// Calls `with` with a path to the same socket that fits into an address.
fn short<T>(path: &Path, with: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    if path.as_os_str().len() <= LONGEST_PATH {
        return with(path);
    }
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return with(path) };
    let folder = fs::File::open(folder)?;
    with(&Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn check(folder: &str) {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(folder);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("headlined.db.sock");
        assert!(matches!(ask(&path, &Request::Health, |_| {}).await, Err(ControlError::Nobody)));
        let socket = Socket::bind(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        let (asks, mut asked) = mpsc::channel(1);
        let serving = tokio::spawn(socket.serve(asks));
        let answering = tokio::spawn(async move {
            let Ask { request, replies } = asked.recv().await.unwrap();
            replies.send(Reply::Progress(Progress { done: 1, of: 2 })).unwrap();
            replies.send(Reply::Refused(format!("{request:?}"))).unwrap();
        });
        let mut seen = vec![];
        let refused = ask(&path, &Request::Health, |progress| seen.push(progress.done)).await.unwrap_err();
        assert_eq!((refused.to_string().as_str(), seen), ("Health", vec![1]));
        answering.await.unwrap();
        serving.abort();
        let _ = serving.await;
        assert!(!path.exists(), "it leaves no file");
    }

    #[tokio::test]
    async fn a_request_is_answered_with_progress_and_an_end() {
        check("state").await;
    }

    #[tokio::test]
    async fn paths_too_long_for_a_socket_address_work() {
        check(&"long/".repeat(40)).await;
    }
}
