//! What was withdrawn, by whomever: what is left of it, and that it does not come back (RULES 3).

use headlined::{clock::Clock, model::*};

use crate::served::*;

#[test]
fn what_is_withdrawn_leaves_everything_but_a_tombstone() {
    let mut world = World::new(&small(2));
    let now = Clock::System.now();
    world.poll(now, &[3, 2, 1]);
    let page = world.get("/feed/archive/1.atom", &[]);
    let id = page.text().split("<id>").nth(2).unwrap().split('<').next().unwrap().to_owned();
    let story = format!("/story/{}", id.trim_start_matches("urn:uuid:"));
    assert_eq!(world.get(&story, &[]).status, 200);
    let gone = page.titles()[0].to_owned();
    let withdrawal = |what: &str, is_legal| Withdrawal { what: what.into(), is_legal };
    assert_eq!(world.settler.withdraw(&withdrawal(&id, false), now + 10).unwrap().0, [gone.as_str()]);
    world.editions.changed("all");
    for path in ["/feed.atom", "/feed.rss", "/feed.json", "/feed/archive/1.atom", "/"] {
        assert!(!world.get(path, &[]).text().contains(&gone), "{path}");
    }
    let feed = world.get("/feed.atom", &[]);
    assert!(feed.text().contains(&format!("<at:deleted-entry ref=\"{id}\" when=\"")), "RFC 6721");
    let left = world.get(&story, &[]);
    assert_eq!(left.status, 410);
    assert!(left.text().contains(&gone), "its title stays");
    world.poll(now + 20, &[3, 2, 1]);
    assert!(!world.get("/feed.atom", &[]).text().contains(&gone), "it does not come back while its feed lists it");
    assert_eq!(world.settler.withdraw(&withdrawal(&id, true), now + 30).unwrap().0.len(), 1);
    let left = world.get(&story, &[]);
    assert_eq!((left.status, left.text().contains(&gone)), (451, false));
    assert_eq!(world.settler.withdraw(&withdrawal("https://one.example.org/2", false), now).unwrap().0.len(), 1);
    assert!(world.settler.withdraw(&withdrawal("nothing", false), now).unwrap().0.is_empty());
}

#[test]
fn an_entry_gone_from_the_middle_twice_an_hour_apart_is_withdrawn() {
    let mut world = World::new(&small(50));
    let now = Clock::System.now() - 20_000;
    world.poll(now, &[4, 3, 2, 1]);
    world.poll(now + 600, &[4, 2, 1]);
    assert_eq!(world.get("/feed.atom", &[]).titles().len(), 4);
    world.poll(now + 4_800, &[5, 4, 2, 1]);
    assert_eq!(world.get("/feed.atom", &[]).titles(), [title(5), title(4), title(2), title(1)]);
}
