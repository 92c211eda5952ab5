//! Each output's ledger: what entered it, in which order, showing which article, for good (RULES 2).

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use super::StoreError;
use crate::model::{ArticleId, FeedId, Source, StoryId, UnixSeconds};

/// Articles of one copy set or story that an output looks at, the first settled: 10,000 prints of one text must not
/// make each further one slower.
const MEMBERS: usize = 200;

/// One entry of a ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LedgerRow {
    pub entry_id: Uuid,
    /// The article that the entry shows.
    pub article_id: ArticleId,
    pub entered_at: UnixSeconds,
    /// Copies that were known when it entered.
    pub also: Vec<ArticleId>,
    /// It stands for a story.
    pub is_story: bool,
    /// The story's other texts that were known when it entered: an article of each, with its headline then.
    pub reports: Vec<(ArticleId, String)>,
    /// The origin of the text that it shows, found after it entered.
    pub origin: Option<ArticleId>,
    /// Its text was made anew since, and credits the origin.
    pub names_origin: bool,
}

/// What an output decides by about one article: small, so that a whole copy set or story is cheap to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    pub id: ArticleId,
    pub published_id: Uuid,
    pub feed_id: FeedId,
    pub publisher: String,
    pub language: Option<String>,
    pub published_at: UnixSeconds,
    pub first_seen_at: UnixSeconds,
    pub listed: bool,
    pub noindex: bool,
    /// A rule of its feed or group keeps it out of every output.
    pub kept_out: bool,
    /// The first settled article of its copy set, when it is not itself.
    pub copy_of: Option<ArticleId>,
    pub story_id: Option<StoryId>,
    pub title: String,
    pub link_key: Option<String>,
    /// Whom it credits.
    pub source: Option<Source>,
}

impl Member {
    /// The order of settling, whatever came first within one transaction (RULES 5).
    pub fn order(&self) -> (UnixSeconds, UnixSeconds, Uuid) {
        (self.first_seen_at, self.published_at, self.published_id)
    }

    /// The first article of its copy set.
    pub fn copy_set(&self) -> ArticleId {
        self.copy_of.unwrap_or(self.id)
    }
}

const MEMBER: &str =
    "SELECT id, published_id, feed_id, publisher, language, published_at, listed, noindex, copy_of, story_id,
    EXISTS (SELECT 1 FROM filtered WHERE article_id = article.id AND output_id = 0), title, link_key,
    fields -> '$.source', first_seen_at FROM article";

pub(super) fn member(connection: &Connection, id: ArticleId) -> Result<Member, StoreError> {
    Ok(connection.prepare_cached(&format!("{MEMBER} WHERE id = ?1"))?.query_row([id], member_from)?)
}

/// The first of a copy set by its first article, in settle order.
pub(super) fn copies(connection: &Connection, first: ArticleId) -> Result<Vec<Member>, StoreError> {
    members(connection, "copy_of", first)
}

/// The first of a story by its first article, in settle order.
pub(super) fn story(connection: &Connection, first: StoryId) -> Result<Vec<Member>, StoreError> {
    members(connection, "story_id", first)
}

fn members(connection: &Connection, column: &str, first: i64) -> Result<Vec<Member>, StoreError> {
    // Two questions, so that the index gives the others in order and no more than asked for.
    let head = format!("{MEMBER} WHERE id = ?1 AND state = 0");
    let head = connection.prepare_cached(&head)?.query_row([first], member_from).optional()?;
    let others = format!("{MEMBER} WHERE {column} = ?1 AND id <> ?1 AND state = 0 ORDER BY id LIMIT {MEMBERS}");
    let mut query = connection.prepare_cached(&others)?;
    let mut members: Vec<Member> = query.query_map([first], member_from)?.collect::<Result<_, _>>()?;
    members.extend(head);
    members.sort_unstable_by_key(Member::order);
    Ok(members)
}

/// The published id of an article, also where only its key is kept.
pub(super) fn published_id(connection: &Connection, id: ArticleId) -> Result<Uuid, StoreError> {
    let mut query = connection.prepare_cached("SELECT published_id FROM article WHERE id = ?1")?;
    Ok(Uuid::from_bytes(query.query_row([id], |row| row.get(0))?))
}

/// Summary and content of an article, one after the other.
pub(super) fn text(connection: &Connection, id: ArticleId) -> Result<String, StoreError> {
    let sql = "SELECT coalesce(summary, '') || ' ' || coalesce(content, '') FROM article WHERE id = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([id], |row| row.get(0))?)
}

/// Held articles, the newest first.
pub(super) fn newest(connection: &Connection, limit: usize, before: usize) -> Result<Vec<Member>, StoreError> {
    // That 0 is not 1 is said for SQLite, which then reads the index of what is held.
    let sql = format!(
        "{MEMBER} WHERE state = 0 AND state <> 1 ORDER BY published_at DESC, published_id DESC LIMIT ?1 OFFSET ?2"
    );
    let mut query = connection.prepare_cached(&sql)?;
    Ok(query.query_map(params![limit, before], member_from)?.collect::<Result<_, _>>()?)
}

