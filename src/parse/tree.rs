//! A document's markup as a tree, built once: `repair` mends it, `supplement` reads it.
//!
//! Nodes borrow from the text and sit in one vector, so that a clean document costs one quick pass. Broken markup is
//! read a second time with knowledge of what feeds contain (`Builder::soup`).

use std::{borrow::Cow, ops::Range};

use super::{
    ParseError, doctype,
    fault::{Fault, Faults},
    names::{self, Space},
    references::{self, Declared},
    scan::{RawAttribute, Scanner, Token},
    soup::{self, Role},
};

/// Deeper than any feed, shallow enough for every recursion of whoever reads a document after us.
pub(super) const MAX_DEPTH: usize = 256;

pub(super) type NodeId = u32;
const NONE: NodeId = NodeId::MAX;

pub(super) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
    attributes: Vec<Attribute<'a>>,
    declared: Declared<'a>,
    pub(super) faults: Faults,
    /// The elements that were open when the text ended.
    pub(super) unfinished: Vec<NodeId>,
}

#[derive(Clone)]
struct Node<'a> {
    kind: Kind<'a>,
    first: NodeId,
    last: NodeId,
    next: NodeId,
}

#[derive(Clone)]
enum Kind<'a> {
    Element { space: Space, name: Cow<'a, str>, attributes: Range<u32> },
    Text { raw: &'a str, cdata: bool },
}

#[derive(Clone)]
pub(super) struct Attribute<'a> {
    pub(super) name: Cow<'a, str>,
    value: Cow<'a, str>,
    resolved: bool,
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
            *space = new_space;
            *name = Cow::Borrowed(new_name);
        }
    }

    pub(super) fn set_attribute(&mut self, id: NodeId, name: &'static str, value: impl Into<Cow<'a, str>>) {
        let value = value.into();
        let Kind::Element { attributes, .. } = &mut self.nodes[id as usize].kind else { return };
        let range = attributes.start as usize..attributes.end as usize;
        if let Some(known) = self.attributes[range.clone()].iter_mut().find(|known| known.name == name) {
            *known = Attribute { name: Cow::Borrowed(name), value, resolved: true };
            return;
        }
        // An element's attributes lie side by side: move them to the end, where there is room for one more.
        let start = self.attributes.len() as u32;
        self.attributes.extend_from_within(range);
        self.attributes.push(Attribute { name: Cow::Borrowed(name), value, resolved: true });
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
            self.nodes[child as usize].next = children.get(at + 1).copied().unwrap_or(NONE);
        }
    }

    /// A new element without a parent yet.
    pub(super) fn create(&mut self, space: Space, name: &'static str) -> NodeId {
        let start = self.attributes.len() as u32;
        self.push(Kind::Element { space, name: Cow::Borrowed(name), attributes: start..start })
    }

    /// The child stands in no other list of children any more.
    pub(super) fn append(&mut self, parent: NodeId, child: NodeId) {
        self.nodes[child as usize].next = NONE;
        match self.nodes[parent as usize].last {
            NONE => self.nodes[parent as usize].first = child,
            last => self.nodes[last as usize].next = child,
        }
        self.nodes[parent as usize].last = child;
    }

    fn push(&mut self, kind: Kind<'a>) -> NodeId {
        let id = self.nodes.len() as NodeId;
        self.nodes.push(Node { kind, first: NONE, last: NONE, next: NONE });
        id
    }

    fn is_element(&self, id: NodeId) -> bool {
        matches!(self.nodes[id as usize].kind, Kind::Element { .. })
    }

    pub(super) fn set_root(&mut self, id: NodeId) {
        self.set_children(0, &[id]);
    }
}

/// One element, to look at.
#[derive(Clone, Copy)]
pub(super) struct Element<'t, 'a> {
    tree: &'t Tree<'a>,
    pub(super) id: NodeId,
}

/// A child as a reader sees it.
pub(super) enum Child<'t, 'a> {
    Element(Element<'t, 'a>),
    /// References resolved.
    Text(Cow<'t, str>),
}

impl<'t, 'a> Element<'t, 'a> {
    pub(super) fn space(self) -> Space {
        match &self.tree.nodes[self.id as usize].kind {
            Kind::Element { space, .. } => *space,
            Kind::Text { .. } => Space::Other,
        }
    }

    pub(super) fn name(self) -> &'t str {
        match &self.tree.nodes[self.id as usize].kind {
            Kind::Element { name, .. } => name,
            Kind::Text { .. } => "",
        }
    }

    pub(super) fn is(self, space: Space, name: &str) -> bool {
        self.space() == space && self.name() == name
    }

    fn child_ids(self) -> impl Iterator<Item = NodeId> + use<'t, 'a> {
        let tree = self.tree;
        let known = move |id: NodeId| (id != NONE).then_some(id);
        std::iter::successors(known(tree.nodes[self.id as usize].first), move |&id| known(tree.nodes[id as usize].next))
    }

