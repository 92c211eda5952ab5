//! Retention: what is older, or more, than the operator keeps becomes a tombstone, its text gone, its key known.
//!
//! Ledgers go first, archives by whole pages: an article stays while a page that is kept shows it.
//!
//! In steps, so that no poll waits long for the writer. A tombstone stays while its feed may still list the entry;
//! otherwise it would come back as new.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Store, StoreError, archive, articles};
use crate::model::{ArticleId, FeedId, UnixSeconds};

/// A tombstone stays this long after its feed was last known to list it, in seconds: what a publisher's servers do not
/// agree on comes and goes within days.
const TOMBSTONE_STAYS: UnixSeconds = 30 * 86_400;
/// When a tombstone was listed is written down at most once in this time, in seconds.
const SEEN_EVERY: UnixSeconds = 86_400;
/// Free pages that stay in the file (4 MiB of 4 KiB pages): what is taken next need not make it grow again.
const PAGES_KEPT_FREE: i64 = 1_024;

/// What is kept, at a moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keep {
    /// Older articles go; None: none for their age.
    pub since_at: Option<UnixSeconds>,
    /// So many, the newest, of all feeds together.
    pub most: Option<usize>,
    /// Feeds with limits of their own: since when in place of `since_at`, and how many.
    pub feeds: Vec<(FeedId, Option<UnixSeconds>, Option<usize>)>,
}

/// Tombstones last listed before ?1, and more than ?2 before their feed's last document. One that others are copies or
/// parts of a story of stays as long as they do.
const BURIABLE: &str = "FROM article INDEXED BY article_tombstone JOIN feed ON feed.id = feed_id
    WHERE state = 1 AND coalesce(seen_at, first_seen_at) < ?1
        AND (configured = 0 OR coalesce(seen_at, first_seen_at) < document_at - ?2)
        AND NOT EXISTS (SELECT 1 FROM article AS copy WHERE copy.copy_of = article.id)
        AND NOT EXISTS (SELECT 1 FROM article AS part WHERE part.story_id = article.id AND part.id <> article.id)";

impl Store {
    /// Turns up to `limit` articles that need not be kept into tombstones, in one transaction. They leave the ledgers with
    /// their text. Gives the articles; none means that it is done.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn prune(&mut self, keep: &Keep, now: UnixSeconds, limit: usize) -> Result<Vec<ArticleId>, StoreError> {
        let transaction = self.connection.transaction()?;
        if let Some(since_at) = keep.since_at {
            archive::expire(&transaction, since_at)?;
        }
        let old = surplus(&transaction, keep, limit)?;
        for id in &old {
            for table in ["ledger", "fingerprint", "revision", "why"] {
                transaction.prepare_cached(&format!("DELETE FROM {table} WHERE article_id = ?1"))?.execute([id])?;
            }
            let sql = "UPDATE article SET state = 1, withdrawn_at = NULL, withdrawn_why = NULL, title = '', summary = NULL, content = NULL, link = NULL, original_id = NULL, fields = '{}' WHERE id = ?1";
            transaction.prepare_cached(sql)?.execute([id])?;
            transaction.prepare_cached("UPDATE article SET seen_at = ?2 WHERE id = ?1")?.execute([*id, now])?;
        }
        rewrite(&transaction, &old)?;
        transaction.commit()?;
        Ok(old)
    }

    /// Forgets up to `limit` tombstones of one feed that does not list them any more. Gives how many; 0 means that no feed
    /// has any.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn bury(&mut self, now: UnixSeconds, limit: usize) -> Result<usize, StoreError> {
        let transaction = self.connection.transaction()?;
        let latest = now - TOMBSTONE_STAYS;
        let feed: Option<FeedId> = transaction
            .prepare_cached(&format!("SELECT feed_id {BURIABLE} LIMIT 1"))?
            .query_row([latest, 2 * SEEN_EVERY], |row| row.get(0))
            .optional()?;
        let Some(feed) = feed else { return Ok(0) };
        let mut query =
            transaction.prepare_cached(&format!("SELECT article.id {BURIABLE} AND feed_id = ?3 LIMIT ?4"))?;
        let ids: Vec<ArticleId> = query
            .query_map(params![latest, 2 * SEEN_EVERY, feed, limit], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        drop(query);
        let list = serde_json::to_string(&ids)?;
        let sql = "DELETE FROM alias WHERE feed_id = ?1 AND article_id IN (SELECT value FROM json_each(?2))";
        transaction.prepare_cached(sql)?.execute(params![feed, list])?;
        for sql in [
            "UPDATE ledger SET origin_id = NULL WHERE origin_id IN (SELECT value FROM json_each(?1))",
            "DELETE FROM story WHERE id IN (SELECT value FROM json_each(?1)) AND NOT EXISTS (SELECT 1 FROM story AS other WHERE other.merged_into = story.id)",
            "DELETE FROM article WHERE id IN (SELECT value FROM json_each(?1))",
        ] {
            transaction.prepare_cached(sql)?.execute([&list])?;
        }
        transaction.commit()?;
        Ok(ids.len())
    }

    /// Lets go of up to `limit` fingerprints of articles that were settled before that: the story index compares nothing with
    /// them any more, and a start reads all that there are. Gives how many.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn shed(&mut self, settled_before: UnixSeconds, limit: usize) -> Result<usize, StoreError> {
        // The oldest of them: what comes behind was settled later.
        let sql = "DELETE FROM fingerprint WHERE sequence IN (
            SELECT sequence FROM (SELECT sequence, article_id FROM fingerprint ORDER BY sequence LIMIT ?2)
            CROSS JOIN article INDEXED BY article_remembered ON article.id = article_id WHERE first_seen_at < ?1)";
        Ok(self.connection.prepare_cached(sql)?.execute(params![settled_before, limit])?)
    }

    /// Gives a little room back to the disk: true when there is more to give.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn shrink(&self, pages: usize) -> Result<bool, StoreError> {
        let free: i64 = self.connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
        if free <= PAGES_KEPT_FREE {
            return Ok(false);
        }
        self.connection.execute_batch(&format!("PRAGMA incremental_vacuum({pages})"))?;
        let left: i64 = self.connection.pragma_query_value(None, "freelist_count", |row| row.get(0))?;
        Ok(left < free && left > PAGES_KEPT_FREE)
    }

    /// What the planner should know, from a sample; and the write-ahead log into the store as far as no reader is in it.
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn tidy(&self) -> Result<(), StoreError> {
        let sql = "PRAGMA analysis_limit = 400; PRAGMA optimize; PRAGMA wal_checkpoint(PASSIVE)";
        Ok(self.connection.execute_batch(sql)?)
    }
}

