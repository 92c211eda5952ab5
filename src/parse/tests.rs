use proptest::prelude::*;

use super::*;
use crate::model::{Format, TextKind};

fn parsed(bytes: &[u8]) -> Result<ParsedFeed, ParseError> {
    parse(&Document { bytes, ..Document::default() })
}

/// Entries as "title link text", and the repairs made.
fn shape(bytes: &[u8]) -> (Vec<String>, Vec<&'static str>) {
    let feed = parsed(bytes).unwrap();
    let entry = |entry: &crate::model::Entry| {
        let title = entry.title.as_ref().map_or("-", |title| &title.value);
        let link = entry.links.first().map_or("-", |link| &link.href);
        let body = entry.content.as_ref().or(entry.summary.as_ref()).map_or("-", |body| &body.value);
        format!("{title} {link} {body}")
    };
    (feed.entries.iter().map(entry).collect(), feed.repairs)
}

fn check(document: &str, entries: &[&str], repairs: &[&str]) {
    let (found, made) = shape(document.as_bytes());
    assert_eq!(found, entries, "{document}");
    assert_eq!(made, repairs, "{document}");
}

fn rss(items: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<rss version=\"2.0\"><channel><title>F</title>{items}</channel></rss>"
    )
}

fn atom(entries: &str) -> String {
    format!("<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>F</title>{entries}</feed>")
}

#[test]
fn clean_documents_go_to_the_parser_as_they_came() {
    check(
        &rss("<item><title>A</title><link>u</link><description>d &amp;lt;b&gt;</description></item>"),
        &["A u d &lt;b>"],
        &[],
    );
    check(
        &atom("<entry><title>A</title><link href='u'/><content type='html'>&lt;p&gt;d&lt;/p&gt;</content></entry>"),
        &["A u <p>d</p>"],
        &[],
    );
    check(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel><title>F</title></channel><item rdf:about='u'><title>A</title><link>u</link></item></rdf:RDF>",
        &["A u -"],
        &[],
    );
}

#[test]
fn what_the_parser_is_not_shown_is_read_all_the_same() {
    let entry = |fields: &str| parsed(rss(&format!("<item>{fields}</item>")).as_bytes()).unwrap().entries.remove(0);
    let found = entry(
        "<!-- a --><guid>g</guid><title>A</title><category/><link>u</link><description><![CDATA[ <b>c</b> ]]></description>",
    );
    let title = found.title.map(|title| title.value);
    assert_eq!((found.id.as_deref(), title.as_deref(), found.links[0].href.as_str()), (Some("g"), Some("A"), "u"));
    assert_eq!(found.summary.map(|text| (text.value, text.kind)), Some(("<b>c</b>".to_owned(), TextKind::Html)));
    assert_eq!(entry("<comments>u</comments>").links[0].href, "u");
    let rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://purl.org/rss/1.0/'><channel/><item><link>u</link><description>&lt;b&gt;c&lt;/b&gt;</description></item></rdf:RDF>";
    let summary = parsed(rdf.as_bytes()).unwrap().entries.remove(0).summary;
    assert_eq!(summary.map(|text| text.kind), Some(TextKind::Html));
}

#[test]
fn broken_references_are_mended() {
    check(&rss("<item><title>Q&A &eacute; &#0;</title></item>"), &["Q&A é - -"], &["bare ampersand"]);
    check(&rss("<item><title>caf&eacute;</title></item>"), &["café - -"], &["undefined entity"]);
    check(
        &rss("<item><title>&#147;a&#148;</title></item>"),
        &["\u{201c}a\u{201d} - -"],
        &["reference to a forbidden character"],
    );
}

#[test]
fn broken_tags_are_mended() {
    check(
        &rss("<item><title>A<link>u</link></item><item><title>B</title></item>"),
        &["A u -", "B - -"],
        &["mismatched end tag"],
    );
    check(&rss("<item><title>A</title><item><title>B</title></item>"), &["A - -", "B - -"], &["mismatched end tag"]);
    check(
        &rss("<item><description>a<p>b<br>c</description><link>u</link></item>"),
        &["- u a<p>b<br>c</p>"],
        &["mismatched end tag"],
    );
    check(&rss("<item><title>A</titel></title></item>"), &["A - -"], &["mismatched end tag"]);
    check(&rss("<item><title>2 < 3</title></item>"), &["2 < 3 - -"], &["bare less-than sign"]);
    check(
        &rss("<item><enclosure url=u.mp3 type=audio/mpeg/><title>A</title></item>"),
        &["A - -"],
        &["malformed attribute"],
    );
    check(&rss("<item><title><![CDATA[A & B</title><link>u</link></item>"), &["A & B u -"], &["broken CDATA section"]);
}

