//! Sanitized HTML as plain text: for summaries cut from a full text, for comparing texts, and for pages.
//!
//! Reads only what our own sanitizer writes (quoted attributes, the few entities that a serializer uses); given anything
//! else it gives back some text, never markup.

use memchr::{memchr, memchr2, memchr3_iter};

use crate::{
    html,
    model::{Text, TextKind},
};

pub(crate) use crate::html::folded;

/// Tags that may begin or end inside a word; all others part words even without white space.
const INLINE: [&str; 16] =
    ["a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "i", "mark", "q", "small", "span", "strong", "sub", "sup"];

/// The text a person would read, white space folded.
pub(crate) fn text(markup: &str) -> String {
    if memchr2(b'<', b'&', markup.as_bytes()).is_none() {
        return folded(markup);
    }
    let mut text = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some(at) = memchr(b'<', rest.as_bytes()) {
        push_decoded(&mut text, &rest[..at]);
        let tag = &rest[at..][..tag_length(&rest[at..])];
        let is_inline = |name: &str| INLINE.iter().any(|known| known.eq_ignore_ascii_case(name));
        if !html::tag_name(&tag[1..]).is_some_and(is_inline) {
            text.push(' ');
        }
        rest = &rest[at + tag.len()..];
    }
    push_decoded(&mut text, rest);
    folded(&text)
}

/// What a publisher gave as a plain text (a name, a caption), as it was meant: many escape such texts once too often.
pub(crate) fn meant(text: &str) -> String {
    let as_html = || html::plain_text(&Text { kind: TextKind::Html, value: text.to_owned(), ..Text::default() });
    let meant = html::looks_like_html(text).then(as_html).filter(|meant| !meant.is_empty());
    meant.unwrap_or_else(|| folded(text))
}

/// The first `limit` words of a plain text and an ellipsis, or the whole where it is no longer.
/// Scripts that write without spaces count two characters as a word.
pub(crate) fn first_words(text: &str, limit: usize) -> String {
    let mut halves = 0;
    let mut in_word = false;
    for (at, c) in text.char_indices() {
        let is_dense = is_dense(c);
        if is_dense {
            halves += 1;
        } else if !c.is_whitespace() && !in_word {
            halves += 2;
        }
        in_word = !is_dense && !c.is_whitespace();
        if halves > limit * 2 {
            return format!("{}…", text[..at].trim_end_matches(|c: char| c.is_whitespace() || ",;:–—-".contains(c)));
        }
    }
    text.to_owned()
}

pub(crate) fn is_longer_than(text: &str, words: usize) -> bool {
    first_words(text, words) != text
}

/// For text and double-quoted attributes of HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// To the `>` that ends it; one inside quotes does not.
fn tag_length(from_tag: &str) -> usize {
    let mut quote = None;
    for at in memchr3_iter(b'>', b'"', b'\'', from_tag.as_bytes()) {
        let byte = from_tag.as_bytes()[at];
        match quote {
            None if byte == b'>' => return at + 1,
            None => quote = Some(byte),
            Some(open) if open == byte => quote = None,
            Some(_) => {}
        }
    }
    from_tag.len()
}

fn push_decoded(text: &mut String, raw: &str) {
    let mut rest = raw;
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        let decoded = rest.find(';').filter(|end| *end <= 10).and_then(|end| Some((entity(&rest[1..end])?, end + 1)));
        let (c, length) = decoded.unwrap_or(('&', 1));
        text.push(c);
        rest = &rest[length..];
    }
    text.push_str(rest);
}

fn entity(name: &str) -> Option<char> {
    let number = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "nbsp" => Some('\u{a0}'),
        _ => match name.strip_prefix('#')?.strip_prefix(['x', 'X']) {
            Some(hex) => number(hex, 16),
            None => number(&name[1..], 10),
        },
    }
}

/// Thai to Khmer, kana, Han: no spaces between words.
fn is_dense(c: char) -> bool {
    matches!(c, '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_what_a_person_reads() {
        for (html, expected) in [
            ("<p>One <b>b</b>old.</p><p>Two</p>", "One bold. Two"),
            ("a &amp; b&nbsp;&lt;i&gt; &#x1F5DE; &bogus; &", "a & b <i> 🗞 &bogus; &"),
            ("<img src=\"x\" alt=\"a > b\">c<br>d", "c d"),
            ("unfinished <a href=\"", "unfinished"),
            ("", ""),
        ] {
            assert_eq!(text(html), expected, "{html:?}");
        }
    }

    #[test]
    fn first_words_end_in_an_ellipsis_only_when_cut() {
        for (text, limit, expected) in [
            ("one two three", 3, "one two three"),
            ("one two, three", 2, "one two…"),
            ("新聞記事です", 2, "新聞記事…"),
            ("新聞記事", 2, "新聞記事"),
            ("", 2, ""),
        ] {
            assert_eq!(first_words(text, limit), expected, "{text:?}");
        }
    }
}
