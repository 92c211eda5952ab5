//! Odd vocabularies to the dialects that feed-rs reads. Broken markup is mended before this, by `scan` and `tree`.
//!
//! Each repair is one row of `REPAIRS`: to add the next, write a function that says whether it changed the tree.

use std::collections::HashSet;

use super::{
    dialect::{self, Dialect},
    names::Space,
    soup,
    tree::{Element, NodeId, Tree},
};
use crate::address;

struct Repair {
    name: &'static str,
    /// What the publisher should mend.
    advice: &'static str,
    /// Mends the tree; false if there was nothing to mend.
    mend: fn(&mut Tree<'_>, Dialect) -> bool,
}

const REPAIRS: &[Repair] = &[
    Repair { name: "unfinished entry", advice: "send the whole document", mend: drop_unfinished_fields },
    Repair {
        name: "root of another document",
        advice: "make <rss>, <rdf:RDF> or <feed> the root element",
        mend: unwrap_root,
    },
    Repair { name: "channel without rss", advice: "put the channel into an <rss> element", mend: wrap_channel },
    Repair {
        name: "rss without channel",
        advice: "put title and items into a <channel> element",
        mend: insert_channel,
    },
    Repair {
        name: "items outside the channel",
        advice: "put items where this version of RSS has them",
        mend: gather_items,
    },
    Repair {
        name: SURPLUS,
        advice: "list the newest entries only, the others in archive documents (RFC 5005)",
        mend: drop_surplus_entries,
    },
    Repair { name: "RSS version", advice: "say version=\"2.0\"", mend: set_version },
    Repair { name: "Atom 0.3", advice: "move to Atom 1.0", mend: rename_old_atom },
    Repair { name: "RSS 1.0 item without link", advice: "give every item a link", mend: turn_to_rss2 },
    Repair { name: "empty media element", advice: "leave out media elements that say nothing", mend: drop_empty_media },
    Repair { name: "unknown type of text", advice: "say type text, html or xhtml", mend: has_unknown_type },
    Repair { name: "unusable base address", advice: "make xml:base an address", mend: drop_bad_bases },
];

/// The name of the repair that leaves entries out.
pub(super) const SURPLUS: &str = "more entries than are read";

/// A hundred times what a news feed lists; the first ones are kept, which are the newest wherever there is an order.
const MAX_ENTRIES: usize = 5_000;
/// Beyond so many, entries are smaller than any honest ones, and each of them takes a thousand bytes.
const MAX_SMALL_ENTRIES: usize = 1_000;
const BYTES_OF_AN_ENTRY: usize = 400;

/// The entries that are read of a document of so many bytes.
pub(super) fn most_entries(bytes: usize) -> usize {
    MAX_ENTRIES.min(MAX_SMALL_ENTRIES + bytes / BYTES_OF_AN_ENTRY)
}

/// Mends what the document's dialect needs; the names of the repairs made.
pub(super) fn mend(tree: &mut Tree<'_>, dialect: Dialect) -> Vec<&'static str> {
    let mut made = Vec::new();
    for repair in REPAIRS {
        if (repair.mend)(tree, dialect) {
            made.push(repair.name);
        }
    }
    made
}

#[cfg(test)]
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    REPAIRS.iter().map(|repair| repair.name)
}

/// What the publisher should do about the repair of this name.
pub(super) fn advice(name: &str) -> Option<&'static str> {
    REPAIRS.iter().find(|repair| repair.name == name).map(|repair| repair.advice)
}

fn root_id(tree: &Tree<'_>) -> Option<NodeId> {
    tree.root().map(|root| root.id)
}

/// A document that was cut off: of its last entry, only what was complete is true.
fn drop_unfinished_fields(tree: &mut Tree<'_>, _: Dialect) -> bool {
    let unfinished = tree.unfinished.clone();
    let Some(at) = unfinished.iter().position(|&id| dialect::is_entry(tree.element(id))) else { return false };
    let (entry, field) = (unfinished[at], unfinished.get(at + 1).copied());
    let long = field.is_some_and(|id| matches!(soup::role(tree.element(id).name()), soup::Role::Long));
    if let Some(field) = field.filter(|_| !long) {
        tree.remove_children(entry, |child| child.id == field);
    }
    if !tree.element(entry).has_markup()
        && let Some(parent) = at.checked_sub(1).map(|above| unfinished[above])
    {
        tree.remove_children(parent, |child| child.id == entry);
    }
    true
}

