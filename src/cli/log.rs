//! Where the log goes: the journal under systemd, else standard error; color and time only on a terminal.

use std::io::IsTerminal;

use tracing_subscriber::{EnvFilter, Layer, layer::SubscriberExt, util::SubscriberInitExt};

/// Starts logging. `level` is `$HEADLINED_LOG`: a level, or a filter in tracing's notation.
///
/// # Errors
/// When the filter cannot be read.
pub(super) fn start(level: Option<&str>, default: &str, in_journal: bool) -> Result<(), String> {
    let wanted = level.filter(|level| !level.is_empty()).unwrap_or(default);
    let filter = EnvFilter::try_new(wanted).map_err(|error| {
        format!("HEADLINED_LOG=\"{wanted}\" cannot be read ({error}): expected error, warn, info, debug or trace, or a filter such as \"warn,headlined::fetch=debug\"")
    })?;
    let journal = if in_journal { tracing_journald::layer().ok() } else { None };
    let output = match journal {
        Some(journal) => journal.boxed(),
        None => plain().boxed(),
    };
    // Set only once: a second start (in tests) keeps the first.
    let _ = tracing_subscriber::registry().with(filter).with(output).try_init();
    Ok(())
}

fn plain<S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>>() -> impl Layer<S> {
    tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .compact()
}
