//! Pictures, films and sounds: `media:*`, enclosures, the images of RSS and iTunes.

use url::Url;

use super::links;
use crate::{
    model::{Media, MediaKind},
    parse::{
        names::Space::{self, Atom, Core, Itunes},
        tree::Element,
    },
};

/// The picture of a feed.
pub(super) fn feed_image(about: Element<'_, '_>) -> Option<String> {
    let image = |child: Element<'_, '_>| match (child.space(), child.name()) {
        (Core, "image") => child.child(Core, "url").and_then(Element::trimmed).or_else(|| child.value("resource")),
        (Itunes, "image") => child.value("href").or_else(|| child.value("url")),
        (Itunes, "link") if child.attribute("rel").as_deref() == Some("image") => child.value("href"),
        _ => None,
    };
    about.elements().find_map(image)
}

/// What says something about every medium around it, gathered on the way in.
#[derive(Clone, Default)]
struct Notes {
    caption: Option<String>,
    credit: Option<String>,
    thumbnail: Option<String>,
}

pub(super) fn of_entry(entry: Element<'_, '_>, base: Option<&Url>) -> Vec<Media> {
    let mut found = Vec::new();
    gather(entry, &Notes::default(), base, &mut found);
    for child in entry.elements() {
        match (child.space(), child.name()) {
            (Core | Atom, "enclosure") => add(&mut found, enclosure(child, "url", base)),
            (Core | Atom, "link") if is_enclosure(child) => add(&mut found, enclosure(child, "href", base)),
            (Itunes, "image") => add(&mut found, picture(child.value("href").or_else(|| child.value("url")), base)),
            (Core, "image") => {
                let address = child.child(Core, "url").and_then(Element::trimmed).or_else(|| child.trimmed());
                add(&mut found, picture(address.filter(|address| !address.contains(char::is_whitespace)), base));
            }
            _ => {}
        }
    }
    found
}

/// The first element that brings a medium.
pub(super) fn origin<'t, 'a>(entry: Element<'t, 'a>) -> Option<Element<'t, 'a>> {
    entry.elements().find(|child| match (child.space(), child.name()) {
        (Space::Media, "content" | "group" | "thumbnail" | "player") | (Core | Atom, "enclosure") => true,
        (Itunes | Core, "image") => true,
        (Core | Atom, "link") => is_enclosure(*child),
        _ => false,
    })
}

fn gather(parent: Element<'_, '_>, around: &Notes, base: Option<&Url>, found: &mut Vec<Media>) {
    if !parent.may_have(&[Space::Media]) {
        return;
    }
    let notes = notes(parent, around, base);
    let before = found.len();
    for child in parent.elements().filter(|child| child.space() == Space::Media) {
        match child.name() {
            "content" => content(child, &notes, base, found),
            "group" => gather(child, &notes, base, found),
            _ => {}
        }
    }
    // Thumbnails without a medium stand for themselves.
    if found.len() == before && parent.space() != Space::Media {
        for child in parent.elements().filter(|child| child.is(Space::Media, "thumbnail")) {
            let picture = picture(child.value("url").or_else(|| child.trimmed()), base);
            let with_notes = |media| Media {
                width: number(child, "width"),
                height: number(child, "height"),
                caption: notes.caption.clone(),
                credit: notes.credit.clone(),
                ..media
            };
            add(found, picture.map(with_notes));
        }
        if found.len() == before {
            let player = parent.child(Space::Media, "player").and_then(|player| player.value("url"));
            add(found, player.map(|url| video(links::absolute(&url, base), &notes)));
        }
    }
}

fn notes(parent: Element<'_, '_>, around: &Notes, base: Option<&Url>) -> Notes {
    let text = |name: &str| {
        let element = parent.child(Space::Media, name)?;
        let text = super::text::read(element, super::text::Default::Guess, None)?;
        Some(crate::html::plain_text(&text)).filter(|text| !text.is_empty())
    };
    let credits: Vec<String> =
        parent.elements().filter(|child| child.is(Space::Media, "credit")).filter_map(Element::trimmed).collect();
    let thumbnail =
        parent.child(Space::Media, "thumbnail").and_then(|child| child.value("url").or_else(|| child.trimmed()));
    // An entry's own title and description are no captions unless they come inside the medium.
    let caption = text("description")
        .or_else(|| text("text"))
        .or_else(|| text("title").filter(|_| parent.space() == Space::Media));
    Notes {
        caption: caption.or_else(|| around.caption.clone()),
        credit: (!credits.is_empty()).then(|| credits.join(", ")).or_else(|| around.credit.clone()),
        thumbnail: thumbnail.map(|url| links::absolute(&url, base)).or_else(|| around.thumbnail.clone()),
    }
}

