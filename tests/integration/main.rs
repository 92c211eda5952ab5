//! headlined from outside: the loop on scripted origins, identity over days, batches in the store.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod choosing;
mod copies;
mod corrections;
mod history;
mod identity;
mod order;
mod outputs;
mod press;
mod served;
mod serving;
mod settle;
mod showing;
mod support;
mod taking_back;
mod turns;
mod week;
mod wires;
mod world;