    /// Children that are elements.
    pub(super) fn elements(self) -> impl Iterator<Item = Element<'t, 'a>> + use<'t, 'a> {
        let tree = self.tree;
        self.child_ids().filter(|&id| tree.is_element(id)).map(|id| Element { tree, id })
    }

    pub(super) fn children(self) -> impl Iterator<Item = Child<'t, 'a>> + use<'t, 'a> {
        let tree = self.tree;
        self.child_ids().map(|id| match &tree.nodes[id as usize].kind {
            Kind::Element { .. } => Child::Element(Element { tree, id }),
            Kind::Text { raw, cdata: true } => Child::Text(Cow::Borrowed(*raw)),
            Kind::Text { raw, cdata: false } => Child::Text(references::resolve(raw, &tree.declared)),
        })
    }

    pub(super) fn child(self, space: Space, name: &str) -> Option<Element<'t, 'a>> {
        self.elements().find(|child| child.is(space, name))
    }

    /// Has children that are elements.
    pub(super) fn has_markup(self) -> bool {
        self.elements().next().is_some()
    }

    /// Says nothing: neither text nor elements.
    pub(super) fn is_blank(self) -> bool {
        self.children().all(|child| matches!(child, Child::Text(text) if text.trim().is_empty()))
    }

    /// Its own text and that of everything in it.
    pub(super) fn text(self) -> Cow<'t, str> {
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

    /// Its trimmed text, if there is any.
    pub(super) fn trimmed(self) -> Option<String> {
        let text = self.text();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Names with the resolved values.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'t str, Cow<'t, str>)> + use<'t, 'a> {
        let range = match &self.tree.nodes[self.id as usize].kind {
            Kind::Element { attributes, .. } => attributes.start as usize..attributes.end as usize,
            Kind::Text { .. } => 0..0,
        };
        let declared = &self.tree.declared;
        self.tree.attributes[range].iter().map(move |attribute| {
            let value: Cow<'t, str> = match attribute.resolved {
                true => Cow::Borrowed(&*attribute.value),
                false => references::resolve(&attribute.value, declared),
            };
            (&*attribute.name, value)
        })
    }

    /// The attribute of this name, in whatever case and under whatever prefix.
    pub(super) fn attribute(self, name: &str) -> Option<Cow<'t, str>> {
        let matches = |known: &str| {
            known.eq_ignore_ascii_case(name)
                || !name.contains(':')
                    && known.rsplit_once(':').is_some_and(|(_, local)| local.eq_ignore_ascii_case(name))
        };
        self.attributes().find(|(known, _)| matches(known)).map(|(_, value)| value)
    }

    /// The attribute's trimmed value, if there is any.
    pub(super) fn value(self, name: &str) -> Option<String> {
        let value = self.attribute(name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }
}

struct Builder<'a> {
    scanner: Scanner<'a>,
    tree: Tree<'a>,
    /// Open elements with their names as written; the document itself is below them.
    open: Vec<Open<'a>>,
    /// Prefix declarations in force: depth, prefix, vocabulary.
    scopes: Vec<(usize, &'a str, Space)>,
    /// The markup is known to be broken.
    soup: bool,
}

pub(super) struct Open<'a> {
    id: NodeId,
    pub(super) name: &'a str,
    pub(super) role: Role,
}

/// More prefixes in force than any honest feed declares.
const MAX_SCOPES: usize = 256;

impl<'a> Builder<'a> {
    fn new(text: &'a str, soup: bool) -> Self {
        let mut tree = Tree {
            nodes: Vec::with_capacity(64 + text.len() / 256),
            attributes: Vec::new(),
            declared: Declared::default(),
            faults: Faults::default(),
            unfinished: Vec::new(),
        };
        tree.push(Kind::Element { space: Space::Other, name: Cow::Borrowed(""), attributes: 0..0 });
        Self { scanner: Scanner::new(text), tree, open: Vec::new(), scopes: Vec::new(), soup }
    }

