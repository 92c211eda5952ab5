//! Every field's row: the elements that may carry it, best first.

use url::Url;

use super::{
    Surroundings,
    text::{self, Default as As},
};
use crate::{
    model::Text,
    parse::{
        names::Space::{self, *},
        tree::Element,
    },
};

pub(super) type Names = &'static [(Space, &'static str)];

pub(super) const ID: Names = &[(Core, "guid"), (Atom, "id"), (Core, "id"), (Atom, "guid"), (Dc, "identifier")];
pub(super) const TITLE: Names = &[(Core, "title"), (Atom, "title"), (Dc, "title"), (Media, "title"), (Itunes, "title")];
pub(super) const PUBLISHED: Names = &[
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
pub(super) const UPDATED: Names = &[
    (Atom, "updated"),
    (Core, "updated"),
    (Atom, "modified"),
    (Core, "modified"),
    (Core, "lastBuildDate"),
    (Dc, "modified"),
];
pub(super) const SUMMARY: Names = &[
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
pub(super) const CONTENT: Names = &[
    (Content, "encoded"),
    (Atom, "content"),
    (Core, "content"),
    (Xhtml, "body"),
    (Xhtml, "div"),
    (Core, "fullitem"),
    (Core, "encoded"),
    (Core, "body"),
];
pub(super) const SUBTITLE: Names = &[
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
pub(super) const MEDIA_TEXT: Names = &[(Media, "description"), (Media, "text")];
pub(super) const RIGHTS: Names = &[
    (Core, "copyright"),
    (Atom, "rights"),
    (Core, "rights"),
    (Dc, "rights"),
    (Atom, "copyright"),
    (Media, "copyright"),
];
pub(super) const LANGUAGE: Names = &[(Dc, "language"), (Core, "language")];
pub(super) const ICON: Names = &[(Atom, "icon"), (Core, "icon")];
pub(super) const LOGO: Names = &[(Atom, "logo"), (Core, "logo")];
pub(super) const LICENSE: Names = &[(CreativeCommons, "license"), (CreativeCommons, "licence")];

/// Fields that are taken from one element, with the elements that may carry them.
pub(super) const FIELDS: &[(&str, Names)] = &[
    ("id", ID),
    ("title", TITLE),
    ("published", PUBLISHED),
    ("updated", UPDATED),
    ("summary", SUMMARY),
    ("content", CONTENT),
    ("language", LANGUAGE),
];

/// The first of these children that says anything.
pub(super) fn first<'t, 'a>(parent: Element<'t, 'a>, names: Names) -> Option<Element<'t, 'a>> {
    // Most vocabularies are absent from most entries: their names need no search.
    let present = parent.spaces();
    let mut names = names.iter().filter(|(space, _)| present & space.bit() != 0);
    names.find_map(|(space, name)| parent.elements().find(|child| child.is(*space, name) && !child.is_blank()))
}

pub(super) fn trimmed(parent: Element<'_, '_>, names: Names) -> Option<String> {
    first(parent, names)?.trimmed()
}

pub(super) fn read(parent: Element<'_, '_>, names: Names, default: As, around: &Surroundings) -> Option<Text> {
    let element = first(parent, names)?;
    let own = around.inside(element);
    // Atom says what its texts are wherever it stands; the default of RSS is not its own.
    let default = if element.space() == Atom { As::Text } else { default };
    let mut text = text::read(element, default, own.base.as_ref())?;
    if element.has_attributes() {
        text.language = element.value("xml:lang");
        text.base = own.base.as_ref().filter(|_| element.value("xml:base").is_some()).map(Url::to_string);
    }
    Some(text)
}
