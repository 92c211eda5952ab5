//! feed-rs, the parser in the middle: a clean document to our words.
//!
//! Only this file knows the crate. It may panic (a mail address beside non-ASCII text, an oversized duration): that is
//! caught here, and kept out of the log.

use std::{
    cell::Cell,
    io::{self, Read},
    ops::Range,
    panic::{self, AssertUnwindSafe, UnwindSafe},
    sync::Once,
};

use feed_rs::{model as theirs, parser};

use super::names::Space;
use crate::model::{Category, Entry, Link, ParsedFeed, Person, Text, TextKind};

thread_local! {
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`; a panic becomes its message, and the process's panic hook stays silent about it.
pub(super) fn caught<T>(work: impl FnOnce() -> T + UnwindSafe) -> Result<T, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let outer = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !QUIET.get() {
                outer(info);
            }
        }));
    });
    let before = QUIET.replace(true);
    let done = panic::catch_unwind(work);
    QUIET.set(before);
    done.map_err(|payload| {
        let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| payload.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
    })
}

/// Whether a field of an entry is wanted of feed-rs. It is not shown the others, which `supplement` reads from the tree for
/// every entry: bodies, dates, people and media cost it most of its time.
pub(super) fn needs(space: Space, name: &str, in_rdf: impl Fn() -> bool) -> bool {
    match space {
        // It drops an item of RSS 1.0 without link.
        Space::Core => name == "title" || name == "link" && in_rdf(),
        Space::Atom => name == "title",
        _ => false,
    }
}

/// A text with parts left out.
struct Shown<'a> {
    text: &'a str,
    at: usize,
    hidden: &'a [Range<u32>],
}

impl Read for Shown<'_> {
    fn read(&mut self, mut into: &mut [u8]) -> io::Result<usize> {
        let room = into.len();
        while !into.is_empty() && self.at < self.text.len() {
            let end = self.hidden.first().map_or(self.text.len(), |hidden| hidden.start as usize);
            let taken = (&self.text.as_bytes()[self.at..end]).read(into)?;
            into = &mut into[taken..];
            self.at += taken;
            if self.at == end
                && let [hidden, after @ ..] = self.hidden
            {
                (self.at, self.hidden) = (hidden.end as usize, after);
            }
        }
        Ok(room - into.len())
    }
}

/// The document as feed-rs understands it, or why it does not. It does not see what is hidden.
pub(super) fn read(document: &str, hidden: &[Range<u32>]) -> Result<ParsedFeed, String> {
    let parse = || {
        let parser = parser::Builder::new()
            .sanitize_content(false)
            // It would invent a random id; `article` knows better what identifies an entry.
            .id_generator(|_, _, _| String::new())
            // Dates are read from the tree, as printed.
            .timestamp_parser(|_| None)
            .build();
        parser.parse(Shown { text: document, at: 0, hidden }).map_err(|error| error.to_string())
    };
    caught(AssertUnwindSafe(parse))?.map(feed)
}

fn feed(feed: theirs::Feed) -> ParsedFeed {
    ParsedFeed {
        id: some(feed.id),
        title: feed.title.map(text),
        description: feed.description.map(text),
        links: feed.links.into_iter().map(link).collect(),
        language: feed.language,
        rights: feed.rights.map(text),
        image: feed.logo.map(|image| image.uri),
        icon: feed.icon.map(|image| image.uri),
        authors: feed.authors.into_iter().map(person).collect(),
        categories: feed.categories.into_iter().map(category).collect(),
        entries: feed.entries.into_iter().map(entry).collect(),
        ..ParsedFeed::default()
    }
}

/// All else `supplement` reads for every entry.
fn entry(entry: theirs::Entry) -> Entry {
    Entry { title: entry.title.map(text), links: entry.links.into_iter().map(link).collect(), ..Entry::default() }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn text(text: theirs::Text) -> Text {
    let kind = kind(text.content_type.as_str());
    Text { value: text.content, kind, ..Text::default() }
}

fn kind(media_type: &str) -> TextKind {
    match media_type {
        "text/html" => TextKind::Html,
        "application/xhtml+xml" => TextKind::Xhtml,
        _ => TextKind::Text,
    }
}

fn link(link: theirs::Link) -> Link {
    Link {
        href: link.href,
        rel: link.rel,
        media_type: link.media_type,
        title: link.title,
        hreflang: link.href_lang,
        length: link.length,
    }
}

fn person(person: theirs::Person) -> Person {
    Person { name: person.name.unwrap_or_default(), email: person.email, uri: person.uri }
}

fn category(category: theirs::Category) -> Category {
    Category { term: category.term, scheme: category.scheme, label: category.label }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_parts_are_left_out_whatever_the_room() {
        for room in 1..9 {
            let mut shown = Shown { text: "0123456789", at: 0, hidden: &[0..1, 3..5, 5..6, 9..10] };
            let mut buffer = vec![0; room];
            let mut found = Vec::new();
            while let Ok(taken @ 1..) = shown.read(&mut buffer) {
                found.extend_from_slice(&buffer[..taken]);
            }
            assert_eq!(found, b"12678", "{room}");
        }
    }

    #[test]
    fn a_panic_is_an_answer() {
        assert_eq!(caught(|| -> u8 { panic!("no {}", "good") }), Err("no good".to_owned()));
    }
}
