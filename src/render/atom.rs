//! The merged feed in Atom (RFC 4287), the first-class format: what no other format has room for is here.
//!
//! Every address is absolute, there is no CDATA, no `xml:base` and no time of rendering. The fields come back from our own
//! feed when another headlined polls it: source, byline, credit and the publisher's own id.

use super::{
    Addresses, EXTENSION, Format,
    entry::{Related, Shown},
    instant::rfc3339,
    media,
    xml::Xml,
};
use crate::model::{Edition, Person, RenderedFeed, Source};

const ROOT: [(&str, &str); 5] = [
    ("xmlns", "http://www.w3.org/2005/Atom"),
    media::MEDIA_NAMESPACE,
    media::GEORSS_NAMESPACE,
    ("xmlns:fh", "http://purl.org/syndication/history/1.0"),
    ("xmlns:headlined", EXTENSION),
];
/// Validators warn of what they do not know: it is named only where it is used.
const TOMBSTONES: (&str, &str) = ("xmlns:at", "http://purl.org/atompub/tombstones/1.0");

pub fn atom(edition: &Edition, addresses: &Addresses<'_>) -> RenderedFeed {
    let mut root = ROOT.to_vec();
    root.extend(Some(TOMBSTONES).filter(|_| !edition.withdrawn.is_empty()));
    let body = Xml::document("feed", &root, |xml| {
        head(xml, edition, addresses);
        // RFC 6721 §3.
        for one in &edition.withdrawn {
            xml.empty("at:deleted-entry", &[("ref", &one.id), ("when", &rfc3339(one.at))]);
        }
        for one in &edition.entries {
            let shown = Shown::of(one, addresses);
            xml.element("entry", &[("xml:lang", shown.language.unwrap_or_default())], |xml| entry(xml, &shown));
        }
    });
    RenderedFeed { media_type: Format::Atom.media_type(), body }
}

fn head(xml: &mut Xml, edition: &Edition, addresses: &Addresses<'_>) {
    xml.text("id", &[], &edition.id);
    xml.text("title", &[("type", "text")], &edition.title);
    xml.optional("subtitle", &[("type", "text")], edition.description.as_deref());
    xml.text("updated", &[], &rfc3339(edition.updated_at));
    xml.optional("icon", &[], edition.icon.as_deref());
    let feed = ("type", "application/atom+xml");
    link(xml, &[("rel", "self"), feed], addresses.own(edition, Format::Atom).as_deref());
    for (rel, address) in addresses.history(edition, Format::Atom) {
        link(xml, &[("rel", rel), feed], Some(&address));
    }
    link(xml, &[("rel", "hub")], edition.hub.as_deref());
    link(xml, &[("rel", "alternate"), ("type", "text/html")], addresses.home().as_deref());
    // Each entry has an author of its own; without entries the feed needs one (RFC 4287 §4.1.1).
    if edition.entries.is_empty() {
        xml.element("author", &[], |xml| xml.text("name", &[], &edition.title));
    }
    xml.text("generator", &[], "headlined");
    if edition.page.is_some() {
        xml.empty("fh:archive", &[]);
    }
    xml.optional("headlined:instance", &[], Some(&edition.instance));
}

fn entry(xml: &mut Xml, shown: &Shown<'_>) {
    let (entry, fields) = (shown.entry, &shown.entry.article.fields);
    xml.text("id", &[], &entry.id);
    xml.text("title", &[("type", "text")], &shown.title);
    xml.text("published", &[], &rfc3339(entry.published_at));
    xml.text("updated", &[], &rfc3339(entry.updated_at));
    links(xml, shown);
    people(xml, "author", &shown.authors);
    people(xml, "contributor", &shown.contributors);
    for category in &shown.categories {
        let (scheme, label) =
            (category.scheme.as_deref().unwrap_or_default(), category.label.as_deref().unwrap_or_default());
        xml.empty("category", &[("term", &category.term), ("scheme", scheme), ("label", label)]);
    }
    text(xml, shown);
    xml.optional("rights", &[("type", "text")], fields.rights.as_deref());
    source(xml, &shown.source);
    media::write(xml, shown);
    xml.optional("headlined:original-id", &[], entry.article.original_id.as_deref());
}

