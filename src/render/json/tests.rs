use super::*;
use crate::render::sample;

#[test]
fn an_edition_with_everything_in_it() {
    let body = json(&sample::edition(), &sample::KNOWN).body;
    let parsed: Value = serde_json::from_slice(&body).unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&parsed).unwrap(), @r#"
    {
      "version": "https://jsonfeed.org/version/1.1",
      "title": "World & <more>",
      "description": "Every headline, once",
      "home_page_url": "https://news.example.org/",
      "feed_url": "https://news.example.org/o/top.json",
      "icon": "https://pictures.example/icon.png",
      "hubs": [
        {
          "type": "WebSub",
          "url": "https://hub.example/?a&b"
        }
      ],
      "_headlined": {
        "id": "urn:uuid:00000000-0000-5000-8000-000000000001",
        "instance": "00000000-0000-4000-8000-00000000000f",
        "withdrawn": [
          {
            "id": "urn:uuid:00000000-0000-5000-8000-000000000199",
            "when": "2026-11-23T02:13:20Z"
          }
        ],
        "prev_archive": "https://news.example.org/o/top/archive/7.json"
      },
      "items": [
        {
          "id": "urn:uuid:00000000-0000-5000-8000-000000000101",
          "url": "https://a.example/1?a=b&c=d",
          "title": "Rates <rise> at AT&T ]]> 🗞",
          "content_html": "<figure><img src=\"https://a.example/p.jpg?w=640&amp;s=1\" alt=\"A &quot;quoted&quot; caption\"><figcaption>A &quot;quoted&quot; caption (Photo desk)</figcaption></figure><p>At length: ]]&gt; <b>🗞</b></p><div class=\"headlined-also\" lang=\"en\" dir=\"ltr\"><p>Also reported by <a href=\"https://c.example/1\">C Times</a>, <a href=\"https://d.example/?x=1&amp;y=2\">D &lt;Post&gt;</a>. <a href=\"https://news.example.org/story/00000000-0000-5000-8000-000000000101\">All reports</a></p></div>",
          "summary": "In short & plain.",
          "image": "https://a.example/p.jpg?w=640&s=1",
          "date_published": "2026-11-24T06:00:00Z",
          "date_modified": "2026-11-24T06:05:00Z",
          "authors": [
            {
              "name": "First byline",
              "url": "https://a.example/desk"
            }
          ],
          "tags": [
            "world",
            "News / World",
            "Money & markets"
          ],
          "language": "en-GB",
          "attachments": [
            {
              "url": "https://a.example/v.mp4",
              "mime_type": "video/mp4",
              "size_in_bytes": 1000
            }
          ],
          "_headlined": {
            "original_id": "tag:a.example,2026:1&2",
            "source": {
              "id": "https://a.example/feed",
              "title": "The A & B",
              "feed_url": "https://a.example/feed",
              "site_url": "https://a.example/",
              "updated": "2026-11-24T05:43:20Z",
              "icon": "https://a.example/icon.png",
              "rights": "© A"
            },
            "contributors": [
              {
                "name": "The editors"
              }
            ],
            "groups": [
              "world"
            ],
            "section": [
              "News",
              "World"
            ],
            "related": [
              {
                "outlet": "C Times",
                "title": "As C Times has it",
                "url": "https://c.example/1"
              },
              {
                "outlet": "D <Post>",
                "title": "As D <Post> has it",
                "url": "https://d.example/?x=1&y=2"
              },
              {
                "outlet": "E Daily",
                "title": "As E Daily has it",
                "url": "https://e.example/1"
              }
            ],
            "via": {
              "outlet": "Agency",
              "title": "As Agency has it",
              "url": "https://agency.example/1"
            },
            "media": [
              {
                "url": "https://a.example/p.jpg?w=640&s=1",
                "medium": "image",
                "mime_type": "image/jpeg",
                "width": 640,
                "caption": "A \"quoted\" caption",
                "credit": "Photo desk"
              },
              {
                "url": "https://a.example/v.mp4",
                "medium": "video",
                "mime_type": "video/mp4",
                "thumbnail": "https://a.example/v.jpg"
              }
            ],
            "rights": "© A 2026",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "place": "53.5 10.0",
            "comments": "https://a.example/1#comments"
          }
        },
        {
          "id": "urn:uuid:00000000-0000-5000-8000-000000000102",
          "url": "https://ar.example/%D8%AE%D8%A8%D8%B1",
          "title": "خبر جديد",
          "content_html": "<div dir=\"rtl\" lang=\"ar\"><p>نص الخبر</p></div>",
          "date_published": "2026-11-24T06:00:00Z",
          "date_modified": "2026-11-24T06:05:00Z",
          "authors": [
            {
              "name": "أخبار"
            }
          ],
          "language": "ar",
          "_headlined": {
            "source": {
              "id": "urn:headlined:source:%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1",
              "title": "أخبار"
            },
            "place": "القاهرة"
          }
        },
        {
          "id": "urn:uuid:00000000-0000-5000-8000-000000000103",
          "url": "https://news.example.org/story/00000000-0000-5000-8000-000000000103",
          "title": "feed 3",
          "content_text": "feed 3",
          "date_published": "2026-11-24T06:00:00Z",
          "date_modified": "2026-11-24T06:05:00Z",
          "authors": [
            {
              "name": "feed 3"
            }
          ],
          "_headlined": {
            "source": {
              "id": "urn:headlined:source:feed%203",
              "title": "feed 3"
            }
          }
        }
      ]
    }
    "#);
}
