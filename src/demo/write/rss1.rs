//! RSS 1.0: RDF, with a list of contents before the items.

use super::{Page, element, escape, html};
use crate::demo::{dates, print::Print};

pub(super) fn document(page: &Page<'_>) -> String {
    let outlet = page.outlet;
    let listed = |print: &Print| format!("<rdf:li rdf:resource=\"{}\"/>\n", escape(&print.link));
    let list: String = page.prints.iter().map(listed).collect();
    let items: String = page.prints.iter().map(item).collect();
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\" \
         xml:lang=\"{}\">\n<channel rdf:about=\"{}\">\n{}{}{}{}{}\
         <items>\n<rdf:Seq>\n{list}</rdf:Seq>\n</items>\n</channel>\n{items}</rdf:RDF>\n",
        outlet.language,
        outlet.address(page.base),
        element("title", outlet.title),
        element("link", &outlet.site(page.base)),
        element("description", outlet.tagline),
        element("dc:language", outlet.language),
        element("dc:date", &dates::rfc3339(page.changed_at, outlet.dates)),
    )
}

fn item(print: &Print) -> String {
    let parts = [
        element("title", &print.headline),
        element("link", &print.link),
        element("description", print.teaser()),
        element("dc:date", &dates::rfc3339(print.published_at, print.outlet.dates)),
        element("dc:creator", &print.author),
        element("dc:subject", print.section),
        element("dc:coverage", print.place),
        element("content:encoded", &html(print)),
    ];
    format!("<item rdf:about=\"{}\">\n{}</item>\n", escape(&print.link), parts.concat())
}
