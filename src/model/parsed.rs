//! What a feed's document says, before any of our rules: `parse` makes it, `article` reads it.

/// A document as the parser understood it, whatever dialect it was written in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedFeed {
    pub format: Format,
    /// The charset that the bytes were decoded from, in lower case ("utf-8", "windows-1251").
    pub encoding: String,
    /// What had to be mended before the document could be read, by the name of each repair. Empty for a clean document.
    pub repairs: Vec<&'static str>,
    /// The document ended before its root element did: absence of an entry means nothing.
    pub truncated: bool,
    pub id: Option<String>,
    pub title: Option<Text>,
    pub description: Option<Text>,
    pub links: Vec<Link>,
    /// Dates exactly as printed; `dates` reads them.
    pub published: Option<String>,
    pub updated: Option<String>,
    pub language: Option<String>,
    pub rights: Option<Text>,
    pub image: Option<String>,
    pub icon: Option<String>,
    pub authors: Vec<Person>,
    pub categories: Vec<Category>,
    pub hints: PollHints,
    /// The instance that wrote this document, if it is a merged feed of a headlined (ours or another's).
    pub headlined_instance: Option<String>,
    /// Address of the licence that holds for the whole feed.
    pub license: Option<String>,
    /// The publisher asks that the whole feed stays out of public places (RULES 4).
    pub noindex: bool,
    /// Ids of entries that it takes back (RFC 6721), as printed.
    pub deleted: Vec<String>,
    /// What relative addresses start from where nothing nearer says: Content-Location, else the document's address.
    pub base: Option<String>,
    pub entries: Vec<Entry>,
}

/// The dialects that are told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Rss2,
    Rss1,
    Rss0,
    Atom,
    Json,
}

/// What the document itself says about how often to ask for it.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct PollHints {
    /// RSS `ttl`, in minutes.
    pub ttl_minutes: Option<u32>,
    /// RSS `skipHours`: hours of the day in UTC (0 to 23).
    pub skip_hours: Vec<u8>,
    /// RSS `skipDays`: days of the week, Monday = 0.
    pub skip_days: Vec<u8>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`, in seconds. Only seeds the rhythm (RULES 5).
    pub update_period_seconds: Option<u32>,
}

/// One item exactly as the feed gave it, entities resolved, nothing judged.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// `guid`, `atom:id`, `rdf:about`, JSON Feed `id`. None when the document prints none.
    pub id: Option<String>,
    /// The publisher's own id of an entry that came through another headlined's merged feed.
    pub original_id: Option<String>,
    pub title: Option<Text>,
    pub links: Vec<Link>,
    /// Dates exactly as printed.
    pub published: Option<String>,
    pub updated: Option<String>,
    pub authors: Vec<Person>,
    pub contributors: Vec<Person>,
    pub categories: Vec<Category>,
    pub summary: Option<Text>,
    pub content: Option<Text>,
    pub media: Vec<Media>,
    /// Boxed as `source` is: few entries have either.
    pub rights: Option<Box<Text>>,
    /// `atom:source` or RSS `source`: the publisher this entry is credited to, when it is not the feed.
    pub source: Option<Box<Source>>,
    pub language: Option<String>,
    /// The base for relative addresses of this entry (`xml:base`, already absolute where it could be made so).
    pub base: Option<String>,
    pub comments: Option<String>,
    /// A place name or "latitude longitude" (georss).
    pub place: Option<String>,
    /// Address of the licence (RFC 4946, Creative Commons).
    pub license: Option<String>,
    pub noindex: bool,
}

/// Text with what the document says it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Text {
    pub value: String,
    pub kind: TextKind,
    pub language: Option<String>,
    /// `xml:base` in force for this text alone.
    pub base: Option<String>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum TextKind {
    #[default]
    Text,
    Html,
    Xhtml,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Link {
    pub href: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hreflang: Option<String>,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Person {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Category {
    pub term: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scheme: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A picture, film or sound that belongs to an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Media {
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    #[serde(default)]
    pub kind: MediaKind,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// In bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<u64>,
    /// Plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Plain text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thumbnail: Option<String>,
    /// It came as an `enclosure` (a file to download), not as `media:content`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub enclosure: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaKind {
    Image,
    Video,
    Audio,
    #[default]
    Other,
}

/// The publisher that an entry is credited to.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Source {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where the source's own feed is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feed_url: Option<String>,
    /// The source's site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site_url: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub updated_at: Option<super::UnixSeconds>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub icon: Option<String>,
}
