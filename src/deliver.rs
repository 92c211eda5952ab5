//! Outputs that are written to files (`[[output]] file`), whenever they change.
//!
//! One task beside the server: woken by `edition`, it writes an output at most once in its `edition_interval`, whole, and
//! only where the bytes differ. A file that cannot be written is told once, in the log, on `/status` and in the notices,
//! tried again with the next change and every minute, and keeps nobody else's from being written. Verbs that change the
//! store where no service runs write what they changed with [`write_all`].

use std::{
    collections::HashMap,
    future::Future,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use tokio::sync::{mpsc, watch};

use crate::{
    daemon::Command,
    edition::Editions,
    files::{self, Readers},
    model::{Notice, NoticeKind, OutputConfig},
    render::Format,
    store::StoreError,
};

/// What failed, or changed again before its edition could, is looked at again after this.
const AGAIN: Duration = Duration::from_secs(60);

/// Writes files until `shutdown`; of the editions of the configuration that is in force.
pub async fn run(
    mut in_force: watch::Receiver<Arc<Editions>>,
    commands: mpsc::Sender<Command>,
    shutdown: impl Future<Output = ()>,
) {
    let mut editions = in_force.borrow_and_update().clone();
    let mut news = editions.news();
    let mut written: HashMap<String, u64> = HashMap::new();
    tokio::pin!(shutdown);
    loop {
        let Delivered { again, notices } = write_all(&editions, &mut written).await;
        for notice in notices {
            let _ = commands.send(Command::Tell(notice)).await; // nobody keeps it when we are stopping
        }
        tokio::select! {
            () = &mut shutdown => return,
            reloaded = in_force.changed() => {
                if reloaded.is_err() {
                    return;
                }
                editions = in_force.borrow_and_update().clone();
                (news, written) = (editions.news(), HashMap::new());
            }
            changed = news.changed() => if changed.is_err() { return },
            () = tokio::time::sleep(again.unwrap_or(Duration::MAX)), if again.is_some() => {}
        }
    }
}

/// What came of writing.
#[derive(Debug, Default)]
pub struct Delivered {
    /// When to look again at what could not be written, or is not made anew yet.
    pub again: Option<Duration>,
    /// For the operator, where they are news.
    pub notices: Vec<Notice>,
}

/// Writes what changed since it was written.
pub async fn write_all(editions: &Editions, written: &mut HashMap<String, u64>) -> Delivered {
    let (mut again, mut notices) = (None, Vec::new());
    for output in &editions.settings().outputs {
        let Some(path) = &output.file else { continue };
        let changes = editions.changes(&output.name);
        if written.get(&output.name) == Some(&changes) {
            continue;
        }
        let shown = match write(editions, output, path).await {
            Ok(shown) => shown,
            Err(trouble) => {
                let trouble = format!("{} cannot be written: {trouble}", path.display());
                if editions.trouble(&output.name, Some(trouble.clone())) {
                    tracing::error!(output = output.name, "{trouble}; it is tried again, the others are written");
                    let text = format!("{trouble}. It is tried again every minute; the others are written.");
                    notices.push(notice(output, NoticeKind::Unwritable, text, editions));
                }
                again = Some(AGAIN);
                continue;
            }
        };
        let is_back = editions.trouble(&output.name, None);
        if is_back {
            tracing::info!(output = output.name, "{} is written again", path.display());
        }
        // Also the first time: before this start it may have been otherwise.
        if written.insert(output.name.clone(), shown).is_none() || is_back {
            notices.push(notice(
                output,
                NoticeKind::Written,
                format!("{} is written again.", path.display()),
                editions,
            ));
        }
        if shown != changes {
            let soon = output.edition_interval.clamp(Duration::from_secs(1), AGAIN);
            again = Some(again.map_or(soon, |again: Duration| again.min(soon)));
        }
    }
    Delivered { again, notices }
}

fn notice(output: &OutputConfig, kind: NoticeKind, text: String, editions: &Editions) -> Notice {
    let title = match kind {
        NoticeKind::Unwritable => format!("The file of {} cannot be written", output.name),
        _ => format!("The file of {} is written again", output.name),
    };
    Notice { kind, feed: output.name.clone(), title, text, at: editions.now() }
}

/// Writes one file if its bytes differ. Gives the count of changes that it shows.
async fn write(editions: &Editions, output: &OutputConfig, path: &Path) -> Result<u64, String> {
    let base = editions.base();
    let edition = editions.current(&output.name).await.map_err(|error: StoreError| error.to_string())?;
    let Some(edition) = edition else { return Ok(0) };
    let body = edition.feed(format(path), base).await.document.plain();
    let path: PathBuf = path.to_owned();
    let readers = if output.token.is_none() { Readers::All } else { Readers::Few };
    let writing = tokio::task::spawn_blocking(move || replace_if_other(&path, &body, readers));
    match writing.await {
        Ok(Ok(())) => Ok(edition.changes),
        Ok(Err(error)) => Err(error.to_string()),
        Err(error) => Err(error.to_string()),
    }
}

fn replace_if_other(path: &Path, body: &[u8], readers: Readers) -> io::Result<()> {
    match std::fs::read(path) {
        Ok(held) if held == body => Ok(()),
        _ => files::replace(path, body, readers),
    }
}

/// By its extension; Atom where that names none.
fn format(path: &Path) -> Format {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("rss" | "xml") => Format::Rss,
        Some("json") => Format::Json,
        _ => Format::Atom,
    }
}
