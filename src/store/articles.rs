//! Articles, their aliases and earlier headlines: what is known of a document, and what a poll writes.

use std::{collections::hash_map::Entry, sync::Arc};

use rusqlite::{Connection, OptionalExtension, Row, named_params, params};

use super::{StoreError, as_digest, as_stored};
use crate::model::{Alias, AliasKind, Article, ArticleId, Changes, FeedId, Known, KnownArticle, NewArticle, Update};

/// `article.state`.
const HELD: i64 = 0;
const TOMBSTONE: i64 = 1;

/// An article as it was written: its row, and what of it later steps of the transaction need.
#[derive(Debug, Clone, PartialEq)]
pub struct Settled {
    pub id: ArticleId,
    pub feed_id: FeedId,
    pub new: NewArticle,
}

/// What is known of the articles of one document, by all their aliases.
pub(super) fn known(
    connection: &Connection,
    feed: FeedId,
    articles: &[Arc<Article>],
    hashes: &[u64],
) -> Result<Known, StoreError> {
    let mut known = Known::default();
    let mut find =
        connection.prepare_cached("SELECT article_id FROM alias WHERE feed_id = ?1 AND kind = ?2 AND digest = ?3")?;
    let mut lookup = |known: &mut Known, kind: AliasKind, digest: u64| -> Result<(), StoreError> {
        let found: Option<Option<ArticleId>> =
            find.query_row(params![feed, kind as u8, as_stored(digest)], |row| row.get(0)).optional()?;
        if let Some(found) = found {
            known.aliases.insert((kind, digest), found);
        }
        Ok(())
    };
    lookup(&mut known, AliasKind::Page, 0)?; // "fragments identify in this feed"
    for (article, hash) in articles.iter().zip(hashes) {
        let before = known.aliases.len();
        for alias in &article.aliases {
            lookup(&mut known, alias.kind, alias.digest())?;
            // An id that starts to carry a fragment is still the page that it named without one.
            if alias.kind == AliasKind::Page {
                lookup(&mut known, AliasKind::Id, alias.digest())?;
            }
        }
        if known.aliases.len() > before {
            let ids: Vec<ArticleId> = article
                .aliases
                .iter()
                .filter_map(|alias| known.aliases.get(&(alias.kind, alias.digest())).copied().flatten())
                .collect();
            for id in ids {
                if let Entry::Vacant(place) = known.articles.entry(id) {
                    place.insert(known_article(connection, id, *hash)?);
                }
            }
        }
    }
    Ok(known)
}

fn known_article(connection: &Connection, id: ArticleId, hash: u64) -> Result<KnownArticle, StoreError> {
    let mut query = connection.prepare_cached(
        "SELECT state, title, raw_date, published_at, updated_at, text_hash, first_seen_at FROM article WHERE id = ?1",
    )?;
    let mut known = query.query_row([id], |row| {
        Ok(KnownArticle {
            held: row.get::<_, i64>(0)? == HELD,
            title: row.get(1)?,
            raw_date: row.get(2)?,
            published_at: row.get(3)?,
            updated_at: row.get(4)?,
            text_hash: as_digest(row.get(5)?),
            first_seen_at: row.get(6)?,
            ..KnownArticle::default()
        })
    })?;
    if known.text_hash != hash {
        known.text = connection
            .prepare_cached("SELECT coalesce(content, summary) FROM article WHERE id = ?1")?
            .query_row([id], |row| row.get(0))?;
        let mut titles = connection.prepare_cached("SELECT title FROM revision WHERE article_id = ?1")?;
        known.earlier_titles = titles.query_map([id], |row| row.get(0))?.collect::<Result<_, _>>()?;
    }
    Ok(known)
}

