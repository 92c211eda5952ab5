//! An entry made ready for any format: what [`super::atom`], [`super::rss`] and [`super::json`] print alike, decided once.
//!
//! Each format then only spells it. What is empty, cannot be followed, or would be said twice is already gone.

use super::{
    Addresses, GROUP_SCHEME, SECTION_SCHEME,
    address::{encoded, iri, web},
    body::Body,
    language, pictures, plain,
};
use crate::model::{AlsoReported, Category, Edition, EditionEntry, Media, MediaKind, Person, Source};

/// Words of a text that stand for a missing title.
const TITLE_WORDS: usize = 12;

pub(super) struct Shown<'a> {
    pub(super) entry: &'a EditionEntry,
    pub(super) title: String,
    /// The publisher's page, else the story's.
    pub(super) link: Option<String>,
    /// BCP 47.
    pub(super) language: Option<&'a str>,
    /// Never empty: the byline, else the outlet.
    pub(super) authors: Vec<Person>,
    pub(super) contributors: Vec<Person>,
    /// The operator's groups, the publisher's section, the publisher's own; told apart by scheme.
    pub(super) categories: Vec<Category>,
    pub(super) media: Vec<Media>,
    pub(super) body: Body,
    pub(super) related: Vec<Related>,
    pub(super) origin: Option<Related>,
    pub(super) source: Source,
    pub(super) comments: Option<String>,
    pub(super) license: Option<String>,
}

/// Another outlet's print.
pub(super) struct Related {
    pub(super) outlet: String,
    pub(super) title: String,
    pub(super) link: String,
}

impl<'a> Shown<'a> {
    pub(super) fn of(entry: &'a EditionEntry, addresses: &Addresses<'_>) -> Shown<'a> {
        let fields = &entry.article.fields;
        let html = entry.article.content.as_deref().or(entry.article.summary.as_deref()).unwrap_or_default();
        let media = pictures::shown(&fields.media, html);
        let link = web(entry.article.link.as_deref()).or_else(|| addresses.story(&entry.id));
        Shown {
            entry,
            title: title(entry),
            related: other_pages(entry, link.as_deref()),
            link,
            language: language::tag(entry.article.language.as_deref()),
            authors: authors(entry),
            contributors: fields.contributors.iter().filter_map(named).collect(),
            categories: categories(entry),
            body: Body::of(entry, &media, addresses),
            media,
            origin: entry.origin.as_ref().and_then(related),
            source: source(entry),
            comments: web(fields.comments.as_deref()),
            license: web(fields.license.as_deref()),
        }
    }

    /// Files to download. Pictures are none (podcast apps would take them), nor is anything of unknown type.
    pub(super) fn enclosures(&self) -> impl Iterator<Item = &Media> {
        self.media
            .iter()
            .filter(|media| media.enclosure && media.kind != MediaKind::Image && media.media_type.is_some())
    }

    pub(super) fn picture(&self) -> Option<&Media> {
        self.media.iter().find(|media| media.kind == MediaKind::Image)
    }
}

/// The language of all entries, where they have one in common: a mixed output has none (RULES 5).
pub(super) fn common_language(edition: &Edition) -> Option<&str> {
    let mut languages = edition.entries.iter().map(|entry| language::tag(entry.article.language.as_deref()));
    let first = languages.next()??;
    languages.all(|language| language == Some(first)).then_some(first)
}

/// A reader's list shows the title alone, and an empty one as nothing to click: then the first words stand for it.
pub(super) fn title(entry: &EditionEntry) -> String {
    let article = &entry.article;
    let html = article.summary.as_deref().or(article.content.as_deref()).unwrap_or_default();
    let words = || plain::first_words(&plain::text(html), TITLE_WORDS);
    [plain::folded(&article.title), words(), outlet(entry)]
        .into_iter()
        .find(|title| !title.is_empty())
        .unwrap_or_default()
}

/// The outlets of these copies, each once whatever number of copies it printed, and never the one that the entry is
/// credited to.
pub(super) fn other_outlets<'a>(
    entry: &EditionEntry,
    copies: impl IntoIterator<Item = &'a AlsoReported>,
) -> Vec<&'a AlsoReported> {
    let own = outlet(entry);
    let mut outlets: Vec<&AlsoReported> = Vec::new();
    for copy in copies {
        let is_new = plain::meant(&copy.source) != own && outlets.iter().all(|known| known.source != copy.source);
        if is_new && !copy.source.trim().is_empty() {
            outlets.push(copy);
        }
    }
    outlets
}

