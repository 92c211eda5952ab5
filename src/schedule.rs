//! When to poll a feed again.
