//! A folder of one's own to run the binary in, and what it says there.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Whatever has not happened by now will not: far longer than anything takes on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Feeds of these tests are on loopback.
const SETTINGS: &str = r#"
[server]
listen = "127.0.0.1:0"
[fetch]
allow_private_addresses = true
host_pause = "0s"
per_host = 32
"#;

/// Configuration, state and temporary files of one test.
pub(crate) struct Place {
    folder: TempDir,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        ["home", "state", "tmp"].iter().for_each(|name| fs::create_dir(place.path(name)).unwrap());
        place
    }

    /// With a configuration: feeds on loopback, a free port, and `more`.
    pub(crate) fn with(more: &str) -> Self {
        let place = Self::new();
        place.configure(more);
        place
    }

    pub(crate) fn configure(&self, more: &str) {
        self.write("headlined.toml", format!("{SETTINGS}{more}"));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path("state/headlined/headlined.db")
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// The binary in this place, told nothing by the environment of the tests.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_headlined"));
        command.args(words);
        self.at_home(&mut command);
        command
    }

    /// Gives a command this place for its surroundings.
    pub(crate) fn at_home(&self, command: &mut Command) {
        command.current_dir(self.folder.path()).env_clear();
        for (name, folder) in [("HOME", "home"), ("XDG_STATE_HOME", "state"), ("TMPDIR", "tmp")] {
            command.env(name, self.path(folder));
        }
        if self.path("headlined.toml").exists() {
            command.env("HEADLINED_CONFIG", "headlined.toml");
        }
    }

    /// Runs to the end.
    pub(crate) fn run(&self, words: &[&str]) -> Ended {
        Running::start(self.command(words)).end()
    }

    /// Runs, and is refused with this status; what is said of it.
    pub(crate) fn refused(&self, words: &[&str], status: i32) -> String {
        let ended = self.run(words);
        assert_eq!(ended.status, Some(status), "{words:?}: {ended:?}");
        ended.err
    }

    /// What one pass over all feeds brought.
    pub(crate) fn poll(&self) -> serde_json::Value {
        let ended = self.run(&["poll", "--all", "--json"]);
        assert_eq!(ended.status, Some(0), "{ended:?}");
        serde_json::from_str(&ended.out).unwrap()
    }

    /// The state of all feeds.
    pub(crate) fn feeds(&self) -> serde_json::Value {
        let ended = self.run(&["feeds", "--json"]);
        assert_eq!(ended.status, Some(0), "{ended:?}");
        serde_json::from_str(&ended.out).unwrap()
    }

    /// A daemon that serves; it has said where.
    pub(crate) fn daemon(&self) -> Running {
        Running::start(self.command(&["run"])).serving()
    }

    /// All files below a folder of this place.
    pub(crate) fn files(&self, folder: &str) -> Vec<PathBuf> {
        fn below(folder: &Path, found: &mut Vec<PathBuf>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    below(&path, found);
                }
                found.push(path);
            }
        }
        let mut found = Vec::new();
        below(&self.path(folder), &mut found);
        found
    }
}

/// How a run ended, and what it said. No status: a signal ended it.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A process; it is killed when the value is dropped before it ended.
pub(crate) struct Running {
    pub(crate) pid: Pid,
    /// Where it serves, once it said so: `http://127.0.0.1:PORT/`.
    pub(crate) address: String,
    out: Receiver<String>,
    lines: Receiver<String>,
    /// The lines of standard error up to now.
    log: Vec<String>,
    status: Receiver<Option<i32>>,
    has_ended: bool,
}

impl Running {
    pub(crate) fn start(command: Command) -> Self {
        Self::start_with(command, Stdio::null())
    }

    pub(crate) fn start_with(mut command: Command, input: Stdio) -> Self {
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let pid = Pid::from_child(&child);
        let out = read_lines(child.stdout.take().unwrap());
        let lines = read_lines(child.stderr.take().unwrap());
        let (ended, status) = mpsc::channel();
        thread::spawn(move || ended.send(child.wait().unwrap().code()));
        Self { pid, address: String::new(), out, lines, log: Vec::new(), status, has_ended: false }
    }

    /// Waits until the log says where it serves.
    pub(crate) fn serving(mut self) -> Self {
        let line = self.wait_for("front page ");
        self.address = line.rsplit(' ').next().unwrap().to_owned();
        self
    }

    /// The next line of the log that holds these words.
    pub(crate) fn wait_for(&mut self, words: &str) -> String {
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else { panic!("no line says {words:?}: {:#?}", self.log) };
            self.log.push(line.clone());
            if line.contains(words) {
                return line;
            }
        }
    }

    /// The next line on standard output that holds these words.
    pub(crate) fn wait_for_output(&self, words: &str) -> String {
        loop {
            let Ok(line) = self.out.recv_timeout(PATIENCE) else { panic!("nothing says {words:?}: {:#?}", self.log) };
            if line.contains(words) {
                return line;
            }
        }
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid, signal).unwrap();
    }

    /// Waits for its end.
    pub(crate) fn end(self) -> Ended {
        self.end_within(PATIENCE)
    }

    pub(crate) fn end_within(mut self, limit: Duration) -> Ended {
        let Ok(status) = self.status.recv_timeout(limit) else {
            panic!("it did not end within {limit:?}: {:#?}", self.log)
        };
        self.has_ended = true;
        self.log.extend(self.lines.iter());
        let lines = |lines: Vec<String>| lines.into_iter().map(|line| line + "\n").collect();
        Ended { status, out: lines(self.out.iter().collect()), err: lines(std::mem::take(&mut self.log)) }
    }

    /// Asks it to stop, as systemd does.
    pub(crate) fn stop(self) -> Ended {
        self.signal(Signal::TERM);
        let ended = self.end_within(Duration::from_secs(5));
        assert_eq!(ended.status, Some(0), "{ended:?}");
        ended
    }

    /// What it answers to a GET of this path: head and body as they came.
    pub(crate) fn get(&self, path: &str) -> String {
        let host = self.address.trim_start_matches("http://").trim_end_matches('/');
        let mut stream = TcpStream::connect(host).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        String::from_utf8(answer).unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.has_ended && self.status.try_recv().is_err() {
            let _ = kill_process(self.pid, Signal::KILL); // it may be ending this very moment
        }
    }
}

fn read_lines(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (line, lines) = mpsc::channel();
    thread::spawn(move || {
        for read in BufReader::new(stream).split(b'\n') {
            let Ok(read) = read else { return };
            let _ = line.send(String::from_utf8_lossy(&read).into_owned()); // nobody need read on
        }
    });
    lines
}

/// Fails unless `text` holds each of these words.
pub(crate) fn says(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "nothing says {word:?}:\n{text}");
    }
}
