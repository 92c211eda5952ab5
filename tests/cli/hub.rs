//! A WebSub hub: told of a change once it can fetch it, and refused where it could fetch nothing.

use std::{
    io::{BufRead, BufReader, Read, Write},
    sync::mpsc::{self, Sender},
};

use crate::{
    origin::{connections, rss, serves},
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
fn a_hub_that_could_fetch_nothing_is_refused() {
    let place = Place::new();
    place.write("headlined.toml", "[server]\nhub = \"https://hub.example.org/\"\n");
    says(&place.refused(&["check"], 2), &["headlined.toml:2:", "hub without base_url"]);
}
