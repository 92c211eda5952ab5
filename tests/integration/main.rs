//! headlined from outside: the loop on scripted origins, identity over days, batches in the store.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod choosing;
mod copies;
mod corrections;
mod identity;
mod order;
mod outputs;
mod press;
mod serving;
mod settle;
mod support;
mod turns;
mod week;
mod wires;
mod world;
