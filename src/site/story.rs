//! The page of a story, or what is left of one that was taken back.

use super::{NewsSite, html};
use crate::{
    edition::outlet,
    model::ContentLevel,
    reconcile,
    render::pages::{self, ErrorView, Headline, Report, StoryView},
    select,
    serve::{Page, Served},
    store::{self, StoreError},
};

/// Where story pages are, for what is relative to it.
pub(super) const STORY_PATH: &str = "/story/id";

impl NewsSite {
    pub(super) async fn story(&self, id: &str) -> Result<Served, StoreError> {
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
            .filter(|row| self.editions.is_public(&row.feed))
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
        let republish = self.editions.feed(feed).and_then(|config| config.republish);
        republish.map_or(ContentLevel::Summary, |level| level.min(ContentLevel::Summary))
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
