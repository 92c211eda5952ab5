//! What a sanitizer cannot do tag by tag is done to the markup before it.
//!
//! Lazy images: pages show a placeholder until a script loads the picture. No script runs here, so the picture that the
//! markup names is put in the placeholder's place. Tracking pixels go. Elements whose content HTML takes for raw text
//! because scripts or frames would replace it are unwrapped: here it is the text.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter, memmem};

use super::{policy, regular};

/// Attributes that hold the real address, best first.
const LAZY: &[&str] =
    &["data-src", "data-lazy-src", "data-original", "data-orig-file", "data-lazy", "data-hi-res-src", "data-full-src"];
const LAZY_SETS: &[&str] = &["srcset", "data-srcset", "data-lazy-srcset"];

/// Raw text to HTML, markup to a reader without scripts and frames.
const UNWRAPPED: &[&str] = &["noscript", "noframes", "noembed", "xmp", "plaintext", "textarea"];

/// Players that an article may embed.
const EMBEDDED_HOSTS: &[&str] = &[
    "www.youtube.com",
    "www.youtube-nocookie.com",
    "youtube.com",
    "player.vimeo.com",
    "www.dailymotion.com",
    "geo.dailymotion.com",
];

/// Pictures that only count readers, whatever their size.
const COUNTERS: &[&str] = &[
    "feeds.feedburner.com/~",
    "pixel.wp.com",
    "stats.wordpress.com",
    "pixel.quantserve.com",
    "/piwik.php",
    "/matomo.php",
];

/// The markup made ready for the policy. Markup without anything to do comes back as it is.
pub(super) fn prepared(html: &str) -> Cow<'_, str> {
    let mut pass = Pass::default();
    let mut out = String::new();
    let (mut copied, mut read) = (0, 0);
    for at in memchr_iter(b'<', html.as_bytes()) {
        if at < read {
            continue;
        }
        let (length, replacement) = pass.piece(&html[at..]);
        read = at + length;
        if let Some(replacement) = replacement {
            out.push_str(&html[copied..at]);
            out.push_str(&replacement);
            copied = read;
        }
    }
    if copied == 0 {
        return Cow::Borrowed(html);
    }
    out.push_str(&html[copied..]);
    Cow::Owned(out)
}

/// One pass over a text's markup.
#[derive(Default)]
struct Pass {
    /// Drawings and formulas that are open.
    foreign: usize,
    /// End marks that the rest of the text lacks: looking again would cost the square of its length.
    absent: Vec<&'static str>,
}

/// How many bytes were read, and what stands in their place if they give way.
type Piece<'m> = (usize, Option<Cow<'m, str>>);

impl Pass {
    /// `markup` starts with '<'.
    fn piece<'m>(&mut self, markup: &'m str) -> Piece<'m> {
        if markup.starts_with("<!") {
            return self.declaration(markup);
        }
        let Some(name) = super::tag_name(&markup[1..]) else { return (1, None) };
        let is = |wanted: &str| name.eq_ignore_ascii_case(wanted);
        // A tag that never ends would swallow the rest of the text.
        let Some(end) = self.find(markup, ">").map(|end| end + 1) else { return (1, Some(Cow::Borrowed("&lt;"))) };
        let tag = &markup[..end];
        if is("svg") || is("math") {
            self.foreign = if tag.starts_with("</") { self.foreign.saturating_sub(1) } else { self.foreign + 1 };
        }
        // A tag on the wrong side of that border would take its text with it.
        let strange = match self.foreign {
            0 => !regular::is_known(name) && policy::is_only_foreign(name),
            _ => !policy::is_foreign(name),
        };
        let replacement = if strange && !is("svg") && !is("math") || UNWRAPPED.iter().any(|wanted| is(wanted)) {
            Some(Cow::Borrowed(""))
        } else if is("img") {
            image(tag)
        } else if is("iframe") {
            (!is_player(tag)).then_some(Cow::Borrowed(""))
        } else {
            is_overloaded(tag).then(|| Cow::Owned(format!("<{name}>")))
        };
        (end, replacement)
    }

    /// A CDATA section that somebody wrapped twice is unwrapped; what begins like a declaration or a comment and never
    /// ends would hide the rest of the text.
    fn declaration<'m>(&mut self, markup: &'m str) -> Piece<'m> {
        const SECTION: &str = "<![CDATA[";
        if markup.starts_with(SECTION) {
            return match self.find(markup, "]]>") {
                Some(end) => (end + 3, Some(Cow::Borrowed(&markup[SECTION.len()..end]))),
                None => (SECTION.len(), Some(Cow::Borrowed("&lt;![CDATA["))),
            };
        }
        if markup.starts_with("<!--") {
            return match self.find(markup, "-->") {
                Some(end) => (end + 3, None),
                None => (4, Some(Cow::Borrowed(""))),
            };
        }
        (1, self.find(markup, ">").is_none().then_some(Cow::Borrowed("&lt;")))
    }

    fn find(&mut self, markup: &str, mark: &'static str) -> Option<usize> {
        if self.absent.contains(&mark) {
            return None;
        }
        let found = match mark.as_bytes() {
            [one] => memchr(*one, markup.as_bytes()),
            mark => memmem::find(markup.as_bytes(), mark),
        };
        if found.is_none() {
            self.absent.push(mark);
        }
        found
    }
}

