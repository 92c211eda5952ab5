//! `headlined demo`: starts, serves, ends, and leaves nothing.

use std::time::Duration;

use rustix::process::Signal;

use crate::support::{Place, Running, says};

fn demo(place: &Place) -> Running {
    let mut command = place.command(&["demo"]);
    command.env("HEADLINED_LISTEN", "127.0.0.1:0");
    let mut demo = Running::start(command);
    let line = demo.wait_for_output("front page ");
    demo.address = line.rsplit(' ').next().unwrap().to_owned();
    demo
}

#[test]
fn it_starts_serves_and_leaves_nothing() {
    for signal in [Signal::INT, Signal::TERM, Signal::HUP] {
        let place = Place::new();
        let demo = demo(&place);
        says(&demo.get("/"), &["HTTP/1.1 200 OK", "headlined demo"]);
        says(&demo.get("/feed.atom"), &["HTTP/1.1 200 OK", "http://www.w3.org/2005/Atom"]);
        for path in ["/o/en", "/group/science", "/lang/fr", "/group/science.json", "/lang/fr.rss"] {
            says(&demo.get(path), &["HTTP/1.1 200 OK"]);
        }
        demo.signal(signal);
        let ended = demo.end_within(Duration::from_secs(5));
        assert_eq!(ended.status, Some(0), "{ended:?}");
        assert_eq!((place.files("tmp"), place.files("state")), (vec![], vec![]));
    }
}

#[test]
fn a_second_signal_leaves_nothing_either() {
    let place = Place::new();
    let demo = demo(&place);
    [Signal::STOP, Signal::TERM, Signal::INT, Signal::CONT].into_iter().for_each(|signal| demo.signal(signal));
    let ended = demo.end_within(Duration::from_secs(5));
    assert!(matches!(ended.status, Some(0 | 130)), "{ended:?}");
    assert!(place.files("tmp").is_empty(), "{:?}", place.files("tmp"));
}

#[test]
fn two_demos_run_side_by_side() {
    let place = Place::new();
    let (one, other) = (demo(&place), demo(&place));
    assert_ne!(one.address, other.address);
    [one, other].into_iter().for_each(|demo| drop(demo.stop()));
    assert!(place.files("tmp").is_empty());
}

#[test]
fn a_temporary_folder_that_is_not_there_is_named() {
    let place = Place::new();
    let mut command = place.command(&["demo"]);
    command.env("TMPDIR", place.path("nowhere"));
    let ended = Running::start(command).end();
    assert_eq!(ended.status, Some(1), "{ended:?}");
    says(&ended.err, &["cannot make the demo's folder", "nowhere", "set TMPDIR to a folder that can be written"]);
}
