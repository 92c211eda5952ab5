//! The door to systemd: readiness, status in words, and a socket that it opened for us.
//!
//! Everything is a no-op where no service manager listens.

use sd_notify::NotifyState;

use crate::serve::Listener;

/// Serving: dependents may start.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// Ending: the batch being settled is finished, nothing else.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(states: &[NotifyState<'_>]) {
    let _ = sd_notify::notify(states); // nobody listens outside a service
}

/// The socket of `headlined.socket`, if systemd started us with one.
pub fn inherited_listener() -> Option<Listener> {
    let socket = listenfd::ListenFd::from_env().take_tcp_listener(0).ok().flatten()?;
    Listener::inherited(socket).ok()
}
