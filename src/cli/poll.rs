//! `headlined poll`: one pass over what is due, all, or what is named.

use std::{collections::HashMap, io::IsTerminal, path::PathBuf, process::ExitCode, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::sync::{mpsc, oneshot};

use super::{Failure, log, print, signals, wiring};
use crate::{
    config::{Environment, Found},
    control::{Reply, Request},
    daemon::{self, Command},
    deliver,
    model::{PollSummary, Progress, Settings, Which},
    render::rfc3339,
    store::StoreError,
};

pub(super) struct Asked {
    pub(super) all: bool,
    pub(super) json: bool,
    pub(super) feeds: Vec<String>,
}

pub(super) fn poll(found: &Found, environment: &Environment, asked: &Asked) -> Result<ExitCode, Failure> {
    // Outcomes are in the summary; the log is for what is wrong with headlined itself.
    log::start(environment, "error").map_err(Failure::usage)?;
    let (settings, path) = wiring::settings_and_store(found, environment)?;
    let which = match asked {
        Asked { all: true, .. } => Which::All,
        Asked { feeds, .. } if feeds.is_empty() => Which::Due,
        Asked { feeds, .. } => Which::Named(feeds.clone()),
    };
    if let Which::Named(names) = &which {
        refuse_unknown(names, &settings)?;
    }
    let summary = wiring::block_on(pass(settings, path, which))??;
    match summary {
        None => return Ok(ExitCode::from(130)),
        Some(summary) if asked.json => print::out(&format!("{}\n", serde_json::to_string(&summary)?)),
        Some(summary) => print::out(&words(&summary)),
    }
    Ok(ExitCode::SUCCESS)
}

fn refuse_unknown(names: &[String], settings: &Settings) -> Result<(), Failure> {
    for name in names {
        match settings.feeds.iter().find(|feed| feed.name == *name) {
            None => {
                return Err(Failure::usage(format!(
                    "no feed is named \"{name}\" in the configuration; `headlined feeds` lists them"
                )));
            }
            Some(feed) if !feed.enabled => {
                return Err(Failure::usage(format!("the feed \"{name}\" is switched off (enabled = false)")));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// One pass, by us where nobody holds the store, else by the headlined that does. None: it was interrupted.
async fn pass(settings: Settings, path: PathBuf, which: Which) -> Result<Option<PollSummary>, Failure> {
    let bar = bar();
    let show = |progress: Progress| {
        bar.set_length(progress.of as u64);
        bar.set_position(progress.done as u64);
    };
    let summary = match wiring::open(settings, &path) {
        Ok(opened) => here(opened, which, show).await?,
        Err(StoreError::Held { path, pid }) => {
            let polled = |reply| match reply {
                Reply::Polled(summary) => Some(summary),
                _ => None,
            };
            Some(wiring::ask_holder(path, pid, &Request::Poll(which), show, polled).await?)
        }
        Err(error) => return Err(error.into()),
    };
    bar.finish_and_clear();
    Ok(summary)
}

async fn here(opened: wiring::Opened, which: Which, show: impl Fn(Progress)) -> Result<Option<PollSummary>, Failure> {
    let editions = opened.editions();
    let mut interrupted = Box::pin(signals::ended(signals::shutdown(signals::TO_END, Duration::ZERO)?));
    let (daemon, lock) = opened.daemon(false)?;
    let (commands, to_daemon) = mpsc::channel(1);
    let (end, ended) = oneshot::channel::<()>();
    let running = tokio::spawn(daemon::run(daemon, to_daemon, |_| {}, async {
        let _ = ended.await; // dropped or sent: both end it
    }));
    let (done, mut summary) = oneshot::channel();
    let (progress, mut coming) = mpsc::unbounded_channel();
    commands.send(Command::Pass { which, progress: Some(progress), done }).await?;
    let outcome = loop {
        tokio::select! {
            biased;
            outcome = &mut summary => break Some(outcome?),
            Some(progress) = coming.recv() => show(progress),
            () = &mut interrupted => break None,
        }
    };
    drop(end);
    let settler = running.await?;
    deliver::write_all(&editions, &mut HashMap::new()).await; // what failed is in the log
    settler.store.close()?;
    drop(lock);
    Ok(outcome.transpose()?)
}

/// A bar where somebody looks at a terminal, nothing otherwise.
fn bar() -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos} of {len} feeds, {elapsed}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn words(summary: &PollSummary) -> String {
    let PollSummary { feeds, fetched, not_modified, failed, entries, new_articles, updated_articles, copies, .. } =
        summary;
    let mut words = format!(
        "{feeds} feeds: {fetched} fetched, {not_modified} not modified, {failed} failed\n{entries} entries: {new_articles} new ({copies} copies), {updated_articles} updated\n"
    );
    for failure in &summary.failures {
        let again = failure
            .next_poll_at
            .map_or_else(|| "not polled again".into(), |at| format!("next poll at {}", rfc3339(at)));
        words.push_str(&format!("  {}: {} ({again})\n", failure.feed, failure.reason));
    }
    words
}
