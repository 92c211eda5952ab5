//! What feed-rs drops or misreads, taken from the mended tree.
//!
//! Every field has its row: the elements that may carry it, best first. What no row finds stays as feed-rs gave it.
//! To read one more element, add it to its row.

pub(super) mod links;
mod markup;
mod media;
mod people;
mod places;
pub(super) mod text;

use url::Url;

use self::text::Default as As;
use super::{
    dialect::{self, Dialect},
    names::{
        self,
        Space::{self, *},
    },
    tree::Element,
};
use crate::model::{Category, Entry, ParsedFeed, PollHints, Source, Text};

type Names = &'static [(Space, &'static str)];

const ID: Names = &[(Core, "guid"), (Atom, "id"), (Core, "id"), (Atom, "guid"), (Dc, "identifier")];
const TITLE: Names = &[(Core, "title"), (Atom, "title"), (Dc, "title"), (Media, "title"), (Itunes, "title")];
const PUBLISHED: Names = &[
    (Core, "pubDate"),
    (Atom, "published"),
    (Core, "published"),
    (Atom, "issued"),
    (Core, "issued"),
    (Dc, "issued"),
    (Dc, "date"),
    (Dc, "created"),
    (Atom, "created"),
    (Core, "created"),
    (Core, "date"),
    (Dc, "available"),
    (Dc, "valid"),
];
const UPDATED: Names = &[
    (Atom, "updated"),
    (Core, "updated"),
    (Atom, "modified"),
    (Core, "modified"),
    (Core, "lastBuildDate"),
    (Dc, "modified"),
];
const SUMMARY: Names = &[
    (Core, "description"),
    (Atom, "summary"),
    (Core, "summary"),
    (Dc, "description"),
    (Dc, "abstract"),
    (Itunes, "summary"),
    (Media, "description"),
    (Itunes, "subtitle"),
    (Core, "abstract"),
];
const CONTENT: Names = &[
    (Content, "encoded"),
    (Atom, "content"),
    (Core, "content"),
    (Xhtml, "body"),
    (Xhtml, "div"),
    (Core, "fullitem"),
    (Core, "encoded"),
    (Core, "body"),
];
const SUBTITLE: Names = &[
    (Core, "description"),
    (Atom, "subtitle"),
    (Core, "subtitle"),
    (Dc, "description"),
    (Itunes, "summary"),
    (Itunes, "subtitle"),
    (Atom, "tagline"),
    (Atom, "info"),
    (Core, "abstract"),
];
const MEDIA_TEXT: Names = &[(Media, "description"), (Media, "text")];
const RIGHTS: Names = &[
    (Core, "copyright"),
    (Atom, "rights"),
    (Core, "rights"),
    (Dc, "rights"),
    (Atom, "copyright"),
    (Media, "copyright"),
];
const LANGUAGE: Names = &[(Dc, "language"), (Core, "language")];
const ICON: Names = &[(Atom, "icon"), (Core, "icon")];
const LOGO: Names = &[(Atom, "logo"), (Core, "logo")];
const LICENSE: Names = &[(CreativeCommons, "license"), (CreativeCommons, "licence")];

/// Fields that are taken from one element, with the elements that may carry them.
const FIELDS: &[(&str, Names)] = &[
    ("id", ID),
    ("title", TITLE),
    ("published", PUBLISHED),
    ("updated", UPDATED),
    ("summary", SUMMARY),
    ("content", CONTENT),
    ("language", LANGUAGE),
];

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

/// More people, categories or media than any honest entry has; each list is searched for what it has already.
const MAX_LISTED: usize = 250;

/// What holds for everything inside an element.
#[derive(Clone)]
struct Surroundings {
    base: Option<Url>,
    /// The base is an `xml:base`, not merely the document's address.
    is_declared: bool,
    language: Option<String>,
}

impl Surroundings {
    fn inside(&self, element: Element<'_, '_>) -> Self {
        let language = element.value("xml:lang").or_else(|| self.language.clone());
        let declared = links::base_of(element, self.base.as_ref());
        Self {
            is_declared: self.is_declared || declared.is_some(),
            base: declared.or_else(|| self.base.clone()),
            language,
        }
    }
}

