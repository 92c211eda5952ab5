//! RSS 2.0 with legal markup that trips hasty parsers: a stylesheet instruction, comments, single-quoted attributes,
//! unusual prefixes, split CDATA, numeric references, escaped HTML entities, empty elements, white space everywhere.

use super::{Page, element, escape, html, media};
use crate::demo::{dates, print::Print};

pub(super) fn document(page: &Page<'_>) -> String {
    let outlet = page.outlet;
    let items: String = page.prints.iter().map(item).collect();
    format!(
        "<?xml version='1.0' encoding='utf-8' standalone='yes'?>\n\
         <?xml-stylesheet type='text/css' href='data:text/css,'?>\n\
         <!-- The Tidewater Post, printed twice a day: <rss> in a comment is no element -->\n\
         <rss version='2.0'\n  xmlns:body='http://purl.org/rss/1.0/modules/content/'\n  xmlns:by='http://purl.org/dc/elements/1.1/'\n  \
         xmlns:m='http://search.yahoo.com/mrss/'\n  xmlns:a='http://www.w3.org/2005/Atom' >\n<channel >\n\
         <a:link\n  rel='self'\n  type='application/rss+xml'\n  href='{}' />\n\
         <title\n>{}</title\n>\n{}<description><![CDATA[{}]]></description>\n<language>en-CA</language>\n\
         <ttl/>\n<copyright>&#169; The Tidewater Post &#x2014; all tides reserved</copyright>\n{}{items}</channel>\n</rss>\n\
         <!-- end -->\n",
        outlet.address(page.base),
        escape(outlet.title),
        element("link", &outlet.site(page.base)),
        outlet.tagline,
        element("lastBuildDate", &dates::rss(page.changed_at, outlet.dates)),
    )
}

fn item(print: &Print) -> String {
    let (area, topic) = print.section.split_once(" / ").unwrap_or((print.section, ""));
    let parts = [
        format!("<title>\n    {}\n  </title>\n", numeric(&print.headline)),
        format!("<link><!-- as printed -->{}</link>\n", escape(&print.link)),
        format!("<guid isPermaLink='true'>{}</guid>\n", escape(&print.link)),
        element("pubDate", &dates::rss(print.published_at, print.outlet.dates)),
        format!("<by:creator><![CDATA[{}]]></by:creator>\n", print.author),
        format!("<category domain='area'>{}</category><category/>\n", escape(area)),
        format!("<category domain='topic'><![CDATA[{topic}]]></category>\n"),
        format!("<description>{}</description>\n", escape(&entities(print.teaser()))),
        format!("<body:encoded>{}</body:encoded>\n", split_cdata(&html(print))),
        format!("<m:group>\n{}</m:group>\n", media(print, "m")),
        "<comments></comments>\n".to_owned(),
    ];
    format!("<item>\n{}</item>\n", parts.concat())
}

/// Everything beyond ASCII as a numeric reference, in hexadecimal; apostrophes in decimal.
fn numeric(text: &str) -> String {
    let one = |c: char| match c {
        '\'' => "&#39;".to_owned(),
        c if c.is_ascii() => c.to_string(),
        c => format!("&#x{:X};", u32::from(c)),
    };
    escape(text).chars().map(one).collect()
}

/// HTML's own names, which XML does not know: they must travel escaped once more.
fn entities(text: &str) -> String {
    escape(text).replace('—', "&mdash;").replace('\'', "&rsquo;").replace("&quot;", "&#34;")
}

/// A CDATA section that ends and begins again in the middle of the text.
fn split_cdata(html: &str) -> String {
    format!("\n<![CDATA[{}]]>\n", html.replacen("</p>\n<p>", "</p>]]>\n<![CDATA[<p>", 1))
}
