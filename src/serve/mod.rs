//! The door to readers: HTTP in, read-only.
//!
//! `daemon` binds it and `site` answers through the [`Site`] trait; what is served is bytes that were made before or are
//! made once for all askers. Here are paths, conditions, codings and headers (RFC 9110), and the bounds on connections.
//! Not here: what a feed holds (`edition`), what a page says (`render`), who may see what (`site`).

mod answer;
pub mod document;
mod listen;

use std::{future::Future, sync::Arc};

use axum::{
    Router,
    extract::{Path, Request, State},
    http::{HeaderMap, StatusCode, Uri},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use tokio::time::Instant;

pub use document::{Delta, Document, Feed};
pub use listen::{Listener, bind};

use crate::{metrics, render::Format};

/// What is behind the paths.
pub trait Site: Send + Sync + 'static {
    /// What an output's address leads to. `Err`: why it cannot be had now.
    fn output(&self, wanted: &Wanted<'_>) -> impl Future<Output = Result<Answer, String>> + Send;
    fn page(&self, page: Page) -> impl Future<Output = Served> + Send;
    /// Whether search engines may list what is served.
    fn is_indexed(&self) -> bool;
}

/// What somebody asks for of an output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted<'a> {
    pub output: String,
    pub form: Form,
    /// The secret that the asker knows.
    pub token: Option<String>,
    /// The editions that the asker has, where a delta would do.
    pub delta_to: Option<&'a str>,
}

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

/// What comes of it.
#[derive(Debug, Clone)]
pub enum Answer {
    Feed(Box<Feed>),
    Page(Served),
    /// The output has another name now: its path below the root, without the extension.
    Moved(String),
    /// It is for those who know a secret.
    Denied,
    /// It was published once.
    Gone,
    /// It never was.
    Missing,
}

/// Pages for people and programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    Front,
    Status,
    StatusJson,
    Story(String),
    Opml,
    /// What the daemon has to tell its operator, as Atom.
    Notices,
    /// Numbers for a monitor.
    Metrics,
    /// Whether it does its work.
    Ready,
    OutputsOpml,
    Stylesheet,
    Robots,
    /// Nothing is here: says so, and what is.
    NotFound {
        path: String,
    },
    /// It was here, and is no more: the same.
    Gone {
        path: String,
    },
}

/// A page, made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Served {
    pub status: u16,
    pub media_type: &'static str,
    pub body: String,
    /// For how long a browser may keep it, in seconds.
    pub max_age: u64,
    /// It shows pictures of others, and its policy must let them in.
    pub has_pictures: bool,
    /// Behind a token: no cache of others may keep it.
    pub is_private: bool,
}

/// Everything that answers, ready to be replaced whole by a reload.
pub type Pages = Router;

/// Everything that is served: below the root and, where `base_url` has a path, below that too, so that it does not matter
/// whether a proxy before us takes the path off.
pub fn router<S: Site>(site: Arc<S>, base_url: Option<&str>) -> Pages {
    let routes = routes(site);
    let path =
        base_url.and_then(|base| url::Url::parse(base).ok()).map(|base| base.path().trim_end_matches('/').to_owned());
    let Some(path) = path.filter(|path| !path.is_empty()) else { return routes };
    let below = middleware::from_fn(move |request, next: Next| next.run(without_prefix(request, &path)));
    Router::new().fallback_service(routes).layer(below)
}

/// `/news/feed.atom?x` is `/feed.atom?x` where the prefix is `/news`.
fn without_prefix(mut request: Request, prefix: &str) -> Request {
    let whole = request.uri().path_and_query().map_or("", |whole| whole.as_str());
    if let Some(rest) = whole.strip_prefix(prefix).filter(|rest| rest.is_empty() || rest.starts_with(['/', '?'])) {
        let slash = if rest.starts_with('/') { "" } else { "/" };
        if let Ok(uri) = format!("{slash}{rest}").parse() {
            *request.uri_mut() = uri;
        }
    }
    request
}

/// The paths of DESIGN 6. axum answers HEAD where GET is answered.
fn routes<S: Site>(site: Arc<S>) -> Router {
    let is_indexed = site.is_indexed();
    Router::new()
        .route("/", page_route(|_| Page::Front))
        .route("/status", page_route(|_| Page::Status))
        .route("/api/status", page_route(|_| Page::StatusJson))
        .route("/story/{id}", page_route(|uri| Page::Story(last_segment(uri))))
        .route("/opml.xml", page_route(|_| Page::Opml))
        .route("/notices.atom", page_route(|_| Page::Notices))
        .route("/outputs.opml", page_route(|_| Page::OutputsOpml))
        .route("/style.css", page_route(|_| Page::Stylesheet))
        .route("/robots.txt", page_route(|_| Page::Robots))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", page_route(|_| Page::Ready))
        .route("/metrics", page_route(|_| Page::Metrics))
        .route("/{file}", get(output::<S>))
        .route("/feed/archive/{file}", get(output::<S>))
        .route("/{place}/{file}", get(output::<S>))
        .route("/{place}/{name}/archive/{file}", get(output::<S>))
        .fallback(not_found::<S>)
        .method_not_allowed_fallback(answer::other_method)
        .layer(middleware::map_response(move |response| async move { answer::marked(response, is_indexed) }))
        .layer(middleware::from_fn(counted))
        .with_state(site)
}

