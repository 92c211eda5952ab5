//! The merged feed in JSON Feed 1.1, with the same content as [`super::atom`].
//!
//! What the format has no name for is under `_headlined`, documented in the README. Keys without a value are left out.

use serde_json::{Map, Value, json};

use super::{
    Addresses, Format, GROUP_SCHEME,
    entry::{Related, Shown, common_language},
    instant::rfc3339,
    media::medium,
    xml::allowed,
};
use crate::model::{Edition, Media, MediaKind, Person, RenderedFeed, Source, Withdrawn};

pub fn json(edition: &Edition, addresses: &Addresses<'_>) -> RenderedFeed {
    let items: Vec<Value> = edition.entries.iter().map(|one| item(&Shown::of(one, addresses))).collect();
    let mut feed = object([
        ("version", json!("https://jsonfeed.org/version/1.1")),
        ("title", text(&edition.title)),
        ("description", optional(edition.description.as_deref())),
        ("home_page_url", optional(addresses.home().as_deref())),
        ("feed_url", optional(addresses.own(edition, Format::Json).as_deref())),
        ("icon", optional(edition.icon.as_deref())),
        ("hubs", array(&edition.hub, |hub| object([("type", json!("WebSub")), ("url", text(hub))]).into())),
        ("language", optional(common_language(edition))),
        ("_headlined", about(edition, addresses)),
    ]);
    feed.insert("items".to_owned(), items.into());
    let mut body = Value::Object(feed).to_string().into_bytes();
    body.push(b'\n');
    RenderedFeed { media_type: Format::Json.media_type(), body }
}

/// What JSON Feed has no name for: ids, history (RFC 5005) and withdrawals (RFC 6721).
fn about(edition: &Edition, addresses: &Addresses<'_>) -> Value {
    let withdrawn = |one: &Withdrawn| object([("id", text(&one.id)), ("when", text(&rfc3339(one.at)))]).into();
    let mut about = object([
        ("id", text(&edition.id)),
        ("instance", text(&edition.instance)),
        ("archive", edition.page.map_or(Value::Null, |_| json!(true))),
        ("withdrawn", array(&edition.withdrawn, withdrawn)),
    ]);
    for (rel, address) in addresses.history(edition, Format::Json) {
        about.insert(rel.replace('-', "_"), text(&address));
    }
    about.into()
}

fn item(shown: &Shown<'_>) -> Value {
    let entry = shown.entry;
    // One of content_html and content_text is required.
    let only_title = shown.body.content.is_none().then_some(shown.title.as_str());
    let tags: Vec<&str> = shown.categories.iter().map(|category| category.term.as_str()).collect();
    object([
        ("id", text(&entry.id)),
        ("url", optional(shown.link.as_deref())),
        ("title", text(&shown.title)),
        ("content_html", optional(shown.body.content.as_deref())),
        ("content_text", optional(only_title)),
        ("summary", optional(shown.body.summary.as_deref().map(super::plain::text).as_deref())),
        ("image", optional(shown.picture().map(|picture| picture.url.as_str()))),
        ("date_published", text(&rfc3339(entry.published_at))),
        ("date_modified", text(&rfc3339(entry.updated_at))),
        ("authors", people(&shown.authors)),
        ("tags", array(deduplicated(&tags), text)),
        ("language", optional(shown.language)),
        ("attachments", array(shown.media.iter().filter(|media| is_attachment(media)), attachment)),
        ("_headlined", extension(shown)),
    ])
    .into()
}

/// `mime_type` is required; pictures are in `image` and in the text.
fn is_attachment(media: &Media) -> bool {
    media.kind != MediaKind::Image && media.media_type.is_some()
}

fn attachment(media: &Media) -> Value {
    object([
        ("url", text(&media.url)),
        ("mime_type", optional(media.media_type.as_deref())),
        ("title", optional(media.caption.as_deref())),
        ("size_in_bytes", json!(media.length)),
    ])
    .into()
}

fn extension(shown: &Shown<'_>) -> Value {
    let (article, fields) = (&shown.entry.article, &shown.entry.article.fields);
    let groups = shown.categories.iter().filter(|category| category.scheme.as_deref() == Some(GROUP_SCHEME));
    object([
        ("original_id", optional(article.original_id.as_deref())),
        ("source", source(&shown.source)),
        ("contributors", people(&shown.contributors)),
        ("groups", array(groups, |group| text(&group.term))),
        ("section", array(&fields.section, |part| text(part))),
        ("related", array(&shown.related, related)),
        ("via", shown.origin.as_ref().map_or(Value::Null, related)),
        ("media", array(&shown.media, media)),
        ("rights", optional(fields.rights.as_deref())),
        ("license", optional(shown.license.as_deref())),
        ("place", optional(fields.place.as_deref())),
        ("comments", optional(shown.comments.as_deref())),
    ])
    .into()
}

fn source(source: &Source) -> Value {
    object([
        ("id", optional(source.id.as_deref())),
        ("title", optional(source.title.as_deref())),
        ("feed_url", optional(source.feed_url.as_deref())),
        ("site_url", optional(source.site_url.as_deref())),
        ("updated", optional(source.updated_at.map(rfc3339).as_deref())),
        ("icon", optional(source.icon.as_deref())),
        ("rights", optional(source.rights.as_deref())),
    ])
    .into()
}

fn related(copy: &Related) -> Value {
    object([("outlet", text(&copy.outlet)), ("title", text(&copy.title)), ("url", text(&copy.link))]).into()
}

fn media(media: &Media) -> Value {
    object([
        ("url", text(&media.url)),
        ("medium", text(medium(media.kind))),
        ("mime_type", optional(media.media_type.as_deref())),
        ("width", json!(media.width)),
        ("height", json!(media.height)),
        ("caption", optional(media.caption.as_deref())),
        ("credit", optional(media.credit.as_deref())),
        ("thumbnail", optional(media.thumbnail.as_deref())),
    ])
    .into()
}

fn people(people: &[Person]) -> Value {
    array(people, |person| object([("name", text(&person.name)), ("url", optional(person.uri.as_deref()))]).into())
}

fn deduplicated<'a>(terms: &[&'a str]) -> Vec<&'a str> {
    let mut seen = Vec::with_capacity(terms.len());
    for term in terms {
        if !seen.contains(term) {
            seen.push(*term);
        }
    }
    seen
}

fn array<T>(items: impl IntoIterator<Item = T>, value: impl Fn(T) -> Value) -> Value {
    Value::Array(items.into_iter().map(value).collect())
}

/// The same characters as in XML: the formats say the same.
fn text(text: &str) -> Value {
    Value::String(allowed(text).into_owned())
}

fn optional(value: Option<&str>) -> Value {
    value.map_or(Value::Null, text)
}

/// In the order given; without null, "", [] and {}.
fn object<const N: usize>(pairs: [(&str, Value); N]) -> Map<String, Value> {
    let is_said = |value: &Value| match value {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(pairs) => !pairs.is_empty(),
        Value::Bool(_) | Value::Number(_) => true,
    };
    let pairs = pairs.into_iter().filter(|(_, value)| is_said(value));
    pairs.map(|(key, value)| (key.to_owned(), value)).collect()
}

#[cfg(test)]
mod tests;
