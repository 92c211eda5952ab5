//! Feeds as the store knows them: which row a configured feed is, and what a poll left in it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use rusqlite::{Connection, Row, named_params};

use super::{Store, StoreError, as_digest, as_stored};
use crate::model::{Feed, FeedConfig, FeedState, Validators};

impl Store {
    /// Finds or makes the row of every configured feed, in one transaction, and marks the others as not configured.
    ///
    /// A feed is the same while its name or its address (scheme apart) is known (RULES 1).
    ///
    /// # Errors
    /// When SQLite cannot write.
    pub fn sync_feeds(&mut self, configured: &[Arc<FeedConfig>]) -> Result<Vec<Feed>, StoreError> {
        let transaction = self.connection.transaction()?;
        let mut known = Known::read(&transaction)?;
        let mut ids = Vec::with_capacity(configured.len());
        for config in configured {
            let id = match known.take(config) {
                Some(id) => id,
                None => insert(&transaction, config)?,
            };
            // What is as it was is not written again: a start costs the same however many feeds there are.
            let sql = "UPDATE feed SET name = ?2, url = ?3, seed = coalesce(?4, seed), configured = 1
                WHERE id = ?1 AND (name <> ?2 OR url <> ?3 OR configured = 0 OR seed <> coalesce(?4, seed))";
            transaction.prepare_cached(sql)?.execute((id, &config.name, &config.url, &config.id_seed))?;
            ids.push(id);
        }
        for id in known.rest() {
            let sql = "UPDATE feed SET configured = 0 WHERE id = ?1 AND configured = 1";
            transaction.prepare_cached(sql)?.execute([id])?;
        }
        let mut states = states(&transaction)?;
        let with_state = |(config, id): (&Arc<FeedConfig>, i64)| {
            let state =
                states.remove(&id).ok_or_else(|| StoreError::Content(format!("feed {id} is not in the store")))?;
            Ok(Feed { config: config.clone(), state })
        };
        let feeds = configured.iter().zip(ids).map(with_state).collect::<Result<_, StoreError>>()?;
        transaction.commit()?;
        Ok(feeds)
    }
}

/// The rows that no configured feed has taken, in the order in which they were made.
struct Known {
    free: BTreeSet<i64>,
    by_name: HashMap<String, Vec<i64>>,
    by_address: HashMap<String, Vec<i64>>,
}

impl Known {
    fn read(connection: &Connection) -> Result<Self, StoreError> {
        let mut known = Known { free: BTreeSet::new(), by_name: HashMap::new(), by_address: HashMap::new() };
        let mut query = connection.prepare("SELECT id, name, url FROM feed ORDER BY id")?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (id, name, url): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            known.free.insert(id);
            known.by_name.entry(name).or_default().push(id);
            known.by_address.entry(address(&url)).or_default().push(id);
        }
        Ok(known)
    }

    /// The row of a feed by name, else by address.
    fn take(&mut self, config: &FeedConfig) -> Option<i64> {
        let first_free = |ids: Option<&Vec<i64>>| ids?.iter().copied().find(|id| self.free.contains(id));
        let found = first_free(self.by_name.get(&config.name))
            .or_else(|| first_free(self.by_address.get(&address(&config.url))))?;
        self.free.remove(&found);
        Some(found)
    }

    fn rest(self) -> BTreeSet<i64> {
        self.free
    }
}

/// Scheme apart.
fn address(url: &str) -> String {
    url.replacen("http://", "https://", 1)
}

fn insert(connection: &Connection, config: &FeedConfig) -> Result<i64, StoreError> {
    let seed = config.id_seed.as_ref().unwrap_or(&config.url);
    connection
        .prepare_cached("INSERT INTO feed (name, url, seed) VALUES (?1, ?2, ?3)")?
        .insert((&config.name, &config.url, seed))
        .map_err(Into::into)
}

/// Of all feeds, by their rows.
fn states(connection: &Connection) -> Result<HashMap<i64, Arc<FeedState>>, StoreError> {
    let mut query = connection.prepare(&format!("SELECT {STATE} FROM feed WHERE configured = 1"))?;
    let mut rows = query.query([])?;
    let mut states = HashMap::new();
    while let Some(row) = rows.next()? {
        let state = from_row(row)?;
        states.insert(state.id, Arc::new(state));
    }
    Ok(states)
}

