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

pub use document::{Document, Feed};
pub use listen::{Listener, bind};

use crate::{metrics, render::Format};

/// What is behind the paths.
pub trait Site: Send + Sync + 'static {
    /// An output's document; None where there is no such output. `Err`: why it cannot be had now.
    fn feed(&self, output: &str, format: Format) -> impl Future<Output = Result<Option<Feed>, String>> + Send;
    fn page(&self, page: Page) -> impl Future<Output = Served> + Send;
}

/// Pages for people and programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Page {
    Front,
    Status,
    StatusJson,
    Story(String),
    Opml,
    /// Numbers for a monitor.
    Metrics,
    /// Whether it does its work.
    Ready,
    Stylesheet,
    Robots,
    /// Nothing is here: says so, and what is.
    NotFound {
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
    Router::new()
        .route("/", page_route(|_| Page::Front))
        .route("/status", page_route(|_| Page::Status))
        .route("/api/status", page_route(|_| Page::StatusJson))
        .route("/story/{id}", page_route(|uri| Page::Story(last_segment(uri))))
        .route("/opml.xml", page_route(|_| Page::Opml))
        .route("/style.css", page_route(|_| Page::Stylesheet))
        .route("/robots.txt", page_route(|_| Page::Robots))
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", page_route(|_| Page::Ready))
        .route("/metrics", page_route(|_| Page::Metrics))
        .route("/{file}", get(root_feed::<S>))
        .route("/o/{file}", get(output_feed::<S>))
        .fallback(not_found::<S>)
        .method_not_allowed_fallback(|| async {
            answer::plain(StatusCode::METHOD_NOT_ALLOWED, "headlined only answers GET and HEAD\n")
        })
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

async fn root_feed<S: Site>(
    State(site): State<Arc<S>>,
    Path(file): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    match file.rsplit_once('.') {
        Some(("feed", extension)) => feed(&*site, "all", extension, &uri, &headers).await,
        _ => missing(&*site, &uri, &headers).await,
    }
}

async fn output_feed<S: Site>(
    State(site): State<Arc<S>>,
    Path(file): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    match file.rsplit_once('.') {
        Some((output, extension)) => feed(&*site, output, extension, &uri, &headers).await,
        None => missing(&*site, &uri, &headers).await,
    }
}

async fn feed<S: Site>(site: &S, output: &str, extension: &str, uri: &Uri, headers: &HeaderMap) -> Response {
    let Some(format) = Format::ALL.into_iter().find(|format| format.extension() == extension) else {
        return missing(site, uri, headers).await;
    };
    match site.feed(output, format).await {
        Ok(Some(feed)) => answer::feed(&feed, headers).await,
        Ok(None) => missing(site, uri, headers).await,
        Err(reason) => {
            answer::plain(StatusCode::SERVICE_UNAVAILABLE, &format!("this feed cannot be read now: {reason}\n"))
        }
    }
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
