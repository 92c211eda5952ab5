//! Sanitized bodies and plain titles.
