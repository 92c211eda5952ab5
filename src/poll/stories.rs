//! Copies and stories: the step of a transaction between the articles and the outputs.
//!
//! The index is staged article by article and follows the transaction: [`Grouper::committed`] after COMMIT,
//! [`Grouper::rolled_back`] otherwise. A start fills it from fingerprints, in the order in which they were staged.

use std::collections::HashMap;

use crate::{
    model::{Article, ArticleId, Feed, FeedConfig, FeedId, Settings, UnixSeconds},
    reconcile,
    render::plain,
    store::{Remembered, Settled, StoreError, TakenApart, Transaction, WhyRow},
    story::{self, Fingerprint, Index, Meta, Policy, Rule, StoryInput, StoryRef, Verdict},
};

/// Stories that `why` tells of, besides the one that was joined.
const NEAREST: usize = 5;

/// The story index of this store's window. It is filled when the first new article asks: a start, and polls that bring
/// nothing, need none.
pub struct Grouper {
    policy: Policy,
    index: Option<Index>,
    copies: HashMap<FeedId, usize>,
}

impl std::fmt::Debug for Grouper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Grouper({:?} articles)", self.index.as_ref().map(Index::len))
    }
}

impl Grouper {
    pub fn new(policy: Policy) -> Self {
        Self { policy, index: None, copies: HashMap::new() }
    }

    /// An index of what the store remembers, in the order in which it was settled.
    pub fn restore(policy: Policy, remembered: &[Remembered], taken_apart: &[TakenApart]) -> Self {
        let mut index = Index::new(policy.clone());
        remembered.iter().for_each(|article| restore(&mut index, article));
        keep_apart(&mut index, taken_apart);
        Self { index: Some(index), ..Self::new(policy) }
    }

    /// Goes on by another policy; by the same one the index stays.
    pub fn follow(&mut self, policy: Policy) {
        if self.policy != policy {
            *self = Self::new(policy);
        }
    }

    /// The store was corrected by hand: the index is filled from it anew.
    pub fn fill_again(&mut self) {
        self.index = None;
    }

    /// Articles that were settled earlier are compared with nothing any more.
    pub fn window_start(&self, now: UnixSeconds) -> UnixSeconds {
        self.policy.window_start(now)
    }

    /// Decides about a transaction's new articles and writes it down; `settled` is in (published, id) order.
    /// Gives how many of each feed's articles are copies.
    ///
    /// # Errors
    /// When the store cannot read or write.
    pub fn group(
        &mut self,
        transaction: &Transaction<'_>,
        feeds: &HashMap<FeedId, Feed>,
        settled: &[Settled],
        now: UnixSeconds,
    ) -> Result<&HashMap<FeedId, usize>, StoreError> {
        self.copies.clear();
        let mut settled = settled.iter().filter(|settled| !settled.new.tombstone).peekable();
        if settled.peek().is_none() {
            return Ok(&self.copies);
        }
        let index = match &mut self.index {
            Some(index) => index,
            None => self.index.insert(filled(&self.policy, transaction, now)?),
        };
        index.expire(now);
        for settled in settled {
            let Some(feed) = feeds.get(&settled.feed_id) else { continue };
            let mut bytes = &*settled.new.fingerprint;
            let made;
            let print = match Fingerprint::from_bytes(bytes) {
                Some(print) => print,
                // Only a feed's first document brings them.
                None => {
                    let print = fingerprint(&settled.new.article, &feed.config, feed.state.id);
                    made = print.to_bytes();
                    bytes = &made;
                    print
                }
            };
            let meta =
                Meta { id: settled.id, feed: settled.feed_id, published_at: settled.new.published_at, settled_at: now };
            let verdict = index.stage(meta, &print);
            transaction.keep_fingerprint(settled.id, bytes)?;
            write_down(transaction, settled, &verdict)?;
            *self.copies.entry(settled.feed_id).or_default() += usize::from(verdict.copy_of.is_some());
        }
        Ok(&self.copies)
    }

