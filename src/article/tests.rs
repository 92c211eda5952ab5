use super::*;
use crate::{
    model::AliasKind,
    parse::{Document, parse},
};

fn read_with(config: &FeedConfig, document: &str) -> Vec<Article> {
    let feed = parse(&Document { bytes: document.as_bytes(), ..Document::default() }).unwrap();
    articles(feed, &Context { config, base_url: "https://example.org/feeds/world" })
}

fn rss(items: &str) -> String {
    format!("<rss version='2.0'><channel><title>F</title>{items}</channel></rss>")
}

fn single(item: &str) -> Article {
    read_with(&FeedConfig::default(), &rss(&format!("<item>{item}</item>"))).remove(0)
}

#[test]
fn an_entry_becomes_an_article() {
    let article = single(
        "<title>A &amp;amp; &lt;i>B&lt;/i></title><link>https://www.example.org/a?utm_source=rss</link><guid isPermaLink='false'>7</guid>\
         <pubDate>Thu, 29 Feb 2024 10:14:55 GMT</pubDate><description>&lt;p onclick='x'>d&lt;/p></description>",
    );
    assert_eq!(article.title, "A & B");
    assert_eq!(article.link.as_deref(), Some("https://www.example.org/a"));
    assert_eq!(article.link_key.as_deref(), Some("example.org/a"));
    assert_eq!(article.published_at, Some(1_709_201_695));
    assert_eq!(article.raw_date.as_deref(), Some("Thu, 29 Feb 2024 10:14:55 GMT"));
    assert_eq!(article.summary.as_deref(), Some("<p>d</p>"));
    assert_eq!((article.aliases[0].kind, article.aliases[0].value.as_str()), (AliasKind::Id, "7"));
    assert_eq!(article.original_id.as_deref(), Some("7"));
}

#[test]
fn bodies_take_the_entrys_link_as_base() {
    let body = "<description>&lt;img src='i.jpg'></description>";
    let with_link = single(&format!("<link>https://example.org/world/a</link>{body}"));
    assert_eq!(with_link.summary.as_deref(), Some("<img src=\"https://example.org/world/i.jpg\">"));
    let without = single(body);
    assert_eq!(without.summary.as_deref(), Some("<img src=\"https://example.org/feeds/i.jpg\">"));
}

#[test]
fn the_origin_of_a_counted_link_is_the_link() {
    let article = single(
        "<link>http://feedproxy.example.org/~r/1</link><feedburner:origLink>https://example.org/a</feedburner:origLink>",
    );
    assert_eq!(article.link.as_deref(), Some("https://example.org/a"));
}

#[test]
fn a_merged_entry_keeps_its_own_id_as_key_and_the_publishers_as_original() {
    let feed = "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:headlined='urn:headlined:1'><entry><id>urn:uuid:1</id>\
                <headlined:original-id>tag:a</headlined:original-id><title>A</title></entry></feed>";
    let article = read_with(&FeedConfig::default(), feed).remove(0);
    assert_eq!(article.aliases[0].value, "urn:uuid:1");
    assert_eq!(article.original_id.as_deref(), Some("tag:a"));
}

#[test]
fn local_times_take_the_configured_zone_then_that_of_other_dates() {
    let local = "<item><pubDate>2024-02-29 10:14:55</pubDate></item>";
    let published = |config: &FeedConfig, items: &str| read_with(config, &rss(items))[0].published_at;
    assert_eq!(published(&FeedConfig::default(), local), Some(1_709_201_695));
    let beside = format!("<lastBuildDate>Thu, 29 Feb 2024 12:00:00 +0100</lastBuildDate>{local}");
    assert_eq!(published(&FeedConfig::default(), &beside), Some(1_709_201_695 - 3_600));
    let tokyo = FeedConfig {
        timezone: Some("Asia/Tokyo".to_owned()),
        date_formats: vec!["%m-%d-%Y %H:%M".to_owned()],
        ..FeedConfig::default()
    };
    assert_eq!(published(&tokyo, &beside), Some(1_709_201_695 - 9 * 3_600));
    assert_eq!(published(&tokyo, "<item><pubDate>02-29-2024 10:14</pubDate></item>"), Some(1_709_201_640 - 9 * 3_600));
}

#[test]
fn languages_are_said_nearest_first() {
    let config = FeedConfig { language: Some("fr".to_owned()), ..FeedConfig::default() };
    let language = |head: &str, item: &str| {
        read_with(&config, &rss(&format!("{head}<item>{item}<title>A</title></item>")))[0].language.clone()
    };
    assert_eq!(language("", ""), Some("fr".to_owned()));
    assert_eq!(language("<language>en_us</language>", ""), Some("en-US".to_owned()));
    assert_eq!(language("<language>en</language>", "<dc:language>ar</dc:language>"), Some("ar".to_owned()));
}
