//! What readers are shown: fills the views of pages from editions and the store, for `serve` to send.
//!
//! Reads only, on connections of its own. What may be seen by whom is decided here: private feeds are never named, and
//! upkeep pages answer only where the whole server is on loopback (RULES 4).

mod upkeep;

use std::{borrow::Cow, sync::Arc};

use tokio::sync::mpsc;

use crate::{
    clock::Clock,
    daemon::Command,
    edition::{self, Editions, outlet, stem},
    model::{ContentLevel, FeedConfig, OutputConfig, PageOrder, Pictures, UnixSeconds},
    reconcile,
    render::{
        self, Addresses, Format,
        opml::{Outline, opml},
        pages::{
            self, ErrorView, FeedHealth, FeedRow, FrontView, Headline, OutputRow, OutputView, Report, Situation,
            StatusView, StoryView,
        },
    },
    schedule, select,
    serve::{Answer, Page, Served, Site, Wanted},
    store::{self, StoreError},
};

/// Where story pages are, for what is relative to it.
const STORY_PATH: &str = "/story/id";
/// Failures named on an empty front page.
const FAILURES_NAMED: usize = 5;
/// Pages say "12 min ago": they stand for a minute at most.
const PAGE_MAX_AGE: u64 = 30;
/// The stylesheet's address changes with its content.
const STYLE_MAX_AGE: u64 = 7 * 86_400;
/// A feed that answers, with nothing new for this long, is stale (RULES 5), in seconds.
const STALE_AFTER: UnixSeconds = 30 * 86_400;

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
    async fn feed(&self, wanted: &Wanted<'_>) -> Result<Answer, String> {
        let Some(config) = self.editions.config(&wanted.output) else {
            return self.not_configured(&wanted.output).await.map_err(|error| error.to_string());
        };
        if let Some(token) = &config.token
            && !wanted.token.as_deref().is_some_and(|known| is_same(known, token))
        {
            return Ok(Answer::Denied);
        }
        let is_private = config.token.is_some();
        self.document(wanted, is_private).await.map_err(|error| error.to_string())
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
    async fn document(&self, wanted: &Wanted<'_>, is_private: bool) -> Result<Answer, StoreError> {
        let base = self.editions.settings().server.base_url.as_deref();
        let found = match wanted.page {
            None => self.editions.current(&wanted.output).await?,
            Some(page) => match self.editions.page(&wanted.output, page).await? {
                Some(edition::Page::Expired) => return Ok(Answer::Gone),
                Some(edition::Page::Held(page)) => Some(page),
                Some(edition::Page::Missing) | None => None,
            },
        };
        let Some(edition) = found else { return Ok(Answer::Missing) };
        let mut feed = edition.feed(wanted.format, base).await;
        feed.is_private = is_private;
        // Never after Date (RFC 9110 §8.8.2.1), also where the clock once ran ahead.
        feed.last_modified_at = feed.last_modified_at.min(self.clock.now());
        let has = wanted.delta_to.filter(|_| wanted.page.is_none());
        feed.delta = has.and_then(|tags| self.editions.delta(&wanted.output, &edition, wanted.format, tags));
        Ok(Answer::Feed(Box::new(feed)))
    }

    /// An output of an earlier configuration, or none.
    async fn not_configured(&self, name: &str) -> Result<Answer, StoreError> {
        if let Some(now) = self.editions.alias(name) {
            return Ok(Answer::Moved(stem(now)));
        }
        let name = name.to_owned();
        let was_published = self.read(move |reader| reader.knows_output(&name)).await?;
        Ok(if was_published { Answer::Gone } else { Answer::Missing })
    }

    fn site(&self, root: &str) -> pages::Site {
        let server = &self.editions.settings().server;
        pages::Site {
            title: server.title.clone(),
            base: server.base_url.clone(),
            local: self.local.clone(),
            root: root.into(),
            pictures: server.pictures,
        }
    }

    fn outputs(&self) -> Vec<OutputView> {
        let settings = self.editions.settings();
        // The feed of everything comes last: chosen ones suit people better (RULES 4).
        let shown = settings.outputs.iter().filter(|output| output.token.is_none() && !output.is_derived());
        let (all, chosen): (Vec<_>, Vec<_>) = shown.partition(|output| output.name == "all");
        let view = |output: &crate::model::OutputConfig| OutputView {
            title: output
                .title
                .clone()
                .unwrap_or_else(|| if output.name == "all" { "Everything".into() } else { output.name.clone() }),
            description: output.description.clone(),
            stem: stem(&output.name),
        };
        chosen.into_iter().chain(all).map(view).collect()
    }

    async fn front(&self) -> Result<Served, StoreError> {
        let outputs = self.outputs();
        let first = self
            .editions
            .settings()
            .outputs
            .iter()
            .find(|output| outputs.first().is_some_and(|view| view.stem == stem(&output.name)));
        let name = first.map_or("all", |output| output.name.as_str());
        let mut edition = self.editions.current(name).await?;
        if edition.as_ref().is_none_or(|edition| edition.edition.entries.is_empty()) {
            edition = self.editions.current("all").await?;
        }
        let Some(edition) = edition else { return Ok(self.not_found(&Page::Front)) };
        let mut shown = Cow::Borrowed(&edition.edition);
        if first.is_some_and(|output| output.order == PageOrder::Top) {
            select::by_prominence(&mut shown.to_mut().entries);
        }
        let (feeds, totals) = self.feeds_and_totals().await?;
        let failing: Vec<&store::FeedRow> = feeds.iter().filter(|feed| feed.state.last_error.is_some()).collect();
        let view = FrontView {
            site: self.site(""),
            edition: &shown,
            outputs,
            situation: Situation {
                feeds: feeds.len(),
                polled: feeds.iter().filter(|feed| feed.state.last_poll_at.is_some()).count(),
                failing: failing.len(),
                failures: failing
                    .iter()
                    .take(FAILURES_NAMED)
                    .map(|feed| (feed.name.clone(), feed.state.last_error.clone().unwrap_or_default()))
                    .collect(),
                articles: totals.articles,
            },
        };
        let has_pictures = view.site.pictures == Pictures::Show;
        Ok(Served { has_pictures, ..html(200, pages::front(&view, self.clock.now())) })
    }

    async fn story(&self, id: &str) -> Result<Served, StoreError> {
        let missing = || Ok(self.not_found(&Page::Story(id.into())));
        let Ok(id) = uuid::Uuid::parse_str(id) else { return missing() };
        let (rows, withdrawn) =
            self.read(move |reader| Ok((reader.reports(id)?, reader.withdrawn_article(id)?))).await?;
        if let Some(withdrawn) = withdrawn {
            return Ok(self.withdrawn(&withdrawn));
        }
        let Some(rows) = rows else { return missing() };
        let mut reports: Vec<Report> = rows
            .iter()
            .filter(|row| self.is_public(&row.feed))
            .map(|row| report(row, self.shown_of(&row.feed)))
            .collect();
        reports.sort_by_key(|report| report.published_at);
        let Some(lead) = reports.iter().find(|report| report.is_lead).or(reports.first()) else { return missing() };
        let view = StoryView {
            site: self.site(&pages::relative_root(STORY_PATH)),
            title: lead.title.clone(),
            language: lead.language.clone(),
            reports,
        };
        Ok(html(200, pages::story(&view, self.clock.now())))
    }

    /// A page quotes; what a feed lets us show may be less (RULES 4).
    fn shown_of(&self, feed: &str) -> ContentLevel {
        let republish = self.config(feed).and_then(|config| config.republish);
        republish.map_or(ContentLevel::Summary, |level| level.min(ContentLevel::Summary))
    }

    fn is_public(&self, feed: &str) -> bool {
        self.config(feed).is_none_or(|config| !config.private)
    }

    async fn status(&self) -> Result<Served, StoreError> {
        let (feeds, totals) = self.feeds_and_totals().await?;
        let now = self.clock.now();
        let mut outputs = Vec::new();
        for config in self.editions.settings().outputs.iter().filter(|output| !output.is_derived()) {
            let Some(edition) = self.editions.current(&config.name).await? else { continue };
            outputs.push(OutputRow {
                title: edition.edition.title.clone(),
                stem: stem(&config.name),
                entries: edition.edition.entries.len(),
                updated_at: Some(edition.edition.updated_at),
                note: String::new(),
            });
        }
        let view = StatusView {
            site: self.site(""),
            version: env!("CARGO_PKG_VERSION").into(),
            started_at: self.started_at,
            articles: totals.articles,
            stories: totals.stories,
            feeds: feeds.into_iter().map(|feed| self.feed_row(feed, now)).collect(),
            outputs,
            warnings: self.editions.troubles(),
        };
        Ok(html(200, pages::status(&view, now)))
    }

    fn feed_row(&self, feed: store::FeedRow, now: UnixSeconds) -> FeedRow {
        let config = self.config(&feed.name);
        let is_private = config.is_none_or(|config| config.private);
        FeedRow {
            health: health(&feed, config, now),
            url: (!is_private).then_some(feed.url),
            site_url: feed.state.site_url.filter(|_| !is_private),
            name: feed.name,
            articles: feed.articles,
            rhythm: schedule::rhythm(&feed.state.rhythm),
            by_hour: feed.state.rhythm.by_hour,
            last_poll_at: feed.state.last_poll_at,
            last_new_at: feed.state.last_new_at,
            next_poll_at: feed.state.next_poll_at,
            next_poll_reason: feed.state.next_poll_reason,
            failures: feed.state.failures,
            last_error: feed.state.last_error,
        }
    }

    fn config(&self, feed: &str) -> Option<&FeedConfig> {
        self.editions.settings().feeds.iter().find(|config| config.name == feed)
    }

    async fn status_json(&self) -> Result<Served, StoreError> {
        let (feeds, totals) = self.feeds_and_totals().await?;
        let now = self.clock.now();
        let rows: Vec<serde_json::Value> = feeds
            .into_iter()
            .map(|feed| {
                let row = self.feed_row(feed, now);
                serde_json::json!({
                    "name": row.name, "url": row.url, "state": row.health.word(), "articles": row.articles,
                    "last_poll_at": row.last_poll_at, "last_new_at": row.last_new_at, "next_poll_at": row.next_poll_at,
                    "next_poll_reason": row.next_poll_reason, "rhythm": row.rhythm, "failures": row.failures, "last_error": row.last_error,
                })
            })
            .collect();
        let status = serde_json::json!({
            "version": env!("CARGO_PKG_VERSION"), "started_at": self.started_at, "articles": totals.articles,
            "copies": totals.copies, "stories": totals.stories, "feeds": rows, "warnings": self.editions.troubles(),
        });
        Ok(served("application/json", format!("{status}\n"), PAGE_MAX_AGE))
    }

    async fn opml(&self) -> Result<Served, StoreError> {
        let settings = self.editions.settings();
        let public = settings.feeds.iter().filter(|feed| !feed.private);
        let outlines: Vec<Outline> = public.map(Outline::from).collect();
        let text = String::from_utf8_lossy(&opml(&settings.server.title, &outlines)).into_owned();
        Ok(served("text/x-opml; charset=utf-8", text, PAGE_MAX_AGE))
    }

    /// What is left of an article that was taken back (RULES 3).
    fn withdrawn(&self, withdrawn: &store::WithdrawnRow) -> Served {
        let (status, heading, advice) = match withdrawn.is_legal {
            true => (451, "This article may not be shown, for legal reasons.".to_owned(), String::new()),
            false => (410, "This article was withdrawn.".to_owned(), format!("Its headline was: {}.", withdrawn.title)),
        };
        let view = ErrorView {
            site: self.site(&pages::relative_root(STORY_PATH)),
            status,
            heading,
            advice: format!("{advice} These are the feeds that are published here:").trim().to_owned(),
            outputs: self.outputs(),
        };
        html(status, pages::error(&view))
    }

    async fn notices(&self) -> Result<Served, StoreError> {
        let rows = self.read(|reader| reader.notices()).await?;
        let server = &self.editions.settings().server;
        let edition = self.editions.notices(&rows, self.started_at);
        let addresses = Addresses { base: server.base_url.as_deref(), stem: "notices" };
        let feed = render::feed(Format::Atom, &edition, &addresses);
        Ok(served(feed.media_type, String::from_utf8_lossy(&feed.body).into_owned(), PAGE_MAX_AGE))
    }

    /// The outputs, for readers that take lists; those behind a token are in none. Addresses of others need base_url.
    fn outputs_opml(&self) -> Served {
        let settings = self.editions.settings();
        let base = settings.server.base_url.as_deref().unwrap_or(&self.local);
        let outline = |output: &OutputConfig| Outline {
            title: edition::title(settings, output),
            url: format!("{base}{}.atom", render::encoded(&stem(&output.name))),
            site_url: Some(base.to_owned()),
            description: output.description.clone(),
            language: output.languages.first().filter(|_| output.languages.len() == 1).cloned(),
            groups: Vec::new(),
        };
        let outlines: Vec<Outline> =
            settings.outputs.iter().filter(|output| output.token.is_none()).map(outline).collect();
        let text = String::from_utf8_lossy(&opml(&settings.server.title, &outlines)).into_owned();
        served("text/x-opml; charset=utf-8", text, PAGE_MAX_AGE)
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

    async fn feeds_and_totals(&self) -> Result<(Vec<store::FeedRow>, store::Totals), StoreError> {
        self.read(|reader| Ok((reader.feeds()?, reader.totals()?))).await
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

/// Compared whole, whatever differs first: the time that it takes tells nothing of the secret but its length.
fn is_same(known: &str, token: &str) -> bool {
    let differs = known.bytes().zip(token.bytes()).fold(0, |differs, (a, b)| std::hint::black_box(differs | (a ^ b)));
    known.len() == token.len() && differs == 0
}

fn health(feed: &store::FeedRow, config: Option<&FeedConfig>, now: UnixSeconds) -> FeedHealth {
    let state = &feed.state;
    match config {
        Some(config) if !config.enabled => FeedHealth::Off,
        _ if state.gone => FeedHealth::Gone,
        _ if state.last_error.is_some() => FeedHealth::Failing,
        _ if state.last_poll_at.is_none() => FeedHealth::Waiting,
        _ if state.last_new_at.is_some_and(|at| now - at > STALE_AFTER) => FeedHealth::Stale,
        _ => FeedHealth::Well,
    }
}

/// The first settled article stands for the others.
fn report(row: &store::ReportRow, level: ContentLevel) -> Report {
    let article = &row.article;
    let published_at = article.published_at.unwrap_or(row.first_seen_at);
    Report {
        title: article.title.clone(),
        link: article.link.clone(),
        source: outlet(article.link.as_deref(), &row.credits),
        published_at,
        updated_at: article.updated_at.filter(|at| *at > published_at),
        text: select::shown(article.clone(), level).summary,
        language: article.language.clone(),
        authors: article.fields.authors.iter().map(|author| author.name.clone()).collect(),
        is_lead: row.why.is_none(),
        is_copy: row.copy_of.is_some(),
        is_correction: reconcile::revision::is_correction(
            &article.title,
            article.content.as_deref().unwrap_or_default(),
        ),
        why: row.why.as_ref().map(|(rule, score, words)| in_words(rule, *score, words)),
        earlier: row.earlier.iter().map(|(title, at)| Headline { title: title.clone(), since_at: *at }).collect(),
    }
}

/// "same text (0.93)": why an article is here.
fn in_words(rule: &str, score: Option<f64>, words: &str) -> String {
    let score = score.map_or_else(String::new, |score| format!(" ({score:.2})"));
    match rule {
        "link" => "the same page".into(),
        "origin" => "the same entry, through another feed".into(),
        "credit" => "the same headline, credited to an outlet that has it".into(),
        "title" => "the same headline".into(),
        "text" => format!("the same text{score}"),
        "hand" => words.to_owned(),
        _ => format!("the same event{score}: {words}"),
    }
}

fn html(status: u16, body: String) -> Served {
    Served { status, media_type: "text/html; charset=utf-8", body, max_age: PAGE_MAX_AGE, has_pictures: false }
}

fn served(media_type: &'static str, body: String, max_age: u64) -> Served {
    Served { status: 200, media_type, body, max_age, has_pictures: false }
}
