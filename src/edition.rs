//! Editions: one output's entries at one moment, rendered when first asked for and kept as bytes.
//!
//! `daemon` says which outputs changed after each COMMIT; `serve` asks for documents and pages, `deliver` for what is
//! pushed. An edition is made at most once in `edition_interval`, from a read connection, by the first who asks; the
//! others wait for that one. Polls never wait for an edition, nor an edition for a poll. What an edition holds is
//! chosen in `make`, its documents are kept in `published`, what changed since an earlier one is told by `past`.

mod make;
mod notices;
mod past;
mod published;

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use tokio::sync::{Mutex, watch};

pub use make::{Page, stem};
pub(crate) use make::{outlet, title};
pub use published::Published;

use self::{make::Maker, past::Past};
use crate::{
    clock::Clock,
    metrics,
    model::{FeedConfig, OutputConfig, Settings, UnixSeconds, seconds},
    render::Format,
    serve::Delta,
    store::{Reader, StoreError},
};

/// Archive pages of one output that are kept rendered.
const PAGES_KEPT: usize = 16;

/// All outputs of one configuration.
#[derive(Debug)]
pub struct Editions {
    settings: Arc<Settings>,
    feeds: ByName,
    store: PathBuf,
    instance: String,
    clock: Clock,
    outputs: HashMap<String, Output>,
    /// Earlier names of outputs.
    aliases: HashMap<String, String>,
    /// Something changed: who pushes may look.
    news: watch::Sender<()>,
    /// What could not be delivered, by output, in words; empty while all is well.
    troubles: std::sync::Mutex<BTreeMap<String, String>>,
}

#[derive(Debug)]
struct Output {
    config: OutputConfig,
    /// Counts the commits that changed its entries.
    changes: AtomicU64,
    current: Mutex<Option<Current>>,
    /// Archive pages, the one that was made last first.
    pages: Mutex<Vec<(u32, Current)>>,
    past: Past,
}

#[derive(Debug, Clone)]
struct Current {
    edition: Arc<Published>,
    made_at: UnixSeconds,
}

/// The configured feeds in the order of their names: an entry's is found without passing all of them.
#[derive(Debug, Clone)]
struct ByName(Arc<[Arc<FeedConfig>]>);

impl ByName {
    fn new(feeds: &[Arc<FeedConfig>]) -> Self {
        let mut feeds = feeds.to_vec();
        feeds.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        Self(feeds.into())
    }

    fn find(&self, name: &str) -> Option<&FeedConfig> {
        let at = self.0.binary_search_by(|feed| feed.name.as_str().cmp(name)).ok()?;
        Some(&self.0[at])
    }

    fn is_private(&self, name: &str) -> bool {
        self.find(name).is_some_and(|feed| feed.private)
    }
}

impl Output {
    /// Nothing changed since, or it is too young for another.
    fn stands(&self, made: &Current, changes: u64, now: UnixSeconds) -> bool {
        made.edition.changes == changes || published::is_young(made.made_at, seconds(self.config.edition_interval), now)
    }
}

