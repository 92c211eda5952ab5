//! The built binary as its user meets it: each wrong turn says what, where and what to do, and nothing is lost.
//!
//! Real processes, real sockets, real time; origins are threads on port 0. Nothing sleeps to wait: a test reads the
//! log until a line appears, or waits for a process to end, within [`support::PATIENCE`].

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod configuration;
mod delivered;
mod demo;
mod ending;
mod feeds;
mod hub;
mod keeping;
mod monitoring;
mod origin;
mod service;
mod store;
mod stories;
mod support;
mod surroundings;
mod verbs;
mod withdraw;
