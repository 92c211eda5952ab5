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
    match place.and_then(point) {
        Some(point) => xml.text("georss:point", &[], &point),
        None => xml.optional("georss:featureName", &[], place),
    }
}

/// "latitude longitude", as whatever feed it came from spelled them.
fn point(place: &str) -> Option<String> {
    let parts: Vec<&str> = place.split([' ', ',', ';']).filter(|part| !part.is_empty()).collect();
    let [latitude, longitude] = parts[..] else { return None };
    let within = |text: &str, limit: f64| text.parse().is_ok_and(|degrees: f64| degrees.abs() <= limit);
    (within(latitude, 90.0) && within(longitude, 180.0)).then(|| format!("{latitude} {longitude}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_points_or_names() {
        for (place, expected) in [
            ("53.5 -10", Some("53.5 -10")),
            ("53.5, 10.0", Some("53.5 10.0")),
            ("91 10", None),
            ("53.5", None),
            ("NaN NaN", None),
            ("Harbor 2", None),
        ] {
            assert_eq!(point(place).as_deref(), expected, "{place:?}");
        }
    }
}
