//! Which articles are copies of each other, and which tell of one event.
