//! `headlined why`: what an article was joined to, and why; what it was near to, and why not.
//!
//! Reads only: the index that decided is a function of what the store holds, so it is made again from that.

use std::process::ExitCode;

use super::{Failure, print, wiring};
use crate::{
    clock::Clock,
    config::{Environment, Found},
    poll::stories::{self, Grouper},
    render::rfc3339,
    store::{Reader, ReportRow},
};

pub(super) fn why(found: &Found, environment: &Environment, what: &str) -> Result<ExitCode, Failure> {
    let (settings, path) = wiring::settings_and_store(found, environment)?;
    let mut reader = Reader::open(&path)?;
    let id = super::correct::named(&path, what)?;
    let Some(reports) = reader.reports(id)? else { return Err(unknown(what)) };
    let asked = reports.iter().find(|report| report.published_id == id).or(reports.first());
    let mut words: String = reports.iter().map(|report| report_words(report, &reports)).collect();
    let apart = asked.map(|report| reader.apart_from(report.id)).transpose()?.unwrap_or_default();
    if !apart.is_empty() {
        words.push_str("kept apart by the operator from:\n");
        apart.iter().for_each(|(title, id)| words.push_str(&format!("  {title}  urn:uuid:{id}\n")));
    }
    let policy = stories::policy(&settings);
    let (since, most) = (policy.window_start(Clock::System.now()), policy.capacity);
    let mut grouper = Grouper::restore(policy, &reader.remembered(since, most)?, &reader.taken_apart()?);
    let near = asked.map(|report| grouper.nearest(report.id)).unwrap_or_default();
    if !near.is_empty() {
        words.push_str("near, and not joined:\n");
        near.iter().for_each(|near| words.push_str(&format!("  {near}\n")));
    }
    print::out(&words);
    Ok(ExitCode::SUCCESS)
}

fn unknown(what: &str) -> Failure {
    format!("no article is held under {what}: give the id of an entry (urn:uuid:…) or an article's address").into()
}

fn report_words(report: &ReportRow, all: &[ReportRow]) -> String {
    let reason = match &report.why {
        None if all.len() == 1 => "alone: no copy, no other report".to_owned(),
        None => "the first of them".to_owned(),
        Some((rule, score, words)) => {
            let score = score.map_or_else(String::new, |score| format!(" {score:.2}"));
            let level = if report.copy_of.is_some() { "copy" } else { "story" };
            format!("{level} by {rule}{score} {words}")
        }
    };
    format!(
        "{} ({}, article {})\n  {}  urn:uuid:{}\n  {}\n",
        report.article.title,
        report.credits.feed,
        report.id,
        report.article.published_at.map(rfc3339).unwrap_or_default(),
        report.published_id,
        reason.trim_end(),
    )
}
