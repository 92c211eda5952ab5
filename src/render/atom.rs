//! The merged feed in Atom (RFC 4287), the first-class format: what no other format has room for is here.
//!
//! Every address is absolute, there is no CDATA, no `xml:base` and no time of rendering. What readers make of each element
//! is why it is where it is; the fields come back from our own feed when another headlined polls it.

use super::{
    Addresses, EXTENSION, Format, GROUP_SCHEME, SECTION_SCHEME,
    address::{encoded, iri, web},
    body::Body,
    instant::rfc3339,
    language, pictures, plain,
    xml::Xml,
};
use crate::model::{AlsoReported, Edition, EditionEntry, Media, MediaKind, Person, RenderedFeed, Source};

const ROOT: [(&str, &str); 4] = [
    ("xmlns", "http://www.w3.org/2005/Atom"),
    ("xmlns:media", "http://search.yahoo.com/mrss/"),
    ("xmlns:georss", "http://www.georss.org/georss"),
    ("xmlns:headlined", EXTENSION),
];

/// Words of a text that stand for a missing title.
const TITLE_WORDS: usize = 12;

pub fn atom(edition: &Edition, addresses: &Addresses<'_>) -> RenderedFeed {
    let body = Xml::document("feed", &ROOT, |xml| {
        head(xml, edition, addresses);
        for one in &edition.entries {
            xml.element("entry", &[("xml:lang", entry_language(one))], |xml| entry(xml, one, addresses));
        }
    });
    RenderedFeed { media_type: Format::Atom.media_type(), body }
}

fn head(xml: &mut Xml, edition: &Edition, addresses: &Addresses<'_>) {
    xml.text("id", &[], &edition.id);
    xml.text("title", &[("type", "text")], &edition.title);
    xml.optional("subtitle", &[("type", "text")], edition.description.as_deref());
    xml.text("updated", &[], &rfc3339(edition.updated_at));
    let own = addresses.output(Format::Atom).unwrap_or_default();
    link(xml, &[("rel", "self"), ("type", "application/atom+xml"), ("href", &own)]);
    link(xml, &[("rel", "alternate"), ("type", "text/html"), ("href", &addresses.home().unwrap_or_default())]);
    xml.text("generator", &[], "headlined");
    xml.optional("headlined:instance", &[], Some(&edition.instance));
}

fn entry(xml: &mut Xml, entry: &EditionEntry, addresses: &Addresses<'_>) {
    let article = &entry.article;
    let html = article.content.as_deref().or(article.summary.as_deref()).unwrap_or_default();
    let media = pictures::shown(&article.fields.media, html);
    xml.text("id", &[], &entry.id);
    xml.text("title", &[("type", "text")], &title(entry));
    xml.text("published", &[], &rfc3339(entry.published_at));
    xml.text("updated", &[], &rfc3339(entry.updated_at));
    links(xml, entry, &media, addresses);
    people(xml, entry);
    categories(xml, entry);
    text(xml, entry, &Body::of(entry, &media, addresses));
    xml.optional("rights", &[("type", "text")], article.fields.rights.as_deref());
    source(xml, &entry.source);
    for one in &media {
        media_content(xml, one);
    }
    thumbnail(xml, &media);
    place(xml, article.fields.place.as_deref());
    xml.optional("headlined:original-id", &[], article.original_id.as_deref());
}

/// A reader's list shows the title alone, and an empty one as nothing to click: then the first words stand for it.
pub(super) fn title(entry: &EditionEntry) -> String {
    let article = &entry.article;
    let html = article.summary.as_deref().or(article.content.as_deref()).unwrap_or_default();
    let words = || plain::first_words(&plain::text(html), TITLE_WORDS);
    let outlet = || entry.source.title.clone().unwrap_or_else(|| entry.feed.clone());
    [plain::folded(&article.title), words(), outlet()].into_iter().find(|title| !title.is_empty()).unwrap_or_default()
}

