//! Run for years, in fast time: what the daemon takes of the machine stays as it is.
//!
//! A binary of its own: memory and descriptors are the process's, and other tests would be counted in.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[expect(dead_code, reason = "it is shared with the tests of the loop")]
#[path = "../integration/support.rs"]
mod support;

use std::{fs, time::Duration};

use headlined::{
    clock::Clock,
    daemon::{self, Command, Daemon},
    fetch::Fetch,
    model::*,
    poll::{Retriever, stories::Grouper},
    store::Store,
    story::Policy,
};
use tokio::sync::mpsc;

use crate::support::{START, body, feed, output, rss, settler};

const HOUR: UnixSeconds = 3_600;

/// Each feed publishes every `every` seconds and lists its last ten; nothing is kept of who asked.
#[derive(Clone)]
struct Newsrooms {
    clock: Clock,
    every: UnixSeconds,
}

impl Fetch for Newsrooms {
    async fn fetch(&self, request: FetchRequest) -> Fetched {
        let now = self.clock.now();
        tokio::time::sleep(Duration::from_millis(20)).await;
        let newest = now / self.every;
        let item = |n: UnixSeconds| {
            let feed = &request.feed;
            let title = format!("Of {feed}: dispatch {n} from the {}th district", n * 7_919 % 1_000);
            (format!("{feed}-{n}"), format!("https://{feed}.example.org/{n}"), title, n * self.every)
        };
        let listed: Vec<_> = (newest - 9..=newest).rev().map(item).collect();
        // Of the length of a report.
        body(
            &request,
            rss(&listed).replace("<description>", &format!("<description>{}", "Words of a report. ".repeat(400))),
        )
    }
}

/// What the process and the store take at one moment.
#[derive(Debug, Clone, Copy)]
struct Taken {
    memory_kib: u64,
    descriptors: usize,
    tasks: usize,
    store_kib: u64,
}

impl Taken {
    fn now(store: &std::path::Path) -> Self {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        Self {
            memory_kib: line.split_whitespace().nth(1).unwrap().parse().unwrap(),
            descriptors: fs::read_dir("/proc/self/fd").unwrap().count(),
            tasks: tokio::runtime::Handle::current().metrics().num_alive_tasks(),
            store_kib: fs::metadata(store).unwrap().len() / 1_024,
        }
    }
}

/// Runs a day; what was taken after each hour.
async fn a_day(feeds: usize) -> Vec<Taken> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("headlined.db");
    let clock = Clock::pinned(START);
    let names: Vec<FeedConfig> = (0..feeds).map(|number| feed(&format!("f{number}"))).collect();
    let mut settler = settler(Store::open(&path).unwrap(), &names, &[output("all")], START);
    settler.rules.retention = Some(Duration::from_secs(6 * 3_600));
    // What articles are compared with is held in memory: full after the first hours, not after three days.
    let policy = Policy { window: Duration::from_secs(3_600), ..Policy::default() };
    settler.grouper = Grouper::new(policy);
    let retriever = Retriever {
        fetch: Newsrooms { clock: clock.clone(), every: HOUR },
        parsing: headlined::poll::Desks::new(2),
        instance: "urn:uuid:test".into(),
    };
    let daemon = Daemon { retriever, settler, clock, concurrency: 64, follows_plan: true };
    let (commands, to_daemon) = mpsc::channel(16);
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let running = tokio::spawn(daemon::run(daemon, to_daemon, |_| {}, async {
        let _ = ended.await;
    }));
    let mut taken = Vec::new();
    for _ in 0..24 {
        tokio::time::sleep(Duration::from_secs(3_600)).await;
        commands.send(Command::Upkeep).await.unwrap();
        // As the pulse does: once both have answered, the hour's upkeep has begun.
        let (alive, is_alive) = tokio::sync::oneshot::channel();
        commands.send(Command::Ping { alive }).await.unwrap();
        is_alive.await.unwrap();
        tokio::time::sleep(Duration::from_secs(60)).await;
        taken.push(Taken::now(&path));
    }
    end.send(()).unwrap();
    running.await.unwrap().store.close().unwrap();
    taken
}

fn check(taken: &[Taken]) {
    // From the hour on in which retention and tidying have begun: before, the window fills.
    let (early, last) = (taken[8], taken[taken.len() - 1]);
    let grown = |early: u64, last: u64| last as f64 / early as f64;
    assert!(grown(early.memory_kib, last.memory_kib) < 1.1, "memory: {taken:#?}");
    // Once retention has begun only tombstones add to it, for a month.
    assert!(grown(early.store_kib, last.store_kib) < 1.25, "the store follows its retention: {taken:#?}");
    assert_eq!(early.descriptors, last.descriptors, "{taken:#?}");
    assert!(last.tasks.abs_diff(early.tasks) <= 8, "{taken:#?}");
}

#[tokio::test(start_paused = true)]
async fn a_day_of_twenty_feeds_takes_no_more_at_its_end() {
    check(&a_day(20).await);
}

/// `.ci/run --full` runs it, from a release build.
#[tokio::test(start_paused = true)]
#[ignore = "takes minutes"]
async fn a_day_of_five_hundred_feeds_takes_no_more_at_its_end() {
    let taken = a_day(500).await;
    eprintln!("{taken:#?}");
    check(&taken);
}
