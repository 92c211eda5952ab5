//! A virtual week of the daemon: scripted origins, paused time, an in-memory store.

use std::{collections::HashMap, time::Duration};

use crate::support::*;
use headlined::{clock::Clock, daemon, model::*, store::Store};
use tokio::sync::mpsc;

const HOUR: UnixSeconds = 3_600;
const DAY: UnixSeconds = 24 * HOUR;
/// Publishes every 2 h, lists its last ten.
fn busy(request: &FetchRequest, now: UnixSeconds) -> Fetched {
    let newest = (now - START + 10 * DAY) / (2 * HOUR);
    let item = |n: i64| {
        (
            format!("{}-{n}", request.feed),
            format!("https://example.org/{}/{n}", request.feed),
            format!("Headline {n} of {}", request.feed),
            START - 10 * DAY + n * 2 * HOUR,
        )
    };
    body(request, rss(&(newest - 9..=newest).rev().map(item).collect::<Vec<_>>()))
}

#[tokio::test(start_paused = true)]
async fn a_week_passes_with_an_outage_of_a_day_and_every_feed_is_polled_when_due() {
    let clock = Clock::pinned(START);
    let outage = START + 2 * DAY..START + 3 * DAY;
    let script = Script::new(clock.clone(), move |request, now| match request.feed.as_str() {
        "down" if outage.contains(&now) => failed(request, FailureKind::Server, Some(503)),
        "gone" => Fetched {
            outcome: FetchOutcome::Gone,
            exchange: Exchange { status: Some(410), final_url: request.url.clone(), ..Exchange::default() },
        },
        _ => busy(request, now),
    });
    let names = ["a", "b", "c", "down", "gone"];
    let settler = settler(Store::in_memory().unwrap(), &names.map(feed), &[output("all")], START);
    let asked = script.asked.clone();
    let (_commands, to_daemon) = mpsc::channel(1);
    let ends = tokio::time::sleep(Duration::from_secs(7 * 86_400));
    let settler = daemon::run(daemon(script, settler, clock.clone()), to_daemon, |_| {}, ends).await;

    let mut polls: HashMap<String, Vec<UnixSeconds>> = HashMap::new();
    for (feed, at) in asked.lock().unwrap().iter() {
        polls.entry(feed.clone()).or_default().push(*at);
    }
    for name in ["a", "b", "c"] {
        let gaps: Vec<UnixSeconds> = polls[name].windows(2).map(|pair| pair[1] - pair[0]).collect();
        let (least, most) = (gaps.iter().min().unwrap(), gaps.iter().max().unwrap());
        assert!(
            (300..=6 * HOUR + 61).contains(least) && *most <= 6 * HOUR + 61,
            "{name}: polled every {least} to {most} s"
        );
    }
    assert_eq!(polls["gone"].len(), 1, "a feed that is gone is not asked again");
    let down = &polls["down"];
    assert!(down.iter().any(|at| *at > START + 3 * DAY), "a feed is never given up");
    let during = down.iter().filter(|at| (START + 2 * DAY..START + 3 * DAY).contains(*at)).count();
    assert!(during < 24, "polled {during} times in a day of 503: it backs off");
    let feed = |name: &str| settler.feeds.values().find(|feed| feed.config.name == name).unwrap();
    assert_eq!((feed("down").state.failures, &feed("down").state.last_error), (0, &None));
    assert!(feed("gone").state.gone);
}

#[tokio::test(start_paused = true)]
async fn shutdown_in_the_middle_of_a_poll_finishes_what_is_being_settled() {
    let clock = Clock::pinned(START);
    let script = Script::new(clock.clone(), busy);
    let settler = settler(Store::in_memory().unwrap(), &["a", "b", "c"].map(feed), &[output("all")], START);
    let (_commands, to_daemon) = mpsc::channel(1);
    let ends = tokio::time::sleep(Duration::from_millis(20)); // while all three are being fetched
    let settler = daemon::run(daemon(script, settler, clock), to_daemon, |_| {}, ends).await;
    assert!(settler.feeds.values().all(|feed| feed.state.last_poll_at.is_none()), "nothing half-done was settled");
}

