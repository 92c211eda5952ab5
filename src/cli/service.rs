//! The service: daemon, editions, server, control socket and timetable, put together and run until told to stop.
//!
//! `run` and `demo` bring settings, a store and a listener; everything else is the same for both.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::sync::{mpsc, oneshot, watch};

use super::{
    Failure,
    live::{Live, Origin, Published, publish},
    signals::{self, ended},
    wiring,
};
use crate::{
    clock::Clock,
    config::content_because,
    control::{Ask, Health, Reply, Request, Socket},
    daemon::{self, Command},
    deliver,
    edition::Editions,
    fetch::HttpFetch,
    model::{ContentLevel, Settings},
    notify,
    serve::Listener,
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
    /// `[server] upkeep_listen`, bound.
    pub(super) upkeep: Option<Listener>,
    pub(super) shutdown: watch::Receiver<bool>,
    /// From where SIGHUP reads the configuration again; None: it does not.
    pub(super) origin: Option<Origin>,
}

impl Service {
    /// Runs until `shutdown`; `greet` is told the front page's address once it answers.
    pub(super) async fn run(self, greet: impl FnOnce(&str, &Settings, &Path)) -> Result<(), Failure> {
        let Self { settings, store, listener, upkeep: upkeep_listener, shutdown, origin } = self;
        let opened = open(settings, store).await?;
        let (settings, path, clock) = (opened.settings.clone(), opened.path.clone(), opened.clock.clone());
        let (instance, started_at) = (opened.instance.clone(), clock.now());
        let (daemon, lock) = opened.daemon(true)?;
        let local = local_address(&listener)?;

        let (commands, to_daemon) = mpsc::channel(COMMANDS);
        let Published { editions, pages, upkeep } =
            publish(&settings, &path, &instance, &clock, started_at, &local, &commands);
        let (upkeep, current_upkeep) = watch::channel(upkeep);
        let (editions, current_editions) = watch::channel(editions);
        let (pages, current_pages) = watch::channel(pages);
        let serving = tokio::spawn(listener.serve(current_pages, ended(shutdown.clone())));
        let upkeep_serving =
            upkeep_listener.map(|listener| tokio::spawn(listener.serve(current_upkeep, ended(shutdown.clone()))));
        let control = control(&path, &commands, current_editions.clone(), &local)?;
        let timetable = upkeep::start(commands.clone()).await?;
        let delivering =
            tokio::spawn(deliver::run(current_editions.clone(), commands.clone(), ended(shutdown.clone())));
        tell_of_content(&settings);
        let (address, greeted) = (local.clone(), settings.clone());
        let kept_in = path.clone();
        let pulse = AbortOnDrop(tokio::spawn(daemon::pulse(commands.clone(), local.clone())));
        let (fetch, hub_clock) = (daemon.retriever.fetch.clone(), clock.clone());
        let live = Live {
            fetch: daemon.retriever.fetch.clone(),
            store: path,
            settings,
            instance,
            clock,
            started_at,
            local,
            editions,
            pages,
            upkeep,
            commands,
        };
        let words = live.words();
        let reloading = AbortOnDrop(tokio::spawn(reload(live, origin)?)); // it hears the signal from here on
        greet(&address, &greeted, &kept_in);
        notify::ready(&words);

        let (changes, current_changes) = watch::channel(None);
        let telling = tell_hubs(current_editions.clone(), changes, fetch, hub_clock);
        let telling = AbortOnDrop(tokio::spawn(telling));
        let changed = move |output: &str| {
            current_editions.borrow().changed(output);
            current_changes.borrow().iter().for_each(|changes: &Arc<websub::Changes>| changes.changed(output));
        };
        let settler = daemon::run(daemon, to_daemon, changed, ended(shutdown)).await;
        notify::stopping();
        tracing::info!("stopping: what was under way is polled again at the next start");
        drop((timetable, pulse, reloading, telling));
        control.abort();
        settler.store.close()?;
        let _ = serving.await; // it ended with the same signal
        if let Some(serving) = upkeep_serving {
            let _ = serving.await; // and so did this
        }
        let _ = delivering.await; // likewise
        drop(lock);
        Ok(())
    }
}

/// How long a start may take beyond its usual time, each time that systemd is told that it goes on.
const LONGER: Duration = Duration::from_secs(30);
/// Told so often, for so long as a store of any size can take.
const TELL_EVERY: Duration = Duration::from_secs(10);
const TELL_AT_MOST: u32 = 360;

/// Opens the store on a thread of its own: bringing an old one up to date may take its time, and systemd is told.
async fn open(settings: Settings, store: PathBuf) -> Result<wiring::Opened, Failure> {
    let mut opening = tokio::task::spawn_blocking(move || wiring::open_for_service(settings, &store));
    for _ in 0..TELL_AT_MOST {
        match tokio::time::timeout(TELL_EVERY, &mut opening).await {
            Ok(opened) => return Ok(opened??),
            Err(_) => notify::starting_takes(LONGER, "opening the store"),
        }
    }
    Ok(opening.await??)
}

