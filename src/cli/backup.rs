//! `headlined backup` and `headlined restore`: a whole copy of the store, while the daemon runs, and the way back.

use std::{path::Path, process::ExitCode};

use super::{Failure, print, wiring};
use crate::{
    clock::Clock,
    config::{Environment, Found},
    store::{Lock, StoreError, backup},
};

/// Reads beside a running daemon, which neither waits nor needs to know.
pub(super) fn backup(found: &Found, environment: &Environment, to: &Path) -> Result<ExitCode, Failure> {
    let (_, store) = wiring::settings_and_store(found, environment)?;
    backup::back_up(&store, to).map_err(|error| format!("no backup was made: {error}"))?;
    print::out(&format!("{} is a backup of {}, and whole\n", to.display(), store.display()));
    Ok(ExitCode::SUCCESS)
}

pub(super) fn restore(found: &Found, environment: &Environment, from: &Path) -> Result<ExitCode, Failure> {
    let (_, store) = wiring::settings_and_store(found, environment)?;
    let held = Lock::take(&store).map_err(|error| match error {
        StoreError::Held { path, pid } => format!(
            "the store {} is in use by a running headlined (pid {pid}): stop it first, as with `systemctl stop headlined`",
            path.display()
        ),
        other => other.to_string(),
    })?;
    let moment = backup::moment(Clock::System.now());
    let kept = backup::restore(from, &store, &held, &moment)?;
    let old = kept.map_or_else(String::new, |kept| format!("; the store that was there is {}", kept.display()));
    print::out(&format!("{} is what {} was{old}\n", store.display(), from.display()));
    Ok(ExitCode::SUCCESS)
}
