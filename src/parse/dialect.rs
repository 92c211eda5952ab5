//! Which kind of feed a document is, and where its entries are.

use super::{
    names::Space,
    tree::{Element, Tree},
};
use crate::model::Format;

/// How a document is built; versions aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `rss > channel > item`.
    Rss,
    /// `rdf:RDF > item`.
    Rdf,
    /// `feed > entry`, or one `entry` alone.
    Atom,
}

const ROOTS: &[(&str, Dialect)] = &[
    ("rss", Dialect::Rss),
    ("RDF", Dialect::Rdf),
    ("feed", Dialect::Atom),
    ("entry", Dialect::Atom),
    ("channel", Dialect::Rss),
    ("item", Dialect::Rss),
];

/// A feed may stand in a wrapper or two.
const ROOT_WITHIN: usize = 3;

/// The element that is the feed, wherever it stands.
pub(super) fn feed_root<'t, 'a>(tree: &'t Tree<'a>) -> Option<Element<'t, 'a>> {
    let mut level: Vec<_> = tree.tops().collect();
    for _ in 0..ROOT_WITHIN {
        if let Some(found) = level.iter().find(|element| of_root(**element).is_some()) {
            return Some(*found);
        }
        level = level.iter().flat_map(|element| element.elements()).collect();
    }
    None
}

fn of_root(root: Element<'_, '_>) -> Option<Dialect> {
    if matches!(root.space(), Space::Xhtml | Space::Svg | Space::MathMl) {
        return None;
    }
    ROOTS.iter().find(|(name, _)| *name == root.name()).map(|(_, dialect)| *dialect)
}

pub(super) fn dialect(tree: &Tree<'_>) -> Option<(Dialect, Format)> {
    let root = feed_root(tree)?;
    let dialect = of_root(root)?;
    let format = match dialect {
        Dialect::Atom => Format::Atom,
        Dialect::Rdf => Format::Rss1,
        Dialect::Rss if root.attribute("version").is_some_and(|version| version.trim().starts_with("0.")) => {
            Format::Rss0
        }
        Dialect::Rss => Format::Rss2,
    };
    Some((dialect, format))
}

pub(super) fn is_entry(element: Element<'_, '_>) -> bool {
    matches!(element.name(), "item" | "entry") && !matches!(element.space(), Space::Other | Space::Xhtml)
}

/// The element that describes the feed itself.
pub(super) fn about<'t, 'a>(root: Element<'t, 'a>) -> Element<'t, 'a> {
    root.elements().find(|child| child.name() == "channel").unwrap_or(root)
}

/// The feed's entries in document order.
pub(super) fn entries<'t, 'a>(root: Element<'t, 'a>) -> Vec<Element<'t, 'a>> {
    if root.name() == "entry" {
        return vec![root];
    }
    let channel = root.elements().filter(|child| child.name() == "channel").flat_map(|channel| channel.elements());
    channel.chain(root.elements()).filter(|child| is_entry(*child)).collect()
}

/// Atom's text constructs.
pub(super) fn is_text(field: Element<'_, '_>) -> bool {
    matches!(field.space(), Space::Atom | Space::Core)
        && matches!(field.name(), "title" | "summary" | "content" | "subtitle" | "rights" | "info")
}
