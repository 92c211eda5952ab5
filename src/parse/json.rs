//! JSON Feed 1.0 and 1.1: mended until feed-rs reads it, then completed from the same document.

use serde_json::{Map, Value, json};
use url::Url;

use super::{
    ParseError, middle, repair,
    supplement::{is_short_tag, links},
};
use crate::model::{Category, Entry, Format, Link, Media, MediaKind, ParsedFeed, Person, Text, TextKind};

pub(super) const VERSION: &str = "JSON Feed version";
pub(super) const TITLE: &str = "feed without title";
pub(super) const NUMBERS: &str = "ids that are numbers";

/// As `tree` has it for markup: values take far more memory than the text they are of.
const MIN_BYTES: usize = 20;
const MAX_UNBOUNDED: usize = 20_000;

pub(super) fn read(text: &str, base: Option<&Url>) -> Result<ParsedFeed, ParseError> {
    let values = memchr::memchr3_iter(b',', b'[', b'{', text.as_bytes());
    if values.count() > MAX_UNBOUNDED + text.len() / MIN_BYTES {
        return Err(not_a_feed("JSON of more values than a feed has"));
    }
    let mut document: Value =
        serde_json::from_str(text).map_err(|error| not_a_feed(&format!("broken JSON ({error})")))?;
    if document.get("items").is_none_or(|items| !items.is_array()) {
        return Err(not_a_feed("JSON without items"));
    }
    let repairs = mend(&mut document, repair::most_entries(text.len()));
    let mut feed = match repairs.is_empty() {
        true => middle::read(text, &[]),
        false => middle::read(&document.to_string(), &[]),
    }
    .unwrap_or_default();
    complete(&mut feed, &document, base);
    Ok(ParsedFeed { format: Format::Json, truncated: repairs.contains(&repair::SURPLUS), repairs, ..feed })
}

fn not_a_feed(found: &str) -> ParseError {
    ParseError::NotAFeed { found: found.to_owned() }
}

/// What feed-rs insists on: a version, a title, ids that are strings.
fn mend(document: &mut Value, most_entries: usize) -> Vec<&'static str> {
    let mut made = Vec::new();
    let Some(feed) = document.as_object_mut() else { return made };
    if !feed
        .get("version")
        .and_then(Value::as_str)
        .is_some_and(|version| version.starts_with("https://jsonfeed.org/version/1"))
    {
        feed.insert("version".to_owned(), json!("https://jsonfeed.org/version/1.1"));
        made.push(VERSION);
    }
    if !feed.get("title").is_some_and(Value::is_string) {
        feed.insert("title".to_owned(), json!(""));
        made.push(TITLE);
    }
    let Some(items) = feed.get_mut("items").and_then(Value::as_array_mut) else { return made };
    if items.len() > most_entries {
        items.truncate(most_entries);
        made.push(repair::SURPLUS);
    }
    let numbers = items.iter_mut().filter_map(|item| item.get_mut("id")).filter(|id| id.is_number());
    let changed = numbers.map(|id| *id = json!(id.to_string())).count();
    if changed > 0 {
        made.push(NUMBERS);
    }
    made
}

fn complete(feed: &mut ParsedFeed, document: &Value, base: Option<&Url>) {
    let items: Vec<&Value> =
        document["items"].as_array().into_iter().flatten().filter(|item| item.is_object()).collect();
    if feed.entries.len() != items.len() {
        feed.entries = vec![Entry::default(); items.len()];
    }
    let address = |name: &str| string(document, name).map(|address| links::absolute(&address, base));
    feed.id = address("feed_url");
    feed.title = string(document, "title").map(|title| text(title, TextKind::Text));
    feed.description = string(document, "description").map(|description| text(description, TextKind::Text));
    feed.links = [("home_page_url", "alternate"), ("feed_url", "self"), ("next_url", "next")]
        .iter()
        .filter_map(|(name, rel)| Some(Link { href: address(name)?, rel: Some((*rel).to_owned()), ..Link::default() }))
        .collect();
    feed.language = string(document, "language");
    feed.image = address("icon");
    feed.icon = address("favicon");
    feed.authors = people(document);
    feed.headlined_instance = document.get("_headlined").and_then(|extension| string(extension, "instance"));
    let language = feed.language.clone().filter(|tag| is_short_tag(tag));
    for (entry, item) in feed.entries.iter_mut().zip(items) {
        complete_entry(entry, item, base);
        entry.language = entry.language.take().or_else(|| language.clone());
    }
}

fn complete_entry(entry: &mut Entry, item: &Value, base: Option<&Url>) {
    let address = |name: &str| string(item, name).map(|address| links::absolute(&address, base));
    entry.id = string(item, "id");
    entry.original_id = item.get("_headlined").and_then(|extension| string(extension, "original_id"));
    entry.title = string(item, "title").map(|title| text(title, TextKind::Text));
    entry.links = [("url", "alternate"), ("external_url", "related")]
        .iter()
        .filter_map(|(name, rel)| Some(Link { href: address(name)?, rel: Some((*rel).to_owned()), ..Link::default() }))
        .collect();
    let html = string(item, "content_html").map(|body| text(body, TextKind::Html));
    entry.content = html.or_else(|| string(item, "content_text").map(|body| text(body, TextKind::Text)));
    entry.summary = string(item, "summary").map(|summary| text(summary, TextKind::Text));
    entry.published = string(item, "date_published");
    entry.updated = string(item, "date_modified");
    entry.authors = people(item);
    let tags = item["tags"].as_array().into_iter().flatten().filter_map(Value::as_str);
    entry.categories = tags.map(|tag| Category { term: tag.to_owned(), ..Category::default() }).collect();
    entry.language = string(item, "language");
    let images = ["image", "banner_image"].iter().filter_map(|name| address(name));
    let image = |url| Media { url, kind: MediaKind::Image, ..Media::default() };
    entry.media = images.take(1).map(image).chain(attachments(item, base)).collect();
}

fn attachments(item: &Value, base: Option<&Url>) -> Vec<Media> {
    let attachment = |value: &Value| {
        let media_type = string(value, "mime_type");
        let kind = match media_type.as_deref().and_then(|media_type| media_type.split('/').next()) {
            Some("image") => MediaKind::Image,
            Some("video") => MediaKind::Video,
            Some("audio") => MediaKind::Audio,
            _ => MediaKind::Other,
        };
        let url = links::absolute(&string(value, "url")?, base);
        Some(Media {
            url,
            kind,
            media_type,
            length: value["size_in_bytes"].as_u64(),
            enclosure: true,
            ..Media::default()
        })
    };
    item["attachments"].as_array().into_iter().flatten().filter_map(attachment).collect()
}

fn people(holder: &Value) -> Vec<Person> {
    let listed = holder["authors"].as_array().into_iter().flatten();
    let single = holder.get("author").filter(|author| author.is_object());
    let mut people: Vec<Person> = Vec::new();
    for author in listed.chain(single) {
        let person =
            Person { name: string(author, "name").unwrap_or_default(), email: None, uri: string(author, "url") };
        if (!person.name.is_empty() || person.uri.is_some()) && !people.contains(&person) {
            people.push(person);
        }
    }
    people
}

fn text(value: String, kind: TextKind) -> Text {
    Text { value, kind, ..Text::default() }
}

/// A field's text, numbers too.
fn string(holder: &Value, name: &str) -> Option<String> {
    let text = match holder.as_object().and_then(|fields: &Map<String, Value>| fields.get(name))? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}
