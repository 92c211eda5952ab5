//! Output and group drafts to what the daemon runs on: what they name must be there, "all" always is, and so is one
//! output for every group and language.

use std::{collections::BTreeSet, ops::Range, path::Path, sync::Arc};

use super::{
    draft::{OutputDraft, Written},
    nearest::nearest,
    problem::Refusal,
    report::{Report, Seen},
    table::OUTPUT,
};
use crate::model::{ContentLevel, FeedConfig, GroupConfig, OutputConfig, Settings};

/// The output that is `/feed.atom`.
const ALL: &str = "all";
/// A token of fewer characters can be guessed.
const TOKEN_CHARACTERS: usize = 16;

pub(super) fn finish(
    drafts: Vec<(OutputDraft, Written)>,
    settings: &Settings,
    report: &mut Report,
) -> Vec<OutputConfig> {
    check_references(&drafts, &settings.feeds, report);
    check_names(&drafts, report);
    check_files(&drafts, report);
    let mut outputs: Vec<OutputConfig> = all_first(drafts)
        .into_iter()
        .map(|(draft, written)| {
            let token = draft.token_file.as_deref().and_then(|path| token(path, &written, report));
            output(draft, token, settings)
        })
        .collect();
    outputs.extend(derived(settings));
    outputs
}

/// Groups by name, once each, of those that feeds are in.
pub(super) fn groups(
    drafts: Vec<(GroupConfig, Written)>,
    feeds: &[Arc<FeedConfig>],
    report: &mut Report,
) -> Vec<GroupConfig> {
    let known: BTreeSet<&str> = groups_of(feeds).collect();
    let mut seen = Seen::default();
    for (group, written) in &drafts {
        let at = written.at("name");
        if let Some(line) = seen.before(&group.name, &at, &report.source) {
            let wrong = format!("a second [[group]] is named `{}`; the first is in line {line}", group.name);
            report.refuse(at, Refusal::new(wrong, "one section for each group"));
        } else if !group.name.is_empty() && !known.contains(group.name.as_str()) {
            report.refuse(at, unknown_group(&group.name, &known));
        }
    }
    drafts.into_iter().map(|(group, _)| group).collect()
}

fn groups_of(feeds: &[Arc<FeedConfig>]) -> impl Iterator<Item = &str> {
    feeds.iter().flat_map(|feed| &feed.groups).map(String::as_str)
}

fn unknown_group(unknown: &str, known: &BTreeSet<&str>) -> Refusal {
    let names = known.iter().copied().collect::<Vec<_>>().join(", ");
    let expected = if names.is_empty() { "a group that a [[feed]] names; none does" } else { &names };
    Refusal::new(format!("no feed is in the group `{unknown}`"), expected).suggest(meant(unknown, known))
}

fn check_references(outputs: &[(OutputDraft, Written)], feeds: &[Arc<FeedConfig>], report: &mut Report) {
    let names: BTreeSet<&str> = feeds.iter().map(|feed| feed.name.as_str()).collect();
    let groups: BTreeSet<&str> = groups_of(feeds).collect();
    for (output, written) in outputs {
        for unknown in output.config.feeds.iter().filter(|name| !names.contains(name.as_str())) {
            let refusal = Refusal::new(format!("no feed is named `{unknown}`"), "the name of a [[feed]]");
            refuse_word(unknown, written.at("feeds"), refusal.suggest(meant(unknown, &names)), report);
        }
        for unknown in output.config.groups.iter().filter(|name| !groups.contains(name.as_str())) {
            refuse_word(unknown, written.at("groups"), unknown_group(unknown, &groups), report);
        }
    }
}

fn meant(unknown: &str, known: &BTreeSet<&str>) -> Option<String> {
    nearest(unknown, known.iter().copied()).map(|name| format!("\"{name}\""))
}

fn refuse_word(unknown: &str, at: Option<Range<usize>>, refusal: Refusal, report: &mut Report) {
    let at = at.map(|list| report.source.word_in(list, unknown));
    report.refuse(at, refusal);
}

/// Names, and earlier names, once each.
fn check_names(drafts: &[(OutputDraft, Written)], report: &mut Report) {
    let mut seen = Seen::default();
    for (draft, written) in drafts {
        let at = written.at("name");
        if let Some(line) = seen.before(&draft.config.name, &at, &report.source) {
            let wrong = format!("a second [[output]] is named `{}`; the first is in line {line}", draft.config.name);
            report.refuse(at, Refusal::new(wrong, "another name"));
        }
    }
    for (draft, written) in drafts {
        for alias in &draft.config.aliases {
            let at = written.at("aliases").map(|list| report.source.word_in(list, alias));
            if let Some(line) = seen.before(alias, &at, &report.source) {
                let wrong = format!("the name `{alias}` is taken: it stands in line {line} already");
                report.refuse(at, Refusal::new(wrong, "names that no output has now"));
            }
        }
    }
}

