//! A tree's elements as their readers see them: names, values and texts with references resolved.

use std::borrow::Cow;

use super::{Attribute, Kind, NONE, Name, NodeId, Tree};
use crate::parse::{names::Space, references};

/// One element, to look at.
#[derive(Clone, Copy)]
pub(in crate::parse) struct Element<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    pub(in crate::parse) id: NodeId,
}

/// A child as a reader sees it.
pub(in crate::parse) enum Child<'t, 'a> {
    Element(Element<'t, 'a>),
    /// References resolved.
    Text(Cow<'t, str>),
}

impl<'t, 'a> Element<'t, 'a> {
    pub(in crate::parse) fn space(self) -> Space {
        match &self.tree.nodes[self.id as usize].kind {
            Kind::Element { space, .. } => *space,
            Kind::Text { .. } => Space::Other,
        }
    }

    pub(in crate::parse) fn name(self) -> &'t str {
        match &self.tree.nodes[self.id as usize].kind {
            Kind::Element { name: Name::AsWritten(name), .. } => name,
            Kind::Element { name: Name::Mended(index), .. } => &self.tree.names[*index as usize],
            Kind::Text { .. } => "",
        }
    }

    pub(in crate::parse) fn is(self, space: Space, name: &str) -> bool {
        self.space() == space && self.name() == name
    }

    pub(super) fn child_ids(self) -> impl Iterator<Item = NodeId> + use<'t, 'a> {
        let tree = self.tree;
        let known = move |id: NodeId| (id != NONE).then_some(id);
        std::iter::successors(known(tree.nodes[self.id as usize].first), move |&id| known(tree.nodes[id as usize].next))
    }

    /// Children that are elements.
    pub(in crate::parse) fn elements(self) -> impl Iterator<Item = Element<'t, 'a>> + use<'t, 'a> {
        let tree = self.tree;
        self.child_ids().filter(|&id| tree.is_element(id)).map(|id| Element { tree, id })
    }

    /// The vocabularies that its children may be of, a bit each.
    pub(in crate::parse) fn spaces(self) -> u32 {
        self.tree.nodes[self.id as usize].spaces | self.tree.renamed
    }

    /// Nothing for text.
    pub(super) fn space_bit(self) -> u32 {
        match &self.tree.nodes[self.id as usize].kind {
            Kind::Element { space, .. } => space.bit(),
            Kind::Text { .. } => 0,
        }
    }

    /// Whether a child may be of one of these vocabularies.
    pub(in crate::parse) fn may_have(self, spaces: &[Space]) -> bool {
        spaces.iter().any(|space| self.spaces() & space.bit() != 0)
    }

    pub(in crate::parse) fn children(self) -> impl Iterator<Item = Child<'t, 'a>> + use<'t, 'a> {
        let tree = self.tree;
        self.child_ids().map(|id| match &tree.nodes[id as usize].kind {
            Kind::Element { .. } => Child::Element(Element { tree, id }),
            Kind::Text { raw, cdata: true } => Child::Text(Cow::Borrowed(*raw)),
            Kind::Text { raw, cdata: false } => Child::Text(references::resolve(raw, &tree.declared)),
        })
    }

    pub(in crate::parse) fn child(self, space: Space, name: &str) -> Option<Element<'t, 'a>> {
        if !self.may_have(&[space]) {
            return None;
        }
        self.elements().find(|child| child.is(space, name))
    }

    /// Has children that are elements.
    pub(in crate::parse) fn has_markup(self) -> bool {
        self.elements().next().is_some()
    }

    /// Says nothing: neither text nor elements. Looks at the text as it stands, since this is asked often.
    pub(in crate::parse) fn is_blank(self) -> bool {
        self.child_ids().all(|id| match &self.tree.nodes[id as usize].kind {
            Kind::Text { raw, .. } => raw.trim_start().is_empty(),
            Kind::Element { .. } => false,
        })
    }

    /// Its own text and that of everything in it.
    pub(in crate::parse) fn text(self) -> Cow<'t, str> {
        let mut pieces = self.children().map(|child| match child {
            Child::Text(text) => text,
            Child::Element(element) => element.text(),
        });
        let first = pieces.next().unwrap_or_default();
        pieces.fold(first, |mut whole, piece| {
            whole.to_mut().push_str(&piece);
            whole
        })
    }

    /// Its text without that of the elements in it.
    pub(in crate::parse) fn own_text(self) -> String {
        let texts = self.children().filter_map(|child| match child {
            Child::Text(text) => Some(text),
            Child::Element(_) => None,
        });
        texts.collect()
    }

    /// Its trimmed text, if there is any.
    pub(in crate::parse) fn trimmed(self) -> Option<String> {
        let text = self.text();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Names with the resolved values.
    pub(in crate::parse) fn attributes(self) -> impl Iterator<Item = (&'t str, Cow<'t, str>)> + use<'t, 'a> {
        let declared = &self.tree.declared;
        self.unresolved().iter().map(move |attribute| (attribute.name, references::resolve(attribute.value, declared)))
    }

    fn unresolved(self) -> &'t [Attribute<'a>] {
        match &self.tree.nodes[self.id as usize].kind {
            Kind::Element { attributes, .. } => {
                &self.tree.attributes[attributes.start as usize..attributes.end as usize]
            }
            Kind::Text { .. } => &[],
        }
    }

    pub(in crate::parse) fn has_attributes(self) -> bool {
        !self.unresolved().is_empty()
    }

    /// The attribute of this name, in whatever case and under whatever prefix.
    pub(in crate::parse) fn attribute(self, name: &str) -> Option<Cow<'t, str>> {
        let unresolved = self.unresolved();
        if unresolved.is_empty() {
            return None;
        }
        let is_bare = !name.contains(':');
        let matches = |known: &[u8]| {
            known.eq_ignore_ascii_case(name.as_bytes())
                || is_bare
                    && known.split_at_checked(known.len().wrapping_sub(name.len())).is_some_and(|(prefix, local)| {
                        prefix.ends_with(b":") && local.eq_ignore_ascii_case(name.as_bytes())
                    })
        };
        let found = unresolved.iter().find(|known| matches(known.name.as_bytes()))?;
        Some(references::resolve(found.value, &self.tree.declared))
    }

    /// The attribute's trimmed value, if there is any.
    pub(in crate::parse) fn value(self, name: &str) -> Option<String> {
        let value = self.attribute(name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }
}
