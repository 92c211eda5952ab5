//! Outputs as files: whole, readable by others, untouched while nothing changed, and one that cannot be written keeps nobody's
//! else from being.

use std::{fs, os::unix::fs::MetadataExt};

use tokio::time::Instant;

use crate::{
    origin::{rss, serves},
    support::{PATIENCE, Place, Running, says},
};

fn place() -> Place {
    let feed = serves("application/rss+xml", rss(3, 0));
    Place::with(&format!(
        "[[feed]]\nname = \"one\"\nurl = \"{feed}\"\n\
         [[output]]\nname = \"all\"\nfile = \"public/feed.json\"\n\
         [[output]]\nname = \"lost\"\nfile = \"nowhere/lost.atom\"\n"
    ))
}

#[test]
fn a_pass_writes_files_that_others_can_read_and_says_which_it_could_not() {
    let place = place();
    place.write("public/other", "");
    let ended = place.run(&["poll", "--all"]);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    says(&ended.err, &["nowhere/lost.atom cannot be written: No such file"]);
    let path = place.path("public/feed.json");
    let first = fs::metadata(&path).unwrap();
    assert_eq!(first.mode() & 0o777, 0o644);
    says(&fs::read_to_string(&path).unwrap(), &["Headline 3", "jsonfeed.org"]);
    assert_eq!(place.run(&["poll", "--all"]).status, Some(0));
    assert_eq!(fs::metadata(&path).unwrap().ino(), first.ino(), "nothing changed, nothing was written");
}

#[test]
fn a_service_writes_files_and_shows_on_its_status_page_what_it_cannot() {
    let place = place();
    place.write("public/other", "");
    let mut daemon = place.daemon();
    let line = daemon.wait_for("cannot be written");
    says(&line, &["nowhere/lost.atom", "tried again, the others are written"]);
    says(&daemon.get("/status"), &["nowhere/lost.atom cannot be written"]);
    let told = |daemon: &Running| daemon.get("/notices.atom").matches("The file of lost cannot be written").count();
    let until = Instant::now() + PATIENCE;
    while told(&daemon) == 0 {
        assert!(Instant::now() < until, "nothing is told");
    }
    daemon.stop();

    let mut daemon = place.daemon();
    daemon.wait_for("cannot be written");
    assert_eq!(told(&daemon), 1, "once, though it is found out at every start");
    daemon.stop();
}

#[test]
fn what_is_withdrawn_without_a_service_leaves_the_files_too() {
    let place = place();
    place.write("public/other", "");
    place.run(&["poll", "--all"]);
    let path = place.path("public/feed.json");
    says(&fs::read_to_string(&path).unwrap(), &["Text 2 of"]);
    assert_eq!(place.run(&["withdraw", "https://example.org/2"]).status, Some(0));
    let text = fs::read_to_string(&path).unwrap();
    assert!(!text.contains("Text 2 of") && text.contains("Text 1 of"), "{text}");
}