/// Two outputs that write one file would overwrite each other for ever.
fn check_files(drafts: &[(OutputDraft, Written)], report: &mut Report) {
    let mut seen = Seen::default();
    for (draft, written) in drafts {
        let (Some(file), at) = (&draft.config.file, written.at("file")) else { continue };
        if let Some(line) = seen.before(&file.to_string_lossy(), &at, &report.source) {
            let wrong = format!("the output in line {line} writes {} already", file.display());
            report.refuse(at, Refusal::new(wrong, "a file for each output"));
        }
    }
}

/// "all" comes first whether it is written or not.
fn all_first(mut drafts: Vec<(OutputDraft, Written)>) -> Vec<(OutputDraft, Written)> {
    let is_all = |draft: &OutputDraft| draft.config.name == ALL;
    if !drafts.iter().any(|(draft, _)| is_all(draft)) {
        drafts.push((blank(ALL), Written::default()));
    }
    drafts.sort_by_key(|(draft, _)| !is_all(draft));
    drafts
}

fn blank(name: &str) -> OutputDraft {
    let mut draft = OutputDraft::default();
    OUTPUT.fill(&mut draft);
    draft.config.name = name.to_owned();
    draft
}

/// One for every group, and for every language that feeds are configured with.
pub fn derived(settings: &Settings) -> Vec<OutputConfig> {
    let groups: BTreeSet<&str> = groups_of(&settings.feeds).collect();
    let languages: BTreeSet<String> =
        settings.feeds.iter().filter_map(|feed| primary(feed.language.as_deref()?)).collect();
    let of_group = |group: &str| {
        let mut draft = blank(&format!("group/{group}"));
        draft.config.groups = vec![group.to_owned()];
        if let Some(said) = settings.groups.iter().find(|said| said.name == group) {
            draft.config.title.clone_from(&said.title);
            draft.config.description.clone_from(&said.description);
        }
        draft
    };
    let of_language = |language: &String| {
        let mut draft = blank(&format!("lang/{language}"));
        draft.config.languages = vec![language.clone()];
        draft
    };
    let drafts = groups.into_iter().map(of_group).chain(languages.iter().map(of_language));
    drafts.map(|draft| output(draft, None, settings)).collect()
}

/// `pt` of `pt-BR`: an output for each dialect would have few readers.
fn primary(language: &str) -> Option<String> {
    let primary = language.split('-').next()?.to_ascii_lowercase();
    (!primary.is_empty()).then_some(primary)
}

fn output(draft: OutputDraft, token: Option<String>, settings: &Settings) -> OutputConfig {
    let mode = draft.mode.unwrap_or(settings.dedup.mode);
    let content = draft.content.unwrap_or_else(|| usual_content(settings, draft.token_file.is_some()).0);
    OutputConfig { mode, content, token, ..draft.config }
}

/// Whole texts are for the operator's own machine and for those who know a secret; to others we give what publishers give
/// to quote (RULES 4).
fn usual_content(settings: &Settings, has_token: bool) -> (ContentLevel, &'static str) {
    match (has_token, settings.server.listen.ip().is_loopback()) {
        (true, _) => (ContentLevel::Full, "a token is asked for"),
        (false, true) => (ContentLevel::Full, "only this machine can read it"),
        (false, false) => (ContentLevel::Summary, "other machines can read it"),
    }
}

/// Why an output shows as much of a text as it does, in words.
pub fn content_because(settings: &Settings, output: &OutputConfig) -> &'static str {
    let (usual, because) = usual_content(settings, output.token.is_some());
    if output.content == usual { because } else { "its content says so" }
}

/// What is in the file is not shown.
fn token(path: &Path, written: &Written, report: &mut Report) -> Option<String> {
    let token = report.file("token_file", path, written.at("token_file"))?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~+/=".contains(c);
    if token.chars().count() >= TOKEN_CHARACTERS && token.chars().all(is_plain) {
        return Some(token);
    }
    let wrong = format!("token_file: {} holds no token", path.display());
    let expected =
        format!("at least {TOKEN_CHARACTERS} of A-Z, a-z, 0-9 and -._~+/=, as `openssl rand -hex 16` makes them");
    report.refuse(written.at("token_file"), Refusal::new(wrong, expected));
    None
}
