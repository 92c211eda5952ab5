//! What readers are shown: fills the views of pages from editions and the store, for `serve` to send.
//!
//! Reads only, on connections of its own. What may be seen by whom is decided here: private feeds are never named, and
//! upkeep pages answer only where the whole server is on loopback (RULES 4).

mod document;
mod front;
mod lists;
mod status;
mod story;
mod upkeep;

use std::sync::Arc;

use tokio::sync::mpsc;

use self::{document::knows_token, story::STORY_PATH};
use crate::{
    clock::Clock,
    daemon::Command,
    edition::Editions,
    model::UnixSeconds,
    render::pages::{self, ErrorView},
    serve::{Answer, Form, Page, Served, Site, Wanted},
    store::{self, StoreError},
};

/// Pages say "12 min ago": they stand for a minute at most.
const PAGE_MAX_AGE: u64 = 30;
/// The stylesheet's address changes with its content.
const STYLE_MAX_AGE: u64 = 7 * 86_400;

/// See the module.
#[derive(Debug)]
pub struct NewsSite {
    pub editions: Arc<Editions>,
    pub clock: Clock,
    /// Where this machine reaches it, ending in a slash.
    pub local: String,
    pub started_at: UnixSeconds,
    /// Whoever asks may see status, feeds and numbers: on loopback, or at an address of their own (RULES 4).
    pub shows_upkeep: bool,
    /// Where the loop is asked how it fares.
    pub commands: mpsc::Sender<Command>,
}

impl Site for NewsSite {
    async fn output(&self, wanted: &Wanted<'_>) -> Result<Answer, String> {
        let answered = match self.editions.config(&wanted.output) {
            Some(config) if !knows_token(wanted, config) => Ok(Answer::Denied),
            Some(config) => match wanted.form {
                Form::Headlines => self.headlines(config).await,
                Form::Document(format) => self.document(wanted, config, format).await,
                Form::Archive(format, page) => self.archive_page(config, format, page).await,
            },
            None => self.not_configured(&wanted.output).await,
        };
        answered.map_err(|error| error.to_string())
    }

    fn is_indexed(&self) -> bool {
        self.editions.settings().server.indexed
    }

    async fn page(&self, page: Page) -> Served {
        let made = match page {
            Page::Front => self.front().await,
            Page::Status if self.shows_upkeep => self.status().await,
            Page::StatusJson if self.shows_upkeep => self.status_json().await,
            Page::Opml if self.shows_upkeep => self.opml().await,
            Page::Notices if self.shows_upkeep => self.notices().await,
            Page::Metrics if self.shows_upkeep => self.metrics().await,
            Page::Ready => Ok(self.ready().await),
            Page::Stylesheet => Ok(served("text/css; charset=utf-8", pages::STYLESHEET.into(), STYLE_MAX_AGE)),
            Page::Robots => {
                let refused = if self.is_indexed() { "" } else { " /" };
                Ok(served("text/plain; charset=utf-8", format!("User-agent: *\nDisallow:{refused}\n"), STYLE_MAX_AGE))
            }
            Page::OutputsOpml => Ok(self.outputs_opml()),
            Page::Story(id) => self.story(&id).await,
            Page::NotFound { .. }
            | Page::Gone { .. }
            | Page::Status
            | Page::StatusJson
            | Page::Opml
            | Page::Notices
            | Page::Metrics => Ok(self.not_found(&page)),
        };
        made.unwrap_or_else(|error| self.unreadable(&error))
    }
}

impl NewsSite {
    fn site(&self, root: &str) -> pages::Site {
        let server = &self.editions.settings().server;
        pages::Site {
            title: server.title.clone(),
            base: server.base_url.clone(),
            local: self.local.clone(),
            root: root.into(),
            pictures: server.pictures,
            has_upkeep: self.shows_upkeep,
        }
    }

    fn not_found(&self, page: &Page) -> Served {
        let path = match page {
            Page::NotFound { path } | Page::Gone { path } => path.as_str(),
            Page::Story(_) => STORY_PATH,
            _ => "/",
        };
        let (status, heading) = match page {
            Page::Gone { .. } => (410, "This feed, or this page of it, is no longer published here."),
            _ => (404, "There is nothing at this address."),
        };
        let view = ErrorView {
            site: self.site(&pages::relative_root(path)),
            status,
            heading: heading.into(),
            advice: "These are the feeds that are published here:".into(),
            outputs: self.outputs(),
        };
        html(status, pages::error(&view))
    }

    fn unreadable(&self, error: &StoreError) -> Served {
        tracing::error!("a page could not be made: {error}");
        let view = ErrorView {
            site: self.site(""),
            status: 503,
            heading: "The store cannot be read now.".into(),
            advice: "The log of headlined says why. The feeds that were made before are still served:".into(),
            outputs: self.outputs(),
        };
        html(503, pages::error(&view))
    }

    async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut store::Reader) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let editions = self.editions.clone();
        let reading = tokio::task::spawn_blocking(move || read(&mut editions.reader()?));
        reading.await.unwrap_or_else(|error| Err(StoreError::Content(format!("reading stopped: {error}"))))
    }
}

fn html(status: u16, body: String) -> Served {
    Served {
        status,
        media_type: "text/html; charset=utf-8",
        body,
        max_age: PAGE_MAX_AGE,
        has_pictures: false,
        is_private: false,
    }
}

fn served(media_type: &'static str, body: String, max_age: u64) -> Served {
    Served { status: 200, media_type, body, max_age, has_pictures: false, is_private: false }
}
