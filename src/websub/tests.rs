use std::collections::VecDeque;

use super::*;

/// When, in seconds after the start, and the addresses.
type Told = (u64, Vec<String>);

/// A hub that answers by a script, then takes everything; keeps what it was told.
#[derive(Clone)]
struct Hub {
    started: Instant,
    script: Arc<Mutex<VecDeque<Unposted>>>,
    told: Arc<Mutex<Vec<Told>>>,
}

impl Post for Hub {
    async fn post(&self, _: &str, form: &[(&str, &str)]) -> Result<(), Unposted> {
        assert_eq!(form[0], ("hub.mode", "publish"));
        let urls = form[1..].iter().map(|(_, url)| (*url).to_owned()).collect();
        self.told.lock().unwrap().push((self.started.elapsed().as_secs(), urls));
        self.script.lock().unwrap().pop_front().map_or(Ok(()), Err)
    }
}

struct World {
    changes: Arc<Changes>,
    hub: Hub,
}

impl World {
    fn new(script: impl IntoIterator<Item = Unposted>) -> Self {
        let topic = |name: &str, seconds| {
            let topic = Topic { addresses: vec![format!("{name}.atom")], settles_in: Duration::from_secs(seconds) };
            (name.to_owned(), topic)
        };
        let changes = Arc::new(Changes::new([topic("a", 60), topic("b", 60), topic("c", 0)].into()));
        let script = Arc::new(Mutex::new(script.into_iter().collect()));
        let hub = Hub { started: Instant::now(), script, told: Arc::default() };
        let (told, post) = (changes.clone(), hub.clone());
        tokio::spawn(async move { run(&told, "https://hub.example/", post, &Clock::pinned(1_000)).await });
        Self { changes, hub }
    }

    async fn at(&self, seconds: u64, outputs: &[&str]) {
        tokio::time::sleep_until(self.hub.started + Duration::from_secs(seconds)).await;
        outputs.iter().for_each(|output| self.changes.changed(output));
    }

    fn told(&self) -> Vec<(u64, String)> {
        self.hub.told.lock().unwrap().iter().map(|(at, urls)| (*at, urls.join(" "))).collect()
    }
}

fn unposted(retry_at: Option<UnixSeconds>) -> Unposted {
    Unposted { detail: "no".into(), retry_at }
}

#[tokio::test(start_paused = true)]
async fn many_changes_are_one_ping_once_the_edition_has_them() {
    let world = World::new([]);
    for second in 0..30 {
        world.at(second, &["a", "b", "unknown"]).await;
    }
    world.at(100, &["a"]).await;
    world.at(110, &["c"]).await;
    world.at(200, &[]).await;
    let expected = [(60, "a.atom b.atom"), (111, "c.atom"), (160, "a.atom")];
    assert_eq!(world.told(), expected.map(|(at, told)| (at, told.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn a_deaf_hub_is_asked_ever_less_often_and_told_everything_in_the_end() {
    let world = World::new((0..3).map(|_| unposted(None)));
    world.at(0, &["c"]).await;
    world.at(90, &["a"]).await;
    world.at(10_000, &[]).await;
    let told = world.told();
    assert_eq!(told.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1, 61, 181, 421]);
    assert_eq!(told[3].1, "a.atom c.atom");
}

#[tokio::test(start_paused = true)]
async fn what_the_hub_was_not_told_of_before_a_reload_it_is_told_of_after() {
    let (before, after) = (World::new([]), World::new([]));
    before.at(10, &["a"]).await;
    after.changes.go_on_from(&before.changes);
    after.at(200, &[]).await;
    assert_eq!(after.told(), [(70, "a.atom".to_owned())]);
}

#[test]
fn waits_grow_to_an_hour_and_obey_the_hub() {
    for (failures, retry_at, expected) in [
        (1, None, 60),
        (2, None, 120),
        (7, None, 3_600),
        (4_000_000, None, 3_600),
        (1, Some(1_300), 300),
        (1, Some(900), 60),
        (1, Some(i64::MAX), 3_600),
    ] {
        assert_eq!(wait(failures, &unposted(retry_at), 1_000).as_secs(), expected, "{failures} {retry_at:?}");
    }
}
