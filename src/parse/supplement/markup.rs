//! Elements inside a text as HTML: prefixes gone, empty elements as HTML writes them, nested bases resolved.

use quick_xml::escape::{escape, minimal_escape};
use url::Url;

use super::links;
use crate::parse::{
    names::{self, Space},
    tree::{Child, Element},
};

/// Elements of HTML that have neither content nor end tag.
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];

const ADDRESSES: &[&str] = &["href", "src", "cite", "longdesc", "poster", "action", "background", "usemap", "data"];

/// The bases around an element: what it inherits, and whether something inside of the text declared it.
#[derive(Clone, Copy)]
struct Base<'u> {
    url: Option<&'u Url>,
    /// Only below an element with an `xml:base` of its own are addresses resolved here; all others wait for the
    /// sanitizer.
    is_own: bool,
}

/// The markup and text inside an element, whose base is `base`. The element may be a container inside of the text.
pub(super) fn inner(element: Element<'_, '_>, base: Option<&Url>, is_container: bool) -> String {
    let mut out = String::new();
    let own = if is_container { links::base_of(element, base) } else { None };
    contents(element, Base { url: own.as_ref().or(base), is_own: own.is_some() }, &mut out);
    out
}

fn contents(parent: Element<'_, '_>, base: Base<'_>, out: &mut String) {
    for child in parent.children() {
        match child {
            Child::Text(text) => out.push_str(&minimal_escape(text)),
            Child::Element(child) => write(child, parent.space(), base, out),
        }
    }
}

fn write(element: Element<'_, '_>, around: Space, base: Base<'_>, out: &mut String) {
    let own = links::base_of(element, base.url);
    let base = Base { url: own.as_ref().or(base.url), is_own: base.is_own || own.is_some() };
    out.push('<');
    out.push_str(element.name());
    let foreign = matches!(element.space(), Space::Svg | Space::MathMl) && element.space() != around;
    if let Some((_, uri)) = names::canonical(element.space()).filter(|_| foreign) {
        out.push_str(&format!(" xmlns=\"{uri}\""));
    }
    if element.attributes().any(|(name, _)| name.starts_with("xlink:")) {
        out.push_str(" xmlns:xlink=\"http://www.w3.org/1999/xlink\"");
    }
    for (name, value) in element.attributes().filter(|(name, _)| *name != "xml:base") {
        let resolved = base
            .url
            .filter(|_| base.is_own && ADDRESSES.contains(&name))
            .map(|base| links::absolute(&value, Some(base)));
        out.push_str(&format!(" {name}=\"{}\"", escape(resolved.as_deref().unwrap_or(&value))));
    }
    out.push('>');
    if VOID.contains(&element.name()) {
        return;
    }
    contents(element, base, out);
    out.push_str(&format!("</{}>", element.name()));
}
