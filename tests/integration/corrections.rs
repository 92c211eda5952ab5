//! `split` and `join`: corrected for good, with nothing shown again and nothing lost.

use headlined::model::*;

use crate::{press::*, support::*};

const HOUR: UnixSeconds = 3_600;

fn outputs() -> Vec<OutputConfig> {
    vec![output("all"), OutputConfig { mode: FoldMode::Stories, ..output("stories") }]
}

fn wire(name: &str, at: UnixSeconds) -> Item {
    item(name, WIRES[0].0, WIRES[0].1, at)
}

fn split(article: uuid::Uuid) -> Correction {
    Correction::Split { article, story: false }
}

async fn shown(press: &Press, output: &str) -> Vec<(String, Option<String>)> {
    press.entries(output).await.into_iter().map(|entry| (entry.id, entry.source.title)).collect()
}

#[tokio::test]
async fn a_split_copy_enters_as_itself_and_is_never_joined_again() {
    for restarts in [false, true] {
        let mut press = Press::of(&["a", "b", "c", "d"], outputs());
        press.print(
            START + HOUR,
            &[("a", &[wire("x", START)]), ("b", &[wire("y", START + 1)]), ("c", &[wire("z", START + 2)])],
        );
        let before = press.subscriber("all").await;
        assert_eq!(before.len(), 1);
        let b = press.id("b", "y");
        press.correct(&split(b), START + 2 * HOUR).unwrap();
        if restarts {
            press.restart(START + 2 * HOUR);
        }
        let after = press.subscriber("all").await;
        assert_eq!(after.len(), 2);
        assert_eq!(after[1], before[0], "what was there is as it was");
        assert_eq!(after[0]["id"], format!("urn:uuid:{b}"));
        assert_eq!(press.reports(&b.to_string()).len(), 1);
        assert_eq!(press.reports(before[0]["id"].as_str().unwrap()).len(), 2);
        // A copy of both belongs to the first, and does not make one of the two.
        press.print(START + 3 * HOUR, &[("d", &[wire("w", START + 2 * HOUR)])]);
        assert_eq!((press.entries("all").await.len(), press.entries("stories").await.len()), (2, 2));
        assert_eq!(press.reports(&b.to_string()).len(), 1);
        assert_eq!(press.reports(before[0]["id"].as_str().unwrap()).len(), 3);
    }
}

/// The beginning of a text, too short to contradict another one under the same headline.
fn brief(wire: usize) -> String {
    let words: Vec<&str> = WIRES[wire].1.split_whitespace().take(30).collect();
    words.join(" ")
}

#[tokio::test]
async fn what_was_split_stays_apart_when_only_later_copies_of_both_are_in_the_window() {
    for restarts in [false, true] {
        let mut press = Press::of(&["a", "b", "c", "d", "e"], outputs());
        let (one, other) = (brief(1), brief(2));
        let [first, second] = [("x", &one), ("y", &other)].map(|(name, text)| item(name, WIRES[0].0, text, START));
        press.print(START + HOUR, &[("a", &[first]), ("b", &[second])]);
        let (a, b) = (press.id("a", "x"), press.id("b", "y"));
        assert_eq!(press.reports(&a.to_string()).len(), 2, "copies before they are split");
        press.correct(&split(b), START + 2 * HOUR).unwrap();
        let later = START + 50 * HOUR;
        press.print(
            later,
            &[("c", &[item("v", WIRES[1].0, &one, later)]), ("d", &[item("w", WIRES[2].0, &other, later)])],
        );
        let [c, d] = [press.id("c", "v"), press.id("d", "w")];
        let members = |press: &Press| [c, d].map(|id| press.reports(&id.to_string()).len());
        assert_eq!(members(&press), [2, 2], "each has a later copy");
        let after = START + 100 * HOUR;
        press.settler.rules.retention = Some(std::time::Duration::from_secs(90 * 3_600)); // those that were split go
        while press.settler.upkeep(after, &mut headlined::poll::Upkept::default()).unwrap() {}
        if restarts {
            press.restart(after);
        }
        press.print(after, &[("e", &[item("u", "Notes of the evening", &format!("{one} {other}"), after)])]);
        assert_eq!(members(&press), [2, 1], "a copy of both later copies goes to the first");
    }
}