#[test]
fn every_complete_entry_of_a_cut_document_is_kept() {
    let cut = "<rss version='2.0'><channel><item><title>A</title><link>u</link></item><item><title>B</title><link>v</link><description>d";
    check(cut, &["A u -", "B v d"], &["unclosed element", "unfinished entry"]);
    let cut = "<rss version='2.0'><channel><item><title>A</title></item><item><title>B</title><link>http://exam";
    check(cut, &["A - -", "B - -"], &["unclosed element", "unfinished entry"]);
    let cut = "<rss version='2.0'><channel><item><title>A</title></item><item><tit";
    check(cut, &["A - -"], &["unclosed element", "unfinished entry"]);
    assert!(parsed(cut.as_bytes()).unwrap().truncated);
}

#[test]
fn odd_vocabularies_are_mended() {
    check("<rss><channel><item><title>A</title></item></channel></rss>", &["A - -"], &["RSS version"]);
    check("<rss version='2.0'><item><title>A</title></item></rss>", &["A - -"], &["rss without channel"]);
    check(
        "<rss version='2.0'><channel/><item><title>A</title></item></rss>",
        &["A - -"],
        &["items outside the channel"],
    );
    check(
        "<RSS VERSION='2.0'><CHANNEL><ITEM><TITLE>A</TITLE></ITEM></CHANNEL></RSS>",
        &["A - -"],
        &["names in another case"],
    );
    check("<channel><item><title>A</title></item></channel>", &["A - -"], &["channel without rss", "RSS version"]);
    check(
        "<wrap><rss version='2.0'><channel><item><title>A</title></item></channel></rss></wrap>",
        &["A - -"],
        &["root of another document"],
    );
    check(
        "<rss version='2.0' xmlns='http://backend.userland.com/rss2'><channel><item><title>A</title></item></channel></rss>",
        &["A - -"],
        &["namespace under another address"],
    );
    check(
        "<rss version='2.0'><channel><item><dc:title>A</dc:title></item></channel></rss>",
        &["A - -"],
        &["undeclared namespace prefix"],
    );
    check(
        "junk<rss version='2.0'><channel><item><title>A</title></item></channel></rss>more",
        &["A - -"],
        &["text outside the document"],
    );
    check(
        "<a/><?xml version='1.0'?><rss version='2.0'><channel><item><title>A</title></item></channel></rss>",
        &["A - -"],
        &["misplaced XML declaration", "root of another document"],
    );
    check(
        "<feed version='0.3' xmlns='http://purl.org/atom/ns#'><entry><title mode='escaped' type='text/html'>A &lt;b></title><issued>2024</issued><content mode='base64'>PGI+ZDwvYj4=</content></entry></feed>",
        &["A <b> - <b>d</b>"],
        &["namespace under another address", "Atom 0.3", "unknown type of text"],
    );
    check(
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns='http://my.netscape.com/rdf/simple/0.9/'><channel><title>F</title></channel><item rdf:about='http://example.org/a'><title>A</title></item></rdf:RDF>",
        &["A http://example.org/a -"],
        &["namespace under another address", "RSS 1.0 item without link"],
    );
}

#[test]
fn what_makes_the_parser_refuse_a_feed_is_mended() {
    let media = "xmlns:media='http://search.yahoo.com/mrss/'";
    check(
        &format!(
            "<rss version='2.0' {media}><channel><item><title>A</title><media:content url='http://e.org/i.jpg'><media:description></media:description></media:content></item></channel></rss>"
        ),
        &["A - -"],
        &["empty media element"],
    );
    check(&atom("<entry xml:base='http://['><title>A</title></entry>"), &["A - -"], &["unusable base address"]);
    check(&atom("<entry><title type='bogus'>A</title></entry>"), &["A - -"], &["unknown type of text"]);
    // feed-rs panics on this one, which it is not shown in an entry.
    let who = "Desk\u{a0}desk@example.org";
    check(&rss(&format!("<webMaster>{who}</webMaster><item><title>A</title></item>")), &["A - -"], &[REFUSED]);
    check(&rss(&format!("<item><title>A</title><author>{who}</author></item>")), &["A - -"], &[]);
}

