//! `headlined split` and `headlined join`: mistakes of copies and stories, corrected by hand, for good.
//!
//! Through the running headlined where one holds the store, else directly.

use std::process::ExitCode;

use uuid::Uuid;

use super::{Failure, print, wiring};
use crate::{
    article::link,
    config::{Environment, Found},
    control::{Reply, Request},
    model::{Correction, Settings},
    poll::{Corrected, Settler},
    store::Reader,
};

pub(super) fn split(found: &Found, environment: &Environment, what: &str, story: bool) -> Result<ExitCode, Failure> {
    let (settings, path) = wiring::settings_and_store(found, environment)?;
    let article = named(&path, what)?;
    correct(settings, &path, &Correction::Split { article, story })
}

pub(super) fn join(
    found: &Found,
    environment: &Environment,
    [a, b]: [&str; 2],
    story: bool,
) -> Result<ExitCode, Failure> {
    let (settings, path) = wiring::settings_and_store(found, environment)?;
    let articles = [named(&path, a)?, named(&path, b)?];
    correct(settings, &path, &Correction::Join { articles, story })
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

fn correct(settings: Settings, path: &std::path::Path, correction: &Correction) -> Result<ExitCode, Failure> {
    let request = Request::Correct(correction.clone());
    let here = |settler: &mut Settler, now| settler.correct(correction, now);
    let corrected = wiring::change(settings, path, &request, here, |reply| match reply {
        Reply::Corrected(words) => Some(Ok(Corrected { words, ..Corrected::default() })),
        _ => None,
    })?;
    print::out(&format!("{}\n", corrected?.words));
    Ok(ExitCode::SUCCESS)
}
