//! What a reload replaces while the service runs: settings, the door to origins, editions, pages.
//!
//! `service` calls it for each SIGHUP. The new configuration is checked whole before anything of it holds; whatever
//! refuses it, the old one goes on. What cannot change without a restart is named, and stays.

use std::{path::PathBuf, sync::Arc};

use tokio::sync::{mpsc, oneshot, watch};

use super::{Failure, wiring};
use crate::{
    clock::Clock,
    config::{self, Environment, Found},
    daemon::{Command, Vitals},
    edition::Editions,
    fetch::HttpFetch,
    model::{Settings, UnixSeconds},
    serve::{self, Pages},
    site::NewsSite,
};

/// Where the configuration comes from, each time that it is read.
pub(super) struct Origin {
    pub(super) found: Found,
    pub(super) environment: Environment,
    pub(super) level: super::log::Level,
}

/// What of a configuration is in force, and whatever follows it.
pub(super) struct Live {
    pub(super) settings: Arc<Settings>,
    pub(super) store: PathBuf,
    pub(super) instance: String,
    pub(super) clock: Clock,
    pub(super) started_at: UnixSeconds,
    pub(super) local: String,
    pub(super) fetch: HttpFetch,
    pub(super) editions: watch::Sender<Arc<Editions>>,
    pub(super) pages: watch::Sender<Pages>,
    pub(super) upkeep: watch::Sender<Pages>,
    pub(super) commands: mpsc::Sender<Command>,
}

/// What is published from these settings.
pub(super) struct Published {
    pub(super) editions: Arc<Editions>,
    pub(super) pages: Pages,
    /// What answers at `upkeep_listen`.
    pub(super) upkeep: Pages,
}

/// Editions, and the pages that show them.
pub(super) fn publish(
    settings: &Arc<Settings>,
    store: &std::path::Path,
    instance: &str,
    clock: &Clock,
    started_at: UnixSeconds,
    local: &str,
    commands: &mpsc::Sender<Command>,
) -> Published {
    let editions = Editions::new(settings.clone(), store.to_owned(), instance.to_owned(), clock.clone());
    let editions = Arc::new(editions);
    let site = |shows_upkeep| {
        let (editions, clock, local, commands) = (editions.clone(), clock.clone(), local.to_owned(), commands.clone());
        Arc::new(NewsSite { editions, clock, local, started_at, shows_upkeep, commands })
    };
    let server = &settings.server;
    let shows_upkeep = server.upkeep_listen.is_none() && server.listen.ip().is_loopback();
    let pages = serve::pages(site(shows_upkeep), server.base_url.as_deref());
    Published { pages, upkeep: serve::upkeep(site(true)), editions }
}

impl Live {
    /// What `systemctl status` shows until the first beat of the pulse.
    pub(super) fn words(&self) -> String {
        let feeds = self.settings.feeds.iter().filter(|feed| feed.enabled).count();
        Vitals { feeds, ..Vitals::default() }.words(&self.local)
    }

    /// Reads the configuration anew and goes on with it. `Err` says why the old one goes on.
    pub(super) async fn reload(&mut self, origin: &Origin) -> Result<(), Failure> {
        let (mut settings, warnings) = wiring::settings(&origin.found, &origin.environment)?;
        let store = config::store_path(&settings, &origin.environment).map_err(Failure::usage)?;
        for warning in &warnings {
            tracing::warn!("{}; {}", warning.text, warning.advice);
        }
        if store != self.store {
            tracing::warn!(
                "the store stays {} until a restart: {} is configured now",
                self.store.display(),
                store.display()
            );
        }
        if settings.server.listen != self.settings.server.listen {
            let (old, new) = (self.settings.server.listen, settings.server.listen);
            tracing::warn!("the address stays {old} until a restart: {new} is configured now");
            settings.server.listen = old;
        }
        if settings.server.upkeep_listen != self.settings.server.upkeep_listen {
            tracing::warn!("[server] upkeep_listen stays as it was until a restart");
            settings.server.upkeep_listen = self.settings.server.upkeep_listen;
        }
        self.follow(Arc::new(settings)).await?;
        origin.level.follow(&origin.environment, &self.settings);
        Ok(())
    }

    async fn follow(&mut self, settings: Arc<Settings>) -> Result<(), Failure> {
        let old = self.settings.fetch.clone();
        if settings.fetch != old {
            self.fetch.renew(&settings.fetch)?;
        }
        let (done, outcome) = oneshot::channel();
        let concurrency = wiring::concurrency(&settings);
        self.commands.send(Command::Reload { settings: settings.clone(), concurrency, done }).await?;
        if let Err(reason) = outcome.await? {
            self.fetch.renew(&old)?;
            return Err(format!("the store could not take it in: {reason}").into());
        }
        let Published { editions, pages, upkeep } =
            publish(&settings, &self.store, &self.instance, &self.clock, self.started_at, &self.local, &self.commands);
        // Editions first: a page must not be older than the commits that it is told of.
        self.editions.send_replace(editions);
        drop((self.pages.send_replace(pages), self.upkeep.send_replace(upkeep)));
        self.settings = settings;
        Ok(())
    }
}
