//! `headlined run`: the service on the configuration that was found.

use std::{net::TcpListener, process::ExitCode, time::Duration};

use super::{Failure, live::Origin, log, service::Service, signals, wiring};
use crate::{
    config::{Environment, Found},
    notify,
    serve::{self, Listener},
};

pub(super) fn run(found: &Found, environment: &Environment) -> Result<ExitCode, Failure> {
    let level = log::start(environment, "info").map_err(Failure::usage)?;
    let inherited = notify::inherited_socket();
    let environment = listening_there(environment, inherited.as_ref())?;
    let (settings, warnings) = wiring::settings(found, &environment)?;
    level.follow(&environment, &settings);
    for warning in &warnings {
        tracing::warn!("{}; {}", warning.text, warning.advice);
    }
    if rustix::process::geteuid().is_root() {
        tracing::warn!(
            "running as root: headlined needs no privilege; run it as a user of its own (the systemd unit does)"
        );
    }
    let store = wiring::store_path(&settings, &environment)?;
    wiring::block_on(async {
        let shutdown = signals::shutdown(signals::TO_END, Duration::ZERO)?;
        let listener = match inherited {
            Some(socket) => Listener::inherited(socket)?,
            None => serve::bind(settings.server.listen).await?,
        };
        let upkeep = match settings.server.upkeep_listen {
            Some(address) => {
                let listener = serve::bind(address).await?;
                tracing::info!("status and numbers http://{}/", listener.address()?);
                Some(listener)
            }
            None => None,
        };
        let origin = Some(Origin { found: found.clone(), environment, level });
        let service = Service { settings, store, listener, upkeep, shutdown, origin };
        let greet = |local: &str, settings: &crate::model::Settings, store: &std::path::Path| {
            tracing::info!("front page {local}");
            tracing::info!("merged feed {local}feed.atom ({} feeds; store {})", settings.feeds.len(), store.display());
        };
        service.run(greet).await
    })??;
    Ok(ExitCode::SUCCESS)
}

/// The address of a socket that systemd opened goes before the configured one, as `HEADLINED_LISTEN` does: what may be
/// shown to whom follows the address that is really listened on (RULES 4).
fn listening_there(environment: &Environment, socket: Option<&TcpListener>) -> Result<Environment, Failure> {
    let Some(socket) = socket else { return Ok(environment.clone()) };
    let address = socket.local_addr()?;
    tracing::info!("listening on {address}, the socket that systemd opened; [server] listen is not used");
    Ok(Environment { listen: Some(address.to_string()), ..environment.clone() })
}