    fn run(mut self) -> Result<Tree<'a>, ParseError> {
        while let Some(token) = self.scanner.next(self.open.last().map(|open| open.name)) {
            match token {
                Token::Start { name, attributes, empty } => self.start(name, attributes, empty)?,
                Token::End { name } => self.end(name),
                Token::Text(raw) => self.text(raw, false),
                Token::Cdata(raw) => self.text(raw, true),
                Token::Doctype(text) => {
                    self.tree.declared = doctype::entities(text);
                    if !self.tree.declared.is_empty() {
                        self.tree.faults.add(Fault::Doctype);
                    }
                }
            }
        }
        if !self.open.is_empty() {
            self.tree.faults.add(Fault::Unclosed);
        }
        self.tree.unfinished = self.open.iter().map(|open| open.id).collect();
        self.tree.faults = self.tree.faults.with(self.scanner.faults);
        Ok(self.tree)
    }

    fn parent(&self) -> NodeId {
        self.open.last().map_or(0, |open| open.id)
    }

    fn text(&mut self, raw: &'a str, cdata: bool) {
        if raw.is_empty() {
            return;
        }
        if self.open.is_empty() {
            // Only white space may stand here.
            if !raw.trim().is_empty() {
                self.tree.faults.add(Fault::TextOutside);
            }
            return;
        }
        if !cdata && let Some(fault) = references::fault(raw) {
            self.tree.faults.add(fault);
        }
        let parent = self.parent();
        let id = self.tree.push(Kind::Text { raw, cdata });
        self.tree.append(parent, id);
    }

    fn start(&mut self, raw_name: &'a str, attributes: Range<usize>, empty: bool) -> Result<(), ParseError> {
        if self.soup {
            let closed = soup::closed_by(&self.open, raw_name);
            self.close(closed);
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(ParseError::TooDeep);
        }
        let range = self.take_attributes(raw_name, attributes);
        let (space, name) = self.resolve_name(raw_name);
        if name != local(raw_name) && matches!(space, Space::Core | Space::Atom | Space::Rdf) {
            self.tree.faults.add(Fault::Case);
        }
        let parent = self.parent();
        let id = self.tree.push(Kind::Element { space, name, attributes: range });
        self.tree.append(parent, id);
        if empty || self.soup && soup::is_void(raw_name, &self.open) {
            self.leave_scope(self.open.len() + 1);
        } else {
            self.open.push(Open { id, name: raw_name, role: soup::role(raw_name) });
        }
        Ok(())
    }

    /// Moves the scanned attributes into the tree, prefix declarations aside.
    fn take_attributes(&mut self, element: &str, range: Range<usize>) -> Range<u32> {
        let start = self.tree.attributes.len() as u32;
        for at in range {
            let RawAttribute { name, value } = self.scanner.attributes[at];
            if name == "xmlns" || name.starts_with("xmlns:") {
                self.declare(name.strip_prefix("xmlns:").unwrap_or_default(), value, element);
                continue;
            }
            if let Some(fault) = references::fault(value) {
                self.tree.faults.add(fault);
            }
            self.tree.attributes.push(Attribute {
                name: Cow::Borrowed(name),
                value: Cow::Borrowed(value),
                resolved: memchr::memchr(b'&', value.as_bytes()).is_none(),
            });
        }
        start..self.tree.attributes.len() as u32
    }

    fn declare(&mut self, prefix: &'a str, uri: &str, element: &str) {
        let (space, exact) = match names::space(uri) {
            Some(known) => known,
            None if uri.trim().is_empty() => (Space::Core, true),
            // An unknown vocabulary that the root itself is in, or that is the default from there on: it can only
            // be a feed's.
            None if self.open.is_empty() && (prefix.is_empty() || element.starts_with(&format!("{prefix}:"))) => {
                (soup::space_of_root(local(element)), false)
            }
            None => (Space::Other, true),
        };
        if !exact && matches!(space, Space::Core | Space::Atom | Space::Rdf) {
            self.tree.faults.add(Fault::Namespace);
        }
        if self.scopes.len() < MAX_SCOPES {
            self.scopes.push((self.open.len() + 1, prefix, space));
        }
    }

    fn resolve_name(&mut self, raw: &'a str) -> (Space, Cow<'a, str>) {
        let (prefix, local) = raw.split_once(':').unwrap_or(("", raw));
        let local = local.rsplit(':').next().unwrap_or(local);
        let declared = self.scopes.iter().rev().find(|(_, known, _)| *known == prefix).map(|(_, _, space)| *space);
        let space = declared.unwrap_or_else(|| {
            if prefix.is_empty() {
                return Space::Core;
            }
            self.tree.faults.add(Fault::UndeclaredPrefix);
            names::usual(prefix).unwrap_or(Space::Other)
        });
        (space, names::usual_case(local))
    }

    fn end(&mut self, name: &'a str) {
        let is_innermost = self.open.last().is_some_and(|open| open.name == name);
        if !is_innermost {
            self.tree.faults.add(Fault::EndTag);
        }
        let level = if is_innermost { Some(self.open.len() - 1) } else { soup::ended_by(&self.open, name) };
        if let Some(level) = level {
            self.close(level);
        }
    }

    /// Closes every element from this level up.
    fn close(&mut self, level: usize) {
        if level < self.open.len() {
            self.open.truncate(level);
            self.leave_scope(level + 1);
        }
    }

    fn leave_scope(&mut self, depth: usize) {
        while self.scopes.last().is_some_and(|(declared_at, ..)| *declared_at >= depth) {
            self.scopes.pop();
        }
    }
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
