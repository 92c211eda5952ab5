//! What enters an output, when, and where (RULES 2): settled through the store, read back as `edition` does.

use headlined::{model::*, poll::publish::Publisher};

use crate::{support::*, world::World};

const HOUR: UnixSeconds = 3_600;

/// Headlines that have no words in common, so that nothing is taken for a copy.
const APART: [&str; 6] = [
    "Bridge reopens",
    "Harvest begins early",
    "Museum finds painting",
    "Ferry strike ends",
    "Volcano wakes",
    "Tramline extended",
];

#[test]
fn the_first_pass_fills_an_output_by_date_up_to_its_limit() {
    let mut world = World::new(&["a", "b"], &[OutputConfig { limit: 3, ..output("all") }]);
    world.poll("a", START, &[(APART[0], -90), (APART[1], -1), (APART[2], -50)]);
    world.poll("b", START, &[(APART[3], -2), (APART[4], -80), (APART[5], -60)]);
    assert_eq!(world.titles("all"), [APART[1], APART[3], APART[2]]);
}

/// Else a reader who looks in at once is shown nothing, and keeps it for as long as an edition stands.
#[test]
fn what_comes_first_is_there_though_it_comes_in_the_second_of_the_start() {
    let mut world = World::new(&["a", "b"], &[output("all")]);
    world.settler.release(START).unwrap();
    world.news("a", START, &["Ferry sinks off the coast"]);
    assert_eq!(world.titles("all"), ["Ferry sinks off the coast"]);
}

#[test]
fn while_the_first_pass_lasts_an_output_is_filled_once_a_second_and_nothing_is_left_out_at_its_end() {
    let mut world = World::new(&["a", "b", "c", "never"], &[output("all")]);
    world.poll("a", START, &[(APART[0], -1)]);
    world.poll("b", START, &[(APART[1], -2)]);
    assert_eq!(world.titles("all"), [APART[0]]);
    assert_eq!(world.settler.release_at().unwrap(), Some(START + 1));
    world.settler.release(START + 1).unwrap();
    assert_eq!(world.titles("all"), [APART[0], APART[1]]);
    assert_eq!(world.settler.release_at().unwrap(), None);
    world.poll("c", START + 1, &[(APART[2], -3)]);
    world.settler.finish(START + 1).unwrap();
    assert_eq!(world.titles("all"), [APART[0], APART[1], APART[2]]);
}

#[test]
fn what_enters_a_running_output_enters_on_top_once_and_never_again() {
    let mut world = World::new(&["a"], &[output("all")]);
    world.poll("a", START, &[(APART[0], -1)]);
    world.poll("a", START + HOUR, &[(APART[1], -30), (APART[0], -1)]);
    assert_eq!(world.titles("all"), [APART[1], APART[0]], "on top, though it is older");
    world.poll("a", START + 2 * HOUR, &[(APART[2], 1)]);
    world.poll("a", START + 3 * HOUR, &[(APART[0], -1), (APART[1], -30)]);
    assert_eq!(world.titles("all"), [APART[2], APART[1], APART[0]]);
}

#[test]
fn the_first_poll_of_a_feed_in_a_running_output_lists_little_and_nothing_old() {
    let mut world = World::new(&["a"], &[output("all")]);
    world.poll("a", START, &[(APART[0], -1)]);
    let names: Vec<String> = (0..30).map(|n| format!("n{n} word{} thing{}", n * 7, n * 13)).collect();
    let items: Vec<(&str, UnixSeconds)> =
        names.iter().enumerate().map(|(n, name)| (name.as_str(), -(n as UnixSeconds) * 2)).collect();
    let later = START + 8 * 24 * HOUR; // after seven silent days the next entries count as a first poll again
    let recent: Vec<(&str, UnixSeconds)> = items.iter().map(|(name, hours)| (*name, hours + 8 * 24)).collect();
    world.poll("a", later, &recent);
    let titles = world.titles("all");
    assert_eq!(titles.len(), 1 + 20);
    assert_eq!(titles[0], names[0], "the newest of them on top");
    assert!(!titles.contains(&names[25]), "50 hours old: known, not listed");
}

