//! Media RSS and GeoRSS: the same elements in Atom and in RSS.

use super::{entry::Shown, xml::Xml};
use crate::model::{Media, MediaKind};

pub(super) const MEDIA_NAMESPACE: (&str, &str) = ("xmlns:media", "http://search.yahoo.com/mrss/");
pub(super) const GEORSS_NAMESPACE: (&str, &str) = ("xmlns:georss", "http://www.georss.org/georss");

pub(super) fn write(xml: &mut Xml, shown: &Shown<'_>) {
    for media in &shown.media {
        content(xml, media);
    }
    // Some readers look only for a thumbnail. It is the picture itself, so that no reader shows two.
    xml.optional_empty("media:thumbnail", "url", shown.picture().map(|picture| picture.url.as_str()));
    place(xml, shown.entry.article.fields.place.as_deref());
}

fn content(xml: &mut Xml, media: &Media) {
    let number = |number: Option<u64>| number.filter(|n| *n > 0).map(|n| n.to_string()).unwrap_or_default();
    let attributes = [
        ("url", media.url.as_str()),
        ("medium", medium(media.kind)),
        ("type", media.media_type.as_deref().unwrap_or_default()),
        ("fileSize", &number(media.length)),
        ("width", &number(media.width.map(u64::from))),
        ("height", &number(media.height.map(u64::from))),
    ];
    let poster = media.thumbnail.as_deref().filter(|_| media.kind != MediaKind::Image);
    if media.caption.is_none() && media.credit.is_none() && poster.is_none() {
        return xml.empty("media:content", &attributes);
    }
    xml.element("media:content", &attributes, |xml| {
        xml.optional("media:description", &[("type", "plain")], media.caption.as_deref());
        xml.optional("media:credit", &[], media.credit.as_deref());
        xml.optional_empty("media:thumbnail", "url", poster);
    });
}

pub(super) fn medium(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
        MediaKind::Other => "",
    }
}

/// Coordinates as a point, a name as a name (GeoRSS Simple).
fn place(xml: &mut Xml, place: Option<&str>) {
    let name = if place.is_some_and(is_point) { "georss:point" } else { "georss:featureName" };
    xml.optional(name, &[], place);
}

fn is_point(place: &str) -> bool {
    let numbers: Vec<Option<f64>> = place.split_whitespace().map(|part| part.parse().ok()).collect();
    matches!(numbers[..], [Some(latitude), Some(longitude)] if latitude.abs() <= 90.0 && longitude.abs() <= 180.0)
}
