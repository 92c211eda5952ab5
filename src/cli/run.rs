//! `headlined run`: the service.

use std::{future::Future, process::ExitCode, sync::Arc};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::{mpsc, oneshot, watch},
};

use super::{Failure, log, wiring};
use crate::{
    config::{Environment, Found},
    control::{Ask, Health, Reply, Request, Socket},
    daemon::{self, Command},
    edition::Editions,
    notify,
    serve::{self, Listener},
    site::NewsSite,
    store::lock::socket_path,
    upkeep,
};

/// Commands that wait for the loop.
const COMMANDS: usize = 16;

pub(super) fn run(found: &Found, environment: &Environment) -> Result<ExitCode, Failure> {
    log::start(environment, "info").map_err(Failure::usage)?;
    let (settings, warnings) = wiring::settings(found, environment)?;
    for warning in &warnings {
        tracing::warn!("{}; {}", warning.text, warning.advice);
    }
    if rustix::process::geteuid().is_root() {
        tracing::warn!("running as root: headlined needs no privilege; run it as a user of its own (the systemd unit does)");
    }
    let path = wiring::store_path(&settings, environment)?;
    wiring::runtime()?.block_on(serve_until_told(settings, path))
}

async fn serve_until_told(settings: crate::model::Settings, path: std::path::PathBuf) -> Result<ExitCode, Failure> {
    let shutdown = shutdown_signal()?;
    let listener = match notify::inherited_listener() {
        Some(listener) => listener,
        None => serve::bind(settings.server.listen).await?,
    };
    let opened = wiring::open(settings, path)?;
    let (settings, path, clock) = (opened.settings.clone(), opened.path.clone(), opened.clock.clone());
    let editions = Arc::new(Editions::new(settings.clone(), path.clone(), opened.instance.clone(), clock.clone()));
    let (daemon, lock) = opened.daemon(true)?;
    let local = local_address(&listener)?;
    let feeds = settings.feeds.iter().filter(|feed| feed.enabled).count();

    let site = NewsSite { editions: editions.clone(), started_at: clock.now(), clock, local: local.clone() };
    let serving = tokio::spawn(listener.serve(serve::router(Arc::new(site)), ended(shutdown.clone())));
    let (commands, to_daemon) = mpsc::channel(COMMANDS);
    let control = control(&path, &commands, Health { version: env!("CARGO_PKG_VERSION").into(), pid: std::process::id(), address: local.clone(), feeds })?;
    let ticking = upkeep::start(commands.clone()).await?;

    tracing::info!("front page {local}");
    tracing::info!("merged feed {local}feed.atom ({feeds} feeds; store {})", path.display());
    notify::ready(&format!("polling {feeds} feeds, serving {local}"));

    let changed = { let editions = editions.clone(); move |output: &str| editions.changed(output) };
    let settler = daemon::run(daemon, to_daemon, changed, ended(shutdown)).await;
    notify::stopping();
    tracing::info!("stopping: the store is closed, what was under way is polled again at the next start");
    drop(ticking);
    control.abort();
    settler.store.close()?;
    let _ = serving.await; // it ended with the same signal
    drop(lock);
    Ok(ExitCode::SUCCESS)
}

fn local_address(listener: &Listener) -> Result<String, Failure> {
    let mut address = listener.address()?;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() { std::net::Ipv4Addr::LOCALHOST.into() } else { std::net::Ipv6Addr::LOCALHOST.into() });
    }
    Ok(format!("http://{address}/"))
}

/// Becomes true with SIGTERM or Ctrl-C; a second one ends the process at once.
pub(super) fn shutdown_signal() -> Result<watch::Receiver<bool>, Failure> {
    let (tell, told) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        either(&mut terminate, &mut interrupt).await;
        let _ = tell.send(true); // nobody waits only when we are ending anyway
        either(&mut terminate, &mut interrupt).await;
        std::process::exit(130);
    });
    Ok(told)
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Completes when shutdown was asked for.
pub(super) fn ended(mut shutdown: watch::Receiver<bool>) -> impl Future<Output = ()> + Send + 'static {
    async move {
        let _ = shutdown.wait_for(|ended| *ended).await; // its sender lives as long as the process
    }
}

/// Answers the control socket beside the store.
fn control(store: &std::path::Path, commands: &mpsc::Sender<Command>, health: Health) -> Result<tokio::task::JoinHandle<()>, Failure> {
    let path = socket_path(store);
    let socket = Socket::bind(&path).map_err(|error| format!("cannot make the control socket {}: {error}", path.display()))?;
    let (asks, mut asked) = mpsc::channel::<Ask>(COMMANDS);
    let commands = commands.clone();
    Ok(tokio::spawn(async move {
        let serving = tokio::spawn(socket.serve(asks));
        let _end_with_us = AbortOnDrop(serving);
        while let Some(ask) = asked.recv().await {
            tokio::spawn(answer(ask, commands.clone(), health.clone()));
        }
    }))
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

async fn answer(Ask { request, replies }: Ask, commands: mpsc::Sender<Command>, health: Health) {
    let reply = match request {
        Request::Health => {
            let (alive, is_alive) = oneshot::channel();
            let asked = commands.send(Command::Ping { alive }).await.is_ok();
            if asked && is_alive.await.is_ok() { Reply::Healthy(health) } else { Reply::Refused("it is stopping".into()) }
        }
        Request::Poll(which) => {
            let (done, summary) = oneshot::channel();
            let (progress, mut coming) = mpsc::unbounded_channel();
            let asked = commands.send(Command::Pass { which, progress: Some(progress), done }).await.is_ok();
            while let Some(progress) = coming.recv().await {
                let _ = replies.send(Reply::Progress(progress)); // whoever asked may be gone
            }
            match summary.await {
                Ok(Ok(summary)) if asked => Reply::Polled(summary),
                Ok(Err(reason)) => Reply::Refused(reason),
                _ => Reply::Refused("it stopped before the pass ended".into()),
            }
        }
    };
    let _ = replies.send(reply); // as above
}
