//! The merged feed in RSS 2.0, with the same content as [`super::atom`], for readers that know nothing else.
//!
//! After the RSS Board's profile: one text goes into `description`; of two, the summary does, and `content:encoded` after it
//! has the whole. Nothing is in CDATA, and titles have their `&` and `<` as numeric references.

use super::{
    Addresses, EXTENSION, Format,
    entry::{Shown, common_language},
    instant::{rfc822, rfc3339},
    media,
    xml::Xml,
};
use crate::model::{Edition, RenderedFeed};

const ROOT: [(&str, &str); 8] = [
    ("version", "2.0"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    media::MEDIA_NAMESPACE,
    media::GEORSS_NAMESPACE,
    ("xmlns:fh", "http://purl.org/syndication/history/1.0"),
    ("xmlns:headlined", EXTENSION),
];
/// RSS demands a `link` of the channel; without a `base_url` only this machine can follow one.
const THIS_MACHINE: &str = "http://localhost/";

pub fn rss(edition: &Edition, addresses: &Addresses<'_>) -> RenderedFeed {
    let body = Xml::document("rss", &ROOT, |xml| {
        xml.element("channel", &[], |xml| {
            head(xml, edition, addresses);
            for one in &edition.entries {
                xml.element("item", &[], |xml| item(xml, &Shown::of(one, addresses)));
            }
        });
    });
    RenderedFeed { media_type: Format::Rss.media_type(), body }
}

fn head(xml: &mut Xml, edition: &Edition, addresses: &Addresses<'_>) {
    xml.numeric_text("title", &edition.title);
    xml.text("link", &[], addresses.home().as_deref().unwrap_or(THIS_MACHINE));
    xml.text("description", &[], edition.description.as_deref().unwrap_or(&edition.title));
    xml.optional("language", &[], common_language(edition));
    xml.text("lastBuildDate", &[], &rfc822(edition.updated_at));
    xml.text("generator", &[], "headlined");
    if let Some(icon) = &edition.icon {
        xml.element("image", &[], |xml| {
            xml.text("url", &[], icon);
            xml.numeric_text("title", &edition.title);
            xml.text("link", &[], addresses.home().as_deref().unwrap_or(THIS_MACHINE));
        });
    }
    let feed = ("type", "application/rss+xml");
    atom_link(xml, &[("rel", "self"), feed], addresses.own(edition, Format::Rss).as_deref());
    for (rel, address) in addresses.history(edition, Format::Rss) {
        atom_link(xml, &[("rel", rel), feed], Some(&address));
    }
    atom_link(xml, &[("rel", "hub")], edition.hub.as_deref());
    if edition.page.is_some() {
        xml.empty("fh:archive", &[]);
    }
    xml.optional("headlined:instance", &[], Some(&edition.instance));
}

fn item(xml: &mut Xml, shown: &Shown<'_>) {
    let (entry, fields) = (shown.entry, &shown.entry.article.fields);
    xml.numeric_text("title", &shown.title);
    xml.optional("link", &[], shown.link.as_deref());
    text(xml, shown);
    xml.text("guid", &[("isPermaLink", "false")], &entry.id);
    xml.text("pubDate", &[], &rfc822(entry.published_at));
    xml.text("atom:updated", &[], &rfc3339(entry.updated_at));
    for author in &shown.authors {
        xml.text("dc:creator", &[], &author.name);
    }
    for contributor in &shown.contributors {
        xml.text("dc:contributor", &[], &contributor.name);
    }
    xml.optional("dc:language", &[], shown.language);
    // There is no place for the rights of the source: what holds for its feed holds for its entries.
    xml.optional("dc:rights", &[], fields.rights.as_deref().or(shown.source.rights.as_deref()));
    for category in &shown.categories {
        xml.text("category", &[("domain", category.scheme.as_deref().unwrap_or_default())], &category.term);
    }
    source(xml, shown);
    xml.optional("comments", &[], shown.comments.as_deref());
    enclosure(xml, shown);
    links(xml, shown);
    media::write(xml, shown);
    xml.optional("headlined:original-id", &[], entry.article.original_id.as_deref());
}

fn text(xml: &mut Xml, shown: &Shown<'_>) {
    match (&shown.body.summary, &shown.body.content) {
        (Some(summary), Some(content)) => {
            xml.text("description", &[], summary);
            xml.text("content:encoded", &[], content);
        }
        (only, None) | (None, only) => xml.optional("description", &[], only.as_deref()),
    }
}

/// `url` is required and names the source's feed; a private feed has none to name.
fn source(xml: &mut Xml, shown: &Shown<'_>) {
    let source = &shown.source;
    if let (Some(url), Some(title)) = (source.feed_url.as_ref().or(source.site_url.as_ref()), &source.title) {
        xml.text("source", &[("url", url)], title);
    }
}

/// RSS has room for one; all are in `media:content`. Its length is required, 0 where unknown.
fn enclosure(xml: &mut Xml, shown: &Shown<'_>) {
    if let Some(file) = shown.enclosures().next() {
        let length = file.length.unwrap_or(0).to_string();
        let media_type = file.media_type.as_deref().unwrap_or_default();
        xml.empty("enclosure", &[("url", &file.url), ("length", &length), ("type", media_type)]);
    }
}

fn links(xml: &mut Xml, shown: &Shown<'_>) {
    for copy in &shown.related {
        atom_link(xml, &[("rel", "related"), ("type", "text/html"), ("title", &copy.outlet)], Some(&copy.link));
    }
    if let Some(origin) = &shown.origin {
        atom_link(xml, &[("rel", "via"), ("type", "text/html"), ("title", &origin.outlet)], Some(&origin.link));
    }
    atom_link(xml, &[("rel", "license")], shown.license.as_deref());
}

fn atom_link(xml: &mut Xml, attributes: &[(&str, &str)], href: Option<&str>) {
    if let Some(href) = href {
        xml.empty("atom:link", &[attributes, &[("href", href)]].concat());
    }
}

#[cfg(test)]
mod tests;
