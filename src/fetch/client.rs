//! The clients behind the door, and what they all share.
//!
//! Two clients, because connections are reused by host name: one that a feed with `allow_private` opened must not
//! serve a feed without. Neither follows redirects, keeps cookies or tells where it came from.

use std::{path::PathBuf, sync::Arc, time::Duration};

use reqwest::{Certificate, Client, ClientBuilder, dns::Resolve, header::HeaderValue, redirect::Policy};
use url::Url;

use crate::{
    clock::Clock,
    model::{FetchPolicy, FetchRequest, Fetched, UnixSeconds},
};

use super::{
    Fetch,
    budget::Budget,
    file,
    guard::{GuardedResolver, SystemResolver},
    hop,
    hosts::Hosts,
    lanes::Lanes,
    patience::Patience,
    proxy,
};

/// Long enough for a redirect or the next feed of the host, and over before the 5 s after which Apache hangs up by
/// default: a request into a connection that is being closed fails for no fault of the feed's.
const IDLE_CONNECTION: Duration = Duration::from_secs(4);
const IDLE_PER_HOST: usize = 2;
/// Lines in an answer's head, and all of them together where they come compressed (HTTP/2).
const HEADER_LINES: usize = 128;
const HEADER_BYTES: u32 = 64 * 1024;

/// Asks origins over HTTP, and reads files where a feed is configured as one.
#[derive(Clone)]
pub struct HttpFetch {
    door: Arc<Door>,
}

/// What one fetch after the other shares.
pub(super) struct Door {
    guarded: Client,
    open: Client,
    pub(super) policy: FetchPolicy,
    pub(super) hosts: Hosts,
    pub(super) lanes: Lanes,
    pub(super) budget: Budget,
    /// Hosts that the guard lets pass as proxies, and as nothing else.
    pub(super) proxies: Vec<String>,
    pub(super) user_agent: HeaderValue,
    pub(super) clock: Clock,
}

/// The door cannot open.
#[derive(Debug, thiserror::Error)]
pub enum FetchSetupError {
    #[error("[fetch] contact cannot be sent as part of a User-Agent")]
    Contact,
    #[error("[fetch] proxy is no address of a proxy")]
    Proxy,
    #[error("[fetch] tls_roots: {path} cannot be read: {error}")]
    RootsUnreadable { path: PathBuf, error: std::io::Error },
    #[error("[fetch] tls_roots: {path} holds no PEM certificates")]
    RootsInvalid { path: PathBuf },
    #[error("the HTTP client cannot be built: {0}")]
    Client(String),
}

impl HttpFetch {
    pub fn new(policy: &FetchPolicy) -> Result<Self, FetchSetupError> {
        let resolver: Arc<dyn Resolve> = Arc::new(SystemResolver::new());
        Self::with_resolver(policy, &resolver)
    }

    /// The seam for tests: names lead where `resolver` says.
    pub(super) fn with_resolver(policy: &FetchPolicy, resolver: &Arc<dyn Resolve>) -> Result<Self, FetchSetupError> {
        let roots = roots(&policy.tls_roots)?;
        let client = |allow_private| build(policy, &roots, resolver, allow_private);
        let door = Door {
            guarded: client(policy.allow_private_addresses)?,
            open: client(true)?,
            policy: policy.clone(),
            hosts: Hosts::new(policy.per_host, policy.host_pause),
            lanes: Lanes::new(policy.concurrency),
            budget: Budget::new(),
            proxies: proxy::hosts(policy.proxy.as_deref()),
            user_agent: user_agent(policy.contact.as_deref())?,
            clock: Clock::System,
        };
        Ok(HttpFetch { door: Arc::new(door) })
    }
}

impl Fetch for HttpFetch {
    async fn fetch(&self, request: FetchRequest) -> Fetched {
        let mut patience = Patience::new(request.timeout.unwrap_or(self.door.policy.timeout));
        let mut fetched = if request.url.starts_with("file:") && request.configured_url == request.url {
            let limit = request.max_body.unwrap_or(self.door.policy.max_body);
            file::fetch(request, limit).await
        } else {
            hop::follow(&self.door, &request, &mut patience).await.unwrap_or_else(Fetched::from)
        };
        fetched.exchange.elapsed = patience.spent();
        fetched
    }

    fn hold(&self, url: &str, until: UnixSeconds) {
        if let Ok(url) = Url::parse(url) {
            self.door.hosts.hold(&url, until, self.door.clock.now());
        }
    }
}

impl Door {
    pub(super) fn client(&self, allow_private: bool) -> &Client {
        if allow_private { &self.open } else { &self.guarded }
    }
}

/// `headlined/1.2.3 (+mailto:news@example.org)`: who asks, and whom to write to.
fn user_agent(contact: Option<&str>) -> Result<HeaderValue, FetchSetupError> {
    let name = concat!("headlined/", env!("CARGO_PKG_VERSION"));
    let value = contact.map_or_else(|| name.to_owned(), |contact| format!("{name} (+{contact})"));
    HeaderValue::from_str(&value).map_err(|_| FetchSetupError::Contact)
}

fn roots(files: &[PathBuf]) -> Result<Vec<Certificate>, FetchSetupError> {
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
        .http2_max_header_list_size(HEADER_BYTES)
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
