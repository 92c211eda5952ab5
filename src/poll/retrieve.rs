//! One feed, fetched and parsed: runs in parallel with others and never sees the store.

use std::{sync::Arc, time::Duration};

use super::{
    desk::{Desks, Seat, Unfinished},
    stories,
};
use crate::{
    article, dates,
    digest::digest,
    fetch::Fetch,
    html,
    model::{
        Article, Brought, Document, Exchange, FailureKind, Feed, FetchOutcome, FetchRequest, Fetched, Link, ParsedFeed,
        Print, Retrieved, UnixSeconds, Validators,
    },
    parse::{self, ParseError},
    reconcile::revision,
    schedule,
};

/// What every retrieval shares.
#[derive(Debug, Clone)]
pub struct Retriever<F> {
    pub fetch: F,
    /// As many as there are cores: parsing is the only work that takes one whole. What is parsed keeps its seat until the
    /// writer's queue has taken it, so that no more than that waits in memory.
    pub parsing: Desks,
    /// Our store's instance id: our own outputs are refused as feeds.
    pub instance: Arc<str>,
}

impl<F: Fetch> Retriever<F> {
    /// Fetches and parses one feed. Every way in which that can end is data. The seat is to be held until the writer's
    /// queue has taken what was retrieved.
    pub async fn retrieve(&self, feed: Feed, now: UnixSeconds) -> (Retrieved, Option<Seat>) {
        let Fetched { outcome, exchange } = self.fetch.fetch(request(&feed, now)).await;
        let (brought, seat) = match outcome {
            FetchOutcome::Body(body) => self.read(&feed, body, false, &exchange).await,
            FetchOutcome::Partial(body) => self.read(&feed, body, true, &exchange).await,
            FetchOutcome::NotModified => (Brought::Unchanged, None),
            FetchOutcome::Gone => (Brought::Gone, None),
            FetchOutcome::Failed { kind, detail } => (Brought::Failed { kind, detail }, None),
        };
        (Retrieved { feed_id: feed.state.id, brought, exchange }, seat)
    }

    async fn read(
        &self,
        feed: &Feed,
        body: bytes::Bytes,
        partial: bool,
        exchange: &Exchange,
    ) -> (Brought, Option<Seat>) {
        let body_hash = digest(&body);
        if !partial && feed.state.body_hash == Some(body_hash) {
            return (Brought::Unchanged, None);
        }
        let Ok(seat) = self.parsing.take().await else { return (stopped(), None) };
        let (feed, exchange, instance) = (feed.clone(), exchange.clone(), self.instance.clone());
        let parsed = seat.desk.work(move || read(&feed, &body, body_hash, partial, &exchange, &instance)).await;
        let brought = parsed.unwrap_or_else(|unfinished| match unfinished {
            // `parse` catches what third-party parsers do; this is the last net under everything else.
            Unfinished::Panicked(panic) => Brought::Failed {
                kind: FailureKind::Panic,
                detail: format!("reading it failed within headlined ({}): please report this feed", words_of(&*panic)),
            },
            Unfinished::Stopped => stopped(),
        });
        (brought, Some(seat))
    }
}

fn stopped() -> Brought {
    Brought::Failed { kind: FailureKind::Protocol, detail: "headlined is stopping".into() }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no words")
}

/// `now` tells when validators are doubted: a server that answers 304 for ever is asked without them once a day.
fn request(feed: &Feed, now: UnixSeconds) -> FetchRequest {
    let Feed { config, state } = feed;
    FetchRequest {
        feed: config.name.clone(),
        url: state.moved_to.clone().unwrap_or_else(|| config.url.clone()),
        configured_url: config.url.clone(),
        validators: if schedule::doubts_validators(state, now) {
            Validators::default()
        } else {
            state.validators.clone()
        },
        allow_private: config.allow_private,
        headers: config.headers.clone(),
        credentials: config.credentials.clone(),
        user_agent: config.user_agent.clone(),
        timeout: config.timeout,
        max_body: config.max_body,
        tls_roots: config.tls_roots.clone(),
    }
}

/// Bytes to normalized articles: pure, and so run on a thread of its own.
fn read(feed: &Feed, body: &[u8], body_hash: u64, partial: bool, exchange: &Exchange, instance: &str) -> Brought {
    let parsed = parse::parse(&parse::Document {
        bytes: body,
        content_type: exchange.content_type.as_deref(),
        url: Some(&exchange.final_url),
        content_location: exchange.content_location.as_deref(),
        content_language: exchange.content_language.as_deref(),
    });
    match parsed {
        Err(error) => Brought::Failed {
            kind: if matches!(error, ParseError::Panicked(_)) { FailureKind::Panic } else { FailureKind::Unparsable },
            detail: error.to_string(),
        },
        Ok(parsed) if parsed.headlined_instance.as_deref() == Some(instance) => {
            let detail = "this is a merged feed of this very headlined: it cannot be one of its own feeds".into();
            Brought::Failed { kind: FailureKind::Unparsable, detail }
        }
        Ok(parsed) => Brought::Document(Box::new(document(feed, parsed, body_hash, partial, exchange))),
    }
}

fn document(feed: &Feed, parsed: ParsedFeed, body_hash: u64, partial: bool, exchange: &Exchange) -> Document {
    let config = &feed.config;
    let context = article::Context { config, base_url: &exchange.final_url };
    let printed = parsed.updated.as_deref().or(parsed.published.as_deref());
    let hints = article::hints(&parsed, config);
    let mut document = Document {
        body_hash,
        partial,
        truncated: parsed.truncated,
        title: parsed.title.as_ref().map(html::plain_text).filter(|title| !title.is_empty()),
        site_url: site_url(&parsed.links),
        id: parsed.id.clone(),
        rights: parsed.rights.as_ref().map(html::plain_text),
        icon: parsed.icon.clone(),
        updated_at: printed.and_then(|printed| dates::read(printed, &hints)),
        hints: parsed.hints.clone(),
        repairs: parsed.repairs.clone(),
        deleted: parsed.deleted.iter().map(|id| article::identity::alias_of_id(id)).collect(),
        prints: Vec::new(),
        articles: Vec::new(),
    };
    document.articles = indexed(article::articles(parsed, &context), exchange).into_iter().map(Arc::new).collect();
    document.prints = document.articles.iter().map(|article| print(feed, article)).collect();
    document
}

/// What the writer would otherwise compute while everybody waits for it. Of a feed's later documents most entries are known,
/// and those need no fingerprint: there the writer makes the few.
fn print(feed: &Feed, article: &Article) -> Print {
    let is_first = feed.state.body_hash.is_none();
    let made = is_first.then(|| stories::fingerprint(article, &feed.config, feed.state.id).to_bytes().into());
    Print { text_hash: revision::text_hash(article), fingerprint: made.unwrap_or_default() }
}

/// What the answer's own header keeps out of public places, as the document may (RULES 4).
fn indexed(mut articles: Vec<Article>, exchange: &Exchange) -> Vec<Article> {
    let refused =
        |tag: &str| tag.to_ascii_lowercase().split([',', ' ', ':']).any(|word| word == "noindex" || word == "none");
    if exchange.x_robots_tag.as_deref().is_some_and(refused) {
        articles.iter_mut().for_each(|article| article.fields.noindex = true);
    }
    articles
}

fn site_url(links: &[Link]) -> Option<String> {
    let alternate = links.iter().find(|link| matches!(link.rel.as_deref(), None | Some("alternate")));
    alternate.map(|link| link.href.clone()).filter(|href| href.starts_with("http"))
}

/// Milliseconds, for reports.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
