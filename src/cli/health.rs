//! `headlined health`: asks the running daemon; for containers and scripts.

use std::process::ExitCode;

use super::{Failure, print, wiring};
use crate::{
    config::{Environment, Found},
    control::{self, ControlError, Reply, Request},
    store::lock::socket_path,
};

/// A daemon that does not answer within this is not well.
const WITHIN: std::time::Duration = std::time::Duration::from_secs(5);

pub(super) fn health(found: &Found, environment: &Environment) -> Result<ExitCode, Failure> {
    let (_, store) = wiring::settings_and_store(found, environment)?;
    let path = socket_path(&store);
    let asking = async { tokio::time::timeout(WITHIN, control::ask(&path, &Request::Health, |_| {})).await };
    match wiring::block_on(asking)? {
        Err(_) => Err(format!("the running headlined did not answer within {} s", WITHIN.as_secs()).into()),
        Ok(Ok(Reply::Healthy(health))) => {
            let control::Health { version, pid, address, feeds, trouble } = health;
            print::out(&format!("well: headlined {version} (pid {pid}) polls {feeds} feeds and serves {address}\n"));
            if let Some(trouble) = trouble {
                print::aside(&format!("note: {trouble}")); // no restart would mend it: it is well all the same
            }
            Ok(ExitCode::SUCCESS)
        }
        Ok(Ok(_)) => Err("it gave another answer than was asked for".into()),
        Ok(Err(ControlError::Nobody)) => {
            let (store, hint) = (store.display(), wiring::ANOTHER_STORE);
            Err(format!("no headlined is running on the store {store}; {hint}").into())
        }
        Ok(Err(error)) => Err(error.into()),
    }
}