#[test]
fn charsets_are_found_out() {
    let document = |encoding: &str| rss("<item><title>Žluťoučký kůň</title></item>").replace("utf-8", encoding);
    let utf16: Vec<u8> = document("utf-8").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(shape(&utf16).0, ["Žluťoučký kůň - -"]);
    let latin2 = encoding_rs::ISO_8859_2.encode(&document("iso-8859-2")).0.into_owned();
    assert_eq!(shape(&latin2), (vec!["Žluťoučký kůň - -".to_owned()], vec![]));
    let lying = document("utf-16").into_bytes();
    assert_eq!(shape(&lying), (vec!["Žluťoučký kůň - -".to_owned()], vec![decode::WRONG_CHARSET]));
    let mut marked = vec![0xEF, 0xBB, 0xBF];
    marked.extend(document("utf-8").bytes());
    assert_eq!(shape(&marked), (vec!["Žluťoučký kůň - -".to_owned()], vec![]));
    assert_eq!(
        shape(rss("<item><title>a\u{8}b</title></item>").as_bytes()),
        (vec!["ab - -".to_owned()], vec![decode::CONTROL_CHARACTERS])
    );
}

#[test]
fn formats_are_told_apart() {
    for (document, format) in [
        ("<rss version='0.91'><channel/></rss>", Format::Rss0),
        ("<rss version='2.0'><channel/></rss>", Format::Rss2),
        ("<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>", Format::Rss1),
        ("<feed/>", Format::Atom),
        ("{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"F\",\"items\":[]}", Format::Json),
    ] {
        assert_eq!(parsed(document.as_bytes()).unwrap().format, format, "{document}");
    }
}

#[test]
fn what_is_no_feed_is_named() {
    let check = |bytes: &[u8], expected: &str| assert_eq!(parsed(bytes).unwrap_err().to_string(), expected);
    check(b"", "the document is empty");
    check(b" \n", "the document is empty");
    check(b"<!DOCTYPE html><html><head><title>A  site</title>", "a web page (\u{201c}A site\u{201d}), not a feed");
    check(b"{\"a\":1}", "JSON without items, not a feed");
    check(b"\x1F\x8B\x08", "data still compressed with gzip, not a feed");
    check(b"\x89PNG\r\n", "a PNG image, not a feed");
    check(b"<opml/>", "XML with the root element <opml>, not a feed");
    check(b"\x7FELF\x02\0\0<h>", "binary data, not a feed");
    check(b"Not found", "text (\u{201c}Not found\u{201d}), not a feed");
    check("<a>".repeat(100_000).as_bytes(), "markup nested deeper than 256 levels");
}

#[test]
fn compressed_twice_is_told() {
    let once = b"\x1F\x8B\x08\x00\x00\x00\x00\x00\x00\x03";
    assert_eq!(parsed(once).unwrap_err().to_string(), "data still compressed with gzip, not a feed");
}

#[test]
fn endless_tags_end_the_reading_at_once() {
    let endless = "<a>".repeat((64 << 20) / 3);
    assert_eq!(parsed(endless.as_bytes()), Err(ParseError::TooDeep));
}

#[test]
fn more_entries_than_any_feed_has_are_left_out_and_told() {
    let items = |count: usize, text: &str| -> String {
        (0..count).map(|at| format!("<item><title>A {at}</title><description>{text}</description></item>")).collect()
    };
    let check = |document: &str, expected: usize| {
        let feed = parsed(document.as_bytes()).unwrap();
        assert_eq!((feed.entries.len(), feed.repairs), (expected, vec![repair::SURPLUS]));
        assert!(feed.truncated, "what was left out is not gone");
        assert_eq!(feed.entries[0].title.as_ref().map(|title| title.value.as_str()), Some("A 0"));
    };
    check(&rss(&items(5_002, &"boats ".repeat(60))), 5_000);
    let small = rss(&items(5_002, "boats"));
    check(&small, repair::most_entries(small.len()));
    let items = vec!["{\"id\":\"a\",\"title\":\"A 0\",\"content_text\":\"The boats came home\"}"; 5_001].join(",");
    let json = format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"title\":\"F\",\"items\":[{items}]}}");
    check(&json, repair::most_entries(json.len()));
}

#[test]
fn entries_keep_few_of_more_things_than_any_feed_lists() {
    let item = format!("<item>{}</item>", (0..20).map(|at| format!("<category>{at}</category>")).collect::<String>());
    let feed = parsed(rss(&item.repeat(1_000)).as_bytes()).unwrap();
    let listed: Vec<usize> = feed.entries.iter().map(|entry| entry.categories.len()).collect();
    assert_eq!((listed.first(), listed.last()), (Some(&20), Some(&4)));
}

