//! Feed drafts to `FeedConfig`s: secrets fetched from their files, names and addresses met once.
//!
//! Whatever came from a secret file stays out of every problem.

use std::{path::Path, sync::Arc};

use url::Url;

use super::{
    draft::{FeedDraft, Written},
    headers::HeaderValue,
    notation,
    problem::Refusal,
    report::{Report, Seen},
};
use crate::model::FeedConfig;

pub(super) fn finish(drafts: &[(FeedDraft, Written)], report: &mut Report) -> Vec<Arc<FeedConfig>> {
    let (mut names, mut addresses) = (Seen::default(), Seen::default());
    let mut feeds = Vec::new();
    for (draft, written) in drafts {
        let feed = feed(draft, written, report);
        check_pairs(written, report);
        check_name(&feed, written, &mut names, report);
        check_address(&feed, written, &mut addresses, report);
        feeds.push(Arc::new(feed));
    }
    feeds
}

fn feed(draft: &FeedDraft, written: &Written, report: &mut Report) -> FeedConfig {
    // A copy, not the draft's own: its texts lie between those of the document, which is gone, and would keep that memory.
    let mut config = draft.config.clone();
    for (name, value) in &draft.headers.0 {
        let value = match value {
            HeaderValue::Plain(value) => Some(value.clone()),
            HeaderValue::InFile(path) => report.file("headers", path, written.at("headers")),
        };
        config.headers.extend(value.map(|value| (name.clone(), value)));
    }
    if let (Some(user), Some(path)) = (&draft.user, &draft.password_file) {
        let password = report.file("password_file", path, written.at("password_file"));
        config.credentials = password.map(|password| (user.clone(), password));
        config.private = true;
    }
    if let Some(path) = &draft.url_file {
        config.url = secret_address(path, written, report).unwrap_or_default();
        config.private = true;
    }
    take_credentials(&mut config, written, report);
    report.check_roots(&config.tls_roots, &written.at("tls_roots"));
    config
}

/// The address in a file of its own. What is there instead is not shown: it may be a slip of the secret.
fn secret_address(path: &Path, written: &Written, report: &mut Report) -> Option<String> {
    let text = report.file("url_file", path, written.at("url_file"))?;
    let read = (notation::FEED_ADDRESS.read)(&text).map_err(|refusal| {
        Refusal::new(format!("url_file: {} holds no feed address", path.display()), refusal.expected)
    });
    read.map_err(|refusal| report.refuse(written.at("url_file"), refusal)).ok()
}

/// Keys that need, or exclude, each other.
fn check_pairs(written: &Written, report: &mut Report) {
    for (key, other) in [("url", "url_file"), ("interval", "schedule")] {
        if written.has(key) && written.has(other) {
            let refusal = Refusal::new(format!("this [[feed]] has both {key} and {other}"), "only one of them");
            report.refuse(written.at(other), refusal);
        }
    }
    for (key, other) in [("user", "password_file"), ("password_file", "user")] {
        if written.has(key) && !written.has(other) {
            report
                .refuse(written.at(key), Refusal::new(format!("{key} without {other}"), format!("{other} beside it")));
        }
    }
    if !written.has("url") && !written.has("url_file") {
        let refusal = Refusal::new("this [[feed]] has no url", "url = \"https://example.org/feed.xml\"");
        report.refuse(written.header.clone(), refusal);
    }
}

/// User and password of an address are kept apart from it: the address is compared and stored, they are not.
fn take_credentials(config: &mut FeedConfig, written: &Written, report: &mut Report) {
    let Ok(mut url) = Url::parse(&config.url) else { return };
    if url.username().is_empty() && url.password().is_none() {
        return;
    }
    if config.credentials.is_some() {
        let refusal = Refusal::new("this [[feed]] has a user in its url and a user of its own", "only one of them");
        report.refuse(written.at("user"), refusal);
    }
    config.credentials = Some((percent_decoded(url.username()), percent_decoded(url.password().unwrap_or_default())));
    config.private = true;
    if url.set_username("").is_ok() && url.set_password(None).is_ok() {
        config.url = url.into();
    }
}

fn percent_decoded(text: &str) -> String {
    let query = format!("v={}", text.replace('+', "%2B").replace('&', "%26"));
    url::form_urlencoded::parse(query.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

fn check_name(feed: &FeedConfig, written: &Written, seen: &mut Seen, report: &mut Report) {
    let at = written.at("name");
    if let Some(line) = seen.before(&feed.name, &at, &report.source) {
        let wrong = format!("a second [[feed]] is named `{}`; the first is in line {line}", feed.name);
        report.refuse(at, Refusal::new(wrong, "another name"));
    }
}

fn check_address(feed: &FeedConfig, written: &Written, seen: &mut Seen, report: &mut Report) {
    const EXPECTED: &str = "each address once (http or https, / at the end or not, is the same)";
    let at = written.at(if written.has("url") { "url" } else { "url_file" });
    if let Some(line) = seen.before(&address_key(&feed.url), &at, &report.source) {
        let shown = if feed.private { "this address" } else { &feed.url };
        let wrong = format!("{shown} is polled already, by the [[feed]] in line {line}");
        report.refuse(at, Refusal::new(wrong, EXPECTED).secret(feed.private));
    }
}

/// What two addresses of one feed have in common.
pub(super) fn address_key(url: &str) -> String {
    let schemeless = url.split_once("://").map_or(url, |(_, rest)| rest);
    schemeless.trim_end_matches('/').to_owned()
}
