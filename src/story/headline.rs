//! A headline taken apart: what is news in it, and what is only the wire's or the outlet's dress.

use xxhash_rust::xxh3::xxh3_64;

use super::stop;
use super::words::{self, Kind};

/// No comparison reads further into a headline: longer ones are texts in the wrong element.
const WORDS: usize = 40;
/// Words of the longest outlet name that is looked for behind a headline.
const TAIL_WORDS: usize = 6;
/// A headline keeps at least so many words when an outlet's name is taken off.
const BARE_WORDS: usize = 3;

/// What news wires and newsrooms put before a headline, folded; a number may follow.
const PREFIXES: [&str; 30] = [
    "update", "wrapup", "rpt", "corrected", "correction", "refile", "breaking", "breaking news", "exclusive", "live", "watch",
    "video", "just in", "urgent", "factbox", "analysis", "alert", "срочно", "молния", "видео", "эксклюзив", "urgente",
    "ultima hora", "video", "eil", "eilmeldung", "direct", "en direct", "exclusif", "ao vivo",
];

#[derive(Debug, Default)]
pub(super) struct Headline {
    /// In order, with whether the word belongs to a tail that may be an outlet's name.
    pub(super) words: Vec<(String, Kind, bool)>,
    /// The cleaned headline, and the same without its tail.
    pub(super) key: u32,
    pub(super) bare: u32,
    pub(super) informative: u8,
    /// The headline without numbers and calendar words: equal for two issues of one bulletin.
    pub(super) pattern: u32,
    /// Its numbers and calendar words: differ between two issues of one bulletin.
    pub(super) issue: u32,
    /// What stands before the colon.
    pub(super) label: u32,
    /// The first three words.
    pub(super) opening: u32,
    pub(super) numbers: Vec<u32>,
    pub(super) bulletin: bool,
    /// Most of it is in a script without spaces.
    pub(super) pairs: bool,
}

/// `outlets`: names under which the article's own outlet may stand in the headline.
pub(super) fn read(title: &str, language: &str, outlets: &[&str]) -> Headline {
    let title = without_prefix(title.trim());
    let title = strip_updated(title);
    let (head, tail) = split_tail(title, outlets);
    let mut headline = Headline::default();
    let head_words = words::split(head, WORDS);
    let label_words = title.split_once(": ").filter(|(h, _)| head.len() > h.len()).map_or(0, |(h, _)| words::split(h, WORDS).len());
    let label_words = if label_words <= 4 { label_words } else { 0 };
    let mut folded = String::new();
    let (mut pattern, mut issue) = (String::new(), String::new());
    for (i, (word, kind)) in head_words.iter().enumerate() {
        let stem = words::stem(word, kind);
        let stop = stop::is_stop(language, stem) || stop::is_stop(language, word);
        if kind == Kind::Number {
            headline.numbers.push(hash(word));
        }
        let line = if kind == Kind::Number || stop::is_calendar(stem) { &mut issue } else { &mut pattern };
        line.push_str(stem);
        line.push(' ');
        headline.bulletin |= stop::is_bulletin(stem);
        if kind != Kind::Number && !stop && (kind == Kind::Pair || word.chars().count() > 2) {
            headline.informative = headline.informative.saturating_add(1);
        }
        folded.push_str(word);
        folded.push(' ');
        if !stop {
            headline.words.push((stem.to_owned(), kind, i < label_words));
        }
    }
    if head_words.len() >= 3 {
        let opening: Vec<&str> = head_words.iter().take(3).map(|(w, _)| w).collect();
        headline.opening = hash(&opening.join(" "));
    }
    headline.bare = if folded.is_empty() { 0 } else { hash(&folded) };
    headline.pattern = if pattern.is_empty() { 0 } else { hash(&pattern) };
    headline.issue = if issue.is_empty() { 0 } else { hash(&issue) };
    headline.label = label(title);
    headline.pairs = head_words.iter().filter(|(_, kind)| *kind == Kind::Pair).count() * 2 > head_words.len();
    headline.key = headline.bare;
    if let Some(tail) = tail {
        for (word, kind) in words::split(tail, TAIL_WORDS).iter() {
            folded.push_str(word);
            folded.push(' ');
            let stem = words::stem(word, kind);
            if !stop::is_stop(language, stem) {
                headline.words.push((stem.to_owned(), kind, true));
            }
        }
        headline.key = hash(&folded);
    }
    headline.numbers.sort_unstable();
    headline.numbers.dedup();
    headline
}