fn links(xml: &mut Xml, shown: &Shown<'_>) {
    let html = ("type", "text/html");
    link(xml, &[("rel", "alternate"), html], shown.link.as_deref());
    for copy in &shown.related {
        related(xml, "related", copy);
    }
    if let Some(origin) = &shown.origin {
        related(xml, "via", origin);
    }
    link(xml, &[("rel", "replies"), html], shown.comments.as_deref());
    link(xml, &[("rel", "license")], shown.license.as_deref());
    for file in shown.enclosures() {
        let length = file.length.map(|length| length.to_string()).unwrap_or_default();
        let media_type = file.media_type.as_deref().unwrap_or_default();
        link(xml, &[("rel", "enclosure"), ("type", media_type), ("length", &length)], Some(&file.url));
    }
}

fn related(xml: &mut Xml, rel: &str, copy: &Related) {
    link(xml, &[("rel", rel), ("type", "text/html"), ("title", &copy.outlet)], Some(&copy.link));
}

/// A link to nowhere is none.
fn link(xml: &mut Xml, attributes: &[(&str, &str)], href: Option<&str>) {
    if let Some(href) = href {
        xml.empty("link", &[attributes, &[("href", href)]].concat());
    }
}

fn people(xml: &mut Xml, role: &str, people: &[Person]) {
    for person in people {
        xml.element(role, &[], |xml| {
            xml.text("name", &[], &person.name);
            xml.optional("uri", &[], person.uri.as_deref());
            xml.optional("email", &[], person.email.as_deref());
        });
    }
}

fn text(xml: &mut Xml, shown: &Shown<'_>) {
    let html = [("type", "html")];
    xml.optional("summary", &html, shown.body.summary.as_deref());
    xml.optional("content", &html, shown.body.content.as_deref());
    // RFC 4287 §4.1.2: an entry without an alternate link must have content.
    if shown.body.content.is_none() && shown.link.is_none() {
        xml.text("content", &[("type", "text")], &shown.title);
    }
}

