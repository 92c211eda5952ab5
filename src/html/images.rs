//! Lazy images: pages show a placeholder until a script loads the picture. No script runs here, so the picture that
//! the markup names is put in the placeholder's place.

use std::borrow::Cow;

/// Attributes that hold the real address, best first.
const LAZY: &[&str] = &["data-src", "data-lazy-src", "data-original", "data-orig-file", "data-lazy", "data-hi-res-src", "data-full-src"];
const LAZY_SETS: &[&str] = &["srcset", "data-srcset", "data-lazy-srcset"];

/// The markup with real addresses in its images.
pub(super) fn promoted(html: &str) -> Cow<'_, str> {
    let lazy = html.contains("data-") || html.contains("srcset");
    if !lazy && !html.contains("<noscript") {
        return Cow::Borrowed(html);
    }
    let html = without_noscript(html);
    if !lazy {
        return html;
    }
    let mut out = String::with_capacity(html.len());
    let mut rest: &str = &html;
    while let Some(at) = find_image(rest) {
        let end = rest[at..].find('>').map_or(rest.len(), |end| at + end + 1);
        out.push_str(&rest[..at]);
        out.push_str(&image(&rest[at..end]));
        rest = &rest[end..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn find_image(html: &str) -> Option<usize> {
    memchr::memmem::find_iter(html.as_bytes(), b"<").find(|&at| html[at + 1..].get(..3).is_some_and(|name| name.eq_ignore_ascii_case("img")))
}

/// `<noscript>` holds the picture itself for readers without scripts, as we are.
fn without_noscript(html: &str) -> Cow<'_, str> {
    if !html.contains("<noscript") {
        return Cow::Borrowed(html);
    }
    Cow::Owned(html.replace("<noscript>", "").replace("</noscript>", ""))
}

fn image(tag: &str) -> Cow<'_, str> {
    let src = attribute(tag, "src");
    if src.is_some_and(|src| !is_placeholder(src)) {
        return Cow::Borrowed(tag);
    }
    let single = LAZY.iter().find_map(|name| attribute(tag, name));
    let real = single.or_else(|| LAZY_SETS.iter().find_map(|name| attribute(tag, name)).and_then(largest));
    let Some(real) = real.filter(|real| !real.is_empty()) else { return Cow::Borrowed(tag) };
    let without_src = match src {
        Some(src) if !src.is_empty() => tag.replacen(src, "", 1).replacen(" src=\"\"", "", 1).replacen(" src=''", "", 1),
        _ => tag.to_owned(),
    };
    let (_, rest) = without_src.split_at(4);
    Cow::Owned(format!("<img src=\"{}\"{rest}", real.replace('"', "%22")))
}

fn is_placeholder(src: &str) -> bool {
    let src = src.trim().to_ascii_lowercase();
    src.is_empty() || src.starts_with("data:") || src.contains("placeholder") || src.contains("/blank.") || src.contains("/spacer.") || src.contains("/lazy")
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
        assert_eq!(promoted(html), expected, "{html}");
    }

    #[test]
    fn real_pictures_take_the_place_of_placeholders() {
        check("<img src=\"a.jpg\" data-src=\"b.jpg\">", "<img src=\"a.jpg\" data-src=\"b.jpg\">");
        check("<img src=\"data:x\" data-src=\"b.jpg\">", "<img src=\"b.jpg\" data-src=\"b.jpg\">");
        check("<img data-original='b.jpg'/>", "<img src=\"b.jpg\" data-original='b.jpg'/>");
        check("<img srcset=\"s.jpg 480w, l.jpg 800w\">", "<img src=\"l.jpg\" srcset=\"s.jpg 480w, l.jpg 800w\">");
        check("a<noscript><img src=\"b.jpg\"></noscript>", "a<img src=\"b.jpg\">");
    }
}
