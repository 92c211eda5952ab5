//! A WebSub hub: told of a change once it can fetch it, and refused where it could fetch nothing.

use std::{
    io::{BufRead, BufReader, Read, Write},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Sender},
    },
};

use rustix::process::Signal;

use crate::{
    origin::{answer, connections, origin, rss, serves},
    support::{PATIENCE, Place, says},
};

/// A hub that says what form it was sent, and takes it.
fn hub(told: Sender<String>) -> String {
    connections(move |mut stream| {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut length = 0;
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).unwrap();
            if let Some(written) = line.to_lowercase().strip_prefix("content-length:") {
                length = written.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut form = vec![0; length];
        reader.read_exact(&mut form).unwrap();
        let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"); // headlined may be gone
        let _ = told.send(String::from_utf8(form).unwrap()); // the test may be over
    })
}

#[test]
fn a_hub_is_told_of_a_change_and_finds_it_there() {
    let (told, hears) = mpsc::channel();
    let (hub, feed) = (hub(told), serves("application/rss+xml", rss(3, 0)));
    let place = Place::new();
    place.write(
        "headlined.toml",
        format!(
            "[server]\nlisten = \"127.0.0.1:0\"\nbase_url = \"https://news.example.org/\"\nhub = \"{hub}\"\n\
             [fetch]\nallow_private_addresses = true\nhost_pause = \"0s\"\n\
             [[feed]]\nname = \"one\"\nurl = \"{feed}\"\n[[output]]\nname = \"all\"\nedition_interval = \"0s\"\n"
        ),
    );
    let daemon = place.daemon();
    let form = hears.recv_timeout(PATIENCE).unwrap();
    let topic = |extension| format!("&hub.url=https%3A%2F%2Fnews.example.org%2Ffeed.{extension}");
    assert_eq!(form, format!("hub.mode=publish{}{}{}", topic("atom"), topic("rss"), topic("json")));
    says(&daemon.get("/feed.atom"), &["Headline 3", &format!("rel=\"hub\" href=\"{hub}\"")]);
    daemon.stop();
}

#[test]
fn after_a_reload_the_hub_that_is_named_then_is_told() {
    let (told_first, first_hears) = mpsc::channel();
    let (told_second, second_hears) = mpsc::channel();
    let (first, second) = (hub(told_first), hub(told_second));
    let asked = Arc::new(AtomicUsize::new(3));
    let feed = origin(move |stream| {
        let document = rss(asked.fetch_add(1, Ordering::Relaxed), 0); // one more each time
        answer(stream, "application/rss+xml", document.as_bytes())
    });
    let place = Place::new();
    let configure = |hub: &str| {
        let server = format!("base_url = \"https://news.example.org/\"\nhub = \"{hub}\"\n");
        let fetch = "[fetch]\nallow_private_addresses = true\nhost_pause = \"0s\"\n";
        let rest = format!(
            "[[feed]]\nname = \"one\"\nurl = \"{feed}\"\n[[output]]\nname = \"all\"\nedition_interval = \"0s\"\n"
        );
        place.write("headlined.toml", format!("[server]\nlisten = \"127.0.0.1:0\"\n{server}{fetch}{rest}"));
    };
    configure(&first);
    let mut daemon = place.daemon();
    first_hears.recv_timeout(PATIENCE).unwrap();
    configure(&second);
    daemon.signal(Signal::HUP);
    daemon.wait_for("the configuration was reloaded");
    place.poll();
    assert!(second_hears.recv_timeout(PATIENCE).unwrap().contains("feed.atom"));
    says(&daemon.get("/feed.atom"), &["Headline 4", &format!("rel=\"hub\" href=\"{second}\"")]);
    assert!(first_hears.try_recv().is_err(), "the other hub is told no more");
    daemon.stop();
}

#[test]
fn a_hub_that_could_fetch_nothing_is_refused() {
    let place = Place::new();
    place.write("headlined.toml", "[server]\nhub = \"https://hub.example.org/\"\n");
    says(&place.refused(&["check"], 2), &["headlined.toml:2:", "hub without base_url"]);
}
