//! Takes what came back to the store: a batch of polls in one transaction.
//!
//! The one writer. It sees no network and reads no clock. What fails for one poll (a refused row) is that poll's
//! outcome; what fails for the batch (a full disk) is an `Err`, and nothing of the batch happened: its validators are
//! not saved, so that everything is fetched again.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Duration,
};

use super::{
    Backups, corrections,
    publish::{News, Publisher},
    stories::Grouper,
};
use crate::{
    article::link,
    model::{
        ArticleId, Brought, Changes, Correction, FailureKind, Feed, FeedId, FeedState, Known, PollReport, Retrieved,
        UnixSeconds, Withdrawal, WithdrawnWhy, seconds,
    },
    reconcile::{self, Rules, reconcile},
    schedule,
    store::{Keep, Settled, Store, StoreError, Transaction},
};

/// Articles that one step of upkeep takes: some 10 ms of the writer's time.
const UPKEEP_STEP: usize = 200;
/// Pages that one step of upkeep gives back to the disk, for as long.
const UPKEEP_PAGES: usize = 256;

/// The writer, with what it needs of the configuration.
#[derive(Debug)]
pub struct Settler {
    pub store: Store,
    pub feeds: HashMap<FeedId, Feed>,
    pub rules: Rules,
    pub grouper: Grouper,
    pub publisher: Publisher,
    pub backups: Backups,
}

/// How the polls of a batch are applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Care {
    /// All or none: as good as every batch. In a savepoint SQLite keeps a copy of each page that changes, which took a
    /// sixteenth of the writer's time.
    Together,
    /// One was refused: again from the start, each in a savepoint, to keep what it can.
    EachAlone,
}

/// What upkeep came to, over its steps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Upkept {
    /// Whose text is gone.
    pub articles: usize,
    /// Tombstones that no feed lists any more.
    pub tombstones: usize,
}

/// One poll as it was settled.
#[derive(Debug, Clone, PartialEq)]
pub struct SettledPoll {
    pub feed_id: FeedId,
    /// The feed's state from now on.
    pub state: Arc<FeedState>,
    pub report: PollReport,
}

/// A settled batch.
#[derive(Debug, Default)]
pub struct SettledBatch {
    pub polls: Vec<SettledPoll>,
    /// Names of the outputs whose entries changed.
    pub changed_outputs: Vec<String>,
    /// Articles whose text is gone.
    pub withdrawn: Vec<ArticleId>,
}

/// A correction by hand that was made.
#[derive(Debug, Default)]
pub struct Corrected {
    pub words: String,
    /// Names of the outputs whose entries changed.
    pub changed_outputs: Vec<String>,
}

impl Settler {
    /// Settles a batch at `now`.
    ///
    /// # Errors
    /// When the store could not keep the batch; then nothing of it happened.
    pub fn settle(&mut self, batch: &[Retrieved], now: UnixSeconds) -> Result<SettledBatch, StoreError> {
        let mut outcome = self.settle_in_transaction(batch, Care::Together, now);
        if outcome.as_ref().is_err_and(|error| !error.ends_transaction()) {
            self.grouper.rolled_back();
            outcome = self.settle_in_transaction(batch, Care::EachAlone, now);
        }
        match &outcome {
            Ok(settled) => {
                self.committed(&settled.polls, now);
                settled.withdrawn.iter().for_each(|id| self.grouper.forget(*id));
            }
            Err(_) => self.grouper.rolled_back(),
        }
        outcome
    }

