//! What the story index is filled with at a start: the window's fingerprints, in the order in which they were compared.

use rusqlite::{Connection, params};

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
}

/// Two stories, or two sets of copies (by their first articles), that the operator took apart, as they are called now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenApart {
    pub level: Level,
    pub one: i64,
    pub other: i64,
}

const REMEMBERED: &str =
    "SELECT article.id, article.feed_id, article.published_at, article.first_seen_at, article.story_id,
        coalesce(first.published_at, article.published_at), article.copy_of, bytes
    FROM fingerprint CROSS JOIN article INDEXED BY article_remembered ON article.id = article_id
    LEFT JOIN article AS first INDEXED BY article_remembered ON first.id = article.story_id
    WHERE sequence > (SELECT max(sequence) FROM fingerprint) - ?2 AND article.first_seen_at >= ?1 ORDER BY sequence";

// CROSS JOIN: in this order, which the planner does not see to be the shorter way round.
const TAKEN_APART: &str = "SELECT level,
        CASE level WHEN 'story' THEN coalesce(a.story_id, a.id) ELSE coalesce(a.copy_of, a.id) END AS one,
        CASE level WHEN 'story' THEN coalesce(b.story_id, b.id) ELSE coalesce(b.copy_of, b.id) END AS other
    FROM apart CROSS JOIN article AS a ON a.id = article_id CROSS JOIN article AS b ON b.id = other_id
    GROUP BY level, one, other ORDER BY level, one, other";

impl Store {
    /// The articles that were settled since then, the latest `most` of them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn remembered(&self, since_at: UnixSeconds, most: usize) -> Result<Vec<Remembered>, StoreError> {
        remembered(&self.connection, since_at, most)
    }
}

impl Reader {
    /// The same for whoever only reads: the index is a function of them.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn remembered(&self, since_at: UnixSeconds, most: usize) -> Result<Vec<Remembered>, StoreError> {
        remembered(self.connection(), since_at, most)
    }

    /// What the operator took apart.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn taken_apart(&self) -> Result<Vec<TakenApart>, StoreError> {
        taken_apart(self.connection())
    }
}

/// Hands each to `take`, so that a start need not hold all their bytes at once.
pub(super) fn each(
    connection: &Connection,
    since_at: UnixSeconds,
    most: usize,
    mut take: impl FnMut(Remembered),
) -> Result<(), StoreError> {
    let mut query = connection.prepare(REMEMBERED)?;
    let mut rows = query.query(params![since_at, i64::try_from(most).unwrap_or(i64::MAX)])?;
    while let Some(row) = rows.next()? {
        take(Remembered {
            id: row.get(0)?,
            feed_id: row.get(1)?,
            published_at: row.get(2)?,
            settled_at: row.get(3)?,
            story_id: row.get(4)?,
            story_started_at: row.get(5)?,
            copy_of: row.get(6)?,
            fingerprint: row.get(7)?,
        });
    }
    Ok(())
}

fn remembered(connection: &Connection, since_at: UnixSeconds, most: usize) -> Result<Vec<Remembered>, StoreError> {
    let mut remembered = Vec::new();
    each(connection, since_at, most, |article| remembered.push(article))?;
    Ok(remembered)
}

/// What the operator took apart, whatever has left the window.
pub(super) fn taken_apart(connection: &Connection) -> Result<Vec<TakenApart>, StoreError> {
    let mut query = connection.prepare(TAKEN_APART)?;
    let mut rows = query.query([])?;
    let mut taken = Vec::new();
    while let Some(row) = rows.next()? {
        let level: String = row.get(0)?;
        let level = Level::named(&level).ok_or_else(|| StoreError::Content(format!("no level is named {level}")))?;
        taken.push(TakenApart { level, one: row.get(1)?, other: row.get(2)? });
    }
    Ok(taken)
}
