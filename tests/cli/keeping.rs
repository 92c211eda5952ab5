//! Kept for years: backups and the way back, what retention and forgetting leave, and what the doctor finds.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, chown},
    process::Command,
};

use rustix::process::Signal;

use crate::{
    origin::{rss, serves},
    support::{Place, Running, says},
};

fn news(name: &str, keys: &str) -> String {
    format!("[[feed]]\nname = \"{name}\"\nurl = \"{}\"\n{keys}", serves("application/rss+xml", rss(5, 500)))
}

fn ids(place: &Place) -> Vec<Vec<u8>> {
    let store = rusqlite::Connection::open(place.store()).unwrap();
    let mut query = store.prepare("SELECT published_id FROM article ORDER BY 1").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn said(place: &Place, words: &[&str]) -> String {
    let ended = place.run(words);
    assert_eq!(ended.status, Some(0), "{ended:?}");
    ended.out
}

#[test]
fn a_backup_is_made_beside_the_daemon_and_restored_without_it() {
    let place = Place::with(&news("news", ""));
    let mut daemon = place.daemon();
    daemon.wait_for("news: 5 new");
    let file = place.path("backup.db");
    let name = file.to_str().unwrap();
    says(&said(&place, &["backup", name]), &["backup.db is a backup of ", "and whole"]);
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);

    let bytes = fs::read(&file).unwrap();
    says(&place.refused(&["backup", name], 1), &["no backup was made", "backup.db", "is there already"]);
    assert_eq!(fs::read(&file).unwrap(), bytes);
    says(&place.refused(&["backup", place.store().to_str().unwrap()], 1), &["is there already"]);
    says(&place.refused(&["backup", "nowhere/backup.db"], 1), &["nowhere/backup.db", "make it first"]);
    let pid = daemon.pid.to_string();
    says(&place.refused(&["restore", name], 1), &["is in use by a running headlined", &pid, "stop it first"]);
    daemon.stop();

    let before = ids(&place);
    fs::remove_file(place.store()).unwrap();
    place.configure("");
    place.poll();
    assert!(ids(&place).is_empty());
    says(&said(&place, &["restore", name]), &["is what ", "the store that was there is ", "headlined.db.before-"]);
    assert_eq!(ids(&place), before);
    let kept = place.files("state").into_iter().filter(|path| path.to_string_lossy().contains(".before-")).count();
    assert_eq!(kept, 1, "the store that was there is kept");
}

#[test]
fn nothing_but_a_whole_store_is_restored() {
    let place = Place::with(&news("news", ""));
    place.poll();
    let held = fs::read(place.store()).unwrap();
    let mut damaged = held.clone();
    let half = damaged.len() / 2;
    damaged[half..].fill(0xee);
    place.write("damaged.db", damaged);
    place.write("text", "somebody's letter");
    place.write("empty", "");
    rusqlite::Connection::open(place.path("other.db"))
        .unwrap()
        .execute_batch("CREATE TABLE recipe (title TEXT)")
        .unwrap();
    for (file, expected) in [
        ("text", "is not a headlined store"),
        ("other.db", "is not a headlined store"),
        ("empty", "it is empty"),
        ("damaged.db", "cannot be restored"),
        ("nothing", "unable to open"),
    ] {
        says(&place.refused(&["restore", file], 1), &[file, expected]);
    }
    assert_eq!(fs::read(place.store()).unwrap(), held);
    assert_eq!(place.files("state/headlined").len(), 2, "the store and its lock");
}

/// The limit on the size of files stands for a full disk (see `store`).
#[test]
fn a_backup_onto_a_full_disk_leaves_nothing() {
    let place = Place::with(&news("news", ""));
    place.poll();
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' XFSZ; ulimit -f 160; exec \"$0\" backup full.db", env!("CARGO_BIN_EXE_headlined")]);
    place.at_home(&mut command);
    let ended = Running::start(command).end();
    assert_eq!(ended.status, Some(1), "{ended:?}");
    says(&ended.err, &["no backup was made", "full.db", "nothing was left"]);
    assert!(!place.path("full.db").exists());
}

