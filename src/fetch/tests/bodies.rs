//! Bodies: every coding, and no byte beyond the limit.

use std::io::Write;

use super::*;

const FEED: &[u8] = b"<rss>a feed that is somewhat longer than its own compression overhead, overhead, overhead</rss>";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    brotli::CompressorWriter::new(&mut compressed, 4096, 9, 22).write_all(bytes).unwrap();
    compressed
}

fn encoded(coding: &str, body: impl AsRef<[u8]>) -> Play {
    answer("200 OK", &format!("Content-Encoding: {coding}\r\n"), body)
}

async fn read(play: Play) -> Fetched {
    fetch(request(Origin::playing([play]).await.url("/"))).await
}

#[tokio::test]
async fn every_coding_that_is_accepted_is_understood() {
    assert_eq!(body(&read(encoded("gzip", gzip(FEED))).await), FEED);
    assert_eq!(body(&read(encoded("x-gzip", gzip(FEED))).await), FEED);
    assert_eq!(body(&read(encoded("GZip", gzip(FEED))).await), FEED);
    assert_eq!(body(&read(answer("200 OK", "Content-Type: application/gzip\r\n", gzip(FEED))).await), FEED);
    assert_eq!(body(&read(encoded("br", brotli(FEED))).await), FEED);
    assert_eq!(body(&read(encoded("zstd", zstd::encode_all(FEED, 9).unwrap())).await), FEED);
    assert_eq!(body(&read(encoded("deflate", zlib(FEED))).await), FEED);
    assert_eq!(body(&read(encoded("identity", FEED)).await), FEED);
    assert_eq!(body(&read(encoded("UTF-8", FEED)).await), FEED);
}

#[tokio::test]
async fn a_body_in_chunks_or_without_length_is_read_to_its_end() {
    let chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<rs\r\n3\r\ns/>\r\n0\r\n\r\n";
    assert_eq!(body(&read(Play::Send(chunked.to_vec())).await), b"<rss/>");
    assert_eq!(body(&read(Play::Send(b"HTTP/1.0 200 OK\r\n\r\n<rss/>".to_vec())).await), b"<rss/>");
}

#[tokio::test]
async fn a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not() {
    for (length, fits) in [(1 << 20, true), ((1 << 20) + 1, false)] {
        let declared = read(answer("200 OK", "", vec![b' '; length])).await;
        let mut bytes = b"HTTP/1.0 200 OK\r\n\r\n".to_vec();
        bytes.resize(bytes.len() + length, b' ');
        let undeclared = read(Play::Send(bytes)).await;
        for fetched in [declared, undeclared] {
            match fits {
                true => assert_eq!(body(&fetched).len(), length),
                false => {
                    assert_eq!(failed(&fetched), (FailureKind::TooLarge, "127.0.0.1 sent more than 1 MiB (max_body)"))
                }
            }
        }
    }
}

/// The limit counts what comes out of the decompression.
#[tokio::test]
async fn a_bomb_stops_at_the_limit() {
    let zeros = vec![0; 16 << 20];
    let bombs = [
        encoded("gzip", gzip(&zeros)),
        encoded("x-gzip", gzip(&zeros)),
        encoded("deflate", zlib(&zeros)),
        encoded("br", brotli(&zeros)),
        encoded("zstd", zstd::encode_all(&zeros[..], 9).unwrap()),
    ];
    for bomb in bombs {
        assert_eq!(failed(&read(bomb).await).0, FailureKind::TooLarge);
    }
}

#[tokio::test]
async fn a_flood_stops_at_the_limit() {
    let flood = Play::Flood(b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), vec![b'x'; 65_536]);
    assert_eq!(failed(&read(flood).await).0, FailureKind::TooLarge);
}

#[tokio::test]
async fn a_feed_can_have_a_limit_of_its_own() {
    let origin = Origin::playing([answer("200 OK", "", vec![b' '; 2000])]).await;
    let fetched = fetch(FetchRequest { max_body: Some(1024), ..request(origin.url("/")) }).await;
    assert_eq!(failed(&fetched), (FailureKind::TooLarge, "127.0.0.1 sent more than 1 KiB (max_body)"));
}

#[tokio::test]
async fn a_damaged_or_cut_compression_is_named() {
    let whole = gzip(FEED);
    for damaged in [&whole[..whole.len() / 2], b"no gzip at all".as_slice()] {
        let fetched = read(encoded("gzip", damaged)).await;
        let (kind, detail) = failed(&fetched);
        assert_eq!(kind, FailureKind::Protocol);
        assert!(detail.starts_with("127.0.0.1 sent a body that cannot be decompressed"), "{detail}");
    }
}

#[tokio::test]
async fn a_body_that_ends_before_its_length_is_no_body() {
    for head in ["Content-Length: 100\r\n\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\n"] {
        let fetched = read(Play::Send(format!("HTTP/1.1 200 OK\r\n{head}<rss>").into_bytes())).await;
        let (kind, detail) = failed(&fetched);
        assert_eq!(kind, FailureKind::Protocol);
        assert!(detail.starts_with("127.0.0.1 broke off"), "{detail}");
    }
}

/// More bodies at once than there is memory for: they wait for each other, and all come.
#[tokio::test]
async fn large_bodies_share_the_budget_and_all_end() {
    let large = || answer("200 OK", "", vec![b' '; 900 << 10]);
    let origin = Origin::playing((0..60).map(|_| large())).await;
    let policy = FetchPolicy { per_host: 60, max_body: 10 << 20, ..policy() };
    let door = HttpFetch::new(&policy).unwrap();
    let fetches = (0..60).map(|_| async { body(&door.fetch(request(origin.url("/"))).await).len() });
    assert_eq!(futures_util::future::join_all(fetches).await, vec![900 << 10; 60]);
}
