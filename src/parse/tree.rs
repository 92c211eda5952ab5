//! A document's markup as a tree, built once: `repair` mends it, `supplement` reads it.
//!
//! Nodes borrow from the text and sit in one vector, so that a clean document costs one quick pass. Broken markup is
//! read a second time with knowledge of what feeds contain (`Builder::soup`).

mod build;
mod element;

use std::ops::Range;

use self::build::Builder;
pub(super) use self::{
    build::Open,
    element::{Child, Element},
};
use super::{
    ParseError,
    fault::{Fault, Faults},
    names::Space,
    references::Declared,
};

/// Deeper than any feed, shallow enough for every recursion of whoever reads a document after us.
pub(super) const MAX_DEPTH: usize = 256;

pub(super) type NodeId = u32;
const NONE: NodeId = NodeId::MAX;

pub(super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    attributes: Vec<Attribute<'a>>,
    /// The vocabularies that elements were moved to, whose parents do not know.
    renamed: u32,
    /// Names that the text has in another case.
    names: Vec<String>,
    declared: Declared<'a>,
    pub(super) faults: Faults,
    /// The elements that were open when the text ended.
    pub(super) unfinished: Vec<NodeId>,
    /// Where in the text the fields of entries stand that the parser in the middle need not see.
    pub(super) hidden: Vec<Range<u32>>,
    /// Of the text.
    pub(super) bytes: usize,
}

#[derive(Clone)]
struct Node<'a> {
    kind: Kind<'a>,
    first: NodeId,
    last: NodeId,
    next: NodeId,
    /// The vocabularies of its children, a bit each: most of what readers look for is absent.
    spaces: u32,
}

#[derive(Clone)]
enum Kind<'a> {
    Element { space: Space, name: Name<'a>, attributes: Range<u32> },
    Text { raw: &'a str, cdata: bool },
}

#[derive(Clone, Copy)]
enum Name<'a> {
    AsWritten(&'a str),
    /// The index in `Tree::names`.
    Mended(u32),
}

/// References unresolved.
#[derive(Clone)]
struct Attribute<'a> {
    name: &'a str,
    value: &'a str,
}

impl<'a> Tree<'a> {
    pub(super) fn build(text: &'a str) -> Result<Self, ParseError> {
        let tree = Builder::new(text, false).run()?;
        if !tree.faults.contains(Fault::EndTag) && !tree.faults.contains(Fault::Unclosed) {
            return Ok(tree);
        }
        let mended = Builder::new(text, true).run()?;
        Ok(Tree { faults: tree.faults.with(mended.faults), ..mended })
    }

    /// Nodes and attributes, which take far more memory than the text they are of.
    pub(super) fn size(&self) -> usize {
        self.nodes.len() + self.attributes.len()
    }

    /// The element that everything is in; None for a document without elements.
    pub(super) fn root(&self) -> Option<Element<'_, 'a>> {
        self.top().elements().next()
    }

    fn top(&self) -> Element<'_, 'a> {
        Element { tree: self, id: 0 }
    }

    /// The elements that stand outside of any other.
    pub(super) fn tops(&self) -> impl Iterator<Item = Element<'_, 'a>> {
        self.top().elements()
    }

    /// The elements whose attribute of this name is such as `wanted` says.
    pub(super) fn ids_with_attribute(&self, name: &str, wanted: impl Fn(&str) -> bool) -> Vec<NodeId> {
        if !self.attributes.iter().any(|attribute| attribute.name == name) {
            return Vec::new();
        }
        let elements = (0..self.nodes.len() as NodeId).map(|id| self.element(id));
        let holds =
            |element: &Element<'_, 'a>| element.attributes().any(|(known, value)| known == name && wanted(&value));
        elements.filter(holds).map(|element| element.id).collect()
    }

    pub(super) fn element(&self, id: NodeId) -> Element<'_, 'a> {
        Element { tree: self, id }
    }

    pub(super) fn rename(&mut self, id: NodeId, new_space: Space, new_name: &'static str) {
        if let Kind::Element { space, name, .. } = &mut self.nodes[id as usize].kind {
            self.renamed |= new_space.bit();
            *space = new_space;
            *name = Name::AsWritten(new_name);
        }
    }

    pub(super) fn set_attribute(&mut self, id: NodeId, name: &'static str, value: &'static str) {
        let Kind::Element { attributes, .. } = &mut self.nodes[id as usize].kind else { return };
        let range = attributes.start as usize..attributes.end as usize;
        if let Some(known) = self.attributes[range.clone()].iter_mut().find(|known| known.name == name) {
            *known = Attribute { name, value };
            return;
        }
        // An element's attributes lie side by side: move them to the end, where there is room for one more.
        let start = self.attributes.len() as u32;
        self.attributes.extend_from_within(range);
        self.attributes.push(Attribute { name, value });
        *attributes = start..self.attributes.len() as u32;
    }

    pub(super) fn remove_attribute(&mut self, id: NodeId, name: &str) {
        let Kind::Element { attributes, .. } = &mut self.nodes[id as usize].kind else { return };
        let range = attributes.start as usize..attributes.end as usize;
        if let Some(at) = self.attributes[range].iter().position(|known| known.name == name) {
            let last = attributes.end as usize - 1;
            self.attributes.swap(attributes.start as usize + at, last);
            attributes.end -= 1;
        }
    }

    /// Takes the children for which `gone` holds out of the tree.
    pub(super) fn remove_children(&mut self, id: NodeId, gone: impl Fn(Element<'_, 'a>) -> bool) -> bool {
        let kept: Vec<NodeId> = self
            .element(id)
            .child_ids()
            .filter(|&child| !self.is_element(child) || !gone(self.element(child)))
            .collect();
        let changed = kept.len() != self.element(id).child_ids().count();
        if changed {
            self.set_children(id, &kept);
        }
        changed
    }

    pub(super) fn set_children(&mut self, id: NodeId, children: &[NodeId]) {
        self.nodes[id as usize].first = children.first().copied().unwrap_or(NONE);
        self.nodes[id as usize].last = children.last().copied().unwrap_or(NONE);
        for (at, &child) in children.iter().enumerate() {
            self.nodes[id as usize].spaces |= self.element(child).space_bit();
            self.nodes[child as usize].next = children.get(at + 1).copied().unwrap_or(NONE);
        }
    }

    /// A new element without a parent yet.
    pub(super) fn create(&mut self, space: Space, name: &'static str) -> NodeId {
        let start = self.attributes.len() as u32;
        self.push(Kind::Element { space, name: Name::AsWritten(name), attributes: start..start })
    }

    /// The child stands in no other list of children any more.
    pub(super) fn append(&mut self, parent: NodeId, child: NodeId) {
        self.nodes[child as usize].next = NONE;
        self.nodes[parent as usize].spaces |= self.element(child).space_bit();
        match self.nodes[parent as usize].last {
            NONE => self.nodes[parent as usize].first = child,
            last => self.nodes[last as usize].next = child,
        }
        self.nodes[parent as usize].last = child;
    }

    fn push(&mut self, kind: Kind<'a>) -> NodeId {
        let id = self.nodes.len() as NodeId;
        self.nodes.push(Node { kind, first: NONE, last: NONE, next: NONE, spaces: 0 });
        id
    }

    fn is_element(&self, id: NodeId) -> bool {
        matches!(self.nodes[id as usize].kind, Kind::Element { .. })
    }

    pub(super) fn set_root(&mut self, id: NodeId) {
        self.set_children(0, &[id]);
    }
}
