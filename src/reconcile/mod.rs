//! What a poll changes: the one place where what was retrieved meets what is known.
//!
//! Pure: `poll` brings the feed, what came back, what the store knows of it, and the time; the store only writes the
//! [`Changes`] down. Which entry is which article is decided in [`matching`], what a revision means to readers in
//! [`revision`], when to come back in `schedule`. Outputs and stories are decided later, over the whole transaction.

pub mod matching;
pub mod revision;
pub mod withdrawal;

use std::{collections::HashSet, time::Duration};

use uuid::Uuid;

use self::matching::{Match, Matched};
use crate::{
    model::{
        Alias, Article, ArticleId, Brought, Changes, Document, Feed, FeedConfig, FeedState, Known, Listed, NewArticle,
        PollHints, Retrieved, SchedulePolicy, UnixSeconds, Validators, WithdrawnWhy, seconds,
    },
    schedule::{self, PollEnd},
    url::registrable_domain,
};

/// A feed's first poll in an output that already runs lists at most this many entries (RULES 2).
const FIRST_POLL_LISTS: usize = 20;
/// After so much silence a feed's next entries count as a first poll again (RULES 2).
const SILENT: Duration = Duration::from_secs(7 * 86_400);

/// What does not come from the poll or the store.
#[derive(Debug, Clone)]
pub struct Rules {
    pub schedule: SchedulePolicy,
    /// Entries older than this keep only their key. None: forever.
    pub retention: Option<Duration>,
    /// So many articles are kept, the newest. None: any number.
    pub max_articles: Option<usize>,
    /// How old an entry of a first poll may be and still be listed. None: any age.
    pub backfill: Option<Duration>,
}

/// Decides everything that one poll changes.
pub fn reconcile(feed: &Feed, retrieved: &Retrieved, known: &Known, rules: &Rules, now: UnixSeconds) -> Changes {
    let mut changes = match &retrieved.brought {
        Brought::Document(document) => document_changes(feed, document, known, rules, now),
        // The same body once more: what it lacks, it lacks still.
        Brought::Unchanged if retrieved.exchange.status == Some(200) => {
            let mut changes = Changes::nothing(FeedState::clone(&feed.state));
            take_absences(&mut changes, withdrawal::absences(&known.listing, &known.listing, &known.missing, now));
            changes
        }
        _ => Changes::nothing(FeedState::clone(&feed.state)),
    };
    let brought = NewsCount {
        new: u32::try_from(changes.new.len()).unwrap_or(u32::MAX),
        is_same_feed: is_same_feed(feed, retrieved, known),
    };
    changes.state = next_state(feed, retrieved, changes.state, brought, rules, now);
    changes
}

impl Changes {
    fn nothing(state: FeedState) -> Self {
        Self {
            state,
            new: vec![],
            updates: vec![],
            aliases: vec![],
            shared: vec![],
            withdrawn: vec![],
            listing: None,
            missing: vec![],
            forgotten: vec![],
            known_entries: 0,
        }
    }
}

fn document_changes(feed: &Feed, document: &Document, known: &Known, rules: &Rules, now: UnixSeconds) -> Changes {
    let Matched { matches, shared } = matching::matches(&document.articles, known);
    let mut changes = Changes { shared, ..Changes::nothing(FeedState::clone(&feed.state)) };
    let mut revised = HashSet::new();
    let mut listing = Vec::with_capacity(document.articles.len());
    for (at, (article, found)) in document.articles.iter().zip(matches).enumerate() {
        match found {
            Match::New { key } => {
                listing.push(Listed::New(changes.new.len()));
                changes.new.push(new_article(feed, document, at, &key, rules, now));
            }
            Match::Known { id, learned } => {
                changes.aliases.extend(learned.into_iter().map(|alias| (id, alias)));
                listing.push(Listed::Known(id));
                let held = known.articles.get(&id).filter(|held| held.held && revised.insert(id));
                if held.is_some_and(|held| withdrawal::is_titled_so(&article.title, &held.title)) {
                    changes.withdrawn.push((id, WithdrawnWhy::Titled));
                    continue;
                }
                match held.and_then(|held| revision::revise(id, held, article, text_hash(document, at), now)) {
                    Some(update) => changes.updates.push(update),
                    None => changes.known_entries += 1,
                }
            }
            Match::Repeated => changes.known_entries += 1,
        }
    }
    changes.withdrawn.extend(known.deleted.iter().map(|id| (*id, WithdrawnWhy::Deleted)));
    if !document.partial && !document.truncated {
        let listed: Vec<ArticleId> = listing.iter().filter_map(Listed::known).collect();
        take_absences(&mut changes, withdrawal::absences(&known.listing, &listed, &known.missing, now));
        changes.listing = Some(listing);
    }
    if is_first_poll(&feed.state, now) {
        limit_first_poll(&mut changes.new, document, rules, now);
    }
    changes
}

