//! The one sanitizing policy: what HTML may do in a body.

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use ammonia::{Builder, UrlRelative};
use url::Url;

use super::Base;
use crate::address;

/// Elements that tell something. All others go, their text stays.
#[rustfmt::skip]
const TAGS: &[&str] = &[
    "a", "abbr", "acronym", "address", "area", "article", "aside", "audio", "b", "bdi", "bdo", "big", "blockquote",
    "br", "caption", "center", "cite", "code", "col", "colgroup", "dd", "del", "details", "dfn", "dir", "div", "dl",
    "dt", "em", "figcaption", "figure", "font", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup",
    "hr", "i", "img", "ins", "kbd", "li", "map", "mark", "nav", "ol", "p", "picture", "pre", "q", "rp", "rt", "ruby",
    "s", "samp", "section", "small", "source", "span", "strike", "strong", "sub", "summary", "sup", "table", "tbody",
    "td", "tfoot", "th", "thead", "time", "tr", "track", "tt", "u", "ul", "var", "video", "wbr", "iframe",
];

#[rustfmt::skip]
const MATHML: &[&str] = &[
    "math", "maction", "menclose", "merror", "mfenced", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover",
    "mpadded", "mphantom", "mprescripts", "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup",
    "mtable", "mtd", "mtext", "mtr", "munder", "munderover", "none", "semantics", "annotation",
];

#[rustfmt::skip]
const SVG: &[&str] = &[
    "svg", "circle", "defs", "desc", "ellipse", "g", "line", "linearGradient", "marker", "metadata", "path",
    "polygon", "polyline", "radialGradient", "rect", "stop", "switch", "text", "title", "tspan",
];

/// More names of drawings and formulas, of elements that are not let through.
#[rustfmt::skip]
const OTHER_FOREIGN: &[&str] = &[
    "animate", "animateColor", "animateMotion", "animateTransform", "annotation-xml", "clipPath", "discard",
    "filter", "foreignObject", "glyph", "hatch", "malignmark", "mask", "mesh", "mglyph", "mpath", "ms", "mstack",
    "pattern", "set", "symbol", "textPath", "tref", "unknown", "use", "view",
];

/// Attributes that any element may have.
#[rustfmt::skip]
const ATTRIBUTES: &[&str] = &[
    "abbr", "align", "alt", "axis", "border", "cellpadding", "cellspacing", "char", "charoff", "charset", "cite",
    "class", "clear", "color", "cols", "colspan", "compact", "coords", "datetime", "dir", "headers", "height",
    "hreflang", "hspace", "ismap", "label", "lang", "longdesc", "nohref", "noshade", "nowrap", "rowspan", "rules",
    "scope", "shape", "size", "span", "start", "summary", "title", "type", "valign", "value", "vspace", "width",
    "xml:lang", "face", "bgcolor",
];

/// Attributes of single elements.
const OWN_ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "hreflang", "name", "rel", "rev", "type"]),
    ("area", &["href"]),
    ("img", &["src", "usemap", "sizes"]),
    ("audio", &["src", "controls", "loop", "preload"]),
    ("video", &["src", "controls", "loop", "preload", "poster"]),
    ("source", &["src", "type", "media"]),
    ("track", &["src", "kind", "srclang", "default"]),
    ("iframe", &["src", "allowfullscreen"]),
    ("map", &["name"]),
    ("details", &["open"]),
    ("ol", &["reversed", "type"]),
    ("blockquote", &["cite"]),
];

#[rustfmt::skip]
const MATHML_ATTRIBUTES: &[&str] = &[
    "accent", "accentunder", "actiontype", "bevelled", "columnalign", "columnlines", "columnspacing", "columnspan",
    "depth", "display", "displaystyle", "encoding", "equalcolumns", "equalrows", "fence", "fontstyle", "fontweight",
    "form", "frame", "largeop", "linebreak", "linethickness", "lspace", "mathbackground", "mathcolor", "mathsize",
    "mathvariant", "maxsize", "minsize", "notation", "open", "close", "other", "rowalign", "rowlines", "rowspacing",
    "rspace", "scriptlevel", "selection", "separator", "separators", "stretchy", "symmetric", "voffset", "xmlns",
    "xlink", "href", "show", "type",
];

#[rustfmt::skip]
const SVG_ATTRIBUTES: &[&str] = &[
    "baseProfile", "cx", "cy", "d", "dx", "dy", "fill", "fill-opacity", "fill-rule", "font-family", "font-size",
    "font-style", "font-weight", "fx", "fy", "gradientTransform", "gradientUnits", "id", "marker-end", "marker-mid",
    "marker-start", "markerHeight", "markerUnits", "markerWidth", "offset", "opacity", "orient", "pathLength",
    "points", "preserveAspectRatio", "r", "refX", "refY", "rotate", "rx", "ry", "stop-color", "stop-opacity",
    "stroke", "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin", "stroke-miterlimit",
    "stroke-opacity", "stroke-width", "systemLanguage", "text-anchor", "transform", "version", "viewBox", "x", "x1",
    "x2", "y", "y1", "y2", "xmlns",
];

#[rustfmt::skip]
const SCHEMES: &[&str] = &[
    "http", "https", "mailto", "ftp", "tel", "news", "nntp", "feed", "urn", "tag", "magnet", "sip", "sips", "sms",
    "callto", "xmpp", "irc", "ircs", "gopher", "webcal", "rtsp", "rtspu", "ssh", "sftp", "telnet", "aim", "bitcoin",
    "ed2k", "git", "geo", "doi",
];

/// Elements whose content is no text of the article.
const WITHOUT_CONTENT: &[&str] = &["script", "style", "applet"];

