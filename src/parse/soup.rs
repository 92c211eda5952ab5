//! What feeds contain, where their markup no longer says it: which open elements a tag surely closes.
//!
//! `tree` asks this for documents in which end tags are missing or do not match.

use super::{names::Space, tree::Open};

/// What an open element is to those rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Holds fields and other containers, none of its own kind.
    Container,
    /// A field of plain text, which never holds markup.
    Short,
    /// A field that may hold naked markup: only what HTML does not know ends it.
    Long,
    Other,
}

const CONTAINERS: &[&str] = &["rss", "feed", "RDF", "channel", "item", "entry", "image"];

const SHORT_FIELDS: &[&str] = &[
    "title",
    "link",
    "guid",
    "id",
    "pubdate",
    "updated",
    "published",
    "issued",
    "modified",
    "created",
    "creator",
    "category",
    "comments",
    "language",
    "copyright",
    "lastbuilddate",
    "date",
    "generator",
    "ttl",
    "docs",
    "subject",
    "managingeditor",
    "webmaster",
    "name",
    "email",
    "uri",
];

const LONG_FIELDS: &[&str] = &["description", "summary", "content", "encoded", "subtitle", "tagline", "rights"];

/// Fields whose names HTML knows too.
const HTML_NAMES: &[&str] = &["title", "link", "summary", "content", "name"];

/// Elements of HTML that have no end.
const VOID: &[&str] =
    &["br", "img", "hr", "input", "meta", "wbr", "area", "base", "col", "embed", "param", "source", "track"];

pub(super) fn role(name: &str) -> Role {
    let name = local(name);
    if is_in(CONTAINERS, name) {
        Role::Container
    } else if is_in(SHORT_FIELDS, name) {
        Role::Short
    } else if is_in(LONG_FIELDS, name) {
        Role::Long
    } else {
        Role::Other
    }
}

pub(super) fn space_of_root(name: &str) -> Space {
    if name.eq_ignore_ascii_case("feed") || name.eq_ignore_ascii_case("entry") { Space::Atom } else { Space::Core }
}

/// The level down to which the start of `name` closes what is open.
pub(super) fn closed_by(open: &[Open<'_>], name: &str) -> usize {
    let from = after_last_container(open);
    match role(name) {
        Role::Container if is_entry(name) => open.iter().position(|known| is_entry(known.name)).unwrap_or(from),
        Role::Short | Role::Long => {
            let closes = |field: &Open<'_>| match field.role {
                Role::Short => true,
                Role::Long => !is_in(HTML_NAMES, local(name)),
                Role::Container | Role::Other => false,
            };
            open[from..].iter().position(closes).map_or(open.len(), |at| from + at)
        }
        Role::Container | Role::Other => open.len(),
    }
}

/// The level that the end tag `name` closes; None if it closes nothing.
pub(super) fn ended_by(open: &[Open<'_>], name: &str) -> Option<usize> {
    let wanted = key(name);
    let found = open.iter().rposition(|known| known.key == wanted && known.name.eq_ignore_ascii_case(name))?;
    // An end tag from inside a field must not close the entry around it.
    (open[found].role == Role::Container || found >= after_last_container(open)).then_some(found)
}

/// In broken naked HTML `<br>` has no end.
pub(super) fn is_void(name: &str, open: &[Open<'_>]) -> bool {
    is_in(VOID, name) && open.iter().any(|known| matches!(known.role, Role::Short | Role::Long))
}

/// Equal for names that differ only in case: comparing the names themselves, hundreds of open elements for each end
/// tag, would take most of the time.
pub(super) fn key(name: &str) -> u32 {
    name.bytes().fold(0, |key: u32, b| key.wrapping_mul(31).wrapping_add(u32::from(b.to_ascii_lowercase())))
}

fn is_entry(name: &str) -> bool {
    is_in(&["item", "entry"], local(name))
}

fn after_last_container(open: &[Open<'_>]) -> usize {
    open.iter().rposition(|known| known.role == Role::Container).map_or(0, |at| at + 1)
}

fn is_in(list: &[&str], name: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(name))
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
