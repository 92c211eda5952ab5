//! What feed-rs drops or misreads, taken from the mended tree.
//!
//! Every field has its row: the elements that may carry it, best first. What no row finds stays as feed-rs gave it.
//! To read one more element, add it to its row.

mod categories;
mod feed;
mod fields;
pub(super) mod links;
mod markup;
mod media;
mod people;
mod places;
pub(super) mod text;

use std::borrow::Cow;

use url::Url;

use self::{categories::categories, feed::describe, fields::*, text::Default as As};
use super::{
    dialect::{self, Dialect},
    names::{self, Space::*},
    tree::Element,
};
use crate::model::{Entry, ParsedFeed, Source};

/// A field's name with the element that it was taken from.
pub type Origins = Vec<(&'static str, String)>;

pub(super) fn origins(entry: Element<'_, '_>) -> Origins {
    let named = |element: Element<'_, '_>| names::qualified(element.space(), element.name());
    let single = FIELDS.iter().filter_map(|(field, names)| Some((*field, named(first(entry, names)?))));
    let link = links::origin(entry).map(|origin| ("link", origin));
    let authors = people::origin(entry).map(|element| ("authors", named(element)));
    let media = media::origin(entry).map(|element| ("media", named(element)));
    single.chain(link).chain(authors).chain(media).collect()
}

/// More people, categories, links or media than any honest entry has; each list is searched for what it has already.
const MAX_LISTED: usize = 250;
/// The entries of a document together list so many things, or one for so many bytes.
const MAX_UNBOUNDED: usize = 1_500;
const BYTES_OF_A_THING: usize = 128;
const FEW: usize = 4;

/// What holds for everything inside an element.
#[derive(Clone)]
struct Surroundings {
    base: Option<Url>,
    /// The base is an `xml:base`, not merely the document's address.
    is_declared: bool,
    language: Option<String>,
}

/// No language tag is longer; what holds for a whole document is copied into every entry.
const MAX_TAG: usize = 64;

pub(super) fn is_short_tag(tag: &str) -> bool {
    tag.len() <= MAX_TAG
}

impl Surroundings {
    fn inside(&self, element: Element<'_, '_>) -> Cow<'_, Self> {
        if !element.has_attributes() {
            return Cow::Borrowed(self);
        }
        let language = element.value("xml:lang").filter(|tag| is_short_tag(tag)).or_else(|| self.language.clone());
        let declared = links::base_of(element, self.base.as_ref());
        Cow::Owned(Self {
            is_declared: self.is_declared || declared.is_some(),
            base: declared.or_else(|| self.base.clone()),
            language,
        })
    }
}

/// Completes `feed` from the tree of a document of so many bytes. Its entries, if any, are the tree's in the same order.
pub(super) fn complete(
    feed: &mut ParsedFeed,
    root: Element<'_, '_>,
    dialect: Dialect,
    base: Option<&Url>,
    bytes: usize,
) {
    let outside = Surroundings { base: base.cloned(), is_declared: false, language: None };
    let top = outside.inside(root);
    let entries = dialect::entries(root);
    if feed.entries.len() != entries.len() {
        feed.entries = vec![Entry::default(); entries.len()];
    }
    let about = dialect::about(root);
    let around = if about.id == root.id { top.clone() } else { top.inside(about) };
    if root.name() != "entry" {
        describe(feed, root, about, dialect, &around);
    }
    let language = feed.language.clone().filter(|tag| is_short_tag(tag));
    let around = around.into_owned();
    let around = Surroundings { language: language.or(around.language), ..around };
    let mut room = MAX_UNBOUNDED + bytes / BYTES_OF_A_THING;
    for (entry, element) in feed.entries.iter_mut().zip(entries) {
        complete_entry(entry, element, dialect, &around);
        bound_lists(entry, &mut room);
    }
}

/// Each thing in a list takes ten times the bytes that it has at least in the document: where there are more of them
/// than any feed has for its size, entries keep few.
fn bound_lists(entry: &mut Entry, room: &mut usize) {
    fn bound<T>(list: &mut Vec<T>, most: usize) {
        list.truncate(most);
        // A short list wastes little.
        if list.capacity() > FEW {
            list.shrink_to_fit();
        }
    }
    let listed = entry.links.len() + entry.media.len() + entry.categories.len() + entry.authors.len();
    let left = room.checked_sub(listed + entry.contributors.len());
    *room = left.unwrap_or(*room);
    let most = if left.is_some() { MAX_LISTED } else { FEW };
    bound(&mut entry.links, most);
    bound(&mut entry.media, most);
    bound(&mut entry.categories, most);
    bound(&mut entry.authors, most);
    bound(&mut entry.contributors, most);
}

