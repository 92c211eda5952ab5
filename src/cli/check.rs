//! `headlined check`: everything that is wrong with the configuration, at once.

use std::process::ExitCode;

use super::{Failure, print, wiring};
use crate::config::{self, Environment, Found};

pub(super) fn check(found: &Found, environment: &Environment, shows: bool) -> Result<ExitCode, Failure> {
    let (settings, warnings) = wiring::settings(found, environment)?;
    let store = wiring::store_path(&settings, environment)?;
    for warning in &warnings {
        print::aside(&format!("note: {}\n      {}", warning.text, warning.advice));
    }
    if shows {
        print::out(&config::effective(&settings));
        return Ok(ExitCode::SUCCESS);
    }
    let file = match found {
        Found::File(path) => path.display().to_string(),
        Found::BuiltIn => "the built-in configuration".into(),
    };
    let (feeds, outputs) = (settings.feeds.len(), settings.outputs.len());
    print::out(&format!("{file} is right: {feeds} feeds, {outputs} outputs, store {}\n", store.display()));
    Ok(ExitCode::SUCCESS)
}
