//! A served store, filled by hand and asked over the wire as readers do.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
};

use headlined::{
    clock::Clock, config, edition::Editions, model::*, poll::Settler, serve, site::NewsSite, store::Store,
};

use crate::support::*;

pub(crate) struct World {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) settler: Settler,
    pub(crate) editions: Arc<Editions>,
    address: SocketAddr,
    pub(crate) runtime: tokio::runtime::Runtime,
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn titles(&self) -> Vec<&str> {
        let entries = self.text().split("<entry").skip(1);
        entries.map(|entry| entry.split("<title type=\"text\">").nth(1).unwrap().split('<').next().unwrap()).collect()
    }
}

impl World {
    pub(crate) fn new(configuration: &str) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), configuration)
    }

    /// The same store under another configuration.
    pub(crate) fn reconfigure(self, configuration: &str) -> Self {
        let Self { folder, settler, .. } = self;
        settler.store.close().unwrap();
        Self::in_folder(folder, configuration)
    }

    fn in_folder(folder: tempfile::TempDir, configuration: &str) -> Self {
        let path = folder.path().join("headlined.db");
        std::fs::write(folder.path().join("token"), "sixteen-characters").unwrap();
        let configuration = configuration.replace("FOLDER", folder.path().to_str().unwrap());
        let (settings, _) = config::parse(&configuration, "headlined.toml", &config::Environment::default()).unwrap();
        let settler = settler(Store::open(&path).unwrap(), &settings.feeds, &settings.outputs, START);
        let settings = Arc::new(settings);
        let (instance, clock) = (settler.store.instance().to_owned(), Clock::System);
        let editions = Arc::new(Editions::new(settings.clone(), path, instance, clock.clone()));
        let (commands, _) = tokio::sync::mpsc::channel(1);
        let site = NewsSite {
            editions: editions.clone(),
            clock,
            local: "http://local/".into(),
            started_at: START,
            shows_upkeep: true,
            commands,
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let address = runtime.block_on(async {
            let listener = serve::bind("127.0.0.1:0".parse().unwrap()).await.unwrap();
            let address = listener.address().unwrap();
            let router = serve::pages(Arc::new(site), settings.server.base_url.as_deref());
            let (_, pages) = tokio::sync::watch::channel(router);
            tokio::spawn(listener.serve(pages, std::future::pending()));
            address
        });
        Self { folder, settler, editions, address, runtime }
    }

    /// Settles a document of the feed `one` with these numbered entries, the newest first.
    pub(crate) fn poll(&mut self, now: UnixSeconds, numbers: &[usize]) {
        let item =
            |n: &usize| (format!("g{n}"), format!("https://one.example.org/{n}"), title(*n), START + *n as UnixSeconds);
        self.settle("one", now, &numbers.iter().map(item).collect::<Vec<_>>());
    }

    /// Settles a document of a feed with these headlines, published as it is polled.
    pub(crate) fn news(&mut self, name: &str, now: UnixSeconds, titles: &[&str]) {
        let item = |title: &&str| {
            let link = format!("https://{name}.example.org/{}", title.replace(' ', "-"));
            (format!("{name} {title}"), link, (*title).to_owned(), now)
        };
        self.settle(name, now, &titles.iter().map(item).collect::<Vec<_>>());
    }

    fn settle(&mut self, name: &str, now: UnixSeconds, items: &[(String, String, String, UnixSeconds)]) {
        let feed = self.settler.feeds.values().find(|feed| feed.config.name == name).unwrap().clone();
        let document = rss(items);
        let settled = self.settler.settle(&[retrieved(&feed, &document)], now).unwrap();
        assert_eq!(settled.polls[0].report.failure, None);
        settled.changed_outputs.iter().for_each(|output| self.editions.changed(output));
    }

    pub(crate) fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n"))
    }

    pub(crate) fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: answer[end + 4..].to_vec() }
    }
}

/// Titles that have no words in common.
pub(crate) fn title(n: usize) -> String {
    format!("alpha{n} beta{} gamma{}", n * 7 + 1, n * 13 + 2)
}

pub(crate) const BASE: &str = "[server]\nbase_url = \"https://news.example.org/\"\n";
pub(crate) const FEED: &str = "[[feed]]\nname = \"one\"\nurl = \"https://one.example.org/feed\"\n";

pub(crate) fn small(limit: usize) -> String {
    format!("{BASE}{FEED}[[output]]\nname = \"all\"\nlimit = {limit}\nedition_interval = \"0s\"\n")
}

/// The address of a relation in a document, as a path.
pub(crate) fn relation(answer: &Answer, relation: &str) -> Option<String> {
    let after = answer.text().split(&format!("<link rel=\"{relation}\"")).nth(1)?;
    let href = after.split("href=\"").nth(1)?.split('"').next()?;
    Some(href.strip_prefix("https://news.example.org").unwrap().to_owned())
}