/// A feed inside some other root, or after some other element.
fn unwrap_root(tree: &mut Tree<'_>, _: Dialect) -> bool {
    let Some(found) = dialect::feed_root(tree).map(|root| root.id) else { return false };
    if root_id(tree) == Some(found) {
        return false;
    }
    tree.set_root(found);
    true
}

fn wrap_channel(tree: &mut Tree<'_>, _: Dialect) -> bool {
    let Some(root) = tree.root().filter(|root| matches!(root.name(), "channel" | "item")).map(|root| root.id) else {
        return false;
    };
    let rss = tree.create(Space::Core, "rss");
    tree.append(rss, root);
    tree.set_root(rss);
    true
}

fn insert_channel(tree: &mut Tree<'_>, dialect: Dialect) -> bool {
    let Some(root) = tree.root().filter(|_| dialect == Dialect::Rss) else { return false };
    if root.elements().any(|child| child.name() == "channel") {
        return false;
    }
    let (root, children): (_, Vec<NodeId>) = (root.id, root.elements().map(|child| child.id).collect());
    let channel = tree.create(Space::Core, "channel");
    tree.set_children(channel, &children);
    tree.set_children(root, &[channel]);
    true
}

/// RSS has its items in the channel, RSS 1.0 beside it.
fn gather_items(tree: &mut Tree<'_>, dialect: Dialect) -> bool {
    let Some(root) = tree.root() else { return false };
    let Some(channel) = root.elements().find(|child| child.name() == "channel") else { return false };
    let (from, to) = match dialect {
        Dialect::Rss => (root.id, channel.id),
        Dialect::Rdf => (channel.id, root.id),
        Dialect::Atom => return false,
    };
    let lost: Vec<NodeId> =
        tree.element(from).elements().filter(|child| is_misplaced(*child, dialect)).map(|child| child.id).collect();
    if lost.is_empty() {
        return false;
    }
    tree.remove_children(from, |child| is_misplaced(child, dialect));
    for id in lost {
        tree.append(to, id);
    }
    true
}

fn drop_surplus_entries(tree: &mut Tree<'_>, _: Dialect) -> bool {
    let Some(root) = tree.root() else { return false };
    let channels = root.elements().filter(|child| child.name() == "channel").map(|channel| channel.id);
    let holders = [root.id].into_iter().chain(channels);
    let holders: Vec<NodeId> = holders.collect();
    let surplus: HashSet<NodeId> =
        dialect::entries(root).iter().skip(most_entries(tree.bytes)).map(|entry| entry.id).collect();
    if surplus.is_empty() {
        return false;
    }
    for holder in holders {
        tree.remove_children(holder, |child| surplus.contains(&child.id));
    }
    true
}

fn is_misplaced(child: Element<'_, '_>, dialect: Dialect) -> bool {
    dialect::is_entry(child) || dialect == Dialect::Rss && child.is(Space::Core, "image")
}

/// feed-rs reads 2.0, 0.91 and 0.92; the others differ from them in nothing that it reads.
fn set_version(tree: &mut Tree<'_>, dialect: Dialect) -> bool {
    let Some(root) = tree.root().filter(|_| dialect == Dialect::Rss) else { return false };
    if root.is(Space::Core, "rss") && matches!(root.attribute("version").as_deref(), Some("2.0" | "0.91" | "0.92")) {
        return false;
    }
    let root = root.id;
    tree.rename(root, Space::Core, "rss");
    tree.set_attribute(root, "version", "2.0");
    true
}

/// Old name, new name.
const OLD_ATOM: &[(&str, &str)] = &[
    ("tagline", "subtitle"),
    ("modified", "updated"),
    ("issued", "published"),
    ("copyright", "rights"),
    ("guid", "id"),
    ("pubDate", "published"),
    ("description", "summary"),
];

