//! headlined from outside: the loop on scripted origins, identity over days, batches in the store.

mod identity;
mod settle;
mod support;
mod week;
