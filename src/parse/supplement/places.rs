//! Where it happened: GeoRSS, W3C geo, GML.

use crate::parse::{names::Space, tree::Element};

/// A name, else "latitude longitude".
pub(super) fn of_entry(entry: Element<'_, '_>) -> Option<String> {
    let text = |space, name| entry.child(space, name).and_then(Element::trimmed);
    let name = text(Space::GeoRss, "featureName")
        .or_else(|| entry.child(Space::GeoRss, "featurename").and_then(Element::trimmed));
    name.or_else(|| text(Space::GeoRss, "point"))
        .or_else(|| entry.child(Space::GeoRss, "where").and_then(|place| pair(&place.text())))
        .or_else(|| pair(&format!("{} {}", text(Space::Geo, "lat")?, text(Space::Geo, "long")?)))
        .or_else(|| entry.child(Space::Geo, "Point").and_then(|point| pair(&point.text())))
}

fn pair(text: &str) -> Option<String> {
    let numbers: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty()).collect();
    let both = numbers.len() == 2 && numbers.iter().all(|number| number.parse::<f64>().is_ok());
    both.then(|| numbers.join(" "))
}