/// Writes tombstones anew: a row that shrinks in its place leaves its page nearly empty (some 4 KB a tombstone, measured),
/// and only a row that is deleted lets SQLite join such pages.
fn rewrite(connection: &Connection, ids: &[ArticleId]) -> Result<(), StoreError> {
    let list = serde_json::to_string(ids)?;
    // Copies name their first article, and what the operator took apart both: it is away for a moment only.
    connection.execute_batch(
        "PRAGMA defer_foreign_keys = ON; CREATE TEMP TABLE IF NOT EXISTS tombstone AS SELECT * FROM main.article WHERE 0;
        CREATE TEMP TABLE IF NOT EXISTS still_apart AS SELECT * FROM main.apart WHERE 0",
    )?;
    for sql in [
        "INSERT INTO temp.still_apart SELECT * FROM main.apart
            WHERE article_id IN (SELECT value FROM json_each(?1)) OR other_id IN (SELECT value FROM json_each(?1))",
        "INSERT INTO temp.tombstone SELECT * FROM main.article WHERE id IN (SELECT value FROM json_each(?1))",
        "DELETE FROM main.article WHERE id IN (SELECT value FROM json_each(?1))",
    ] {
        connection.prepare_cached(sql)?.execute([&list])?;
    }
    for sql in [
        "INSERT INTO main.article SELECT * FROM temp.tombstone",
        "INSERT INTO main.apart SELECT * FROM temp.still_apart",
    ] {
        connection.prepare_cached(sql)?.execute([])?;
    }
    let sql = "SELECT feed_id, count(*) FROM temp.tombstone WHERE copy_of IS NOT NULL GROUP BY feed_id";
    let mut copies = connection.prepare_cached(sql)?;
    let mut rows = copies.query([])?;
    while let Some(row) = rows.next()? {
        articles::count(connection, row.get(0)?, 0, row.get(1)?)?;
    }
    for sql in ["DELETE FROM temp.tombstone", "DELETE FROM temp.still_apart"] {
        connection.prepare_cached(sql)?.execute([])?;
    }
    Ok(())
}