impl Editions {
    pub fn new(settings: Arc<Settings>, store: PathBuf, instance: String, clock: Clock) -> Self {
        let output = |config: &OutputConfig| Output {
            config: config.clone(),
            changes: AtomicU64::new(0),
            current: Mutex::new(None),
            pages: Mutex::default(),
            past: Past::default(),
        };
        let outputs = settings.outputs.iter().map(|config| (config.name.clone(), output(config))).collect();
        let aliases = settings
            .outputs
            .iter()
            .flat_map(|output| output.aliases.iter().map(|alias| (alias.clone(), output.name.clone())))
            .collect();
        Self {
            feeds: ByName::new(&settings.feeds),
            settings,
            store,
            instance,
            clock,
            outputs,
            aliases,
            news: watch::Sender::new(()),
            troubles: Default::default(),
        }
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// How a feed is configured.
    pub fn feed(&self, name: &str) -> Option<&FeedConfig> {
        self.feeds.find(name)
    }

    /// It may be named to anybody.
    pub fn is_public(&self, feed: &str) -> bool {
        !self.feeds.is_private(feed)
    }

    pub fn config(&self, output: &str) -> Option<&OutputConfig> {
        self.outputs.get(output).map(|output| &output.config)
    }

    /// The output that had this name before.
    pub fn alias(&self, name: &str) -> Option<&str> {
        self.aliases.get(name).map(String::as_str)
    }

    /// A commit changed this output's entries.
    pub fn changed(&self, output: &str) {
        if let Some(output) = self.outputs.get(output) {
            output.changes.fetch_add(1, Ordering::Release);
            self.news.send_replace(());
        }
    }

    /// Hears whenever some output changed.
    pub fn news(&self) -> watch::Receiver<()> {
        self.news.subscribe()
    }

    /// How often an output changed since the start.
    pub fn changes(&self, output: &str) -> u64 {
        self.outputs.get(output).map_or(0, |output| output.changes.load(Ordering::Acquire))
    }

    /// No edition stands any longer, however young: what was taken back is in none from now on.
    pub async fn renew(&self) {
        for output in self.outputs.values() {
            *output.current.lock().await = None;
            output.pages.lock().await.clear();
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
        if let Some(current) = current.as_ref().filter(|current| output.stands(current, changes, now)) {
            return Ok(Some(current.edition.clone()));
        }
        let began = tokio::time::Instant::now();
        let edition = Arc::new(self.make(output, move |maker, store| maker.current(store, changes)).await?);
        metrics::made(began.elapsed());
        if let Some(earlier) = current.replace(Current { edition: edition.clone(), made_at: now }) {
            output.past.remember(&earlier.edition, earlier.edition.etags());
        }
        Ok(Some(edition))
    }

    /// An archive page of an output; None for an output that is not configured.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn page(&self, name: &str, page: u32) -> Result<Option<Page>, StoreError> {
        let Some(output) = self.outputs.get(name) else { return Ok(None) };
        let mut pages = output.pages.lock().await; // one page of an output is made at a time
        let (changes, now) = (output.changes.load(Ordering::Acquire), self.clock.now());
        pages.retain(|(_, held)| output.stands(held, changes, now));
        if let Some((_, held)) = pages.iter().find(|(number, _)| *number == page) {
            return Ok(Some(Page::Held(held.edition.clone())));
        }
        let made = self.make(output, move |maker, store| maker.page(store, page, changes)).await?;
        if let Page::Held(edition) = &made {
            pages.truncate(PAGES_KEPT - 1);
            pages.insert(0, (page, Current { edition: edition.clone(), made_at: now }));
        }
        Ok(Some(made))
    }

    /// What is new or changed in an edition since one that the asker has, if that is still known.
    pub async fn delta(
        &self,
        name: &str,
        published: &Arc<Published>,
        format: Format,
        if_none_match: &str,
    ) -> Option<Delta> {
        let (earlier, tag) = self.outputs.get(name)?.past.named(if_none_match, format)?;
        let document = published.delta(format, self.base(), earlier, &tag).await;
        Some(Delta { document, base: tag })
    }

    /// The configured `base_url`.
    pub fn base(&self) -> Option<&str> {
        self.settings.server.base_url.as_deref()
    }

    async fn make<T: Send + 'static>(
        &self,
        output: &Output,
        make: impl FnOnce(&Maker, &std::path::Path) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let maker = Maker {
            settings: self.settings.clone(),
            feeds: self.feeds.clone(),
            config: output.config.clone(),
            instance: self.instance.clone(),
            now: self.clock.now(),
        };
        let store = self.store.clone();
        let making = tokio::task::spawn_blocking(move || make(&maker, &store));
        making.await.unwrap_or_else(|error| Err(StoreError::Content(format!("rendering stopped: {error}"))))
    }

    /// What its clock says.
    pub fn now(&self) -> UnixSeconds {
        self.clock.now()
    }

    /// A read connection for what pages need beside an edition.
    ///
    /// # Errors
    /// When the store cannot be opened.
    pub fn reader(&self) -> Result<Reader, StoreError> {
        Reader::open(&self.store)
    }

    /// Says what keeps an output from being delivered, or that nothing does any more. True when that is news.
    pub fn trouble(&self, output: &str, what: Option<String>) -> bool {
        let mut troubles = self.troubles.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match what {
            Some(what) => troubles.insert(output.to_owned(), what.clone()) != Some(what),
            None => troubles.remove(output).is_some(),
        }
    }

    /// What cannot be delivered now, in words.
    pub fn troubles(&self) -> Vec<String> {
        self.troubles.lock().unwrap_or_else(std::sync::PoisonError::into_inner).values().cloned().collect()
    }
}
