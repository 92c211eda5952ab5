//! The merged feed in Atom (RFC 4287), the first-class format: what no other format has room for is here.
//!
//! Every address is absolute, there is no CDATA, no `xml:base` and no time of rendering. The fields come back from our own
//! feed when another headlined polls it: source, byline, credit and the publisher's own id.

use super::{
    Addresses, EXTENSION, Format,
    entry::{Related, Shown},
    instant::rfc3339,
    media,
    xml::Xml,
};
use crate::model::{Edition, Person, RenderedFeed, Source};

const ROOT: [(&str, &str); 5] = [
    ("xmlns", "http://www.w3.org/2005/Atom"),
    media::MEDIA_NAMESPACE,
    media::GEORSS_NAMESPACE,
    ("xmlns:fh", "http://purl.org/syndication/history/1.0"),
    ("xmlns:headlined", EXTENSION),
];
/// Validators warn of what they do not know: it is named only where it is used.
const TOMBSTONES: (&str, &str) = ("xmlns:at", "http://purl.org/atompub/tombstones/1.0");

pub fn atom(edition: &Edition, addresses: &Addresses<'_>) -> RenderedFeed {
    let mut root = ROOT.to_vec();
    root.extend(Some(TOMBSTONES).filter(|_| !edition.withdrawn.is_empty()));
    let body = Xml::document("feed", &root, |xml| {
        head(xml, edition, addresses);
        // RFC 6721 §3.
        for one in &edition.withdrawn {
            xml.empty("at:deleted-entry", &[("ref", &one.id), ("when", &rfc3339(one.at))]);
        }
        for one in &edition.entries {
            let shown = Shown::of(one, addresses);
            xml.element("entry", &[("xml:lang", shown.language.unwrap_or_default())], |xml| entry(xml, &shown));
        }
    });
    RenderedFeed { media_type: Format::Atom.media_type(), body }
}

fn head(xml: &mut Xml, edition: &Edition, addresses: &Addresses<'_>) {
    xml.text("id", &[], &edition.id);
    xml.text("title", &[("type", "text")], &edition.title);
    xml.optional("subtitle", &[("type", "text")], edition.description.as_deref());
    xml.text("updated", &[], &rfc3339(edition.updated_at));
    xml.optional("icon", &[], edition.icon.as_deref());
    let feed = ("type", "application/atom+xml");
    link(xml, &[("rel", "self"), feed], addresses.own(edition, Format::Atom).as_deref());
    for (rel, address) in addresses.history(edition, Format::Atom) {
        link(xml, &[("rel", rel), feed], Some(&address));
    }
    link(xml, &[("rel", "hub")], edition.hub.as_deref());
    link(xml, &[("rel", "alternate"), ("type", "text/html")], addresses.home().as_deref());
    // Each entry has an author of its own; without entries the feed needs one (RFC 4287 §4.1.1).
    if edition.entries.is_empty() {
        xml.element("author", &[], |xml| xml.text("name", &[], &edition.title));
    }
    xml.text("generator", &[], "headlined");
    if edition.page.is_some() {
        xml.empty("fh:archive", &[]);
    }
    xml.optional("headlined:instance", &[], Some(&edition.instance));
}

fn entry(xml: &mut Xml, shown: &Shown<'_>) {
    let (entry, fields) = (shown.entry, &shown.entry.article.fields);
    xml.text("id", &[], &entry.id);
    xml.text("title", &[("type", "text")], &shown.title);
    xml.text("published", &[], &rfc3339(entry.published_at));
    xml.text("updated", &[], &rfc3339(entry.updated_at));
    links(xml, shown);
    people(xml, "author", &shown.authors);
    people(xml, "contributor", &shown.contributors);
    for category in &shown.categories {
        let (scheme, label) =
            (category.scheme.as_deref().unwrap_or_default(), category.label.as_deref().unwrap_or_default());
        xml.empty("category", &[("term", &category.term), ("scheme", scheme), ("label", label)]);
    }
    text(xml, shown);
    xml.optional("rights", &[("type", "text")], fields.rights.as_deref());
    source(xml, &shown.source);
    media::write(xml, shown);
    xml.optional("headlined:original-id", &[], entry.article.original_id.as_deref());
}

fn links(xml: &mut Xml, shown: &Shown<'_>) {
    let html = ("type", "text/html");
    link(xml, &[("rel", "alternate"), html], shown.link.as_deref());
    for copy in &shown.related {
        related(xml, "related", copy);
    }
    if let Some(origin) = &shown.origin {
        related(xml, "via", origin);
    }
    link(xml, &[("rel", "replies"), html], shown.comments.as_deref());
    link(xml, &[("rel", "license")], shown.license.as_deref());
    for file in shown.enclosures() {
        let length = file.length.map(|length| length.to_string()).unwrap_or_default();
        let media_type = file.media_type.as_deref().unwrap_or_default();
        link(xml, &[("rel", "enclosure"), ("type", media_type), ("length", &length)], Some(&file.url));
    }
}

fn related(xml: &mut Xml, rel: &str, copy: &Related) {
    link(xml, &[("rel", rel), ("type", "text/html"), ("title", &copy.outlet)], Some(&copy.link));
}

/// A link to nowhere is none.
fn link(xml: &mut Xml, attributes: &[(&str, &str)], href: Option<&str>) {
    if let Some(href) = href {
        xml.empty("link", &[attributes, &[("href", href)]].concat());
    }
}

fn people(xml: &mut Xml, role: &str, people: &[Person]) {
    for person in people {
        xml.element(role, &[], |xml| {
            xml.text("name", &[], &person.name);
            xml.optional("uri", &[], person.uri.as_deref());
            xml.optional("email", &[], person.email.as_deref());
        });
    }
}

fn text(xml: &mut Xml, shown: &Shown<'_>) {
    let html = [("type", "html")];
    xml.optional("summary", &html, shown.body.summary.as_deref());
    xml.optional("content", &html, shown.body.content.as_deref());
    // RFC 4287 §4.1.2: an entry without an alternate link must have content.
    if shown.body.content.is_none() && shown.link.is_none() {
        xml.text("content", &[("type", "text")], &shown.title);
    }
}

/// Whose entry it is (RFC 4287 §4.2.11), frozen as it was when the entry was settled.
fn source(xml: &mut Xml, source: &Source) {
    xml.element("source", &[], |xml| {
        xml.optional("id", &[], source.id.as_deref());
        xml.optional("title", &[("type", "text")], source.title.as_deref());
        xml.optional("updated", &[], source.updated_at.map(rfc3339).as_deref());
        link(xml, &[("rel", "self")], source.feed_url.as_deref());
        link(xml, &[("rel", "alternate"), ("type", "text/html")], source.site_url.as_deref());
        xml.optional("icon", &[], source.icon.as_deref());
        xml.optional("rights", &[("type", "text")], source.rights.as_deref());
    });
}

#[cfg(test)]
mod tests;
