//! The door to readers: HTTP in, read-only.
//!
//! `daemon` binds it and `site` answers through the [`Site`] trait; what is served is bytes that were made before or are
//! made once for all askers. Here are paths, conditions, codings and headers (RFC 9110), and the bounds on connections.
//! Not here: what a feed holds (`edition`), what a page says (`render`), who may see what (`site`).

mod answer;
pub mod document;
mod listen;
mod path;

use std::{future::Future, pin::Pin, sync::Arc};

use axum::{
    Router,
    body::Body,
    extract::{Path, Request, State},
    http::{HeaderMap, Method, StatusCode, Uri},
    middleware::{self, Next},
    response::Response,
    routing::get,
};
use hyper::body::Incoming;
use tokio::time::Instant;

pub use document::{Delta, Document, Feed};
pub use listen::{Listener, bind};
pub use path::Form;

use path::{below, document, kind, last_segment, named, without_prefix};

use crate::metrics;

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
pub type Pages = Arc<dyn Answers>;

pub trait Answers: Send + Sync {
    fn answer(&self, request: hyper::Request<Incoming>) -> Answering;
}

type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

impl Answers for Router {
    fn answer(&self, request: hyper::Request<Incoming>) -> Answering {
        let routed = hyper_util::service::TowerToHyperService::new(self.clone());
        Box::pin(async move {
            let Ok(response) = hyper::service::Service::call(&routed, request.map(Body::new)).await;
            response
        })
    }
}

/// Everything that is served: below the root and, where `base_url` has a path, below that too, so that it does not matter
/// whether a proxy before us takes the path off.
pub fn pages<S: Site>(site: Arc<S>, base_url: Option<&str>) -> Pages {
    let path =
        base_url.and_then(|base| url::Url::parse(base).ok()).map(|base| base.path().trim_end_matches('/').to_owned());
    let path = path.filter(|path| !path.is_empty());
    Arc::new(Front { is_indexed: site.is_indexed(), others: router(site.clone(), path.clone()), site, path })
}

/// Answers for feeds, which are most of what is asked for, without a router: that takes as long as all the rest of a 304.
struct Front<S> {
    site: Arc<S>,
    is_indexed: bool,
    /// Of `base_url`.
    path: Option<String>,
    others: Router,
}

impl<S: Site> Answers for Front<S> {
    fn answer(&self, request: hyper::Request<Incoming>) -> Answering {
        let path = request.uri().path();
        let below = self.path.as_deref().and_then(|ours| below(path, ours));
        let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
        let Some((output, form)) = document(below.unwrap_or(path)).filter(|_| is_read) else {
            return self.others.answer(request);
        };
        let (site, is_indexed) = (self.site.clone(), self.is_indexed);
        let (head, _) = request.into_parts();
        Box::pin(async move {
            let began = Instant::now();
            let response = feed(&*site, output, form, &head.uri, &head.headers).await;
            metrics::answered("feed", response.status().as_u16(), began.elapsed());
            answer::marked(response, is_indexed)
        })
    }
}

fn router<S: Site>(site: Arc<S>, path: Option<String>) -> Router {
    let routes = routes(site);
    let Some(path) = path else { return routes };
    let below = middleware::from_fn(move |request: Request, next: Next| {
        let path = path.clone();
        async move {
            match request.uri().path() == path {
                true => answer::to_folder(&path), // what pages name is relative to it
                false => next.run(without_prefix(request, &path)).await,
            }
        }
    });
    Router::new().fallback_service(routes).layer(below)
}

/// The paths of DESIGN 6: feeds too, for those with escapes in their addresses. axum answers HEAD where GET is answered.
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
        .layer(middleware::from_fn(move |request, next| counted(request, next, is_indexed)))
        .with_state(site)
}

/// The pages of upkeep alone, for an address of their own.
pub fn upkeep<S: Site>(site: Arc<S>) -> Pages {
    let routes = Router::new()
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
        .layer(middleware::from_fn(|request, next| counted(request, next, true)))
        .with_state(site);
    Arc::new(routes)
}

/// Counts the request and its time, and says to search engines what every answer says. One layer for both: each costs
/// a request some microseconds.
async fn counted(request: Request, next: Next, is_indexed: bool) -> Response {
    let kind = kind(request.uri().path());
    let began = Instant::now();
    let response = next.run(request).await;
    metrics::answered(kind, response.status().as_u16(), began.elapsed());
    answer::marked(response, is_indexed)
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
    feed(&*site, output, form, &uri, &headers).await
}

async fn feed<S: Site>(site: &S, output: String, form: Form, uri: &Uri, headers: &HeaderMap) -> Response {
    let wanted = Wanted { output, form, token: answer::token(uri, headers), delta_to: answer::delta_to(headers) };
    match site.output(&wanted).await {
        Ok(Answer::Feed(feed)) => answer::feed(&feed, headers).await,
        Ok(Answer::Page(page)) => answer::page(page, headers),
        Ok(Answer::Moved(stem)) => answer::moved(&form.path(&stem), uri),
        Ok(Answer::Denied) => answer::denied(),
        Ok(Answer::Gone) => answer::page(site.page(Page::Gone { path: uri.path().to_owned() }).await, headers),
        Ok(Answer::Missing) => missing(site, uri, headers).await,
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
