//! The configuration as text: what is in force (`check --print`), and what can be written (the reference).
//!
//! Both walk the table of keys. Secrets are hidden before anything is printed.

use std::fmt::Write;

use super::{
    draft::{self, FeedDraft, OutputDraft},
    headers::{HeaderValue, Headers},
    key::{Row, Section},
    problem::masked,
    table::{FEED, OUTPUT, SECTIONS},
};
use crate::model::{FeedConfig, Settings};

const HIDDEN: &str = "(hidden)";

/// How wide the comments of the reference are.
const WIDTH: usize = 100;

/// What is in force, as TOML: every key that has a value, and a comment for each of `[…]` that has none.
pub fn effective(settings: &Settings) -> String {
    let mut text = String::new();
    let mut shown = settings.clone();
    shown.fetch.proxy = settings.fetch.proxy.as_deref().map(masked);
    for section in &SECTIONS {
        print_section(&mut text, &format!("[{}]", section.name), section, &mut shown, true);
    }
    for feed in &settings.feeds {
        print_section(&mut text, "[[feed]]", &FEED, &mut shown_feed(feed), false);
    }
    for output in &settings.outputs {
        let (mode, content) = (Some(output.mode), Some(output.content));
        print_section(
            &mut text,
            "[[output]]",
            &OUTPUT,
            &mut OutputDraft { config: output.clone(), mode, content },
            false,
        );
    }
    text
}

/// Every key with its meaning, kind and default, as the commented-out text of a configuration file.
pub fn reference() -> String {
    let mut text = String::new();
    for section in &SECTIONS {
        describe(&mut text, section, &mut draft::nothing(), &format!("[{}]", section.name));
    }
    describe(&mut text, &FEED, &mut FeedDraft::default(), "#[[feed]]");
    describe(&mut text, &OUTPUT, &mut OutputDraft::default(), "#[[output]]");
    text
}

fn print_section<T>(text: &mut String, heading: &str, section: &Section<T>, values: &mut T, name_unset: bool) {
    start(text, heading);
    for key in section.keys {
        match (key.field)(values).show(key.rule) {
            Some(value) => line(text, format_args!("{} = {value}", key.name)),
            None if name_unset => line(text, format_args!("# {} is not set", key.name)),
            None => {}
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

    #[test]
    fn the_built_in_file_has_the_reference_word_for_word() {
        let reference = reference();
        assert!(BUILT_IN.contains(&reference), "config/headlined.toml must contain this part:\n\n{reference}");
    }
}
