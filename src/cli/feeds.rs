//! `headlined feeds`: how each feed is doing, from the store, whether or not a daemon runs.

use std::process::ExitCode;

use super::{Failure, print, wiring};
use crate::{
    clock::Clock,
    config::{Environment, Found},
    control::{Reply, Request},
    model::{FeedConfig, FeedState, Settings, UnixSeconds},
    poll::Settler,
    render::{ago, ahead},
    schedule,
    store::{FeedRow, Reader},
};

pub(super) fn feeds(found: &Found, environment: &Environment, json: bool) -> Result<ExitCode, Failure> {
    let (settings, path) = wiring::settings_and_store(found, environment)?;
    let held = match path.try_exists() {
        Ok(false) => {
            print::aside(&format!("note: there is no store {} yet\n      {}", path.display(), wiring::ANOTHER_STORE));
            Vec::new()
        }
        // One that cannot be looked at is there: opening it says why.
        _ => Reader::open(&path).and_then(|reader| reader.feeds()).map_err(|error| error.while_opening(&path))?,
    };
    let rows: Vec<Row<'_>> = settings
        .feeds
        .iter()
        .map(|config| Row { config, held: held.iter().find(|row| row.name == config.name) })
        .collect();
    let now = Clock::System.now();
    print::out(&if json { as_json(&rows, now)? } else { as_table(&rows, now, &settings) });
    Ok(ExitCode::SUCCESS)
}

/// Deletes a feed that is no longer configured: through the headlined that holds the store, else by ourselves.
pub(super) fn forget(found: &Found, environment: &Environment, name: &str) -> Result<ExitCode, Failure> {
    let (settings, path) = wiring::settings_and_store(found, environment)?;
    if settings.feeds.iter().any(|feed| feed.name == name) {
        return Err(Failure::usage(format!(
            "\"{name}\" is in the configuration: remove it there first (and reload a running headlined)"
        )));
    }
    let unknown = || format!("no feed \"{name}\" is in the store {}", path.display());
    let here = |settler: &mut Settler, now| Ok(settler.forget(name, now)?.map(|(articles, _)| articles));
    let forgotten = wiring::change(settings, &path, &Request::Forget(name.to_owned()), here, |reply| match reply {
        Reply::Forgotten(articles) => Some(Some(articles)),
        _ => None,
    })?;
    let articles = forgotten.ok_or_else(unknown)?;
    print::out(&format!("{name} is forgotten: {articles} articles are gone\n"));
    Ok(ExitCode::SUCCESS)
}

/// A configured feed, with what the store has of it, if it was ever polled.
struct Row<'a> {
    config: &'a FeedConfig,
    held: Option<&'a FeedRow>,
}

impl Row<'_> {
    fn state(&self, now: UnixSeconds) -> &'static str {
        let unknown = FeedState::default();
        schedule::health(Some(self.config), self.held.map_or(&unknown, |held| &held.state), now).word()
    }
}

fn as_json(rows: &[Row<'_>], now: UnixSeconds) -> Result<String, Failure> {
    let feeds: Vec<serde_json::Value> = rows
        .iter()
        .map(|row| {
            let state = row.held.map(|held| held.state.clone()).unwrap_or_default();
            serde_json::json!({
                "name": row.config.name,
                "url": if row.config.private { None } else { Some(&row.config.url) },
                "groups": row.config.groups,
                "state": row.state(now),
                "articles": row.held.map_or(0, |held| held.articles),
                "last_poll_at": state.last_poll_at,
                "last_new_at": state.last_new_at,
                "next_poll_at": state.next_poll_at,
                "next_poll_reason": state.next_poll_reason,
                "articles_per_day": state.rhythm.rate * 86_400.0,
                "failures": state.failures,
                "last_error": state.last_error,
                "moved_to": state.moved_to,
            })
        })
        .collect();
    Ok(format!("{}\n", serde_json::to_string_pretty(&feeds)?))
}

fn as_table(rows: &[Row<'_>], now: UnixSeconds, settings: &Settings) -> String {
    if rows.is_empty() {
        let file = settings.file.as_ref().map_or("the configuration".into(), |file| file.display().to_string());
        return format!("no feed is configured: add [[feed]] sections to {file}\n");
    }
    let mut lines = vec![
        ["NAME", "STATE", "RHYTHM", "LAST POLL", "NEXT POLL", "ARTICLES", "WHY THEN; LAST ERROR"].map(str::to_owned),
    ];
    lines.extend(rows.iter().map(|row| line(row, now)));
    let width = |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut table = String::new();
    for line in &lines {
        for (column, width) in widths.iter().enumerate() {
            let padding = width - line[column].chars().count() + 2;
            table.push_str(&format!("{}{:padding$}", line[column], ""));
        }
        table.push_str(&line[6]);
        table.push('\n');
    }
    table
}

fn line(row: &Row<'_>, now: UnixSeconds) -> [String; 7] {
    let state = row.held.map(|held| &held.state);
    let moment = |at: Option<UnixSeconds>, words: fn(UnixSeconds, UnixSeconds) -> String| {
        at.map_or_else(|| "-".to_owned(), |at| words(at, now))
    };
    let error = state.and_then(|state| state.last_error.as_deref()).map_or(String::new(), |error| format!("; {error}"));
    [
        row.config.name.clone(),
        row.state(now).into(),
        state.and_then(|state| schedule::rhythm(&state.rhythm)).unwrap_or_else(|| "-".to_owned()),
        moment(state.and_then(|state| state.last_poll_at), ago),
        moment(state.and_then(|state| state.next_poll_at), ahead),
        row.held.map_or(0, |held| held.articles).to_string(),
        format!("{}{error}", state.map_or("", |state| state.next_poll_reason.as_str())),
    ]
}
