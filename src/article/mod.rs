//! An entry to our normalized record of it.

pub mod identity;
pub mod link;
