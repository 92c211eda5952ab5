//! One batch of polls in one transaction: the polls, then copies, stories and ledgers, then COMMIT.
//!
//! `poll` orders the steps. Dropping the value undoes the whole batch.

use std::sync::Arc;

use rusqlite::{Connection, TransactionBehavior, params};
use uuid::Uuid;

use super::{
    StoreError, articles,
    articles::Settled,
    feeds, holds, ledger,
    ledger::{LedgerRow, Member},
    listing, remembered,
    remembered::{Remembered, TakenApart},
};
use crate::model::{Alias, Article, ArticleId, Changes, FeedId, FeedState, Known, StoryId, UnixSeconds};

/// See the module.
#[derive(Debug)]
pub struct Transaction<'a> {
    pub(super) inner: rusqlite::Transaction<'a>,
}

/// One reason why an article was joined to another.
#[derive(Debug, Clone, PartialEq)]
pub struct WhyRow {
    pub level: &'static str,
    pub rule: String,
    pub score: Option<f64>,
    pub partner_id: Option<ArticleId>,
    pub words: String,
}

impl<'a> Transaction<'a> {
    pub(super) fn begin(connection: &'a mut Connection) -> Result<Self, StoreError> {
        Ok(Self { inner: connection.transaction_with_behavior(TransactionBehavior::Immediate)? })
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.inner
    }

    /// An article's text, for whoever judges by it.
    pub fn article(&self, id: ArticleId) -> Result<Article, StoreError> {
        articles::read(&self.inner, id)
    }

    /// The entries of an output's ledger with the articles that they show, in order.
    pub fn ledger(&self, output: i64) -> Result<Vec<(Uuid, ArticleId)>, StoreError> {
        ledger::entries(&self.inner, output)
    }

    /// What the store knows of one document's articles; `hashes` are their `text_hash`es.
    pub fn known(&self, feed: FeedId, articles: &[Arc<Article>], hashes: &[u64]) -> Result<Known, StoreError> {
        articles::known(&self.inner, feed, articles, hashes)
    }

    /// What is to be known of a full document besides its articles: what the last one listed, what is missing since.
    pub fn absent(&self, feed: FeedId, deleted: &[Alias], known: &mut Known) -> Result<(), StoreError> {
        known.listing = listing::listing(&self.inner, feed)?;
        known.missing = listing::missing(&self.inner, feed)?;
        known.deleted = articles::found_by(&self.inner, feed, deleted)?;
        Ok(())
    }

    /// Writes one poll's changes; after a failure nothing of the transaction is to be kept. What is new of them is moved
    /// into what comes back.
    pub fn apply(&self, changes: &mut Changes) -> Result<Vec<Settled>, StoreError> {
        articles::apply(&self.inner, changes)
    }

    /// The same in a savepoint: a failure leaves the rest of the transaction as it was.
    pub fn apply_or_nothing(&mut self, changes: &mut Changes) -> Result<Vec<Settled>, StoreError> {
        let savepoint = self.inner.savepoint()?;
        let settled = articles::apply(&savepoint, changes)?;
        savepoint.commit()?;
        Ok(settled)
    }

    /// A feed's whole document was settled: it lists these tombstones still.
    pub fn listed(&self, feed: FeedId, tombstones: &[ArticleId], now: UnixSeconds) -> Result<(), StoreError> {
        super::prune::listed(&self.inner, feed, tombstones, now)
    }

    /// Writes a feed's state alone.
    pub fn save_feed(&self, state: &FeedState) -> Result<(), StoreError> {
        feeds::save(&self.inner, state)
    }

    pub fn member(&self, id: ArticleId) -> Result<Member, StoreError> {
        ledger::member(&self.inner, id)
    }

    pub fn copies(&self, first: ArticleId) -> Result<Vec<Member>, StoreError> {
        ledger::copies(&self.inner, first)
    }

    pub fn story(&self, first: StoryId) -> Result<Vec<Member>, StoreError> {
        ledger::story(&self.inner, first)
    }

    pub fn newest(&self, limit: usize, before: usize) -> Result<Vec<Member>, StoreError> {
        ledger::newest(&self.inner, limit, before)
    }

    /// Writes down of which article this is a copy, and which story it joins; what is None stays. One statement: it writes
    /// the whole row, text included.
    pub fn place(
        &self,
        article: ArticleId,
        copy_of: Option<ArticleId>,
        story: Option<StoryId>,
    ) -> Result<(), StoreError> {
        if let Some(first) = story {
            self.begin_story(first)?;
        }
        let sql = "UPDATE article SET copy_of = coalesce(?2, copy_of), story_id = coalesce(?3, story_id) WHERE id = ?1";
        self.inner.prepare_cached(sql)?.execute(params![article, copy_of, story])?;
        Ok(())
    }

