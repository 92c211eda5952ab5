//! `headlined demo`: sample feeds inside the process.