fn member_from(row: &rusqlite::Row<'_>) -> rusqlite::Result<Member> {
    Ok(Member {
        id: row.get(0)?,
        published_id: Uuid::from_bytes(row.get(1)?),
        feed_id: row.get(2)?,
        publisher: row.get(3)?,
        language: row.get(4)?,
        published_at: row.get(5)?,
        listed: row.get(6)?,
        noindex: row.get(7)?,
        copy_of: row.get(8)?,
        story_id: row.get(9)?,
        kept_out: row.get(10)?,
        title: row.get(11)?,
        link_key: row.get(12)?,
        first_seen_at: row.get(14)?,
        // Our own JSON; a broken one credits nobody.
        source: row.get::<_, Option<String>>(13)?.and_then(|json| serde_json::from_str(&json).ok()),
    })
}

/// The article that an entry of this output shows.
pub(super) fn shown(connection: &Connection, output: i64, entry: Uuid) -> Result<Option<ArticleId>, StoreError> {
    let mut query =
        connection.prepare_cached("SELECT article_id FROM ledger WHERE output_id = ?1 AND entry_id = ?2")?;
    Ok(query.query_row(params![output, entry.as_bytes()], |row| row.get(0)).optional()?)
}

/// The entries of an output, or of all, that show an article: with the output and the article.
pub(super) fn entries_of(connection: &Connection, article: ArticleId) -> Result<Vec<(i64, Uuid)>, StoreError> {
    let mut query = connection.prepare_cached("SELECT output_id, entry_id FROM ledger WHERE article_id = ?1")?;
    let rows = query.query_map([article], |row| Ok((row.get(0)?, Uuid::from_bytes(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn entries(connection: &Connection, output: i64) -> Result<Vec<(Uuid, ArticleId)>, StoreError> {
    let mut query =
        connection.prepare_cached("SELECT entry_id, article_id FROM ledger WHERE output_id = ?1 ORDER BY sequence")?;
    let rows = query.query_map([output], |row| Ok((Uuid::from_bytes(row.get(0)?), row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Appends an entry on top. The number of an archived one is never given again.
pub(super) fn enter(connection: &Connection, output: i64, row: &LedgerRow) -> Result<(), StoreError> {
    let sql =
        "INSERT INTO ledger (output_id, sequence, entry_id, article_id, entered_at, also, is_story, reports, origin_id)
        VALUES (?1, 1 + max(
            (SELECT coalesce(max(sequence), 0) FROM ledger WHERE output_id = ?1),
            (SELECT coalesce(max(last_sequence), 0) FROM archive WHERE output_id = ?1)), ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    connection.prepare_cached(sql)?.execute(params![
        output,
        row.entry_id.as_bytes(),
        row.article_id,
        row.entered_at,
        serde_json::to_string(&row.also)?,
        row.is_story,
        serde_json::to_string(&row.reports)?,
        row.origin,
    ])?;
    Ok(())
}

/// The origin of what an entry shows became known. True when it was not known before.
pub(super) fn credit(connection: &Connection, output: i64, entry: Uuid, origin: ArticleId) -> Result<bool, StoreError> {
    let sql = "UPDATE ledger SET origin_id = ?3 WHERE output_id = ?1 AND entry_id = ?2 AND origin_id IS NOT ?3";
    Ok(connection.prepare_cached(sql)?.execute(params![output, entry.as_bytes(), origin])? > 0)
}

/// A reader is told to look again anyway: the entry names what is known by now.
pub(super) fn renew(connection: &Connection, output: i64, row: &LedgerRow) -> Result<(), StoreError> {
    let sql = "UPDATE ledger SET also = ?3, reports = ?4, origin_id = ?5, names_origin = 1
        WHERE output_id = ?1 AND entry_id = ?2";
    connection.prepare_cached(sql)?.execute(params![
        output,
        row.entry_id.as_bytes(),
        serde_json::to_string(&row.also)?,
        serde_json::to_string(&row.reports)?,
        row.origin,
    ])?;
    Ok(())
}

/// Empties the ledger of an output that is still being filled.
pub(super) fn clear(connection: &Connection, output: i64) -> Result<(), StoreError> {
    connection.prepare_cached("DELETE FROM ledger WHERE output_id = ?1")?.execute([output])?;
    Ok(())
}

/// Last-Modified rises by at least a second with every edition (RULES 2).
pub(super) fn touch(connection: &Connection, output: i64, now: UnixSeconds) -> Result<(), StoreError> {
    connection
        .prepare_cached("UPDATE output SET changed_at = max(?2, changed_at + 1) WHERE id = ?1")?
        .execute([output, now])?;
    Ok(())
}

pub(super) fn mark_filled(connection: &Connection, output: i64, now: UnixSeconds) -> Result<(), StoreError> {
    connection.prepare_cached("UPDATE output SET filled_at = ?2 WHERE id = ?1")?.execute([output, now])?;
    Ok(())
}

/// The outputs in which any of these articles, or a copy of it, is shown.
pub(super) fn showing(connection: &Connection, articles: &[ArticleId]) -> Result<Vec<i64>, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT DISTINCT output_id FROM ledger WHERE article_id IN
            (SELECT ?1 UNION SELECT copy_of FROM article WHERE id = ?1 UNION SELECT id FROM article WHERE copy_of = ?1)",
    )?;
    let mut outputs = Vec::new();
    for article in articles {
        for output in query.query_map([article], |row| row.get(0))? {
            outputs.push(output?);
        }
    }
    outputs.sort_unstable();
    outputs.dedup();
    Ok(outputs)
}
