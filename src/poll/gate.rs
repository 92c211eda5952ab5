//! Filters at the gate of the outputs: each new article is judged once, and the answer is kept.
//!
//! A rule of a feed or of one of its groups keeps an article out of every output, a rule of an output out of that one.
//! What was kept out stays out when the rule changes (RULES 2: a change of configuration never back-fills).

use std::collections::HashMap;

use crate::{
    model::{Article, Feed, FeedId, GroupConfig, OutputConfig},
    select::filter::Filter,
    store::{EVERY_OUTPUT, Member, Settled, StoreError, Transaction},
};

/// All rules of a configuration, compiled.
#[derive(Debug, Default)]
pub(super) struct Gate {
    groups: HashMap<String, Filter>,
    /// Filled when a feed first brings something.
    feeds: HashMap<FeedId, Filter>,
    /// In the order of the outputs.
    outputs: Vec<Filter>,
}

impl Gate {
    pub(super) fn new<'a>(outputs: impl Iterator<Item = &'a OutputConfig>, groups: &[GroupConfig]) -> Self {
        Self {
            groups: groups
                .iter()
                .map(|group| (group.name.clone(), Filter::new(&group.include, &group.exclude)))
                .collect(),
            feeds: HashMap::new(),
            outputs: outputs.map(|output| Filter::new(&output.include, &output.exclude)).collect(),
        }
    }

    /// Judges a transaction's new articles by the rules of their feeds and groups.
    pub(super) fn judge(
        &mut self,
        transaction: &Transaction<'_>,
        feeds: &HashMap<FeedId, Feed>,
        entering: &[&Settled],
    ) -> Result<(), StoreError> {
        for settled in entering {
            let Some(feed) = feeds.get(&settled.feed_id) else { continue };
            if let Some(rule) = self.refusal(feed, &settled.new.article) {
                transaction.keep_out(settled.id, EVERY_OUTPUT, &rule)?;
                tracing::debug!(article = settled.id, feed = feed.config.name, "kept out by {rule}");
            }
        }
        Ok(())
    }

    fn refusal(&mut self, feed: &Feed, article: &Article) -> Option<String> {
        let own =
            self.feeds.entry(feed.state.id).or_insert_with(|| Filter::new(&feed.config.include, &feed.config.exclude));
        if let Some(rule) = own.refuses(article) {
            return Some(format!("{rule} of the feed"));
        }
        feed.config.groups.iter().find_map(|group| {
            let rule = self.groups.get(group)?.refuses(article)?;
            Some(format!("{rule} of the group {group}"))
        })
    }

    /// Whether the rules of an output keep an article out of it.
    pub(super) fn is_shut(
        &self,
        transaction: &Transaction<'_>,
        number: usize,
        output: i64,
        member: &Member,
    ) -> Result<bool, StoreError> {
        let Some(filter) = self.outputs.get(number).filter(|filter| !filter.is_empty()) else { return Ok(false) };
        if transaction.is_kept_out(member.id, output)? {
            return Ok(true);
        }
        let refused = filter.refuses(&transaction.article(member.id)?);
        if let Some(rule) = &refused {
            transaction.keep_out(member.id, output, rule)?;
        }
        Ok(refused.is_some())
    }
}
