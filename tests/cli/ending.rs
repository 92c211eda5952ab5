//! How it ends: with status 0 within seconds whatever hangs, at once when told twice.

use std::{io::Write, net::TcpStream, time::Duration};

use rustix::process::Signal;

use crate::{
    origin::{connections, hangs, rss, serves},
    support::{Place, Running},
};

/// A feed that is read, and others whose origins were asked and never answer.
fn with_hanging_origins(count: usize) -> (Place, std::sync::mpsc::Receiver<()>) {
    let (asked, was_asked) = std::sync::mpsc::channel();
    let mut feeds = format!(
        "timeout = \"5m\"\n[[feed]]\nname = \"news\"\nurl = \"{}\"\n",
        serves("application/rss+xml", rss(3, 0))
    );
    for number in 0..count {
        let asked = asked.clone();
        let url = connections(move |stream| {
            let _ = stream.peek(&mut [0]);
            asked.send(()).unwrap();
            std::thread::park(); // the connection stays open, and silent
        });
        feeds.push_str(&format!("[[feed]]\nname = \"hanging {number}\"\nurl = \"{url}\"\n"));
    }
    let place = Place::new();
    place.write("headlined.toml", format!("[server]\nlisten = \"127.0.0.1:0\"\n[fetch]\nallow_private_addresses = true\nhost_pause = \"0s\"\nper_host = 32\n{feeds}"));
    (place, was_asked)
}

#[test]
fn it_ends_well_while_origins_hang() {
    for signal in [Signal::TERM, Signal::INT] {
        let (place, asked) = with_hanging_origins(8);
        let mut daemon = place.daemon();
        daemon.wait_for("news: 3 new");
        (0..8).for_each(|_| asked.recv_timeout(crate::support::PATIENCE).unwrap());
        daemon.signal(signal);
        let ended = daemon.end_within(Duration::from_secs(5));
        assert_eq!(ended.status, Some(0), "{ended:?}");
        crate::support::says(&ended.err, &["stopping: what was under way is polled again at the next start"]);
        let left: Vec<_> =
            place.files("state/headlined").iter().map(|path| path.file_name().unwrap().to_owned()).collect();
        assert!(
            left.iter().all(|name| name == "headlined.db" || name == "headlined.db.lock"),
            "the store is one file: {left:?}"
        );
        assert_eq!(place.feeds()[0]["articles"], 3);
    }
}

#[test]
fn a_pass_that_is_interrupted_ends_soon_and_keeps_what_it_has() {
    let (place, asked) = with_hanging_origins(3);
    let pass = Running::start(place.command(&["poll", "--all"]));
    (0..3).for_each(|_| asked.recv_timeout(crate::support::PATIENCE).unwrap());
    pass.signal(Signal::INT);
    let ended = pass.end_within(Duration::from_secs(5));
    assert_eq!(ended.status, Some(130), "{ended:?}");
    assert_eq!(place.feeds().as_array().unwrap().len(), 4, "the store opens");
}

/// Both signals are there before the process can answer the first: the second must not wait for the first's drain.
#[test]
fn a_second_signal_ends_it_at_once() {
    let place = Place::with(&format!("[[feed]]\nname = \"hanging\"\nurl = \"{}\"\n", hangs()));
    let daemon = place.daemon();
    let mut reader = TcpStream::connect(daemon.address.trim_start_matches("http://").trim_end_matches('/')).unwrap();
    reader.write_all(b"GET / HT").unwrap(); // a request that never gets whole holds the end back
    daemon.signal(Signal::STOP);
    daemon.signal(Signal::TERM);
    daemon.signal(Signal::INT);
    daemon.signal(Signal::CONT);
    let ended = daemon.end_within(Duration::from_secs(5));
    assert_eq!(ended.status, Some(130), "{ended:?}");
    assert_eq!(place.run(&["feeds"]).status, Some(0), "the store opens");
}