#[test]
fn a_copy_is_folded_into_the_entry_that_is_there_and_its_id_stays() {
    let text = "Harbor pilots return to work after eleven days of talks over night shifts";
    let mut world = World::new(&["a", "b", "c"], &[output("all")]);
    for name in ["a", "b", "c"] {
        world.poll(name, START, &[]);
    }
    world.poll("a", START, &[(text, -1)]);
    let entry = |world: &World| world.settler.store.reader().unwrap().edition("all", 10).unwrap().unwrap().1.remove(0);
    let first = entry(&world);
    world.poll("b", START + HOUR, &[(text, 0)]);
    let later = entry(&world);
    assert_eq!(world.titles("all"), [text]);
    assert_eq!(later.ledger, first.ledger, "id, place and the frozen line stay");
    assert_eq!(later.copies.len(), 1, "the late copy is linked");
}

#[test]
fn a_story_that_reaches_min_sources_late_enters_on_top_then() {
    let top = OutputConfig { min_sources: 3, mode: FoldMode::Stories, ..output("top") };
    let mut world = World::new(&["a", "b", "c"], &[output("all"), top]);
    for name in ["a", "b", "c"] {
        world.poll(name, START, &[]);
    }
    let text = "Harbor pilots return to work after eleven days of talks over night shifts";
    world.poll("a", START, &[(text, -2)]);
    world.poll("b", START + HOUR, &[(text, -1)]);
    assert_eq!(world.titles("top"), Vec::<String>::new());
    world.poll("c", START + 20 * HOUR, &[(text, 19)]);
    assert_eq!(world.titles("top"), [text]);
}

fn words(rules: &[&str]) -> Vec<String> {
    rules.iter().map(|rule| (*rule).to_owned()).collect()
}

#[test]
fn what_a_rule_left_out_stays_out_when_the_rule_goes() {
    let filtered = OutputConfig { exclude: words(&["title:museum"]), ..output("some") };
    let mut world = World::new(&["a", "b"], &[output("all"), filtered]);
    let groups =
        [GroupConfig { name: "g".into(), include: words(&["ferry", "harvest", "museum"]), ..GroupConfig::default() }];
    let arrange = |world: &mut World, is_filtered: bool| {
        let groups: &[GroupConfig] = if is_filtered { &groups } else { &[] };
        let mut outputs = std::mem::take(&mut world.settler.publisher.outputs);
        if !is_filtered {
            outputs[1].0.exclude.clear();
        }
        world.settler.publisher = Publisher::new(outputs, groups, false);
        for feed in world.settler.feeds.values_mut().filter(|feed| feed.config.name == "b") {
            std::sync::Arc::make_mut(&mut feed.config).groups = vec!["g".into()];
        }
    };
    arrange(&mut world, true);
    world.poll("a", START, &[(APART[2], -3), (APART[0], -4)]);
    world.poll("b", START, &[]);
    world.poll("b", START + HOUR, &[(APART[4], 0), (APART[3], 0), (APART[1], 0)]);
    let sorted = |world: &World, output: &str| {
        let mut titles = world.titles(output);
        titles.sort();
        titles
    };
    assert_eq!(sorted(&world, "all"), [APART[0], APART[3], APART[1], APART[2]], "its group has no volcanoes");
    assert_eq!(sorted(&world, "some"), [APART[0], APART[3], APART[1]], "this output has no museums");
    arrange(&mut world, false);
    world.poll("a", START + 2 * HOUR, &[(APART[5], 2), (APART[2], -3), (APART[0], -4)]);
    world.poll("b", START + 2 * HOUR, &[(APART[4], 0), (APART[3], 0), (APART[1], 0)]);
    assert_eq!(sorted(&world, "some"), [APART[0], APART[3], APART[1], APART[5]]);
    assert_eq!(world.titles("all").len(), 5);
}

