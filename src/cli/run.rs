//! `headlined run`: the service on the configuration that was found.

use std::{process::ExitCode, time::Duration};

use super::{Failure, log, service::Service, signals, wiring};
use crate::{
    config::{Environment, Found},
    notify, serve,
};

pub(super) fn run(found: &Found, environment: &Environment) -> Result<ExitCode, Failure> {
    log::start(environment, "info").map_err(Failure::usage)?;
    let (settings, warnings) = wiring::settings(found, environment)?;
    for warning in &warnings {
        tracing::warn!("{}; {}", warning.text, warning.advice);
    }
    if rustix::process::geteuid().is_root() {
        tracing::warn!(
            "running as root: headlined needs no privilege; run it as a user of its own (the systemd unit does)"
        );
    }
    let store = wiring::store_path(&settings, environment)?;
    wiring::block_on(async {
        let shutdown = signals::shutdown(Duration::ZERO)?;
        let listener = match notify::inherited_listener() {
            Some(listener) => listener,
            None => serve::bind(settings.server.listen).await?,
        };
        let service = Service { settings, store, listener, shutdown };
        let greet = |local: &str, settings: &crate::model::Settings, store: &std::path::Path| {
            tracing::info!("front page {local}");
            tracing::info!("merged feed {local}feed.atom ({} feeds; store {})", settings.feeds.len(), store.display());
        };
        service.run(greet).await
    })??;
    Ok(ExitCode::SUCCESS)
}