/// Readers fall back from entry to source to feed for an author, and some show nothing at all: so there is always one.
fn authors(entry: &EditionEntry) -> Vec<Person> {
    let byline: Vec<_> = entry.article.fields.authors.iter().filter_map(named).collect();
    let outlet = || Person { name: outlet(entry), uri: web(entry.source.site_url.as_deref()), email: None };
    if byline.is_empty() { vec![outlet()] } else { byline }
}

/// Who the entry is credited to.
pub(super) fn outlet(entry: &EditionEntry) -> String {
    let title = entry.source.title.as_deref().map(plain::meant).unwrap_or_default();
    if title.is_empty() { entry.feed.clone() } else { title }
}

fn named(person: &Person) -> Option<Person> {
    let name = plain::meant(&person.name);
    let email = person.email.as_deref().map(str::trim).filter(|email| is_email(email)).map(str::to_owned);
    (!name.is_empty()).then(|| Person { name, email, uri: web(person.uri.as_deref()) })
}

fn is_email(text: &str) -> bool {
    let is_made_of = |part: &str, more: &[u8]| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || more.contains(&b))
    };
    text.split_once('@').is_some_and(|(user, host)| {
        is_made_of(user, b".-_+") && host.contains('.') && host.split('.').all(|label| is_made_of(label, b"-"))
    })
}

fn categories(entry: &EditionEntry) -> Vec<Category> {
    let ours =
        |term: &str, scheme: &str| Category { term: plain::folded(term), scheme: Some(scheme.to_owned()), label: None };
    let groups = entry.groups.iter().map(|group| ours(group, GROUP_SCHEME));
    let section = ours(&entry.article.fields.section.join(" / "), SECTION_SCHEME);
    let publishers = entry.article.fields.categories.iter().map(|category| Category {
        term: plain::meant(&category.term),
        scheme: iri(category.scheme.as_deref()),
        label: category.label.as_deref().map(plain::meant).filter(|label| !label.is_empty()),
    });
    let mut categories: Vec<Category> = Vec::new();
    for one in groups.chain([section]).chain(publishers) {
        if !one.term.is_empty() && !categories.contains(&one) {
            categories.push(one);
        }
    }
    categories
}

/// The pages of copies and other reports, each once: an aggregator's copy leads to the very page of its origin.
fn other_pages(entry: &EditionEntry, own: Option<&str>) -> Vec<Related> {
    let mut pages: Vec<Related> = Vec::new();
    let others = entry.also_reported.iter().chain(&entry.other_reports).chain(&entry.late_copies);
    for copy in others.filter_map(related) {
        if Some(copy.link.as_str()) != own && pages.iter().all(|known| known.link != copy.link) {
            pages.push(copy);
        }
    }
    pages
}

pub(super) fn related(copy: &AlsoReported) -> Option<Related> {
    let title = plain::folded(&copy.title);
    let outlet = Some(plain::meant(&copy.source)).filter(|outlet| !outlet.is_empty());
    Some(Related { outlet: outlet.unwrap_or_else(|| title.clone()), title, link: web(copy.link.as_deref())? })
}

/// Whose entry it is, with what holds up as an address or identifier.
fn source(entry: &EditionEntry) -> Source {
    let named = Source { title: Some(outlet(entry)), ..entry.source.clone() };
    Source {
        id: source_id(&named),
        feed_url: web(named.feed_url.as_deref()),
        site_url: web(named.site_url.as_deref()),
        icon: web(named.icon.as_deref()),
        ..named
    }
}

/// The feed's own id where it is one (RFC 4287 §4.2.6), else an address of it, else a name made of its title: a feed whose
/// address is private has nothing else.
fn source_id(source: &Source) -> Option<String> {
    let made =
        || Some(format!("urn:headlined:source:{}", encoded(source.title.as_deref()?.trim()).replace('/', "%2F")));
    let address = || web(source.feed_url.as_deref()).or_else(|| web(source.site_url.as_deref()));
    iri(source.id.as_deref()).or_else(address).or_else(made)
}

#[cfg(test)]
mod tests;
