//! Serves the demo's feeds, pages and pictures.
//!
//! Feeds are written when they change and kept as bytes with their validators; a request only compares and copies.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::{
    Router,
    extract::{Path, State},
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED},
    },
    response::{Html, IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;

use super::{
    dates,
    newsroom::{Newsroom, Post},
    outlets::{OUTLETS, Outlet},
    pages, pictures,
    print::Print,
    write::{self, Page},
};
use crate::{digest::digest_hex, model::UnixSeconds};

/// How many entries a feed lists.
const LISTED: usize = 30;
/// How many entries of each feed have a page behind their link.
const KEPT: usize = 200;
/// So short that the demo's next step is seen within seconds.
const CACHE: &str = "max-age=2";
/// Four seconds of a sailing boat, drawn for the demo.
const FILM: &[u8] = include_bytes!("film.webm");

/// What the outlets have printed, and their feeds as they stand.
pub(super) struct Desk {
    base: String,
    state: Mutex<Printed>,
}

struct Printed {
    room: Newsroom,
    /// In the order of [`OUTLETS`].
    documents: Vec<Document>,
}

/// A feed as it is served.
#[derive(Clone, Default)]
struct Document {
    body: Bytes,
    etag: String,
    modified_at: UnixSeconds,
}

impl Desk {
    pub(super) fn open(base: String, now: UnixSeconds) -> Self {
        let mut printed =
            Printed { room: Newsroom::open(now, KEPT), documents: vec![Document::default(); OUTLETS.len()] };
        printed.write_all(&base, now);
        Desk { base, state: Mutex::new(printed) }
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    pub(super) fn step(&self) -> usize {
        self.printed().room.step()
    }

    pub(super) fn advance(&self, now: UnixSeconds) {
        let mut printed = self.printed();
        printed.room.advance(now);
        printed.write_all(&self.base, now);
    }

    #[cfg(test)]
    pub(super) fn body(&self, outlet: &Outlet) -> String {
        let place = OUTLETS.iter().position(|other| other.slug == outlet.slug).unwrap();
        String::from_utf8(self.printed().documents[place].body.to_vec()).unwrap()
    }

    fn printed(&self) -> MutexGuard<'_, Printed> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn prints(&self, outlet: &Outlet, wanted: impl Fn(&Post) -> bool) -> Vec<Print> {
        self.printed().room.posts(outlet).filter(|post| wanted(post)).map(|post| Print::of(post, &self.base)).collect()
    }
}

impl Printed {
    /// Writes every feed anew and keeps the old document where nothing changed, so that its validators hold.
    fn write_all(&mut self, base: &str, now: UnixSeconds) {
        for (outlet, document) in OUTLETS.iter().zip(&mut self.documents) {
            let listed: Vec<&Post> = self.room.posts(outlet).take(LISTED).collect();
            let prints: Vec<Print> = listed.iter().map(|post| Print::of(post, base)).collect();
            let changed_at = listed.iter().map(|post| post.updated_at).max().unwrap_or(now);
            let body = Page { outlet, base, prints: &prints, changed_at }.document();
            if body.as_bytes() != document.body {
                *document = Document {
                    etag: format!("\"{}\"", digest_hex(body.as_bytes())),
                    body: body.into(),
                    modified_at: now,
                };
            }
        }
    }
}

pub(super) fn router(desk: Arc<Desk>) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/film.webm", get(film))
        .route("/photos/{file}", get(photo))
        .route("/{outlet}/", get(home))
        .route("/{outlet}/{file}", get(file))
        .with_state(desk)
}

async fn index(State(desk): State<Arc<Desk>>) -> Html<String> {
    Html(pages::index(&desk.base))
}

async fn film() -> Response {
    ([(CONTENT_TYPE, "video/webm")], FILM).into_response()
}

async fn photo(Path(file): Path<String>) -> Response {
    match pictures::draw(&file) {
        Some(drawing) => {
            ([(CONTENT_TYPE, pictures::MEDIA_TYPE), (CACHE_CONTROL, "max-age=86400")], drawing).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn home(State(desk): State<Arc<Desk>>, Path(slug): Path<String>) -> Response {
    match Outlet::named(&slug) {
        Some(outlet) => Html(pages::home(outlet, &desk.prints(outlet, |_| true), &desk.base)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// An outlet's feed, or the page of one of its articles.
async fn file(
    State(desk): State<Arc<Desk>>,
    Path((slug, file)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    let Some(place) = OUTLETS.iter().position(|outlet| outlet.slug == slug) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let outlet = &OUTLETS[place];
    if file == outlet.file {
        let document = desk.printed().documents[place].clone();
        return document.answer(outlet, &headers);
    }
    let number = file.rsplit_once('-').and_then(|(_, number)| number.parse::<usize>().ok());
    match desk.prints(outlet, |post| Some(post.number) == number).first() {
        Some(print) => Html(pages::article(print, &desk.base)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Document {
    fn answer(self, outlet: &Outlet, asked: &HeaderMap) -> Response {
        // A 304 repeats these (RFC 9110 §15.4.5).
        let validators = [
            (ETAG, self.etag.clone()),
            (LAST_MODIFIED, dates::http(self.modified_at)),
            (CACHE_CONTROL, CACHE.to_owned()),
        ];
        if self.is_known_to(asked) {
            return (StatusCode::NOT_MODIFIED, validators).into_response();
        }
        (validators, [(CONTENT_TYPE, write::media_type(outlet.dialect))], self.body).into_response()
    }

    /// If-None-Match decides alone where both are sent (RFC 9110 §13.2.2).
    fn is_known_to(&self, asked: &HeaderMap) -> bool {
        let header = |name| asked.get(name).and_then(|value| value.to_str().ok());
        if let Some(tags) = header(IF_NONE_MATCH) {
            return tags.split(',').map(str::trim).any(|tag| tag == "*" || tag.trim_start_matches("W/") == self.etag);
        }
        header(IF_MODIFIED_SINCE).and_then(dates::read_http).is_some_and(|since| self.modified_at <= since)
    }
}