/// Atom 0.3, and the names of RSS in Atom.
fn rename_old_atom(tree: &mut Tree<'_>, dialect: Dialect) -> bool {
    let Some(root) = tree.root().filter(|_| dialect == Dialect::Atom) else { return false };
    let entries = root.elements().filter(|child| dialect::is_entry(*child));
    let mut renamed: Vec<(NodeId, &'static str)> = Vec::new();
    for holder in [root].into_iter().chain(entries) {
        let fields = || holder.elements().filter(|field| matches!(field.space(), Space::Atom | Space::Core));
        for (old, new) in OLD_ATOM {
            // A new name that is there as well says it better.
            if fields().all(|field| field.name() != *new) {
                renamed.extend(fields().filter(|field| field.name() == *old).map(|field| (field.id, *new)));
            }
        }
    }
    for (id, new) in &renamed {
        tree.rename(*id, Space::Atom, new);
    }
    !renamed.is_empty()
}

/// feed-rs drops an RSS 1.0 item without link. RSS 2.0 says all the same and needs none.
fn turn_to_rss2(tree: &mut Tree<'_>, dialect: Dialect) -> bool {
    let Some(root) = tree.root().filter(|_| dialect == Dialect::Rdf) else { return false };
    let has_link = |item: Element<'_, '_>| item.child(Space::Core, "link").is_some_and(|link| !link.text().is_empty());
    let Some(channel) = root.elements().find(|child| child.name() == "channel").map(|channel| channel.id) else {
        let root = root.id;
        let children: Vec<NodeId> = tree.element(root).elements().map(|child| child.id).collect();
        let channel = tree.create(Space::Core, "channel");
        tree.set_children(channel, &children);
        tree.set_children(root, &[channel]);
        as_rss2(tree, root);
        return true;
    };
    let items: Vec<Element<'_, '_>> = root.elements().filter(|child| dialect::is_entry(*child)).collect();
    if items.iter().all(|item| has_link(*item)) {
        return false;
    }
    let (root, items): (_, Vec<NodeId>) = (root.id, items.iter().map(|item| item.id).collect());
    tree.remove_children(root, dialect::is_entry);
    for item in items {
        tree.append(channel, item);
    }
    as_rss2(tree, root);
    true
}

fn as_rss2(tree: &mut Tree<'_>, root: NodeId) {
    tree.rename(root, Space::Core, "rss");
    tree.set_attribute(root, "version", "2.0");
}

/// An empty `media:title` or `media:description`, or one of an unknown type, makes feed-rs refuse the whole feed.
fn drop_empty_media(tree: &mut Tree<'_>, _: Dialect) -> bool {
    let Some(root) = tree.root() else { return false };
    let mut holders = Vec::new();
    for entry in dialect::entries(root) {
        collect_holders(entry, &mut holders);
    }
    for holder in &holders {
        tree.remove_children(*holder, is_empty_media);
    }
    !holders.is_empty()
}

fn is_empty_media(child: Element<'_, '_>) -> bool {
    let is_text = child.space() == Space::Media && matches!(child.name(), "title" | "description");
    is_text && (child.text().is_empty() || !matches!(child.attribute("type").as_deref(), None | Some("plain" | "html")))
}

/// The elements that hold an empty one.
fn collect_holders(parent: Element<'_, '_>, holders: &mut Vec<NodeId>) {
    if parent.elements().any(is_empty_media) {
        holders.push(parent.id);
    }
    let nests = |child: &Element<'_, '_>| child.space() == Space::Media && matches!(child.name(), "group" | "content");
    parent.elements().filter(nests).for_each(|child| collect_holders(child, holders));
}

/// A `type` or `mode` that feed-rs does not know. Nothing changes in the tree, since `supplement` knows them all;
/// the document is written anew in types that feed-rs knows.
fn has_unknown_type(tree: &mut Tree<'_>, dialect: Dialect) -> bool {
    let Some(root) = tree.root().filter(|_| dialect == Dialect::Atom) else { return false };
    let holders = [root].into_iter().chain(dialect::entries(root));
    let mut texts = holders.flat_map(|holder| holder.elements()).filter(|field| dialect::is_text(*field));
    texts.any(|text| {
        let kind = text.attribute("type");
        let known = matches!(kind.as_deref(), None | Some("text" | "html" | "xhtml"));
        !known || text.attribute("mode").is_some() || text.attribute("src").is_some()
    })
}

/// Longer than any honest part of an address.
const MAX_RELATIVE_BASE: usize = 256;

/// feed-rs refuses a document with an `xml:base` that is no address, and copies one of any length into every entry.
fn drop_bad_bases(tree: &mut Tree<'_>, _: Dialect) -> bool {
    let bad = tree.ids_with_attribute("xml:base", |value| match url::Url::parse(value) {
        Ok(base) => address::base(base).is_none(),
        Err(url::ParseError::RelativeUrlWithoutBase) => value.len() > MAX_RELATIVE_BASE,
        Err(_) => true,
    });
    for id in &bad {
        tree.remove_attribute(*id, "xml:base");
    }
    !bad.is_empty()
}
