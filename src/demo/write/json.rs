//! JSON Feed 1.1.

use serde_json::{Value, json};

use super::{Page, html};
use crate::demo::{dates, print::Print};

pub(super) fn document(page: &Page<'_>) -> String {
    let outlet = page.outlet;
    let document = json!({
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": outlet.site(page.base),
        "feed_url": outlet.address(page.base),
        "description": outlet.tagline,
        "language": outlet.language,
        "authors": [{ "name": outlet.title, "url": outlet.site(page.base) }],
        "items": page.prints.iter().map(item).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn item(print: &Print) -> Value {
    let dates = print.outlet.dates;
    let mut item = json!({
        "id": format!("{}:{}", print.outlet.slug, print.number),
        "url": print.link,
        "title": print.headline,
        "summary": print.teaser(),
        "content_html": html(print),
        "date_published": dates::rfc3339(print.published_at, dates),
        "authors": [{ "name": print.author }],
        "tags": [print.section],
    });
    if print.is_updated() {
        item["date_modified"] = dates::rfc3339(print.updated_at, dates).into();
    }
    if let Some(photo) = &print.photo {
        item["image"] = photo.url.as_str().into();
    }
    if let Some(film) = &print.video {
        item["attachments"] = json!([{ "url": film.url, "mime_type": "video/webm", "title": film.title }]);
    }
    item
}
