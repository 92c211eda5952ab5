//! A fetch that went wrong, in a word for the program and words for the operator.
//!
//! No words of ours or of a library's name an address beyond its host: paths and queries may hold secrets.

use std::{error::Error, fmt::Display};

use url::Url;

use crate::model::{Exchange, FailureKind, FetchOutcome, Fetched, UnixSeconds};

use super::guard::Refused;

/// Ends the course of a fetch early, with what was learned until then.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: FailureKind,
    pub(super) detail: String,
    pub(super) exchange: Box<Exchange>,
}

impl Failure {
    pub(super) fn new(kind: FailureKind, detail: impl Into<String>) -> Self {
        Failure { kind, detail: detail.into(), exchange: Box::default() }
    }

    pub(super) fn after(self, exchange: Exchange) -> Self {
        Failure { exchange: Box::new(exchange), ..self }
    }
}

impl From<Failure> for Fetched {
    fn from(failure: Failure) -> Self {
        let Failure { kind, detail, exchange } = failure;
        Fetched { outcome: FetchOutcome::Failed { kind, detail }, exchange: *exchange }
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Failure::new(FailureKind::Forbidden, format!("refused: {refused}"))
    }
}

/// The host asked for silence: an answer without a request (no status), and when to come back.
pub(super) fn held(until: UnixSeconds, url: &Url) -> Failure {
    let host = url.host_str().unwrap_or_default();
    let mut failure =
        Failure::new(FailureKind::RateLimited, format!("not asked: {host} wants to be left alone for now"));
    failure.exchange.final_url = url.to_string();
    failure.exchange.retry_at = Some(until);
    failure
}

/// What a request that got no answer, or a body that broke off, died of.
pub(super) fn of(error: &reqwest::Error, host: &str) -> Failure {
    let causes = causes(error);
    if let Some(refused) = causes.iter().find_map(|cause| cause.downcast_ref::<Refused>()) {
        return refused.clone().into();
    }
    let root = causes.last().map(ToString::to_string).unwrap_or_default();
    let (kind, detail) = if let Some(words) = tls(&causes) {
        (FailureKind::Tls, format!("{host}: {words}"))
    } else if error.is_timeout() && error.is_connect() {
        (FailureKind::Timeout, format!("{host} took too long to connect"))
    } else if error.is_timeout() {
        (FailureKind::Timeout, format!("{host} fell silent"))
    } else if error.is_dns() {
        (FailureKind::Dns, format!("the name {host} could not be resolved: {root}"))
    } else if error.is_connect() {
        (FailureKind::Connect, format!("no connection to {host}: {root}"))
    } else if error.is_decode() && is_of_a_decoder(&causes) {
        return damaged(host, &root);
    } else {
        (FailureKind::Protocol, format!("{host} broke off or spoke no HTTP: {root}"))
    };
    Failure::new(kind, detail)
}

pub(super) fn damaged(host: &str, how: &dyn Display) -> Failure {
    Failure::new(FailureKind::Protocol, format!("{host} sent a body that cannot be decompressed: {how}"))
}

/// All causes below the error itself, whose own words hold the whole address.
fn causes(error: &reqwest::Error) -> Vec<&(dyn Error + 'static)> {
    let chain = std::iter::successors(error.source(), |cause: &&(dyn Error + 'static)| (*cause).source());
    chain.filter(|cause| !cause.is::<reqwest::Error>()).collect()
}

/// reqwest calls every trouble of a body one of decoding. A decoder's own word is a plain `io::Error`; where the
/// transfer broke off, there is one of hyper above it.
fn is_of_a_decoder(causes: &[&(dyn Error + 'static)]) -> bool {
    causes.first().is_some_and(|cause| cause.is::<std::io::Error>())
}

/// rustls speaks through `io::Error`, whose inner error is not among its sources: its words are what there is.
fn tls(causes: &[&(dyn Error + 'static)]) -> Option<String> {
    let words = causes.iter().map(ToString::to_string).find(|words| is_tls(words))?;
    let meaning = [
        ("expired", "its certificate has expired"),
        ("not valid yet", "its certificate is not valid yet (is our clock right?)"),
        ("not valid for name", "its certificate is for another name"),
        (
            "UnknownIssuer",
            "its certificate's issuer is unknown: it leaves out an intermediate certificate, or needs an extra root (tls_roots)",
        ),
        ("SelfSigned", "its certificate is its own issuer: name it in tls_roots to trust it"),
        ("Revoked", "its certificate was revoked"),
        ("ProtocolVersion", "it speaks only an old TLS (1.2 is the oldest that is safe)"),
        ("HandshakeFailure", "it speaks only an old TLS or old ciphers (1.2 is the oldest that is safe)"),
        ("corrupt message", "it answered TLS with something else: is this address http?"),
    ];
    let said = meaning.iter().find(|(mark, _)| words.contains(mark));
    Some(said.map_or_else(|| format!("TLS failed: {words}"), |(_, said)| (*said).to_owned()))
}

fn is_tls(words: &str) -> bool {
    [
        "invalid peer certificate",
        "received fatal alert",
        "received corrupt message",
        "peer is incompatible",
        "peer misbehaved",
    ]
    .iter()
    .any(|start| words.starts_with(start))
}