fn links(xml: &mut Xml, entry: &EditionEntry, media: &[Media], addresses: &Addresses<'_>) {
    let fields = &entry.article.fields;
    let alternate = web(entry.article.link.as_deref()).or_else(|| addresses.story(&entry.id)).unwrap_or_default();
    link(xml, &[("rel", "alternate"), ("type", "text/html"), ("href", &alternate)]);
    for copy in entry.also_reported.iter().chain(&entry.late_copies) {
        related(xml, "related", copy);
    }
    if let Some(origin) = &entry.origin {
        related(xml, "via", origin);
    }
    link(
        xml,
        &[("rel", "replies"), ("type", "text/html"), ("href", &web(fields.comments.as_deref()).unwrap_or_default())],
    );
    link(xml, &[("rel", "license"), ("href", &web(fields.license.as_deref()).unwrap_or_default())]);
    for one in media.iter().filter(|media| is_enclosure(media)) {
        let length = one.length.map(|length| length.to_string()).unwrap_or_default();
        let media_type = one.media_type.as_deref().unwrap_or_default();
        link(xml, &[("rel", "enclosure"), ("type", media_type), ("length", &length), ("href", &one.url)]);
    }
}

/// Pictures are never enclosures (podcast apps download those), nor is anything of unknown type.
pub(super) fn is_enclosure(media: &Media) -> bool {
    media.enclosure && media.kind != MediaKind::Image && is_media_type(media.media_type.as_deref())
}

