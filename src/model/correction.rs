//! What the operator corrects by hand: articles that were taken for one and are not, or the other way round.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A correction, by published ids; it holds for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Correction {
    /// Takes an article out of its copies and its story; as a `story`, it leaves the story with its copies.
    Split { article: Uuid, story: bool },
    /// Makes two articles copies of each other; as a `story`, only reports of one event.
    Join { articles: [Uuid; 2], story: bool },
}

/// How alike articles are taken to be. What are no copies may be of one story; what are of no one story are no copies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    Copy,
    Story,
}

impl Level {
    /// As stored.
    pub fn name(self) -> &'static str {
        match self {
            Level::Copy => "copy",
            Level::Story => "story",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        [Level::Copy, Level::Story].into_iter().find(|level| level.name() == name)
    }
}
