//! Output drafts to `OutputConfig`s: what they name must be there, and "all" always is.

use std::{collections::BTreeSet, net::SocketAddr, ops::Range};

use super::{
    draft::{OutputDraft, Written},
    nearest::nearest,
    problem::Refusal,
    report::{Report, Seen},
    table::OUTPUT,
};
use crate::model::{ContentLevel, FeedConfig, OutputConfig, Settings};

/// The output that is `/feed.atom`.
const ALL: &str = "all";

pub(super) fn finish(
    drafts: Vec<(OutputDraft, Written)>,
    settings: &Settings,
    report: &mut Report,
) -> Vec<OutputConfig> {
    check_references(&drafts, &settings.feeds, report);
    all_first(drafts, report).into_iter().map(|draft| output(draft, settings)).collect()
}

fn check_references(outputs: &[(OutputDraft, Written)], feeds: &[FeedConfig], report: &mut Report) {
    let names: BTreeSet<&str> = feeds.iter().map(|feed| feed.name.as_str()).collect();
    let groups: BTreeSet<&str> = feeds.iter().flat_map(|feed| &feed.groups).map(String::as_str).collect();
    for (output, written) in outputs {
        for unknown in output.config.feeds.iter().filter(|name| !names.contains(name.as_str())) {
            let refusal = Refusal::new(format!("no feed is named `{unknown}`"), "the name of a [[feed]]");
            refuse_word(unknown, &names, written.at("feeds"), refusal, report);
        }
        for unknown in output.config.groups.iter().filter(|name| !groups.contains(name.as_str())) {
            let known = groups.iter().copied().collect::<Vec<_>>().join(", ");
            let expected = if known.is_empty() { "a group that a [[feed]] names; none does" } else { &known };
            let refusal = Refusal::new(format!("no feed is in the group `{unknown}`"), expected);
            refuse_word(unknown, &groups, written.at("groups"), refusal, report);
        }
    }
}

fn refuse_word(unknown: &str, known: &BTreeSet<&str>, at: Option<Range<usize>>, refusal: Refusal, report: &mut Report) {
    let near = nearest(unknown, known.iter().copied()).map(|name| format!("\"{name}\""));
    let at = at.map(|list| report.source.word_in(list, unknown));
    report.refuse(at, refusal.suggest(near));
}

/// Outputs by name, once each; "all" comes first whether it is written or not.
fn all_first(drafts: Vec<(OutputDraft, Written)>, report: &mut Report) -> Vec<OutputDraft> {
    let mut seen = Seen::default();
    for (draft, written) in &drafts {
        let at = written.at("name");
        if let Some(line) = seen.before(&draft.config.name, &at, &report.source) {
            let wrong = format!("a second [[output]] is named `{}`; the first is in line {line}", draft.config.name);
            report.refuse(at, Refusal::new(wrong, "another name"));
        }
    }
    let is_all = |draft: &OutputDraft| draft.config.name == ALL;
    let mut drafts: Vec<_> = drafts.into_iter().map(|(draft, _)| draft).collect();
    if !drafts.iter().any(is_all) {
        let mut all = OutputDraft::default();
        OUTPUT.fill(&mut all);
        all.config.name = ALL.to_owned();
        drafts.push(all);
    }
    drafts.sort_by_key(|draft| !is_all(draft));
    drafts
}

fn output(draft: OutputDraft, settings: &Settings) -> OutputConfig {
    let mode = draft.mode.unwrap_or(settings.dedup.mode);
    let content = draft.content.unwrap_or_else(|| content_for(settings.server.listen));
    OutputConfig { mode, content, ..draft.config }
}

/// Whole texts are for the operator's own machine; to others we give what publishers give to quote (RULES 4).
fn content_for(listen: SocketAddr) -> ContentLevel {
    if listen.ip().is_loopback() { ContentLevel::Full } else { ContentLevel::Summary }
}
