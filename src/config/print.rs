//! The configuration as text: what is in force (`check --print`), and what can be written (the reference).
//!
//! Both walk the table of keys. Secrets are hidden before anything is printed.

use std::fmt::Write;

use super::{
    draft::{self, FeedDraft, OutputDraft},
    headers::{HeaderValue, Headers},
    key::{Row, Section},
    problem::masked,
    table::{FEED, GROUP, OUTPUT, SECTIONS},
};
use crate::model::{FeedConfig, GroupConfig, OutputConfig, Settings};

const HIDDEN: &str = "(hidden)";

/// How wide the comments of the reference are.
const WIDTH: usize = 100;

/// What is in force, as TOML: every key that has a value. A feed's or an output's unset keys are left out.
pub fn effective(settings: &Settings) -> String {
    let mut text = String::new();
    let mut shown = settings.clone();
    shown.fetch.proxy = settings.fetch.proxy.as_deref().map(masked);
    for section in &SECTIONS {
        start(&mut text, &format!("[{}]", section.name));
        print_values(&mut text, section, &mut shown, |key| Some(format!("# {key} is not set")));
    }
    for feed in &settings.feeds {
        start(&mut text, "[[feed]]");
        print_values(&mut text, &FEED, &mut shown_feed(feed), |_| None);
    }
    for group in &settings.groups {
        start(&mut text, "[[group]]");
        print_values(&mut text, &GROUP, &mut group.clone(), |_| None);
    }
    for output in settings.outputs.iter().filter(|output| !output.is_derived()) {
        start(&mut text, "[[output]]");
        print_values(&mut text, &OUTPUT, &mut shown_output(output), |_| None);
    }
    text
}

fn shown_output(output: &OutputConfig) -> OutputDraft {
    OutputDraft {
        mode: Some(output.mode),
        content: Some(output.content),
        token_file: output.token.as_ref().map(|_| HIDDEN.into()),
        config: output.clone(),
    }
}

/// Every key with its meaning, kind and default, as the commented-out text of a configuration file.
pub fn reference() -> String {
    let mut text = String::new();
    for section in &SECTIONS {
        describe(&mut text, section, &mut draft::nothing(), &format!("[{}]", section.name));
    }
    describe(&mut text, &FEED, &mut FeedDraft::default(), "#[[feed]]");
    describe(&mut text, &GROUP, &mut GroupConfig::default(), "#[[group]]");
    describe(&mut text, &OUTPUT, &mut OutputDraft::default(), "#[[output]]");
    text
}

fn print_values<T>(text: &mut String, section: &Section<T>, values: &mut T, unset: fn(&str) -> Option<String>) {
    for key in section.keys {
        let shown = (key.field)(values).show(key.rule).map(|value| format!("{} = {value}", key.name));
        if let Some(shown) = shown.or_else(|| unset(key.name)) {
            line(text, format_args!("{shown}"));
        }
    }
}

/// A feed as its section would read, without anything that only its publisher and the operator know.
fn shown_feed(feed: &FeedConfig) -> FeedDraft {
    let mut config = FeedConfig { headers: Vec::new(), credentials: None, ..feed.clone() };
    if feed.private {
        config.url = HIDDEN.to_owned();
        config.id_seed = feed.id_seed.as_ref().map(|_| HIDDEN.to_owned());
    }
    let names = feed.headers.iter().map(|(name, _)| (name.clone(), HeaderValue::Plain(String::new())));
    FeedDraft {
        headers: Headers(names.collect()),
        user: feed.credentials.as_ref().map(|(user, _)| user.clone()),
        password_file: feed.credentials.as_ref().map(|_| HIDDEN.into()),
        url_file: None,
        config,
    }
}

fn describe<T>(text: &mut String, section: &Section<T>, blank: &mut T, heading: &str) {
    start(text, heading);
    comment(text, section.text);
    for row in section.rows(blank) {
        text.push('\n');
        comment(text, row.text);
        comment(text, &form(&row));
        line(text, format_args!("#{} = {}", row.name, row.default.unwrap_or(row.example)));
    }
}

/// "(duration, such as "60s")"
fn form(row: &Row) -> String {
    match row.default {
        // The kind lists every value there is.
        Some("true" | "false") => format!("({})", row.kind),
        Some(_) if row.kind.starts_with('"') => format!("({})", row.kind),
        Some(_) => format!("({}, such as {})", row.kind, row.example),
        None if row.required => format!("({}; required)", row.kind),
        None => format!("({}; not set)", row.kind),
    }
}

fn start(text: &mut String, heading: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    line(text, format_args!("{heading}"));
}

fn comment(text: &mut String, words: &str) {
    let mut current = String::from("#");
    for word in words.split_whitespace() {
        if current.chars().count() + 1 + word.chars().count() > WIDTH {
            line(text, format_args!("{current}"));
            current = String::from("#");
        }
        current.push(' ');
        current.push_str(word);
    }
    line(text, format_args!("{current}"));
}

fn line(text: &mut String, content: std::fmt::Arguments) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "{content}");
}

#[cfg(test)]
mod tests {
    use super::super::*;
    use super::*;

    /// `HEADLINED_WRITE_REFERENCE=1 cargo test the_built_in_file` writes it there.
    #[test]
    fn the_built_in_file_has_the_reference_word_for_word() {
        let (reference, mut text) = (reference(), BUILT_IN.to_owned());
        if std::env::var_os("HEADLINED_WRITE_REFERENCE").is_some() {
            let (start, end) =
                (BUILT_IN.find("[server]").unwrap(), BUILT_IN.find("\n# What readers can subscribe to").unwrap());
            let file = concat!(env!("CARGO_MANIFEST_DIR"), "/config/headlined.toml");
            text = format!("{}{reference}{}", &BUILT_IN[..start], &BUILT_IN[end..]);
            std::fs::write(file, &text).unwrap();
        }
        assert!(text.contains(&reference), "config/headlined.toml must contain this part:\n\n{reference}");
    }
}