/// Whose entry it is (RFC 4287 §4.2.11), frozen as it was when the entry was settled.
fn source(xml: &mut Xml, source: &Source) {
    xml.element("source", &[], |xml| {
        xml.optional("id", &[], source.id.as_deref());
        xml.optional("title", &[("type", "text")], source.title.as_deref());
        xml.optional("updated", &[], source.updated_at.map(rfc3339).as_deref());
        link(xml, &[("rel", "self")], source.feed_url.as_deref());
        link(xml, &[("rel", "alternate"), ("type", "text/html")], source.site_url.as_deref());
        xml.optional("icon", &[], source.icon.as_deref());
        xml.optional("rights", &[("type", "text")], source.rights.as_deref());
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;

    #[test]
    fn a_feed_without_entries_has_an_author() {
        let empty = Edition { entries: Vec::new(), ..sample::edition() };
        let body = String::from_utf8(atom(&empty, &sample::KNOWN).body).unwrap();
        assert!(body.contains("<author>\n  <name>World &amp; &lt;more&gt;</name>"));
    }

    #[test]
    fn an_edition_with_everything_in_it() {
        let body = atom(&sample::edition(), &sample::KNOWN).body;
        insta::assert_snapshot!(String::from_utf8(body).unwrap(), @r#"
        <?xml version="1.0" encoding="utf-8"?>
        <feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:georss="http://www.georss.org/georss" xmlns:fh="http://purl.org/syndication/history/1.0" xmlns:headlined="urn:headlined:1" xmlns:at="http://purl.org/atompub/tombstones/1.0">
         <id>urn:uuid:00000000-0000-5000-8000-000000000001</id>
         <title type="text">World &amp; &lt;more&gt;</title>
         <subtitle type="text">Every headline, once</subtitle>
         <updated>2026-11-24T06:05:00Z</updated>
         <icon>https://pictures.example/icon.png</icon>
         <link rel="self" type="application/atom+xml" href="https://news.example.org/o/top.atom"/>
         <link rel="prev-archive" type="application/atom+xml" href="https://news.example.org/o/top/archive/7.atom"/>
         <link rel="hub" href="https://hub.example/?a&amp;b"/>
         <link rel="alternate" type="text/html" href="https://news.example.org/"/>
         <generator>headlined</generator>
         <headlined:instance>00000000-0000-4000-8000-00000000000f</headlined:instance>
         <at:deleted-entry ref="urn:uuid:00000000-0000-5000-8000-000000000199" when="2026-11-23T02:13:20Z"/>
         <entry xml:lang="en-GB">
          <id>urn:uuid:00000000-0000-5000-8000-000000000101</id>
          <title type="text">Rates &lt;rise&gt; at AT&amp;T ]]&gt; 🗞</title>
          <published>2026-11-24T06:00:00Z</published>
          <updated>2026-11-24T06:05:00Z</updated>
          <link rel="alternate" type="text/html" href="https://a.example/1?a=b&amp;c=d"/>
          <link rel="related" type="text/html" title="C Times" href="https://c.example/1"/>
          <link rel="related" type="text/html" title="D &lt;Post&gt;" href="https://d.example/?x=1&amp;y=2"/>
          <link rel="related" type="text/html" title="E Daily" href="https://e.example/1"/>
          <link rel="via" type="text/html" title="Agency" href="https://agency.example/1"/>
          <link rel="replies" type="text/html" href="https://a.example/1#comments"/>
          <link rel="license" href="https://creativecommons.org/licenses/by/4.0/"/>
          <link rel="enclosure" type="video/mp4" length="1000" href="https://a.example/v.mp4"/>
          <author>
           <name>First byline</name>
           <uri>https://a.example/desk</uri>
           <email>desk@a.example</email>
          </author>
          <contributor>
           <name>The editors</name>
          </contributor>
          <category term="world" scheme="urn:headlined:group"/>
          <category term="News / World" scheme="urn:headlined:section"/>
          <category term="Money &amp; markets"/>
          <summary type="html">&lt;p&gt;In short &amp;amp; plain.&lt;/p&gt;</summary>
          <content type="html">&lt;figure&gt;&lt;img src="https://a.example/p.jpg?w=640&amp;amp;s=1" alt="A &amp;quot;quoted&amp;quot; caption"&gt;&lt;figcaption&gt;A &amp;quot;quoted&amp;quot; caption (Photo desk)&lt;/figcaption&gt;&lt;/figure&gt;&lt;p&gt;At length: ]]&amp;gt; &lt;b&gt;🗞&lt;/b&gt;&lt;/p&gt;&lt;div class="headlined-also" lang="en" dir="ltr"&gt;&lt;p&gt;Also reported by &lt;a href="https://c.example/1"&gt;C Times&lt;/a&gt;, &lt;a href="https://d.example/?x=1&amp;amp;y=2"&gt;D &amp;lt;Post&amp;gt;&lt;/a&gt;. &lt;a href="https://news.example.org/story/00000000-0000-5000-8000-000000000101"&gt;All reports&lt;/a&gt;&lt;/p&gt;&lt;/div&gt;</content>
          <rights type="text">© A 2026</rights>
          <source>
           <id>https://a.example/feed</id>
           <title type="text">The A &amp; B</title>
           <updated>2026-11-24T05:43:20Z</updated>
           <link rel="self" href="https://a.example/feed"/>
           <link rel="alternate" type="text/html" href="https://a.example/"/>
           <icon>https://a.example/icon.png</icon>
           <rights type="text">© A</rights>
          </source>
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
         </entry>
         <entry xml:lang="ar">
          <id>urn:uuid:00000000-0000-5000-8000-000000000102</id>
          <title type="text">خبر جديد</title>
          <published>2026-11-24T06:00:00Z</published>
          <updated>2026-11-24T06:05:00Z</updated>
          <link rel="alternate" type="text/html" href="https://ar.example/%D8%AE%D8%A8%D8%B1"/>
          <author>
           <name>أخبار</name>
          </author>
          <content type="html">&lt;div dir="rtl" lang="ar"&gt;&lt;p&gt;نص الخبر&lt;/p&gt;&lt;/div&gt;</content>
          <source>
           <id>urn:headlined:source:%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1</id>
           <title type="text">أخبار</title>
          </source>
          <georss:featureName>القاهرة</georss:featureName>
         </entry>
         <entry>
          <id>urn:uuid:00000000-0000-5000-8000-000000000103</id>
          <title type="text">feed 3</title>
          <published>2026-11-24T06:00:00Z</published>
          <updated>2026-11-24T06:05:00Z</updated>
          <link rel="alternate" type="text/html" href="https://news.example.org/story/00000000-0000-5000-8000-000000000103"/>
          <author>
           <name>feed 3</name>
          </author>
          <source>
           <id>urn:headlined:source:feed%203</id>
           <title type="text">feed 3</title>
          </source>
         </entry>
        </feed>
        "#);
    }
}
