//! SIGTERM and Ctrl-C: the first asks for an end, the second is one.

use std::time::Duration;

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::watch,
};

use super::Failure;

/// Becomes true with SIGTERM or Ctrl-C; a second one ends the process after `grace`, whatever hangs.
pub(super) fn shutdown(grace: Duration) -> Result<watch::Receiver<bool>, Failure> {
    let (tell, told) = watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        either(&mut terminate, &mut interrupt).await;
        let _ = tell.send(true); // nobody waits only when we are ending anyway
        either(&mut terminate, &mut interrupt).await;
        tokio::time::sleep(grace).await;
        std::process::exit(130);
    });
    Ok(told)
}

async fn either(terminate: &mut Signal, interrupt: &mut Signal) {
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

/// Completes when shutdown was asked for.
pub(super) async fn ended(mut shutdown: watch::Receiver<bool>) {
    let _ = shutdown.wait_for(|ended| *ended).await; // its sender lives as long as the process
}
