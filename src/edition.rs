//! Editions: one output's entries at one moment, rendered when first asked for and kept as bytes.
//!
//! `daemon` says which outputs changed after each COMMIT; `serve` asks for documents and pages. An edition is made at
//! most once in `edition_interval`, from a read connection, by the first who asks; the others wait for that one. Polls
//! never wait for an edition, nor an edition for a poll.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::{Mutex, OnceCell};

use crate::{
    clock::Clock,
    metrics,
    model::{AlsoReported, Edition, EditionEntry, OutputConfig, RenderedFeed, Settings, Source, UnixSeconds, seconds},
    render::{self, Addresses, Format},
    select,
    serve::{Document, Feed},
    store::{Credits, EntryRow, OutputState, Reader, StoreError},
};

/// All outputs of one configuration.
#[derive(Debug)]
pub struct Editions {
    settings: Arc<Settings>,
    store: PathBuf,
    instance: String,
    clock: Clock,
    outputs: HashMap<String, Output>,
}

#[derive(Debug)]
struct Output {
    config: OutputConfig,
    /// Counts the commits that changed its entries.
    changes: AtomicU64,
    current: Mutex<Option<Current>>,
}

#[derive(Debug, Clone)]
struct Current {
    edition: Arc<Published>,
    changes: u64,
    made_at: UnixSeconds,
}

/// An edition with its documents, each rendered and encoded when first asked for.
#[derive(Debug)]
pub struct Published {
    pub edition: Edition,
    pub last_modified_at: UnixSeconds,
    /// For how long it stands, in seconds: `edition_interval`.
    pub max_age: u64,
    stem: String,
    documents: [OnceCell<Arc<Document>>; 3],
}

impl Editions {
    pub fn new(settings: Arc<Settings>, store: PathBuf, instance: String, clock: Clock) -> Self {
        let output = |config: &OutputConfig| Output {
            config: config.clone(),
            changes: AtomicU64::new(0),
            current: Mutex::new(None),
        };
        let outputs = settings.outputs.iter().map(|config| (config.name.clone(), output(config))).collect();
        Self { settings, store, instance, clock, outputs }
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A commit changed this output's entries.
    pub fn changed(&self, output: &str) {
        if let Some(output) = self.outputs.get(output) {
            output.changes.fetch_add(1, Ordering::Release);
        }
    }

    /// The edition that stands now; None for an output that is not configured.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn current(&self, name: &str) -> Result<Option<Arc<Published>>, StoreError> {
        let Some(output) = self.outputs.get(name) else { return Ok(None) };
        let mut current = output.current.lock().await; // concurrent askers wait here for one edition
        let changes = output.changes.load(Ordering::Acquire);
        let now = self.clock.now();
        if let Some(current) = &*current
            && (current.changes == changes || now < current.made_at + seconds(output.config.edition_interval))
        {
            return Ok(Some(current.edition.clone()));
        }
        let began = tokio::time::Instant::now();
        let edition = Arc::new(self.make(&output.config).await?);
        metrics::made(began.elapsed());
        *current = Some(Current { edition: edition.clone(), changes, made_at: now });
        Ok(Some(edition))
    }

    async fn make(&self, config: &OutputConfig) -> Result<Published, StoreError> {
        let (settings, config, store, instance) =
            (self.settings.clone(), config.clone(), self.store.clone(), self.instance.clone());
        let making = tokio::task::spawn_blocking(move || make(&settings, &config, &store, instance));
        making.await.unwrap_or_else(|error| Err(StoreError::Content(format!("rendering stopped: {error}"))))
    }

    /// A read connection for what pages need beside an edition.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Reader::open(&self.store)
    }
}

/// Reads one output's entries and chooses what its document shows. Blocks on the disk.
fn make(
    settings: &Settings,
    config: &OutputConfig,
    store: &std::path::Path,
    instance: String,
) -> Result<Published, StoreError> {
    let mut reader = Reader::open(store)?;
    let entered_at = reader.entered_at(&config.name, select::MOST_ENTRIES.max(config.limit))?;
    let found = reader.edition(&config.name, select::reach(&entered_at, config.limit))?;
    let Some((state, rows)) = found else {
        return Err(StoreError::Content(format!("output {} is not in the store", config.name)));
    };
    let entries = rows.into_iter().map(|row| entry(settings, row)).collect();
    let (entries, _left_out) = select::fit(entries, config.content);
    Ok(Published {
        last_modified_at: state.changed_at,
        max_age: config.edition_interval.as_secs(),
        stem: stem(&config.name),
        documents: Default::default(),
        edition: edition(settings, config, &state, instance, entries),
    })
}