/// `type/subtype`: validators refuse anything else.
pub(super) fn is_media_type(media_type: Option<&str>) -> bool {
    let is_token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.+_".contains(&b));
    media_type.and_then(|text| text.split_once('/')).is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

fn related(xml: &mut Xml, rel: &str, copy: &AlsoReported) {
    let title = if copy.source.trim().is_empty() { copy.title.trim() } else { copy.source.trim() };
    let href = web(copy.link.as_deref()).unwrap_or_default();
    link(xml, &[("rel", rel), ("type", "text/html"), ("title", title), ("href", &href)]);
}

/// A link to nowhere is none.
fn link(xml: &mut Xml, attributes: &[(&str, &str)]) {
    if attributes.iter().any(|(name, value)| *name == "href" && !value.is_empty()) {
        xml.empty("link", attributes);
    }
}

/// Always an author: readers fall back from entry to source to feed, and some show nothing at all.
fn people(xml: &mut Xml, entry: &EditionEntry) {
    for author in authors(entry) {
        person(xml, "author", &author);
    }
    for contributor in entry.article.fields.contributors.iter().filter(|person| !person.name.trim().is_empty()) {
        person(xml, "contributor", contributor);
    }
}

/// The byline, else the outlet.
pub(super) fn authors(entry: &EditionEntry) -> Vec<Person> {
    let named: Vec<_> =
        entry.article.fields.authors.iter().filter(|person| !person.name.trim().is_empty()).cloned().collect();
    if !named.is_empty() {
        return named;
    }
    let outlet =
        entry.source.title.clone().filter(|title| !title.trim().is_empty()).unwrap_or_else(|| entry.feed.clone());
    vec![Person { name: outlet, uri: entry.source.site_url.clone(), ..Person::default() }]
}

fn person(xml: &mut Xml, role: &str, person: &Person) {
    xml.element(role, &[], |xml| {
        xml.text("name", &[], person.name.trim());
        xml.optional("uri", &[], web(person.uri.as_deref()).as_deref());
        xml.optional("email", &[], person.email.as_deref().map(str::trim).filter(|email| is_email(email)));
    });
}

fn is_email(text: &str) -> bool {
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_+".contains(&b));
    text.split_once('@').is_some_and(|(user, host)| is_part(user) && is_part(host) && host.contains('.'))
}

/// The operator's groups and the publisher's section have schemes of their own; readers make tags of all of them.
fn categories(xml: &mut Xml, entry: &EditionEntry) {
    for group in &entry.groups {
        category(xml, group, GROUP_SCHEME, "");
    }
    category(xml, &entry.article.fields.section.join(" / "), SECTION_SCHEME, "");
    for one in &entry.article.fields.categories {
        category(
            xml,
            &one.term,
            &iri(one.scheme.as_deref()).unwrap_or_default(),
            one.label.as_deref().unwrap_or_default(),
        );
    }
}

fn category(xml: &mut Xml, term: &str, scheme: &str, label: &str) {
    if !term.trim().is_empty() {
        xml.empty("category", &[("term", term.trim()), ("scheme", scheme), ("label", label.trim())]);
    }
}

fn text(xml: &mut Xml, entry: &EditionEntry, body: &Body) {
    let html = [("type", "html")];
    xml.optional("summary", &html, body.summary.as_deref());
    xml.optional("content", &html, body.content.as_deref());
    // RFC 4287 §4.1.2: an entry without content must have an alternate link.
    if body.content.is_none() && entry.article.link.is_none() {
        xml.text("content", &[("type", "text")], &title(entry));
    }
}

/// Whose entry it is (RFC 4287 §4.2.11), frozen as it was when the entry was settled.
fn source(xml: &mut Xml, source: &Source) {
    xml.element("source", &[], |xml| {
        xml.optional("id", &[], source_id(source).as_deref());
        xml.optional("title", &[("type", "text")], source.title.as_deref());
        xml.optional("updated", &[], source.updated_at.map(rfc3339).as_deref());
        link(xml, &[("rel", "self"), ("href", &web(source.feed_url.as_deref()).unwrap_or_default())]);
        link(
            xml,
            &[
                ("rel", "alternate"),
                ("type", "text/html"),
                ("href", &web(source.site_url.as_deref()).unwrap_or_default()),
            ],
        );
        xml.optional("icon", &[], web(source.icon.as_deref()).as_deref());
        xml.optional("rights", &[("type", "text")], source.rights.as_deref());
    });
}

/// The feed's own id where it is one (§4.2.6), else an address of it, else a name made of its title: feeds whose address
/// is private have no other.
fn source_id(source: &Source) -> Option<String> {
    let named =
        || Some(format!("urn:headlined:source:{}", encoded(source.title.as_deref()?.trim()).replace('/', "%2F")));
    iri(source.id.as_deref())
        .or_else(|| web(source.feed_url.as_deref()))
        .or_else(|| web(source.site_url.as_deref()))
        .or_else(named)
}

/// Media RSS: the same element in Atom and in RSS.
pub(super) fn media_content(xml: &mut Xml, media: &Media) {
    let number = |number: Option<u64>| number.filter(|n| *n > 0).map(|n| n.to_string()).unwrap_or_default();
    let (width, height, length) =
        (number(media.width.map(u64::from)), number(media.height.map(u64::from)), number(media.length));
    let media_type =
        media.media_type.as_deref().filter(|media_type| is_media_type(Some(media_type))).unwrap_or_default();
    let medium = match media.kind {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
        MediaKind::Other => "",
    };
    let attributes = [
        ("url", media.url.as_str()),
        ("medium", medium),
        ("type", media_type),
        ("fileSize", &length),
        ("width", &width),
        ("height", &height),
    ];
    xml.element("media:content", &attributes, |xml| {
        xml.optional("media:description", &[("type", "plain")], media.caption.as_deref());
        xml.optional("media:credit", &[], media.credit.as_deref());
        if media.kind != MediaKind::Image {
            xml.optional_empty("media:thumbnail", "url", media.thumbnail.as_deref());
        }
    });
}

/// Some readers look only for a thumbnail. It is the picture itself, so that no reader shows two.
pub(super) fn thumbnail(xml: &mut Xml, media: &[Media]) {
    let picture = media.iter().find(|media| media.kind == MediaKind::Image).map(|media| media.url.as_str());
    xml.optional_empty("media:thumbnail", "url", picture);
}

/// Coordinates as a point, names as a name (GeoRSS Simple).
pub(super) fn place(xml: &mut Xml, place: Option<&str>) {
    let is_point = |text: &str| {
        let numbers: Vec<f64> = text.split_whitespace().filter_map(|part| part.parse().ok()).collect();
        text.split_whitespace().count() == 2
            && matches!(numbers[..], [lat, long] if lat.abs() <= 90.0 && long.abs() <= 180.0)
    };
    let name = if place.is_some_and(is_point) { "georss:point" } else { "georss:featureName" };
    xml.optional(name, &[], place);
}

pub(super) fn entry_language(entry: &EditionEntry) -> &str {
    language::tag(entry.article.language.as_deref()).unwrap_or_default()
}