#[test]
fn markup_too_dense_for_a_feed_is_read_as_far_as_it_may_go() {
    let feed = parsed(rss(&("<item><title>A</title></item>".to_owned() + &"<a/>".repeat(60_000))).as_bytes()).unwrap();
    assert_eq!((feed.entries.len(), feed.truncated), (1, true));
    assert!(feed.repairs.contains(&"more markup than is read"), "{:?}", feed.repairs);
    let values = format!("{{\"items\":[{}1]}}", "1,".repeat(60_000));
    assert_eq!(parsed(values.as_bytes()).unwrap_err().to_string(), "JSON of more values than a feed has, not a feed");
}

#[test]
fn lists_of_an_entry_are_bounded() {
    let fields: String =
        (0..1_000).map(|at| format!("<link>https://example.org/{at}</link><category>{at}</category>")).collect();
    let feed = parsed(rss(&format!("<item>{fields}</item>")).as_bytes()).unwrap();
    assert_eq!((feed.entries[0].links.len(), feed.entries[0].categories.len()), (250, 250));
}

#[test]
fn a_billion_laughs_stay_one() {
    let mut document = "<!DOCTYPE rss [<!ENTITY l0 'ha'>".to_owned();
    for at in 1..10 {
        document.push_str(&format!("<!ENTITY l{at} '{}'>", format!("&l{};", at - 1).repeat(10)));
    }
    document.push_str("]><rss version='2.0'><channel><item><title>&l0; &l9;</title></item></channel></rss>");
    check(&document, &["ha &l9; - -"], &["undefined entity", "entities of its own"]);
}

#[test]
fn entity_bombs_and_external_entities_stay_as_they_are() {
    let document = "<!DOCTYPE rss [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c SYSTEM 'file:///etc/hostname'>]>\
        <rss version='2.0'><channel><item><title>&a; &b; &c;</title></item></channel></rss>";
    check(document, &["aaaaaaaaaa &b; &c; - -"], &["undefined entity", "entities of its own"]);
}

#[test]
fn a_merged_feed_of_our_own_gives_back_what_it_carries() {
    let feed = parsed(
        b"<feed xmlns='http://www.w3.org/2005/Atom' xmlns:headlined='urn:headlined:1'><headlined:instance>i-1</headlined:instance>\
        <entry><id>urn:uuid:1</id><headlined:original-id>tag:a</headlined:original-id><title>A</title></entry></feed>",
    )
    .unwrap();
    assert_eq!(feed.headlined_instance.as_deref(), Some("i-1"));
    assert_eq!(
        (feed.entries[0].id.as_deref(), feed.entries[0].original_id.as_deref()),
        (Some("urn:uuid:1"), Some("tag:a"))
    );
}

#[test]
fn bases_make_addresses_absolute() {
    let document = b"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='b/'><entry xml:base='c/'><link href='d'/><content type='xhtml' xml:base='e/'><div xmlns='http://www.w3.org/1999/xhtml'><p xml:base='f/'><img src='g'/></p></div></content></entry></feed>";
    let feed =
        parse(&Document { bytes: document, url: Some("http://example.org/a/feed"), ..Document::default() }).unwrap();
    let entry = &feed.entries[0];
    assert_eq!(entry.links[0].href, "http://example.org/a/b/c/d");
    let content = entry.content.as_ref().unwrap();
    assert_eq!(content.base.as_deref(), Some("http://example.org/a/b/c/e/"));
    assert_eq!(
        (content.value.as_str(), content.kind),
        ("<p><img src=\"http://example.org/a/b/c/e/f/g\"></p>", TextKind::Xhtml)
    );
}

#[test]
fn polling_hints_are_read() {
    let feed = parsed(
        rss("<ttl>30</ttl><skipHours><hour>0</hour><hour>24</hour></skipHours><skipDays><day>Sunday</day></skipDays>\
        <sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>")
        .as_bytes(),
    )
    .unwrap();
    assert_eq!(feed.hints.ttl_minutes, Some(30));
    assert_eq!((feed.hints.skip_hours, feed.hints.skip_days), (vec![0, 0], vec![6]));
    assert_eq!(feed.hints.update_period_seconds, Some(43_200));
}

