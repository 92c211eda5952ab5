//! `headlined split` and `headlined join`: mistakes of copies and stories, corrected by hand, for good.
//!
//! Through the running headlined where one holds the store, else directly.

use std::process::ExitCode;

use uuid::Uuid;

use super::{Failure, print, wiring};
use crate::{
    article::link,
    config::{Environment, Found},
    control::{self, ControlError, Reply, Request},
    model::{Correction, Settings},
    store::{Reader, StoreError, lock::socket_path},
};

pub(super) fn split(found: &Found, environment: &Environment, what: &str, story: bool) -> Result<ExitCode, Failure> {
    let (settings, path) = wiring::settings_and_store(found, environment)?;
    let article = named(&path, what)?;
    correct(settings, &path, Correction::Split { article, story })
}

pub(super) fn join(
    found: &Found,
    environment: &Environment,
    [a, b]: [&str; 2],
    story: bool,
) -> Result<ExitCode, Failure> {
    let (settings, path) = wiring::settings_and_store(found, environment)?;
    let articles = [named(&path, a)?, named(&path, b)?];
    correct(settings, &path, Correction::Join { articles, story })
}

/// The published id of what the operator names, by id or by address.
pub(super) fn named(store: &std::path::Path, what: &str) -> Result<Uuid, Failure> {
    if let Ok(id) = Uuid::parse_str(what.trim_start_matches("urn:uuid:")) {
        return Ok(id);
    }
    let reader = Reader::open(store)?;
    let id = link::key(what).map(|key| reader.published_id(&key)).transpose()?.flatten();
    id.ok_or_else(|| {
        format!("no article is held under {what}: give the id of an entry (urn:uuid:…) or an article's address").into()
    })
}

fn correct(settings: Settings, path: &std::path::Path, correction: Correction) -> Result<ExitCode, Failure> {
    let words = match wiring::open(settings, path) {
        Ok(opened) => {
            let (mut settler, clock, lock) = opened.writer();
            let corrected = settler.correct(&correction, clock.now())?;
            settler.store.close()?;
            drop(lock);
            corrected?.words
        }
        Err(StoreError::Held { path, pid }) => {
            let request = Request::Correct(correction);
            match wiring::block_on(control::ask(&socket_path(&path), &request, |_| {}))? {
                Ok(Reply::Corrected(words)) => words,
                Ok(_) => return Err("the running headlined gave another answer; are both of one version?".into()),
                Err(ControlError::Nobody) => return Err(StoreError::Held { path, pid }.into()),
                Err(error) => return Err(error.into()),
            }
        }
        Err(error) => return Err(error.into()),
    };
    print::out(&format!("{words}\n"));
    Ok(ExitCode::SUCCESS)
}