/// Attributes of one tag are compared each with each.
const MAX_ATTRIBUTES: usize = 256;

fn is_overloaded(tag: &str) -> bool {
    tag.len() > 2 * MAX_ATTRIBUTES && tag.split(['=', ' ', '\n', '\t', '/']).count() > 4 * MAX_ATTRIBUTES
}

/// End tags of players stay as well: nothing else of that name is left open.
fn is_player(tag: &str) -> bool {
    if tag.starts_with("</") {
        return false;
    }
    let Some(src) = attribute(tag, "src") else { return false };
    let Some((_, rest)) = src.split_once("//") else { return false };
    EMBEDDED_HOSTS.contains(&rest.split('/').next().unwrap_or(rest))
}

/// None for a picture that is fine as it is.
fn image(tag: &str) -> Option<Cow<'_, str>> {
    let src = attribute(tag, "src");
    if is_counter(tag, src) {
        return Some(Cow::Borrowed(""));
    }
    if src.is_some_and(|src| !is_placeholder(src)) {
        return None;
    }
    let single = LAZY.iter().find_map(|name| attribute(tag, name));
    let real = single.or_else(|| LAZY_SETS.iter().find_map(|name| attribute(tag, name)).and_then(largest));
    let real = real.filter(|real| !real.is_empty())?;
    // Of two attributes of one name the first counts.
    Some(Cow::Owned(format!("<img src=\"{}\"{}", real.replace('"', "%22"), &tag[4..])))
}

fn is_counter(tag: &str, src: Option<&str>) -> bool {
    let tiny = |name| attribute(tag, name).is_some_and(|size| matches!(size.trim().trim_end_matches("px"), "0" | "1"));
    tiny("width") && tiny("height") || src.is_some_and(|src| COUNTERS.iter().any(|counter| src.contains(counter)))
}

fn is_placeholder(src: &str) -> bool {
    let src = src.trim().to_ascii_lowercase();
    src.is_empty()
        || src.starts_with("data:")
        || src.contains("placeholder")
        || src.contains("/blank.")
        || src.contains("/spacer.")
        || src.contains("/lazy")
}

/// The candidate with the greatest width or density.
fn largest(set: &str) -> Option<&str> {
    let candidates = set.split(", ").flat_map(|piece| piece.split(",http").take(1)).filter_map(|candidate| {
        let mut words = candidate.split_whitespace();
        let address = words.next()?;
        let size = words.next().and_then(|size| size[..size.len() - 1].parse::<f64>().ok()).unwrap_or(1.0);
        Some((address.trim_end_matches(','), size))
    });
    candidates.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(address, _)| address)
}

/// The attribute's value inside of one tag.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let mut from = 0;
    while let Some(found) = tag[from..].find(name) {
        let at = from + found;
        from = at + name.len();
        let stands_alone = tag[..at].ends_with(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
        let Some(value) = tag[from..].trim_start().strip_prefix('=').filter(|_| stands_alone) else { continue };
        let value = value.trim_start();
        return match value.chars().next()? {
            quote @ ('"' | '\'') => value[1..].split(quote).next(),
            _ => value.split(|c: char| c.is_whitespace() || c == '>').next(),
        };
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        assert_eq!(prepared(html), expected, "{html}");
    }

    #[test]
    fn real_pictures_take_the_place_of_placeholders() {
        check("<img src=\"a.jpg\" data-src=\"b.jpg\">", "<img src=\"a.jpg\" data-src=\"b.jpg\">");
        check("<img src=\"data:x\" data-src=\"b.jpg\">", "<img src=\"b.jpg\" src=\"data:x\" data-src=\"b.jpg\">");
        check("<IMG data-original='b.jpg'/>", "<img src=\"b.jpg\" data-original='b.jpg'/>");
        check("<img srcset=\"s.jpg 480w, l.jpg 800w\">", "<img src=\"l.jpg\" srcset=\"s.jpg 480w, l.jpg 800w\">");
        check("a<noscript><img src=\"b.jpg\"></noscript>", "a<img src=\"b.jpg\">");
    }

    #[test]
    fn counters_and_frames_go_and_text_stays() {
        check("a<img src='https://t.example.org/' width=1 height='1'/>b", "ab");
        check("<iframe src='https://example.org/'>a</iframe>", "a");
        check("<svg><desc><abbr>a</abbr></desc></svg><b>c</b>", "<svg><desc>a</desc></svg><b>c</b>");
        check("<text>a</text><title>b</title>", "ab");
        check("<![CDATA[a]]> <![CDATA[b", "a &lt;![CDATA[b");
        check("<p>a</p><b", "<p>a</p>&lt;b");
        check("<p>a</p><!DOCTYPE x", "<p>a</p>&lt;!DOCTYPE x");
    }
}