    fn settle_in_transaction(
        &mut self,
        batch: &[Retrieved],
        care: Care,
        now: UnixSeconds,
    ) -> Result<SettledBatch, StoreError> {
        let mut transaction = self.store.begin()?;
        let mut polls = Vec::with_capacity(batch.len());
        let mut settled = Vec::new();
        let (mut revised, mut renewed) = (Vec::new(), Vec::new());
        let mut withdrawn = Vec::new();
        for retrieved in batch {
            let Some(feed) = self.feeds.get(&retrieved.feed_id) else { continue };
            let (changes, articles, failure) = settle_one(&mut transaction, feed, retrieved, &self.rules, care, now)?;
            transaction.tell(&schedule::notices(&feed.config, &feed.state, &changes.state, now))?;
            revised.extend(changes.updates.iter().map(|update| update.id));
            for (id, why) in &changes.withdrawn {
                tracing::info!(feed = feed.config.name, article = id, why = why.name(), "withdrawn by its publisher");
                revised.push(*id);
                withdrawn.push(*id);
            }
            renewed.extend(changes.updates.iter().filter(|update| update.updated_at == now).map(|update| update.id));
            polls.push(SettledPoll {
                feed_id: feed.state.id,
                report: report(retrieved, &changes, articles.len(), failure),
                state: Arc::new(changes.state),
            });
            settled.extend(articles);
        }
        // RULES 5: the articles of one transaction are taken in (published, id) order, whoever came first.
        settled.sort_by_key(|settled| (settled.new.published_at, settled.new.published_id));
        let copies = self.grouper.group(&transaction, &self.feeds, &settled, now)?;
        for poll in &mut polls {
            poll.report.copies = copies.get(&poll.feed_id).copied().unwrap_or(0);
        }
        let polled: HashSet<FeedId> = polls.iter().map(|poll| poll.feed_id).collect();
        let is_unpolled =
            |feed: &Feed| feed.config.enabled && feed.state.last_poll_at.is_none() && !polled.contains(&feed.state.id);
        let news = News {
            settled: &settled,
            revised: &revised,
            renewed: &renewed,
            first_pass_is_over: !self.feeds.values().any(is_unpolled),
        };
        let changed_outputs = self.publisher.publish(&transaction, &self.feeds, &news, now)?;
        transaction.commit()?;
        Ok(SettledBatch { polls, changed_outputs, withdrawn })
    }

    /// Corrects copies and stories by hand. What was done in words, or why not.
    ///
    /// # Errors
    /// When the store cannot read or write; then nothing of it happened.
    pub fn correct(
        &mut self,
        correction: &Correction,
        now: UnixSeconds,
    ) -> Result<Result<Corrected, String>, StoreError> {
        let transaction = self.store.begin()?;
        let (freed, words) = match corrections::apply(&transaction, correction, now)? {
            Ok(done) => done,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let lists = (freed.heads.as_slice(), freed.touched.as_slice());
        let changed_outputs = self.publisher.correct(&transaction, &self.feeds, lists, now)?;
        transaction.commit()?;
        self.publisher.committed(now);
        self.grouper.fill_again();
        Ok(Ok(Corrected { words, changed_outputs }))
    }

    /// Lets entries in that have waited for their copies or their turn long enough, and makes digests. Gives the names of outputs whose entries changed.
    ///
    /// # Errors
    /// When the store cannot read or write; it is tried again with the next batch.
    pub fn release(&mut self, now: UnixSeconds) -> Result<Vec<String>, StoreError> {
        let transaction = self.store.begin()?;
        let changed = self.publisher.release(&transaction, &self.feeds, now)?;
        transaction.commit()?;
        self.publisher.committed(now);
        Ok(changed)
    }

    /// Nothing more will be settled: fills what would have been filled with the next batch, or a second later.
    ///
    /// # Errors
    /// When the store cannot write; a later start makes up for it.
    pub fn finish(&mut self, now: UnixSeconds) -> Result<(), StoreError> {
        if self.publisher.hurry() {
            self.release(now)?;
        }
        Ok(())
    }

    /// When [`Settler::release`] is due: the next hold ends, a publisher has its turn, or a digest's day is over.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn release_at(&self) -> Result<Option<UnixSeconds>, StoreError> {
        Ok(self.store.next_hold_at()?.into_iter().chain(self.publisher.turn_at()).min())
    }

    /// After COMMIT only: what memory says is never ahead of the store.
    fn committed(&mut self, polls: &[SettledPoll], now: UnixSeconds) {
        for poll in polls {
            if let Some(feed) = self.feeds.get_mut(&poll.feed_id) {
                feed.state = poll.state.clone();
            }
        }
        self.grouper.committed();
        self.publisher.committed(now);
    }