thread_local! {
    /// The base of the text being cleaned: ammonia hands the evaluator nothing but the address.
    static BASE: RefCell<Option<Url>> = const { RefCell::new(None) };
}

static BODY: LazyLock<Builder<'static>> = LazyLock::new(body);
static TEXT: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut builder = Builder::empty();
    builder.clean_content_tags(WITHOUT_CONTENT.iter().copied().collect());
    builder
});

fn body() -> Builder<'static> {
    let mut builder = Builder::empty();
    let of = |names: &[&[&'static str]]| names.concat().into_iter().collect::<HashSet<_>>();
    let foreign = |tags: &[&'static str], attributes: &[&'static str]| -> Vec<(&'static str, HashSet<&'static str>)> {
        tags.iter().map(|tag| (*tag, attributes.iter().copied().collect())).collect()
    };
    let mut attributes: HashMap<&str, HashSet<&str>> = foreign(MATHML, MATHML_ATTRIBUTES).into_iter().collect();
    attributes.extend(foreign(SVG, SVG_ATTRIBUTES));
    attributes.extend(OWN_ATTRIBUTES.iter().map(|(tag, names)| (*tag, of(&[names]))));
    let named = |uri| HashMap::from([("xmlns", uri)]);
    builder
        .tags(of(&[TAGS, MATHML, SVG]))
        .set_tag_attribute_values(HashMap::from([
            ("svg", named("http://www.w3.org/2000/svg")),
            ("math", named("http://www.w3.org/1998/Math/MathML")),
        ]))
        .clean_content_tags(of(&[WITHOUT_CONTENT]))
        .generic_attributes(of(&[ATTRIBUTES]))
        .tag_attributes(attributes)
        .url_schemes(of(&[SCHEMES, &["data"]]))
        .attribute_filter(filtered)
        .url_relative(UrlRelative::Custom(Box::new(absolute)))
        .link_rel(None)
        .strip_comments(true);
    builder
}

/// `data:` may only bring pictures.
fn filtered<'u>(_: &str, name: &str, value: &'u str) -> Option<Cow<'u, str>> {
    let is_address = matches!(name, "href" | "src" | "cite" | "longdesc" | "poster" | "usemap");
    if is_address && starts_with_scheme(value, "data") && !(name == "src" && is_picture(value)) {
        return None;
    }
    Some(Cow::Borrowed(value))
}

fn starts_with_scheme(value: &str, scheme: &str) -> bool {
    value.trim_start().split_once(':').is_some_and(|(start, _)| start.eq_ignore_ascii_case(scheme))
}

fn is_picture(value: &str) -> bool {
    let value = value.trim_start().to_ascii_lowercase();
    ["png", "gif", "jpeg", "jpg", "webp", "avif"].iter().any(|kind| value.starts_with(&format!("data:image/{kind}")))
}

fn absolute(relative: &str) -> Option<Cow<'_, str>> {
    BASE.with_borrow(|base| match base {
        Some(base) => Some(Cow::Owned(address::absolute(relative, Some(base)))),
        None => Some(Cow::Borrowed(relative)),
    })
}

pub(super) fn clean(html: &str, base: Option<&Url>) -> String {
    BASE.set(base.cloned());
    let cleaned = BODY.clean(html).to_string();
    BASE.set(None);
    cleaned
}

/// The text alone.
pub(super) fn text(html: &str) -> String {
    unescaped(&TEXT.clean(html).to_string())
}

/// Whether this element of HTML may have this attribute.
pub(super) fn allows(element: &str, attribute: &str) -> bool {
    // The shorter list first.
    let own = OWN_ATTRIBUTES.iter().find(|(known, _)| *known == element);
    own.is_some_and(|(_, names)| names.contains(&attribute)) || ATTRIBUTES.contains(&attribute)
}

/// What becomes of an attribute that its element may have.
pub(super) enum Permitted {
    AsItIs,
    Absolute(String),
    No,
}

/// None where dropping it changes the order of the others.
pub(super) fn permitted(name: &str, value: &str, base: Option<&Base<'_>>) -> Option<Permitted> {
    filtered("", name, value)?;
    if !matches!(name, "href" | "src") || address::is_plain(value) {
        return Some(Permitted::AsItIs);
    }
    Some(match Url::parse(value) {
        Ok(url) if SCHEMES.contains(&url.scheme()) || url.scheme() == "data" => Permitted::AsItIs,
        Err(url::ParseError::RelativeUrlWithoutBase) => match base.and_then(Base::url) {
            Some(base) => Permitted::Absolute(address::absolute(value, Some(base))),
            None => Permitted::AsItIs,
        },
        _ => Permitted::No,
    })
}

/// What the serializer escapes.
pub(super) fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", "\u{a0}").replace("&amp;", "&")
}

pub(super) fn is_html(name: &str) -> bool {
    let known = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
    known(TAGS)
        || known(&["script", "style", "object", "embed", "form", "input", "button", "html", "body", "head"])
        || known(MATHML)
        || known(SVG)
}

/// Known inside of drawings and formulas; what runs or styles is left for the policy to remove with all in it.
pub(super) fn is_foreign(name: &str) -> bool {
    [MATHML, SVG, WITHOUT_CONTENT].iter().any(|list| list.iter().any(|known| known.eq_ignore_ascii_case(name)))
}

/// Known nowhere else.
pub(super) fn is_only_foreign(name: &str) -> bool {
    let known = |list: &[&str]| list.iter().any(|known| known.eq_ignore_ascii_case(name));
    known(MATHML) || known(SVG) || known(OTHER_FOREIGN)
}
