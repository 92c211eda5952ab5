//! headlined: every headline, once.
//!
//! This file is the map, in reading order. Imports go down only; `tests/layers.rs` holds the table.
//! To find the room for a line of code, ask: does it touch the world (a door)? does it order steps (flow)?
//! neither (a decision)?

// Words: plain types that every layer uses.
pub mod address;
pub mod clock;
pub mod digest;
pub mod metrics;
pub mod model;
pub mod url;

// Decisions: pure, no clock, disk, network, log or randomness; they return data and reasons.
pub mod article;
pub mod dates;
pub mod html;
pub mod parse;
pub mod reconcile;
pub mod render;
pub mod schedule;
pub mod select;
pub mod story;

// Doors: each talks to one part of the world.
pub mod control;
pub mod fetch;
pub mod files;
pub mod notify;
pub mod serve;
pub mod store;

// Flow: orders the steps.
pub mod config;
pub mod daemon;
pub mod deliver;
pub mod edition;
pub mod poll;
pub mod site;
pub mod upkeep;
pub mod websub;

// Edge: arguments, wiring, exit codes.
pub mod cli;
pub mod demo;
