//! Atom (RFC 4287): an outlet's own entries in XHTML, an aggregator's with the source of each.

use super::{Page, element, escape, html, media};
use crate::demo::{
    dates,
    outlets::{Dates, Outlet},
    print::Print,
};

pub(super) fn document(page: &Page<'_>) -> String {
    let outlet = page.outlet;
    let entries: String = page.prints.iter().map(|print| entry(print, page)).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n\
         <feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:media=\"http://search.yahoo.com/mrss/\" xml:lang=\"{}\">\n\
         {}{}{}{}<link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>\n{}<author>\n{}</author>\n{entries}</feed>\n",
        outlet.language,
        element("id", &feed_id(outlet)),
        element("title", outlet.title),
        element("subtitle", outlet.tagline),
        element("updated", &dates::rfc3339(page.changed_at, outlet.dates)),
        outlet.address(page.base),
        alternate(&outlet.site(page.base)),
        element("name", outlet.title),
    )
}

fn entry(print: &Print, page: &Page<'_>) -> String {
    let dates = page.outlet.dates;
    let id = format!("tag:{}.example,2026:{}", print.outlet.slug, print.number);
    let parts = [
        element("id", &id),
        element("title", &print.headline),
        alternate(&print.link),
        element("published", &dates::rfc3339(print.published_at, dates)),
        element("updated", &dates::rfc3339(print.updated_at, dates)),
        person("author", Some(&print.author)),
        person("contributor", print.editor),
        category(print.section),
        element("summary", print.teaser()),
        content(print),
        media(print, "media"),
        if page.outlet.is_roundup() { source(print, page.base, dates) } else { String::new() },
    ];
    format!("<entry>\n{}</entry>\n", parts.concat())
}

fn feed_id(outlet: &Outlet) -> String {
    format!("tag:{}.example,2026:news", outlet.slug)
}

fn alternate(href: &str) -> String {
    format!("<link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>\n", escape(href))
}

fn person(role: &str, name: Option<&str>) -> String {
    name.map(|name| format!("<{role}>\n{}</{role}>\n", element("name", name))).unwrap_or_default()
}

fn category(section: &str) -> String {
    format!("<category term=\"{}\"/>\n", escape(section))
}

/// XHTML for left-to-right text; escaped HTML for the other, so that both are seen.
fn content(print: &Print) -> String {
    let html = html(print);
    match print.outlet.language {
        "ar" => format!("<content type=\"html\">{}</content>\n", escape(&format!("<div dir=\"rtl\">{html}</div>"))),
        _ => format!("<content type=\"xhtml\"><div xmlns=\"http://www.w3.org/1999/xhtml\">\n{html}</div></content>\n"),
    }
}

fn source(print: &Print, base: &str, dates: Dates) -> String {
    let outlet = print.outlet;
    format!(
        "<source>\n{}{}{}{}<link rel=\"self\" href=\"{}\"/>\n</source>\n",
        element("id", &feed_id(outlet)),
        element("title", outlet.title),
        element("updated", &dates::rfc3339(print.updated_at, dates)),
        alternate(&outlet.site(base)),
        outlet.address(base),
    )
}
