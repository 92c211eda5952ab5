//! What goes over the wire: the whole way from the ledger to an answer, asked for as readers do.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    sync::Arc,
};

use headlined::{
    clock::Clock, config, deliver, edition::Editions, model::*, poll::Settler, serve, site::NewsSite, store::Store,
};

use crate::support::*;

/// A served store with one feed, filled by hand.
struct World {
    folder: tempfile::TempDir,
    settler: Settler,
    editions: Arc<Editions>,
    address: SocketAddr,
    runtime: tokio::runtime::Runtime,
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    fn titles(&self) -> Vec<&str> {
        let entries = self.text().split("<entry").skip(1);
        entries.map(|entry| entry.split("<title type=\"text\">").nth(1).unwrap().split('<').next().unwrap()).collect()
    }
}

impl World {
    fn new(configuration: &str) -> Self {
        Self::in_folder(tempfile::tempdir().unwrap(), configuration)
    }

    /// The same store under another configuration.
    fn reconfigure(self, configuration: &str) -> Self {
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
            let router = serve::router(Arc::new(site), settings.server.base_url.as_deref());
            let (_, pages) = tokio::sync::watch::channel(router);
            tokio::spawn(listener.serve(pages, std::future::pending()));
            address
        });
        Self { folder, settler, editions, address, runtime }
    }

    /// Settles a document of the feed with these numbered entries, the newest first.
    fn poll(&mut self, now: UnixSeconds, numbers: &[usize]) {
        let feed = self.settler.feeds.values().next().unwrap().clone();
        let item =
            |n: &usize| (format!("g{n}"), format!("https://one.example.org/{n}"), title(*n), START + *n as UnixSeconds);
        let document = rss(&numbers.iter().map(item).collect::<Vec<_>>());
        let settled = self.settler.settle(&[retrieved(&feed, &document)], now).unwrap();
        assert_eq!(settled.polls[0].report.failure, None);
        settled.changed_outputs.iter().for_each(|output| self.editions.changed(output));
    }

    fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        self.send(&format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{lines}\r\n"))
    }

    fn send(&self, request: &str) -> Answer {
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
fn title(n: usize) -> String {
    format!("alpha{n} beta{} gamma{}", n * 7 + 1, n * 13 + 2)
}

const BASE: &str = "[server]\nbase_url = \"https://news.example.org/\"\n";
const FEED: &str = "[[feed]]\nname = \"one\"\nurl = \"https://one.example.org/feed\"\n";

fn small(limit: usize) -> String {
    format!("{BASE}{FEED}[[output]]\nname = \"all\"\nlimit = {limit}\nedition_interval = \"0s\"\n")
}

/// The address of a relation in a document, as a path.
fn relation(answer: &Answer, relation: &str) -> Option<String> {
    let after = answer.text().split(&format!("<link rel=\"{relation}\"")).nth(1)?;
    let href = after.split("href=\"").nth(1)?.split('"').next()?;
    Some(href.strip_prefix("https://news.example.org").unwrap().to_owned())
}

#[test]
fn a_new_reader_can_fetch_everything_kept_through_pages_that_never_change() {
    let mut world = World::new(&small(4));
    let now = Clock::System.now();
    world.poll(now, &[1]);
    for n in 2..=30 {
        let newest: Vec<usize> = (n.max(5) - 4..=n).rev().collect();
        world.poll(now + n as UnixSeconds, &newest);
    }
    let mut address = "/feed.atom".to_owned();
    let mut seen = std::collections::BTreeSet::new();
    let mut pages = 0;
    loop {
        let answer = world.get(&address, &[]);
        assert_eq!(answer.status, 200, "{address}");
        seen.extend(answer.titles().into_iter().map(str::to_owned));
        assert_eq!(answer.text().contains("<fh:archive/>"), pages > 0);
        match relation(&answer, "prev-archive") {
            Some(previous) => address = previous,
            None => break,
        }
        pages += 1;
    }
    assert_eq!((seen.len(), pages), (30, 7), "every entry is in a page or in the document");
    let third = world.get("/feed/archive/3.atom", &[]);
    assert_eq!(third.titles(), [title(12), title(11), title(10), title(9)]);
    assert_eq!(relation(&third, "current").as_deref(), Some("/feed.atom"));
    assert_eq!(relation(&third, "next-archive").as_deref(), Some("/feed/archive/4.atom"));
    world.poll(now + 100, &[34, 33, 32, 31]);
    assert_eq!(world.get("/feed/archive/3.atom", &[]).body, third.body);
    for (page, status) in [("0.atom", 404), ("99.atom", 404), ("3.html", 404), ("3.rss", 200)] {
        assert_eq!(world.get(&format!("/feed/archive/{page}"), &[]).status, status, "{page}");
    }
}

#[test]
fn retention_drops_whole_pages_from_the_oldest_end_and_they_answer_410() {
    const DAY: UnixSeconds = 86_400;
    let mut world = World::new(&small(2));
    world.poll(START, &[0]);
    for day in 1..=5 {
        let n = day as usize * 2;
        world.poll(START + day * DAY, &[n, n - 1]);
    }
    world.settler.rules.retention = Some(std::time::Duration::from_secs(3 * DAY as u64));
    while world.settler.upkeep(START + 6 * DAY, &mut headlined::poll::Upkept::default()).unwrap() {}
    world.editions.changed("all");
    let status = |page: u64| world.get(&format!("/feed/archive/{page}.atom"), &[]).status;
    assert_eq!([1, 2, 3, 4, 5].map(status), [410, 410, 200, 200, 200], "page 3 holds what is younger than three days");
    let oldest = world.get("/feed/archive/3.atom", &[]);
    assert_eq!(oldest.titles(), [title(5), title(4)], "whole, though one of them is older");
    assert_eq!(relation(&oldest, "prev-archive"), None);
}

#[test]
fn a_reader_that_asks_for_a_difference_gets_only_what_is_new_or_changed() {
    let mut world = World::new(&small(50));
    let now = Clock::System.now();
    world.poll(now, &[2, 1]);
    let first = world.get("/feed.atom", &[]);
    assert_eq!(first.header("vary"), Some("A-IM, If-None-Match, Accept-Encoding"));
    assert_eq!(first.header("link"), Some("<https://news.example.org/feed.atom>; rel=\"self\""));
    let etag = first.header("etag").unwrap().to_owned();
    let ask = |world: &World, tag: &str| world.get("/feed.atom", &[("A-IM", "feed"), ("If-None-Match", tag)]);
    assert_eq!(ask(&world, &etag).status, 304, "nothing is new");
    world.poll(now + 10, &[4, 3, 2, 1]);
    let delta = ask(&world, &format!("W/{}", etag.replace("\"", "").trim()));
    assert_eq!((delta.status, delta.header("im")), (226, Some("feed")));
    assert_eq!(delta.titles(), [title(4), title(3)]);
    assert_eq!(delta.header("cache-control"), Some("no-store, im"));
    assert_eq!(delta.header("delta-base"), Some(etag.as_str()));
    let whole = world.get("/feed.atom", &[("If-None-Match", &etag)]);
    assert_eq!((whole.status, whole.titles().len(), whole.header("im")), (200, 4, None));
    assert_eq!(delta.header("etag"), whole.header("etag"), "it stands for the edition that it leads to");
    let coded = world
        .get("/feed.atom", &[("A-IM", "vcdiff, feed;q=0.5"), ("If-None-Match", &etag), ("Accept-Encoding", "gzip")]);
    assert_eq!((coded.status, coded.header("content-encoding")), (226, Some("gzip")));
    assert_eq!(ask(&world, "\"0123456789abcdef\"").status, 200, "an edition that is not known");
    assert_eq!(world.get("/feed.atom", &[("A-IM", "feed;q=0"), ("If-None-Match", &etag)]).status, 200);
    assert_eq!(world.get("/feed.rss", &[("A-IM", "feed"), ("If-None-Match", &etag)]).status, 200, "of another format");
}

#[test]
fn head_says_what_get_does_without_a_body() {
    let mut world = World::new(&small(50));
    world.poll(Clock::System.now(), &[2, 1]);
    for path in ["/feed.json", "/", "/opml.xml"] {
        let get = world.get(path, &[]);
        let head = world.send(&format!("HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for name in ["etag", "content-type", "content-length", "vary", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
        let again = world.get(path, &[("If-None-Match", get.header("etag").unwrap())]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}: pages are conditional too");
    }
    assert_eq!(world.get("/feed.json", &[]).header("access-control-allow-origin"), Some("*"));
}

#[test]
fn what_is_no_request_of_a_reader_is_refused_and_costs_nothing() {
    let world = World::new(&small(50));
    let long = "a".repeat(16 * 1024);
    for (request, status) in [
        (format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), 431),
        (format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {long}\r\n\r\n"), 431),
        ("POST /feed.atom HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into(), 405),
        ("DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".into(), 405),
        ("BREW /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".into(), 405),
        ("nonsense\r\n\r\n".into(), 400),
        ("GET / HTTP/9.9\r\n\r\n".into(), 400),
    ] {
        let answer = world.send(&request);
        assert_eq!(answer.status, status, "{}", &request[..request.len().min(40)]);
    }
    assert_eq!(world.get("/feed.atom", &[]).status, 200, "others are served");
}

#[test]
fn every_group_and_language_has_an_address_and_what_is_not_there_says_what_is() {
    let feed = FEED.to_owned() + "group = \"world news\"\nlanguage = \"en-GB\"\n";
    let mut world = World::new(&format!("{BASE}{feed}[[output]]\nname = \"top\"\ntitle = \"The top\"\n"));
    world.poll(Clock::System.now(), &[2, 1]);
    for path in ["/group/world%20news.atom", "/lang/en.atom", "/o/top.atom", "/feed.atom"] {
        let answer = world.get(path, &[]);
        assert_eq!((answer.status, answer.titles().len()), (200, 2), "{path}");
        assert_eq!(relation(&answer, "self").as_deref(), Some(path));
    }
    for path in ["/group/nobody.atom", "/lang/de.rss", "/o/none.atom", "/o/top.xml", "/nowhere", "/a/b/c/d"] {
        let answer = world.get(path, &[]);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("o/top.atom") && answer.text().contains("feed.atom"), "{path}");
    }
    let list = world.get("/outputs.opml", &[]);
    assert_eq!(list.status, 200);
    assert!(list.text().contains("https://news.example.org/group/world%20news.atom"), "{}", list.text());
}

#[test]
fn every_output_has_a_page_of_its_headlines_and_each_leads_to_the_others() {
    let feed = FEED.to_owned() + "group = \"world news\"\nlanguage = \"de\"\n";
    let top = "[[output]]\nname = \"top\"\ntitle = \"The top\"\ndescription = \"What counts\"\nmin_sources = 2\n";
    let club = "[[output]]\nname = \"club\"\ntoken_file = \"FOLDER/token\"\naliases = \"circle\"\n";
    let mut world = World::new(&format!("{BASE}{feed}{top}{club}"));
    world.poll(Clock::System.now(), &[2, 1]);
    let links = ["o/top", "feed", "group/world%20news", "lang/de"];
    for (path, root, stem, is_empty) in [
        ("/", "", "feed", false),
        ("/feed", "", "feed", false),
        ("/o/top", "../", "o/top", true),
        ("/group/world%20news", "../", "group/world%20news", false),
        ("/lang/de", "../", "lang/de", false),
        ("/o/club?token=sixteen-characters", "../", "o/club", false),
    ] {
        let page = world.get(path, &[]);
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
        assert_eq!(page.text().contains(&title(2)), !is_empty, "{path}");
        assert_eq!(page.text().contains("Nothing has entered here yet"), is_empty, "{path}");
        for link in links {
            assert!(page.text().contains(&format!("<a href=\"{root}{link}\"")), "{path}: {link}");
        }
        let addresses = page.text().split("<details open>").nth(1).unwrap();
        assert!(addresses.contains(&format!("<code>https://news.example.org/{stem}.atom</code>")), "{path}");
    }
    let club = world.get("/o/club?token=sixteen-characters", &[]);
    assert!(club.header("cache-control").unwrap().contains("private") && club.text().contains("needs its token"));
    assert_eq!(world.get("/o/club", &[]).status, 401);
    assert!(world.get("/o/circle", &[]).header("location").unwrap().ends_with("/o/club"));
    for path in ["/o/never", "/group/nobody", "/lang/xx", "/x/y", "/nowhere"] {
        assert_eq!(world.get(path, &[]).status, 404, "{path}");
    }
}

#[test]
fn an_output_that_was_taken_away_answers_410_and_one_with_a_new_name_redirects() {
    let with = |output: &str| format!("{BASE}{FEED}[[output]]\n{output}");
    let world = World::new(&with("name = \"first\"\n"));
    assert_eq!(world.get("/o/first.atom", &[]).status, 200);
    let world = world.reconfigure(&with("name = \"second\"\naliases = \"first\"\n"));
    let moved = world.get("/o/first.rss", &[]);
    assert_eq!(moved.status, 301);
    assert!(moved.header("location").unwrap().ends_with("/o/second.rss"), "{:?}", moved.header("location"));
    let world = world.reconfigure(&with("name = \"third\"\n"));
    for (path, status) in [("/o/second.json", 410), ("/o/third.atom", 200), ("/o/never.atom", 404)] {
        assert_eq!(world.get(path, &[]).status, status, "{path}");
    }
}

#[test]
fn an_output_behind_a_token_is_for_who_knows_it_and_shown_nowhere() {
    let mut world = World::new(&format!("{BASE}{FEED}[[output]]\nname = \"club\"\ntoken_file = \"FOLDER/token\"\n"));
    world.poll(Clock::System.now(), &[2, 1]);
    let bearer = |token: &str| world.get("/o/club.atom", &[("Authorization", &format!("Bearer {token}"))]);
    for refused in
        [world.get("/o/club.atom", &[]), world.get("/o/club.atom?token=wrong", &[]), bearer("sixteen-character")]
    {
        assert_eq!((refused.status, refused.text().contains("alpha")), (401, false));
        assert!(refused.header("www-authenticate").unwrap().starts_with("Bearer"));
    }
    for known in [world.get("/o/club.atom?token=sixteen-characters", &[]), bearer("sixteen-characters")] {
        assert_eq!((known.status, known.titles().len()), (200, 2));
        assert!(known.header("cache-control").unwrap().contains("private"));
        assert!(!known.text().contains("sixteen"), "the secret is not in the document");
    }
    for path in ["/", "/nowhere", "/outputs.opml"] {
        assert!(!world.get(path, &[]).text().contains("club"), "{path}");
    }
}

#[test]
fn search_engines_stay_away_unless_they_may_come() {
    let mut away = World::new(&format!("{BASE}{FEED}"));
    let mut come = World::new(&format!("{BASE}indexed = true\n{FEED}"));
    for world in [&mut away, &mut come] {
        world.poll(Clock::System.now(), &[1]);
    }
    for path in ["/", "/feed.atom", "/feed.json", "/nowhere"] {
        assert_eq!(away.get(path, &[]).header("x-robots-tag"), Some("noindex"), "{path}");
        assert_eq!(come.get(path, &[]).header("x-robots-tag"), None, "{path}");
    }
    assert_eq!(away.get("/robots.txt", &[]).text(), "User-agent: *\nDisallow: /\n");
    assert_eq!(come.get("/robots.txt", &[]).text(), "User-agent: *\nDisallow:\n");
}

#[test]
fn a_hub_is_named_in_every_format_and_header() {
    let mut world = World::new(&format!("{BASE}hub = \"https://hub.example.org/\"\n{FEED}"));
    world.poll(Clock::System.now(), &[1]);
    for format in ["atom", "rss", "json"] {
        let answer = world.get(&format!("/feed.{format}"), &[]);
        assert!(answer.header("link").unwrap().contains("<https://hub.example.org/>; rel=\"hub\""), "{format}");
        assert!(answer.text().contains("https://hub.example.org/"), "{format}");
    }
}

#[test]
fn what_is_withdrawn_leaves_everything_but_a_tombstone() {
    let mut world = World::new(&small(2));
    let now = Clock::System.now();
    world.poll(now, &[3, 2, 1]);
    let page = world.get("/feed/archive/1.atom", &[]);
    let id = page.text().split("<id>").nth(2).unwrap().split('<').next().unwrap().to_owned();
    let story = format!("/story/{}", id.trim_start_matches("urn:uuid:"));
    assert_eq!(world.get(&story, &[]).status, 200);
    let gone = page.titles()[0].to_owned();
    let withdrawal = |what: &str, is_legal| Withdrawal { what: what.into(), is_legal };
    assert_eq!(world.settler.withdraw(&withdrawal(&id, false), now + 10).unwrap().0, [gone.as_str()]);
    world.editions.changed("all");
    for path in ["/feed.atom", "/feed.rss", "/feed.json", "/feed/archive/1.atom", "/"] {
        assert!(!world.get(path, &[]).text().contains(&gone), "{path}");
    }
    let feed = world.get("/feed.atom", &[]);
    assert!(feed.text().contains(&format!("<at:deleted-entry ref=\"{id}\" when=\"")), "RFC 6721");
    let left = world.get(&story, &[]);
    assert_eq!(left.status, 410);
    assert!(left.text().contains(&gone), "its title stays");
    world.poll(now + 20, &[3, 2, 1]);
    assert!(!world.get("/feed.atom", &[]).text().contains(&gone), "it does not come back while its feed lists it");
    assert_eq!(world.settler.withdraw(&withdrawal(&id, true), now + 30).unwrap().0.len(), 1);
    let left = world.get(&story, &[]);
    assert_eq!((left.status, left.text().contains(&gone)), (451, false));
    assert_eq!(world.settler.withdraw(&withdrawal("https://one.example.org/2", false), now).unwrap().0.len(), 1);
    assert!(world.settler.withdraw(&withdrawal("nothing", false), now).unwrap().0.is_empty());
}

#[test]
fn an_entry_gone_from_the_middle_twice_an_hour_apart_is_withdrawn() {
    let mut world = World::new(&small(50));
    let now = Clock::System.now() - 20_000;
    world.poll(now, &[4, 3, 2, 1]);
    world.poll(now + 600, &[4, 2, 1]);
    assert_eq!(world.get("/feed.atom", &[]).titles().len(), 4);
    world.poll(now + 4_800, &[5, 4, 2, 1]);
    assert_eq!(world.get("/feed.atom", &[]).titles(), [title(5), title(4), title(2), title(1)]);
}

#[test]
fn files_are_replaced_when_their_bytes_change_and_one_that_cannot_be_keeps_no_other() {
    let output = |name: &str, file: &str| {
        format!("[[output]]\nname = \"{name}\"\nfile = \"{file}\"\nedition_interval = \"0s\"\n")
    };
    let outputs =
        [output("a", "FOLDER/nowhere/a.atom"), output("b", "FOLDER/b.json"), output("c", "FOLDER/c.rss")].concat();
    let mut world = World::new(&format!("{BASE}{FEED}{outputs}"));
    let now = Clock::System.now();
    world.poll(now, &[1]);
    let mut written = std::collections::HashMap::new();
    let write = |world: &World, written: &mut _| world.runtime.block_on(deliver::write_all(&world.editions, written));
    let read = |world: &World, name: &str| std::fs::read(world.folder.path().join(name)).unwrap();
    let touched = |world: &World| std::fs::metadata(world.folder.path().join("b.json")).unwrap().modified().unwrap();
    assert!(write(&world, &mut written).is_some(), "it looks again");
    assert_eq!(read(&world, "b.json"), world.get("/o/b.json", &[]).body);
    assert_eq!(read(&world, "c.rss"), world.get("/o/c.rss", &[]).body);
    let [trouble] = &world.editions.troubles()[..] else { panic!("{:?}", world.editions.troubles()) };
    assert!(trouble.contains("nowhere/a.atom cannot be written"), "{trouble}");
    assert!(world.get("/api/status", &[]).text().contains("nowhere/a.atom cannot be written"));
    let before = touched(&world);
    world.editions.changed("b"); // an edition that says the same
    write(&world, &mut written);
    assert_eq!(touched(&world), before);
    std::fs::create_dir(world.folder.path().join("nowhere")).unwrap();
    world.poll(now + 10, &[2, 1]);
    assert_eq!(write(&world, &mut written), None);
    assert!(world.editions.troubles().is_empty());
    assert!(String::from_utf8(read(&world, "nowhere/a.atom")).unwrap().contains(&title(2)));
}
