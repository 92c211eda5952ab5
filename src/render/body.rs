//! The text of an entry, alike in all three formats: picture, text, and the line that names the other outlets.
//!
//! How much text an output shows was decided by `select`; here nothing is cut.

use super::{
    Addresses,
    address::web,
    entry::{other_outlets, related},
    language, pictures, plain,
};
use crate::model::{AlsoReported, EditionEntry, Media};

/// Outlets named in the last line; of more, only the number is told.
const NAMED_OUTLETS: usize = 12;
/// Headlines of other reports in the list; of more, only the number is told.
const LISTED_REPORTS: usize = 12;
/// Marks our own line, so that it is known as ours when a merged feed is itself polled.
const OWN_LINE_CLASS: &str = "headlined-also";

/// HTML. `summary` only beside a `content` that says more: never the same text twice.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) summary: Option<String>,
    pub(super) content: Option<String>,
}

impl Body {
    pub(super) fn of(entry: &EditionEntry, media: &[Media], addresses: &Addresses<'_>) -> Body {
        let article = &entry.article;
        let known =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let (summary, text) = match (known(&article.summary), known(&article.content)) {
            (Some(summary), Some(content)) if plain::text(&summary) != plain::text(&content) => {
                (Some(summary), Some(content))
            }
            (summary, content) => (None, content.or(summary)),
        };
        let text = text.unwrap_or_default();
        let picture = pictures::lead(media, &text).map(pictures::figure).unwrap_or_default();
        let content = directed(entry, picture + &text) + &own_lines(entry, addresses);
        Body {
            summary: summary.map(|summary| directed(entry, summary)),
            content: Some(content).filter(|content| !content.is_empty()),
        }
    }
}

/// Right-to-left text says so itself: readers show an entry in the direction of the reader, not of the text.
fn directed(entry: &EditionEntry, html: String) -> String {
    let language = language::tag(entry.article.language.as_deref());
    if html.is_empty() || !language::is_right_to_left(language, &entry.article.title) {
        return html;
    }
    let lang = language.map(|tag| format!(" lang=\"{tag}\"")).unwrap_or_default();
    format!("<div dir=\"rtl\"{lang}>{html}</div>")
}

/// What we add, frozen with the entry (RULES 3): the origin, the other outlets, and the story's other headlines, as they
/// were known when it first appeared or last moved; the story page has the rest.
fn own_lines(entry: &EditionEntry, addresses: &Addresses<'_>) -> String {
    let origin = entry.origin.as_ref().filter(|_| entry.names_origin);
    let outlets: Vec<&AlsoReported> = other_outlets(entry, &entry.also_reported)
        .into_iter()
        .filter(|outlet| origin.is_none_or(|origin| origin.source != outlet.source))
        .collect();
    let mut sentences: Vec<String> =
        origin.map(|origin| format!("Original report: {}.", named(origin))).into_iter().collect();
    if !outlets.is_empty() {
        sentences.push(format!("Also reported by {}.", also_reported(&outlets)));
    }
    let headlines = headlines(&entry.other_reports);
    if sentences.is_empty() && headlines.is_empty() {
        return String::new();
    }
    if let Some(page) = addresses.story(&entry.id) {
        sentences.push(format!("<a href=\"{}\">All reports</a>", plain::escaped(&page)));
    }
    let line = if sentences.is_empty() { String::new() } else { format!("<p>{}</p>", sentences.join(" ")) };
    format!("<div class=\"{OWN_LINE_CLASS}\" lang=\"en\" dir=\"ltr\">{headlines}{line}</div>")
}

fn also_reported(outlets: &[&AlsoReported]) -> String {
    let mut names: Vec<String> = outlets.iter().take(NAMED_OUTLETS).map(|outlet| named(outlet)).collect();
    if let Some(more) = outlets.len().checked_sub(NAMED_OUTLETS).filter(|more| *more > 0) {
        names.push(format!("and {more} more"));
    }
    names.join(", ")
}

/// The other texts of a story: headline and outlet of each. A headline has the direction of its own script.
fn headlines(reports: &[AlsoReported]) -> String {
    if reports.is_empty() {
        return String::new();
    }
    let item = |report: &AlsoReported| {
        let title = plain::escaped(&plain::folded(&report.title));
        let title = match related(report) {
            Some(page) => format!("<a href=\"{}\" dir=\"auto\">{title}</a>", plain::escaped(&page.link)),
            None => title,
        };
        format!("<li>{title} ({})</li>", plain::escaped(&plain::meant(&report.source)))
    };
    let mut items: String = reports.iter().take(LISTED_REPORTS).map(item).collect();
    if let Some(more) = reports.len().checked_sub(LISTED_REPORTS).filter(|more| *more > 0) {
        items.push_str(&format!("<li>and {more} more</li>"));
    }
    format!("<p>More on this story:</p><ul>{items}</ul>")
}

