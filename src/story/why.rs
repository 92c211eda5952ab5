//! Reasons: the rule that joined two articles, its score, and the words that decided.

use std::fmt;

use crate::model::{ArticleId, StoryId};

/// What makes two articles copies, or of one story. In the order in which they are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// The same page.
    Link,
    /// The same id of the original entry.
    Origin,
    /// The same headline, and one credits the other's outlet.
    Credit,
    /// The same headline.
    Title,
    /// The same text.
    Text,
    /// The same event.
    Story,
    /// Two stories turned out to be one event.
    Merge,
}

/// What keeps two articles apart although their words agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Guard {
    /// The same headline with other numbers or days.
    OtherIssue,
    /// Headlines of one publisher with other numbers.
    OtherNumbers,
    /// Headlines of one publisher that begin alike.
    OwnLabel,
    /// Texts from one template.
    Template,
    /// Headlines that fit many events ("Photo of the day"), and no text in common.
    SaysLittle,
    /// One publisher, and not alike enough for that.
    OwnPublisher,
}

/// One reason of a verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    pub rule: Rule,
    /// From 0 to 1.
    pub score: f64,
    /// The article that it was compared with.
    pub partner: ArticleId,
    /// Similarity to that article, and to the centre of its story. Equal to the score where there is no centre.
    pub nearest: f64,
    pub centre: f64,
    /// The words that decided, as they are compared, the weightiest first; empty where words did not decide.
    pub words: Vec<String>,
}

/// A story that an article is near and did not join.
#[derive(Debug, Clone, PartialEq)]
pub struct NearStory {
    pub story: StoryId,
    /// As in [`Why`].
    pub score: f64,
    pub partner: ArticleId,
    pub nearest: f64,
    pub centre: f64,
    pub words: Vec<String>,
    pub missing: Missing,
}

/// What kept an article out of a story.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Missing {
    /// Its score is under what is needed.
    Score { needed: f64 },
    /// A guard, and the article of the story that it protects.
    Guard(Guard, ArticleId),
    /// Another story was nearer, and the two are not near enough to be one.
    Nearer,
}

impl Rule {
    /// As stored and shown.
    pub fn name(self) -> &'static str {
        match self {
            Rule::Link => "link",
            Rule::Origin => "origin",
            Rule::Credit => "credit",
            Rule::Title => "title",
            Rule::Text => "text",
            Rule::Story => "story",
            Rule::Merge => "merge",
        }
    }
}

impl fmt::Display for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Guard::OtherIssue => "the same headline with other numbers or days",
            Guard::OtherNumbers => "one publisher, other numbers",
            Guard::OwnLabel => "one publisher, headlines that begin alike",
            Guard::Template => "texts from one template",
            Guard::SaysLittle => "headlines that fit many events",
            Guard::OwnPublisher => "one publisher, not alike enough",
        })
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Why { rule, score, partner, nearest, centre, words } = self;
        match rule {
            Rule::Text | Rule::Merge => write!(f, "{} {score:.2} with {partner}", rule.name()),
            Rule::Story => {
                write!(
                    f,
                    "story {score:.2} with {partner} (nearest {nearest:.2}, centre {centre:.2}: {})",
                    words.join(" ")
                )
            }
            rule => write!(f, "{} with {partner}", rule.name()),
        }
    }
}

impl fmt::Display for NearStory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let NearStory { story, score, partner, nearest, centre, words, missing } = self;
        write!(
            f,
            "story {story}: {score:.2} with {partner} (nearest {nearest:.2}, centre {centre:.2}: {}); ",
            words.join(" ")
        )?;
        match missing {
            Missing::Score { needed } => write!(f, "{needed:.2} needed"),
            Missing::Guard(guard, by) => write!(f, "kept apart from {by}: {guard}"),
            Missing::Nearer => f.write_str("another story was nearer"),
        }
    }
}
