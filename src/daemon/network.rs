//! Whether our own network is down, told from how all polls end and shared by all of them (RULES 5).

use std::sync::{Arc, Mutex, PoisonError};

use crate::{
    model::{Brought, FailureKind, Retrieved, UnixSeconds},
    schedule::NetworkWatch,
    url::{host, registrable_domain},
};

/// What every retrieval tells, and the loop asks.
#[derive(Debug, Clone, Default)]
pub(super) struct Network(Arc<Mutex<NetworkWatch>>);

impl Network {
    /// A poll's failure is not the feed's while nobody at all is reached.
    pub(super) fn judge(&self, address: &str, mut retrieved: Retrieved, now: UnixSeconds) -> Retrieved {
        match &retrieved.brought {
            Brought::Failed { kind, detail }
                if matches!(kind, FailureKind::Dns | FailureKind::Connect | FailureKind::Timeout) =>
            {
                let (Some(host), Some(domain)) = (host(address), registrable_domain(address)) else { return retrieved };
                if self.watch(|watch| watch.missed(&host, &domain, *kind, now)) {
                    retrieved.brought =
                        Brought::OurNetworkDown { detail: format!("our own network seems down: {detail}") };
                }
            }
            _ if retrieved.exchange.status.is_some() && !address.starts_with("file:") => {
                self.watch(NetworkWatch::reached)
            }
            _ => {}
        }
        retrieved
    }

    pub(super) fn lets_poll(&self, now: UnixSeconds) -> bool {
        self.watch(|watch| watch.lets_poll(now))
    }

    pub(super) fn is_down(&self) -> bool {
        self.watch(|watch| watch.is_down())
    }

    fn watch<T>(&self, with: impl FnOnce(&mut NetworkWatch) -> T) -> T {
        with(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner)) // plain counters: no panic leaves them wrong
    }
}
