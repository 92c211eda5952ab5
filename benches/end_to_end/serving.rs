//! What an answer costs the server: 200, 304, 226, and the time from its start to the first.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Stdio},
};

use super::{Contender, Scale, floor, headlined, measure, own};

const CONNECTIONS: usize = 8;

/// A server that is ended with the value.
struct Server {
    child: Child,
    address: String,
    /// From its start until it told its address, in seconds.
    started: f64,
}

impl Server {
    fn start(program: &Path, arguments: &[&str]) -> Self {
        let began = measure::now();
        let mut child = measure::started(program, arguments, Stdio::piped());
        let mut lines = BufReader::new(child.stderr.take().expect("its errors")).lines();
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| Some(line.split_once("front page http://")?.1.split('/').next()?.to_owned()))
            .expect("a server says where it is");
        std::thread::spawn(move || lines.for_each(drop)); // it must not wait for a reader
        Self { child, address, started: began.elapsed().as_secs_f64() }
    }

    /// CPU microseconds of one request.
    fn cost(&self, request: &str, status: &str, requests: usize) -> f64 {
        let before = measure::cpu(self.child.id());
        let client = |share: usize| {
            let mut connection = BufReader::new(TcpStream::connect(&self.address).expect("a connection"));
            for _ in 0..share {
                let (line, _, _) = ask(&mut connection, request);
                assert!(line.contains(status), "{request}: {line}");
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..CONNECTIONS {
                scope.spawn(|| client(requests.div_ceil(CONNECTIONS)));
            }
        });
        (measure::cpu(self.child.id()) - before) * 1e6 / requests as f64
    }

    fn once(&self, request: &str) -> (String, String, Vec<u8>) {
        ask(&mut BufReader::new(TcpStream::connect(&self.address).expect("a connection")), request)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended
        let _ = self.child.wait();
    }
}

/// Status line, validator and body of one answer.
fn ask(connection: &mut BufReader<TcpStream>, request: &str) -> (String, String, Vec<u8>) {
    connection.get_mut().write_all(request.as_bytes()).expect("a request");
    let (mut status, mut tag, mut length) = (String::new(), String::new(), 0);
    connection.read_line(&mut status).expect("a status");
    loop {
        let mut line = String::new();
        connection.read_line(&mut line).expect("a header");
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "etag" => tag = value.to_owned(),
            "content-length" => length = value.parse().expect("a length"),
            _ => {}
        }
    }
    let mut body = vec![0; if status.contains(" 304 ") { 0 } else { length }];
    connection.read_exact(&mut body).expect("a body");
    (status, tag, body)
}

fn request(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n{headers}\r\n")
}

/// Serves the store that the polls have left in `folder`.
#[expect(clippy::print_stdout, reason = "a bench says what it measured")]
pub(crate) fn table(scale: &Scale, folder: &Path) {
    let origin = super::Origin::start(scale.feeds);
    origin.validates(true);
    origin.publish();
    let ours = Contender::new(folder, &origin.address, scale.feeds);
    let server = Server::start(&headlined(), &ours.arguments(&["run"]));
    let (_, old, body) = server.once(&request("/feed.atom", ""));
    let file = folder.join("feed.atom.gz");
    std::fs::write(&file, &body).expect("the file");
    let floor = Server::start(&own(), &["floor-serve", file.to_str().expect("a path in UTF-8")]);
    let row =
        |case: &str, floor: f64, ours: f64| println!("| {case} | {floor:.1} us | {ours:.1} us | {:.2} |", ours / floor);
    let whole = |server: &Server| server.cost(&request("/feed.atom", ""), " 200 ", scale.requests);
    row(&format!("200, {} KiB gzipped", body.len() / 1024), whole(&floor), whole(&server));
    let unchanged =
        floor.cost(&request("/feed.atom", &format!("If-None-Match: {}\r\n", floor::TAG)), " 304 ", scale.requests);
    row(
        "304",
        unchanged,
        server.cost(&request("/feed.atom", &format!("If-None-Match: {old}\r\n")), " 304 ", scale.requests),
    );
    origin.publish();
    assert!(measure::measure(&headlined(), &ours.arguments(&["poll", "--all"])).wall > 0.0);
    let newer = request("/feed.atom", &format!("If-None-Match: {old}\r\nA-IM: feed\r\n"));
    let until = measure::now() + std::time::Duration::from_secs(90); // an edition is made once a minute
    while !server.once(&newer).0.contains(" 226 ") {
        assert!(measure::now() < until, "no newer edition");
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    println!("| 226, what is new since | | {:.1} us | |", server.cost(&newer, " 226 ", scale.requests));
    println!(
        "\nfrom its start to its address, with {} articles: {:.2} s",
        scale.feeds * super::origin::ENTRIES,
        server.started
    );
}