#[test]
fn a_loud_publisher_has_its_share_of_an_hour_and_the_rest_waits_for_a_day() {
    let fair = OutputConfig { per_source: Some(2), ..output("fair") };
    let mut world = World::new(&["a", "b"], &[output("all"), fair]);
    world.poll("a", START, &[]);
    world.poll("b", START, &[]);
    let loud: Vec<(&str, UnixSeconds)> = APART.iter().map(|title| (*title, 0)).collect();
    world.poll("a", START + HOUR, &loud);
    assert_eq!((world.titles("all").len(), world.titles("fair").len()), (6, 2));
    world.poll("b", START + HOUR, &[("Glacier measured again", 1)]);
    assert_eq!(world.titles("fair").len(), 3, "others are let in");
    world.poll("a", START + 2 * HOUR + 1, &loud);
    assert_eq!(world.titles("fair").len(), 5, "two more had their turn");
    world.poll("a", START + 30 * HOUR, &loud);
    assert_eq!(world.titles("fair").len(), 5, "the rest is no news any more");
}

#[test]
fn what_is_older_than_an_output_wants_does_not_enter() {
    let young = OutputConfig { max_age: Some(std::time::Duration::from_secs(36 * 3_600)), ..output("young") };
    let mut world = World::new(&["a"], &[output("all"), young]);
    world.poll("a", START, &[(APART[0], -1), (APART[1], -40)]);
    assert_eq!(world.titles("young"), [APART[0]]);
    world.poll("a", START + HOUR, &[(APART[2], -50), (APART[3], 0), (APART[0], -1)]);
    assert_eq!(world.titles("young"), [APART[3], APART[0]]);
}

#[test]
fn a_new_output_of_a_running_store_is_filled_and_another_poll_changes_nothing() {
    let mut world = World::new(&["a"], &[output("all")]);
    world.poll("a", START, &[(APART[0], -1), (APART[1], -2)]);
    let outputs = [output("all"), output("late")];
    let states = world.settler.store.sync_outputs(&outputs, START).unwrap();
    world.settler.publisher = Publisher::new(outputs.into_iter().zip(states).collect(), &[], false);
    world.poll("a", START + HOUR, &[(APART[0], -1), (APART[1], -2)]);
    assert_eq!(world.titles("late"), [APART[0], APART[1]]);
}

#[test]
fn a_digest_has_a_days_stories_by_how_many_publishers_carry_them() {
    let daily = OutputConfig { digest: Some(Digest::Daily), mode: FoldMode::Stories, ..output("daily") };
    let mut world = World::new(&["a", "b", "c"], &[daily]);
    for name in ["a", "b", "c"] {
        world.poll(name, START, &[]);
    }
    let text = "Harbor pilots return to work after eleven days of talks over night shifts";
    world.poll("a", START + HOUR, &[(APART[0], 0), (text, 0)]);
    world.poll("b", START + 2 * HOUR, &[(text, 1)]);
    let digests = |world: &World| {
        let mut reader = world.settler.store.reader().unwrap();
        let output = reader.edition("daily", 1).unwrap().unwrap().0.id;
        reader.digests(output, 10).unwrap()
    };
    assert!(digests(&world).is_empty(), "the day is not over");
    world.poll("c", START + 20 * HOUR, &[(APART[3], 19)]);
    let [digest] = &digests(&world)[..] else { panic!("{:?}", digests(&world)) };
    let titles: Vec<&str> = digest.stories.iter().map(|story| story.article.title.as_str()).collect();
    assert_eq!(titles, [text, APART[0]]);
    world.poll("c", START + 21 * HOUR, &[(APART[4], 20), (APART[3], 19)]);
    assert_eq!(digests(&world).len(), 1);
}