/// Completes `feed` from the document's tree. Its entries, if any, are the tree's in the same order.
pub(super) fn complete(feed: &mut ParsedFeed, root: Element<'_, '_>, dialect: Dialect, base: Option<&Url>) {
    let top = Surroundings { base: base.cloned(), is_declared: false, language: None }.inside(root);
    let entries = dialect::entries(root);
    if feed.entries.len() != entries.len() {
        feed.entries = vec![Entry::default(); entries.len()];
    }
    let about = dialect::about(root);
    let around = if about.id == root.id { top } else { top.inside(about) };
    if root.name() != "entry" {
        describe(feed, root, about, dialect, &around);
    }
    let around = Surroundings { language: feed.language.clone().or(around.language), ..around };
    for (entry, element) in feed.entries.iter_mut().zip(entries) {
        complete_entry(entry, element, dialect, &around);
    }
}

fn describe(
    feed: &mut ParsedFeed,
    root: Element<'_, '_>,
    about: Element<'_, '_>,
    dialect: Dialect,
    around: &Surroundings,
) {
    let default = if dialect == Dialect::Atom { As::Text } else { As::Guess };
    let texts = if dialect == Dialect::Atom { As::Text } else { As::Html };
    replace(&mut feed.id, trimmed(about, ID).or_else(|| about.value("rdf:about")));
    replace(&mut feed.title, read(about, TITLE, default, around));
    replace(&mut feed.description, read(about, SUBTITLE, texts, around));
    replace(&mut feed.rights, read(about, RIGHTS, default, around));
    replace(&mut feed.published, trimmed(about, PUBLISHED));
    replace(&mut feed.updated, trimmed(about, UPDATED).or_else(|| about.value("lastmod")));
    replace(&mut feed.language, trimmed(about, LANGUAGE).or_else(|| around.language.clone()));
    let links = links::of_feed(about, around.base.as_ref());
    if !links.is_empty() {
        feed.links = links;
    }
    let image = media::feed_image(about).or_else(|| media::feed_image(root));
    let image = image.or_else(|| trimmed(about, LOGO)).map(|image| links::absolute(&image, around.base.as_ref()));
    replace(&mut feed.image, image);
    replace(&mut feed.icon, trimmed(about, ICON).map(|icon| links::absolute(&icon, around.base.as_ref())));
    feed.authors = people::of_feed(about, around.base.as_ref());
    feed.categories = categories(about);
    feed.hints = hints(about);
    feed.headlined_instance = about.child(Headlined, "instance").and_then(Element::trimmed);
    feed.license = license(about, around.base.as_ref());
    feed.noindex = is_noindex(about);
}

fn complete_entry(entry: &mut Entry, element: Element<'_, '_>, dialect: Dialect, around: &Surroundings) {
    let around = &around.inside(element);
    let base = around.base.as_ref();
    let title_as = if dialect == Dialect::Atom { As::Text } else { As::Guess };
    let body_as = if dialect == Dialect::Atom { As::Text } else { As::Html };
    entry.id = trimmed(element, ID).or_else(|| element.value("rdf:about"));
    entry.original_id = element.child(Headlined, "original-id").and_then(Element::trimmed);
    replace(&mut entry.title, read(element, TITLE, title_as, around));
    keep_or_read(&mut entry.summary, element, SUMMARY, body_as, around);
    keep_or_read(&mut entry.content, element, CONTENT, body_as, around);
    if entry.summary.is_none() && entry.content.is_none() {
        // A film's entry may say all it says inside of the medium.
        let inside =
            element.elements().filter(|child| matches!((child.space(), child.name()), (Media, "group" | "content")));
        entry.summary = inside.filter_map(|medium| read(medium, MEDIA_TEXT, As::Guess, around)).next();
    }
    replace(&mut entry.rights, read(element, RIGHTS, title_as, around));
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
    entry.source = source(element, base);
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

/// The first of these children that says anything.
fn first<'t, 'a>(parent: Element<'t, 'a>, names: Names) -> Option<Element<'t, 'a>> {
    let found =
        |(space, name): &(Space, &str)| parent.elements().find(|child| child.is(*space, name) && !child.is_blank());
    names.iter().find_map(found)
}

fn trimmed(parent: Element<'_, '_>, names: Names) -> Option<String> {
    first(parent, names)?.trimmed()
}

fn read(parent: Element<'_, '_>, names: Names, default: As, around: &Surroundings) -> Option<Text> {
    let element = first(parent, names)?;
    let own = around.inside(element);
    // Atom says what its texts are wherever it stands; the default of RSS is not its own.
    let default = if element.space() == Atom { As::Text } else { default };
    let mut text = text::read(element, default, own.base.as_ref())?;
    text.language = element.value("xml:lang");
    text.base = own.base.filter(|_| element.value("xml:base").is_some()).map(Url::into);
    Some(text)
}

/// Bodies are long: where feed-rs surely read the same element the same way, its string is kept.
fn keep_or_read(field: &mut Option<Text>, parent: Element<'_, '_>, names: Names, default: As, around: &Surroundings) {
    let simple = first(parent, names).is_some_and(|element| {
        default == As::Html
            && (element.is(Core, "description") || element.is(Content, "encoded"))
            && !element.has_markup()
            && element.attributes().next().is_none()
    });
    if field.is_none() || !simple {
        *field = read(parent, names, default, around);
    }
}

fn categories(parent: Element<'_, '_>) -> Vec<Category> {
    let mut found: Vec<Category> = Vec::new();
    let mut add = |category: Category| {
        if found.len() < MAX_LISTED
            && !category.term.is_empty()
            && !found.iter().any(|known| known.term == category.term && known.scheme == category.scheme)
        {
            found.push(category);
        }
    };
    for child in parent.elements() {
        match (child.space(), child.name()) {
            (Core | Atom | Media, "category") => add(category(child)),
            (Dc, "subject") => add(plain_category(&child.text())),
            (Itunes, "category") => itunes_categories(child, &mut add),
            (Itunes | Media | Core, "keywords") => {
                child.text().split([',', ';']).for_each(|word| add(plain_category(word)))
            }
            _ => {}
        }
    }
    found
}

fn plain_category(term: &str) -> Category {
    Category { term: term.split_whitespace().collect::<Vec<_>>().join(" "), ..Category::default() }
}

fn category(element: Element<'_, '_>) -> Category {
    let term = element.value("term").unwrap_or_else(|| plain_category(&element.text()).term);
    let scheme = element.value("scheme").or_else(|| element.value("domain"));
    Category { term, scheme, label: element.value("label") }
}

fn itunes_categories(element: Element<'_, '_>, add: &mut impl FnMut(Category)) {
    add(plain_category(&element.value("text").unwrap_or_default()));
    element
        .elements()
        .filter(|child| child.is(Itunes, "category"))
        .for_each(|child| itunes_categories(child, &mut *add));
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
        let mut links = parent.elements().filter(|child| child.space() == Atom && child.name() == "link");
        links.find(|link| link.attribute("rel").as_deref() == Some("license"))?.value("href")
    };
    named.or_else(linked).map(|address| links::absolute(&address, base))
}