#[tokio::test]
async fn the_first_of_its_copies_can_be_split_off_and_every_id_stays() {
    let lead = FeedConfig { priority: 9, ..publisher("b") };
    let mut press = Press::new(vec![publisher("a"), lead, publisher("c")], outputs());
    press.print(
        START + HOUR,
        &[("a", &[wire("x", START)]), ("b", &[wire("y", START + 1)]), ("c", &[wire("z", START + 2)])],
    );
    let before = shown(&press, "all").await;
    assert_eq!(before, [(format!("urn:uuid:{}", press.id("a", "x")), Some("b".into()))]);
    press.correct(&split(press.id("a", "x")), START + 2 * HOUR).unwrap();
    for output in ["all", "stories"] {
        let after = shown(&press, output).await;
        assert_eq!(after.len(), 2, "{output}");
        assert_eq!(after[0].1.as_deref(), Some("a"), "{output}: what was hidden is there now");
        assert_eq!(after[1].1.as_deref(), Some("b"), "{output}");
        assert_ne!(after[0].0, after[1].0);
    }
    assert_eq!(shown(&press, "all").await[1], before[0]);
    press.restart(START + 2 * HOUR);
    press.print(START + 3 * HOUR, &[("a", &[wire("x", START)]), ("c", &[wire("z2", START + HOUR)])]);
    assert_eq!(shown(&press, "all").await.len(), 2);
}

#[tokio::test]
async fn what_is_joined_by_hand_stays_joined_and_nothing_is_shown_again() {
    let mut press = Press::of(&["a", "b", "c"], outputs());
    let other = item("y", WIRES[1].0, WIRES[1].1, START + 1);
    press.print(START + HOUR, &[("a", &[wire("x", START)]), ("b", &[other])]);
    let before = press.subscriber("all").await;
    assert_eq!(before.len(), 2);
    let join = Correction::Join { articles: [press.id("b", "y"), press.id("a", "x")], story: false };
    press.correct(&join, START + 2 * HOUR).unwrap();
    press.restart(START + 2 * HOUR);
    let after = press.subscriber("all").await;
    for (before, after) in before.iter().zip(&after) {
        for key in ["id", "title", "content_html", "date_modified"] {
            assert_eq!(before[key], after[key]);
        }
    }
    assert_eq!(sources(&press.entries("all").await[0].late_copies).len(), 1, "the later links to the earlier");
    assert_eq!(press.reports(after[0]["id"].as_str().unwrap()).len(), 2);
    // What is a copy of either is a copy of both.
    press.print(START + 3 * HOUR, &[("c", &[item("z", WIRES[1].0, WIRES[1].1, START + HOUR)])]);
    assert_eq!(press.entries("all").await.len(), 2);
    assert_eq!(press.reports(after[0]["id"].as_str().unwrap()).len(), 3);
    assert!(press.correct(&join, START + 4 * HOUR).unwrap_err().contains("joined already"));
}

#[tokio::test]
async fn what_was_split_can_be_joined_again_as_one_story() {
    let mut press = Press::of(&["a", "b"], outputs());
    press.print(START + HOUR, &[("a", &[wire("x", START)]), ("b", &[wire("y", START + 1)])]);
    let (a, b) = (press.id("a", "x"), press.id("b", "y"));
    press.correct(&split(b), START + 2 * HOUR).unwrap();
    press.correct(&Correction::Join { articles: [a, b], story: true }, START + 3 * HOUR).unwrap();
    let reports = press.reports(&a.to_string());
    assert_eq!((reports.len(), reports.iter().filter(|report| report.copy_of.is_some()).count()), (2, 0));
    assert_eq!(press.entries("all").await.len(), 2);
    let why = reports[1].why.clone().unwrap();
    assert_eq!((why.0.as_str(), why.2.starts_with("joined by the operator")), ("hand", true));
}

#[tokio::test]
async fn a_correction_that_cannot_be_made_says_why_and_changes_nothing() {
    let mut press = Press::of(&["a"], outputs());
    press.print(START + HOUR, &[("a", &[wire("x", START)])]);
    let (a, nobody) = (press.id("a", "x"), uuid::Uuid::nil());
    for (correction, expected) in [
        (split(nobody), "no article is held under urn:uuid:0000"),
        (split(a), "stands by itself already"),
        (Correction::Join { articles: [a, nobody], story: false }, "no article is held under"),
        (Correction::Join { articles: [a, a], story: true }, "both name one article"),
    ] {
        let refusal = press.correct(&correction, START + 2 * HOUR).unwrap_err();
        assert!(refusal.contains(expected), "{refusal}");
    }
}
