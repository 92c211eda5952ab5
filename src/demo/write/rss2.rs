//! RSS 2.0 as most of the world writes it.

use super::{Page, element, escape, html, media, optional};
use crate::demo::{
    dates,
    outlets::{Mark, PhotoHabit},
    print::Print,
};

pub(super) fn document(page: &Page<'_>) -> String {
    let outlet = page.outlet;
    let items: String = page.prints.iter().map(item).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:atom=\"http://www.w3.org/2005/Atom\" \
         xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:georss=\"http://www.georss.org/georss\">\n<channel>\n\
         {}{}{}{}<atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\"/>\n{}{items}</channel>\n</rss>\n",
        element("title", outlet.title),
        element("link", &outlet.site(page.base)),
        element("description", outlet.tagline),
        element("language", outlet.language),
        outlet.address(page.base),
        element("lastBuildDate", &dates::rss(page.changed_at, outlet.dates)),
    )
}

fn item(print: &Print) -> String {
    let text = html(print);
    let updated = print.is_updated().then(|| dates::rfc3339(print.updated_at, print.outlet.dates));
    let parts = [
        element("title", &print.headline),
        element("link", &print.link),
        guid(print),
        element("pubDate", &dates::rss(print.published_at, print.outlet.dates)),
        optional("atom:updated", updated.as_deref()),
        element("dc:creator", &print.author),
        element("category", print.section),
        element("description", print.teaser()),
        element("content:encoded", &(text + &editor_line(print))),
        element("georss:featurename", print.place),
        enclosure(print),
        media(print, "media"),
    ];
    format!("<item>\n{}</item>\n", parts.concat())
}

fn guid(print: &Print) -> String {
    match print.outlet.mark {
        Mark::Number => format!("<guid isPermaLink=\"false\">{}-{}</guid>\n", print.outlet.slug, print.number),
        Mark::Permalink => element("guid", &print.link),
        Mark::LinkOnly => String::new(),
    }
}

/// RSS has no element for an editor: newspapers put a line below the text.
fn editor_line(print: &Print) -> String {
    print.editor.map(|name| format!("<p>Editor: {}</p>\n", escape(name))).unwrap_or_default()
}

fn enclosure(print: &Print) -> String {
    let photo = print.photo.as_ref().filter(|_| print.outlet.photo == PhotoHabit::Figure);
    photo
        .map(|photo| format!("<enclosure url=\"{}\" type=\"image/svg+xml\" length=\"0\"/>\n", photo.url))
        .unwrap_or_default()
}
