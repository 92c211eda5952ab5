//! A press: feeds that print texts, outputs on a store on disk, and what a subscriber is given of them.

use std::sync::Arc;

use headlined::{
    clock::Clock,
    config,
    edition::Editions,
    model::*,
    poll::Settler,
    render::Format,
    store::{Reader, ReportRow, Store},
};

use crate::support::*;

/// Three texts that have nothing in common.
pub(crate) const WIRES: [(&str, &str); 3] = [
    (
        "Harbor pilots return to work after eleven days",
        "Harbor pilots returned to their boats on Tuesday after eleven days of talks over night shifts, ending the longest \
         walkout that the port has seen in a generation. Forty container ships had waited outside the breakwater, and the \
         first of them was brought in before sunrise. The union said that crews will rest for twelve hours between two \
         nights from now on, which the port authority had called impossible only a week ago. Shipping companies expect \
         that it will take until the end of the month before every delayed freighter is unloaded.",
    ),
    (
        "Museum finds lost altar painting behind a wall",
        "Restorers who were looking for damp have found an altar painting that was believed burned since the great fire of \
         the old town. The panel stood upright between two brick walls of the museum's cellar, wrapped in sailcloth and \
         hardly scratched. Its colors are those of a workshop whose other pieces hang in three capitals, said the curator, \
         who had the discovery examined for two months before she told anybody. Visitors may see it from spring, in the \
         very room under which it had been hidden.",
    ),
    (
        "Volcano on the northern island sends ash over villages",
        "A volcano that had slept for ninety years sent a column of ash over four villages of the northern island on Friday \
         evening, and the wind carried the dust as far as the ferry terminal. Farmers drove their sheep to the southern \
         slopes, schools stayed closed, and the airport canceled every departure until noon. Geologists measured hundreds \
         of small tremors beneath the crater, fewer than before the last eruption, and expect that lava would flow toward \
         the uninhabited coast if the mountain opened at all.",
    ),
];

/// An entry that a feed prints.
#[derive(Debug, Clone, Default)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) at: UnixSeconds,
    /// Whom it credits: a host.
    pub(crate) credits: Option<&'static str>,
}

pub(crate) fn item(name: &str, title: &str, text: &str, at: UnixSeconds) -> Item {
    Item { name: name.into(), title: title.into(), text: text.into(), at, credits: None }
}

pub(crate) fn link(feed: &str, item: &Item) -> String {
    format!("https://{feed}.example/news/{}", item.name)
}

pub(crate) fn document(feed: &str, items: &[Item]) -> String {
    let mut text = format!(
        "<rss version=\"2.0\"><channel><title>The {feed}</title><link>https://{feed}.example/</link><language>en</language>"
    );
    for item in items {
        let (link, date) = (link(feed, item), headlined::render::http_date(item.at));
        let credits = item.credits.map(|host| format!("<source url=\"https://{host}/rss\">{host}</source>"));
        text.push_str(&format!(
            "<item><guid isPermaLink=\"false\">{feed}-{}</guid><link>{link}</link><title>{}</title><pubDate>{date}</pubDate>{}<description><![CDATA[<p>{}</p>]]></description></item>",
            item.name, item.title, credits.unwrap_or_default(), item.text
        ));
    }
    text + "</channel></rss>"
}

pub(crate) struct Press {
    folder: tempfile::TempDir,
    feeds: Vec<FeedConfig>,
    outputs: Vec<OutputConfig>,
    pub(crate) settler: Settler,
}

