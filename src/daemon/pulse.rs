//! The pulse: what tells systemd that loop and writer live, and in words how they fare.
//!
//! The watchdog hears of it only after both have answered: one that hangs is replaced, whichever it is.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::Command;
use crate::notify;

/// How often the words are brought up to date where nobody watches.
const USUAL: Duration = Duration::from_secs(30);

/// How the loop fares.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vitals {
    /// Polled at all.
    pub feeds: usize,
    pub failing: usize,
    pub under_way: usize,
    pub network_is_down: bool,
    pub clock_is_wrong: bool,
    /// Why the store kept nothing of the last batch.
    pub store_refuses: Option<String>,
}

impl Vitals {
    /// What `systemctl status` shows: what needs somebody comes first.
    pub fn words(&self, address: &str) -> String {
        let feeds = match self.failing {
            0 => format!("{} feeds", self.feeds),
            failing => format!("{} feeds, {failing} of them failing", self.feeds),
        };
        match self.trouble() {
            Some(trouble) => format!("{trouble}; {feeds}, serving {address}"),
            None => format!("polling {feeds}, serving {address}"),
        }
    }

    /// What keeps it from its work; the first is what keeps it from all of it.
    pub fn trouble(&self) -> Option<String> {
        match self {
            Vitals { clock_is_wrong: true, .. } => Some("waiting for the clock to be set".into()),
            Vitals { store_refuses: Some(reason), .. } => Some(reason.clone()),
            Vitals { network_is_down: true, .. } => Some("our own network is down".into()),
            _ => None,
        }
    }
}

/// Beats until the loop has ended. `address` is where it serves.
pub async fn pulse(commands: mpsc::Sender<Command>, address: String) {
    // Two beats may be late before the watchdog bites.
    let every = notify::watchdog().map_or(USUAL, |watchdog| USUAL.min(watchdog / 3));
    loop {
        tokio::time::sleep(every).await;
        let (alive, is_alive) = oneshot::channel();
        if commands.send(Command::Ping { alive }).await.is_err() {
            return;
        }
        if let Ok(vitals) = is_alive.await {
            notify::alive();
            notify::status(&vitals.words(&address));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_begin_with_what_needs_somebody() {
        let check = |vitals: Vitals, expected: &str| assert_eq!(vitals.words("http://a/"), expected);
        let well = Vitals { feeds: 94, ..Vitals::default() };
        check(well.clone(), "polling 94 feeds, serving http://a/");
        check(Vitals { failing: 2, ..well.clone() }, "polling 94 feeds, 2 of them failing, serving http://a/");
        check(Vitals { network_is_down: true, ..well.clone() }, "our own network is down; 94 feeds, serving http://a/");
        let full = Vitals { store_refuses: Some("a.db: the disk is full".into()), network_is_down: true, ..well };
        check(full, "a.db: the disk is full; 94 feeds, serving http://a/");
    }
}
