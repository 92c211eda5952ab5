//! `headlined demo`: the whole service on ten invented outlets inside the process, in a store that ends with it.

use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};

use tokio::signal::unix::SignalKind;

use super::{Failure, log, print, service::Service, signals, wiring};
use crate::{
    clock::Clock,
    config::{self, Environment},
    demo::Origin,
    model::Settings,
    serve::{self, Listener},
};

/// Something new is published this often.
const NEWS_EVERY: Duration = Duration::from_secs(3);
/// The outlets of the demo ask to be polled this often, and editions follow.
const POLL_EVERY: Duration = Duration::from_secs(2);

/// A terminal that is closed ends it too: its folder must not stay.
const TO_END: &[SignalKind] = &[SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()];
/// A second Ctrl-C must not leave the folder: the first one's end has this long.
const TIDY_WITHIN: Duration = Duration::from_secs(2);

pub(super) fn demo(environment: &Environment) -> Result<ExitCode, Failure> {
    log::start(environment, "warn").map_err(Failure::usage)?;
    wiring::block_on(async {
        let shutdown = signals::shutdown(TO_END, TIDY_WITHIN)?; // before there is anything to leave behind
        let folder = Folder::make()?;
        let origin = Origin::start(Clock::System.now()).await?;
        let settings = settings(environment, &origin)?;
        let listener = listen(&settings).await?;
        let store = folder.0.join("headlined.db");
        let service = Service { settings, store, listener, upkeep: None, shutdown, origin: None };
        let publishing = async {
            loop {
                tokio::time::sleep(NEWS_EVERY).await;
                origin.advance(Clock::System.now());
            }
        };
        let ended = tokio::select! {
            ended = service.run(|local, _, _| print::out(&greeting(local))) => ended,
            () = publishing => Ok(()),
        };
        origin.stop().await;
        ended
    })??;
    Ok(ExitCode::SUCCESS)
}

fn greeting(local: &str) -> String {
    format!(
        "headlined demo: ten invented outlets publish every few seconds; nothing leaves this machine.\n\n  \
         front page   {local}\n  merged feed  {local}feed.atom   (subscribe a reader to it)\n  \
         how it fares {local}status\n\nCtrl-C ends it and leaves nothing behind.\n"
    )
}

/// The built-in defaults, with the demo's feeds and its quick rhythm.
fn settings(environment: &Environment, origin: &Origin) -> Result<Settings, Failure> {
    let environment = Environment { listen: environment.listen.clone(), ..Environment::default() };
    let (mut settings, _) = config::parse(OUTPUTS, "demo", &environment).map_err(Failure::usage)?;
    settings.feeds = origin.feeds().into_iter().map(Arc::new).collect();
    settings.outputs.extend(config::derived_outputs(&settings));
    settings.fetch.host_pause = Duration::ZERO;
    settings.fetch.per_host = settings.feeds.len();
    settings.fetch.contact = Some("mailto:demo@example.org".into());
    settings.schedule.min_interval = POLL_EVERY;
    settings.schedule.max_interval = 2 * POLL_EVERY;
    for output in &mut settings.outputs {
        output.edition_interval = POLL_EVERY;
    }
    Ok(settings)
}

/// As in the built-in configuration.
const OUTPUTS: &str = r#"
[server]
title = "headlined demo"
[[output]]
name = "en"
title = "In English"
languages = ["en"]
[[output]]
name = "top-en"
title = "Reported by three outlets or more"
languages = ["en"]
min_sources = 3
dedup = "stories"
"#;

/// The usual address, or any other that is free: a demo must not fail because a headlined runs.
async fn listen(settings: &Settings) -> Result<Listener, Failure> {
    let mut address = settings.server.listen;
    if let Ok(listener) = serve::bind(address).await {
        return Ok(listener);
    }
    address.set_port(0);
    Ok(serve::bind(address).await?)
}

/// A folder that is removed, with all that is in it, when the value is dropped.
struct Folder(PathBuf);

impl Folder {
    fn make() -> Result<Self, Failure> {
        let path = std::env::temp_dir().join(format!("headlined-demo-{}", std::process::id()));
        std::fs::create_dir(&path).map_err(|error| {
            format!(
                "cannot make the demo's folder {}: {error}; set TMPDIR to a folder that can be written",
                path.display()
            )
        })?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0); // nothing can be done about what cannot be removed
    }
}
