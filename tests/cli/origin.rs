//! Origins on loopback that do what they are told with each connection, and nothing of what HTTP asks.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::LazyLock,
    thread,
};

/// An origin whose connections are given to `serve`, each in a thread of its own; the address of its feed.
pub(crate) fn connections(serve: impl Fn(TcpStream) + Clone + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = address(listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (serve, stream) = (serve.clone(), stream.unwrap());
            thread::spawn(move || serve(stream));
        }
    });
    address
}

/// An origin that reads each request and gives the connection to `answer`.
pub(crate) fn origin(answer: impl Fn(&mut TcpStream) -> std::io::Result<()> + Clone + Send + 'static) -> String {
    connections(move |mut stream| {
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
        let _ = answer(&mut stream); // whoever asked has had enough
    })
}

/// An origin that answers 200 with this.
pub(crate) fn serves(media_type: &'static str, body: impl Into<Vec<u8>>) -> String {
    let body = body.into();
    origin(move |stream| answer(stream, media_type, &body))
}

pub(crate) fn answer(stream: &mut TcpStream, media_type: &str, body: &[u8]) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n", body.len())?;
    stream.write_all(b"Connection: close\r\n\r\n")?;
    stream.write_all(body)
}

/// An address where nobody listens, nor will: a connection out of it stays open.
pub(crate) fn refuses() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let kept = Box::leak(Box::new(TcpStream::connect(listener.local_addr().unwrap()).unwrap()));
    address(kept.local_addr().unwrap())
}

/// Takes the request and never says a word.
pub(crate) fn hangs() -> String {
    origin(|stream| stream.read_to_end(&mut Vec::new()).map(drop))
}

/// Closes with the request unread, which the kernel makes a reset.
pub(crate) fn resets() -> String {
    connections(|stream| {
        let _ = stream.peek(&mut [0]); // something is there to be left unread
    })
}

/// Promises a thousand bytes and closes after a few.
pub(crate) fn breaks_off() -> String {
    origin(|stream| stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n<rss version=\"2.0\">"))
}

/// Sends entries for as long as somebody listens.
pub(crate) fn endless() -> String {
    origin(|stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n\r\n<rss version=\"2.0\"><channel>")?;
        loop {
            stream.write_all("<item><title>And on it goes</title></item>".repeat(500).as_bytes())?;
        }
    })
}

/// An hour before the tests began; items are dated from then on, a second apart.
static BEGIN: LazyLock<i64> = LazyLock::new(|| headlined::clock::Clock::System.now() - 3_600);

/// An RSS document with `count` items, the newest first; each carries `size` bytes of text that is not another's.
pub(crate) fn rss(count: usize, size: usize) -> String {
    let item = |number: usize| {
        let date = headlined::render::http_date(*BEGIN + number as i64);
        let text = format!("Text {number} of many. ").repeat(size / 16 + 1);
        format!(
            "<item><guid isPermaLink=\"false\">n{number}</guid><title>Headline {number}</title><link>https://example.org/{number}</link><pubDate>{date}</pubDate><description>{text}</description></item>"
        )
    };
    let items: String = (1..=count).rev().map(item).collect();
    format!("<rss version=\"2.0\"><channel><title>News</title><link>https://example.org/</link>{items}</channel></rss>")
}

fn address(at: SocketAddr) -> String {
    format!("http://{at}/feed")
}
