//! What one poll brought, and what the store changes because of it.

use std::sync::Arc;

use uuid::Uuid;

use super::{
    Alias, AliasKind, Article, ArticleId, Exchange, FailureKind, FeedId, FeedState, PollHints, UnixSeconds,
    WithdrawnWhy,
};

/// One feed's poll, fetched and parsed: ready to be settled. Made without ever seeing the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrieved {
    pub feed_id: FeedId,
    pub brought: Brought,
    pub exchange: Exchange,
}

impl Retrieved {
    /// How many articles it brought.
    pub fn articles(&self) -> usize {
        match &self.brought {
            Brought::Document(document) => document.articles.len(),
            _ => 0,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Brought {
    Document(Box<Document>),
    /// 304, or a body equal to the last one.
    Unchanged,
    /// 410.
    Gone,
    Failed {
        kind: FailureKind,
        detail: String,
    },
    /// It failed because our own network is down: nobody's counters move (RULES 5).
    OurNetworkDown {
        detail: String,
    },
}

/// A parsed and normalized document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// xxh3 of the body as parsed.
    pub body_hash: u64,
    /// A 226 (RFC 3229): only what is new; absence of an entry means nothing.
    pub partial: bool,
    /// It was cut off and repaired: absence means nothing here either.
    pub truncated: bool,
    pub title: Option<String>,
    pub site_url: Option<String>,
    pub id: Option<String>,
    pub rights: Option<String>,
    pub icon: Option<String>,
    pub updated_at: Option<UnixSeconds>,
    pub hints: PollHints,
    pub repairs: Vec<&'static str>,
    /// What it says it takes back.
    pub deleted: Vec<Alias>,
    /// In document order.
    pub articles: Vec<Arc<Article>>,
    /// One for each article, where they were made ([`Print`]).
    pub prints: Vec<Print>,
}

/// What an article is compared by, made once where it is read, so that the writer need not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Print {
    /// Everything that is shown of it.
    pub text_hash: u64,
    /// Its bytes (`story::Fingerprint`); empty where the writer makes them, of what is new.
    pub fingerprint: Arc<[u8]>,
}

/// What the store knows of the articles in one document, and nothing else.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Known {
    /// By kind and digest. `None`: shared by several articles, identifies nothing.
    pub aliases: std::collections::HashMap<(AliasKind, u64), Option<ArticleId>>,
    pub articles: std::collections::HashMap<ArticleId, KnownArticle>,
    /// The articles that the document says it takes back.
    pub deleted: Vec<ArticleId>,
    /// The articles of the feed's last full document, in its order.
    pub listing: Vec<ArticleId>,
    pub missing: Vec<Missing>,
}

/// An article that is gone from the middle of its feed's document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    pub id: ArticleId,
    pub since_at: UnixSeconds,
    /// The next older entry that stayed: once that one is gone too, both may have fallen off the end.
    pub older_id: ArticleId,
    /// It was there again: its absence means nothing.
    pub came_back: bool,
}

/// An entry of a document: an article that was known, or one of the new ones by its place among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    Known(ArticleId),
    New(usize),
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct KnownArticle {
    /// Its text is kept; otherwise it is a tombstone.
    pub held: bool,
    pub title: String,
    pub raw_date: Option<String>,
    pub published_at: UnixSeconds,
    pub updated_at: UnixSeconds,
    pub first_seen_at: UnixSeconds,
    pub text_hash: u64,
    /// Earlier headlines.
    pub earlier_titles: Vec<String>,
    /// Summary and content as kept; read only where the hash differs.
    pub text: Option<String>,
}

/// Everything one poll changes, decided; `store` only writes it down.
#[derive(Debug, Clone, PartialEq)]
pub struct Changes {
    pub state: FeedState,
    pub new: Vec<NewArticle>,
    pub updates: Vec<Update>,
    /// Further aliases of known articles.
    pub aliases: Vec<(ArticleId, Alias)>,
    /// Aliases that were found to be shared by several articles.
    pub shared: Vec<(AliasKind, u64)>,
    /// Articles that were taken back.
    pub withdrawn: Vec<(ArticleId, WithdrawnWhy)>,
    /// What a full document lists; None: what was listed before stands.
    pub listing: Option<Vec<Listed>>,
    pub missing: Vec<Missing>,
    /// Of what was missing.
    pub forgotten: Vec<ArticleId>,
    /// Entries that were known and had not changed.
    pub known_entries: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub struct NewArticle {
    /// The document's own: texts are not copied on their way to the store.
    pub article: Arc<Article>,
    pub published_id: Uuid,
    /// The earlier of the printed date and `first_seen_at`.
    pub published_at: UnixSeconds,
    pub updated_at: UnixSeconds,
    pub first_seen_at: UnixSeconds,
    pub text_hash: u64,
    /// Empty where none was made yet.
    pub fingerprint: Arc<[u8]>,
    /// It may enter outputs that already run.
    pub listed: bool,
    /// Older than retention: only its key is kept.
    pub tombstone: bool,
    pub publisher: String,
    pub source_updated_at: UnixSeconds,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Update {
    pub id: ArticleId,
    pub article: Arc<Article>,
    pub text_hash: u64,
    pub revised_at: UnixSeconds,
    /// Unchanged unless a reader should look again (RULES 3).
    pub updated_at: UnixSeconds,
    /// The headline that is replaced, if it is.
    pub earlier_title: Option<String>,
}
