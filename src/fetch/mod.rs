//! The door to origins.
