//! An entry to our normalized record of it.
//!
//! `poll` calls this for every document. The whole document at once, because a local time without a zone takes the
//! zone of the feed's other dates. Pure: equal entries give equal articles, whenever they were fetched.

mod body;
pub mod identity;
pub mod inspect;
pub mod language;
pub mod link;
mod news;

use jiff::tz::TimeZone;
use url::Url;

use self::news::Inherited;
use crate::{
    address,
    dates::{self, Hints},
    html::{self, Allowance, Base},
    model::{Article, Entry, FeedConfig, Link, ParsedFeed, Text, UnixSeconds},
};

/// What is known of a document beside itself.
pub struct Context<'a> {
    pub config: &'a FeedConfig,
    /// The address of the document.
    pub base_url: &'a str,
}

/// One article for each entry, in document order.
pub fn articles(mut feed: ParsedFeed, context: &Context<'_>) -> Vec<Article> {
    let base = feed.base.as_deref().and_then(|base| Url::parse(base).ok());
    let hints = hints(&feed, context.config);
    let detected = language::detected(&feed, context.config.language.as_deref());
    let texts = feed.entries.iter().flat_map(|entry| [&entry.title, &entry.summary, &entry.content]).flatten();
    let allowance = Allowance::of(texts.map(|text| text.value.len()).sum());
    let entries = std::mem::take(&mut feed.entries);
    let inherited = Inherited::of(&feed);
    let whole = Whole {
        feed: &feed,
        base: base.or_else(|| Url::parse(context.base_url).ok()).and_then(address::base),
        hints,
        configured_language: context.config.language.as_deref(),
        detected,
        allowance,
        inherited,
    };
    entries.into_iter().map(|entry| article(entry, &whole)).collect()
}

/// What holds for the whole document.
struct Whole<'a> {
    feed: &'a ParsedFeed,
    base: Option<Url>,
    hints: Hints,
    configured_language: Option<&'a str>,
    detected: Option<language::Detected>,
    allowance: Allowance,
    inherited: Inherited,
}

/// A local time takes the configured zone, else the zone that the feed's other dates print.
pub fn hints(feed: &ParsedFeed, config: &FeedConfig) -> Hints {
    let configured = config.timezone.as_deref().and_then(|name| TimeZone::get(name).ok());
    let printed = || {
        let entries = feed.entries.iter().flat_map(|entry| [&entry.published, &entry.updated]);
        [&feed.updated, &feed.published].into_iter().chain(entries).flatten().find_map(|date| dates::offset(date))
    };
    // A feed prints its dates alike: the first few tell whether it has zones.
    let first = || feed.entries.iter().take(5).filter_map(|entry| entry.published.as_ref().or(entry.updated.as_ref()));
    let has_local = || first().any(|date| !dates::prints_zone(date));
    let zone = configured.or_else(|| has_local().then(printed).flatten());
    Hints { zone, formats: config.date_formats.clone() }
}

fn article(mut entry: Entry, whole: &Whole<'_>) -> Article {
    let link = link_of(&entry, whole.base.as_ref()).map(|link| link::clean(&link));
    let link_key = link.as_deref().and_then(link::key);
    let title = entry.title.as_ref().map(|title| html::plain_text_within(title, &whole.allowance)).unwrap_or_default();
    let language = language::of(&entry, whole.feed, whole.configured_language, whole.detected.as_ref());
    let (published_at, updated_at) = (read(&entry.published, &whole.hints), read(&entry.updated, &whole.hints));
    let raw_date = entry.published.take().or_else(|| entry.updated.take());
    let (summary, content) = (entry.summary.take(), entry.content.take());
    // The text's own base, else the entry's, else the entry's link, else the document's address (DESIGN 5).
    let base = Base::of(entry.base.as_deref().or(link.as_deref()), whole.base.as_ref());
    let clean = |text: Text| Some(body(&text, &base, &whole.allowance)).filter(|body| !body.is_empty());
    let (summary, content) = (summary.and_then(clean), content.and_then(clean));
    let text = content.as_deref().or(summary.as_deref()).unwrap_or_default();
    let fields = news::fields(&mut entry, &whole.inherited, text);
    Article {
        aliases: identity::aliases(
            entry.id.as_deref(),
            link.as_deref(),
            link_key.as_deref(),
            &title,
            raw_date.as_deref(),
            text,
        ),
        original_id: entry.original_id.or(entry.id),
        language,
        link_key,
        link,
        published_at,
        updated_at,
        raw_date,
        title,
        summary,
        content,
        fields,
    }
}

fn read(date: &Option<String>, hints: &Hints) -> Option<UnixSeconds> {
    dates::read(date.as_deref()?, hints)
}

fn body(text: &Text, base: &Base<'_>, allowance: &Allowance) -> String {
    match text.base.as_deref().and_then(|base| Url::parse(base).ok()) {
        Some(own) => html::clean_within(text, &Base::of(None, Some(&own)), allowance),
        None => html::clean_within(text, base, allowance),
    }
}

/// Where the entry can be read: what the publisher calls its origin, else its page, preferring what is no feed.
fn link_of(entry: &Entry, base: Option<&Url>) -> Option<String> {
    let rel = |link: &&Link, wanted: &str| link.rel.as_deref().unwrap_or("alternate").eq_ignore_ascii_case(wanted);
    let is_page = |link: &&Link| link.media_type.as_deref().is_none_or(|kind| kind.contains("html"));
    let canonical = entry.links.iter().find(|link| rel(link, "canonical"));
    let page = entry.links.iter().find(|link| rel(link, "alternate") && is_page(link));
    let other = || entry.links.iter().find(|link| rel(link, "alternate"));
    let found = canonical.or(page).or_else(other)?;
    let link = address::absolute(&found.href, base);
    (!link.is_empty()).then_some(link)
}

#[cfg(test)]
mod tests;
