//! Our normalized record of an entry: `article` makes it, `reconcile` compares it, `store` keeps it, `render` shows it.

use super::{Category, Media, Person, Source, UnixSeconds};

/// What one entry says once our rules were applied: absolute addresses, sanitized text, read dates.
///
/// Holds nothing that depends on when it was fetched, so that equal entries give equal articles.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Article {
    /// What can find this article again, best first (RULES 1). The first is its key. Never empty.
    pub aliases: Vec<Alias>,
    /// The entry's id exactly as the feed printed it; travels in the merged feed as the original id.
    pub original_id: Option<String>,
    /// Plain text, white space folded. Empty when the entry has none.
    pub title: String,
    /// As published, absolute, cleaned of tracking.
    pub link: Option<String>,
    /// What links are compared by (see `article::link`).
    pub link_key: Option<String>,
    /// The publisher's dates; None where the entry prints none that can be read.
    pub published_at: Option<UnixSeconds>,
    pub updated_at: Option<UnixSeconds>,
    /// The date as printed, for people and for the alias of entries without id and link.
    pub raw_date: Option<String>,
    /// Sanitized HTML.
    pub summary: Option<String>,
    /// Sanitized HTML.
    pub content: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    pub fields: NewsFields,
}

/// The news fields that are shown but never searched by: one JSON column in the store.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct NewsFields {
    /// Bylines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<Person>,
    /// Editors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contributors: Vec<Person>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub categories: Vec<Category>,
    /// "Headline News / World", outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub section: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub media: Vec<Media>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    /// Address of the licence (RFC 4946, Creative Commons).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub license: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// "HARBORTOWN, May 4 (Agency)" as it stands before the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dateline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comments: Option<String>,
    /// The publisher asks that this stays out of public places (RULES 4).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub noindex: bool,
}

/// One way to find an article again: what kind of mark, and its normalized value.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alias {
    pub kind: AliasKind,
    pub value: String,
}

/// In the order of trust; the numbers are stored and never change meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum AliasKind {
    /// The entry's own id.
    Id = 1,
    /// The key of its link.
    Link = 2,
    /// The host and the number or UUID that ends the link's path.
    Tail = 3,
    /// Title with printed date: what the document itself prints.
    Print = 4,
    /// The page of an id that has a fragment: `#1` behind a guid is a revision, until two posts share a page.
    Page = 5,
    /// All that the document prints of an entry that has nothing better.
    Whole = 6,
}

impl Alias {
    /// What the store knows the value by.
    pub fn digest(&self) -> u64 {
        crate::digest::digest(self.value.as_bytes())
    }
}
