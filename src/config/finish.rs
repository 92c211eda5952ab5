//! A draft to `Settings`: what the sections must be to each other, and what the operator would want to know.

use std::{collections::BTreeMap, ops::Range};

use super::{
    draft::{Draft, Written},
    feeds, outputs,
    problem::{Refusal, Warning},
    report::Report,
};
use crate::model::{FeedConfig, FoldMode, OutputConfig, Settings};

pub(super) fn finish(draft: Draft, report: &mut Report) -> (Settings, Vec<Warning>) {
    let Draft { mut settings, written, feeds, groups, outputs } = draft;
    check_bounds(&settings, &written, report);
    check_upkeep(&settings, &written, report);
    report.check_roots(&settings.fetch.tls_roots, &at(&written, "fetch", "tls_roots"));
    settings.feeds = feeds::finish(&feeds, report);
    check_hub(&settings, &written, report);
    settings.groups = outputs::groups(groups, &settings.feeds, report);
    settings.outputs = outputs::finish(outputs, &settings, report);
    let warnings = warnings(&settings);
    (settings, warnings)
}

fn check_bounds(settings: &Settings, written: &BTreeMap<&str, Written>, report: &mut Report) {
    const EXPECTED: &str = "min_interval no longer than max_interval";
    if settings.schedule.min_interval > settings.schedule.max_interval {
        let at = at(written, "schedule", "min_interval").or_else(|| at(written, "schedule", "max_interval"));
        report.refuse(at, Refusal::new("min_interval is longer than max_interval", EXPECTED));
    }
}

fn check_upkeep(settings: &Settings, written: &BTreeMap<&str, Written>, report: &mut Report) {
    if settings.server.upkeep_listen == Some(settings.server.listen) && settings.server.listen.port() != 0 {
        let wrong = "upkeep_listen is the address that listen has already";
        report.refuse(at(written, "server", "upkeep_listen"), Refusal::new(wrong, "another port"));
    }
}

/// A hub fetches what it is told of: it must know where (RULES 4).
fn check_hub(settings: &Settings, written: &BTreeMap<&str, Written>, report: &mut Report) {
    if settings.server.hub.is_some() && settings.server.base_url.is_none() {
        let refusal =
            Refusal::new("hub without base_url: a hub cannot fetch what has no address", "base_url beside it");
        report.refuse(at(written, "server", "hub"), refusal);
    }
}

fn at(written: &BTreeMap<&str, Written>, section: &str, key: &str) -> Option<Range<usize>> {
    written.get(section).filter(|section| section.has(key)).and_then(|section| section.at(key))
}

fn warnings(settings: &Settings) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let mut warn = |text: &str, advice: &str| {
        warnings.push(Warning { text: text.to_owned(), advice: advice.to_owned() });
    };
    if settings.feeds.is_empty() {
        warn("no feed is configured", "add a [[feed]] section for each");
    }
    if settings.fetch.contact.is_none() {
        warn("publishers cannot reach you", "set contact under [fetch], as in contact = \"mailto:you@example.org\"");
    }
    if settings.server.upkeep_listen.is_some_and(|address| !address.ip().is_loopback()) {
        warn(
            "status, feeds and numbers are open to whoever reaches upkeep_listen",
            "set it to a loopback or a guarded address, unless that is meant",
        );
    }
    if settings.server.base_url.is_none() {
        warn(
            "only readers on this machine can subscribe",
            "set base_url under [server] to the address that others use",
        );
    }
    if settings.fetch.proxy.is_some() {
        warn("with a proxy, names of private hosts are the proxy's to guard", "have it refuse private addresses");
    }
    let named = |feed: &FeedConfig| settings.outputs.iter().any(|output| output.feeds.contains(&feed.name));
    for feed in settings.feeds.iter().filter(|feed| feed.private && !named(feed)) {
        let text = format!("the private feed `{}` is in no output", feed.name);
        warn(&text, "name it under feeds of an [[output]]");
    }
    let waits_forever =
        |output: &OutputConfig| output.independent && output.min_sources > 1 && output.mode != FoldMode::Stories;
    for output in settings.outputs.iter().filter(|output| waits_forever(output)) {
        let text =
            format!("nothing enters the output `{}`: copies of one text are one independent source", output.name);
        warn(&text, "set dedup = \"stories\" in it, so that other texts of an event count");
    }
    warnings
}