    /// An article whose text is gone is compared with nothing any more.
    pub fn forget(&mut self, id: ArticleId) {
        if let Some(index) = &mut self.index {
            index.forget(id);
        }
    }

    /// The stories that an article is nearest to and did not join, with what was missing. Of a restored index only.
    pub fn nearest(&mut self, id: ArticleId) -> Vec<story::NearStory> {
        self.index.as_mut().map(|index| index.nearest(id, NEAREST)).unwrap_or_default()
    }

    pub fn committed(&mut self) {
        if let Some(index) = &mut self.index {
            index.commit();
        }
    }

    pub fn rolled_back(&mut self) {
        if let Some(index) = &mut self.index {
            index.rollback();
        }
    }
}

/// What the operator sets of it, and our own choice of the rest.
pub fn policy(settings: &Settings) -> Policy {
    Policy { window: settings.dedup.window, ..Policy::default() }
}

/// Of what was settled before this transaction: what it brings has no fingerprint yet.
fn filled(policy: &Policy, transaction: &Transaction<'_>, now: UnixSeconds) -> Result<Index, StoreError> {
    let mut index = Index::new(policy.clone());
    transaction.remember(policy.window_start(now), policy.capacity, |article| restore(&mut index, &article))?;
    keep_apart(&mut index, &transaction.taken_apart()?);
    Ok(index)
}

fn restore(index: &mut Index, article: &Remembered) {
    // A fingerprint of another version is passed over: its article is compared with nothing any more.
    let Some(print) = Fingerprint::from_bytes(&article.fingerprint) else { return };
    let settled = story::Settled {
        story: article.story_id.unwrap_or(article.id),
        story_started_at: article.story_started_at,
        copy_of: article.copy_of,
    };
    let meta = Meta {
        id: article.id,
        feed: article.feed_id,
        published_at: article.published_at,
        settled_at: article.settled_at,
    };
    index.restore(meta, &print, settled);
}

fn keep_apart(index: &mut Index, taken_apart: &[TakenApart]) {
    taken_apart.iter().for_each(|taken| index.keep_apart(taken.one, taken.other, taken.level));
}

/// What of an article the others are compared with. Needs nothing of the store, so that it is made where the article is
/// read, beside the writer.
pub(super) fn fingerprint(article: &Article, config: &FeedConfig, feed: FeedId) -> Fingerprint {
    let text = |html: &Option<String>| html.as_deref().map(plain::text).unwrap_or_default();
    story::fingerprint(&StoryInput {
        feed,
        publisher: &reconcile::publisher(config, article),
        language: article.language.as_deref().or(config.language.as_deref()),
        title: &article.title,
        summary: &text(&article.summary),
        content: &text(&article.content),
        link_key: article.link_key.as_deref(),
        original_id: article.original_id.as_deref(),
        source: article.fields.source.as_ref(),
        alone: !config.dedup,
    })
}

fn write_down(transaction: &Transaction<'_>, settled: &Settled, verdict: &Verdict) -> Result<(), StoreError> {
    let story = match verdict.story {
        StoryRef::Joins(first) => Some(first),
        StoryRef::Starts(_) => None,
    };
    if verdict.copy_of.is_some() || story.is_some() {
        transaction.place(settled.id, verdict.copy_of, story)?;
    }
    if let Some(first) = verdict.copy_of {
        tracing::debug!(article = settled.id, copy_of = first, "a copy: {}", reasons(verdict));
    }
    for (first, other) in &verdict.copy_merges {
        transaction.merge_copies(*first, *other)?;
    }
    for (older, younger) in &verdict.merges {
        transaction.merge_stories(*older, *younger)?;
    }
    for why in &verdict.why {
        let level = if matches!(why.rule, Rule::Story | Rule::Merge) { "story" } else { "copy" };
        let row = WhyRow {
            level,
            rule: why.rule.name().into(),
            score: Some(why.score),
            partner_id: Some(why.partner),
            words: why.words.join(" "),
        };
        transaction.keep_why(settled.id, &row)?;
    }
    Ok(())
}

fn reasons(verdict: &Verdict) -> String {
    verdict.why.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