#[test]
fn a_feed_that_is_no_longer_configured_stays_until_it_is_forgotten() {
    let place = Place::with(&format!("{}{}", news("kept", "dedup = false\n"), news("old", "dedup = false\n")));
    let mut daemon = place.daemon();
    (0..2).for_each(|_| drop(daemon.wait_for(": 5 new")));
    says(&place.refused(&["feeds", "--forget", "old"], 2), &["is in the configuration", "remove it there first"]);
    place.configure(&news("kept", "dedup = false\n"));
    daemon.signal(Signal::HUP);
    daemon.wait_for("the configuration was reloaded");
    assert_eq!(ids(&place).len(), 10);
    says(&said(&place, &["feeds", "--forget", "old"]), &["old is forgotten: 5 articles are gone"]);
    assert_eq!(ids(&place).len(), 5);
    assert_eq!(daemon.get("/o/all.atom").matches("<entry>").count() % 5, 0);
    says(&place.refused(&["feeds", "--forget", "old"], 1), &["old"]);
    daemon.stop();
    says(&place.refused(&["feeds", "--forget", "old"], 1), &["no feed \"old\" is in the store"]);
}

#[test]
fn the_doctor_says_what_is_wrong_and_what_to_do() {
    let place = Place::with(&news("news", ""));
    says(&place.run(&["doctor"]).out, &["well   the configuration is right: 1 feeds", "there is no store "]);
    let daemon = place.daemon();
    let pid = daemon.pid.to_string();
    says(&place.run(&["doctor"]).out, &[" is whole", &format!("a headlined runs on it (pid {pid})"), "MiB are free"]);
    daemon.stop();

    fs::set_permissions(place.store(), fs::Permissions::from_mode(0o644)).unwrap();
    let ended = place.run(&["doctor"]);
    assert_eq!(ended.status, Some(1), "{ended:?}");
    says(&ended.out, &["WRONG  others may read ", "→ chmod go= '"]);

    let future = "UPDATE article SET first_seen_at = first_seen_at + 31536000";
    place.poll();
    rusqlite::Connection::open(place.store()).unwrap().execute_batch(future).unwrap();
    says(&place.run(&["doctor"]).out, &["articles of the future", "have the clock set"]);

    place.configure("[[feed]]\nnmae = \"x\"\n");
    let ended = place.run(&["doctor"]);
    assert_eq!(ended.status, Some(1), "{ended:?}");
    says(&ended.out, &["WRONG", "nmae", "mend the file"]);
}

/// Only root can try it: what root runs leaves nothing behind that the service could not write.
#[test]
fn a_verb_that_root_runs_leaves_no_file_of_roots() {
    const OWNER: u32 = 12_345;
    let place = Place::with(&news("news", ""));
    let folder = place.path("state/headlined");
    fs::create_dir(&folder).unwrap();
    let expected = if rustix::process::geteuid().is_root() { OWNER } else { rustix::process::geteuid().as_raw() };
    let _ = chown(&folder, Some(expected), None); // not root: it is ours as it is
    place.poll();
    let daemon = place.daemon();
    says(&said(&place, &["feeds"]), &["news"]);
    says(&said(&place, &["backup", "backup.db"]), &["whole"]);
    let owners = |place: &Place| -> Vec<_> {
        let files = place.files("state/headlined");
        files.iter().map(|path| (path.clone(), fs::metadata(path).unwrap().uid())).collect()
    };
    let while_running = owners(&place);
    assert!(while_running.len() >= 4, "store, log, lock, socket: {while_running:?}");
    daemon.stop();
    for (path, owner) in while_running.into_iter().chain(owners(&place)) {
        assert_eq!(owner, expected, "{}", path.display());
    }
}
