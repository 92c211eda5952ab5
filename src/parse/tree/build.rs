//! Tokens to a tree: which element holds which, in which vocabulary.

use std::{borrow::Cow, ops::Range};

use super::{Attribute, Kind, MAX_DEPTH, Name, NodeId, Tree};
use crate::parse::{
    ParseError, dialect, doctype,
    fault::{Fault, Faults},
    middle,
    names::{self, Space},
    references::{self, Declared},
    scan::{RawAttribute, Scanner, Token},
    soup::{self, Role},
};

pub(super) struct Builder<'a> {
    scanner: Scanner<'a>,
    /// Nodes and attributes that the tree may have.
    room: usize,
    tree: Tree<'a>,
    /// Open elements with their names as written; the document itself is below them.
    open: Vec<Open<'a>>,
    /// Prefix declarations in force: depth, prefix, vocabulary.
    scopes: Vec<(usize, &'a str, Space)>,
    /// The markup is known to be broken.
    soup: bool,
}

pub(in crate::parse) struct Open<'a> {
    id: NodeId,
    pub(in crate::parse) name: &'a str,
    /// Of the name, as `soup` compares it.
    pub(in crate::parse) key: u32,
    pub(in crate::parse) role: Role,
    is_entry: bool,
    /// Where it begins in the text, if the parser in the middle need not see it.
    hidden_from: Option<u32>,
}

/// More prefixes in force than any honest feed declares.
const MAX_SCOPES: usize = 256;

/// A document with less text for each node and attribute is no feed: a tree of it would take many times its bytes.
const MIN_BYTES: usize = 16;
/// Small documents may be as dense as they like.
const MAX_UNBOUNDED: usize = 20_000;

impl<'a> Builder<'a> {
    pub(super) fn new(text: &'a str, soup: bool) -> Self {
        let mut tree = Tree {
            nodes: Vec::with_capacity(64 + text.len() / 64),
            attributes: Vec::with_capacity(16 + text.len() / 256),
            renamed: 0,
            names: Vec::new(),
            declared: Declared::default(),
            faults: Faults::default(),
            unfinished: Vec::new(),
            hidden: Vec::new(),
            bytes: text.len(),
        };
        tree.push(Kind::Element { space: Space::Other, name: Name::AsWritten(""), attributes: 0..0 });
        let room = MAX_UNBOUNDED + text.len() / MIN_BYTES;
        Self { scanner: Scanner::new(text), room, tree, open: Vec::new(), scopes: Vec::new(), soup }
    }

    pub(super) fn run(mut self) -> Result<Tree<'a>, ParseError> {
        let mut from = 0;
        while let Some(token) = self.scanner.next(self.open.last().map(|open| open.name)) {
            if self.tree.size() > self.room {
                self.tree.faults.add(Fault::Dense);
                break;
            }
            match token {
                Token::Start { name, empty } => self.start(name, empty, from)?,
                Token::End { name } => self.end(name),
                Token::Text(raw) => self.text(raw, false),
                Token::Cdata(raw) => self.text(raw, true),
                Token::Doctype(text) => {
                    self.tree.declared = doctype::entities(text, self.scanner.text);
                    if !self.tree.declared.is_empty() {
                        self.tree.faults.add(Fault::Doctype);
                    }
                }
            }
            from = self.scanner.at as u32;
        }
        if !self.open.is_empty() && !self.tree.faults.contains(Fault::Dense) {
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
        // Half of all nodes would be the white space between elements.
        if raw.trim_start().is_empty() && self.open.last().is_some_and(|open| holds_only_elements(open.name)) {
            return;
        }
        if !cdata && let Some(fault) = references::fault(raw) {
            self.tree.faults.add(fault);
        }
        let parent = self.parent();
        let id = self.tree.push(Kind::Text { raw, cdata });
        self.tree.append(parent, id);
    }

