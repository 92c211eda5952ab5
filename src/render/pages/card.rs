//! One entry as pages list it.

use super::{Moment, Site, TEASER_WORDS, TITLE_WORDS, direction};
use crate::{
    model::{AlsoReported, Article, EditionEntry, MediaKind, Pictures, UnixSeconds},
    render::{
        address,
        entry::{other_outlets, outlet, title},
        language, pictures,
        plain::{first_words, folded, meant, text},
    },
};

/// Outlets named on a card; the story page has all.
const OUTLETS: usize = 5;
const CAPTION_WORDS: usize = 40;

pub(super) struct Card {
    pub(super) title: String,
    /// Empty where there is none to follow.
    pub(super) link: String,
    pub(super) source: String,
    pub(super) source_link: String,
    pub(super) published: Moment,
    pub(super) teaser: String,
    pub(super) picture: Option<Picture>,
    pub(super) lang: String,
    pub(super) dir: &'static str,
    /// The language's own name, where it is not English, the language of the page.
    pub(super) language: String,
    pub(super) outlets: Vec<Outlet>,
    pub(super) more_outlets: usize,
    pub(super) story: String,
}

/// A photo with what is printed below it.
pub(super) struct Picture {
    pub(super) url: String,
    /// Caption and credit; empty where the feed gave neither.
    pub(super) words: String,
    pub(super) is_shown: bool,
}

pub(super) struct Outlet {
    pub(super) name: String,
    pub(super) link: String,
    pub(super) title: String,
}

impl Card {
    pub(super) fn of(entry: &EditionEntry, site: &Site, now: UnixSeconds) -> Card {
        let article = &entry.article;
        // Also those that came later: a page, unlike an entry, may change.
        let outlets = other_outlets(entry, entry.also_reported.iter().chain(&entry.late_copies));
        let html = article.summary.as_deref().or(article.content.as_deref()).unwrap_or_default();
        let teaser = first_words(&text(html), TEASER_WORDS);
        // Where there is no title, its first words already stand for it.
        let teaser = if article.title.trim().is_empty() { String::new() } else { teaser };
        let html = article.content.as_deref().or(article.summary.as_deref()).unwrap_or_default();
        Card {
            picture: Picture::of(article, html, site.pictures),
            title: first_words(&title(entry), TITLE_WORDS),
            link: address::web(article.link.as_deref()).unwrap_or_default(),
            source: outlet(entry),
            source_link: address::web(entry.source.site_url.as_deref()).unwrap_or_default(),
            published: Moment::past(entry.published_at, now),
            teaser,
            lang: language::tag(article.language.as_deref()).unwrap_or_default().to_owned(),
            dir: direction(article.language.as_deref(), &article.title),
            language: language::own_name(article.language.as_deref()),
            more_outlets: outlets.len().saturating_sub(OUTLETS),
            outlets: outlets.into_iter().take(OUTLETS).map(Outlet::of).collect(),
            story: format!("{}{}", site.root, address::story_path(&entry.id)),
        }
    }

    /// What it adds to a page, near enough.
    pub(super) fn weight(&self) -> usize {
        let outlets: usize =
            self.outlets.iter().map(|outlet| 80 + outlet.name.len() + outlet.link.len() + outlet.title.len()).sum();
        500 + self.title.len()
            + self.link.len()
            + self.teaser.len()
            + self.source.len()
            + self.source_link.len()
            + self.picture.as_ref().map_or(0, |picture| 120 + picture.url.len() + picture.words.len())
            + outlets
    }
}

impl Picture {
    fn of(article: &Article, html: &str, pictures: Pictures) -> Option<Picture> {
        if pictures == Pictures::Off {
            return None;
        }
        let shown = pictures::shown(&article.fields.media, html);
        let picture = shown.into_iter().find(|media| media.kind == MediaKind::Image)?;
        let words = first_words(&pictures::words(&picture), CAPTION_WORDS);
        Some(Picture { url: picture.url, words, is_shown: pictures == Pictures::Show })
    }
}

impl Outlet {
    fn of(copy: &AlsoReported) -> Outlet {
        let link = address::web(copy.link.as_deref()).unwrap_or_default();
        Outlet { name: meant(&copy.source), link, title: folded(&copy.title) }
    }
}
