//! Who leads among the articles of an entry, and who is the origin of their text: what the store knows of each, put
//! before `story::lead`.

use std::collections::HashMap;

use crate::{
    model::{ArticleId, Feed, FeedId},
    store::{Member, StoreError, Transaction},
    story::{self, Candidate, links_to},
};

/// Articles whose texts are searched for links to each other: of more, the first settled.
const SEARCHED: usize = 12;

/// Articles of which one is to lead, in the order of settling.
pub(super) struct Leading<'a> {
    members: &'a [Member],
    feeds: &'a HashMap<FeedId, Feed>,
    /// For each of the first members, the places of those that its text links to.
    links: Vec<Vec<ArticleId>>,
}

impl<'a> Leading<'a> {
    pub(super) fn of(
        transaction: &Transaction<'_>,
        feeds: &'a HashMap<FeedId, Feed>,
        members: &'a [Member],
    ) -> Result<Self, StoreError> {
        let mut links = Vec::new();
        let searched = &members[..members.len().min(SEARCHED)];
        if searched.len() > 1 {
            for member in searched {
                let text = transaction.text(member.id)?;
                let is_linked = |(_, other): &(ArticleId, &Member)| {
                    other.id != member.id && other.link_key.as_deref().is_some_and(|key| links_to(&text, key))
                };
                links.push((0..).zip(searched).filter(is_linked).map(|(place, _)| place).collect());
            }
        }
        Ok(Self { members, feeds, links })
    }

    pub(super) fn lead(&self) -> Option<ArticleId> {
        story::lead(&self.candidates()).map(|place| self.members[place as usize].id)
    }

    pub(super) fn origin(&self) -> Option<ArticleId> {
        story::origin(&self.candidates()).map(|place| self.members[place as usize].id)
    }

    /// Numbered by their places: of equals the first settled leads, whatever came first within its transaction.
    fn candidates(&self) -> Vec<Candidate<'_>> {
        let candidate = |(at, member): (usize, &'a Member)| {
            let config = self.feeds.get(&member.feed_id).map(|feed| &feed.config);
            Candidate {
                id: at as ArticleId,
                priority: config.map_or(0, |config| config.priority),
                paywall: config.is_some_and(|config| config.paywall),
                link_key: member.link_key.as_deref(),
                source: member.source.as_ref(),
                links: self.links.get(at).map_or(&[], Vec::as_slice),
            }
        };
        self.members.iter().enumerate().map(candidate).collect()
    }
}
