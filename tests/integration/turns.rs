//! What enters by time alone: a publisher's next share of the hour, a digest whose day is over. Nothing need be polled.

use std::{sync::Arc, time::Duration};

use headlined::{clock::Clock, daemon, model::*, poll::Settler};
use tokio::sync::mpsc;

use crate::{press::*, support::*};

const HOUR: UnixSeconds = 3_600;
const DAY: UnixSeconds = 24 * HOUR;
/// Midnight before [`START`].
const MIDNIGHT: UnixSeconds = START - 6 * HOUR;

/// Headlines that have no words in common.
const APART: [&str; 5] =
    ["Bridge reopens", "Harvest begins early", "Museum finds painting", "Ferry strike ends", "Volcano wakes"];

fn items(titles: &[&str], at: UnixSeconds) -> Vec<Item> {
    titles.iter().map(|title| item(&title.replace(' ', "-"), title, &format!("Text: {title}"), at)).collect()
}

fn daily() -> OutputConfig {
    OutputConfig { digest: Some(Digest::Daily), ..output("daily") }
}

/// Days and times of an output's digests, the newest first, with their headlines.
fn digests(settler: &Settler) -> Vec<(UnixSeconds, UnixSeconds, Vec<String>)> {
    let mut reader = settler.store.reader().unwrap();
    let output = reader.edition("daily", 1).unwrap().unwrap().0.id;
    let titles = |rows: Vec<headlined::store::EntryRow>| rows.into_iter().map(|row| row.article.title).collect();
    let digests = reader.digests(output, 10).unwrap().into_iter();
    digests.map(|digest| (digest.starts_at, digest.made_at, titles(digest.stories))).collect()
}

/// A daemon on one feed that prints all at once and is polled every six hours; gives when the output changed.
async fn run(output: OutputConfig, seconds: UnixSeconds) -> (Settler, Rest, Vec<UnixSeconds>) {
    let clock = Clock::pinned(START + HOUR);
    let seldom = FeedConfig { interval: Some(Duration::from_secs(6 * 3_600)), ..publisher("a") };
    let press = Press::new(vec![seldom], vec![output]);
    let script = Script::new(clock.clone(), |request, _| body(request, document("a", &items(&APART, START))));
    let (_commands, to_daemon) = mpsc::channel(1);
    let changes = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (seen, time) = (changes.clone(), clock.clone());
    let changed = move |_: &str| seen.lock().unwrap().push(time.now());
    let ends = tokio::time::sleep(Duration::from_secs(seconds.unsigned_abs()));
    let (settler, folder) = press.take_apart();
    let settler = daemon::run(daemon(script, settler, clock), to_daemon, changed, ends).await;
    let changes = changes.lock().unwrap().clone();
    (settler, folder, changes)
}

#[tokio::test(start_paused = true)]
async fn what_waits_for_its_publishers_share_enters_when_the_hour_is_over() {
    let fair = OutputConfig { per_source: Some(2), ..output("fair") };
    let (settler, _folder, changes) = run(fair, 10 * HOUR).await;
    let after: Vec<_> = changes.iter().map(|at| at - changes[0]).collect();
    assert_eq!(after, [0, HOUR, 2 * HOUR], "two, two and one");
    let (_, entries) = settler.store.reader().unwrap().edition("fair", 10).unwrap().unwrap();
    assert_eq!((entries.len(), settler.release_at().unwrap()), (5, None));
}

#[tokio::test(start_paused = true)]
async fn a_digest_appears_when_its_day_ends() {
    let (settler, _folder, changes) = run(daily(), 3 * DAY).await;
    let made = digests(&settler);
    let [(day, made_at, titles)] = &made[..] else { panic!("{made:?}") };
    assert_eq!((*day, titles.len()), (MIDNIGHT, APART.len()));
    assert!((0..=1).contains(&(made_at - MIDNIGHT - DAY)), "{} s after midnight", made_at - MIDNIGHT - DAY);
    assert_eq!(changes.last(), Some(made_at), "and days without news have none");
    assert_eq!(settler.release_at().unwrap(), Some(MIDNIGHT + 4 * DAY), "the next day's end");
}

#[tokio::test]
async fn days_that_ended_while_nobody_was_there_get_their_digests_late() {
    let mut press = Press::of(&["a"], vec![daily()]);
    press.print(START + HOUR, &[("a", &items(&APART[..2], START))]);
    press.print(START + DAY, &[("a", &items(&APART[2..3], START + DAY))]);
    let back = MIDNIGHT + 5 * DAY + HOUR;
    press.restart(back);
    assert!(press.settler.release_at().unwrap().is_some_and(|at| at <= back), "at once");
    assert_eq!(press.settler.release(back).unwrap(), ["daily"]);
    let days: Vec<_> = digests(&press.settler).into_iter().map(|(day, _, titles)| (day, titles.len())).collect();
    assert_eq!(days, [(MIDNIGHT + DAY, 1), (MIDNIGHT, 2)]);
    assert_eq!(press.settler.release(back).unwrap(), Vec::<String>::new(), "once");
}
