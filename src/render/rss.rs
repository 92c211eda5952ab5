//! The merged feed in RSS 2.0, with the same content as [`super::atom`], for readers that know nothing else.
//!
//! After the RSS Board's profile: one text goes into `description`; of two, the summary does, and `content:encoded` after it
//! has the whole. Nothing is in CDATA, and titles have their `&` and `<` as numeric references.

use super::{
    Addresses, EXTENSION, Format,
    entry::{Shown, common_language},
    instant::{rfc822, rfc3339},
    media,
    xml::Xml,
};
use crate::model::{Edition, RenderedFeed};

const ROOT: [(&str, &str); 8] = [
    ("version", "2.0"),
    ("xmlns:atom", "http://www.w3.org/2005/Atom"),
    ("xmlns:content", "http://purl.org/rss/1.0/modules/content/"),
    ("xmlns:dc", "http://purl.org/dc/elements/1.1/"),
    media::MEDIA_NAMESPACE,
    media::GEORSS_NAMESPACE,
    ("xmlns:fh", "http://purl.org/syndication/history/1.0"),
    ("xmlns:headlined", EXTENSION),
];
/// RSS demands a `link` of the channel; without a `base_url` only this machine can follow one.
const THIS_MACHINE: &str = "http://localhost/";

pub fn rss(edition: &Edition, addresses: &Addresses<'_>) -> RenderedFeed {
    let body = Xml::document("rss", &ROOT, |xml| {
        xml.element("channel", &[], |xml| {
            head(xml, edition, addresses);
            for one in &edition.entries {
                xml.element("item", &[], |xml| item(xml, &Shown::of(one, addresses)));
            }
        });
    });
    RenderedFeed { media_type: Format::Rss.media_type(), body }
}

fn head(xml: &mut Xml, edition: &Edition, addresses: &Addresses<'_>) {
    xml.numeric_text("title", &edition.title);
    xml.text("link", &[], addresses.home().as_deref().unwrap_or(THIS_MACHINE));
    xml.text("description", &[], edition.description.as_deref().unwrap_or(&edition.title));
    xml.optional("language", &[], common_language(edition));
    xml.text("lastBuildDate", &[], &rfc822(edition.updated_at));
    xml.text("generator", &[], "headlined");
    if let Some(icon) = &edition.icon {
        xml.element("image", &[], |xml| {
            xml.text("url", &[], icon);
            xml.numeric_text("title", &edition.title);
            xml.text("link", &[], addresses.home().as_deref().unwrap_or(THIS_MACHINE));
        });
    }
    let feed = ("type", "application/rss+xml");
    atom_link(xml, &[("rel", "self"), feed], addresses.own(edition, Format::Rss).as_deref());
    for (rel, address) in addresses.history(edition, Format::Rss) {
        atom_link(xml, &[("rel", rel), feed], Some(&address));
    }
    atom_link(xml, &[("rel", "hub")], edition.hub.as_deref());
    if edition.page.is_some() {
        xml.empty("fh:archive", &[]);
    }
    xml.optional("headlined:instance", &[], Some(&edition.instance));
}

fn item(xml: &mut Xml, shown: &Shown<'_>) {
    let (entry, fields) = (shown.entry, &shown.entry.article.fields);
    xml.numeric_text("title", &shown.title);
    xml.optional("link", &[], shown.link.as_deref());
    text(xml, shown);
    xml.text("guid", &[("isPermaLink", "false")], &entry.id);
    xml.text("pubDate", &[], &rfc822(entry.published_at));
    xml.text("atom:updated", &[], &rfc3339(entry.updated_at));
    for author in &shown.authors {
        xml.text("dc:creator", &[], &author.name);
    }
    for contributor in &shown.contributors {
        xml.text("dc:contributor", &[], &contributor.name);
    }
    xml.optional("dc:language", &[], shown.language);
    // There is no place for the rights of the source: what holds for its feed holds for its entries.
    xml.optional("dc:rights", &[], fields.rights.as_deref().or(shown.source.rights.as_deref()));
    for category in &shown.categories {
        xml.text("category", &[("domain", category.scheme.as_deref().unwrap_or_default())], &category.term);
    }
    source(xml, shown);
    xml.optional("comments", &[], shown.comments.as_deref());
    enclosure(xml, shown);
    links(xml, shown);
    media::write(xml, shown);
    xml.optional("headlined:original-id", &[], entry.article.original_id.as_deref());
}

