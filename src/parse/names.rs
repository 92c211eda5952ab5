//! The namespaces that feeds use, under all the addresses and spellings that publishers give them.
//!
//! The tree builder resolves every prefix through here, so that repairs and supplements match on a `Space` and a name
//! in its usual case.

use std::borrow::Cow;

/// A vocabulary. `Core` is RSS of any version, with or without a namespace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    Core,
    Atom,
    Rdf,
    Content,
    Dc,
    Media,
    Itunes,
    Podcast,
    Wfw,
    Slash,
    Syndication,
    GeoRss,
    Geo,
    Gml,
    CreativeCommons,
    FeedBurner,
    Headlined,
    Access,
    Tombstones,
    Xhtml,
    MathMl,
    Svg,
    Xml,
    Other,
}

impl Space {
    /// A set of vocabularies is a number with a bit for each.
    pub(super) fn bit(self) -> u32 {
        1 << self as u8
    }
}

/// Vocabulary, the prefix that we write it with (and believe when it is undeclared), its addresses without scheme
/// and trailing marks. The first address is the one that feed-rs knows.
type Row = (Space, &'static str, &'static [&'static str]);

const SPACES: &[Row] = &[
    (
        Space::Core,
        "rss",
        &[
            "http://purl.org/rss/1.0/",
            "http://my.netscape.com/rdf/simple/0.9/",
            "http://channel.netscape.com/rdf/simple/0.9/",
            "http://my.netscape.com/publish/formats/rss-0.91.dtd",
            "http://backend.userland.com/rss",
            "http://backend.userland.com/rss2",
            "http://backend.userland.com/rss091",
            "http://blogs.law.harvard.edu/tech/rss",
            "http://cyber.law.harvard.edu/rss/rss.html",
            "http://purl.org/net/rss1.1#",
            "http://purl.org/rss/1.0/modules/rss091#",
            "http://backend.userland.com/rss20",
            "http://www.rssboard.org/rss-specification",
        ],
    ),
    (
        Space::Atom,
        "atom",
        &[
            "http://www.w3.org/2005/Atom",
            "http://purl.org/atom/ns#",
            "http://example.com/newformat#",
            "http://example.com/necho",
            "http://purl.org/echo/",
            "uri/of/echo/namespace#",
            "http://purl.org/pie/",
            "http://purl.org/net/rss1.1#atom",
        ],
    ),
    (Space::Rdf, "rdf", &["http://www.w3.org/1999/02/22-rdf-syntax-ns#"]),
    (Space::Content, "content", &["http://purl.org/rss/1.0/modules/content/"]),
    (
        Space::Dc,
        "dc",
        &["http://purl.org/dc/elements/1.1/", "http://purl.org/dc/elements/1.0/", "http://purl.org/dc/terms/"],
    ),
    (
        Space::Media,
        "media",
        &[
            "http://search.yahoo.com/mrss/",
            "http://tools.search.yahoo.com/mrss/",
            "http://video.search.yahoo.com/mrss/",
            "http://www.rssboard.org/media-rss",
        ],
    ),
    (
        Space::Itunes,
        "itunes",
        &[
            "http://www.itunes.com/dtds/podcast-1.0.dtd",
            "http://www.itunes.com/DTDs/PodCast-1.0.dtd",
            "http://example.com/DTDs/PodCast-1.0.dtd",
        ],
    ),
    (Space::Podcast, "podcast", &["https://podcastindex.org/namespace/1.0"]),
    (Space::Wfw, "wfw", &["http://wellformedweb.org/CommentAPI/"]),
    (Space::Slash, "slash", &["http://purl.org/rss/1.0/modules/slash/"]),
    (Space::Syndication, "sy", &["http://purl.org/rss/1.0/modules/syndication/"]),
    (Space::GeoRss, "georss", &["http://www.georss.org/georss", "http://www.georss.org/georss/10"]),
    (Space::Geo, "geo", &["http://www.w3.org/2003/01/geo/wgs84_pos#"]),
    (Space::Gml, "gml", &["http://www.opengis.net/gml"]),
    (
        Space::CreativeCommons,
        "creativeCommons",
        &[
            "http://backend.userland.com/creativeCommonsRssModule",
            "http://web.resource.org/cc/",
            "http://creativecommons.org/ns#",
            "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html",
        ],
    ),
    (Space::FeedBurner, "feedburner", &["http://rssnamespace.org/feedburner/ext/1.0"]),
    (Space::Headlined, "headlined", &["urn:headlined:1"]),
    (Space::Tombstones, "at", &["http://purl.org/atompub/tombstones/1.0"]),
    (Space::Access, "access", &["http://www.bloglines.com/about/specs/fac-1.0"]),
    (Space::Xhtml, "xhtml", &["http://www.w3.org/1999/xhtml"]),
    (Space::MathMl, "math", &["http://www.w3.org/1998/Math/MathML"]),
    (Space::Svg, "svg", &["http://www.w3.org/2000/svg"]),
    (Space::Xml, "xml", &["http://www.w3.org/XML/1998/namespace"]),
];

/// Undeclared prefixes that mean a vocabulary which we write otherwise.
const OTHER_PREFIXES: &[(&str, Space)] = &[
    ("cc", Space::CreativeCommons),
    ("dcterms", Space::Dc),
    ("a", Space::Atom),
    ("atom10", Space::Atom),
    ("mrss", Space::Media),
];

/// The vocabulary at an address, and whether feed-rs knows it under exactly this address.
/// The scheme, letter case, white space around it and marks at its end do not count.
pub(super) fn space(uri: &str) -> Option<(Space, bool)> {
    if let Some((space, ..)) = SPACES.iter().find(|(_, _, known)| known[0] == uri) {
        return Some((*space, true));
    }
    let wanted = bare(uri);
    let row = SPACES.iter().find(|(_, _, known)| known.iter().any(|uri| bare(uri).eq_ignore_ascii_case(wanted)))?;
    Some((row.0, false))
}

fn bare(uri: &str) -> &str {
    let uri = uri.trim().trim_end_matches(['/', '#']);
    uri.split_once("://").map_or(uri, |(_, rest)| rest)
}

/// What an undeclared prefix surely means.
pub(super) fn usual(prefix: &str) -> Option<Space> {
    let known = SPACES.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(prefix)).map(|(space, ..)| *space);
    known.or_else(|| {
        OTHER_PREFIXES.iter().find(|(known, _)| known.eq_ignore_ascii_case(prefix)).map(|(_, space)| *space)
    })
}

/// Prefix and address under which a mended document declares this vocabulary.
pub(super) fn canonical(space: Space) -> Option<(&'static str, &'static str)> {
    SPACES.iter().find(|(known, ..)| *known == space).map(|(_, prefix, uris)| (*prefix, uris[0]))
}

/// The name as a document would write it.
pub(super) fn qualified(space: Space, name: &str) -> String {
    match canonical(space).filter(|_| space != Space::Core) {
        Some((prefix, _)) => format!("{prefix}:{name}"),
        None => name.to_owned(),
    }
}

/// Names that are not all lower case; every other name is.
const MIXED_CASE: &[&str] = &[
    "pubDate",
    "lastBuildDate",
    "managingEditor",
    "webMaster",
    "skipHours",
    "skipDays",
    "textInput",
    "commentRss",
    "RDF",
    "updatePeriod",
    "updateFrequency",
    "updateBase",
    "featureName",
    "origLink",
    "Work",
    "License",
    "origEnclosureLink",
    "Point",
    "Seq",
    "starRating",
    "parentCategory",
];

/// The name in its usual case.
pub(super) fn usual_case(name: &str) -> Cow<'_, str> {
    match MIXED_CASE.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(known) if *known == name => Cow::Borrowed(name),
        Some(known) => Cow::Borrowed(known),
        None if name.bytes().any(|b| b.is_ascii_uppercase()) => Cow::Owned(name.to_ascii_lowercase()),
        None => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(uri: &str, expected: Option<(Space, bool)>) {
        assert_eq!(space(uri), expected, "{uri}");
    }

    #[test]
    fn addresses_are_recognized_however_they_are_spelled() {
        check("http://www.w3.org/2005/Atom", Some((Space::Atom, true)));
        check(" https://www.w3.org/2005/atom/ ", Some((Space::Atom, false)));
        check("http://purl.org/atom/ns#", Some((Space::Atom, false)));
        check("http://search.yahoo.com/mrss", Some((Space::Media, false)));
        check("http://example.org/unknown", None);
    }

    #[test]
    fn names_take_their_usual_case() {
        assert_eq!(usual_case("PUBDATE"), "pubDate");
        assert_eq!(usual_case("pubdate"), "pubDate");
        assert_eq!(usual_case("Title"), "title");
    }
}