/// The pages of upkeep alone, for an address of their own.
pub fn upkeep_router<S: Site>(site: Arc<S>) -> Pages {
    Router::new()
        .route("/", page_route(|_| Page::Status))
        .route("/status", page_route(|_| Page::Status))
        .route("/api/status", page_route(|_| Page::StatusJson))
        .route("/opml.xml", page_route(|_| Page::Opml))
        .route("/notices.atom", page_route(|_| Page::Notices))
        .route("/style.css", page_route(|_| Page::Stylesheet))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", page_route(|_| Page::Ready))
        .route("/metrics", page_route(|_| Page::Metrics))
        .fallback(|| async {
            answer::plain(StatusCode::NOT_FOUND, "here are /status, /metrics, /readyz and /opml.xml\n")
        })
        .layer(middleware::from_fn(counted))
        .with_state(site)
}

/// Counts the request and its time.
async fn counted(request: Request, next: Next) -> Response {
    let kind = kind(request.uri().path());
    let began = Instant::now();
    let response = next.run(request).await;
    metrics::answered(kind, response.status().as_u16(), began.elapsed());
    response
}

/// What is asked for, as one of a few words: paths are the askers' to choose.
fn kind(path: &str) -> &'static str {
    let is_feed =
        Format::ALL.into_iter().any(|format| path.rsplit_once('.').is_some_and(|(_, end)| end == format.extension()));
    match path {
        _ if is_feed => "feed",
        "/healthz" | "/readyz" | "/metrics" | "/status" | "/api/status" => "upkeep",
        _ => "page",
    }
}

fn page_route<S: Site>(page: fn(&Uri) -> Page) -> axum::routing::MethodRouter<Arc<S>> {
    get(move |State(site): State<Arc<S>>, uri: Uri, headers: HeaderMap| async move {
        answer::page(site.page(page(&uri)).await, &headers)
    })
}

async fn output<S: Site>(
    State(site): State<Arc<S>>,
    Path(segments): Path<Vec<(String, String)>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let segments: Vec<&str> = segments.iter().map(|(_, segment)| segment.as_str()).collect();
    let is_archive = uri.path().contains("/archive/");
    let Some((output, form)) = named(&segments, is_archive) else { return missing(&*site, &uri, &headers).await };
    let wanted = Wanted { output, form, token: answer::token(&uri, &headers), delta_to: answer::delta_to(&headers) };
    match site.output(&wanted).await {
        Ok(Answer::Feed(feed)) => answer::feed(&feed, &headers).await,
        Ok(Answer::Page(page)) => answer::page(page, &headers),
        Ok(Answer::Moved(stem)) => answer::moved(&form.path(&stem), &uri),
        Ok(Answer::Denied) => answer::denied(),
        Ok(Answer::Gone) => answer::page(site.page(Page::Gone { path: uri.path().to_owned() }).await, &headers),
        Ok(Answer::Missing) => missing(&*site, &uri, &headers).await,
        Err(reason) => {
            answer::plain(StatusCode::SERVICE_UNAVAILABLE, &format!("this feed cannot be read now: {reason}\n"))
        }
    }
}

impl Form {
    /// Below the root, of an output that is at `stem`.
    fn path(self, stem: &str) -> String {
        match self {
            Form::Document(format) => format!("{stem}.{}", format.extension()),
            Form::Archive(format, page) => format!("{stem}/archive/{page}.{}", format.extension()),
            Form::Headlines => stem.to_owned(),
        }
    }
}

/// What a path's parts name: `o`, `top.atom`; `group`, `world`, `3.rss`; `feed.json`; `lang`, `en`.
fn named(segments: &[&str], is_archive: bool) -> Option<(String, Form)> {
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

async fn not_found<S: Site>(State(site): State<Arc<S>>, uri: Uri, headers: HeaderMap) -> Response {
    missing(&*site, &uri, &headers).await
}

async fn missing<S: Site>(site: &S, uri: &Uri, headers: &HeaderMap) -> Response {
    answer::page(site.page(Page::NotFound { path: uri.path().to_owned() }).await, headers)
}

fn last_segment(uri: &Uri) -> String {
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
            ("/news", "/"),
            ("/news?x", "/?x"),
            ("/newsroom", "/newsroom"),
            ("/feed.atom", "/feed.atom"),
        ] {
            let request = Request::builder().uri(asked).body(axum::body::Body::empty()).unwrap();
            assert_eq!(without_prefix(request, "/news").uri(), expected, "{asked}");
        }
    }
}