impl Press {
    pub(crate) fn new(feeds: Vec<FeedConfig>, outputs: Vec<OutputConfig>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("headlined.db")).unwrap();
        let settler = settler(store, &feeds, &outputs, START);
        let mut press = Self { folder, feeds, outputs, settler };
        let names: Vec<String> = press.feeds.iter().map(|feed| feed.name.clone()).collect();
        let nothing: Vec<(&str, &[Item])> = names.iter().map(|name| (name.as_str(), &[][..])).collect();
        press.print(START, &nothing); // the first pass is over: outputs are filled, with nothing
        press
    }

    /// Feeds of publishers named as they are.
    pub(crate) fn of(names: &[&str], outputs: Vec<OutputConfig>) -> Self {
        Self::new(names.iter().map(|name| publisher(name)).collect(), outputs)
    }

    /// Settles these documents in one transaction; gives how many articles were new.
    pub(crate) fn print(&mut self, now: UnixSeconds, documents: &[(&str, &[Item])]) -> usize {
        let feed = |name: &str| self.settler.feeds.values().find(|feed| feed.config.name == name).unwrap();
        let batch: Vec<Retrieved> =
            documents.iter().map(|(name, items)| retrieved(feed(name), &document(name, items))).collect();
        let settled = self.settler.settle(&batch, now).unwrap();
        assert!(settled.polls.iter().all(|poll| poll.report.failure.is_none()), "{settled:?}");
        settled.polls.iter().map(|poll| poll.report.new_articles).sum()
    }

    /// As after a restart.
    pub(crate) fn restart(&mut self, now: UnixSeconds) {
        let store = Store::open(&self.folder.path().join("headlined.db")).unwrap();
        self.settler = settler(store, &self.feeds, &self.outputs, now);
    }

    /// As after a restart without this feed.
    pub(crate) fn unsubscribe(&mut self, name: &str, now: UnixSeconds) {
        self.feeds.retain(|feed| feed.name != name);
        self.restart(now);
    }

    /// The settler for a daemon to run on, and the rest.
    pub(crate) fn take_apart(self) -> (Settler, Rest) {
        (self.settler, Rest { folder: self.folder, feeds: self.feeds, outputs: self.outputs })
    }

    pub(crate) fn reader(&self) -> Reader {
        self.settler.store.reader().unwrap()
    }

    /// An output's entries, the newest first, as they are rendered.
    pub(crate) async fn entries(&self, output: &str) -> Vec<EditionEntry> {
        let published = self.editions().current(output).await.unwrap().unwrap();
        published.edition.entries.iter().map(|entry| EditionEntry::clone(entry)).collect()
    }

    /// What a subscriber reads: the items of the JSON Feed.
    pub(crate) async fn subscriber(&self, output: &str) -> Vec<serde_json::Value> {
        let edition = self.editions().current(output).await.unwrap().unwrap();
        let addresses = headlined::render::Addresses { base: Some("https://news.example.com/"), stem: "feed" };
        let feed = headlined::render::feed(Format::Json, &edition.edition, &addresses);
        let mut feed: serde_json::Value = serde_json::from_slice(&feed.body).unwrap();
        feed["items"].as_array_mut().unwrap().drain(..).collect()
    }

    /// What is counted is what is there, whatever was joined, merged, taken apart or forgotten before.
    fn assert_counted(&self) {
        let store = rusqlite::Connection::open(self.settler.store.path()).unwrap();
        let sql = "SELECT count(*) FROM story WHERE merged_into IS NULL";
        let stories: u64 = store.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(self.settler.store.reader().unwrap().totals().unwrap().stories, stories);
    }

    pub(crate) fn editions(&self) -> Editions {
        self.assert_counted();
        let (mut settings, _) = config::parse("", "test", &config::Environment::default()).unwrap();
        settings.feeds = self.feeds.iter().cloned().map(Arc::new).collect();
        settings.outputs = self.outputs.clone();
        let path = self.folder.path().join("headlined.db");
        Editions::new(Arc::new(settings), path, "urn:uuid:00000000-0000-4000-8000-000000000000".into(), Clock::System)
    }

    /// The story page's articles of an entry.
    pub(crate) fn reports(&self, id: &str) -> Vec<ReportRow> {
        let id = uuid::Uuid::parse_str(id.trim_start_matches("urn:uuid:")).unwrap();
        self.reader().reports(id).unwrap().unwrap_or_default()
    }

    /// The published id of an article, by its feed and name.
    pub(crate) fn id(&self, feed: &str, name: &str) -> uuid::Uuid {
        let key = headlined::article::link::key(&format!("https://{feed}.example/news/{name}")).unwrap();
        self.reader().published_id(&key).unwrap().unwrap()
    }

    pub(crate) fn correct(&mut self, correction: &Correction, now: UnixSeconds) -> Result<String, String> {
        self.settler.correct(correction, now).unwrap().map(|corrected| corrected.words)
    }
}

/// A press whose settler is at work.
pub(crate) struct Rest {
    folder: tempfile::TempDir,
    feeds: Vec<FeedConfig>,
    outputs: Vec<OutputConfig>,
}

impl Rest {
    pub(crate) fn with(self, settler: Settler) -> Press {
        Press { folder: self.folder, feeds: self.feeds, outputs: self.outputs, settler }
    }
}

pub(crate) fn publisher(name: &str) -> FeedConfig {
    FeedConfig { publisher: Some(name.into()), language: Some("en".into()), ..feed(name) }
}

pub(crate) fn sources(reports: &[AlsoReported]) -> Vec<&str> {
    reports.iter().map(|report| report.source.as_str()).collect()
}