fn take_absences(changes: &mut Changes, told: withdrawal::Absences) {
    changes.withdrawn.extend(told.withdrawn.into_iter().map(|id| (id, WithdrawnWhy::Missing)));
    changes.missing = told.kept;
    changes.forgotten = told.forgotten;
}

impl Listed {
    fn known(&self) -> Option<ArticleId> {
        match self {
            Self::Known(id) => Some(*id),
            Self::New(_) => None,
        }
    }
}

/// As made where the document was read, else made now.
pub fn text_hash(document: &Document, at: usize) -> u64 {
    document.prints.get(at).map_or_else(|| revision::text_hash(&document.articles[at]), |print| print.text_hash)
}

fn new_article(
    feed: &Feed,
    document: &Document,
    at: usize,
    key: &Alias,
    rules: &Rules,
    now: UnixSeconds,
) -> NewArticle {
    let article = &document.articles[at];
    let printed = article.published_at.or(article.updated_at);
    let published_at = printed.unwrap_or(now).min(now);
    let too_old =
        feed.config.retention.or(rules.retention).is_some_and(|kept| published_at < now.saturating_sub(seconds(kept)));
    NewArticle {
        published_id: published_id(&feed.state.seed, key),
        published_at,
        updated_at: article.updated_at.unwrap_or(published_at).clamp(published_at, now),
        first_seen_at: now,
        text_hash: text_hash(document, at),
        fingerprint: document.prints.get(at).map(|print| print.fingerprint.clone()).unwrap_or_default(),
        listed: !too_old,
        tombstone: too_old,
        publisher: publisher(&feed.config, article),
        source_updated_at: document.updated_at.unwrap_or(published_at).min(now),
        article: article.clone(),
    }
}

/// The id under which an article is published: a version 5 UUID of the feed's seed (scheme apart) and the article's
/// key, so that filling a lost store again gives the same ids (RULES 1).
fn published_id(seed: &str, key: &Alias) -> Uuid {
    let seed = seed.split_once("://").map_or(seed, |(_, rest)| rest);
    let namespace = Uuid::new_v5(&Uuid::NAMESPACE_URL, seed.as_bytes());
    Uuid::new_v5(&namespace, format!("{}:{}", key.kind as u8, key.value).as_bytes())
}

/// What `min_sources` counts: the feed's `publisher`, else the registrable domain of the entry's source or feed.
pub fn publisher(feed: &FeedConfig, article: &Article) -> String {
    if let Some(publisher) = &feed.publisher {
        return publisher.clone();
    }
    let source =
        article.fields.source.as_ref().and_then(|source| source.site_url.as_deref().or(source.feed_url.as_deref()));
    let domain = source.and_then(registrable_domain).or_else(|| registrable_domain(&feed.url));
    domain.unwrap_or_else(|| feed.name.clone())
}

fn is_first_poll(state: &FeedState, now: UnixSeconds) -> bool {
    state.last_success_at.is_none_or(|at| now - at > seconds(SILENT))
}

/// RULES 2: only the newest few, and none too old; undated entries take the document's date, else stay unlisted.
fn limit_first_poll(new: &mut [NewArticle], document: &Document, rules: &Rules, now: UnixSeconds) {
    let mut order: Vec<usize> = (0..new.len()).collect();
    order.sort_by_key(|&i| std::cmp::Reverse((new[i].published_at, new[i].published_id)));
    let mut left = FIRST_POLL_LISTS;
    for i in order {
        let article = &mut new[i];
        let dated = article.article.published_at.or(article.article.updated_at).or(document.updated_at);
        let fresh = dated.is_some_and(|at| rules.backfill.is_none_or(|within| at >= now - seconds(within)));
        article.listed &= fresh && left > 0;
        left -= usize::from(article.listed);
    }
}

/// What of a poll's news its feed's state depends on.
#[derive(Clone, Copy)]
struct NewsCount {
    new: u32,
    /// The document is one that was known: the guard of a permanent redirect (RULES 5).
    is_same_feed: bool,
}

