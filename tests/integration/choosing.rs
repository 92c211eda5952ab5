//! What an output chooses, and what it does with what it did not: filters, shares, age, digests; settled through the store.

use headlined::model::*;

use crate::{support::*, world::World};

const HOUR: UnixSeconds = 3_600;
const DAY: UnixSeconds = 24 * HOUR;

fn excluding(rules: &[&str]) -> OutputConfig {
    OutputConfig { exclude: rules.iter().map(|rule| (*rule).to_owned()).collect(), ..output("all") }
}

#[test]
fn what_a_filter_kept_out_stays_out_when_the_filter_changes() {
    let mut world = World::new(&["a", "b"], &[excluding(&["title:ferry"])]).running();
    world.news("a", START, &["Ferry strike ends", "Volcano wakes"]);
    assert_eq!(world.titles("all"), ["Volcano wakes"]);
    let mut world = world.reconfigure(&[output("all")], START + HOUR);
    world.news("a", START + HOUR, &["Museum finds painting", "Ferry strike ends", "Volcano wakes"]);
    assert_eq!(world.titles("all"), ["Museum finds painting", "Volcano wakes"]);
    world.news("b", START + 2 * HOUR, &["Ferry timetable is out"]);
    assert_eq!(world.titles("all")[0], "Ferry timetable is out", "what comes now is judged by the rules of now");
    let mut world = world.reconfigure(&[excluding(&["/ferry/i"])], START + 3 * HOUR);
    world.news("a", START + 3 * HOUR, &["Tramline extended"]);
    assert_eq!(world.titles("all").len(), 4, "what is in stays in");
}

#[test]
fn a_feed_s_filter_holds_for_every_output() {
    let only_sport = FeedConfig { include: vec!["sport".into()], publisher: Some("a".into()), ..feed("a") };
    let mut world = World::with(vec![only_sport], &[output("all"), output("other")]).running();
    world.news("a", START, &["Sport in brief", "Volcano wakes"]);
    assert_eq!(
        (world.titles("all"), world.titles("other")),
        (vec!["Sport in brief".into()], vec!["Sport in brief".into()])
    );
}

const LOUD: [&str; 4] = ["Bridge reopens", "Harvest begins early", "Museum finds painting", "Ferry strike ends"];

#[test]
fn a_loud_publisher_waits_its_turn_and_loses_it_after_a_day() {
    let mut world = World::new(&["loud", "calm"], &[OutputConfig { per_source: Some(1), ..output("all") }]).running();
    world.news("loud", START, &LOUD);
    world.news("calm", START + 60, &["Volcano wakes"]);
    assert_eq!(world.titles("all").len(), 2, "one of each publisher");
    world.news("calm", START + HOUR + 60, &[]);
    assert_eq!(world.titles("all").len(), 3, "an hour later the next may enter");
    world.news("calm", START + 2 * DAY, &[]);
    world.news("calm", START + 2 * DAY + 2 * HOUR, &[]);
    assert_eq!(world.titles("all").len(), 3, "what waited for a day is news no more");
}

#[test]
fn what_is_too_old_does_not_enter() {
    let max_age = Some(std::time::Duration::from_secs(6 * 3_600));
    let mut world = World::new(&["a"], &[OutputConfig { max_age, ..output("fresh") }, output("all")]).running();
    world.news("a", START, &["Volcano wakes"]);
    let feed = world.settler.feeds.values().next().unwrap().clone();
    let old = rss(&[("old".into(), "https://a.example.org/old".into(), "Bridge reopens".into(), START - 10 * HOUR)]);
    world.settler.settle(&[retrieved(&feed, &old)], START + HOUR).unwrap();
    assert_eq!((world.titles("fresh").len(), world.titles("all").len()), (1, 2));
}

#[test]
fn a_digest_is_one_entry_a_day_with_what_most_outlets_carry_first() {
    let text = "Harbor pilots return to work after eleven days of talks over night shifts";
    let daily = OutputConfig { digest: Some(Digest::Daily), ..output("daily") };
    let mut world = World::new(&["a", "b"], &[output("all"), daily]).running();
    let noon = START - START.rem_euclid(DAY) + DAY / 2;
    world.news("a", noon, &["Volcano wakes", text]);
    world.news("b", noon + HOUR, &[text]);
    let digests = |world: &World| {
        let mut reader = world.settler.store.reader().unwrap();
        let (output, _) = reader.edition("daily", 10).unwrap().unwrap();
        reader.digests(output.id, 10).unwrap()
    };
    assert!(digests(&world).is_empty(), "the day is not over");
    world.news("a", noon + DAY, &["Museum finds painting"]);
    world.news("a", noon + DAY + HOUR, &["Tramline extended"]);
    let made = digests(&world);
    assert_eq!(made.len(), 1, "one for the day that is over");
    let titles: Vec<&str> = made[0].stories.iter().map(|story| story.article.title.as_str()).collect();
    assert_eq!(titles, [text, "Volcano wakes"]);
}
