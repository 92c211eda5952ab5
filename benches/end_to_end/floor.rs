//! The same work with nothing around it: no plan, no manners, no rules, no stories.

use std::{convert::Infallible, path::Path, sync::Arc};

use futures_util::{StreamExt, stream};
use http_body_util::Full;
use hyper::{Request, Response, body::Bytes, header, service::service_fn};
use hyper_util::rt::TokioIo;
use rusqlite::{Connection, params};

const IN_FLIGHT: usize = 64;
const BATCH: usize = 100;

/// What a feed answered: its number, its validator, its entries (id, title, link, text).
type Answer = (usize, Option<String>, Vec<[String; 4]>);

/// Downloads, parses and inserts, with validators.
pub(crate) fn poll(address: &str, feeds: usize, store: &Path) {
    let mut connection = Connection::open(store).expect("a store");
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
            CREATE TABLE IF NOT EXISTS feed (id INTEGER PRIMARY KEY, etag TEXT);
            CREATE TABLE IF NOT EXISTS entry (id INTEGER PRIMARY KEY, feed INTEGER, key TEXT, title TEXT, link TEXT, text TEXT);
            CREATE UNIQUE INDEX IF NOT EXISTS entry_key ON entry (feed, key);",
        )
        .expect("a schema");
    let tags: Vec<Option<String>> = (0..feeds).map(|feed| known(&connection, feed)).collect();
    let (answers, answered) = std::sync::mpsc::sync_channel::<Answer>(BATCH);
    let writing = std::thread::spawn(move || {
        while let Ok(first) = answered.recv() {
            let transaction = connection.transaction().expect("a transaction");
            write(&transaction, first);
            answered.iter().take(BATCH - 1).for_each(|answer| write(&transaction, answer));
            transaction.commit().expect("a commit");
        }
    });
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let client = reqwest::Client::builder().gzip(true).build().expect("a client");
        let all = stream::iter(tags.into_iter().enumerate()).map(|(feed, tag)| {
            let (client, answers, url) = (client.clone(), answers.clone(), format!("http://{address}/{feed}"));
            tokio::spawn(async move {
                let mut request = client.get(url);
                if let Some(tag) = &tag {
                    request = request.header("If-None-Match", tag);
                }
                let answer = request.send().await.expect("an answer");
                if answer.status() == 304 {
                    return;
                }
                let tag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok()).map(str::to_owned);
                let body = answer.bytes().await.expect("a body");
                let entries = tokio::task::spawn_blocking(move || entries(&body)).await.expect("entries");
                answers.send((feed, tag, entries)).expect("the writer");
            })
        });
        all.buffer_unordered(IN_FLIGHT).for_each(|_| async {}).await;
    });
    drop(answers);
    writing.join().expect("the writer");
}

fn known(connection: &Connection, feed: usize) -> Option<String> {
    let tag = connection.query_row("SELECT etag FROM feed WHERE id = ?1", [feed as i64], |row| row.get(0));
    tag.unwrap_or(None)
}

fn entries(body: &[u8]) -> Vec<[String; 4]> {
    let feed = feed_rs::parser::parse(body).expect("a feed");
    let text = |entry: &feed_rs::model::Entry| {
        entry.content.as_ref().and_then(|content| content.body.clone()).unwrap_or_default()
    };
    let link = |entry: &feed_rs::model::Entry| entry.links.first().map(|link| link.href.clone()).unwrap_or_default();
    let title =
        |entry: &feed_rs::model::Entry| entry.title.as_ref().map(|title| title.content.clone()).unwrap_or_default();
    feed.entries.iter().map(|entry| [entry.id.clone(), title(entry), link(entry), text(entry)]).collect()
}

fn write(connection: &Connection, (feed, tag, entries): Answer) {
    let mut insert = connection
        .prepare_cached("INSERT OR IGNORE INTO entry (feed, key, title, link, text) VALUES (?1, ?2, ?3, ?4, ?5)")
        .expect("a statement");
    for [key, title, link, text] in entries {
        insert.execute(params![feed as i64, key, title, link, text]).expect("an insert");
    }
    let mut save = connection.prepare_cached("INSERT OR REPLACE INTO feed VALUES (?1, ?2)").expect("a statement");
    save.execute(params![feed as i64, tag]).expect("a save");
}

/// Serves one gzipped file from memory, and 304; says its address on standard error.
#[expect(clippy::print_stderr, reason = "who started it reads its address there")]
pub(crate) fn serve(file: &Path) {
    let body = Bytes::from(std::fs::read(file).expect("the file"));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        eprintln!("front page http://{}/", listener.local_addr().expect("its address"));
        let body = Arc::new(body);
        loop {
            let (stream, _) = listener.accept().await.expect("a connection");
            let body = body.clone();
            tokio::spawn(async move {
                let answer = service_fn(move |request: Request<hyper::body::Incoming>| {
                    let body = body.clone();
                    async move {
                        let is_known = request.headers().get(header::IF_NONE_MATCH).is_some_and(|tag| tag == TAG);
                        let response = Response::builder().header(header::ETAG, TAG);
                        Ok::<_, Infallible>(if is_known {
                            response.status(304).body(Full::new(Bytes::new())).expect("a response")
                        } else {
                            let response = response.header(header::CONTENT_ENCODING, "gzip");
                            response.body(Full::new(Bytes::clone(&body))).expect("a response")
                        })
                    }
                });
                let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
            });
        }
    });
}

pub(crate) const TAG: &str = "\"the-same\"";
