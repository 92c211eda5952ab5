//! The service: daemon, editions, server, control socket and timetable, put together and run until told to stop.
//!
//! `run` and `demo` bring settings, a store and a listener; everything else is the same for both.

use std::{path::Path, path::PathBuf, sync::Arc};

use tokio::sync::{mpsc, oneshot, watch};

use super::{Failure, signals::ended, wiring};
use crate::{
    config::content_because,
    control::{Ask, Health, Reply, Request, Socket},
    daemon::{self, Command},
    deliver,
    edition::Editions,
    model::{ContentLevel, Settings},
    notify,
    serve::{self, Listener},
    site::NewsSite,
    store::lock::socket_path,
    upkeep, websub,
};

/// Commands that wait for the loop.
const COMMANDS: usize = 16;

/// What a service is made of.
pub(super) struct Service {
    pub(super) settings: Settings,
    pub(super) store: PathBuf,
    pub(super) listener: Listener,
    pub(super) shutdown: watch::Receiver<bool>,
}

impl Service {
    /// Runs until `shutdown`; `greet` is told the front page's address once it answers.
    pub(super) async fn run(self, greet: impl FnOnce(&str, &Settings, &Path)) -> Result<(), Failure> {
        let Self { settings, store, listener, shutdown } = self;
        let opened = wiring::open(settings, &store)?;
        let (settings, path, clock) = (opened.settings.clone(), opened.path.clone(), opened.clock.clone());
        let editions = Arc::new(Editions::new(settings.clone(), path.clone(), opened.instance.clone(), clock.clone()));
        let (daemon, lock) = opened.daemon(true)?;
        let local = local_address(&listener)?;
        let feeds = settings.feeds.iter().filter(|feed| feed.enabled).count();

        let site = NewsSite { editions: editions.clone(), started_at: clock.now(), clock, local: local.clone() };
        let serving = tokio::spawn(
            listener.serve(serve::router(Arc::new(site), settings.server.base_url.as_deref()), ended(shutdown.clone())),
        );
        let (commands, to_daemon) = mpsc::channel(COMMANDS);
        let health = Health {
            version: env!("CARGO_PKG_VERSION").into(),
            pid: std::process::id(),
            address: local.clone(),
            feeds,
        };
        let control = control(&path, &commands, health)?;
        let timetable = upkeep::start(commands.clone()).await?;
        let delivering = tokio::spawn(deliver::run(editions.clone(), ended(shutdown.clone())));
        greet(&local, &settings, &path);
        tell_of_content(&settings);
        notify::ready(&format!("polling {feeds} feeds, serving {local}"));

        let telling = websub::start(&settings, &daemon.retriever.fetch, &daemon.clock);
        let changes = telling.as_ref().map(|(changes, _)| changes.clone());
        let changed = move |output: &str| {
            editions.changed(output);
            changes.iter().for_each(|changes| changes.changed(output));
        };
        let settler = daemon::run(daemon, to_daemon, changed, ended(shutdown)).await;
        notify::stopping();
        tracing::info!("stopping: what was under way is polled again at the next start");
        drop(timetable);
        telling.iter().for_each(|(_, telling)| telling.abort());
        control.abort();
        settler.store.close()?;
        let _ = serving.await; // it ended with the same signal
        let _ = delivering.await; // likewise
        drop(lock);
        Ok(())
    }
}

/// How much of others' texts is shown, and why (RULES 4): a line for each answer to that.
fn tell_of_content(settings: &Settings) {
    let mut told: Vec<(ContentLevel, &str, Vec<&str>)> = Vec::new();
    for output in &settings.outputs {
        let because = content_because(settings, output);
        match told.iter_mut().find(|(level, reason, _)| (*level, *reason) == (output.content, because)) {
            Some((_, _, names)) => names.push(&output.name),
            None => told.push((output.content, because, vec![&output.name])),
        }
    }
    for (level, because, names) in told {
        let level = format!("{level:?}").to_lowercase();
        tracing::info!(content = level, "content {level} in {}: {because}", names.join(", "));
    }
}

fn local_address(listener: &Listener) -> Result<String, Failure> {
    let mut address = listener.address()?;
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            std::net::Ipv4Addr::LOCALHOST.into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    Ok(format!("http://{address}/"))
}

/// Answers the control socket beside the store.
fn control(
    store: &Path,
    commands: &mpsc::Sender<Command>,
    health: Health,
) -> Result<tokio::task::JoinHandle<()>, Failure> {
    let path = socket_path(store);
    let socket =
        Socket::bind(&path).map_err(|error| format!("cannot make the control socket {}: {error}", path.display()))?;
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
            if asked && is_alive.await.is_ok() {
                Reply::Healthy(health)
            } else {
                Reply::Refused("it is stopping".into())
            }
        }
        Request::Withdraw(withdrawal) => {
            let (done, titles) = oneshot::channel();
            let asked = commands.send(Command::Withdraw { withdrawal, done }).await.is_ok();
            match titles.await {
                Ok(Ok(titles)) if asked => Reply::Withdrawn(titles),
                Ok(Err(reason)) => Reply::Refused(reason),
                _ => Reply::Refused("it is stopping".into()),
            }
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
