//! The news fields of an entry, from all that may carry them (DESIGN 5).

use crate::{
    html,
    model::{Entry, NewsFields, ParsedFeed, Text},
};

pub(super) fn fields(entry: &Entry, feed: &ParsedFeed, _summary: Option<&str>, _content: Option<&str>) -> NewsFields {
    let plain = |text: &Text| Some(html::plain_text(text)).filter(|text| !text.is_empty());
    NewsFields {
        authors: entry.authors.clone(),
        contributors: entry.contributors.clone(),
        categories: entry.categories.clone(),
        media: entry.media.clone(),
        source: entry.source.clone(),
        rights: entry.rights.as_ref().or(feed.rights.as_ref()).and_then(plain),
        license: entry.license.clone().or_else(|| feed.license.clone()),
        place: entry.place.clone(),
        comments: entry.comments.clone(),
        noindex: entry.noindex || feed.noindex,
        ..NewsFields::default()
    }
}
