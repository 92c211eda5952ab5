//! Printed dates to instants.
