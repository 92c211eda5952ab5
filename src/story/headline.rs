//! A headline taken apart: what is news in it, and what is only the wire's or the outlet's dress.

use xxhash_rust::xxh3::xxh3_64;

use super::stems::{Stems, TEXT_WEIGHT, TITLE_WEIGHT};
use super::stop::{self, WordSet};
use super::words::{self, Kind};

/// No comparison reads further into a headline: longer ones are texts in the wrong element.
const WORDS: usize = 40;
/// Words of the longest outlet name, label and wire prefix that are looked for around a headline.
const TAIL_WORDS: usize = 6;
const LABEL_WORDS: usize = 4;
const PREFIX_BYTES: usize = 40;
/// A headline keeps at least so many words when an outlet's name is taken off.
const BARE_WORDS: usize = 3;
/// Prefixes that may be stacked: "UPDATE 2-EXCLUSIVE-".
const STACKED: usize = 3;

/// What wires and newsrooms put before a headline, folded; numbers in it are skipped.
const PREFIXES: [&str; 29] = [
    "alert",
    "analysis",
    "ao vivo",
    "breaking",
    "breaking news",
    "corrected",
    "correction",
    "direct",
    "eil",
    "eilmeldung",
    "en direct",
    "exclusif",
    "exclusive",
    "factbox",
    "just in",
    "live",
    "refile",
    "rpt",
    "ultima hora",
    "update",
    "urgent",
    "urgente",
    "video",
    "watch",
    "wrapup",
    "видео",
    "молния",
    "срочно",
    "эксклюзив",
];
/// What they put in parentheses behind it.
const SUFFIXES: [&str; 8] = ["corrected", "live", "photos", "update", "video", "видео", "обновлено", "фото"];
/// Between a headline and an outlet's name.
const SEPARATORS: [&str; 7] = [" - ", " | ", " – ", " — ", " · ", " :: ", " « "];

/// Numbers are hashes; 0 is "none".
#[derive(Debug, Default)]
pub(super) struct Headline {
    /// Stop words left out; a label and what may be an outlet's name weigh as the text does.
    pub(super) stems: Stems,
    /// The cleaned headline, and the same without what may be an outlet's name behind it.
    pub(super) key: u32,
    pub(super) bare: u32,
    /// How many of its words mean something.
    pub(super) informative: u8,
    /// The headline without its numbers and calendar words, and these alone: what two issues of one bulletin share,
    /// and what they do not.
    pub(super) pattern: u32,
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
pub(super) fn read(title: &str, stops: &WordSet, outlets: &[&str]) -> Headline {
    let title = without_suffix(without_prefix(title.trim()));
    let (head, tail) = split_tail(title, outlets);
    let mut headline = Headline { label: label(title), ..Headline::default() };
    let label_words = label_words(head);
    let words = words::split(head, WORDS);
    let (mut folded, mut pattern, mut issue) = (String::new(), String::new(), String::new());
    for (place, (word, kind)) in words.iter().enumerate() {
        let stem = words::stem(word, kind);
        headline.take(word, stem, kind, place < label_words, stops);
        let dated = kind == Kind::Number || stop::is_calendar(stem);
        put(if dated { &mut issue } else { &mut pattern }, stem);
        put(&mut folded, word);
        if place + 1 == BARE_WORDS {
            headline.opening = hash(&folded);
        }
    }
    headline.pairs = words.iter().filter(|(_, kind)| *kind == Kind::Pair).count() * 2 > words.len();
    headline.bare = hash(&folded);
    headline.pattern = hash(&pattern);
    headline.issue = hash(&issue);
    for (word, kind) in words::split(tail, TAIL_WORDS).iter() {
        put(&mut folded, word);
        let stem = words::stem(word, kind);
        if !stops.contains(stem) {
            headline.stems.add(stem, TEXT_WEIGHT);
        }
    }
    headline.key = hash(&folded);
    headline.numbers.sort_unstable();
    headline.numbers.dedup();
    headline
}

impl Headline {
    fn take(&mut self, word: &str, stem: &str, kind: Kind, aside: bool, stops: &WordSet) {
        self.bulletin |= stop::is_bulletin(stem);
        if kind == Kind::Number {
            self.numbers.push(hash(word));
        }
        if stops.contains(stem) {
            return;
        }
        if kind == Kind::Pair || kind == Kind::Word && word.chars().nth(2).is_some() {
            self.informative = self.informative.saturating_add(1);
        }
        self.stems.add(stem, if aside { TEXT_WEIGHT } else { TITLE_WEIGHT });
    }
}

/// The hash of a text; 0 for none.
pub(super) fn hash(text: &str) -> u32 {
    if text.is_empty() {
        return 0;
    }
    let long = xxh3_64(text.as_bytes());
    ((long ^ long >> 32) as u32).max(1)
}

fn put(line: &mut String, word: &str) {
    line.push_str(word);
    line.push(' ');
}

fn without_prefix(mut title: &str) -> &str {
    for _ in 0..STACKED {
        let cut = title.split_once([':', '-', '|', '–', '—']).filter(|(head, _)| head.len() <= PREFIX_BYTES);
        let Some((head, rest)) = cut else { break };
        let words = words::split(head, LABEL_WORDS);
        let named: Vec<&str> = words.iter().filter(|(_, kind)| *kind != Kind::Number).map(|(word, _)| word).collect();
        if rest.trim().is_empty() || !PREFIXES.contains(&named.join(" ").as_str()) {
            break;
        }
        title = rest.trim_start();
    }
    title
}

fn without_suffix(title: &str) -> &str {
    let inner = title.strip_suffix([')', ']']).and_then(|rest| rest.rsplit_once(['(', '[']));
    let Some((head, inner)) = inner.filter(|(head, _)| !head.trim().is_empty()) else { return title };
    let inner = inner.trim().to_lowercase();
    if SUFFIXES.iter().any(|known| inner.starts_with(known)) { head.trim_end() } else { title }
}

/// The headline, and what may be an outlet's name behind it; a name that is known is dropped.
fn split_tail<'a>(title: &'a str, outlets: &[&str]) -> (&'a str, &'a str) {
    let places = SEPARATORS.iter().filter_map(|s| Some((title.rfind(s)?, s.len())));
    let Some((at, width)) = places.max() else { return (title, "") };
    let (head, tail) = (title[..at].trim_end(), title[at + width..].trim_start());
    let name = squash(tail);
    if name.is_empty() || words::split(head, BARE_WORDS).len() < BARE_WORDS {
        return (title, "");
    }
    if outlets.iter().any(|outlet| is_same_outlet(&name, &squash(outlet))) {
        return (head, "");
    }
    if may_be_name(tail) { (head, tail) } else { (title, "") }
}