/// Goes on with what the configuration says now, at each SIGHUP. systemd is told READY=1 also after a refusal: the old
/// configuration is in force.
fn reload(mut live: Live, origin: Option<Origin>) -> Result<impl Future<Output = ()> + Send, Failure> {
    let mut asked = origin.is_some().then(signals::reload).transpose()?;
    Ok(async move {
        let (Some(asked), Some(origin)) = (&mut asked, &origin) else {
            // What it holds lives as long as the service.
            return std::future::pending().await;
        };
        while asked.recv().await.is_some() {
            notify::reloading();
            match live.reload(origin).await {
                Ok(()) => {
                    let (feeds, outputs) = (live.settings.feeds.len(), live.settings.outputs.len());
                    tracing::info!("the configuration was reloaded: {feeds} feeds, {outputs} outputs");
                    notify::ready(&live.words());
                }
                Err(refusal) => {
                    tracing::error!("not reloaded, the old configuration goes on: {}", refusal.words);
                    let line = refusal.words.lines().find(|line| line.contains("error")).unwrap_or(&refusal.words);
                    notify::ready(&format!("not reloaded, the old configuration goes on: {}", line.trim()));
                }
            }
        }
    })
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

/// Tells the hub of the settings that hold; after a reload that may be another.
async fn tell_hubs(
    mut editions: watch::Receiver<Arc<Editions>>,
    changes: watch::Sender<Option<Arc<websub::Changes>>>,
    fetch: HttpFetch,
    clock: Clock,
) {
    loop {
        let current = editions.borrow_and_update().clone();
        let (told, _telling) = websub::start(current.settings(), &fetch, &clock)
            .map_or((None, None), |(changes, task)| (Some(changes), Some(AbortOnDrop(task))));
        let earlier = changes.send_replace(told.clone());
        if let (Some(told), Some(earlier)) = (told, earlier) {
            told.go_on_from(&earlier);
        }
        if editions.changed().await.is_err() {
            return;
        }
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
    editions: watch::Receiver<Arc<Editions>>,
    local: &str,
) -> Result<tokio::task::JoinHandle<()>, Failure> {
    let path = socket_path(store);
    let socket =
        Socket::bind(&path).map_err(|error| format!("cannot make the control socket {}: {error}", path.display()))?;
    let (asks, mut asked) = mpsc::channel::<Ask>(COMMANDS);
    let (commands, local) = (commands.clone(), local.to_owned());
    Ok(tokio::spawn(async move {
        let serving = tokio::spawn(socket.serve(asks));
        let _end_with_us = AbortOnDrop(serving);
        while let Some(ask) = asked.recv().await {
            tokio::spawn(answer(ask, commands.clone(), editions.clone(), local.clone()));
        }
    }))
}

struct AbortOnDrop(tokio::task::JoinHandle<()>);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Has the loop do something, and says what came of it.
async fn done_by<T>(
    commands: &mpsc::Sender<Command>,
    command: impl FnOnce(oneshot::Sender<Result<T, String>>) -> Command,
    reply: impl FnOnce(T) -> Reply,
) -> Reply {
    let (done, outcome) = oneshot::channel();
    let asked = commands.send(command(done)).await.is_ok();
    match outcome.await {
        Ok(Ok(done)) if asked => reply(done),
        Ok(Err(reason)) => Reply::Refused(reason),
        _ => Reply::Refused("it is stopping".into()),
    }
}

async fn answer(
    Ask { request, replies }: Ask,
    commands: mpsc::Sender<Command>,
    editions: watch::Receiver<Arc<Editions>>,
    address: String,
) {
    let reply = match request {
        Request::Health => {
            let (alive, is_alive) = oneshot::channel();
            let asked = commands.send(Command::Ping { alive }).await.is_ok();
            match is_alive.await {
                Ok(vitals) if asked => Reply::Healthy(Health {
                    version: env!("CARGO_PKG_VERSION").into(),
                    pid: std::process::id(),
                    address,
                    feeds: vitals.feeds,
                    trouble: vitals.trouble(),
                }),
                _ => Reply::Refused("it is stopping".into()),
            }
        }
        Request::Withdraw(withdrawal) => {
            let reply = done_by(&commands, |done| Command::Withdraw { withdrawal, done }, Reply::Withdrawn).await;
            let editions = editions.borrow().clone();
            editions.renew().await; // whoever asks from now on finds it gone
            reply
        }
        Request::Correct(correction) => {
            done_by(&commands, |done| Command::Correct { correction, done }, Reply::Corrected).await
        }
        Request::Forget(name) => done_by(&commands, |done| Command::Forget { name, done }, Reply::Forgotten).await,
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