/// Writes what one poll changed and takes its new articles, which the rest of the transaction needs; what a failure
/// leaves half done, the caller takes back.
pub(super) fn apply(connection: &Connection, changes: &mut Changes) -> Result<Vec<Settled>, StoreError> {
    let feed = changes.state.id;
    super::feeds::save(connection, &changes.state)?;
    for (kind, digest) in &changes.shared {
        connection
            .prepare_cached("INSERT INTO alias VALUES (?1, ?2, ?3, NULL) ON CONFLICT DO UPDATE SET article_id = NULL")?
            .execute(params![feed, *kind as u8, as_stored(*digest)])?;
    }
    for (id, alias) in &changes.aliases {
        add_alias(connection, feed, alias.kind, alias.digest(), *id)?;
    }
    for update in &changes.updates {
        revise(connection, update)?;
    }
    let new = std::mem::take(&mut changes.new).into_iter();
    let settled: Vec<Settled> = new.map(|new| insert(connection, feed, new)).collect::<Result<_, StoreError>>()?;
    if !settled.is_empty() {
        count(connection, feed, settled.iter().filter(|settled| !settled.new.tombstone).count(), 0)?;
    }
    if let Some(listed) = &changes.listing {
        let new: Vec<ArticleId> = settled.iter().map(|settled| settled.id).collect();
        super::listing::keep(connection, feed, listed, &new)?;
    }
    super::listing::keep_missing(connection, feed, &changes.missing, &changes.forgotten)?;
    let now = changes.state.last_poll_at.unwrap_or_default();
    for (id, why) in &changes.withdrawn {
        super::withdrawn::withdraw(connection, *id, *why, now)?;
    }
    Ok(settled)
}

/// Counts articles of a feed that were inserted: held ones, and those that are copies. Triggers count what becomes of
/// them.
pub(super) fn count(connection: &Connection, feed: FeedId, held: usize, copies: usize) -> Result<(), StoreError> {
    let sql = "INSERT INTO tally VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET articles = articles + excluded.articles, copies = copies + excluded.copies";
    connection.prepare_cached(sql)?.execute(params![feed, held, copies])?;
    Ok(())
}

/// The held articles that marks find.
pub(super) fn found_by(connection: &Connection, feed: FeedId, marks: &[Alias]) -> Result<Vec<ArticleId>, StoreError> {
    let sql = "SELECT article_id FROM alias JOIN article ON article.id = article_id
        WHERE alias.feed_id = ?1 AND kind = ?2 AND digest = ?3 AND state = 0";
    let mut query = connection.prepare_cached(sql)?;
    let mut found = Vec::new();
    for mark in marks {
        found.extend(
            query
                .query_row(params![feed, mark.kind as u8, as_stored(mark.digest())], |row| row.get::<_, ArticleId>(0))
                .optional()?,
        );
    }
    Ok(found)
}

/// A mark that already names another article is shared by both, and names neither from now on.
fn add_alias(
    connection: &Connection,
    feed: FeedId,
    kind: AliasKind,
    digest: u64,
    article: ArticleId,
) -> Result<(), StoreError> {
    let sql = "INSERT INTO alias VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO UPDATE SET article_id = iif(article_id = excluded.article_id, article_id, NULL)";
    connection.prepare_cached(sql)?.execute(params![feed, kind as u8, as_stored(digest), article])?;
    Ok(())
}

const INSERT: &str = "INSERT INTO article (feed_id, published_id, state, original_id, link, link_key, title, summary, content,
    language, fields, raw_date, published_at, updated_at, first_seen_at, revised_at, text_hash, listed, noindex, publisher,
    source_updated_at) VALUES (:feed_id, :published_id, :state, :original_id, :link, :link_key, :title, :summary, :content,
    :language, :fields, :raw_date, :published_at, :updated_at, :first_seen_at, :first_seen_at, :text_hash, :listed,
    :noindex, :publisher, :source_updated_at)";