/// "UPDATE 2-", "BREAKING:", "Exclusive - " off, repeatedly.
fn without_prefix(mut title: &str) -> &str {
    for _ in 0..3 {
        let Some((head, rest)) = title.split_once([':', '-', '|', '–', '—']).filter(|(h, _)| h.len() <= 40) else { break };
        let words = words::split(head, 4);
        let named: Vec<&str> = words.iter().filter(|(_, k)| *k != Kind::Number).map(|(w, _)| w).collect();
        if rest.trim().is_empty() || !PREFIXES.contains(&named.join(" ").as_str()) {
            break;
        }
        title = rest.trim_start();
    }
    title
}

/// "(updated)" and the like off the end.
fn strip_updated(title: &str) -> &str {
    let Some(rest) = title.strip_suffix([')', ']']) else { return title };
    let Some((head, inner)) = rest.rsplit_once(['(', '[']) else { return title };
    let inner = inner.trim().to_lowercase();
    let known = ["update", "updated", "video", "photos", "обновлено", "видео", "фото", "corrected", "live"];
    if known.iter().any(|k| inner.starts_with(k)) && !head.trim().is_empty() { head.trim_end() } else { title }
}

/// The headline and what may be the outlet's name behind it; a name that is known is dropped.
fn split_tail<'a>(title: &'a str, outlets: &[&str]) -> (&'a str, Option<&'a str>) {
    let Some((at, width)) = [" - ", " | ", " – ", " — ", " · ", " :: ", " « "]
        .iter()
        .filter_map(|s| title.rfind(s).map(|at| (at, s.len())))
        .max()
    else {
        return (title, None);
    };
    let (head, tail) = (title[..at].trim_end(), title[at + width..].trim_start());
    let own = squash(tail);
    if own.is_empty() || words::split(head, BARE_WORDS).len() < BARE_WORDS {
        return (title, None);
    }
    if outlets.iter().any(|outlet| is_same_outlet(&own, &squash(outlet))) {
        return (head, None);
    }
    let words = words::split(tail, TAIL_WORDS + 1);
    let is_name = tail.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_lowercase() && c.is_alphabetic());
    let told = words.iter().any(|(w, k)| k == Kind::Number || stop::is_bulletin(words::stem(w, k)));
    if is_name && !told && words.len() <= TAIL_WORDS { (head, Some(tail)) } else { (title, None) }
}

fn is_same_outlet(tail: &str, outlet: &str) -> bool {
    outlet.len() >= 3 && tail.len() >= 3 && (tail.starts_with(outlet) || outlet.starts_with(tail))
}

/// "The papers: …", "Morning briefing: …": a label that a feed repeats.
fn label(title: &str) -> u32 {
    let Some((head, rest)) = title.split_once(": ").or_else(|| title.split_once(" | ")) else { return 0 };
    if rest.trim().is_empty() || head.len() > 60 {
        return 0;
    }
    let head = squash(head);
    if head.is_empty() { 0 } else { hash(&head) }
}

fn squash(text: &str) -> String {
    words::split(text, 8).iter().map(|(w, _)| w).collect()
}

pub(super) fn hash(text: &str) -> u32 {
    let long = xxh3_64(text.as_bytes());
    ((long ^ (long >> 32)) as u32).max(1) // 0 is "none"
}
