//! What the story index is filled with at a start: the window's fingerprints, in the order in which they were compared.

use std::collections::HashMap;

use rusqlite::Connection;

use super::{Reader, Store, StoreError};
use crate::model::{ArticleId, FeedId, Level, StoryId, UnixSeconds};

/// An article of the window, as it was decided about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remembered {
    pub id: ArticleId,
    pub feed_id: FeedId,
    pub published_at: UnixSeconds,
    pub settled_at: UnixSeconds,
    /// None: alone in a story of its own.
    pub story_id: Option<StoryId>,
    /// When the story's first article was published.
    pub story_started_at: UnixSeconds,
    pub copy_of: Option<ArticleId>,
    pub fingerprint: Vec<u8>,
    /// Others that the operator took it apart from; each pair is with one of the two.
    pub apart: Vec<(ArticleId, Level)>,
}

const REMEMBERED: &str =
    "SELECT article.id, article.feed_id, article.published_at, article.first_seen_at, article.story_id,
        coalesce(first.published_at, article.published_at), article.copy_of, bytes
    FROM fingerprint JOIN article ON article.id = article_id LEFT JOIN article AS first ON first.id = article.story_id
    WHERE article.first_seen_at >= ?1 ORDER BY sequence";

impl Store {
    /// The articles that were settled since then.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn remembered(&self, since_at: UnixSeconds) -> Result<Vec<Remembered>, StoreError> {
        remembered(&self.connection, since_at)
    }
}

impl Reader {
    /// The same for whoever only reads: the index is a function of them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn remembered(&self, since_at: UnixSeconds) -> Result<Vec<Remembered>, StoreError> {
        remembered(self.connection(), since_at)
    }
}

fn remembered(connection: &Connection, since_at: UnixSeconds) -> Result<Vec<Remembered>, StoreError> {
    let mut query = connection.prepare(REMEMBERED)?;
    let rows = query.query_map([since_at], |row| {
        Ok(Remembered {
            id: row.get(0)?,
            feed_id: row.get(1)?,
            published_at: row.get(2)?,
            settled_at: row.get(3)?,
            story_id: row.get(4)?,
            story_started_at: row.get(5)?,
            copy_of: row.get(6)?,
            fingerprint: row.get(7)?,
            apart: Vec::new(),
        })
    })?;
    let mut remembered: Vec<Remembered> = rows.collect::<Result<_, _>>()?;
    let mut taken_apart = apart(connection)?;
    if !taken_apart.is_empty() {
        remembered.iter_mut().for_each(|article| article.apart = taken_apart.remove(&article.id).unwrap_or_default());
    }
    Ok(remembered)
}

fn apart(connection: &Connection) -> Result<HashMap<ArticleId, Vec<(ArticleId, Level)>>, StoreError> {
    let mut query =
        connection.prepare("SELECT article_id, other_id, level FROM apart ORDER BY article_id, other_id")?;
    let mut rows = query.query([])?;
    let mut apart: HashMap<ArticleId, Vec<(ArticleId, Level)>> = HashMap::new();
    while let Some(row) = rows.next()? {
        let level: String = row.get(2)?;
        let level = Level::named(&level).ok_or_else(|| StoreError::Content(format!("no level is named {level}")))?;
        apart.entry(row.get(0)?).or_default().push((row.get(1)?, level));
    }
    Ok(apart)
}
