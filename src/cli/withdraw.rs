//! `headlined withdraw`: takes articles back from everything that is published.
//!
//! By the running headlined where there is one, else by us.

use std::{path::PathBuf, process::ExitCode};

use super::{Failure, log, print, wiring};
use crate::{
    config::{Environment, Found},
    control::{self, Reply, Request},
    model::{Settings, Withdrawal},
    store::{StoreError, lock::socket_path},
};

pub(super) fn withdraw(found: &Found, environment: &Environment, withdrawal: Withdrawal) -> Result<ExitCode, Failure> {
    log::start(environment, "error").map_err(Failure::usage)?;
    let (settings, _) = wiring::settings(found, environment)?;
    let path = wiring::store_path(&settings, environment)?;
    let what = withdrawal.what.clone();
    let titles = wiring::block_on(withdrawn(settings, path, withdrawal))??;
    if titles.is_empty() {
        let advice = "give the id of an entry (urn:uuid:…) or an article's address";
        return Err(format!("no article is held under {what}, or it is withdrawn already: {advice}").into());
    }
    titles.iter().for_each(|title| print::out(&format!("withdrawn: {title}\n")));
    Ok(ExitCode::SUCCESS)
}

async fn withdrawn(settings: Settings, path: PathBuf, withdrawal: Withdrawal) -> Result<Vec<String>, Failure> {
    let opened = match wiring::open(settings, &path) {
        Ok(opened) => opened,
        Err(StoreError::Held { path, pid }) => {
            return match control::ask(&socket_path(&path), &Request::Withdraw(withdrawal), |_| {}).await {
                Ok(Reply::Withdrawn(titles)) => Ok(titles),
                Ok(_) => {
                    Err("the running headlined gave another answer than was asked for; are both of one version?".into())
                }
                Err(control::ControlError::Nobody) => Err(StoreError::Held { path, pid }.into()),
                Err(error) => Err(error.into()),
            };
        }
        Err(error) => return Err(error.into()),
    };
    let now = opened.clock.now();
    let (daemon, lock) = opened.daemon(false)?;
    let mut settler = daemon.settler;
    let titles = settler.withdraw(&withdrawal, now).map(|(titles, _)| titles);
    settler.store.close()?;
    drop(lock);
    Ok(titles?)
}
