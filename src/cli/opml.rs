//! `headlined import` and `headlined export`: feeds as OPML, in and out.

use std::{path::Path, process::ExitCode};

use super::{Failure, print, wiring};
use crate::{
    config::{self, Environment, Found},
    files::{Readers, replace},
    render::opml::{Outline, opml},
};

pub(super) fn import(found: &Found, file: &Path, is_rehearsal: bool) -> Result<ExitCode, Failure> {
    let Found::File(configuration) = found else {
        return Err(Failure::usage(
            "there is no configuration file to add feeds to: make one (its [[feed]] sections replace the built-in list), or name it with --config",
        ));
    };
    let read =
        |path: &Path| std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()));
    let (text, outlines) = (read(configuration)?, read(file)?);
    let import = config::import(&text, &outlines).map_err(|error| format!("{}: {error}", file.display()))?;
    for (address, name) in &import.known {
        print::aside(&format!("known already: {address} (\"{name}\")"));
    }
    for (address, reason) in &import.refused {
        print::aside(&format!("not taken: {address}: {reason}"));
    }
    if is_rehearsal {
        print::out(&import.sections);
    } else if !import.added.is_empty() {
        replace(configuration, import.onto(&text).as_bytes(), Readers::Few)
            .map_err(|error| format!("cannot write {}: {error}", configuration.display()))?;
    }
    let verb = if is_rehearsal { "would be added" } else { "added" };
    print::aside(&format!("{} feeds {verb} to {}", import.added.len(), configuration.display()));
    Ok(ExitCode::SUCCESS)
}

pub(super) fn export(found: &Found, environment: &Environment) -> Result<ExitCode, Failure> {
    let (settings, _) = wiring::settings(found, environment)?;
    let public = settings.feeds.iter().filter(|feed| !feed.private);
    let outlines: Vec<Outline> = public.map(|feed| Outline::from(&**feed)).collect();
    print::out(&String::from_utf8_lossy(&opml(&settings.server.title, &outlines)));
    Ok(ExitCode::SUCCESS)
}