/// Capitals where the script has them, few words, no numbers, and not "Live" or "Photos".
fn may_be_name(tail: &str) -> bool {
    let words = words::split(tail, TAIL_WORDS + 1);
    let tells = words.iter().any(|(word, kind)| kind == Kind::Number || stop::is_bulletin(words::stem(word, kind)));
    words.len() <= TAIL_WORDS && !tells && tail.chars().next().is_some_and(|c| c.is_alphabetic() && !c.is_lowercase())
}

/// "BBC News" behind a headline, and "bbc.co.uk".
fn is_same_outlet(tail: &str, outlet: &str) -> bool {
    outlet.len() >= 3 && tail.len() >= 3 && (tail.starts_with(outlet) || outlet.starts_with(tail))
}

/// How many words stand before the colon, if it is a label.
fn label_words(head: &str) -> usize {
    let label = head.split_once(": ").map_or(0, |(label, _)| words::split(label, WORDS).len());
    if label <= LABEL_WORDS { label } else { 0 }
}

/// "The papers: …", "Morning briefing | …": what a feed puts before many headlines.
fn label(title: &str) -> u32 {
    let cut = title.split_once(": ").or_else(|| title.split_once(" | "));
    cut.filter(|(_, rest)| !rest.trim().is_empty()).map_or(0, |(head, _)| hash(&squash(head)))
}

/// Letters and digits alone, of a few words.
fn squash(text: &str) -> String {
    words::split(text, 2 * TAIL_WORDS).iter().map(|(word, _)| word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(title: &str) -> Headline {
        read(title, stop::stops("en"), &["Example News", "example.org"])
    }

    /// Both headlines are one, whatever stands around them.
    fn check(title: &str, bare: &str) {
        let (title, bare) = (of(title), of(bare));
        assert!(title.key == bare.key || title.bare == bare.key, "{title:?} is not {bare:?}");
    }

    #[test]
    fn dress_is_taken_off() {
        check("UPDATE 2-Bridge closes after flood", "Bridge closes after flood");
        check("BREAKING: Exclusive - Bridge closes after flood", "Bridge closes after flood");
        check("Bridge closes after flood (Updated)", "BRIDGE CLOSES AFTER FLOOD");
        check("Bridge closes after flood | Example News", "Bridge closes after flood");
        check("Bridge closes after flood - The Other Times", "Bridge closes after flood");
        check("Bridge closes after flood – Example", "Bridge closes after flood");
    }

    #[test]
    fn what_tells_stays_on() {
        assert_ne!(of("Bridge closes after flood - Live").bare, of("Bridge closes after flood").bare);
        assert_ne!(of("Bridge closes after flood - day 2").bare, of("Bridge closes after flood").bare);
        assert_ne!(of("Update: Bridge").bare, 0);
    }

    #[test]
    fn issues_of_a_bulletin_share_their_pattern() {
        let (one, two) = (of("Photos of the day: 2 March"), of("Photos of the day: 3 March"));
        assert_eq!(one.pattern, two.pattern);
        assert_ne!(one.issue, two.issue);
        assert_eq!(one.label, two.label);
        assert!(one.bulletin);
    }

    #[test]
    fn nothing_has_no_marks() {
        for title in ["", "   ", "!!! ???", "—"] {
            let Headline { key, bare, pattern, opening, informative, .. } = of(title);
            assert_eq!((key, bare, pattern, opening, informative), (0, 0, 0, 0, 0), "{title:?}");
        }
    }
}