#[tokio::test(start_paused = true)]
async fn a_restart_polls_nothing_sooner_than_the_plan() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("headlined.db");
    let mut polls = Vec::new();
    let begin = tokio::time::Instant::now();
    for restart in 0..10 {
        let clock = Clock::Pinned { at: START, since: begin };
        let script = Script::new(clock.clone(), busy);
        let settler = settler(Store::open(&path).unwrap(), &["a", "b"].map(feed), &[output("all")], START);
        let asked = script.asked.clone();
        let (_commands, to_daemon) = mpsc::channel(1);
        let settler =
            daemon::run(daemon(script, settler, clock), to_daemon, |_| {}, tokio::time::sleep(Duration::from_secs(6)))
                .await;
        settler.store.close().unwrap();
        polls.push((restart, asked.lock().unwrap().len()));
    }
    let extra: Vec<_> = polls.iter().filter(|(restart, count)| *restart > 0 && *count > 0).collect();
    assert!(polls[0].1 == 2 && extra.is_empty(), "ten restarts in a minute: {polls:?}");
}

#[tokio::test(start_paused = true)]
async fn without_a_network_every_feed_says_what_failed_and_polling_resumes_when_it_is_back() {
    let clock = Clock::pinned(START);
    let back = START + HOUR;
    let script = Script::new(clock.clone(), move |request, now| match now < back {
        true => failed(request, FailureKind::Dns, None),
        false => busy(request, now),
    });
    let names: Vec<String> = (0..40).map(|n| format!("f{n}")).collect();
    let configs: Vec<FeedConfig> = names
        .iter()
        .map(|name| FeedConfig { url: format!("https://www.{name}-news.org/feed"), ..feed(name) })
        .collect();
    let settler = settler(Store::in_memory().unwrap(), &configs, &[output("all")], START);
    let asked = script.asked.clone();
    let (_commands, to_daemon) = mpsc::channel(1);
    let ends = tokio::time::sleep(Duration::from_secs(2 * 3_600));
    let settler = daemon::run(daemon(script, settler, clock.clone()), to_daemon, |_| {}, ends).await;
    let asked = asked.lock().unwrap();
    let early: std::collections::HashSet<&str> =
        asked.iter().filter(|(_, at)| *at < START + 60).map(|(feed, _)| feed.as_str()).collect();
    assert_eq!(early.len(), names.len(), "each was tried, and can say what failed");
    let during = asked.iter().filter(|(_, at)| (START + 60..back).contains(at)).count();
    assert!(during <= 130, "{during} requests in an hour without a network: one probe every half minute");
    let resumed = asked.iter().filter(|(_, at)| (back..back + 60).contains(at)).count();
    assert!(resumed >= names.len() - 8, "{resumed} of 40 polled within a minute of its return");
    assert!(settler.feeds.values().all(|feed| feed.state.failures <= 1 && feed.state.last_error.is_none()));
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_was_never_set_polls_nothing_until_it_is() {
    const YEAR_1980: UnixSeconds = 315_532_800;
    let clock = Clock::pinned(YEAR_1980 - HOUR);
    let script = Script::new(clock.clone(), busy);
    let settler = settler(Store::in_memory().unwrap(), &[feed("a")], &[output("all")], YEAR_1980 - HOUR);
    let asked = script.asked.clone();
    let (commands, to_daemon) = mpsc::channel(1);
    let running = tokio::spawn(daemon::run(
        daemon(script, settler, clock),
        to_daemon,
        |_| {},
        tokio::time::sleep(Duration::from_secs(2 * 3_600)),
    ));
    tokio::time::sleep(Duration::from_secs(60)).await;
    let (done, refused) = tokio::sync::oneshot::channel();
    commands.send(daemon::Command::Pass { which: Which::All, progress: None, done }).await.unwrap();
    assert!(refused.await.unwrap().unwrap_err().contains("before 1980"));
    let (alive, vitals) = tokio::sync::oneshot::channel();
    commands.send(daemon::Command::Ping { alive }).await.unwrap();
    assert!(vitals.await.unwrap().clock_is_wrong);
    let settler = running.await.unwrap();
    let first = asked.lock().unwrap().first().map(|(_, at)| *at);
    assert!(first.is_some_and(|at| (YEAR_1980..YEAR_1980 + 120).contains(&at)), "{first:?}");
    assert!(settler.feeds.values().all(|feed| feed.state.last_success_at.is_some()));
}
