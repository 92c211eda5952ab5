//! Links, and the bases that make them absolute.

use url::Url;

use super::MAX_LISTED;
pub(in crate::parse) use crate::address::absolute;
use crate::{
    address,
    model::Link,
    parse::{
        names::{self, Space},
        tree::Element,
    },
};

/// The base that this element itself declares, resolved against the one around it.
pub(super) fn base_of(element: Element<'_, '_>, around: Option<&Url>) -> Option<Url> {
    let declared = element.value("xml:base")?;
    let base = match around {
        Some(around) => around.join(&declared).ok(),
        None => Url::parse(&declared).ok(),
    };
    base.and_then(address::base)
}

pub(super) fn of_feed(about: Element<'_, '_>, base: Option<&Url>) -> Vec<Link> {
    let mut links: Vec<Link> = about.elements().filter_map(|child| link(child, base)).take(MAX_LISTED).collect();
    if !links.iter().any(is_page) {
        // CDF has it on the channel itself; an Atom id may be an address.
        let id = || about.child(Space::Atom, "id")?.trimmed().filter(|id| is_address(id));
        let found = about.value("href").map(|href| absolute(&href, base)).or_else(id);
        links.extend(found.map(|href| Link { href, ..Link::default() }));
    }
    links
}

pub(super) fn of_entry(entry: Element<'_, '_>, base: Option<&Url>) -> Vec<Link> {
    let mut links: Vec<Link> = entry.elements().filter_map(|child| link(child, base)).take(MAX_LISTED).collect();
    if let Some(origin) = entry.child(Space::FeedBurner, "origLink").and_then(Element::trimmed) {
        links.push(Link { href: origin, rel: Some("canonical".to_owned()), ..Link::default() });
    }
    if !links.iter().any(is_page) {
        let about = || {
            entry
                .value("rdf:about")
                .or_else(|| entry.child(Space::Atom, "id")?.trimmed())
                .filter(|about| is_address(about))
        };
        let found = permalink(entry, base).or_else(about).or_else(|| Some(absolute(&entry.value("href")?, base)));
        links.extend(found.map(|href| Link { href, ..Link::default() }));
    }
    if links.is_empty() {
        // Better the page of its comments than none.
        let is_of_comments = |child: &Element<'_, '_>| {
            matches!((child.space(), child.name()), (Space::Core, "comments") | (Space::Wfw, "commentRss"))
        };
        let found = entry.elements().filter(is_of_comments).filter_map(Element::trimmed);
        links.extend(found.map(|href| Link { href, ..Link::default() }).take(MAX_LISTED));
    }
    links
}

/// What gives the entry its link.
pub(super) fn origin(entry: Element<'_, '_>) -> Option<String> {
    let gives_page = |child: &Element<'_, '_>| link(*child, None).is_some_and(|link| is_page(&link));
    if entry.child(Space::FeedBurner, "origLink").is_some() {
        return Some("feedburner:origLink".to_owned());
    }
    let page = entry.elements().find(gives_page).map(|child| names::qualified(child.space(), child.name()));
    let guid = || permalink(entry, None).map(|_| "guid".to_owned());
    page.or_else(guid).or_else(|| entry.value("rdf:about").map(|_| "rdf:about".to_owned()))
}

/// A guid is an address unless it says that it is none.
fn permalink(entry: Element<'_, '_>, base: Option<&Url>) -> Option<String> {
    let guid = entry.elements().find(|child| child.space() == Space::Core && child.name() == "guid")?;
    let denied = guid.attribute("isPermaLink").is_some_and(|value| value.trim().eq_ignore_ascii_case("false"));
    let says_so = guid.attribute("isPermaLink").is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
    let value = guid.trimmed()?;
    (!denied && (says_so || is_address(&value))).then(|| absolute(&value, base))
}

fn is_page(link: &Link) -> bool {
    link.rel.as_deref().unwrap_or("alternate") == "alternate"
}

fn is_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https" | "ftp"))
}

fn link(element: Element<'_, '_>, base: Option<&Url>) -> Option<Link> {
    if element.name() != "link" || !matches!(element.space(), Space::Core | Space::Atom | Space::Xhtml) {
        return None;
    }
    let own = base_of(element, base);
    let base = own.as_ref().or(base);
    let href = element.value("href").or_else(|| element.trimmed())?;
    Some(Link {
        href: absolute(&href, base),
        rel: element.value("rel"),
        media_type: element.value("type"),
        title: element.value("title"),
        hreflang: element.value("hreflang"),
        length: element.value("length").and_then(|length| length.parse().ok()),
    })
}