fn text(xml: &mut Xml, shown: &Shown<'_>) {
    match (&shown.body.summary, &shown.body.content) {
        (Some(summary), Some(content)) => {
            xml.text("description", &[], summary);
            xml.text("content:encoded", &[], content);
        }
        (only, None) | (None, only) => xml.optional("description", &[], only.as_deref()),
    }
}

/// `url` is required and names the source's feed; a private feed has none to name.
fn source(xml: &mut Xml, shown: &Shown<'_>) {
    let source = &shown.source;
    if let (Some(url), Some(title)) = (source.feed_url.as_ref().or(source.site_url.as_ref()), &source.title) {
        xml.text("source", &[("url", url)], title);
    }
}

/// RSS has room for one; all are in `media:content`. Its length is required, 0 where unknown.
fn enclosure(xml: &mut Xml, shown: &Shown<'_>) {
    if let Some(file) = shown.enclosures().next() {
        let length = file.length.unwrap_or(0).to_string();
        let media_type = file.media_type.as_deref().unwrap_or_default();
        xml.empty("enclosure", &[("url", &file.url), ("length", &length), ("type", media_type)]);
    }
}

fn links(xml: &mut Xml, shown: &Shown<'_>) {
    for copy in &shown.related {
        atom_link(xml, &[("rel", "related"), ("type", "text/html"), ("title", &copy.outlet)], Some(&copy.link));
    }
    if let Some(origin) = &shown.origin {
        atom_link(xml, &[("rel", "via"), ("type", "text/html"), ("title", &origin.outlet)], Some(&origin.link));
    }
    atom_link(xml, &[("rel", "license")], shown.license.as_deref());
}

