//! The configuration file, checked.
