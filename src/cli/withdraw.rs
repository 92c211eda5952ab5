//! `headlined withdraw`: takes articles back from everything that is published.
//!
//! By the running headlined where there is one, else by us.

use std::process::ExitCode;

use super::{Failure, log, print, wiring};
use crate::{
    config::{Environment, Found},
    control::{Reply, Request},
    model::Withdrawal,
    poll::Settler,
};

pub(super) fn withdraw(found: &Found, environment: &Environment, withdrawal: Withdrawal) -> Result<ExitCode, Failure> {
    log::start(environment, "error").map_err(Failure::usage)?;
    let (settings, path) = wiring::settings_and_store(found, environment)?;
    let request = Request::Withdraw(withdrawal.clone());
    let here = |settler: &mut Settler, now| settler.withdraw(&withdrawal, now).map(|(titles, _)| titles);
    let titles = wiring::change(settings, &path, &request, here, |reply| match reply {
        Reply::Withdrawn(titles) => Some(titles),
        _ => None,
    })?;
    if titles.is_empty() {
        let what = withdrawal.what;
        let advice = "give the id of an entry (urn:uuid:…) or an article's address";
        return Err(format!("no article is held under {what}, or it is withdrawn already: {advice}").into());
    }
    titles.iter().for_each(|title| print::out(&format!("withdrawn: {title}\n")));
    Ok(ExitCode::SUCCESS)
}