/// What [`from_row`] reads. Columns are read by their places: by their names each would be looked for among all, a
/// hundred thousand times at a start.
pub(super) const STATE: &str =
    "feed.id, seed, moved_to, moving, etag, last_modified, validators_url, body_hash, last_poll_at,
    last_success_at, last_new_at, next_poll_at, next_poll_reason, held_until, failures, last_error, gone, rhythm, title,
    site_url, document_id, rights, icon, updated_at";

/// The state in a row that begins with [`STATE`].
pub(super) fn from_row(row: &Row<'_>) -> Result<FeedState, StoreError> {
    let json = |column: usize| -> Result<Option<String>, StoreError> { Ok(row.get(column)?) };
    Ok(FeedState {
        id: row.get(0)?,
        seed: row.get(1)?,
        moved_to: row.get(2)?,
        moving: json(3)?.map(|text| serde_json::from_str(&text)).transpose()?,
        validators: Validators { etag: row.get(4)?, last_modified: row.get(5)?, url: row.get(6)? },
        body_hash: row.get::<_, Option<i64>>(7)?.map(as_digest),
        last_poll_at: row.get(8)?,
        last_success_at: row.get(9)?,
        last_new_at: row.get(10)?,
        next_poll_at: row.get(11)?,
        next_poll_reason: row.get(12)?,
        held_until: row.get(13)?,
        failures: row.get(14)?,
        last_error: row.get(15)?,
        gone: row.get(16)?,
        rhythm: json(17)?.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default(),
        title: row.get(18)?,
        site_url: row.get(19)?,
        document_id: row.get(20)?,
        rights: row.get(21)?,
        icon: row.get(22)?,
        updated_at: row.get(23)?,
    })
}

const SAVE: &str = "UPDATE feed SET moved_to = :moved_to, moving = :moving, etag = :etag, last_modified = :last_modified,
    validators_url = :validators_url, body_hash = :body_hash, last_poll_at = :last_poll_at,
    last_success_at = :last_success_at, last_new_at = :last_new_at, next_poll_at = :next_poll_at,
    next_poll_reason = :next_poll_reason, held_until = :held_until, failures = :failures, last_error = :last_error, gone = :gone,
    rhythm = :rhythm, title = :title, site_url = :site_url, document_id = :document_id, rights = :rights,
    icon = :icon, updated_at = :updated_at WHERE id = :id";

pub(super) fn save(connection: &Connection, state: &FeedState) -> Result<(), StoreError> {
    let moving = state.moving.as_ref().map(serde_json::to_string).transpose()?;
    connection.prepare_cached(SAVE)?.execute(named_params! {
        ":id": state.id, ":moved_to": state.moved_to, ":moving": moving,
        ":etag": state.validators.etag, ":last_modified": state.validators.last_modified,
        ":validators_url": state.validators.url, ":body_hash": state.body_hash.map(as_stored),
        ":last_poll_at": state.last_poll_at, ":last_success_at": state.last_success_at,
        ":last_new_at": state.last_new_at, ":next_poll_at": state.next_poll_at,
        ":next_poll_reason": state.next_poll_reason, ":held_until": state.held_until, ":failures": state.failures, ":last_error": state.last_error,
        ":gone": state.gone, ":rhythm": serde_json::to_string(&state.rhythm)?, ":title": state.title,
        ":site_url": state.site_url, ":document_id": state.document_id, ":rights": state.rights, ":icon": state.icon,
        ":updated_at": state.updated_at,
    })?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn configured(name: &str, url: &str) -> Arc<FeedConfig> {
        Arc::new(FeedConfig { name: name.into(), url: url.into(), enabled: true, ..FeedConfig::default() })
    }

    #[test]
    fn a_feed_is_the_same_while_its_name_or_its_address_is_known() {
        let mut store = Store::in_memory().unwrap();
        let mut id = |name: &str, url: &str| store.sync_feeds(&[configured(name, url)]).unwrap()[0].state.clone();
        let first = id("a", "http://example.org/a");
        assert_eq!(id("renamed", "https://example.org/a").id, first.id, "the scheme is no change");
        let moved = id("renamed", "https://example.org/b");
        assert_eq!(moved.id, first.id);
        assert_eq!(moved.seed, "http://example.org/a", "ids derive from the first address");
        assert_ne!(id("new", "https://example.org/c").id, first.id);
    }
}
