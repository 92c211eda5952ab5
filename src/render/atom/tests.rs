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
