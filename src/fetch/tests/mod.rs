//! The door against origins that play scripted bytes on loopback, and write down byte for byte what they heard.
//!
//! Real sockets and real time; where a timeout is the behavior, it is a tiny one.

mod answers;
mod asking;
mod bodies;
mod faults;
mod files;
mod guarding;
mod holding;
mod naming;
mod posts;
mod proxies;
mod redirects;
mod tls;

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{Fetch, HttpFetch};
use crate::model::{FailureKind, FetchOutcome, FetchPolicy, FetchRequest, Fetched};

/// What an origin does once it has heard a request.
pub(super) enum Play {
    /// Sends these bytes and closes.
    Send(Vec<u8>),
    /// Sends these bytes and then nothing more.
    Stall(Vec<u8>),
    /// Sends these bytes again and again, as fast as they are taken.
    Flood(Vec<u8>, Vec<u8>),
}

/// A server on loopback that plays its scripts, one for each request, in the order of asking.
pub(super) struct Origin {
    address: SocketAddr,
    heard: Arc<Mutex<Vec<String>>>,
}

impl Origin {
    pub(super) async fn playing(plays: impl IntoIterator<Item = Play>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let heard = Arc::new(Mutex::new(Vec::new()));
        let plays = Arc::new(Mutex::new(plays.into_iter().collect::<VecDeque<_>>()));
        let hears = Arc::clone(&heard);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&hears), Arc::clone(&plays)));
            }
        });
        Origin { address, heard }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The heads of all requests, in order.
    pub(super) fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    /// The only request that there was.
    pub(super) fn heard_once(&self) -> String {
        let heard = self.heard();
        assert_eq!(heard.len(), 1, "{heard:#?}");
        heard[0].clone()
    }
}

async fn serve(mut stream: TcpStream, heard: Arc<Mutex<Vec<String>>>, plays: Arc<Mutex<VecDeque<Play>>>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    heard.lock().unwrap().push(String::from_utf8(head).unwrap());
    let play = plays.lock().unwrap().pop_front();
    // A client that has had enough may close at any moment; that is its right.
    match play {
        None => {}
        Some(Play::Send(bytes)) => drop(stream.write_all(&bytes).await),
        Some(Play::Stall(bytes)) => {
            drop(stream.write_all(&bytes).await);
            drop(stream.read_u8().await);
        }
        Some(Play::Flood(first, again)) => {
            drop(stream.write_all(&first).await);
            while stream.write_all(&again).await.is_ok() {}
        }
    }
}

/// An answer with its length said and the connection closed after it.
pub(super) fn answer(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Play {
    let body = body.as_ref();
    let length = if status.starts_with("304") { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
    let mut bytes = format!("HTTP/1.1 {status}\r\n{headers}{length}Connection: close\r\n\r\n").into_bytes();
    bytes.extend_from_slice(body);
    Play::Send(bytes)
}

pub(super) fn policy() -> FetchPolicy {
    FetchPolicy {
        concurrency: 64,
        per_host: 2,
        host_pause: Duration::ZERO,
        hosts_by_address: false,
        timeout: Duration::from_secs(20),
        connect_timeout: Duration::from_secs(10),
        idle_timeout: Duration::from_secs(15),
        max_redirects: 5,
        max_header: 64 << 10,
        max_body: 1 << 20,
        allow_private_addresses: true,
        contact: None,
        proxy: None,
        tls_roots: Vec::new(),
    }
}

pub(super) fn request(url: impl Into<String>) -> FetchRequest {
    let url = url.into();
    FetchRequest { configured_url: url.clone(), url, ..FetchRequest::default() }
}

pub(super) async fn fetch(request: FetchRequest) -> Fetched {
    HttpFetch::new(&policy()).unwrap().fetch(request).await
}

/// How it failed; panics where it did not.
pub(super) fn failed(fetched: &Fetched) -> (FailureKind, &str) {
    match &fetched.outcome {
        FetchOutcome::Failed { kind, detail } => (*kind, detail),
        other => panic!("should have failed: {other:?}"),
    }
}

pub(super) fn body(fetched: &Fetched) -> &[u8] {
    match &fetched.outcome {
        FetchOutcome::Body(bytes) | FetchOutcome::Partial(bytes) => bytes,
        other => panic!("should have brought a body: {other:?}"),
    }
}
