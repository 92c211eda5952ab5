//! Outputs as files: whole, readable by others, untouched while nothing changed, and one that cannot be written keeps nobody's
//! else from being.

use std::{fs, os::unix::fs::MetadataExt};

use crate::{
    origin::{rss, serves},
    support::{Place, says},
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
    daemon.stop();
}
