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
