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

/// Outlets named on a card; the story page has all. Of them, those that have headlines of their own.
const OUTLETS: usize = 5;
const OWN_HEADLINES: usize = 3;
/// Words of such a headline.
const OTHER_TITLE_WORDS: usize = 30;
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
    /// Other outlets, with headlines of their own.
    pub(super) others: Vec<Outlet>,
    /// Further ones, by name.
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
        let title = first_words(&title(entry), TITLE_WORDS);
        // Also those that came later: a page, unlike an entry, may change.
        let reports = entry.also_reported.iter().chain(&entry.other_reports).chain(&entry.late_copies);
        let (others, outlets) = told_apart(other_outlets(entry, reports).into_iter().map(Outlet::of), &title);
        let html = article.summary.as_deref().or(article.content.as_deref()).unwrap_or_default();
        let teaser = first_words(&text(html), TEASER_WORDS);
        // Where there is no title, its first words already stand for it.
        let teaser = if article.title.trim().is_empty() { String::new() } else { teaser };
        let html = article.content.as_deref().or(article.summary.as_deref()).unwrap_or_default();
        Card {
            picture: Picture::of(article, html, site.pictures),
            title,
            link: address::web(article.link.as_deref()).unwrap_or_default(),
            source: outlet(entry),
            source_link: address::web(entry.source.site_url.as_deref()).unwrap_or_default(),
            published: Moment::past(entry.published_at, now),
            teaser,
            lang: language::tag(article.language.as_deref()).unwrap_or_default().to_owned(),
            dir: direction(article.language.as_deref(), &article.title),
            language: language::own_name(article.language.as_deref()),
            others,
            more_outlets: outlets.len().saturating_sub(OUTLETS),
            outlets: outlets.into_iter().take(OUTLETS).collect(),
            story: format!("{}{}", site.root, address::story_path(&entry.id)),
        }
    }

    /// How many other outlets carry it.
    pub(super) fn carriers(&self) -> usize {
        self.others.len() + self.outlets.len() + self.more_outlets
    }

    /// What it adds to a page, near enough.
    pub(super) fn weight(&self) -> usize {
        let outlets = self.others.iter().chain(&self.outlets);
        let outlets: usize =
            outlets.map(|outlet| 110 + outlet.name.len() + outlet.link.len() + outlet.title.len()).sum();
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
        Outlet { name: meant(&copy.source), link, title: first_words(&folded(&copy.title), OTHER_TITLE_WORDS) }
    }
}

/// The first outlets with a headline that is not this one, and the others.
fn told_apart(outlets: impl Iterator<Item = Outlet>, title: &str) -> (Vec<Outlet>, Vec<Outlet>) {
    let title = title.to_lowercase();
    let (mut own, mut same) = (Vec::new(), Vec::new());
    for outlet in outlets {
        let is_own = !outlet.title.is_empty() && outlet.title.to_lowercase() != title;
        if is_own && own.len() < OWN_HEADLINES { own.push(outlet) } else { same.push(outlet) }
    }
    (own, same)
}
