//! What goes wrong before, while and instead of answering, each by its name and with its words.

use super::*;

async fn fails(policy: &FetchPolicy, url: &str) -> (FailureKind, String) {
    let fetched = HttpFetch::new(policy).unwrap().fetch(request(url)).await;
    let (kind, detail) = failed(&fetched);
    assert!(!detail.contains("s3cret"), "{detail}");
    (kind, detail.to_owned())
}

async fn fails_with(play: Play) -> (FailureKind, String) {
    fails(&policy(), &Origin::playing([play]).await.url("/feed?key=s3cret")).await
}

fn impatient() -> FetchPolicy {
    FetchPolicy { timeout: Duration::from_millis(60), ..policy() }
}

#[tokio::test]
async fn a_refused_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/?key=s3cret", listener.local_addr().unwrap());
    drop(listener);
    let (kind, detail) = fails(&policy(), &url).await;
    assert_eq!(kind, FailureKind::Connect);
    assert!(detail.starts_with("no connection to 127.0.0.1: ") && detail.contains("refused"), "{detail}");
}

/// RFC 6761 §6.4: no resolver may find a name below `invalid`.
#[tokio::test]
async fn a_name_that_does_not_exist() {
    let (kind, detail) = fails(&policy(), "http://feed.invalid/?key=s3cret").await;
    assert_eq!(kind, FailureKind::Dns, "{detail}");
    assert!(detail.starts_with("the name feed.invalid could not be resolved: "), "{detail}");
}

#[tokio::test]
async fn silence_before_and_within_an_answer() {
    for bytes in ["", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<rss>"] {
        let origin = Origin::playing([Play::Stall(bytes.as_bytes().to_vec())]).await;
        let (kind, detail) = fails(&impatient(), &origin.url("/?key=s3cret")).await;
        assert_eq!(kind, FailureKind::Timeout, "{detail}");
    }
}

#[tokio::test]
async fn the_longest_silence_within_a_body_is_the_operators() {
    let stalled = Play::Stall(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<rss>".to_vec());
    let policy = FetchPolicy { idle_timeout: Duration::from_millis(20), ..policy() };
    let (kind, detail) = fails(&policy, &Origin::playing([stalled]).await.url("/")).await;
    assert_eq!((kind, detail.as_str()), (FailureKind::Timeout, "127.0.0.1 fell silent for 20ms (idle_timeout)"));
}

#[tokio::test]
async fn the_largest_head_is_the_operators() {
    let origin = Origin::playing([answer("200 OK", &format!("X-Large: {}\r\n", "a".repeat(9000)), "a")]).await;
    let (kind, detail) = fails(&FetchPolicy { max_header: 8 << 10, ..policy() }, &origin.url("/")).await;
    assert_eq!(kind, FailureKind::TooLarge);
    assert!(detail.contains("max_header"), "{detail}");
}

/// Each silence is short, the whole is not.
#[tokio::test]
async fn a_slow_drip_is_ended() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        drop(stream.read(&mut [0; 4096]).await);
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let mut pace = tokio::time::interval(Duration::from_millis(5));
        while stream.write_all(b" ").await.is_ok() {
            pace.tick().await;
        }
    });
    let (kind, detail) = fails(&impatient(), &url).await;
    assert_eq!((kind, detail.as_str()), (FailureKind::Timeout, "127.0.0.1 took longer than 60ms (timeout)"));
}

#[tokio::test]
async fn a_feed_can_have_a_patience_of_its_own() {
    let origin = Origin::playing([Play::Stall(Vec::new())]).await;
    let request = FetchRequest { timeout: Some(Duration::from_millis(30)), ..request(origin.url("/")) };
    assert_eq!(failed(&fetch(request).await), (FailureKind::Timeout, "127.0.0.1 took longer than 30ms (timeout)"));
}

#[tokio::test]
async fn what_is_no_http() {
    for bytes in ["", "SSH-2.0-OpenSSH_9.9\r\n", "HTTP/1.1 abc\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"]
    {
        let (kind, detail) = fails_with(Play::Send(bytes.as_bytes().to_vec())).await;
        assert_eq!(kind, FailureKind::Protocol, "{bytes:?}: {detail}");
        assert!(detail.starts_with("127.0.0.1 broke off or spoke no HTTP: "), "{detail}");
    }
}

#[tokio::test]
async fn a_head_has_bounds() {
    let lines: String = (0..500).map(|number| format!("X-Line-{number}: x\r\n")).collect();
    assert_eq!(fails_with(answer("200 OK", &lines, "")).await.0, FailureKind::Protocol);
    let flood = Play::Flood(b"HTTP/1.1 200 OK\r\nX-Long: ".to_vec(), vec![b'x'; 65_536]);
    assert_eq!(fails_with(flood).await.0, FailureKind::Protocol);
}

#[tokio::test]
async fn a_header_that_is_broken_does_not_lose_the_feed() {
    let headers = "X-Bad Name: a\r\nX-Folded: a\r\n  b\r\n";
    let origin = Origin::playing([answer("200 OK", headers, "<rss/>")]).await;
    assert_eq!(body(&fetch(request(origin.url("/"))).await), b"<rss/>");
}

/// A TLS alert record: level fatal, then what for (RFC 8446 §6.2).
fn alert(code: u8) -> Play {
    Play::Send(vec![21, 3, 3, 0, 2, 2, code])
}

#[tokio::test]
async fn tls_that_does_not_come_about_says_why() {
    let table = [
        (alert(40), "old ciphers"),
        (alert(70), "old TLS"),
        (Play::Send(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec()), "is this address http?"),
    ];
    for (play, words) in table {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}/?key=s3cret", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            drop(stream.read(&mut [0; 4096]).await);
            if let Play::Send(bytes) = play {
                drop(stream.write_all(&bytes).await);
            }
        });
        let (kind, detail) = fails(&policy(), &url).await;
        assert_eq!(kind, FailureKind::Tls, "{detail}");
        assert!(detail.contains(words), "{detail}");
    }
}

#[test]
fn a_door_that_cannot_open_says_why() {
    let said = |change: fn(&mut FetchPolicy)| {
        let mut policy = policy();
        change(&mut policy);
        HttpFetch::new(&policy).err().map(|error| error.to_string()).unwrap_or_default()
    };
    assert_eq!(
        said(|policy| policy.contact = Some("a\nb".to_owned())),
        "[fetch] contact cannot be sent as part of a User-Agent"
    );
    assert_eq!(said(|policy| policy.proxy = Some("::".to_owned())), "[fetch] proxy is no address of a proxy");
    assert!(said(|policy| policy.tls_roots = vec!["no/such.pem".into()]).starts_with("tls_roots: no/such.pem"));
    assert!(said(|policy| policy.tls_roots = vec!["Cargo.toml".into()]).contains("holds no PEM certificates"));
}
