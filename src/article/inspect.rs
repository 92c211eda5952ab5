//! What headlined understands of a feed, for people: `inspect` shows it as a table or as JSON.
//!
//! Pure: the caller fetched the document. What it says is measured by the same code that reads feeds for real.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use super::{Context, articles};
use crate::{
    model::{Article, Entry, ParsedFeed, UnixSeconds},
    parse::{self, Document, Origins, ParseError},
};

/// A document as it was understood.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inspection {
    pub format: String,
    pub encoding: String,
    pub title: Option<String>,
    pub language: Option<String>,
    /// The document ended before its root element did.
    pub truncated: bool,
    pub repairs: Vec<Mended>,
    /// What else the publisher should mend, in words.
    pub advice: Vec<String>,
    pub entries: Vec<InspectedEntry>,
}

/// A repair that was made, with what would make it needless.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mended {
    pub repair: &'static str,
    pub advice: &'static str,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InspectedEntry {
    pub id: Option<String>,
    pub title: String,
    pub link: Option<String>,
    pub published_at: Option<UnixSeconds>,
    pub updated_at: Option<UnixSeconds>,
    /// The date as printed.
    pub raw_date: Option<String>,
    pub authors: Vec<String>,
    pub language: Option<String>,
    /// Characters of the longest body.
    pub text_length: usize,
    pub media: usize,
    /// Field to the element that it was taken from.
    pub from: BTreeMap<&'static str, String>,
    /// Fields that nothing gives.
    pub missing: Vec<&'static str>,
}

pub fn inspect(document: &Document<'_>, context: &Context<'_>) -> Result<Inspection, ParseError> {
    let feed = parse::parse(document)?;
    let articles = articles(feed.clone(), context);
    let mut origins = parse::origins(document).into_iter();
    let entries: Vec<InspectedEntry> = feed
        .entries
        .iter()
        .zip(&articles)
        .map(|(entry, article)| inspected(entry, article, origins.next().unwrap_or_default()))
        .collect();
    let mended = |repair: &&'static str| Mended { repair, advice: parse::advice(repair).unwrap_or_default() };
    Ok(Inspection {
        format: format!("{:?}", feed.format).to_lowercase(),
        title: feed.title.as_ref().map(crate::html::plain_text),
        repairs: feed.repairs.iter().map(mended).collect(),
        advice: advice(&feed, &articles),
        encoding: feed.encoding,
        language: feed.language,
        truncated: feed.truncated,
        entries,
    })
}

fn inspected(entry: &Entry, article: &Article, origins: Origins) -> InspectedEntry {
    let text_length =
        [&article.summary, &article.content].into_iter().flatten().map(|body| body.chars().count()).max().unwrap_or(0);
    let missing = [
        ("id", entry.id.is_none()),
        ("title", article.title.is_empty()),
        ("link", article.link.is_none()),
        ("date", article.published_at.or(article.updated_at).is_none()),
        ("text", text_length == 0),
        ("authors", article.fields.authors.is_empty()),
    ];
    InspectedEntry {
        id: entry.id.clone(),
        title: article.title.clone(),
        link: article.link.clone(),
        published_at: article.published_at,
        updated_at: article.updated_at,
        raw_date: article.raw_date.clone(),
        authors: article.fields.authors.iter().map(|author| author.name.clone()).collect(),
        language: article.language.clone(),
        text_length,
        media: article.fields.media.len(),
        from: origins.into_iter().collect(),
        missing: missing.into_iter().filter(|(_, is_missing)| *is_missing).map(|(field, _)| field).collect(),
    }
}

/// What no single repair tells: what readers of this feed will stumble over.
fn advice(feed: &ParsedFeed, articles: &[Article]) -> Vec<String> {
    let count = |wanted: &dyn Fn(&Article) -> bool| articles.iter().filter(|article| wanted(article)).count();
    let mut advice = Vec::new();
    let mut say = |number: usize, what: &str| {
        if number > 0 {
            advice.push(format!("{number} of {} entries {what}", articles.len()));
        }
    };
    say(
        feed.entries.iter().filter(|entry| entry.id.is_none()).count(),
        "have no id: readers will show them again when their title or link changes",
    );
    say(repeated(feed.entries.iter().filter_map(|entry| entry.id.as_deref())), "share their id with another");
    say(count(&|article| article.link.is_none()), "have no link");
    say(count(&|article| article.raw_date.is_none()), "have no date");
    say(
        count(&|article| article.raw_date.is_some() && article.published_at.or(article.updated_at).is_none()),
        "have a date that cannot be read",
    );
    let is_local = |date: &&String| crate::dates::offset(date).is_none();
    let local = articles.iter().filter_map(|article| article.raw_date.as_ref()).filter(is_local).count();
    say(local, "have a date without a time zone");
    if feed.title.is_none() {
        advice.push("the feed has no title".to_owned());
    }
    if feed.language.is_none() {
        advice.push("the feed does not say its language".to_owned());
    }
    advice
}

/// How many of these occur more than once.
fn repeated<'a>(ids: impl Iterator<Item = &'a str>) -> usize {
    let mut times: HashMap<&str, usize> = HashMap::new();
    for id in ids {
        *times.entry(id).or_default() += 1;
    }
    times.into_values().filter(|times| *times > 1).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FeedConfig;

    #[test]
    fn an_inspection_says_where_fields_came_from_and_what_to_mend() {
        let bytes = b"<rss xmlns:dc='http://purl.org/dc/elements/1.1/'><channel><item><title>Q&A</title>\
            <guid>http://example.org/a</guid><dc:creator>N</dc:creator><dc:date>2024-02-29 10:14</dc:date></item></channel></rss>";
        let config = FeedConfig::default();
        let context = Context { config: &config, base_url: "http://example.org/feed" };
        let found = inspect(&Document { bytes, ..Document::default() }, &context).unwrap();
        let repairs: Vec<_> = found.repairs.iter().map(|mended| mended.repair).collect();
        assert_eq!(repairs, ["bare ampersand", "RSS version"]);
        assert!(found.repairs.iter().all(|mended| !mended.advice.is_empty()));
        let entry = &found.entries[0];
        let from: Vec<_> = entry.from.iter().map(|(field, element)| format!("{field}={element}")).collect();
        assert_eq!(from, ["authors=dc:creator", "id=guid", "link=guid", "published=dc:date", "title=title"]);
        assert_eq!(entry.missing, ["text"]);
        assert_eq!(
            found.advice,
            [
                "1 of 1 entries have a date without a time zone",
                "the feed has no title",
                "the feed does not say its language"
            ]
        );
    }
}
