//! Whether it is our own network that is down, told from how all polls end.
//!
//! `daemon` feeds it every end and asks it before every poll. Pure: times are given.

use std::collections::VecDeque;

use crate::model::{FailureKind, UnixSeconds};

use super::NETWORK_PROBE;

/// So many hosts of so many domains fail by DNS or connect within `WINDOW`, and none succeeds.
const HOSTS: usize = 5;
const DOMAINS: usize = 3;
const WINDOW: UnixSeconds = 120;
/// Failures kept; more say nothing more.
const KEPT: usize = 256;

#[derive(Debug, Clone, Default)]
pub struct NetworkWatch {
    failures: VecDeque<Lost>,
    down: bool,
    probed_at: Option<UnixSeconds>,
}

#[derive(Debug, Clone)]
struct Lost {
    at: UnixSeconds,
    host: String,
    domain: String,
}

impl NetworkWatch {
    /// Any answer, of whatever status, proves that the network is there.
    pub fn reached(&mut self) {
        *self = NetworkWatch::default();
    }

    /// A poll of `host` failed; `domain` is its registrable domain. Gives whether our network is down now.
    pub fn missed(&mut self, host: &str, domain: &str, kind: FailureKind, now: UnixSeconds) -> bool {
        if matches!(kind, FailureKind::Dns | FailureKind::Connect) {
            self.failures.retain(|lost| lost.host != host && (now - WINDOW..=now).contains(&lost.at));
            if self.failures.len() == KEPT {
                self.failures.pop_front();
            }
            self.failures.push_back(Lost { at: now, host: host.to_owned(), domain: domain.to_owned() });
            // Down until somebody is reached: a silent window proves nothing, since then hardly anybody is asked.
            self.down |= self.failures.len() >= HOSTS && self.domains() >= DOMAINS;
        }
        self.down
    }

    pub fn is_down(&self) -> bool {
        self.down
    }

    /// Whether a poll may start now: all while the network is up, one probe every 30 seconds while it is not.
    pub fn lets_poll(&mut self, now: UnixSeconds) -> bool {
        if !self.down {
            return true;
        }
        let due = self.probed_at.is_none_or(|at| now >= at + NETWORK_PROBE || now < at);
        if due {
            self.probed_at = Some(now);
        }
        due
    }

    fn domains(&self) -> usize {
        let mut domains: Vec<&str> = self.failures.iter().map(|lost| lost.domain.as_str()).collect();
        domains.sort_unstable();
        domains.dedup();
        domains.len()
    }
}