    /// The story that began with `first` has a row, and its first article is in it: so from the second article on.
    fn begin_story(&self, first: StoryId) -> Result<(), StoreError> {
        let id = story_published_id(self.published_id(first)?);
        self.inner
            .prepare_cached("INSERT INTO story (id, published_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?
            .execute(params![first, id.as_bytes()])?;
        let sql = "UPDATE article SET story_id = ?1 WHERE id = ?1 AND story_id IS NOT ?1";
        self.inner.prepare_cached(sql)?.execute([first])?;
        Ok(())
    }

    /// Hands the articles that were settled since then, the latest `most` of them, as the story index needs them, to `take`.
    pub fn remember(&self, since_at: UnixSeconds, most: usize, take: impl FnMut(Remembered)) -> Result<(), StoreError> {
        remembered::each(&self.inner, since_at, most, take)
    }

    /// What the operator took apart.
    pub fn taken_apart(&self) -> Result<Vec<TakenApart>, StoreError> {
        remembered::taken_apart(&self.inner)
    }

    /// Two copy sets, named by their first articles, turned out to be one.
    pub fn merge_copies(&self, first: ArticleId, other: ArticleId) -> Result<(), StoreError> {
        let sql = "UPDATE article SET copy_of = ?1 WHERE id = ?2 OR copy_of = ?2";
        self.inner.prepare_cached(sql)?.execute([first, other])?;
        Ok(())
    }

    /// The younger of two stories turned out to be the older one.
    pub fn merge_stories(&self, older: StoryId, younger: StoryId) -> Result<(), StoreError> {
        self.begin_story(older)?;
        self.begin_story(younger)?;
        self.inner.prepare_cached("UPDATE article SET story_id = ?1 WHERE story_id = ?2")?.execute([older, younger])?;
        // What was merged into the younger one before leads to the older at once.
        let sql = "UPDATE story SET merged_into = ?1 WHERE id = ?2 OR merged_into = ?2";
        self.inner.prepare_cached(sql)?.execute([older, younger])?;
        Ok(())
    }

    pub fn keep_fingerprint(&self, article: ArticleId, bytes: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO fingerprint (article_id, bytes) VALUES (?1, ?2)";
        self.inner.prepare_cached(sql)?.execute(params![article, bytes])?;
        Ok(())
    }

    pub fn keep_why(&self, article: ArticleId, why: &WhyRow) -> Result<(), StoreError> {
        self.inner.prepare_cached("INSERT OR REPLACE INTO why VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?.execute(params![
            article,
            why.level,
            why.rule,
            why.score,
            why.partner_id,
            why.words
        ])?;
        Ok(())
    }

    pub fn published_id(&self, id: ArticleId) -> Result<Uuid, StoreError> {
        ledger::published_id(&self.inner, id)
    }

    /// Summary and content of an article, as HTML.
    pub fn text(&self, id: ArticleId) -> Result<String, StoreError> {
        ledger::text(&self.inner, id)
    }

    /// The article that an output shows under this id.
    pub fn shown(&self, output: i64, entry: Uuid) -> Result<Option<ArticleId>, StoreError> {
        ledger::shown(&self.inner, output, entry)
    }

    /// Where an article is shown: outputs and entries.
    pub fn entries_of(&self, article: ArticleId) -> Result<Vec<(i64, Uuid)>, StoreError> {
        ledger::entries_of(&self.inner, article)
    }

    pub fn enter(&self, output: i64, row: &LedgerRow) -> Result<(), StoreError> {
        ledger::enter(&self.inner, output, row)
    }

    pub fn credit(&self, output: i64, entry: Uuid, origin: ArticleId) -> Result<bool, StoreError> {
        ledger::credit(&self.inner, output, entry, origin)
    }

    pub fn renew(&self, output: i64, row: &LedgerRow) -> Result<(), StoreError> {
        ledger::renew(&self.inner, output, row)
    }

    pub fn hold(&self, output: i64, article: ArticleId, due_at: UnixSeconds) -> Result<(), StoreError> {
        holds::hold(&self.inner, output, article, due_at)
    }

    pub fn is_held(&self, output: i64, article: ArticleId) -> Result<bool, StoreError> {
        holds::is_held(&self.inner, output, article)
    }

    /// Takes out what an output has held back long enough.
    pub fn due(&self, output: i64, now: UnixSeconds) -> Result<Vec<ArticleId>, StoreError> {
        holds::due(&self.inner, output, now)
    }

    pub fn clear_ledger(&self, output: i64) -> Result<(), StoreError> {
        ledger::clear(&self.inner, output)
    }

    pub fn touch_output(&self, output: i64, now: UnixSeconds) -> Result<(), StoreError> {
        ledger::touch(&self.inner, output, now)
    }

    pub fn mark_filled(&self, output: i64, now: UnixSeconds) -> Result<(), StoreError> {
        ledger::mark_filled(&self.inner, output, now)
    }

    /// The outputs in which any of these articles is shown.
    pub fn showing(&self, articles: &[ArticleId]) -> Result<Vec<i64>, StoreError> {
        ledger::showing(&self.inner, articles)
    }

    /// # Errors
    /// When SQLite could not make it durable: then nothing of the batch happened.
    pub fn commit(self) -> Result<(), StoreError> {
        Ok(self.inner.commit()?)
    }
}

/// A story's published id lives in a namespace of its own, so that an article and its story never share one (RULES 1).
pub fn story_published_id(first_article: Uuid) -> Uuid {
    Uuid::new_v5(&Uuid::new_v5(&Uuid::NAMESPACE_URL, b"urn:headlined:story"), first_article.as_bytes())
}