fn complete_entry(entry: &mut Entry, element: Element<'_, '_>, dialect: Dialect, around: &Surroundings) {
    let around = around.inside(element);
    let around = around.as_ref();
    let base = around.base.as_ref();
    let title_as = if dialect == Dialect::Atom { As::Text } else { As::Guess };
    let body_as = if dialect == Dialect::Atom { As::Text } else { As::Html };
    entry.id = trimmed(element, ID).or_else(|| element.value("rdf:about"));
    entry.original_id = element.child(Headlined, "original-id").and_then(Element::trimmed);
    replace(&mut entry.title, read(element, TITLE, title_as, around));
    entry.summary = read(element, SUMMARY, body_as, around);
    entry.content = read(element, CONTENT, body_as, around);
    if entry.summary.is_none() && entry.content.is_none() {
        // A film's entry may say all it says inside of the medium.
        let inside =
            element.elements().filter(|child| matches!((child.space(), child.name()), (Media, "group" | "content")));
        entry.summary = inside.filter_map(|medium| read(medium, MEDIA_TEXT, As::Guess, around)).next();
    }
    replace(&mut entry.rights, read(element, RIGHTS, title_as, around).map(Box::new));
    replace(&mut entry.published, trimmed(element, PUBLISHED));
    replace(&mut entry.updated, trimmed(element, UPDATED).or_else(|| element.value("lastmod")));
    let links = links::of_entry(element, base);
    if !links.is_empty() {
        entry.links = links;
    }
    entry.media = media::of_entry(element, base);
    entry.authors = people::authors(element, base);
    entry.contributors = people::contributors(element, base);
    entry.categories = categories(element);
    entry.source = source(element, base).map(Box::new);
    entry.language = trimmed(element, LANGUAGE).or_else(|| around.language.clone());
    entry.base = around.base.as_ref().filter(|_| around.is_declared).map(Url::to_string);
    entry.comments =
        element.child(Core, "comments").and_then(Element::trimmed).map(|link| links::absolute(&link, base));
    entry.place = places::of_entry(element);
    entry.license = license(element, base);
    entry.noindex = is_noindex(element);
}

fn replace<T>(field: &mut Option<T>, found: Option<T>) {
    if found.is_some() {
        *field = found;
    }
}

/// `atom:source` or RSS `source`: whom the entry is credited to.
fn source(entry: Element<'_, '_>, base: Option<&Url>) -> Option<Source> {
    let element =
        entry.elements().find(|child| matches!(child.space(), Core | Atom | Dc) && child.name() == "source")?;
    if !element.has_markup() {
        let title = element.trimmed();
        let feed_url = element.value("url").map(|url| links::absolute(&url, base));
        return (title.is_some() || feed_url.is_some()).then(|| Source { title, feed_url, ..Source::default() });
    }
    let links = links::of_feed(element, links::base_of(element, base).as_ref().or(base));
    let link = |wanted: &str| {
        links.iter().find(|link| link.rel.as_deref().unwrap_or("alternate") == wanted).map(|link| link.href.clone())
    };
    let plain = |names: Names| {
        let text = text::read(first(element, names)?, As::Text, None)?;
        Some(crate::html::plain_text(&text))
    };
    Some(Source {
        id: trimmed(element, ID),
        title: plain(TITLE),
        feed_url: link("self"),
        site_url: link("alternate"),
        updated_at: trimmed(element, UPDATED)
            .and_then(|date| crate::dates::read(&date, &crate::dates::Hints::default())),
        rights: plain(RIGHTS),
        icon: trimmed(element, ICON).map(|icon| links::absolute(&icon, base)),
    })
}

fn license(parent: Element<'_, '_>, base: Option<&Url>) -> Option<String> {
    let named = first_of(parent, LICENSE).and_then(|element| element.trimmed().or_else(|| element.value("resource")));
    let linked = || {
        if !parent.may_have(&[Atom]) {
            return None;
        }
        let mut links = parent.elements().filter(|child| child.space() == Atom && child.name() == "link");
        links.find(|link| link.attribute("rel").as_deref() == Some("license"))?.value("href")
    };
    named.or_else(linked).map(|address| links::absolute(&address, base))
}

fn first_of<'t, 'a>(parent: Element<'t, 'a>, names: Names) -> Option<Element<'t, 'a>> {
    names.iter().find(|(space, _)| parent.may_have(&[*space]))?;
    parent.elements().find(|child| names.iter().any(|(space, name)| child.is(*space, name)))
}

/// The publisher asks to stay out of public places (RULES 4).
fn is_noindex(parent: Element<'_, '_>) -> bool {
    parent.may_have(&[Access, Xhtml])
        && parent.elements().any(|child| match (child.space(), child.name()) {
            (Access, "restriction") => child.attribute("relationship").as_deref() == Some("deny"),
            (Xhtml, "meta") => {
                let names_robots = child.attribute("name").is_some_and(|name| name.eq_ignore_ascii_case("robots"));
                names_robots
                    && child
                        .attribute("content")
                        .is_some_and(|content| content.to_ascii_lowercase().contains("noindex"))
            }
            _ => false,
        })
}
