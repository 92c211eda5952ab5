//! What a sanitized body shows: its lines of text, its first picture with what is said under it.
//!
//! `news` calls this. It reads the sanitizer's own output, whose markup is regular: tags are whole, values quoted.

use std::{borrow::Cow, sync::LazyLock};

use memchr::memmem;

use crate::html;

/// A picture in a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Picture {
    pub(super) url: String,
    /// The text of the `figcaption` of its figure.
    pub(super) caption: Option<String>,
}

/// Elements within a line; all others begin a new one.
#[rustfmt::skip]
fn is_inline(name: &str) -> bool {
    matches!(
        name,
        "a" | "abbr" | "b" | "bdi" | "bdo" | "big" | "cite" | "code" | "del" | "em" | "font" | "i" | "img" | "ins"
            | "kbd" | "mark" | "q" | "ruby" | "rt" | "rp" | "s" | "samp" | "small" | "span" | "strong" | "sub" | "sup"
            | "time" | "tt" | "u" | "var" | "wbr"
    )
}

/// How much of either end of a long body is looked at for lines.
const ENDS: usize = 512;

/// The lines at both ends of a body, the first and the last ones if it is long; white space as it stands.
pub(super) fn outer_lines(html: &str) -> Vec<String> {
    if html.len() <= 2 * ENDS {
        return lines(html);
    }
    let mut found = lines(&html[..html.floor_char_boundary(ENDS)]);
    let tail = &html[html.ceil_char_boundary(html.len() - ENDS)..];
    found.extend(lines(tail.find('<').map_or("", |at| &tail[at..])));
    found
}

/// The body's lines of text that say anything.
fn lines(html: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut end = |line: &mut String| {
        if !line.trim_start().is_empty() {
            lines.push(std::mem::take(line));
        }
        line.clear();
    };
    let mut pieces = html.split('<');
    line.push_str(&text(pieces.next().unwrap_or_default()));
    for piece in pieces {
        let (tag, after) = piece.split_once('>').unwrap_or((piece, ""));
        let name = tag.trim_start_matches('/').split([' ', '/']).next().unwrap_or_default();
        if !is_inline(name) {
            end(&mut line);
        }
        line.push_str(&text(after));
    }
    end(&mut line);
    lines
}

fn text(escaped: &str) -> Cow<'_, str> {
    if !escaped.contains('&') {
        return Cow::Borrowed(escaped);
    }
    let text = escaped
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&");
    Cow::Owned(text)
}

static IMAGE: LazyLock<memmem::Finder<'static>> = LazyLock::new(|| memmem::Finder::new("<img "));

pub(super) fn first_picture(html: &str) -> Option<Picture> {
    let at = IMAGE.find(html.as_bytes())?;
    let (tag, after) = html[at..].split_once('>')?;
    let (_, src) = tag.split_once(" src=\"")?;
    let url = text(src.split('"').next()?).into_owned();
    Some(Picture { url, caption: caption(&html[..at], after) }).filter(|picture| picture.url.starts_with("http"))
}

/// The caption of the figure that the picture stands in.
fn caption(before: &str, after: &str) -> Option<String> {
    let opened = before.matches("<figure").count() > before.matches("</figure").count();
    let figure = after.split("</figure>").next().filter(|_| opened)?;
    let (_, caption) = figure.split_once("<figcaption")?;
    let (_, caption) = caption.split_once('>')?;
    let caption = html::folded(&lines(caption.split("</figcaption>").next()?).join(" "));
    (!caption.is_empty()).then_some(caption)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_make_lines() {
        let html = "<p>A <b>b</b>&nbsp;&amp; c<br>d</p>\n<ul><li>e</li></ul>f";
        assert_eq!(lines(html), ["A b & c", "d", "e", "f"]);
    }

    #[test]
    fn a_picture_has_the_caption_of_its_figure() {
        let html = "<p>a</p><figure><img alt=\"x\" src=\"https://example.org/a.jpg?b&amp;c\"><figcaption>Boats at <i>dusk</i></figcaption></figure>";
        let expected =
            Picture { url: "https://example.org/a.jpg?b&c".to_owned(), caption: Some("Boats at dusk".to_owned()) };
        assert_eq!(first_picture(html), Some(expected));
        let html = "<img src=\"https://example.org/a.jpg\"><figure><figcaption>other</figcaption></figure>";
        assert_eq!(first_picture(html).and_then(|picture| picture.caption), None);
    }
}
