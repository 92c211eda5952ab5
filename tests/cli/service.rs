//! As a service manager sees it: readiness, reloads, the watchdog, and a socket that was opened before it began.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    os::{fd::OwnedFd, unix::net::UnixDatagram},
    process::{Command, Stdio},
};

use rustix::process::Signal;

use crate::{
    origin::{hangs, rss, serves},
    support::{PATIENCE, Place, Running, says},
};

/// What systemd would be told.
struct Manager {
    socket: UnixDatagram,
}

impl Manager {
    fn of(place: &Place, command: &mut Command) -> Self {
        let path = place.path("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        command.env("NOTIFY_SOCKET", path);
        Self { socket }
    }

    /// The next message with these words.
    fn hears(&self, words: &str) -> String {
        let mut heard = Vec::new();
        loop {
            let mut message = [0; 4_096];
            let Ok(length) = self.socket.recv(&mut message) else { panic!("never heard {words:?}: {heard:#?}") };
            let message = String::from_utf8(message[..length].to_vec()).unwrap();
            if message.contains(words) {
                return message;
            }
            heard.push(message);
        }
    }
}

fn news(name: &str) -> String {
    format!("[[feed]]\nname = \"{name}\"\nurl = \"{}\"\n", serves("application/rss+xml", rss(3, 0)))
}

#[test]
fn it_is_ready_when_it_serves_and_a_reload_keeps_connections_polls_and_plans() {
    let hanging = format!("[[feed]]\nname = \"slow\"\nurl = \"{}\"\n", hangs());
    let kept = news("kept");
    let place = Place::with(&format!("{kept}{hanging}{}", news("dropped")));
    let mut command = place.command(&["run"]);
    let manager = Manager::of(&place, &mut command);
    command.env("WATCHDOG_USEC", "300000");
    let mut daemon = Running::start(command).serving();
    says(&manager.hears("READY=1"), &["STATUS=polling 3 feeds, serving http://127.0.0.1:"]);
    manager.hears("WATCHDOG=1");
    (0..2).for_each(|_| drop(daemon.wait_for(": 3 new")));
    let plan = |name: &str| {
        let feeds = place.feeds();
        feeds.as_array().unwrap().iter().find(|feed| feed["name"] == name).map(|feed| feed["next_poll_at"].clone())
    };
    let planned = plan("kept");
    let mut connection =
        TcpStream::connect(daemon.address.trim_start_matches("http://").trim_end_matches('/')).unwrap();
    let mut ask = |path: &str| {
        write!(connection, "GET {path} HTTP/1.1\r\nHost: a\r\n\r\n").unwrap();
        let mut answer = vec![0; 64 * 1_024];
        let length = connection.read(&mut answer).unwrap();
        String::from_utf8_lossy(&answer[..length]).lines().next().unwrap_or_default().to_owned()
    };
    says(&ask("/o/few.atom"), &["404"]);

    // A slash in a name is refused: nothing of the file holds, and the unit is ready all the same.
    place.configure(&format!("{kept}[[output]]\nname = \"a/b\"\n{}", news("added")));
    daemon.signal(Signal::HUP);
    says(&manager.hears("RELOADING=1"), &["MONOTONIC_USEC="]);
    says(&manager.hears("READY=1"), &["STATUS=not reloaded, the old configuration goes on", "a/b"]);
    daemon.wait_for("not reloaded, the old configuration goes on");
    assert_eq!(daemon.get("/feed.atom").matches("<entry>").count(), 3);

    place.configure(&format!("{kept}{hanging}[[output]]\nname = \"few\"\nlimit = 1\n{}", news("added")));
    let text = std::fs::read_to_string(place.path("headlined.toml")).unwrap();
    place.write("headlined.toml", text.replace("[server]\n", "[server]\nlog = \"debug\"\n"));
    daemon.signal(Signal::HUP);
    manager.hears("RELOADING=1");
    says(&manager.hears("READY=1"), &["STATUS=polling 3 feeds, serving"]);
    daemon.wait_for("the configuration was reloaded: 3 feeds, 2 outputs");
    daemon.wait_for("added: 3 new");
    assert_eq!(daemon.get("/o/few.atom").matches("<entry>").count(), 1, "filled with what is held");
    assert_eq!(plan("kept"), planned, "its plan is as it was");
    assert!(place.run(&["poll", "kept"]).status == Some(0));
    daemon.wait_for("DEBUG kept: nothing new");
    says(&ask("/o/few.atom"), &["200"]);
    assert_eq!(
        daemon.get("/feed.atom").matches("<entry>").count(),
        3,
        "what a removed feed brought stays: copies of one text"
    );
    daemon.stop();
    manager.hears("STOPPING=1");
}

#[test]
fn a_reload_names_what_needs_a_restart() {
    let place = Place::with(&news("news"));
    let mut daemon = place.daemon();
    let address = daemon.address.trim_start_matches("http://").trim_end_matches('/').to_owned();
    place.write("headlined.toml", format!("[server]\nlisten = \"127.0.0.1:1\"\n[store]\npath = \"other.db\"\n[fetch]\nallow_private_addresses = true\n{}", news("news")));
    daemon.signal(Signal::HUP);
    says(&daemon.wait_for("the store stays"), &["until a restart", "other.db"]);
    says(&daemon.wait_for("the address stays"), &["until a restart: 127.0.0.1:1"]);
    daemon.wait_for("the configuration was reloaded");
    assert!(TcpStream::connect(address).is_ok());
    daemon.stop();
    assert!(!place.path("other.db").exists());
}

#[test]
fn a_socket_that_was_opened_before_it_serves_from_the_first_request() {
    let place = Place::with(&news("news"));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let mut early = TcpStream::connect(address).unwrap(); // waits in the queue of the socket
    early.write_all(b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();

    // As systemd does: the socket is descriptor 3 of a process that is named in the environment.
    let mut command = Command::new("sh");
    command.args(["-c", "LISTEN_FDS=1 LISTEN_PID=$$ exec \"$0\" run 3<&0 </dev/null", env!("CARGO_BIN_EXE_headlined")]);
    place.at_home(&mut command);
    let mut daemon = Running::start_with(command, Stdio::from(OwnedFd::from(listener)));
    daemon.wait_for(&format!("listening on {address}, the socket that systemd opened"));
    let daemon = daemon.serving();
    assert_eq!(daemon.address, format!("http://{address}/"), "not the configured one");
    let mut answer = String::new();
    early.set_read_timeout(Some(PATIENCE)).unwrap();
    early.read_to_string(&mut answer).unwrap();
    says(&answer, &["200 OK", "ok\n"]);
    daemon.stop();
}