    /// Withdraws what an id (of an article, or of an entry that shows one) or a link names, with every copy of that link.
    /// Gives the titles, and the outputs that showed them.
    ///
    /// # Errors
    /// When the store cannot write.
    pub fn withdraw(&mut self, what: &Withdrawal, now: UnixSeconds) -> Result<(Vec<String>, Vec<String>), StoreError> {
        let transaction = self.store.begin()?;
        let ids = match uuid::Uuid::parse_str(what.what.trim_start_matches("urn:uuid:")) {
            Ok(id) => transaction.article_by_id(id)?.into_iter().collect(),
            Err(_) => match link::key(&what.what) {
                Some(key) => transaction.articles_by_link(&key)?,
                None => Vec::new(),
            },
        };
        let why = if what.is_legal { WithdrawnWhy::Legal } else { WithdrawnWhy::Operator };
        let (mut titles, mut withdrawn) = (Vec::new(), Vec::new());
        for id in ids {
            let title = transaction.article(id)?.title;
            if transaction.withdraw(id, why, now)? {
                titles.push(title);
                withdrawn.push(id);
            }
        }
        let showing = transaction.showing(&withdrawn)?;
        let mut outputs = Vec::new();
        for (config, state) in self.publisher.outputs.iter().filter(|(_, state)| showing.contains(&state.id)) {
            transaction.touch_output(state.id, now)?;
            outputs.push(config.name.clone());
        }
        transaction.commit()?;
        withdrawn.iter().for_each(|id| self.grouper.forget(*id));
        Ok((titles, outputs))
    }

    /// One step of upkeep, some 10 ms of the writer's time: true when there is more to do.
    ///
    /// # Errors
    /// When the store cannot write; it is tried again at the next tick.
    pub fn upkeep(&mut self, now: UnixSeconds, done: &mut Upkept) -> Result<bool, StoreError> {
        let pruned = self.store.prune(&self.keep(now), now, UPKEEP_STEP)?;
        pruned.iter().for_each(|id| self.grouper.forget(*id));
        done.articles += pruned.len();
        if !pruned.is_empty() {
            return Ok(true);
        }
        let buried = self.store.bury(now, UPKEEP_STEP)?;
        done.tombstones += buried;
        let shed = self.store.shed(self.grouper.window_start(now), UPKEEP_STEP)?;
        if buried > 0 || shed > 0 || self.store.shrink(UPKEEP_PAGES)? {
            return Ok(true);
        }
        self.store.tidy()?;
        Ok(false)
    }

    fn keep(&self, now: UnixSeconds) -> Keep {
        let since = |kept: Option<Duration>| kept.map(|kept| now.saturating_sub(seconds(kept)));
        let limits = |feed: &Feed| (feed.state.id, since(feed.config.retention), feed.config.max_articles);
        let mut feeds: Vec<_> = self.feeds.values().map(limits).collect();
        feeds.retain(|(_, since_at, most)| since_at.is_some() || most.is_some());
        feeds.sort_unstable();
        Keep { since_at: since(self.rules.retention), most: self.rules.max_articles, feeds }
    }

    /// Deletes a feed that is no longer configured, with its articles; gives how many, and the outputs that showed one.
    ///
    /// # Errors
    /// When the store cannot write; then nothing was deleted.
    pub fn forget(&mut self, name: &str, now: UnixSeconds) -> Result<Option<(usize, Vec<String>)>, StoreError> {
        let Some(forgotten) = self.store.forget(name, now)? else { return Ok(None) };
        self.grouper.fill_again();
        Ok(Some((forgotten.articles.len(), forgotten.outputs)))
    }

    /// The published ids of all articles, in order; for tests.
    #[doc(hidden)]
    pub fn published_ids_for_test(&mut self) -> Vec<uuid::Uuid> {
        let transaction = self.store.begin().expect("tests have a store");
        let mut ids: Vec<_> = transaction
            .newest(usize::MAX >> 1, 0)
            .expect("tests have a store")
            .iter()
            .map(|member| member.published_id)
            .collect();
        ids.sort_unstable();
        ids
    }
}