fn named(outlet: &AlsoReported) -> String {
    let name = plain::escaped(&plain::meant(&outlet.source));
    match web(outlet.link.as_deref()) {
        Some(link) => format!("<a href=\"{}\">{name}</a>", plain::escaped(&link)),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Article, Source};

    const KNOWN: Addresses<'_> = Addresses { base: Some("https://n.example/"), stem: "feed" };
    const UNKNOWN: Addresses<'_> = Addresses { base: None, stem: "feed" };

    fn entry(summary: Option<&str>, content: Option<&str>) -> EditionEntry {
        let article = Article {
            summary: summary.map(str::to_owned),
            content: content.map(str::to_owned),
            title: "T".to_owned(),
            ..Article::default()
        };
        EditionEntry { id: "urn:uuid:1-2".to_owned(), article, ..EditionEntry::default() }
    }

    fn copy(source: &str, link: Option<&str>) -> AlsoReported {
        AlsoReported { source: source.to_owned(), link: link.map(str::to_owned), ..AlsoReported::default() }
    }

    fn check(entry: &EditionEntry, addresses: &Addresses<'_>, summary: Option<&str>, content: Option<&str>) {
        let body = Body::of(entry, &pictures::shown(&entry.article.fields.media, ""), addresses);
        assert_eq!((body.summary.as_deref(), body.content.as_deref()), (summary, content));
    }

    #[test]
    fn no_text_is_shown_twice() {
        check(&entry(Some("<p>S</p>"), None), &KNOWN, None, Some("<p>S</p>"));
        check(&entry(Some("S"), Some("<p>S</p>")), &KNOWN, None, Some("<p>S</p>"));
        check(&entry(Some("S"), Some("<p>C</p>")), &KNOWN, Some("S"), Some("<p>C</p>"));
        check(&entry(None, Some(" ")), &KNOWN, None, None);
    }

    #[test]
    fn other_outlets_are_named_once_with_the_story_page_if_it_has_an_address() {
        let mut entry = entry(None, Some("<p>C</p>"));
        entry.source = Source { title: Some("Own".to_owned()), ..Source::default() };
        entry.also_reported = vec![
            copy("A & B", Some("https://a.example/?x=1&y=2")),
            copy("A & B", None),
            copy("Own", None),
            copy("C", Some("javascript:x")),
        ];
        let line = "<div class=\"headlined-also\" lang=\"en\" dir=\"ltr\"><p>Also reported by \
                    <a href=\"https://a.example/?x=1&amp;y=2\">A &amp; B</a>, C.";
        let page = " <a href=\"https://n.example/story/1-2\">All reports</a>";
        check(&entry, &KNOWN, None, Some(&format!("<p>C</p>{line}{page}</p></div>")));
        check(&entry, &UNKNOWN, None, Some(&format!("<p>C</p>{line}</p></div>")));
        entry.also_reported = (0..15).map(|n| copy(&n.to_string(), None)).collect();
        assert!(
            Body::of(&entry, &[], &UNKNOWN)
                .content
                .unwrap()
                .contains("by 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, and 3 more.<")
        );
    }

    #[test]
    fn right_to_left_text_says_so_and_our_line_stays_left_to_right() {
        let mut entry = entry(None, Some("<p>نص</p>"));
        entry.article.language = Some("ar".to_owned());
        entry.also_reported = vec![copy("A", None)];
        let expected = "<div dir=\"rtl\" lang=\"ar\"><p>نص</p></div>\
                        <div class=\"headlined-also\" lang=\"en\" dir=\"ltr\"><p>Also reported by A.</p></div>";
        check(&entry, &UNKNOWN, None, Some(expected));
    }

    #[test]
    fn a_story_lists_its_other_headlines_and_an_origin_is_credited_once_the_text_is_made_anew() {
        let mut entry = entry(None, Some("<p>C</p>"));
        entry.origin = Some(copy("Agency", Some("https://agency.example/1")));
        check(&entry, &UNKNOWN, None, Some("<p>C</p>"));
        entry.names_origin = true;
        entry.also_reported = vec![copy("Agency", None), copy("B", None)];
        entry.other_reports =
            vec![AlsoReported { title: "1 < 2".to_owned(), ..copy("D", Some("https://d.example/1")) }];
        let expected = "<p>C</p><div class=\"headlined-also\" lang=\"en\" dir=\"ltr\"><p>More on this story:</p>\
                        <ul><li><a href=\"https://d.example/1\" dir=\"auto\">1 &lt; 2</a> (D)</li></ul>\
                        <p>Original report: <a href=\"https://agency.example/1\">Agency</a>. Also reported by B.</p></div>";
        check(&entry, &UNKNOWN, None, Some(expected));
    }
}
