//! TLS with certificates made for the occasion: who is believed, and what is said where nobody is.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use tempfile::TempDir;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer},
    },
};

use super::naming::naming;
use super::*;

const HTTP1: &[u8] = b"http/1.1";

/// An authority that no system knows, its certificate in a file for `tls_roots`.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let authority = Authority { issuer, folder: tempfile::tempdir().unwrap() };
        std::fs::write(authority.root(), authority.issuer.pem()).unwrap();
        authority
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("root.pem")
    }

    fn trusting(&self) -> FetchPolicy {
        FetchPolicy { tls_roots: vec![self.root()], ..policy() }
    }

    /// A server for `here.example` (which is on loopback) whose certificate is for `name` until `until`.
    async fn serving(&self, name: &str, until: i32, speaks: &[u8]) -> TlsOrigin {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2001, 1, 1), date_time_ymd(until, 1, 1));
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        TlsOrigin::serving(certificate.der().clone(), key, speaks).await
    }
}

struct TlsOrigin {
    url: String,
    /// What was agreed on by ALPN, once somebody came.
    spoken: Arc<Mutex<Option<Vec<u8>>>>,
}

impl TlsOrigin {
    async fn serving(certificate: CertificateDer<'static>, key: PrivateKeyDer<'static>, alpn: &[u8]) -> Self {
        let mut config =
            ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap();
        config.alpn_protocols = vec![alpn.to_vec()];
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://here.example:{}/?key=s3cret", listener.local_addr().unwrap().port());
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let spoken = Arc::new(Mutex::new(None));
        let speaks = Arc::clone(&spoken);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                *speaks.lock().unwrap() = stream.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
                drop(stream.read(&mut [0; 4096]).await);
                drop(stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<rss/>").await);
                drop(stream.shutdown().await);
            }
        });
        TlsOrigin { url, spoken }
    }
}

#[tokio::test]
async fn a_root_of_the_operators_is_trusted() {
    let authority = Authority::new();
    let origin = authority.serving("here.example", 2999, HTTP1).await;
    let fetched = naming(&authority.trusting()).fetch(request(&origin.url)).await;
    assert_eq!(body(&fetched), b"<rss/>");
    assert_eq!(origin.spoken.lock().unwrap().as_deref(), Some(HTTP1));
}

/// For the feed that names it, at the host that the operator configured, and for nobody else.
#[tokio::test]
async fn a_root_of_one_feed_is_trusted_for_its_host_only() {
    let authority = Authority::new();
    let origin = authority.serving("here.example", 2999, HTTP1).await;
    let door = naming(&policy());
    let own = FetchRequest { tls_roots: vec![authority.root()], ..request(&origin.url) };
    assert_eq!(body(&door.fetch(own.clone()).await), b"<rss/>");
    assert_eq!(failed(&door.fetch(request(&origin.url)).await).0, FailureKind::Tls);
    let moved = FetchRequest { configured_url: "https://elsewhere.example/".into(), ..own };
    assert_eq!(failed(&door.fetch(moved).await).0, FailureKind::Tls);
}

/// RFC 9113 §3.2; that hyper speaks it is hyper's to test.
#[tokio::test]
async fn http_2_is_spoken_where_the_origin_wants_it() {
    let authority = Authority::new();
    let origin = authority.serving("here.example", 2999, b"h2").await;
    naming(&authority.trusting()).fetch(request(&origin.url)).await;
    assert_eq!(origin.spoken.lock().unwrap().as_deref(), Some(b"h2".as_slice()));
}

async fn check(policy: &FetchPolicy, origin: &TlsOrigin, words: &str) {
    let fetched = naming(policy).fetch(request(&origin.url)).await;
    let (kind, detail) = failed(&fetched);
    assert_eq!(kind, FailureKind::Tls, "{detail}");
    assert!(detail.starts_with("here.example: ") && detail.contains(words), "{detail}");
    assert!(!detail.contains("s3cret"), "{detail}");
}

#[tokio::test]
async fn a_certificate_that_is_not_believed_says_why() {
    let authority = Authority::new();
    check(&policy(), &authority.serving("here.example", 2999, HTTP1).await, "tls_roots").await;
    check(&authority.trusting(), &authority.serving("here.example", 2002, HTTP1).await, "has expired").await;
    check(&authority.trusting(), &authority.serving("other.example", 2999, HTTP1).await, "for another name").await;
}
