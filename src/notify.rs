//! The door to systemd: readiness, status in words, the watchdog, and a socket that it opened for us.
//!
//! Everything is a no-op where no service manager listens (sd_notify(3)).

use std::{net::TcpListener, time::Duration};

use sd_notify::NotifyState;

/// Serving, or serving again after a reload: dependents may go on.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// How it fares, for `systemctl status`.
pub fn status(status: &str) {
    tell(&[NotifyState::Status(status)]);
}

/// A reload begins. The instant is what tells it from a reload that was asked for earlier.
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

/// Starting takes longer than usual, and goes on for at most this long.
pub fn starting_takes(longer: Duration, status: &str) {
    let usec = u32::try_from(longer.as_micros()).unwrap_or(u32::MAX);
    tell(&[NotifyState::ExtendTimeoutUsec(usec), NotifyState::Status(status)]);
}

/// Ending: the batch being settled is finished, nothing else.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

/// How long the service manager waits for a sign of life; None where it does not watch.
pub fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

/// A sign of life.
pub fn alive() {
    tell(&[NotifyState::Watchdog]);
}

fn tell(states: &[NotifyState<'_>]) {
    let _ = sd_notify::notify(states); // nobody listens outside a service
}

/// The socket of `headlined.socket`, if systemd started us with one.
pub fn inherited_socket() -> Option<TcpListener> {
    listenfd::ListenFd::from_env().take_tcp_listener(0).ok().flatten()
}
