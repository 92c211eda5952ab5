//! The HTTP clients behind the door, one for each kind of trust.
//!
//! More than one, because connections are reused by host name: one that a feed with `allow_private` or with roots of
//! its own opened must not serve a feed without. None follows redirects, keeps cookies or tells where it came from.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use reqwest::{Certificate, Client, ClientBuilder, dns::Resolve, redirect::Policy};

use crate::model::{FailureKind, FetchPolicy};

use super::{failure::Failure, guard::GuardedResolver, proxy};

/// Long enough for a redirect or the next feed of the host, and over before the 5 s after which Apache hangs up by
/// default: a request into a connection that is being closed fails for no fault of the feed's.
const IDLE_CONNECTION: Duration = Duration::from_secs(4);
const IDLE_PER_HOST: usize = 2;
/// Lines in an answer's head.
const HEADER_LINES: usize = 128;

/// The door cannot open.
#[derive(Debug, thiserror::Error)]
pub enum FetchSetupError {
    #[error("[fetch] contact cannot be sent as part of a User-Agent")]
    Contact,
    #[error("[fetch] proxy is no address of a proxy")]
    Proxy,
    #[error("tls_roots: {path} cannot be read: {error}")]
    RootsUnreadable { path: PathBuf, error: std::io::Error },
    #[error("tls_roots: {path} holds no PEM certificates")]
    RootsInvalid { path: PathBuf },
    #[error("the HTTP client cannot be built: {0}")]
    Client(String),
}

/// Who is trusted: whether private addresses may be reached, and which roots count beside the usual ones.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Trust {
    allow_private: bool,
    roots: Vec<PathBuf>,
}

pub(super) struct Clients {
    policy: FetchPolicy,
    resolver: Arc<dyn Resolve>,
    /// Made when first asked for; as many as the configuration names kinds of trust.
    made: Mutex<HashMap<Trust, Client>>,
}

impl Clients {
    /// Makes the usual client at once, so that what cannot be made is told at the start.
    pub(super) fn new(policy: &FetchPolicy, resolver: &Arc<dyn Resolve>) -> Result<Self, FetchSetupError> {
        let clients = Clients { policy: policy.clone(), resolver: Arc::clone(resolver), made: Mutex::default() };
        clients.made(Trust { allow_private: policy.allow_private_addresses, roots: Vec::new() })?;
        Ok(clients)
    }

    /// The client for a feed that may (not) reach private addresses and trusts `roots`, files that are read now.
    pub(super) fn trusting(&self, allow_private: bool, roots: &[PathBuf]) -> Result<Client, Failure> {
        let trust = Trust { allow_private, roots: roots.to_vec() };
        self.made(trust).map_err(|error| Failure::new(FailureKind::Tls, error.to_string()))
    }

    fn made(&self, trust: Trust) -> Result<Client, FetchSetupError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner); // a map of finished clients
        if let Some(client) = made.get(&trust) {
            return Ok(client.clone());
        }
        let mut roots = certificates(&self.policy.tls_roots)?;
        roots.extend(certificates(&trust.roots)?);
        let client = build(&self.policy, &roots, &self.resolver, trust.allow_private)?;
        made.insert(trust, client.clone());
        Ok(client)
    }
}

fn certificates(files: &[PathBuf]) -> Result<Vec<Certificate>, FetchSetupError> {
    let mut roots = Vec::new();
    for path in files {
        let unreadable = |error| FetchSetupError::RootsUnreadable { path: path.clone(), error };
        let pem = std::fs::read(path).map_err(unreadable)?;
        match Certificate::from_pem_bundle(&pem) {
            Ok(found) if !found.is_empty() => roots.extend(found),
            _ => return Err(FetchSetupError::RootsInvalid { path: path.clone() }),
        }
    }
    Ok(roots)
}

fn build(
    policy: &FetchPolicy,
    roots: &[Certificate],
    resolver: &Arc<dyn Resolve>,
    allow_private: bool,
) -> Result<Client, FetchSetupError> {
    let plain = || builder(policy, resolver, allow_private);
    let trusting = plain()?.tls_certs_merge(roots.iter().cloned()).build();
    // A machine without any certificates (a bare container) can still ask over http; https then fails by name.
    let bare = || plain()?.tls_certs_only(roots.iter().cloned()).build().map_err(said);
    trusting.or_else(|_| bare())
}

fn builder(
    policy: &FetchPolicy,
    resolver: &Arc<dyn Resolve>,
    allow_private: bool,
) -> Result<ClientBuilder, FetchSetupError> {
    let resolver =
        GuardedResolver { inner: Arc::clone(resolver), allow_private, exempt: proxy::hosts(policy.proxy.as_deref()) };
    let builder = Client::builder()
        .redirect(Policy::none())
        .referer(false)
        .connect_timeout(policy.connect_timeout)
        .pool_idle_timeout(IDLE_CONNECTION)
        .pool_max_idle_per_host(IDLE_PER_HOST)
        .http1_max_headers(HEADER_LINES)
        .http2_max_header_list_size(u32::try_from(policy.max_header).unwrap_or(u32::MAX))
        .http1_ignore_invalid_headers_in_responses(true)
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .dns_resolver(resolver);
    match &policy.proxy {
        None => Ok(builder),
        Some(address) => Ok(builder.proxy(proxy::configured(address).map_err(|_| FetchSetupError::Proxy)?)),
    }
}

fn said(error: reqwest::Error) -> FetchSetupError {
    FetchSetupError::Client(error.without_url().to_string())
}
