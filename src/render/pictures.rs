//! One address per picture: readers hide a picture that they already show only when the inline `<img>` and `media:content`
//! have the same address (RULES 3), and publishers print one picture in many sizes.

use super::{address::web, plain};
use crate::model::{Media, MediaKind};

/// Query keys that choose a size or an encoding of a picture, not the picture.
const RENDITION_KEYS: [&str; 18] = [
    "w", "h", "width", "height", "quality", "q", "auto", "fit", "crop", "resize", "dpr", "format", "fm", "s", "ssl",
    "strip", "usm", "fp-z",
];

/// What an entry shows: every film and sound, and each picture once, under the address that the text has it by, else in
/// its widest rendition. Only what has an address that can be followed.
pub(super) fn shown(media: &[Media], html: &str) -> Vec<Media> {
    let inline = inline_addresses(html);
    let mut shown: Vec<Media> = Vec::with_capacity(media.len());
    for one in media {
        let Some(url) = web(Some(&one.url)) else { continue };
        let media_type = one.media_type.clone().filter(|media_type| is_media_type(media_type));
        let words = |words: &Option<String>| words.as_deref().map(plain::meant);
        let (caption, credit) = (words(&one.caption), words(&one.credit));
        let mut one = Media { url, media_type, caption, credit, ..one.clone() };
        let picture = picture(&one.url);
        let known = shown.iter_mut().find(|known| known.kind == one.kind && self::picture(&known.url) == picture);
        match known {
            Some(known) => merge(known, one),
            None => {
                one.thumbnail = web(one.thumbnail.as_deref());
                shown.push(one);
            }
        }
    }
    for one in shown.iter_mut().filter(|one| one.kind == MediaKind::Image) {
        let picture = picture(&one.url);
        if let Some(address) = inline.iter().find(|address| self::picture(address) == picture) {
            one.url.clone_from(address);
        }
    }
    shown
}

/// `type/subtype`: validators refuse anything else.
fn is_media_type(media_type: &str) -> bool {
    let is_token =
        |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"-.+_".contains(&b));
    media_type.split_once('/').is_some_and(|(kind, subtype)| is_token(kind) && is_token(subtype))
}

/// The picture to put before a text that has none of its own.
pub(super) fn lead<'a>(shown: &'a [Media], html: &str) -> Option<&'a Media> {
    let has_picture = html.contains("<img");
    shown.iter().find(|media| media.kind == MediaKind::Image).filter(|_| !has_picture)
}

/// With its caption and credit below, as a newspaper prints it.
pub(super) fn figure(picture: &Media) -> String {
    let alt = plain::escaped(picture.caption.as_deref().unwrap_or_default());
    let img = format!("<img src=\"{}\" alt=\"{alt}\">", plain::escaped(&picture.url));
    match words(picture).as_str() {
        "" => format!("<p>{img}</p>"),
        caption => format!("<figure>{img}<figcaption>{}</figcaption></figure>", plain::escaped(caption)),
    }
}

/// "Caption (Credit)" on one line; empty where there is neither.
pub(super) fn words(picture: &Media) -> String {
    plain::folded(&match (picture.caption.as_deref(), picture.credit.as_deref()) {
        (Some(caption), Some(credit)) => format!("{caption} ({credit})"),
        (Some(words), None) | (None, Some(words)) => words.to_owned(),
        (None, None) => String::new(),
    })
}

/// Another rendition of a known picture: the wider address stays, and every word that either has.
fn merge(known: &mut Media, other: Media) {
    if other.width > known.width {
        known.url = other.url;
        known.media_type = other.media_type;
        (known.width, known.height, known.length) = (other.width, other.height, other.length);
    }
    known.caption = known.caption.take().or(other.caption);
    known.credit = known.credit.take().or(other.credit);
    known.enclosure |= other.enclosure;
}

/// The addresses of the pictures in sanitized HTML, in order.
fn inline_addresses(html: &str) -> Vec<String> {
    let tags = html.split("<img").skip(1).filter_map(|from| from.split_once('>'));
    let sources = tags.filter_map(|(tag, _)| tag.split_once(" src=\"")?.1.split_once('"'));
    sources.filter_map(|(src, _)| web(Some(&src.replace("&amp;", "&")))).collect()
}

/// What is equal for all renditions of one picture: the address without scheme, size keys and the size in the file's name.
fn picture(address: &str) -> String {
    let address = address.split_once("://").map_or(address, |(_, rest)| rest);
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let (stem, extension) = path.rsplit_once('.').unwrap_or((path, ""));
    let stem = match stem.rsplit_once('-') {
        Some((before, size)) if is_size(size) => before,
        _ => stem,
    };
    let is_identity = |pair: &&str| !RENDITION_KEYS.contains(&pair.split('=').next().unwrap_or_default());
    let query: Vec<_> = query.split('&').filter(is_identity).collect();
    format!("{stem}.{extension}?{}", query.join("&"))
}

/// `1024x683`.
fn is_size(text: &str) -> bool {
    let is_number = |part: &str| (2..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    text.split_once('x').is_some_and(|(width, height)| is_number(width) && is_number(height))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(url: &str, width: u32) -> Media {
        Media { url: url.to_owned(), kind: MediaKind::Image, width: Some(width), ..Media::default() }
    }

    fn check(media: &[Media], html: &str, expected: &[&str]) {
        let shown = shown(media, html);
        assert_eq!(shown.iter().map(|media| media.url.as_str()).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn renditions_of_one_picture_are_one_picture_in_the_widest() {
        let sizes =
            [image("https://i.example/p.jpg?width=140&s=a", 140), image("https://i.example/p.jpg?width=460&s=b", 460)];
        check(&sizes, "", &["https://i.example/p.jpg?width=460&s=b"]);
        let two = [image("https://i.example/p?id=1&w=9", 9), image("https://i.example/p?id=2&w=9", 9)];
        check(&two, "", &["https://i.example/p?id=1&w=9", "https://i.example/p?id=2&w=9"]);
        check(&[image("javascript:x", 1)], "", &[]);
    }

    #[test]
    fn a_picture_in_the_text_keeps_the_address_it_has_there() {
        let html = "<p><img alt=\"\" src=\"https://i.example/p-1024x683.jpg?a=1&amp;b=2\"></p>";
        check(
            &[image("https://i.example/p-300x200.jpg?a=1&b=2", 300)],
            html,
            &["https://i.example/p-1024x683.jpg?a=1&b=2"],
        );
        check(&[image("https://i.example/other.jpg", 300)], html, &["https://i.example/other.jpg"]);
    }

    #[test]
    fn caption_and_credit_survive_the_choice() {
        let small = Media {
            caption: Some("A <b>".into()),
            credit: Some("C".into()),
            ..image("https://i.example/p.jpg?w=1", 1)
        };
        let shown = shown(&[small, image("https://i.example/p.jpg?w=2", 2)], "");
        assert_eq!(
            figure(lead(&shown, "").unwrap()),
            "<figure><img src=\"https://i.example/p.jpg?w=2\" alt=\"A &lt;b&gt;\"><figcaption>A &lt;b&gt; (C)</figcaption></figure>"
        );
        assert_eq!(lead(&shown, "<p><img src=\"y\"></p>"), None);
    }
}
