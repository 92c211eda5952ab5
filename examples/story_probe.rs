//! The story room alone, over a stream of articles: one JSON object a line in, one a line out.
//!
//! In, in order of arrival: {id, feed, url, guid, title, summary, content, published, lang}; "" is missing. Out: {id,
//! story, copy, why} and {"merge": [younger, older]}. The clock is each article's own date, so that the same input gives
//! the same output. With `--restart N` the index is thrown away before every Nth article and filled again from the
//! bytes that a store would have: the output must not change.

use std::collections::HashMap;
use std::io::{BufRead, Write};

use headlined::article::link;
use headlined::story::{Fingerprint, Index, Meta, Policy, Settled, StoryInput, Verdict, fingerprint};
use serde_json::{Value, json};

type Failure = Box<dyn std::error::Error>;

fn main() -> Result<(), Failure> {
    let restart = restart_every()?;
    let mut index = Index::new(Policy::default());
    let mut store = Store::default();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (at, line) in std::io::stdin().lock().lines().enumerate() {
        let article: Value = serde_json::from_str(&line?)?;
        let (meta, print) = store.read(&article);
        if restart.is_some_and(|every| at % every == every - 1) {
            index = store.restart()?;
        }
        index.expire(meta.settled_at);
        let verdict = index.stage(meta, &print);
        index.commit();
        if restart.is_some() {
            store.settle(meta, &print, &verdict);
        }
        let name = |id: i64| &store.names[(id - 1) as usize];
        let why: Vec<String> = verdict.why.iter().map(ToString::to_string).collect();
        let (story, copy) = (name(verdict.story.id()), name(verdict.copy_of.unwrap_or(meta.id)));
        writeln!(out, "{}", json!({"id": name(meta.id), "story": story, "copy": copy, "why": why.join("; ")}))?;
        for (older, younger) in &verdict.merges {
            writeln!(out, "{}", json!({"merge": [name(*younger), name(*older)]}))?;
        }
    }
    Ok(())
}

fn restart_every() -> Result<Option<usize>, Failure> {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        None => Ok(None),
        Some("--restart") => Ok(Some(arguments.next().ok_or("--restart needs a number")?.parse::<usize>()?.max(1))),
        Some(other) => Err(format!("unknown argument {other}; known is --restart N").into()),
    }
}

/// Numbers for names, and what a store would know of the articles.
#[derive(Default)]
struct Store {
    now: i64,
    names: Vec<String>,
    feeds: HashMap<String, i64>,
    rows: Vec<(Meta, Vec<u8>, Settled)>,
}

impl Store {
    fn read(&mut self, article: &Value) -> (Meta, Fingerprint) {
        let text = |key: &str| article[key].as_str().unwrap_or_default();
        let some = |key: &str| Some(text(key)).filter(|text| !text.is_empty());
        self.names.push(text("id").to_owned());
        let id = self.names.len() as i64;
        let next = self.feeds.len() as i64 + 1;
        let feed = some("feed").map_or(0, |name| *self.feeds.entry(name.to_owned()).or_insert(next));
        // Without a date the clock stands still.
        let published_at = text("published").parse::<jiff::Timestamp>().map_or(self.now, |at| at.as_second());
        self.now = published_at;
        let link_key = link::key(text("url"));
        let print = fingerprint(&StoryInput {
            feed,
            publisher: text("feed"),
            language: some("lang"),
            title: text("title"),
            summary: text("summary"),
            content: text("content"),
            link_key: link_key.as_deref(),
            original_id: some("guid"),
            ..StoryInput::default()
        });
        (Meta { id, feed, published_at, settled_at: published_at }, print)
    }

    fn settle(&mut self, meta: Meta, print: &Fingerprint, verdict: &Verdict) {
        let started = |rows: &[(Meta, Vec<u8>, Settled)], story: i64| {
            rows.iter().find(|row| row.2.story == story).map_or(meta.published_at, |row| row.2.story_started_at)
        };
        for &(older, younger) in &verdict.merges {
            let story_started_at = started(&self.rows, older);
            let moved = self.rows.iter_mut().filter(|row| row.2.story == younger);
            moved.for_each(|row| row.2 = Settled { story: older, story_started_at, ..row.2 });
        }
        for &(first, other) in &verdict.copy_merges {
            let moved = self.rows.iter_mut().filter(|row| row.2.copy_of == Some(other) || row.0.id == other);
            moved.for_each(|row| row.2.copy_of = Some(first));
        }
        let story = verdict.story.id();
        let settled = Settled { story, story_started_at: started(&self.rows, story), copy_of: verdict.copy_of };
        self.rows.push((meta, print.to_bytes(), settled));
    }

    /// All rows, old ones too: the next `expire` lets go of what has left the window.
    fn restart(&self) -> Result<Index, Failure> {
        let mut index = Index::new(Policy::default());
        for (meta, bytes, settled) in &self.rows {
            let print = Fingerprint::from_bytes(bytes).ok_or("a fingerprint of another version")?;
            index.restore(*meta, &print, *settled);
        }
        Ok(index)
    }
}