/// Articles that need not be kept: of one reason at a time, feeds with limits of their own first.
fn surplus(connection: &Connection, keep: &Keep, limit: usize) -> Result<Vec<ArticleId>, StoreError> {
    let ids = |sql: &str, values: &[&dyn rusqlite::ToSql]| -> Result<Vec<ArticleId>, StoreError> {
        Ok(connection.prepare_cached(sql)?.query_map(values, |row| row.get(0))?.collect::<Result<_, _>>()?)
    };
    for (feed, since_at, most) in &keep.feeds {
        let mut found = Vec::new();
        if let Some(since_at) = since_at {
            let sql = "SELECT id FROM article WHERE feed_id = ?1 AND state <> 1 AND published_at < ?2 AND first_seen_at < ?2 LIMIT ?3";
            found = ids(sql, params![feed, since_at, limit])?;
        }
        if let (true, Some(most)) = (found.is_empty(), most) {
            let sql = "SELECT id FROM article WHERE feed_id = ?1 AND state <> 1 ORDER BY published_at DESC, id DESC LIMIT ?3 OFFSET ?2";
            found = ids(sql, params![feed, most, limit])?;
        }
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let mut found = Vec::new();
    if let Some(since_at) = keep.since_at {
        let own: Vec<FeedId> =
            keep.feeds.iter().filter(|(_, since_at, _)| since_at.is_some()).map(|(feed, ..)| *feed).collect();
        let sql = "SELECT id FROM article WHERE state <> 1 AND published_at < ?1 AND first_seen_at < ?1
            AND feed_id NOT IN (SELECT value FROM json_each(?3))
            AND NOT EXISTS (SELECT 1 FROM ledger WHERE article_id = article.id) ORDER BY published_at LIMIT ?2";
        found = ids(sql, params![since_at, limit, serde_json::to_string(&own)?])?;
    }
    if let (true, Some(most)) = (found.is_empty(), keep.most) {
        let sql = "SELECT coalesce(sum(articles), 0) + (SELECT count(*) FROM article WHERE state = 2) FROM tally";
        let held: usize = connection.query_row(sql, [], |row| row.get(0))?;
        let surplus = held.saturating_sub(most).min(limit);
        found = ids("SELECT id FROM article WHERE state <> 1 ORDER BY published_at LIMIT ?1", params![surplus])?;
    }
    Ok(found)
}

/// A feed's whole document was settled, and lists these tombstones.
pub(super) fn listed(
    connection: &Connection,
    feed: FeedId,
    tombstones: &[ArticleId],
    now: UnixSeconds,
) -> Result<(), StoreError> {
    connection.prepare_cached("UPDATE feed SET document_at = ?2 WHERE id = ?1")?.execute([feed, now])?;
    let sql = "UPDATE article SET seen_at = ?2 WHERE id = ?1 AND coalesce(seen_at, first_seen_at) < ?3";
    for id in tombstones {
        connection.prepare_cached(sql)?.execute([*id, now, now - SEEN_EVERY])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::FeedConfig;

    const DAY: UnixSeconds = 86_400;
    const NOW: UnixSeconds = 1_000 * DAY;

    /// Two feeds with an article a day each, the newest of today; ids are 1 to 20 and 21 to 40 from new to old.
    fn store() -> Store {
        let mut store = Store::in_memory().unwrap();
        let feed = |name: &str| {
            let url = format!("https://{name}.example/");
            Arc::new(FeedConfig { name: name.into(), url, ..FeedConfig::default() })
        };
        store.sync_feeds(&[feed("a"), feed("b")]).unwrap();
        for id in 1..=40 {
            let (feed, at) = ((id - 1) / 20 + 1, NOW - (id - 1) % 20 * DAY);
            let sql = "INSERT INTO article (id, feed_id, published_id, state, title, fields, published_at, updated_at, first_seen_at,
                revised_at, text_hash, listed, noindex, publisher, source_updated_at)
                VALUES (?1, ?2, randomblob(16), 0, 't', '{}', ?3, ?3, ?3, ?3, 0, 1, 0, 'p', 0)";
            store.connection.execute(sql, params![id, feed, at]).unwrap();
            store.connection.execute("INSERT INTO alias VALUES (?2, 1, ?1, ?1)", params![id, feed]).unwrap();
        }
        (1..=2).for_each(|feed| articles::count(&store.connection, feed, 20, 0).unwrap());
        store
    }

    fn pruned(keep: &Keep) -> Vec<ArticleId> {
        let mut store = store();
        let mut all = Vec::new();
        loop {
            let step = store.prune(keep, NOW, 3).unwrap();
            assert!(step.len() <= 3);
            if step.is_empty() {
                break;
            }
            all.extend(step);
        }
        all.sort_unstable();
        all
    }

    #[test]
    fn what_is_older_or_more_than_is_kept_goes_and_feeds_have_limits_of_their_own() {
        let check = |keep: Keep, expected: &[ArticleId]| assert_eq!(pruned(&keep), expected, "{keep:?}");
        check(Keep::default(), &[]);
        let of_18_days = Keep { since_at: Some(NOW - 17 * DAY), ..Keep::default() };
        check(of_18_days.clone(), &[19, 20, 39, 40]);
        check(Keep { most: Some(36), ..Keep::default() }, &[19, 20, 39, 40]);
        check(Keep { feeds: vec![(1, None, Some(17))], ..Keep::default() }, &[18, 19, 20]);
        check(Keep { feeds: vec![(1, Some(NOW - 30 * DAY), None)], ..of_18_days.clone() }, &[39, 40]);
        check(Keep { feeds: vec![(2, Some(NOW - 18 * DAY), Some(18))], ..of_18_days }, &[19, 20, 39, 40]);
    }

    #[test]
    fn fingerprints_are_kept_as_long_as_articles_are_compared() {
        let mut store = store();
        let sql =
            "INSERT INTO fingerprint (article_id, bytes) SELECT id, x'00' FROM article ORDER BY first_seen_at, id";
        assert_eq!(store.connection.execute(sql, []).unwrap(), 40);
        let steps: Vec<usize> =
            std::iter::from_fn(|| Some(store.shed(NOW - 2 * DAY, 15).unwrap()).filter(|shed| *shed > 0)).collect();
        assert_eq!(steps, [15, 15, 4]);
        let left = |since_at, most| -> Vec<ArticleId> {
            store.remembered(since_at, most).unwrap().iter().map(|article| article.id).collect()
        };
        assert_eq!(left(0, usize::MAX), [3, 23, 2, 22, 1, 21]);
        assert_eq!(left(0, 3), [22, 1, 21], "the latest");
        assert_eq!(left(NOW, usize::MAX), [1, 21]);
    }

    /// What is counted is what is there.
    fn assert_tally(store: &Store) {
        let read = |sql: &str| -> Vec<(i64, i64, i64)> {
            let mut query = store.connection.prepare(sql).unwrap();
            query
                .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .unwrap()
                .map(Result::unwrap)
                .collect()
        };
        let counted = read("SELECT feed_id, sum(state = 0), sum(copy_of IS NOT NULL) FROM article GROUP BY feed_id");
        assert_eq!(read("SELECT feed_id, articles, copies FROM tally ORDER BY feed_id"), counted);
        assert_eq!(read("SELECT stories, 0, 0 FROM story_tally"), read("SELECT count(*), 0, 0 FROM story"));
    }

    #[test]
    fn a_tombstone_stays_while_its_feed_may_list_it() {
        let mut store = store();
        assert_tally(&store);
        store.connection.execute("UPDATE article SET copy_of = 20 WHERE id = 1", []).unwrap();
        store.connection.execute("INSERT INTO story (id, published_id) VALUES (20, x'20')", []).unwrap();
        store.prune(&Keep { since_at: Some(NOW - 17 * DAY), ..Keep::default() }, NOW, 10).unwrap();
        let known = |store: &Store| -> Vec<ArticleId> {
            let mut query = store.connection.prepare("SELECT id FROM article WHERE state = 1 ORDER BY id").unwrap();
            query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        assert_eq!(known(&store), [19, 20, 39, 40]);
        assert_tally(&store);
        let copied: i64 =
            store.connection.query_row("SELECT copy_of FROM article WHERE id = 1", [], |row| row.get(0)).unwrap();
        assert_eq!(copied, 20, "what is a copy of a tombstone still is");
        store.connection.execute("UPDATE article SET copy_of = NULL", []).unwrap();
        let later = NOW + 40 * DAY;
        // The first feed still lists 19; the second was not read since: nothing is known of what it lists.
        listed(&store.connection, 1, &[19], later).unwrap();
        assert_eq!(store.bury(later, 10).unwrap(), 1);
        assert_eq!(store.bury(later, 10).unwrap(), 0);
        assert_eq!(known(&store), [19, 39, 40]);
        store.connection.execute("UPDATE article SET copy_of = 39 WHERE id = 21", []).unwrap();
        listed(&store.connection, 2, &[], later).unwrap();
        assert_eq!(store.bury(later, 10).unwrap(), 1, "39 is what another is a copy of");
        assert_eq!(known(&store), [19, 39]);
        let aliases: i64 = store.connection.query_row("SELECT count(*) FROM alias", [], |row| row.get(0)).unwrap();
        assert_eq!(aliases, 38);
        assert_tally(&store);
    }

    #[test]
    fn room_is_given_back_in_steps() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.db");
        let store = Store::open(&path).unwrap();
        let fill = "CREATE TABLE much (x); INSERT INTO much SELECT randomblob(4000) FROM json_each('[' || replace(hex(zeroblob(1500)), '00', '0,') || '0]')";
        store.connection.execute_batch(fill).unwrap();
        store.connection.execute_batch("INSERT INTO much SELECT x FROM much; DROP TABLE much").unwrap();
        store.tidy().unwrap();
        let size = || std::fs::metadata(&path).unwrap().len();
        let full = size();
        let mut steps = 0;
        while store.shrink(256).unwrap() {
            steps += 1;
        }
        store.tidy().unwrap();
        assert!(steps > 2 && size() < full / 2, "{steps} steps from {full} to {} bytes", size());
    }
}
