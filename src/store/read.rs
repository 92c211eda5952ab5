//! What readers ask of the store, on connections of their own: editions, the table of feeds, totals.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::{LedgerRow, OutputState, StoreError, articles, feeds, open_read_only, outputs};
use crate::model::{Article, ArticleId, FeedState, Source, StoryId, UnixSeconds};

/// A read connection; sees what was committed when each method began.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
}

/// A feed as `headlined feeds` and the pages list it.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedRow {
    pub name: String,
    pub url: String,
    pub state: FeedState,
    /// Articles held.
    pub articles: u64,
}

/// An entry of an edition, before `select` has cut it to what the output shows.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryRow {
    pub ledger: LedgerRow,
    /// The configured name of the feed that brought it.
    pub feed: String,
    /// What that feed's document says of itself.
    pub source: Source,
    pub article: Article,
    pub published_id: Uuid,
    pub story_id: Option<StoryId>,
    pub story_published_id: Option<Uuid>,
    /// What else the entry stands for, in settle order: its copies, the other reports of its story, and what it named
    /// when it entered.
    pub copies: Vec<CopyRow>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopyRow {
    pub id: ArticleId,
    /// The configured name of the feed that brought it.
    pub feed: String,
    pub noindex: bool,
    pub title: String,
    pub link: Option<String>,
    pub credits: Credits,
}

/// Whom a report may be named after; `select::outlet` chooses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credits {
    /// The title of the feed that brought it, else its configured name.
    pub feed: String,
    pub feed_url: String,
    /// The source that the entry credits.
    pub source: Option<Source>,
}

/// Other reports that an entry names or links to, at the most; its story page has the rest.
const BESIDE: usize = 250;

/// The columns of [`Credits`]; feeds are joined.
pub(super) const CREDITS: &str = "coalesce(feed.title, feed.name), feed.url, article.fields -> '$.source'";

/// Credits from three columns that start at `first`.
pub(super) fn credits(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Credits> {
    let source: Option<String> = row.get(first + 2)?;
    Ok(Credits {
        feed: row.get(first)?,
        feed_url: row.get(first + 1)?,
        source: source.and_then(|json| serde_json::from_str(&json).ok()), // our own JSON; a broken one credits nobody
    })
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub articles: u64,
    pub copies: u64,
    pub stories: u64,
}

/// How the configured feeds fare.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fates {
    pub feeds: usize,
    /// At least once.
    pub polled: usize,
    /// At their last poll.
    pub failing: usize,
    /// Names and reasons of some that fail.
    pub failures: Vec<(String, String)>,
}

/// The store's file, as SQLite counts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Size {
    pub bytes: u64,
    /// Of these, what is free for reuse.
    pub free_bytes: u64,
}

impl Reader {
    /// When the newest article was settled.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn newest_at(&self) -> Result<Option<UnixSeconds>, StoreError> {
        let sql = "SELECT first_seen_at FROM article ORDER BY id DESC LIMIT 1";
        Ok(self.connection.query_row(sql, [], |row| row.get(0)).optional()?)
    }

    /// Opens a store for reading; whoever holds its lock goes on writing.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Ok(Self { connection: open_read_only(path)? })
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    /// One moment for several questions.
    pub(super) fn transaction(&mut self) -> Result<rusqlite::Transaction<'_>, StoreError> {
        Ok(self.connection.transaction()?)
    }

    /// When the newest entries of an output's ledger entered, newest first, at most `limit` of them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn entered_at(&self, output: &str, limit: usize) -> Result<Vec<UnixSeconds>, StoreError> {
        let sql = "SELECT entered_at FROM ledger JOIN output ON output.id = output_id WHERE name = ?1 ORDER BY sequence DESC LIMIT ?2";
        let mut query = self.connection.prepare_cached(sql)?;
        Ok(query.query_map(params![output, limit], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Whether the store ever had an output of this name.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn knows_output(&self, name: &str) -> Result<bool, StoreError> {
        Ok(outputs::find(&self.connection, name)?.is_some())
    }

    /// The newest `limit` entries of an output's ledger, newest first, with the output's own state.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn edition(&mut self, output: &str, limit: usize) -> Result<Option<(OutputState, Vec<EntryRow>)>, StoreError> {
        let transaction = self.transaction()?; // output, ledger and articles agree
        let Some(state) = outputs::find(&transaction, output)? else { return Ok(None) };
        let newest = "sequence > coalesce((SELECT sequence FROM ledger WHERE output_id = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2), -1)";
        let entries = entries(&transaction, newest, params![state.id, limit])?;
        Ok(Some((state, entries)))
    }

    /// All configured feeds with their state, by id.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn feeds(&self) -> Result<Vec<FeedRow>, StoreError> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT {}, name, url, coalesce(tally.articles, 0) AS articles FROM feed
                LEFT JOIN tally ON tally.feed_id = feed.id WHERE configured ORDER BY id",
            feeds::STATE
        ))?;
        let mut rows = query.query([])?;
        let mut feeds = Vec::new();
        while let Some(row) = rows.next()? {
            let state = feeds::from_row(row)?;
            feeds.push(FeedRow { name: row.get("name")?, url: row.get("url")?, articles: row.get("articles")?, state });
        }
        Ok(feeds)
    }

    /// How the configured feeds fare, and why the first of those that fail and `is_named` do.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn fates(&self, named: usize, is_named: impl Fn(&str) -> bool) -> Result<Fates, StoreError> {
        let sql = "SELECT count(*), count(last_poll_at), count(last_error) FROM feed WHERE configured";
        let mut fates = self.connection.query_row(sql, [], |row| {
            Ok(Fates { feeds: row.get(0)?, polled: row.get(1)?, failing: row.get(2)?, failures: Vec::new() })
        })?;
        let sql = "SELECT name, last_error FROM feed WHERE configured AND last_error IS NOT NULL ORDER BY id";
        let mut query = self.connection.prepare_cached(sql)?;
        let mut rows = query.query([])?;
        while fates.failures.len() < named
            && let Some(row) = rows.next()?
        {
            let failure: (String, String) = (row.get(0)?, row.get(1)?);
            if is_named(&failure.0) {
                fates.failures.push(failure);
            }
        }
        Ok(fates)
    }

    /// # Errors
    /// When the store cannot be read.
    pub fn size(&self) -> Result<Size, StoreError> {
        let number = |pragma: &str| self.connection.pragma_query_value(None, pragma, |row| row.get::<_, u64>(0));
        let page = number("page_size")?;
        Ok(Size { bytes: number("page_count")? * page, free_bytes: number("freelist_count")? * page })
    }

    /// # Errors
    /// When the store cannot be read.
    pub fn totals(&self) -> Result<Totals, StoreError> {
        let sql = "SELECT coalesce(sum(articles), 0), coalesce(sum(copies), 0),
            (SELECT stories FROM story_tally) FROM tally";
        Ok(self.connection.query_row(sql, [], |row| {
            Ok(Totals { articles: row.get(0)?, copies: row.get(1)?, stories: row.get(2)? })
        })?)
    }
}

