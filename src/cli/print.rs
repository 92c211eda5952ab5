//! Standard output and standard error. A closed pipe ends nothing badly.
//!
//! Titles and errors come from strangers: what could steer a terminal is not printed.

use std::{borrow::Cow, io::Write};

/// Prints text as it is.
pub(super) fn out(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(harmless(text).as_bytes()).and_then(|()| out.flush());
}

/// Prints a line of trouble.
pub(super) fn error(words: &str) {
    aside(&format!("headlined: {words}"));
}

/// Prints words on standard error as they are.
pub(super) fn aside(words: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", harmless(words));
}

/// Without control characters (escape sequences begin with one), except those that lay out our own text.
fn harmless(text: &str) -> Cow<'_, str> {
    let steers = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    match text.contains(steers) {
        true => text.replace(steers, "\u{fffd}").into(),
        false => text.into(),
    }
}
