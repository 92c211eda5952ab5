//! What each decision costs alone, on invented input: parse, article, sanitize, dates, reconcile, render. `cargo bench
//! --bench decisions`; captured feeds have `parse`, stories `story`, whole polls `end_to_end`.

use std::{sync::LazyLock, time::Duration};

use divan::{Bencher, black_box, counter::ItemsCount};
use headlined::{
    article::{self, Context},
    dates::{self, Hints},
    html,
    model::{
        Article, Brought, Document, Edition, EditionEntry, Exchange, Feed, FeedConfig, Known, KnownArticle, ParsedFeed,
        Retrieved, SchedulePolicy, Text, TextKind,
    },
    parse,
    reconcile::{Rules, reconcile, text_hash},
    render::{self, Addresses, Format},
};

const ENTRIES: usize = 30;
/// 2026-11-24T06:00:00Z.
const NOW: i64 = 1_795_500_000;

const NOTATIONS: [&str; 10] = [
    "Tue, 24 Nov 2026 06:05:00 GMT",
    "Tue, 24 Nov 2026 06:05:00 +0100",
    "2026-11-24T06:05:00Z",
    "2026-11-24T06:05:00.123+01:00",
    "2026-11-24 06:05:00",
    "Tue, 24 Nov 2026 6:05 AM EST",
    "24 novembre 2026 06:05",
    "Di, 24 Nov 2026 06:05:00 +0100",
    "20261124T060500Z",
    "1795500300",
];

/// Markup as most publishers write it, and as some do.
const REGULAR: &str = "<p>The harbor pilots of <a href=\"/places/harbortown\">Harbortown</a> went back to work on Tuesday, \
    after <em>eleven</em> days of talks.</p><figure><img src=\"/p/1.jpg\" alt=\"The harbor\"><figcaption>The harbor \
    at dawn</figcaption></figure><p>Ships had waited &quot;for weeks&quot; &amp; the town with them.</p>";
const IRREGULAR: &str = "<p>The harbor pilots<b> of <i>Harbortown</b> went</i> back to work <script>track()</script>\
    <table><td onclick=run()>eleven<td>days</table><p>Ships had waited<br/ >for weeks<p style='x'>and the town with them";

static RSS: LazyLock<String> = LazyLock::new(|| {
    let item = |n: usize| {
        let body = REGULAR.repeat(4);
        format!(
            "<item><title>Pilots of quay {n} return &amp; ships sail</title><link>https://outlet.example/{n}</link>\
             <guid>https://outlet.example/{n}</guid><pubDate>Tue, 24 Nov 2026 06:{n:02}:00 GMT</pubDate>\
             <description><![CDATA[{body}]]></description></item>"
        )
    };
    let items: String = (0..ENTRIES).map(item).collect();
    format!(
        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Outlet</title><link>https://outlet.example/</link>{items}</channel></rss>"
    )
});

fn parsed() -> ParsedFeed {
    parse::parse(&parse::Document { bytes: RSS.as_bytes(), ..parse::Document::default() }).unwrap_or_default()
}

fn articles() -> Vec<Article> {
    let config = FeedConfig::default();
    article::articles(parsed(), &Context { config: &config, base_url: "https://outlet.example/feed" })
}

#[divan::bench]
fn parse_a_feed(bencher: Bencher) {
    bencher.counter(ItemsCount::new(ENTRIES)).bench_local(parsed);
}

#[divan::bench]
fn articles_of_a_feed(bencher: Bencher) {
    let config = FeedConfig::default();
    let context = Context { config: &config, base_url: "https://outlet.example/feed" };
    bencher
        .counter(ItemsCount::new(ENTRIES))
        .with_inputs(parsed)
        .bench_local_values(|parsed| article::articles(parsed, &context));
}

#[divan::bench(args = ["regular", "irregular"])]
fn sanitize(bencher: Bencher, name: &str) {
    let value = if name == "regular" { REGULAR } else { IRREGULAR }.to_owned();
    let text = Text { kind: TextKind::Html, value, ..Text::default() };
    bencher.bench_local(|| html::clean(black_box(&text), None));
}

#[divan::bench]
fn dates_in_ten_notations(bencher: Bencher) {
    let hints = Hints::default();
    bencher
        .counter(ItemsCount::new(NOTATIONS.len()))
        .bench_local(|| NOTATIONS.iter().filter_map(|text| dates::read(black_box(text), &hints)).count());
}

#[divan::bench(args = ["new", "known"])]
fn reconcile_a_document(bencher: Bencher, entries: &str) {
    let document =
        Document { body_hash: 1, articles: articles().into_iter().map(Into::into).collect(), ..Document::default() };
    let mut known = Known::default();
    for (at, article) in document.articles.iter().enumerate().filter(|_| entries == "known") {
        let id = at as i64 + 1;
        known.aliases.extend(article.aliases.iter().map(|alias| ((alias.kind, alias.digest()), Some(id))));
        let held = KnownArticle {
            held: true,
            title: article.title.clone(),
            text_hash: text_hash(&document, at),
            published_at: NOW - 600,
            first_seen_at: NOW - 600,
            ..KnownArticle::default()
        };
        known.articles.insert(id, held);
    }
    let brought = Brought::Document(Box::new(document));
    let retrieved = Retrieved { feed_id: 1, brought, exchange: Exchange::default() };
    let hour = Duration::from_secs(3_600);
    let schedule = SchedulePolicy { min_interval: hour, max_interval: 6 * hour, max_freshness: 24 * hour };
    let rules = Rules { schedule, retention: None, max_articles: None, backfill: None };
    let feed = Feed::default();
    bencher
        .counter(ItemsCount::new(ENTRIES))
        .bench_local(|| reconcile(&feed, black_box(&retrieved), &known, &rules, NOW));
}

#[divan::bench(args = ["atom", "rss", "json"])]
fn render_two_hundred_entries(bencher: Bencher, name: &str) {
    let format = Format::ALL.into_iter().find(|format| format.extension() == name).unwrap_or(Format::Atom);
    let article = articles().swap_remove(0);
    let entry = |n: usize| EditionEntry {
        id: format!("urn:uuid:00000000-0000-5000-8000-{n:012}"),
        article: article.clone(),
        published_at: NOW,
        updated_at: NOW,
        entered_at: NOW,
        ..EditionEntry::default()
    };
    let edition =
        Edition { title: "All".to_owned(), entries: (0..200).map(|n| entry(n).into()).collect(), ..Edition::default() };
    let addresses = Addresses { base: Some("https://news.example.org/"), stem: "feed" };
    bencher
        .counter(ItemsCount::new(edition.entries.len()))
        .bench_local(|| render::feed(format, black_box(&edition), &addresses));
}

fn main() {
    divan::main();
}