    /// `from` is where its tag begins.
    fn start(&mut self, raw_name: &'a str, empty: bool, from: u32) -> Result<(), ParseError> {
        if self.soup {
            let closed = soup::closed_by(&self.open, raw_name);
            self.close(closed);
        }
        if self.open.len() >= MAX_DEPTH {
            return Err(ParseError::TooDeep);
        }
        let attributes = self.take_attributes(raw_name);
        let (space, name) = self.resolve_name(raw_name);
        let is_field = self.open.last().is_some_and(|open| open.is_entry);
        let in_rdf = || self.open.first().is_some_and(|root| local(root.name) == "RDF");
        let hidden_from = (is_field && !middle::needs(space, &name, in_rdf)).then_some(from);
        if matches!(space, Space::Core | Space::Atom | Space::Rdf) && !raw_name.ends_with(&*name) {
            self.tree.faults.add(Fault::Case);
        }
        let name = match name {
            Cow::Borrowed(name) => Name::AsWritten(name),
            Cow::Owned(name) => {
                self.tree.names.push(name);
                Name::Mended(self.tree.names.len() as u32 - 1)
            }
        };
        let parent = self.parent();
        let id = self.tree.push(Kind::Element { space, name, attributes });
        self.tree.append(parent, id);
        if empty || self.soup && soup::is_void(raw_name, &self.open) {
            self.leave_scope(self.open.len() + 1);
            self.hide(hidden_from);
        } else {
            let role = if self.soup { soup::role(raw_name) } else { Role::Other };
            let is_entry = dialect::is_entry(self.tree.element(id));
            self.open.push(Open { id, name: raw_name, key: soup::key(raw_name), role, is_entry, hidden_from });
        }
        Ok(())
    }

    /// Moves the scanned attributes into the tree, prefix declarations aside.
    fn take_attributes(&mut self, element: &str) -> Range<u32> {
        let start = self.tree.attributes.len() as u32;
        for at in 0..self.scanner.attributes.len() {
            let RawAttribute { name, value } = self.scanner.attributes[at];
            if name == "xmlns" || name.starts_with("xmlns:") {
                self.declare(name.strip_prefix("xmlns:").unwrap_or_default(), value, element);
                continue;
            }
            if let Some(fault) = references::fault(value) {
                self.tree.faults.add(fault);
            }
            self.tree.attributes.push(Attribute { name, value });
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
        let (prefix, name) = raw.split_once(':').unwrap_or(("", raw));
        let name = if prefix.is_empty() { name } else { local(name) };
        let declared = self.scopes.iter().rev().find(|(_, known, _)| *known == prefix).map(|(_, _, space)| *space);
        let space = declared.unwrap_or_else(|| {
            if prefix.is_empty() {
                return Space::Core;
            }
            self.tree.faults.add(Fault::UndeclaredPrefix);
            names::usual(prefix).unwrap_or(Space::Other)
        });
        (space, names::usual_case(name))
    }

    fn end(&mut self, name: &'a str) {
        let is_innermost = self.open.last().is_some_and(|open| open.name == name);
        if !is_innermost {
            self.tree.faults.add(Fault::EndTag);
        }
        let level = if is_innermost { Some(self.open.len() - 1) } else { soup::ended_by(&self.open, name) };
        if let Some(level) = level {
            self.hide(self.open[level].hidden_from);
            self.close(level);
        }
    }

    /// Keeps the element that began there and has just ended from the parser in the middle.
    fn hide(&mut self, from: Option<u32>) {
        let Some(from) = from else { return };
        // Entries do not nest, but this counts on nothing.
        while self.tree.hidden.last().is_some_and(|inner| inner.start >= from) {
            self.tree.hidden.pop();
        }
        let end = self.scanner.at as u32;
        match self.tree.hidden.last_mut() {
            // Its neighbor, with the white space between them.
            Some(before) if self.scanner.text[before.end as usize..from as usize].trim_start().is_empty() => {
                before.end = end;
            }
            _ => self.tree.hidden.push(from..end),
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

fn holds_only_elements(name: &str) -> bool {
    matches!(name, "rss" | "channel" | "item" | "feed" | "entry")
}

fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}
