//! Standard output and standard error. A closed pipe ends nothing badly.

use std::io::Write;

/// Prints text as it is.
pub(super) fn out(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Prints a line of trouble.
pub(super) fn error(words: &str) {
    let _ = writeln!(std::io::stderr().lock(), "headlined: {words}");
}

/// Prints words on standard error as they are.
pub(super) fn aside(words: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{words}");
}
