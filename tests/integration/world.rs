//! A store on disk with feeds and outputs, polled by hand and read back as `edition` does.

use headlined::{model::*, poll::Settler, store::Store};

use crate::support::*;

const HOUR: UnixSeconds = 3_600;

/// It outlives a change of configuration.
pub(crate) struct World {
    folder: tempfile::TempDir,
    pub(crate) settler: Settler,
    feeds: Vec<FeedConfig>,
}

impl World {
    /// Nothing was polled yet; each feed has a publisher of its own.
    pub(crate) fn new(feeds: &[&str], outputs: &[OutputConfig]) -> Self {
        let feeds = feeds.iter().map(|name| FeedConfig { publisher: Some((*name).into()), ..feed(name) });
        Self::with(feeds.collect(), outputs)
    }

    pub(crate) fn with(feeds: Vec<FeedConfig>, outputs: &[OutputConfig]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&folder.path().join("headlined.db")).unwrap();
        Self { settler: settler(store, &feeds, outputs, START), folder, feeds }
    }

    /// The first pass is over, and brought nothing.
    pub(crate) fn running(mut self) -> Self {
        for name in self.feeds.iter().map(|feed| feed.name.clone()).collect::<Vec<_>>() {
            self.poll(&name, START - 1, &[]);
        }
        self
    }

    /// The same store under other outputs.
    pub(crate) fn reconfigure(self, outputs: &[OutputConfig], now: UnixSeconds) -> Self {
        let Self { folder, settler: old, feeds } = self;
        old.store.close().unwrap();
        let store = Store::open(&folder.path().join("headlined.db")).unwrap();
        Self { settler: settler(store, &feeds, outputs, now), folder, feeds }
    }

    /// Settles a document of one feed; its items are "title at hours before or after the start".
    pub(crate) fn poll(&mut self, name: &str, now: UnixSeconds, items: &[(&str, UnixSeconds)]) {
        let items: Vec<_> = items.iter().map(|(title, hours)| (*title, START + hours * HOUR)).collect();
        self.settle(name, now, &items);
    }

    /// The same of items that are published as it is polled.
    pub(crate) fn news(&mut self, name: &str, now: UnixSeconds, titles: &[&str]) {
        let items: Vec<_> = titles.iter().map(|title| (*title, now)).collect();
        self.settle(name, now, &items);
    }

    fn settle(&mut self, name: &str, now: UnixSeconds, items: &[(&str, UnixSeconds)]) {
        let feed = self.settler.feeds.values().find(|feed| feed.config.name == name).unwrap().clone();
        let item = |(title, at): &(&str, UnixSeconds)| {
            let link = format!("https://{name}.example.org/{}", title.replace(' ', "-"));
            (format!("{name} {title}"), link, (*title).to_owned(), *at)
        };
        let document = rss(&items.iter().map(item).collect::<Vec<_>>());
        let settled = self.settler.settle(&[retrieved(&feed, &document)], now).unwrap();
        assert_eq!(settled.polls[0].report.failure, None);
    }

    /// The titles of an output's entries, the newest first.
    pub(crate) fn titles(&self, output: &str) -> Vec<String> {
        let (_, entries) = self.settler.store.reader().unwrap().edition(output, 1_000).unwrap().unwrap();
        entries.into_iter().map(|entry| entry.article.title).collect()
    }
}