/// Reconciles and applies one poll. When the store refuses it alone, its failure is settled in its place.
fn settle_one(
    transaction: &mut Transaction<'_>,
    feed: &Feed,
    retrieved: &Retrieved,
    rules: &Rules,
    care: Care,
    now: UnixSeconds,
) -> Result<(Changes, Vec<Settled>, Option<String>), StoreError> {
    let known = known(transaction, retrieved)?;
    let mut changes = reconcile(feed, retrieved, &known, rules, now);
    let applied = match care {
        Care::Together => transaction.apply(&mut changes),
        Care::EachAlone => transaction.apply_or_nothing(&mut changes),
    };
    match applied {
        Ok(settled) => {
            if let Some(tombstones) = whole(retrieved, &known) {
                transaction.listed(retrieved.feed_id, &tombstones, now)?;
            }
            Ok((changes, settled, None))
        }
        Err(error) if care == Care::Together || error.ends_transaction() => Err(error),
        Err(error) => {
            let detail = format!("the store refused this poll, nothing of it was kept: {error}");
            let failed = Retrieved {
                brought: Brought::Failed { kind: FailureKind::Store, detail: detail.clone() },
                ..retrieved.clone()
            };
            let changes = reconcile(feed, &failed, &Known::default(), rules, now);
            transaction.save_feed(&changes.state)?;
            Ok((changes, Vec::new(), Some(detail)))
        }
    }
}

/// The tombstones that a whole document lists still; None where absence from it would mean nothing.
fn whole(retrieved: &Retrieved, known: &Known) -> Option<Vec<ArticleId>> {
    let Brought::Document(document) = &retrieved.brought else { return None };
    let is_whole = !document.partial && !document.truncated;
    let tombstones = known.articles.iter().filter(|(_, article)| !article.held).map(|(id, _)| *id);
    is_whole.then(|| tombstones.collect())
}

fn known(transaction: &Transaction<'_>, retrieved: &Retrieved) -> Result<Known, StoreError> {
    let Brought::Document(document) = &retrieved.brought else {
        let mut known = Known::default();
        if matches!(retrieved.brought, Brought::Unchanged) && retrieved.exchange.status == Some(200) {
            transaction.absent(retrieved.feed_id, &[], &mut known)?;
        }
        return Ok(known);
    };
    let hashes: Vec<u64> = (0..document.articles.len()).map(|at| reconcile::text_hash(document, at)).collect();
    let mut known = transaction.known(retrieved.feed_id, &document.articles, &hashes)?;
    transaction.absent(retrieved.feed_id, &document.deleted, &mut known)?;
    Ok(known)
}

fn report(retrieved: &Retrieved, changes: &Changes, new: usize, refused: Option<String>) -> PollReport {
    let exchange = &retrieved.exchange;
    let (failure, repairs) = match &retrieved.brought {
        Brought::Failed { detail, .. } | Brought::OurNetworkDown { detail } => (Some(detail.clone()), vec![]),
        Brought::Gone => (changes.state.last_error.clone(), vec![]),
        Brought::Document(document) => (refused, document.repairs.clone()),
        Brought::Unchanged => (refused, vec![]),
    };
    PollReport {
        outcome: outcome(&retrieved.brought),
        status: exchange.status,
        elapsed_ms: super::retrieve::millis(exchange.elapsed),
        bytes: exchange.bytes,
        new_articles: new,
        updated_articles: changes.updates.len(),
        known_entries: changes.known_entries,
        copies: 0,
        is_unchanged: matches!(retrieved.brought, Brought::Unchanged),
        failure,
        repairs,
    }
}

fn outcome(brought: &Brought) -> &'static str {
    match brought {
        Brought::Document(document) if document.partial => "partial",
        Brought::Document(_) => "document",
        Brought::Unchanged => "unchanged",
        Brought::Gone => "gone",
        Brought::OurNetworkDown { .. } => "our_network_down",
        Brought::Failed { kind, .. } => kind.name(),
    }
}
