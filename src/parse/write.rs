//! A mended tree as a document that feed-rs reads: well-formed, in its namespaces, in its types of text.
//!
//! Only what feed-rs knows is written; `supplement` reads the rest from the tree.

use super::{
    dialect, middle,
    names::{self, Space},
    supplement::text,
    tree::{Child, Element},
};
use crate::model::TextKind;

const WRITTEN: &[Space] =
    &[Space::Core, Space::Atom, Space::Rdf, Space::Content, Space::Dc, Space::Media, Space::Itunes, Space::Wfw];

/// Below this depth nothing has a field of its own.
const FIELDS_WITHIN: usize = 5;

pub(super) fn document(root: Element<'_, '_>) -> String {
    let mut out = String::new();
    element(root, 0, &mut out);
    out
}

fn element(element: Element<'_, '_>, depth: usize, out: &mut String) {
    let name = names::qualified(element.space(), element.name());
    out.push('<');
    out.push_str(&name);
    if depth == 0 {
        declare(out);
    }
    let as_text = dialect::is_text(element) && element.space() == Space::Atom;
    attributes(element, as_text, out);
    out.push('>');
    match as_text.then(|| text::read(element, text::Default::Text, None)) {
        Some(read) => push_escaped(&read.map(|read| read.value).unwrap_or_default(), out),
        None => contents(element, depth, out),
    }
    out.push_str("</");
    out.push_str(&name);
    out.push('>');
}

fn contents(parent: Element<'_, '_>, depth: usize, out: &mut String) {
    let is_entry = dialect::is_entry(parent);
    let is_field =
        depth >= FIELDS_WITHIN || matches!(parent.name(), "title" | "description" | "encoded" | "link" | "guid");
    if is_field {
        push_escaped(&parent.text(), out);
        return;
    }
    for child in parent.children() {
        match child {
            Child::Text(text) => push_escaped(&text, out),
            Child::Element(child) if is_entry && !middle::needs(child.space(), child.name(), || true) => {}
            Child::Element(child) if WRITTEN.contains(&child.space()) => element(child, depth + 1, out),
            Child::Element(_) => {}
        }
    }
}

fn push_escaped(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&', '"', '\'']) {
        out.push_str(&rest[..at]);
        out.push_str(match rest.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' => "&amp;",
            b'"' => "&quot;",
            _ => "&apos;",
        });
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
}

fn attributes(element: Element<'_, '_>, as_text: bool, out: &mut String) {
    for (name, value) in element.attributes() {
        // Bases are resolved by `supplement`; types of text are written below.
        let ours = name == "xml:base" || as_text && matches!(name, "type" | "mode" | "src");
        let prefix = name.split_once(':').map(|(prefix, _)| prefix);
        if !ours && prefix.is_none_or(|prefix| matches!(prefix, "xml" | "rdf")) {
            out.push_str(&format!(" {name}=\""));
            push_escaped(&value, out);
            out.push('"');
        }
    }
    if as_text {
        let kind = text::read(element, text::Default::Text, None).map(|read| read.kind);
        out.push_str(if kind == Some(TextKind::Text) { " type=\"text\"" } else { " type=\"html\"" });
    }
}

fn declare(out: &mut String) {
    for (prefix, uri) in
        WRITTEN.iter().filter(|space| **space != Space::Core).filter_map(|space| names::canonical(*space))
    {
        out.push_str(&format!(" xmlns:{prefix}=\"{uri}\""));
    }
}