fn insert(connection: &Connection, feed: FeedId, mut new: NewArticle) -> Result<Settled, StoreError> {
    new.published_id = free_id(connection, new.published_id)?;
    let article = &new.article;
    let kept = |_: &&str| !new.tombstone;
    let id = connection.prepare_cached(INSERT)?.insert(named_params! {
        ":feed_id": feed,
        ":published_id": new.published_id.as_bytes(),
        ":state": if new.tombstone { TOMBSTONE } else { HELD },
        ":original_id": article.original_id,
        ":link": article.link, ":link_key": article.link_key,
        ":title": if new.tombstone { "" } else { &article.title },
        ":summary": article.summary.as_deref().filter(kept), ":content": article.content.as_deref().filter(kept),
        ":language": article.language,
        ":fields": if new.tombstone { "{}".into() } else { serde_json::to_string(&article.fields)? },
        ":raw_date": article.raw_date,
        ":published_at": new.published_at, ":updated_at": new.updated_at, ":first_seen_at": new.first_seen_at,
        ":text_hash": as_stored(new.text_hash), ":listed": new.listed, ":noindex": article.fields.noindex, ":publisher": new.publisher,
        ":source_updated_at": new.source_updated_at,
    })?;
    for alias in &article.aliases {
        add_alias(connection, feed, alias.kind, alias.digest(), id)?;
    }
    Ok(Settled { id, feed_id: feed, new })
}

/// An id that is taken (two feeds with one `id_seed`) gives way to the next that derives from it, always the same.
fn free_id(connection: &Connection, mut id: uuid::Uuid) -> Result<uuid::Uuid, StoreError> {
    let mut query = connection.prepare_cached("SELECT 1 FROM article WHERE published_id = ?1")?;
    while query.exists([id.as_bytes()])? {
        id = uuid::Uuid::new_v5(&id, b"taken");
    }
    Ok(id)
}

const REVISE: &str =
    "UPDATE article SET original_id = :original_id, link = :link, link_key = :link_key, title = :title,
    summary = :summary, content = :content, language = :language, fields = :fields, raw_date = :raw_date,
    updated_at = :updated_at, revised_at = :revised_at, text_hash = :text_hash WHERE id = :id";

fn revise(connection: &Connection, update: &Update) -> Result<(), StoreError> {
    let article = &update.article;
    if let Some(title) = &update.earlier_title {
        connection
            .prepare_cached("INSERT INTO revision VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING")?
            .execute(params![update.id, update.revised_at, title])?;
    }
    connection.prepare_cached(REVISE)?.execute(named_params! {
        ":id": update.id, ":original_id": article.original_id, ":link": article.link, ":link_key": article.link_key,
        ":title": article.title, ":summary": article.summary, ":content": article.content, ":language": article.language,
        ":fields": serde_json::to_string(&article.fields)?, ":raw_date": article.raw_date, ":updated_at": update.updated_at,
        ":revised_at": update.revised_at, ":text_hash": as_stored(update.text_hash),
    })?;
    Ok(())
}

/// The columns that [`article_from`] reads, for every query that gives articles.
pub(super) const COLUMNS: &str =
    "article.original_id, article.link, article.link_key, article.title, article.summary, article.content,
    article.language, article.fields, article.raw_date, article.published_at, article.updated_at";

pub(super) fn read(connection: &Connection, id: ArticleId) -> Result<Article, StoreError> {
    let mut query = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM article WHERE id = ?1"))?;
    query.query_row([id], |row| Ok(article_from(row)))?
}

/// An article from a row that starts with [`COLUMNS`]; its aliases stay in the store.
pub(super) fn article_from(row: &Row<'_>) -> Result<Article, StoreError> {
    Ok(Article {
        aliases: Vec::new(),
        original_id: row.get(0)?,
        link: row.get(1)?,
        link_key: row.get(2)?,
        title: row.get(3)?,
        summary: row.get(4)?,
        content: row.get(5)?,
        language: row.get(6)?,
        fields: serde_json::from_str(
            row.get_ref(7)?.as_str().map_err(|error| StoreError::Content(error.to_string()))?,
        )?,
        raw_date: row.get(8)?,
        published_at: row.get(9)?,
        updated_at: row.get(10)?,
    })
}