/// The held entries of the ledger of output ?1 that a condition names, the newest first.
pub(super) fn entries(
    connection: &Connection,
    condition: &str,
    values: &[&dyn rusqlite::ToSql],
) -> Result<Vec<EntryRow>, StoreError> {
    let sql = format!(
        "SELECT {}, ledger.entry_id, ledger.article_id, ledger.entered_at, ledger.also, article.published_id,
            article.copy_of, article.story_id, story.published_id, feed.name, feed.document_id, feed.title, feed.url,
            feed.site_url, article.source_updated_at, feed.rights, feed.icon,
            ledger.is_story, ledger.reports, ledger.origin_id, ledger.names_origin
         FROM ledger JOIN article ON article.id = ledger.article_id JOIN feed ON feed.id = article.feed_id
            LEFT JOIN story ON story.id = article.story_id
         WHERE output_id = ?1 AND state = 0 AND {condition} ORDER BY sequence DESC",
        articles::COLUMNS
    );
    let mut query = connection.prepare_cached(&sql)?;
    let mut rows = query.query(values)?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        entries.push(entry(connection, row)?);
    }
    Ok(entries)
}

/// A row of the query in [`entries`]: the article's columns, then those of ledger, story and feed.
fn entry(connection: &Connection, row: &rusqlite::Row<'_>) -> Result<EntryRow, StoreError> {
    let (also, reports): (String, String) = (row.get(14)?, row.get(28)?);
    let ledger = LedgerRow {
        entry_id: Uuid::from_bytes(row.get(11)?),
        article_id: row.get(12)?,
        entered_at: row.get(13)?,
        also: serde_json::from_str(&also)?,
        is_story: row.get(27)?,
        reports: serde_json::from_str(&reports)?,
        origin: row.get(29)?,
        names_origin: row.get(30)?,
    };
    let (copy_of, story): (Option<ArticleId>, Option<StoryId>) = (row.get(16)?, row.get(17)?);
    Ok(EntryRow {
        article: articles::article_from(row)?,
        published_id: Uuid::from_bytes(row.get(15)?),
        story_id: row.get(17)?,
        story_published_id: row.get::<_, Option<[u8; 16]>>(18)?.map(Uuid::from_bytes),
        feed: row.get(19)?,
        source: Source {
            id: row.get(20)?,
            title: row.get(21)?,
            feed_url: row.get(22)?,
            site_url: row.get(23)?,
            updated_at: row.get(24)?,
            rights: row.get(25)?,
            icon: row.get(26)?,
        },
        copies: match story.filter(|_| ledger.is_story) {
            Some(story) => beside(connection, "story_id", story, &ledger)?,
            None => beside(connection, "copy_of", copy_of.unwrap_or(ledger.article_id), &ledger)?,
        },
        ledger,
    })
}

/// What an entry stands for beside the article that it shows, and what it named, for good, when it entered.
fn beside(connection: &Connection, column: &str, first: i64, ledger: &LedgerRow) -> Result<Vec<CopyRow>, StoreError> {
    let sql = format!(
        "SELECT article.id, article.title, article.link, feed.name, noindex, {CREDITS} FROM article
            JOIN feed ON feed.id = feed_id
        WHERE (article.id = ?1 OR {column} = ?1 OR article.id IN (SELECT value FROM json_each(?3)))
            AND article.id <> ?2 AND state = 0
            AND NOT EXISTS (SELECT 1 FROM filtered WHERE article_id = article.id AND output_id = 0)
        ORDER BY first_seen_at, published_at, article.published_id LIMIT {BESIDE}"
    );
    let reports = ledger.reports.iter().map(|(id, _)| *id);
    let named: Vec<ArticleId> = ledger.also.iter().copied().chain(reports).chain(ledger.origin).collect();
    let mut query = connection.prepare_cached(&sql)?;
    let found = query.query_map(params![first, ledger.article_id, serde_json::to_string(&named)?], |row| {
        Ok(CopyRow {
            id: row.get(0)?,
            title: row.get(1)?,
            link: row.get(2)?,
            feed: row.get(3)?,
            noindex: row.get(4)?,
            credits: credits(row, 5)?,
        })
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}