fn content(element: Element<'_, '_>, around: &Notes, base: Option<&Url>, found: &mut Vec<Media>) {
    let notes = notes(element, around, base);
    let player = element.child(Space::Media, "player").and_then(|player| player.value("url"));
    let Some(url) = element.value("url").or(player) else { return };
    let media_type = element.value("type");
    let medium = element.value("medium");
    let kind = kind(medium.as_deref(), media_type.as_deref(), &url);
    let media = Media {
        url: links::absolute(&url, base),
        kind,
        media_type,
        width: number(element, "width"),
        height: number(element, "height"),
        length: element.value("fileSize").and_then(|size| size.parse().ok()),
        caption: notes.caption,
        credit: notes.credit,
        thumbnail: notes.thumbnail,
        enclosure: false,
    };
    add(found, Some(media));
}

fn number(element: Element<'_, '_>, name: &str) -> Option<u32> {
    element.value(name)?.trim_end_matches("px").parse().ok()
}

fn is_enclosure(link: Element<'_, '_>) -> bool {
    link.attribute("rel").is_some_and(|rel| rel.trim().eq_ignore_ascii_case("enclosure"))
}

fn enclosure(element: Element<'_, '_>, address: &str, base: Option<&Url>) -> Option<Media> {
    let url = element.value(address).or_else(|| element.value("url")).or_else(|| element.trimmed())?;
    let media_type = element.value("type");
    Some(Media {
        kind: kind(None, media_type.as_deref(), &url),
        url: links::absolute(&url, base),
        media_type,
        length: element.value("length").and_then(|length| length.parse().ok()).filter(|length| *length > 0),
        enclosure: true,
        ..Media::default()
    })
}

fn picture(address: Option<String>, base: Option<&Url>) -> Option<Media> {
    let url = links::absolute(&address?, base);
    Some(Media { url, kind: MediaKind::Image, ..Media::default() })
}

fn video(url: String, notes: &Notes) -> Media {
    Media {
        url,
        kind: MediaKind::Video,
        caption: notes.caption.clone(),
        credit: notes.credit.clone(),
        thumbnail: notes.thumbnail.clone(),
        ..Media::default()
    }
}

/// By what it is called, else by its type, else by the ending of its address.
fn kind(medium: Option<&str>, media_type: Option<&str>, url: &str) -> MediaKind {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    let ending = path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let by_ending = match ending.as_str() {
        "jpg" | "jpeg" | "png" | "gif" | "webp" | "avif" | "svg" => MediaKind::Image,
        "mp4" | "m4v" | "webm" | "mov" | "m3u8" | "flv" => MediaKind::Video,
        "mp3" | "m4a" | "ogg" | "oga" | "opus" | "wav" | "aac" => MediaKind::Audio,
        _ => MediaKind::Other,
    };
    match medium.or_else(|| media_type.and_then(|kind| kind.split('/').next())).unwrap_or_default() {
        "image" => MediaKind::Image,
        "video" => MediaKind::Video,
        "audio" => MediaKind::Audio,
        _ => by_ending,
    }
}

/// The same address twice is one medium, with what either says of it.
fn add(found: &mut Vec<Media>, media: Option<Media>) {
    let Some(media) = media.filter(|media| !media.url.is_empty()) else { return };
    let full = found.len() >= super::MAX_LISTED;
    match found.iter_mut().find(|known| known.url == media.url) {
        Some(known) => {
            known.media_type = known.media_type.take().or(media.media_type);
            known.length = known.length.or(media.length);
            known.enclosure |= media.enclosure;
            if known.kind == MediaKind::Other {
                known.kind = media.kind;
            }
        }
        None if full => {}
        None => found.push(media),
    }
}
