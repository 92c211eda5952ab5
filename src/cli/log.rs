//! Where the log goes: the journal under systemd, else standard error; color and time only on a terminal.

use std::io::IsTerminal;

use crate::{config::Environment, model::Settings};
use tracing_subscriber::{
    EnvFilter, Layer, Registry, fmt::format, layer::SubscriberExt, reload, util::SubscriberInitExt,
};

/// What is logged, to be changed by a reload.
pub(super) struct Level(reload::Handle<EnvFilter, Registry>);

/// Starts logging what `$HEADLINED_LOG` asks for: a level, or a filter in tracing's notation.
///
/// # Errors
/// When the filter cannot be read.
pub(super) fn start(environment: &Environment, default: &str) -> Result<Level, String> {
    let (filter, handle) = reload::Layer::new(filter(environment, default)?);
    let journal = if is_in_journal(environment) { tracing_journald::layer().ok() } else { None };
    let output = match journal {
        Some(journal) => journal.boxed(),
        None => plain().boxed(),
    };
    // Set only once: a second start (in tests) keeps the first.
    let _ = tracing_subscriber::registry().with(filter).with(output).try_init();
    Ok(Level(handle))
}

impl Level {
    /// Logs from now on what the configuration says, unless the environment says it.
    pub(super) fn follow(&self, environment: &Environment, settings: &Settings) {
        if let Ok(filter) = filter(environment, settings.server.log.word()) {
            let _ = self.0.reload(filter); // it lives as long as the process
        }
    }
}

fn filter(environment: &Environment, default: &str) -> Result<EnvFilter, String> {
    let quiet = format!("{default},tokio_cron_scheduler=warn");
    let wanted = environment.log.as_deref().unwrap_or(&quiet);
    EnvFilter::try_new(wanted).map_err(|error| {
        format!("HEADLINED_LOG=\"{wanted}\" cannot be read ({error}): expected error, warn, info, debug or trace, or a filter such as \"warn,headlined::fetch=debug\"")
    })
}

/// Whether standard error is what systemd connected to the journal (systemd.exec(5)).
fn is_in_journal(environment: &Environment) -> bool {
    let stream = rustix::fs::fstat(std::io::stderr()).map(|stat| format!("{}:{}", stat.st_dev, stat.st_ino));
    environment.journal_stream.is_some() && environment.journal_stream == stream.ok()
}

fn plain<S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>>() -> impl Layer<S> {
    tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .fmt_fields(format::debug_fn(|writer, field, value| match field.name() {
            "message" => write!(writer, "{value:?}"),
            "feed" => Ok(()), // the message begins with it; the journal has it as a field
            name => write!(writer, " {name}={value:?}"),
        }))
}