/// The path of an output without its extension.
pub fn stem(output: &str) -> String {
    if output == "all" { "feed".into() } else { format!("o/{output}") }
}

fn edition(
    settings: &Settings,
    config: &OutputConfig,
    state: &OutputState,
    instance: String,
    entries: Vec<EditionEntry>,
) -> Edition {
    let title = config.title.clone().unwrap_or_else(|| match config.name.as_str() {
        "all" => settings.server.title.clone(),
        name => format!("{}: {name}", settings.server.title),
    });
    Edition {
        output: config.name.clone(),
        title,
        description: config.description.clone(),
        id: urn(state.published_id),
        instance,
        updated_at: entries.iter().map(|entry| entry.updated_at).max().unwrap_or(state.changed_at),
        content: config.content,
        withdrawn: Vec::new(),
        entries,
    }
}

fn entry(settings: &Settings, row: EntryRow) -> EditionEntry {
    let config = settings.feeds.iter().find(|feed| feed.name == row.feed);
    let is_private = config.is_some_and(|feed| feed.private);
    let (also, late): (Vec<_>, Vec<_>) = row.copies.iter().partition(|copy| row.ledger.also.contains(&copy.id));
    let reported = |copies: Vec<&crate::store::CopyRow>| {
        copies
            .into_iter()
            .map(|copy| AlsoReported {
                source: outlet(copy.link.as_deref(), &copy.credits),
                title: copy.title.clone(),
                link: copy.link.clone(),
            })
            .collect()
    };
    let published_at = row.article.published_at.unwrap_or_default();
    EditionEntry {
        id: urn(row.ledger.entry_id),
        article_id: row.ledger.article_id,
        story_id: row.story_id,
        story_published_id: row.story_published_id.map(urn),
        published_at,
        updated_at: row.article.updated_at.unwrap_or(published_at),
        entered_at: row.ledger.entered_at,
        source: source(&row, is_private),
        groups: config.map(|feed| feed.groups.clone()).unwrap_or_default(),
        also_reported: reported(also),
        late_copies: reported(late),
        origin: None,
        feed: row.feed,
        article: row.article,
    }
}

pub(crate) fn outlet(link: Option<&str>, credits: &Credits) -> String {
    select::outlet(link, &credits.feed, &credits.feed_url, credits.source.as_ref())
}

/// An `atom:source` that the entry brought is kept (RFC 4287 §4.2.11); else it is credited to its feed. A private
/// feed's address appears nowhere (RULES 4).
fn source(row: &EntryRow, is_private: bool) -> Source {
    let frozen_at = row.source.updated_at;
    let mut source = row.article.fields.source.clone().unwrap_or_else(|| row.source.clone());
    source.updated_at = source.updated_at.or(frozen_at);
    source.title = source.title.or_else(|| row.source.title.clone()).or_else(|| Some(row.feed.clone()));
    if is_private {
        source.feed_url = None;
        source.id = None;
    }
    source
}

fn urn(id: uuid::Uuid) -> String {
    format!("urn:uuid:{id}")
}

impl Published {
    /// One format of this edition, rendered once. `base` is the configured `base_url`.
    pub async fn feed(self: &Arc<Self>, format: Format, base: Option<&str>) -> Feed {
        let cell = &self.documents[format as usize];
        let rendered = cell.get_or_init(|| async {
            let (published, base) = (self.clone(), base.map(str::to_owned));
            let rendering = tokio::task::spawn_blocking(move || published.render(format, base.as_deref()));
            let nothing = || RenderedFeed { media_type: format.media_type(), body: Vec::new() };
            Arc::new(Document::new(rendering.await.unwrap_or_else(|_| nothing())))
        });
        Feed { document: rendered.await.clone(), last_modified_at: self.last_modified_at, max_age: self.max_age }
    }

    fn render(&self, format: Format, base: Option<&str>) -> RenderedFeed {
        let addresses = Addresses { base, stem: &self.stem };
        render::feed(format, &self.edition, &addresses)
    }
}
