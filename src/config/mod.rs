//! The configuration file, checked.
//!
//! `main` asks `locate` where it is and `load` what it says; `check` shows all that is wrong at once, and `effective`.
//! One table of keys (`table`) is behind reading, printing and the reference. Nothing here is asked again while the
//! daemon runs: it works on `Settings`, which cannot be invalid.
//!
//! ```text
//! text ─read→ Draft (each value right in itself) ─finish→ Settings (right with each other, secrets fetched)
//! ```
//!
//! To read: `table` (what can be set), `key` and `setting` (what a row is; `scalar`, `quantity`, `choice`, `headers` are
//! the types, `notation` and `units` what is written in quotes), `read`, `finish` with `feeds` and `outputs`, `problem`.

mod choice;
mod draft;
mod environment;
mod feeds;
mod finish;
mod headers;
mod key;
mod nearest;
mod notation;
mod opml;
mod outputs;
mod print;
mod problem;
mod quantity;
mod read;
mod report;
mod scalar;
mod setting;
mod table;
#[cfg(test)]
mod tests;
mod units;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

pub use environment::Environment;
pub use key::Row;
pub use opml::{Import, ImportError, import};
pub use outputs::{content_because, derived as derived_outputs};
pub use print::{effective, reference};
pub use problem::{Place, Problem, Problems, Warning};
pub use table::rows;

use self::{
    problem::{Refusal, Source},
    report::{ReadFile, Report},
    setting::Places,
};
use crate::model::Settings;

/// What the daemon runs on where no file is found: annotated, with a list of world-news feeds.
pub const BUILT_IN: &str = include_str!("../../config/headlined.toml");

/// What messages call it.
const BUILT_IN_NAME: &str = "built-in configuration";

/// Where a configuration is looked for, after the flag and `$HEADLINED_CONFIG`.
const USUAL_PLACES: [&str; 2] = ["config/headlined.toml", "/etc/headlined/headlined.toml"];

/// The store's file in a state directory.
const STORE_FILE: &str = "headlined.db";

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    File(PathBuf),
    BuiltIn,
}

/// The file to read: what the flag says, else `$HEADLINED_CONFIG`, else the first usual place that has one.
///
/// What is named is taken at its word: if it is not there, `load` says so.
pub fn locate(flag: Option<&Path>, environment: &Environment) -> Found {
    let named = flag.map(Path::to_path_buf).or_else(|| environment.config.clone());
    // A file that cannot be looked at is there: better to say so than to pass it over.
    let usual = || USUAL_PLACES.iter().map(PathBuf::from).find(|path| !matches!(path.try_exists(), Ok(false)));
    named.or_else(usual).map_or(Found::BuiltIn, Found::File)
}

/// Reads and checks the configuration; all that is wrong with it comes back at once.
pub fn load(found: &Found, environment: &Environment) -> Result<(Settings, Vec<Warning>), Problems> {
    let Found::File(path) = found else {
        return parse(BUILT_IN, BUILT_IN_NAME, environment);
    };
    let file = path.display().to_string();
    let text =
        read_text(path).map_err(|refusal| Problems(vec![Source { file: &file, text: "" }.problem(None, refusal)]))?;
    let (settings, warnings) = parse(&text, &file, environment)?;
    Ok((Settings { file: Some(path.clone()), ..settings }, warnings))
}

/// Checks a configuration text; `file` is its name in messages, and the folder that relative paths start from.
pub fn parse(text: &str, file: &str, environment: &Environment) -> Result<(Settings, Vec<Warning>), Problems> {
    parse_with(text, file, environment, &|path| fs::read_to_string(path))
}

fn parse_with(
    text: &str,
    file: &str,
    environment: &Environment,
    read_file: ReadFile,
) -> Result<(Settings, Vec<Warning>), Problems> {
    let mut report = Report { source: Source { file, text }, read_file, problems: Vec::new() };
    let places = Places {
        folder: Path::new(file).parent().unwrap_or(Path::new("")),
        credentials: environment.credentials_directory.as_deref(),
    };
    let Some(mut draft) = read::read(&mut report, places) else {
        return Err(Problems(report.problems));
    };
    report.problems.extend(read::read_environment(&mut draft, environment));
    let (settings, warnings) = finish::finish(draft, &mut report);
    if report.problems.is_empty() {
        return Ok((settings, warnings));
    }
    report.problems.sort_by_key(|problem| problem.place.as_ref().map(|place| (place.line, place.column)));
    Err(Problems(report.problems))
}

fn read_text(path: &Path) -> Result<String, Refusal> {
    const EXPECTED: &str = "a configuration file; without --config and $HEADLINED_CONFIG the built-in one is used";
    let cannot = |error: io::Error| Refusal::new(format!("cannot read the configuration: {error}"), EXPECTED);
    String::from_utf8(fs::read(path).map_err(cannot)?).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        Refusal::new(format!("line {line} is not UTF-8"), "a text in UTF-8")
    })
}

/// No place for the store: nothing says where, and there is no home directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "no place for the store: there is no home directory; set path under [store], HEADLINED_STORE, or STATE_DIRECTORY"
)]
pub struct NoPlaceForStore;

/// Where the store is: as configured, else in systemd's state directory, else in the user's.
pub fn store_path(settings: &Settings, environment: &Environment) -> Result<PathBuf, NoPlaceForStore> {
    // The XDG base directory specification has relative paths ignored.
    let absolute = |path: &Option<PathBuf>| path.clone().filter(|path| path.is_absolute());
    let first = |list: &String| list.split(':').next().filter(|first| !first.is_empty()).map(PathBuf::from);
    let user_state =
        || absolute(&environment.xdg_state_home).or_else(|| Some(absolute(&environment.home)?.join(".local/state")));
    let in_state = || environment.state_directory.as_ref().and_then(first).map(|folder| folder.join(STORE_FILE));
    let in_user_state = || user_state().map(|folder| folder.join("headlined").join(STORE_FILE));
    settings.store.path.clone().or_else(in_state).or_else(in_user_state).ok_or(NoPlaceForStore)
}
