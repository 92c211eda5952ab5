//! Reads documents as headlined does, for scoring: one path a line in, one JSON object a line out.
//!
//! In: `PATH TAB CONTENT-TYPE TAB BASE`. Out: what `parse` and `article` made of it.

use std::io::{self, BufRead, Write};

use headlined::{
    address,
    article::{self, Context},
    dates::{self, Hints},
    html,
    model::{
        Article, Category, Entry, FeedConfig, Format, Link, Media, ParsedFeed, Person, Text, TextKind, UnixSeconds,
    },
    parse::{self, Document},
};
use serde_json::{Value, json};
use url::Url;

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut fields = line.split('\t');
        let mut field = || fields.next().filter(|field| !field.is_empty());
        let (path, content_type, base) = (field().unwrap_or_default(), field(), field());
        writeln!(out, "{}", probe(path, content_type, base))?;
        out.flush()?;
    }
    Ok(())
}

fn probe(path: &str, content_type: Option<&str>, base: Option<&str>) -> Value {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) => return json!({ "ok": false, "error": error.to_string() }),
    };
    let document = Document { bytes: &bytes, content_type, url: base, ..Document::default() };
    match parse::parse(&document) {
        Ok(feed) => shown(&feed, base.unwrap_or_default()),
        Err(error) => json!({ "ok": false, "error": error.to_string() }),
    }
}

fn shown(feed: &ParsedFeed, base_url: &str) -> Value {
    let config = FeedConfig::default();
    let articles = article::articles(feed.clone(), &Context { config: &config, base_url });
    let hints = article::hints(feed, &config);
    let base = Url::parse(base_url).ok();
    let entries: Vec<Value> =
        feed.entries.iter().zip(&articles).map(|(entry, article)| shown_entry(entry, article, base.as_ref())).collect();
    json!({
        "ok": true,
        "error": null,
        "type": kind(feed.format),
        "encoding": feed.encoding,
        "feed": {
            "title": feed.title.as_ref().map(|title| body(title, base.as_ref())),
            "title_type": feed.title.as_ref().map(text_type),
            "link": page(&feed.links),
            "links": feed.links.iter().map(link).collect::<Vec<_>>(),
            "id": feed.id.as_deref().map(|id| absolute(id, base.as_ref())),
            "description": feed.description.as_ref().map(|text| body(text, base.as_ref())),
            "updated": date(&feed.updated, &hints),
            "published": date(&feed.published, &hints),
            "language": feed.language,
            "rights": feed.rights.as_ref().map(|text| body(text, base.as_ref())),
            "image": feed.image,
            "icon": feed.icon,
            "authors": feed.authors.iter().map(person).collect::<Vec<_>>(),
            "categories": feed.categories.iter().map(category).collect::<Vec<_>>(),
        },
        "entries": entries,
    })
}

fn shown_entry(entry: &Entry, article: &Article, base: Option<&Url>) -> Value {
    let near = entry.base.as_deref().and_then(|base| Url::parse(base).ok());
    let base = near.as_ref().or(base);
    json!({
        "id": entry.id.as_deref().map(|id| absolute(id, base)),
        "title": entry.title.as_ref().map(|title| body(title, base)),
        "title_type": entry.title.as_ref().map(text_type),
        // As the feed gave it: what the article publishes is cleaned of tracking.
        "link": page(&entry.links),
        "links": entry.links.iter().map(link).collect::<Vec<_>>(),
        "published": article.published_at.map(rfc3339),
        "updated": article.updated_at.map(rfc3339),
        "authors": article.fields.authors.iter().map(person).collect::<Vec<_>>(),
        "contributors": article.fields.contributors.iter().map(person).collect::<Vec<_>>(),
        "categories": article.fields.categories.iter().map(category).collect::<Vec<_>>(),
        "summary": shown_body(&entry.summary, &article.summary),
        "content": shown_body(&entry.content, &article.content),
        "content_type": entry.content.as_ref().map(text_type),
        "media": article.fields.media.iter().filter(|media| media.enclosure).chain(article.fields.media.iter().filter(|media| !media.enclosure)).map(medium).collect::<Vec<_>>(),
        "thumbnails": thumbnails(article),
        "language": article.language,
    })
}

/// A body of which nothing was left is empty, not absent; plain text is shown as such, as its type says.
fn shown_body(given: &Option<Text>, read: &Option<String>) -> Option<String> {
    let given = given.as_ref()?;
    let read = read.clone().unwrap_or_default();
    match given.kind {
        TextKind::Text => Some(read.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")),
        TextKind::Html | TextKind::Xhtml => Some(read),
    }
}

fn thumbnails(article: &Article) -> Vec<&String> {
    let media = &article.fields.media;
    media.iter().filter_map(|media| media.thumbnail.as_ref()).chain(media.iter().map(|media| &media.url)).collect()
}

fn kind(format: Format) -> &'static str {
    match format {
        Format::Rss2 => "rss2",
        Format::Rss1 => "rss1",
        Format::Rss0 => "rss0",
        Format::Atom => "atom",
        Format::Json => "json",
    }
}

/// Titles are shown as the markup they came in, sanitized.
fn body(text: &Text, base: Option<&Url>) -> String {
    let own = text.base.as_deref().and_then(|base| Url::parse(base).ok());
    html::clean(text, own.as_ref().or(base))
}

fn text_type(text: &Text) -> &'static str {
    match text.kind {
        TextKind::Text => "text",
        TextKind::Html => "html",
        TextKind::Xhtml => "xhtml",
    }
}

fn page(links: &[Link]) -> Option<&str> {
    let alternate = |link: &&Link| link.rel.as_deref().unwrap_or("alternate") == "alternate";
    links.iter().find(alternate).map(|link| link.href.as_str())
}

/// An id that is a relative reference (RFC 4287 §4.2.6 wants an absolute one).
fn absolute(id: &str, base: Option<&Url>) -> String {
    if id.contains('/') { address::absolute(id, base) } else { id.to_owned() }
}

fn date(printed: &Option<String>, hints: &Hints) -> Option<String> {
    dates::read(printed.as_deref()?, hints).map(rfc3339)
}

fn rfc3339(instant: UnixSeconds) -> String {
    jiff::Timestamp::from_second(instant).map(|instant| instant.to_string()).unwrap_or_default()
}

fn link(link: &Link) -> Value {
    json!({ "href": link.href, "rel": link.rel, "type": link.media_type })
}

fn person(person: &Person) -> Value {
    json!({ "name": person.name, "email": person.email, "uri": person.uri })
}

fn category(category: &Category) -> Value {
    json!({ "term": category.term, "scheme": category.scheme, "label": category.label })
}

fn medium(media: &Media) -> Value {
    json!({ "url": media.url, "type": media.media_type, "length": media.length })
}
