//! The story room alone, over a stream of articles: one JSON object a line in, one a line out.
//!
//! In, in order of arrival: {id, feed, url, guid, title, summary, content, published, lang}; "" is missing. Out: {id, story,
//! copy, why} and {"merge": [younger, older]}. The clock is each article's own date. A debugging door, and the one that
//! measures precision and recall on labelled streams.

use std::collections::HashMap;
use std::io::{BufRead, Write};

use headlined::article::link;
use headlined::story::{Index, Meta, Policy, StoryInput, fingerprint};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut index = Index::new(Policy::default());
    let mut feeds: HashMap<String, i64> = HashMap::new();
    let mut names: Vec<String> = vec![String::new()];
    let stdin = std::io::stdin().lock();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for line in stdin.lines() {
        let article: Value = serde_json::from_str(&line?)?;
        let text = |key: &str| article[key].as_str().unwrap_or_default();
        let some = |key: &str| Some(text(key)).filter(|t| !t.is_empty());
        let feed = if text("feed").is_empty() {
            0
        } else {
            let next = feeds.len() as i64 + 1;
            *feeds.entry(text("feed").to_owned()).or_insert(next)
        };
        let published_at = text("published").parse::<jiff::Timestamp>().map_or(0, |t| t.as_second());
        let id = names.len() as i64;
        names.push(text("id").to_owned());
        let key = link::key(text("url"));
        let input = StoryInput {
            id,
            feed,
            publisher: text("feed"),
            language: some("lang"),
            title: text("title"),
            summary: text("summary"),
            content: text("content"),
            link_key: key.as_deref(),
            original_id: some("guid"),
            source: None,
            published_at,
            priority: 0,
            alone: false,
        };
        let print = fingerprint(&input);
        index.expire(published_at);
        let verdict = index.stage(Meta { id, feed, published_at, settled_at: published_at }, &print);
        index.commit();
        let name = |id: i64| &names[id as usize];
        let why: Vec<String> = verdict.why.iter().map(ToString::to_string).collect();
        let (story, copy) = (name(verdict.story.id()), name(verdict.copy_of.unwrap_or(id)));
        writeln!(out, "{}", json!({"id": text("id"), "story": story, "copy": copy, "why": why.join("; ")}))?;
        for (older, younger) in &verdict.merges {
            writeln!(out, "{}", json!({"merge": [name(*younger), name(*older)]}))?;
        }
    }
    Ok(())
}
