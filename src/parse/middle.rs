//! feed-rs, the parser in the middle: a clean document to our words.
//!
//! Only this file knows the crate. It may panic (a mail address beside non-ASCII text, an oversized duration): that is
//! caught here, and kept out of the log.

use std::{
    cell::Cell,
    panic::{self, AssertUnwindSafe, UnwindSafe},
    sync::Once,
};

use feed_rs::{model as theirs, parser};

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

/// The document as feed-rs understands it, or why it does not.
pub(super) fn read(document: &str) -> Result<ParsedFeed, String> {
    let parse = || {
        let parser = parser::Builder::new()
            .sanitize_content(false)
            // It would invent a random id; `article` knows better what identifies an entry.
            .id_generator(|_, _, _| String::new())
            // Dates are read from the tree, as printed.
            .timestamp_parser(|_| None)
            .build();
        parser.parse(document.as_bytes()).map_err(|error| error.to_string())
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

/// Its texts: all else `supplement` reads anew for every entry.
fn entry(entry: theirs::Entry) -> Entry {
    Entry {
        title: entry.title.map(text),
        links: entry.links.into_iter().map(link).collect(),
        summary: entry.summary.map(text),
        content: entry.content.and_then(content),
        rights: entry.rights.map(text).map(Box::new),
        ..Entry::default()
    }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

fn text(text: theirs::Text) -> Text {
    let kind = kind(text.content_type.as_str());
    Text { value: text.content, kind, ..Text::default() }
}

fn content(content: theirs::Content) -> Option<Text> {
    let kind = kind(content.content_type.as_str());
    Some(Text { value: content.body?, kind, ..Text::default() })
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
    fn a_panic_is_an_answer() {
        assert_eq!(caught(|| -> u8 { panic!("no {}", "good") }), Err("no good".to_owned()));
    }
}
