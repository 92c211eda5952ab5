//! An origin on loopback: full-text feeds, gzipped, each answer after the delay of a near server.

use std::{
    io::Write,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

pub(crate) const ENTRIES: usize = 30;
const DELAY: Duration = Duration::from_millis(50);
const WORDS: usize = 300;

pub(crate) struct Origin {
    pub(crate) address: String,
    state: Arc<State>,
    _runtime: tokio::runtime::Runtime,
}

#[derive(Default)]
struct State {
    /// Entries that every twentieth feed has published since the start.
    published: AtomicUsize,
    validates: AtomicBool,
    /// Gzipped documents, by feed: as it was at the start.
    documents: Vec<Vec<u8>>,
}

impl Origin {
    pub(crate) fn start(feeds: usize) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a port");
        let address = listener.local_addr().expect("its address").to_string();
        let documents = (0..feeds).map(|feed| document(feed, 0)).collect();
        let state = Arc::new(State { documents, ..State::default() });
        let serving = state.clone();
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer(stream, serving.clone()));
            }
        });
        Self { address, state, _runtime: runtime }
    }

    /// Every twentieth feed has a new entry.
    pub(crate) fn publish(&self) {
        self.state.published.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether it answers 304, or says everything again and knows no validators.
    pub(crate) fn validates(&self, validates: bool) {
        self.state.validates.store(validates, Ordering::Relaxed);
    }
}

async fn answer(stream: TcpStream, state: Arc<State>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let (mut feed, mut known) = (0, None);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await.ok()? == 0 {
                return None;
            }
            match line.trim_end() {
                "" => break,
                line if line.starts_with("GET /") => feed = line[5..].split(' ').next()?.parse().ok()?,
                line => {
                    let (name, value) = line.split_once(':')?;
                    known = name.eq_ignore_ascii_case("if-none-match").then(|| value.trim().to_owned()).or(known);
                }
            }
        }
        tokio::time::sleep(DELAY).await;
        let published = if feed % 20 == 0 { state.published.load(Ordering::Relaxed) } else { 0 };
        let validates = state.validates.load(Ordering::Relaxed);
        let tag = format!("\"{feed}-{published}\"");
        let made;
        let (status, body): (_, &[u8]) = if validates && known.as_deref() == Some(&tag) {
            ("304 Not Modified", b"")
        } else if published == 0 {
            ("200 OK", state.documents.get(feed)?)
        } else {
            made = document(feed, published);
            ("200 OK", &made)
        };
        let tag = if validates { format!("ETag: {tag}\r\n") } else { String::new() };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/rss+xml\r\n{tag}Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.ok()?;
        stream.write_all(body).await.ok()?;
    }
}

/// The newest entry comes first.
fn document(feed: usize, published: usize) -> Vec<u8> {
    let mut text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><rss version=\"2.0\" xmlns:content=\"http://purl.org/rss/1.0/modules/content/\"><channel>\
         <title>Feed {feed}</title><link>https://f{feed}.example.org/</link><description>News</description><language>en</language>"
    );
    for entry in (0..ENTRIES + published).rev().take(ENTRIES) {
        let seed = (feed * 1_000 + entry) as u64;
        // Days lie before the bench, an hour apart: no entry comes from the future.
        let at = headlined::render::http_date(1_790_000_000 + (entry as i64) * 3_600);
        text.push_str(&format!(
            "<item><title>{}</title><link>https://f{feed}.example.org/{entry}</link><guid isPermaLink=\"false\">{feed}-{entry}</guid>\
             <pubDate>{at}</pubDate><description>{}</description><content:encoded><![CDATA[<p>{}</p><p>{} <a href=\"/more\">more</a></p>]]></content:encoded></item>",
            words(seed, 8),
            words(seed, 30),
            words(seed, WORDS / 2),
            words(seed + 1_000_000, WORDS / 2)
        ));
    }
    text.push_str("</channel></rss>");
    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(text.as_bytes()).expect("memory");
    zipped.finish().expect("memory")
}

fn words(seed: u64, count: usize) -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "ko", "mi", "ter", "lan", "su", "ra", "vel", "no", "ti", "gar", "pe", "hol", "du", "san", "qui"];
    let mut state = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    let mut text = String::new();
    for _ in 0..count {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut rank = (state >> 40) % (1 << (4 + (state >> 61)));
        for _ in 0..2 + rank % 2 {
            text.push_str(SYLLABLES[(rank % 16) as usize]);
            rank = rank * 7 + 3;
        }
        text.push(' ');
    }
    text
}
