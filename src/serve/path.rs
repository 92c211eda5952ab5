//! What a path asks for.

use axum::{extract::Request, http::Uri};

use crate::render::Format;

/// What of an output an address names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// What readers subscribe to.
    Document(Format),
    /// A page of its history.
    Archive(Format, u32),
    /// Its headlines, for people.
    Headlines,
}

impl Form {
    /// Below the root, of an output that is at `stem`.
    pub(super) fn path(self, stem: &str) -> String {
        match self {
            Form::Document(format) => format!("{stem}.{}", format.extension()),
            Form::Archive(format, page) => format!("{stem}/archive/{page}.{}", format.extension()),
            Form::Headlines => stem.to_owned(),
        }
    }
}

/// What a path's parts name: `o`, `top.atom`; `group`, `world`, `3.rss`; `feed.json`; `lang`, `en`.
pub(super) fn named(segments: &[&str], is_archive: bool) -> Option<(String, Form)> {
    let (last, before) = segments.split_last()?;
    let document = last.rsplit_once('.').and_then(|(stem, extension)| {
        let format = Format::ALL.into_iter().find(|format| format.extension() == extension)?;
        Some((stem, format))
    });
    let (name, form) = match document {
        Some((page, format)) if is_archive => (before.last().copied(), Form::Archive(format, page.parse().ok()?)),
        None if is_archive => return None,
        Some((stem, format)) => (Some(stem), Form::Document(format)),
        None => (Some(*last), Form::Headlines),
    };
    let output = match (before.first(), name) {
        (None, None) => "all".to_owned(),
        (None, Some("feed")) => "all".to_owned(),
        (Some(&"o"), Some(name)) => name.to_owned(),
        (Some(place @ (&"group" | &"lang")), Some(name)) => format!("{place}/{name}"),
        _ => return None,
    };
    Some((output, form))
}

/// What a path without escapes names, if it is a feed's.
pub(super) fn document(path: &str) -> Option<(String, Form)> {
    if path.contains('%') {
        return None;
    }
    let mut parts = path.strip_prefix('/')?.splitn(5, '/');
    let parts: [Option<&str>; 5] = std::array::from_fn(|_| parts.next());
    let named = match parts {
        [Some(file), None, ..] => named(&[file], false),
        [Some(place), Some(file), None, ..] => named(&[place, file], false),
        [Some("feed"), Some("archive"), Some(file), None, _] => named(&[file], true),
        [Some(place), Some(name), Some("archive"), Some(file), None] => named(&[place, name, file], true),
        _ => None,
    };
    named.filter(|(_, form)| *form != Form::Headlines)
}

/// What of a path, or of a path with its query, is below a prefix: from the slash on.
pub(super) fn below<'a>(whole: &'a str, prefix: &str) -> Option<&'a str> {
    whole.strip_prefix(prefix).filter(|rest| rest.starts_with('/'))
}

/// `/news/feed.atom?x` is `/feed.atom?x` where the prefix is `/news`.
pub(super) fn without_prefix(mut request: Request, prefix: &str) -> Request {
    let whole = request.uri().path_and_query().map_or("", |whole| whole.as_str());
    if let Some(uri) = below(whole, prefix).and_then(|rest| rest.parse().ok()) {
        *request.uri_mut() = uri;
    }
    request
}

/// What is asked for, as one of a few words: paths are the askers' to choose.
pub(super) fn kind(path: &str) -> &'static str {
    let is_feed =
        Format::ALL.into_iter().any(|format| path.rsplit_once('.').is_some_and(|(_, end)| end == format.extension()));
    match path {
        _ if is_feed => "feed",
        "/healthz" | "/readyz" | "/metrics" | "/status" | "/api/status" => "upkeep",
        _ => "page",
    }
}

pub(super) fn last_segment(uri: &Uri) -> String {
    uri.path().rsplit('/').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_name_an_output_a_page_and_a_format() {
        for (segments, is_archive, expected) in [
            (&["feed.atom"][..], false, Some(("all", Form::Document(Format::Atom)))),
            (&["o", "top.rss"], false, Some(("top", Form::Document(Format::Rss)))),
            (&["group", "world news.json"], false, Some(("group/world news", Form::Document(Format::Json)))),
            (&["lang", "en.atom"], false, Some(("lang/en", Form::Document(Format::Atom)))),
            (&["3.atom"], true, Some(("all", Form::Archive(Format::Atom, 3)))),
            (&["o", "top", "3.atom"], true, Some(("top", Form::Archive(Format::Atom, 3)))),
            (&["group", "world", "3.json"], true, Some(("group/world", Form::Archive(Format::Json, 3)))),
            (&["feed"], false, Some(("all", Form::Headlines))),
            (&["o", "top"], false, Some(("top", Form::Headlines))),
            (&["group", "U.S. news"], false, Some(("group/U.S. news", Form::Headlines))),
            (&["o", "top", "x.atom"], true, None),
            (&["o", "top", "3"], true, None),
            (&["other.atom"], false, None),
            (&["other"], false, None),
            (&["x", "top.atom"], false, None),
        ] {
            let expected = expected.map(|(output, form)| (output.to_owned(), form));
            assert_eq!(named(segments, is_archive), expected, "{segments:?}");
        }
    }

    #[test]
    fn a_path_of_base_url_is_taken_off_and_nothing_else() {
        for (asked, expected) in [
            ("/news/feed.atom?x=1", "/feed.atom?x=1"),
            ("/news/", "/"),
            ("/newsroom", "/newsroom"),
            ("/feed.atom", "/feed.atom"),
        ] {
            let request = Request::builder().uri(asked).body(axum::body::Body::empty()).unwrap();
            assert_eq!(without_prefix(request, "/news").uri(), expected, "{asked}");
        }
    }

    #[test]
    fn a_path_is_a_feeds_or_the_routers() {
        let feed = |path: &str| document(path).map(|(output, _)| output);
        for (path, output) in [
            ("/feed.atom", "all"),
            ("/o/top.json", "top"),
            ("/group/world.rss", "group/world"),
            ("/feed/archive/3.atom", "all"),
            ("/lang/en/archive/3.atom", "lang/en"),
        ] {
            assert_eq!(feed(path).as_deref(), Some(output), "{path}");
        }
        for path in ["/", "/status", "/o/top", "/o/%74op.atom", "/notices.atom", "/a/b/c/d/e.atom", "feed.atom"] {
            assert_eq!(feed(path), None, "{path}");
        }
    }
}