#[test]
fn json_feeds_are_read() {
    let feed = parsed(
        br#"{"version":"x","items":[{"id":7,"url":"/a","title":"A","content_html":"<p>d</p>","date_published":"2024-02-29T10:14:55Z",
        "authors":[{"name":"N"}],"tags":["t"],"image":"i.png","attachments":[{"url":"a.mp3","mime_type":"audio/mpeg"}]}]}"#,
    )
    .unwrap();
    let entry = &feed.entries[0];
    assert_eq!(feed.repairs, ["JSON Feed version", "feed without title", "ids that are numbers"]);
    assert_eq!(
        (entry.id.as_deref(), entry.links[0].href.as_str(), entry.authors[0].name.as_str()),
        (Some("7"), "/a", "N")
    );
    assert_eq!(entry.media.iter().map(|media| media.url.as_str()).collect::<Vec<_>>(), ["i.png", "a.mp3"]);
}

#[test]
fn every_repair_has_advice() {
    let faults = (0..32u8).map(|bit| fault::Faults::of_bits(1 << bit));
    let names = faults.flat_map(fault::Faults::names).chain(repair::names());
    for name in names.chain([
        REFUSED,
        decode::WRONG_CHARSET,
        decode::CONTROL_CHARACTERS,
        json::VERSION,
        json::TITLE,
        json::NUMBERS,
    ]) {
        assert!(advice(name).is_some(), "{name}");
    }
}

const PIECES: &str = "(<rss version='2.0'>|<channel>|<item>|</item>|<title>|</title>|<link>|</link>|<description>|</description>|<!\\[CDATA\\[|\\]\\]>|<!--|-->|<\\?xml|\\?>|<feed xmlns='http://www.w3.org/2005/Atom'>|<entry>|</entry>|<content type='xhtml'>|<media:content url='|'>|<a b=\"|&amp;|&|<|>|=|\"|[a-zé ]{1,3}|\\PC|<!DOCTYPE|\\[)";

/// Up to `length` pieces of markup in any order.
fn pieces(length: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(PIECES, 0..length).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn decoded_text_has_no_control_characters(bytes in proptest::collection::vec(any::<u8>(), 0..300), charset in prop_oneof![Just(""), Just("utf-16"), Just("gb2312"), Just("iso-2022-jp"), Just("koi8-r"), Just("x")]) {
        let content_type = format!("text/xml; charset={charset}");
        let decoded = decode::decode(&bytes, Some(&content_type));
        prop_assert!(decoded.text.chars().all(|c| c >= ' ' || matches!(c, '\t' | '\r' | '\n')));
        prop_assert!(!decoded.encoding.is_empty());
    }

    #[test]
    fn what_is_clean_is_not_changed(titles in proptest::collection::vec("[\\PC&&[^<>&\"']]{1,20}", 1..5), links in any::<bool>()) {
        let link = if links { "<link>https://example.org/a</link>" } else { "" };
        let items: String = titles.iter().map(|title| format!("<item><title>{title}</title>{link}<description>a &amp;lt;b&gt;</description></item>")).collect();
        let document = rss(&items);
        let decoded = decode::decode(document.as_bytes(), None);
        prop_assert!(matches!(decoded.text, std::borrow::Cow::Borrowed(_)));
        let feed = parsed(document.as_bytes()).unwrap();
        prop_assert_eq!(feed.repairs, Vec::<&str>::new());
        let found: Vec<&str> = feed.entries.iter().map(|entry| entry.title.as_ref().map_or("", |title| title.value.trim())).collect();
        prop_assert_eq!(found, titles.iter().map(|title| title.trim()).collect::<Vec<_>>());
    }

    #[test]
    fn no_text_panics(text in pieces(40)) {
        prop_assert!(!matches!(parsed(text.as_bytes()), Err(ParseError::Panicked(_))));
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), start in prop_oneof![Just(""), Just("<rss><channel><item><title>"), Just("\u{feff}<feed><entry><content>")]) {
        let document = [start.as_bytes(), &bytes].concat();
        prop_assert!(!matches!(parsed(&document), Err(ParseError::Panicked(_))));
    }

    #[test]
    fn a_mended_document_needs_no_mending(inner in pieces(30)) {
        let text = format!("<rss version='2.0'><channel>{inner}");
        let Ok(tree) = Tree::build(&text) else { return Ok(()) };
        let Some(root) = tree.root() else { return Ok(()) };
        let written = write::document(root);
        let again = Tree::build(&written).unwrap();
        prop_assert!(again.faults.is_empty(), "{} becomes {} with {:?}", text, written, again.faults.names().collect::<Vec<_>>());
    }
}
