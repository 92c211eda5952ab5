//! A story's articles with what the story page tells of each: from one read connection, at one moment.

use rusqlite::{Connection, OptionalExtension};
use uuid::Uuid;

use super::{
    Reader, StoreError, articles,
    read::{CREDITS, Credits, credits},
};
use crate::model::{Article, ArticleId, StoryId, UnixSeconds};

/// One article of a story or copy set.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    pub id: ArticleId,
    pub published_id: Uuid,
    pub article: Article,
    pub credits: Credits,
    /// The configured name of the feed that brought it.
    pub feed: String,
    pub first_seen_at: UnixSeconds,
    pub copy_of: Option<ArticleId>,
    /// Rule, score, and the words that decided.
    pub why: Option<(String, Option<f64>, String)>,
    /// Earlier headlines with the time at which each was replaced, the oldest first.
    pub earlier: Vec<(String, UnixSeconds)>,
}

impl Reader {
    /// The articles behind an entry's or a story's published id, in settle order; None where it names nothing held.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn reports(&mut self, id: Uuid) -> Result<Option<Vec<ReportRow>>, StoreError> {
        let transaction = self.transaction()?;
        let Some((condition, first)) = named(&transaction, id)? else { return Ok(None) };
        let sql = format!(
            "SELECT {}, article.id, feed.name, first_seen_at, copy_of, article.published_id, {CREDITS}
             FROM article JOIN feed ON feed.id = feed_id WHERE ({condition}) AND state = 0 ORDER BY article.id",
            articles::COLUMNS
        );
        let mut query = transaction.prepare_cached(&sql)?;
        let mut rows = query.query([first])?;
        let mut reports = Vec::new();
        while let Some(row) = rows.next()? {
            let id = row.get(11)?;
            reports.push(ReportRow {
                id,
                feed: row.get(12)?,
                first_seen_at: row.get(13)?,
                copy_of: row.get(14)?,
                published_id: Uuid::from_bytes(row.get(15)?),
                credits: credits(row, 16)?,
                article: articles::article_from(row)?,
                why: why(&transaction, id)?,
                earlier: earlier(&transaction, id)?,
            });
        }
        Ok((!reports.is_empty()).then_some(reports))
    }
}

impl Reader {
    /// The published id of the article with this link, compared as links are; the newest where several feeds have it.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn published_id(&self, link_key: &str) -> Result<Option<Uuid>, StoreError> {
        let sql = "SELECT published_id FROM article WHERE link_key = ?1 AND state = 0 ORDER BY id DESC LIMIT 1";
        let found = self.connection().prepare(sql)?.query_row([link_key], |row| row.get(0)).optional()?;
        Ok(found.map(Uuid::from_bytes))
    }
}

impl Reader {
    /// The articles that the operator took this one apart from: headline and published id, in settle order.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn apart_from(&self, article: ArticleId) -> Result<Vec<(String, Uuid)>, StoreError> {
        let sql = "SELECT title, published_id FROM article WHERE state = 0 AND id IN
            (SELECT other_id FROM apart WHERE article_id = ?1 UNION SELECT article_id FROM apart WHERE other_id = ?1)
            ORDER BY id";
        let mut query = self.connection().prepare(sql)?;
        let rows = query.query_map([article], |row| Ok((row.get(0)?, Uuid::from_bytes(row.get(1)?))))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// Which articles an id stands for: its whole story where there is one, else its copies.
fn named(connection: &Connection, id: Uuid) -> Result<Option<(&'static str, i64)>, StoreError> {
    const STORY: &str = "article.id = ?1 OR story_id = ?1";
    const COPIES: &str = "article.id = ?1 OR copy_of = ?1";
    let article = "SELECT id, copy_of, story_id FROM article WHERE published_id = ?1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
    let found: Option<(ArticleId, Option<ArticleId>, Option<StoryId>)> =
        connection.prepare_cached(article)?.query_row([id.as_bytes()], read).optional()?;
    if let Some((article, copy_of, story)) = found {
        return Ok(Some(story.map_or((COPIES, copy_of.unwrap_or(article)), |story| (STORY, story))));
    }
    let story = "SELECT coalesce(merged_into, id) FROM story WHERE published_id = ?1";
    let found = connection.prepare_cached(story)?.query_row([id.as_bytes()], |row| row.get(0)).optional()?;
    Ok(found.map(|story| (STORY, story)))
}

fn why(connection: &Connection, id: ArticleId) -> Result<Option<(String, Option<f64>, String)>, StoreError> {
    // 'copy' sorts before 'story': what tells most comes first.
    let mut query =
        connection.prepare_cached("SELECT rule, score, words FROM why WHERE article_id = ?1 ORDER BY level LIMIT 1")?;
    Ok(query.query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?)
}

fn earlier(connection: &Connection, id: ArticleId) -> Result<Vec<(String, UnixSeconds)>, StoreError> {
    let mut query = connection
        .prepare_cached("SELECT title, revised_at FROM revision WHERE article_id = ?1 ORDER BY revised_at")?;
    Ok(query.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?)
}
