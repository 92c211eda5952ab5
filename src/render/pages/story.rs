//! A story's page: every report of it in order, and what changed.

use askama::Template;

use super::{Moment, Site, TEASER_WORDS, TITLE_WORDS, direction, page};
use crate::{
    model::UnixSeconds,
    render::{
        address, language,
        plain::{first_words, folded, meant, text},
    },
};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct StoryView {
    pub site: Site,
    /// The lead's headline.
    pub title: String,
    pub language: Option<String>,
    /// The oldest first.
    pub reports: Vec<Report>,
}

/// One article of a story.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    pub title: String,
    pub link: Option<String>,
    pub source: String,
    pub published_at: UnixSeconds,
    /// Where it moved after it was published.
    pub updated_at: Option<UnixSeconds>,
    /// Sanitized HTML; its first words are shown.
    pub text: Option<String>,
    pub language: Option<String>,
    pub authors: Vec<String>,
    pub is_lead: bool,
    /// It is the same text as an earlier report.
    pub is_copy: bool,
    pub is_correction: bool,
    /// Why it is here, in words: "same text as the lead (0.93)".
    pub why: Option<String>,
    /// Earlier wordings of the headline, the oldest first.
    pub earlier: Vec<Headline>,
}

/// A wording of a headline, and since when it stood.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headline {
    pub title: String,
    pub since_at: UnixSeconds,
}

pub fn story(view: &StoryView, now: UnixSeconds) -> String {
    let reports: Vec<ReportCard> = view.reports.iter().map(|report| ReportCard::of(report, now)).collect();
    let titles = reports.iter().map(|report| report.title.clone());
    page(&StoryPage {
        site: &view.site,
        title: said(std::iter::once(first_words(&folded(&view.title), TITLE_WORDS)).chain(titles)),
        lang: language::tag(view.language.as_deref()).unwrap_or_default(),
        dir: direction(view.language.as_deref(), &view.title),
        outlets: count_outlets(&view.reports),
        reports,
    })
}

/// The first that says something: a heading without words is nothing to read out or to click.
fn said(mut titles: impl Iterator<Item = String>) -> String {
    titles.find(|title| !title.is_empty()).unwrap_or_default()
}

fn count_outlets(reports: &[Report]) -> usize {
    reports.iter().map(|report| report.source.as_str()).collect::<std::collections::HashSet<_>>().len()
}

#[derive(Template)]
#[template(path = "story.html")]
struct StoryPage<'a> {
    site: &'a Site,
    title: String,
    lang: &'a str,
    dir: &'static str,
    outlets: usize,
    reports: Vec<ReportCard>,
}

struct ReportCard {
    title: String,
    link: String,
    source: String,
    published: Moment,
    updated: Option<Moment>,
    teaser: String,
    lang: String,
    dir: &'static str,
    language: String,
    authors: String,
    marks: Vec<&'static str>,
    why: String,
    earlier: Vec<(String, Moment)>,
}

impl ReportCard {
    fn of(report: &Report, now: UnixSeconds) -> ReportCard {
        let marks = [(report.is_lead, "lead"), (report.is_copy, "same text"), (report.is_correction, "correction")];
        let (source, text) = (meant(&report.source), text(report.text.as_deref().unwrap_or_default()));
        let titles =
            [first_words(&folded(&report.title), TITLE_WORDS), first_words(&text, TITLE_WORDS), source.clone()];
        ReportCard {
            title: said(titles.into_iter()),
            link: address::web(report.link.as_deref()).unwrap_or_default(),
            source,
            published: Moment::past(report.published_at, now),
            updated: report.updated_at.filter(|at| *at > report.published_at).map(|at| Moment::past(at, now)),
            teaser: first_words(&text, TEASER_WORDS),
            lang: language::tag(report.language.as_deref()).unwrap_or_default().to_owned(),
            dir: direction(report.language.as_deref(), &report.title),
            language: language::own_name(report.language.as_deref()),
            authors: report.authors.iter().map(|author| meant(author)).collect::<Vec<_>>().join(", "),
            marks: marks.into_iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| mark).collect(),
            why: report.why.clone().unwrap_or_default(),
            earlier: report
                .earlier
                .iter()
                .map(|h| (first_words(&folded(&h.title), TITLE_WORDS), Moment::past(h.since_at, now)))
                .collect(),
        }
    }
}