/// A feed is known by an unchanged body, by an article that it still lists, or by its own id.
fn is_same_feed(feed: &Feed, retrieved: &Retrieved, known: &Known) -> bool {
    match &retrieved.brought {
        Brought::Unchanged => true,
        Brought::Document(document) => {
            !known.articles.is_empty() || document.id.is_some() && document.id == feed.state.document_id
        }
        _ => false,
    }
}

fn next_state(
    feed: &Feed,
    retrieved: &Retrieved,
    mut state: FeedState,
    brought: NewsCount,
    rules: &Rules,
    now: UnixSeconds,
) -> FeedState {
    let NewsCount { new, is_same_feed } = brought;
    let exchange = &retrieved.exchange;
    let no_hints = PollHints::default();
    let mut hints = &no_hints;
    state.last_poll_at = Some(now);
    let end = match &retrieved.brought {
        Brought::Document(document) => {
            hints = &document.hints;
            describe(&mut state, document);
            state.body_hash = Some(document.body_hash);
            // A 200 replaces both validators, by nothing too (RFC 9111 §4.3.4 is about 304 only).
            state.validators = validators(retrieved);
            if document.partial {
                PollEnd::Partial { new_articles: new }
            } else {
                PollEnd::Changed { new_articles: new }
            }
        }
        Brought::Unchanged => {
            keep_newer_validators(&mut state.validators, retrieved);
            PollEnd::Unchanged
        }
        Brought::Gone => PollEnd::Gone,
        Brought::Failed { kind, .. } => PollEnd::Failed { kind: *kind, status: exchange.status },
        Brought::OurNetworkDown { .. } => PollEnd::OurNetworkDown,
    };
    match &retrieved.brought {
        Brought::Document(_) | Brought::Unchanged => {
            state.last_success_at = Some(now);
            state.last_error = None;
            state.gone = false;
            if new > 0 {
                state.last_new_at = Some(now);
            }
            let asked = feed.state.moved_to.as_deref().unwrap_or(&feed.config.url);
            remember(
                &mut state,
                schedule::follow(&feed.state, asked, exchange.permanent_target.as_deref(), is_same_feed, now),
            );
        }
        Brought::Gone => {
            state.gone = true;
            state.last_error = Some("the publisher says it is gone for good (410)".into());
        }
        Brought::Failed { detail, .. } | Brought::OurNetworkDown { detail } => state.last_error = Some(detail.clone()),
    }
    let plan = schedule::plan(&schedule::Asked {
        config: &feed.config,
        state: &feed.state,
        policy: &rules.schedule,
        end,
        freshness: &exchange.freshness,
        retry_at: exchange.retry_at,
        hints,
        now,
    });
    state.held_until = plan.held_until;
    state.next_poll_at = plan.next_poll_at;
    state.next_poll_reason = plan.reason;
    state.rhythm = plan.rhythm;
    state.failures = plan.failures;
    if plan.failures > 0 {
        remember(&mut state, schedule::lost(&feed.state, plan.failures));
    }
    state
}

fn describe(state: &mut FeedState, document: &Document) {
    let newer = |old: &mut Option<String>, new: &Option<String>| {
        if new.is_some() {
            old.clone_from(new);
        }
    };
    newer(&mut state.title, &document.title);
    newer(&mut state.site_url, &document.site_url);
    newer(&mut state.document_id, &document.id);
    newer(&mut state.rights, &document.rights);
    newer(&mut state.icon, &document.icon);
    state.updated_at = document.updated_at.or(state.updated_at);
}

fn validators(retrieved: &Retrieved) -> Validators {
    let exchange = &retrieved.exchange;
    Validators {
        etag: exchange.etag.clone(),
        last_modified: exchange.last_modified.clone(),
        url: Some(exchange.final_url.clone()),
    }
}

/// A 304 (or an equal body) updates only the validators that it carries (RFC 9111 §4.3.4).
fn keep_newer_validators(held: &mut Validators, retrieved: &Retrieved) {
    let newer = validators(retrieved);
    if retrieved.exchange.status == Some(200) {
        *held = newer;
        return;
    }
    held.etag = newer.etag.or(held.etag.take());
    held.last_modified = newer.last_modified.or(held.last_modified.take());
}

fn remember(state: &mut FeedState, address: schedule::Address) {
    state.moving = address.moving;
    state.moved_to = address.moved_to;
}