fn first_of<'t, 'a>(parent: Element<'t, 'a>, names: Names) -> Option<Element<'t, 'a>> {
    parent.elements().find(|child| names.iter().any(|(space, name)| child.is(*space, name)))
}

/// The publisher asks to stay out of public places (RULES 4).
fn is_noindex(parent: Element<'_, '_>) -> bool {
    parent.elements().any(|child| match (child.space(), child.name()) {
        (Access, "restriction") => child.attribute("relationship").as_deref() == Some("deny"),
        (Xhtml, "meta") => {
            let names_robots = child.attribute("name").is_some_and(|name| name.eq_ignore_ascii_case("robots"));
            names_robots
                && child.attribute("content").is_some_and(|content| content.to_ascii_lowercase().contains("noindex"))
        }
        _ => false,
    })
}

const DAYS: &[&str] = &["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

fn hints(about: Element<'_, '_>) -> PollHints {
    let text = |space, name| about.child(space, name).and_then(Element::trimmed);
    let list = |name, item: &'static str| {
        let holder = about.child(Core, name).into_iter().flat_map(Element::elements);
        holder.filter(move |child| child.name() == item).filter_map(Element::trimmed)
    };
    let day = |day: String| DAYS.iter().position(|known| known.eq_ignore_ascii_case(&day)).map(|at| at as u8);
    let period = match text(Syndication, "updatePeriod").as_deref() {
        Some("hourly") => Some(3_600),
        Some("daily") => Some(86_400),
        Some("weekly") => Some(7 * 86_400),
        Some("monthly") => Some(30 * 86_400),
        Some("yearly") => Some(365 * 86_400),
        _ => None,
    };
    let frequency =
        text(Syndication, "updateFrequency").and_then(|times| times.parse::<u32>().ok()).unwrap_or(1).max(1);
    PollHints {
        ttl_minutes: text(Core, "ttl").and_then(|minutes| minutes.parse().ok()),
        // 24 is what some write for midnight.
        skip_hours: list("skipHours", "hour")
            .filter_map(|hour| hour.parse::<u8>().ok())
            .filter(|hour| *hour <= 24)
            .map(|hour| hour % 24)
            .collect(),
        skip_days: list("skipDays", "day").filter_map(day).collect(),
        update_period_seconds: period.map(|seconds: u32| seconds / frequency),
    }
}
