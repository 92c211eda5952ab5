//! What the loop is asked to do: by the control socket, a tick of the timetable, or `headlined poll`.

use super::{Command, Loop, Vitals, pass::Pass, writer::Work};
use crate::{
    fetch::Fetch,
    model::{Feed, FeedId, Which},
    schedule,
};

impl<F: Fetch> Loop<F> {
    pub(super) fn obey(&mut self, command: Command) {
        match command {
            Command::Look => {}
            Command::Upkeep => {
                let _ = self.results.try_send(Work::Upkeep); // full: the writer has better to do
            }
            Command::Withdraw { withdrawal, done } => {
                self.tell_writer(Work::Withdraw { withdrawal, done });
            }
            Command::Correct { correction, done } => {
                self.tell_writer(Work::Correct(correction, done));
            }
            Command::Ping { alive } => {
                let vitals = self.vitals();
                self.tell_writer(Work::Ping { vitals, alive });
            }
            Command::Reload { settings, concurrency, done } => {
                self.tell_writer(Work::Reload { settings, concurrency, done });
            }
            Command::Tell(notice) => self.tell_writer(Work::Tell(notice)),
            Command::Forget { name, done } => self.tell_writer(Work::Forget { name, done }),
            Command::Pass { done, .. } if self.clock_is_wrong => {
                let _ = done.send(Err("the clock of this machine is before 1980: set it first".into())); // as below
            }
            Command::Pass { which, progress, done } => match self.chosen(&which) {
                Ok(ids) => {
                    self.asked.extend(ids.iter().copied());
                    self.passes.push(Pass::begin(ids, progress, done));
                    self.passes.retain_mut(|pass| !pass.end_if_over());
                }
                Err(unknown) => {
                    let _ = done.send(Err(unknown)); // whoever asked may be gone
                }
            },
        }
    }

    fn chosen(&self, which: &Which) -> Result<Vec<FeedId>, String> {
        let now = self.clock.now();
        match which {
            Which::Due => Ok(self.enabled(|feed| schedule::due_at(&feed.state, now).is_some_and(|at| at <= now))),
            Which::All => Ok(self.enabled(|feed| schedule::may_hurry(&feed.state, now))),
            Which::Named(names) => names.iter().map(|name| self.named(name)).collect(),
        }
    }

    /// Those that `is_chosen`, in the order of their numbers.
    fn enabled(&self, is_chosen: impl Fn(&Feed) -> bool) -> Vec<FeedId> {
        let chosen = self.feeds.values().filter(|feed| feed.config.enabled && is_chosen(feed));
        let mut ids: Vec<FeedId> = chosen.map(|feed| feed.state.id).collect();
        ids.sort_unstable();
        ids
    }

    fn named(&self, name: &str) -> Result<FeedId, String> {
        let found = self.feeds.values().find(|feed| feed.config.name == name);
        found
            .map(|feed| feed.state.id)
            .ok_or_else(|| format!("no feed is named \"{name}\" in the configuration; `headlined feeds` lists them"))
    }

    /// Behind what the writer has to do already; the loop does not wait for room in its queue.
    fn tell_writer(&mut self, work: Work) {
        let results = self.results.clone();
        self.tasks.spawn(async move {
            let _ = results.send(work).await; // the writer is gone only when we are stopping
        });
    }

    fn vitals(&self) -> Vitals {
        let enabled = || self.feeds.values().filter(|feed| feed.config.enabled);
        Vitals {
            feeds: enabled().count(),
            failing: enabled().filter(|feed| feed.state.last_error.is_some()).count(),
            under_way: self.in_flight.len(),
            network_is_down: self.network.is_down(),
            clock_is_wrong: self.clock_is_wrong,
            store_refuses: self.store_refuses.clone(),
        }
    }
}
