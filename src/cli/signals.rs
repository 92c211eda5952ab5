//! SIGTERM and Ctrl-C: the first asks for an end, the second is one.

use std::time::Duration;

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::{mpsc, watch},
};

use super::Failure;

/// By which a service is told to end.
pub(super) const TO_END: &[SignalKind] = &[SignalKind::terminate(), SignalKind::interrupt()];

/// Becomes true with the first of these signals; the second one ends the process after `grace`, whatever hangs.
pub(super) fn shutdown(kinds: &[SignalKind], grace: Duration) -> Result<watch::Receiver<bool>, Failure> {
    let (tell, told) = watch::channel(false);
    let (heard, mut hear) = mpsc::channel(kinds.len());
    for kind in kinds {
        let (mut signal, heard) = (signal(*kind)?, heard.clone());
        tokio::spawn(async move {
            while signal.recv().await.is_some() {
                let _ = heard.send(()).await; // who listens lives as long as the process
            }
        });
    }
    tokio::spawn(async move {
        hear.recv().await;
        let _ = tell.send(true); // nobody waits only when we are ending anyway
        hear.recv().await;
        tokio::time::sleep(grace).await;
        std::process::exit(130);
    });
    Ok(told)
}

/// By which a service is told to read its configuration again.
pub(super) fn reload() -> Result<Signal, Failure> {
    Ok(signal(SignalKind::hangup())?)
}

/// Completes when shutdown was asked for.
pub(super) async fn ended(mut shutdown: watch::Receiver<bool>) {
    let _ = shutdown.wait_for(|ended| *ended).await; // its sender lives as long as the process
}
