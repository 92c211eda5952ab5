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
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn an_edition_with_everything_in_it() {
        let body = json(&sample::edition(), &sample::KNOWN).body;
        let parsed: Value = serde_json::from_slice(&body).unwrap();
        insta::assert_snapshot!(serde_json::to_string_pretty(&parsed).unwrap(), @r#"
        {
          "version": "https://jsonfeed.org/version/1.1",
          "title": "World & <more>",
          "description": "Every headline, once",
          "home_page_url": "https://news.example.org/",
          "feed_url": "https://news.example.org/o/top.json",
          "icon": "https://pictures.example/icon.png",
          "hubs": [
            {
              "type": "WebSub",
              "url": "https://hub.example/?a&b"
            }
          ],
          "_headlined": {
            "id": "urn:uuid:00000000-0000-5000-8000-000000000001",
            "instance": "00000000-0000-4000-8000-00000000000f",
            "withdrawn": [
              {
                "id": "urn:uuid:00000000-0000-5000-8000-000000000199",
                "when": "2026-11-23T02:13:20Z"
              }
            ],
            "prev_archive": "https://news.example.org/o/top/archive/7.json"
          },
          "items": [
            {
              "id": "urn:uuid:00000000-0000-5000-8000-000000000101",
              "url": "https://a.example/1?a=b&c=d",
              "title": "Rates <rise> at AT&T ]]> 🗞",
              "content_html": "<figure><img src=\"https://a.example/p.jpg?w=640&amp;s=1\" alt=\"A &quot;quoted&quot; caption\"><figcaption>A &quot;quoted&quot; caption (Photo desk)</figcaption></figure><p>At length: ]]&gt; <b>🗞</b></p><div class=\"headlined-also\" lang=\"en\" dir=\"ltr\"><p>Also reported by <a href=\"https://c.example/1\">C Times</a>, <a href=\"https://d.example/?x=1&amp;y=2\">D &lt;Post&gt;</a>. <a href=\"https://news.example.org/story/00000000-0000-5000-8000-000000000101\">All reports</a></p></div>",
              "summary": "In short & plain.",
              "image": "https://a.example/p.jpg?w=640&s=1",
              "date_published": "2026-11-24T06:00:00Z",
              "date_modified": "2026-11-24T06:05:00Z",
              "authors": [
                {
                  "name": "First byline",
                  "url": "https://a.example/desk"
                }
              ],
              "tags": [
                "world",
                "News / World",
                "Money & markets"
              ],
              "language": "en-GB",
              "attachments": [
                {
                  "url": "https://a.example/v.mp4",
                  "mime_type": "video/mp4",
                  "size_in_bytes": 1000
                }
              ],
              "_headlined": {
                "original_id": "tag:a.example,2026:1&2",
                "source": {
                  "id": "https://a.example/feed",
                  "title": "The A & B",
                  "feed_url": "https://a.example/feed",
                  "site_url": "https://a.example/",
                  "updated": "2026-11-24T05:43:20Z",
                  "icon": "https://a.example/icon.png",
                  "rights": "© A"
                },
                "contributors": [
                  {
                    "name": "The editors"
                  }
                ],
                "groups": [
                  "world"
                ],
                "section": [
                  "News",
                  "World"
                ],
                "related": [
                  {
                    "outlet": "C Times",
                    "title": "As C Times has it",
                    "url": "https://c.example/1"
                  },
                  {
                    "outlet": "D <Post>",
                    "title": "As D <Post> has it",
                    "url": "https://d.example/?x=1&y=2"
                  },
                  {
                    "outlet": "E Daily",
                    "title": "As E Daily has it",
                    "url": "https://e.example/1"
                  }
                ],
                "via": {
                  "outlet": "Agency",
                  "title": "As Agency has it",
                  "url": "https://agency.example/1"
                },
                "media": [
                  {
                    "url": "https://a.example/p.jpg?w=640&s=1",
                    "medium": "image",
                    "mime_type": "image/jpeg",
                    "width": 640,
                    "caption": "A \"quoted\" caption",
                    "credit": "Photo desk"
                  },
                  {
                    "url": "https://a.example/v.mp4",
                    "medium": "video",
                    "mime_type": "video/mp4",
                    "thumbnail": "https://a.example/v.jpg"
                  }
                ],
                "rights": "© A 2026",
                "license": "https://creativecommons.org/licenses/by/4.0/",
                "place": "53.5 10.0",
                "comments": "https://a.example/1#comments"
              }
            },
            {
              "id": "urn:uuid:00000000-0000-5000-8000-000000000102",
              "url": "https://ar.example/%D8%AE%D8%A8%D8%B1",
              "title": "خبر جديد",
              "content_html": "<div dir=\"rtl\" lang=\"ar\"><p>نص الخبر</p></div>",
              "date_published": "2026-11-24T06:00:00Z",
              "date_modified": "2026-11-24T06:05:00Z",
              "authors": [
                {
                  "name": "أخبار"
                }
              ],
              "language": "ar",
              "_headlined": {
                "source": {
                  "id": "urn:headlined:source:%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1",
                  "title": "أخبار"
                },
                "place": "القاهرة"
              }
            },
            {
              "id": "urn:uuid:00000000-0000-5000-8000-000000000103",
              "url": "https://news.example.org/story/00000000-0000-5000-8000-000000000103",
              "title": "feed 3",
              "content_text": "feed 3",
              "date_published": "2026-11-24T06:00:00Z",
              "date_modified": "2026-11-24T06:05:00Z",
              "authors": [
                {
                  "name": "feed 3"
                }
              ],
              "_headlined": {
                "source": {
                  "id": "urn:headlined:source:feed%203",
                  "title": "feed 3"
                }
              }
            }
          ]
        }
        "#);
    }
}