fn atom_link(xml: &mut Xml, attributes: &[(&str, &str)], href: Option<&str>) {
    if let Some(href) = href {
        xml.empty("atom:link", &[attributes, &[("href", href)]].concat());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn an_edition_with_everything_in_it() {
        let body = rss(&sample::edition(), &sample::KNOWN).body;
        insta::assert_snapshot!(String::from_utf8(body).unwrap(), @r#"
        <?xml version="1.0" encoding="utf-8"?>
        <rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" xmlns:georss="http://www.georss.org/georss" xmlns:fh="http://purl.org/syndication/history/1.0" xmlns:headlined="urn:headlined:1">
         <channel>
          <title>World &#38; &#60;more&#62;</title>
          <link>https://news.example.org/</link>
          <description>Every headline, once</description>
          <lastBuildDate>Tue, 24 Nov 2026 06:05:00 GMT</lastBuildDate>
          <generator>headlined</generator>
          <image>
           <url>https://pictures.example/icon.png</url>
           <title>World &#38; &#60;more&#62;</title>
           <link>https://news.example.org/</link>
          </image>
          <atom:link rel="self" type="application/rss+xml" href="https://news.example.org/o/top.rss"/>
          <atom:link rel="prev-archive" type="application/rss+xml" href="https://news.example.org/o/top/archive/7.rss"/>
          <atom:link rel="hub" href="https://hub.example/?a&amp;b"/>
          <headlined:instance>00000000-0000-4000-8000-00000000000f</headlined:instance>
          <item>
           <title>Rates &#60;rise&#62; at AT&#38;T ]]&#62; 🗞</title>
           <link>https://a.example/1?a=b&amp;c=d</link>
           <description>&lt;p&gt;In short &amp;amp; plain.&lt;/p&gt;</description>
           <content:encoded>&lt;figure&gt;&lt;img src="https://a.example/p.jpg?w=640&amp;amp;s=1" alt="A &amp;quot;quoted&amp;quot; caption"&gt;&lt;figcaption&gt;A &amp;quot;quoted&amp;quot; caption (Photo desk)&lt;/figcaption&gt;&lt;/figure&gt;&lt;p&gt;At length: ]]&amp;gt; &lt;b&gt;🗞&lt;/b&gt;&lt;/p&gt;&lt;div class="headlined-also" lang="en" dir="ltr"&gt;&lt;p&gt;Also reported by &lt;a href="https://c.example/1"&gt;C Times&lt;/a&gt;, &lt;a href="https://d.example/?x=1&amp;amp;y=2"&gt;D &amp;lt;Post&amp;gt;&lt;/a&gt;. &lt;a href="https://news.example.org/story/00000000-0000-5000-8000-000000000101"&gt;All reports&lt;/a&gt;&lt;/p&gt;&lt;/div&gt;</content:encoded>
           <guid isPermaLink="false">urn:uuid:00000000-0000-5000-8000-000000000101</guid>
           <pubDate>Tue, 24 Nov 2026 06:00:00 GMT</pubDate>
           <atom:updated>2026-11-24T06:05:00Z</atom:updated>
           <dc:creator>First byline</dc:creator>
           <dc:contributor>The editors</dc:contributor>
           <dc:language>en-GB</dc:language>
           <dc:rights>© A 2026</dc:rights>
           <category domain="urn:headlined:group">world</category>
           <category domain="urn:headlined:section">News / World</category>
           <category>Money &amp; markets</category>
           <source url="https://a.example/feed">The A &amp; B</source>
           <comments>https://a.example/1#comments</comments>
           <enclosure url="https://a.example/v.mp4" length="1000" type="video/mp4"/>
           <atom:link rel="related" type="text/html" title="C Times" href="https://c.example/1"/>
           <atom:link rel="related" type="text/html" title="D &lt;Post&gt;" href="https://d.example/?x=1&amp;y=2"/>
           <atom:link rel="related" type="text/html" title="E Daily" href="https://e.example/1"/>
           <atom:link rel="via" type="text/html" title="Agency" href="https://agency.example/1"/>
           <atom:link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>
           <media:content url="https://a.example/p.jpg?w=640&amp;s=1" medium="image" type="image/jpeg" width="640">
            <media:description type="plain">A "quoted" caption</media:description>
            <media:credit>Photo desk</media:credit>
           </media:content>
           <media:content url="https://a.example/v.mp4" medium="video" type="video/mp4" fileSize="1000">
            <media:thumbnail url="https://a.example/v.jpg"/>
           </media:content>
           <media:thumbnail url="https://a.example/p.jpg?w=640&amp;s=1"/>
           <georss:point>53.5 10.0</georss:point>
           <headlined:original-id>tag:a.example,2026:1&amp;2</headlined:original-id>
          </item>
          <item>
           <title>خبر جديد</title>
           <link>https://ar.example/%D8%AE%D8%A8%D8%B1</link>
           <description>&lt;div dir="rtl" lang="ar"&gt;&lt;p&gt;نص الخبر&lt;/p&gt;&lt;/div&gt;</description>
           <guid isPermaLink="false">urn:uuid:00000000-0000-5000-8000-000000000102</guid>
           <pubDate>Tue, 24 Nov 2026 06:00:00 GMT</pubDate>
           <atom:updated>2026-11-24T06:05:00Z</atom:updated>
           <dc:creator>أخبار</dc:creator>
           <dc:language>ar</dc:language>
           <georss:featureName>القاهرة</georss:featureName>
          </item>
          <item>
           <title>feed 3</title>
           <link>https://news.example.org/story/00000000-0000-5000-8000-000000000103</link>
           <guid isPermaLink="false">urn:uuid:00000000-0000-5000-8000-000000000103</guid>
           <pubDate>Tue, 24 Nov 2026 06:00:00 GMT</pubDate>
           <atom:updated>2026-11-24T06:05:00Z</atom:updated>
           <dc:creator>feed 3</dc:creator>
          </item>
         </channel>
        </rss>
        "#);
    }
}
