//! The door, and what one fetch after the other shares.

use std::{
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
};

use reqwest::{dns::Resolve, header::HeaderValue};
use url::{Host, Url};

use crate::{
    clock::Clock,
    model::{FetchPolicy, FetchRequest, Fetched, UnixSeconds},
};

use super::{
    Fetch,
    budget::Budget,
    clients::{Clients, FetchSetupError},
    failure::{self, Failure},
    file,
    guard::SystemResolver,
    hop,
    hosts::{Held, Hosts, Turn},
    lanes::Lanes,
    patience::Patience,
    proxy,
};

/// Asks origins over HTTP, and reads files where a feed is configured as one.
#[derive(Clone)]
pub struct HttpFetch {
    /// Replaced by a reload; what is under way goes on through the door that it began with.
    door: Arc<RwLock<Arc<Door>>>,
}

/// What one fetch after the other shares.
pub(super) struct Door {
    pub(super) clients: Clients,
    pub(super) policy: FetchPolicy,
    resolver: Arc<dyn Resolve>,
    hosts: Hosts,
    pub(super) lanes: Lanes,
    pub(super) budget: Budget,
    /// Hosts that the guard lets pass as proxies, and as nothing else.
    pub(super) proxies: Vec<String>,
    pub(super) user_agent: HeaderValue,
    pub(super) clock: Clock,
}

impl HttpFetch {
    pub fn new(policy: &FetchPolicy) -> Result<Self, FetchSetupError> {
        let resolver: Arc<dyn Resolve> = Arc::new(SystemResolver::new());
        Self::with_resolver(policy, &resolver)
    }

    /// Goes on by another policy, in all clones. What hosts asked for is in the store: the loop says it again.
    ///
    /// # Errors
    /// When the policy cannot be followed; the old one holds.
    pub fn renew(&self, policy: &FetchPolicy) -> Result<(), FetchSetupError> {
        let new = Self::new(policy)?.door();
        *self.door.write().unwrap_or_else(PoisonError::into_inner) = new;
        Ok(())
    }

    pub(super) fn door(&self) -> Arc<Door> {
        self.door.read().unwrap_or_else(PoisonError::into_inner).clone() // only ever replaced whole
    }

    /// The seam for tests: names lead where `resolver` says.
    pub(super) fn with_resolver(policy: &FetchPolicy, resolver: &Arc<dyn Resolve>) -> Result<Self, FetchSetupError> {
        let door = Door {
            clients: Clients::new(policy, resolver)?,
            policy: policy.clone(),
            resolver: Arc::clone(resolver),
            hosts: Hosts::new(policy.per_host, policy.host_pause),
            lanes: Lanes::new(policy.concurrency),
            budget: Budget::new(),
            proxies: proxy::hosts(policy.proxy.as_deref()),
            user_agent: user_agent(policy.contact.as_deref())?,
            clock: Clock::System,
        };
        Ok(HttpFetch { door: Arc::new(RwLock::new(Arc::new(door))) })
    }
}

impl Fetch for HttpFetch {
    async fn fetch(&self, request: FetchRequest) -> Fetched {
        let door = self.door();
        let policy = &door.policy;
        let mut patience = Patience::new(request.timeout.unwrap_or(policy.timeout), policy.idle_timeout);
        let mut fetched = if request.url.starts_with("file:") && request.configured_url == request.url {
            let limit = request.max_body.unwrap_or(policy.max_body);
            file::fetch(request, limit).await
        } else {
            hop::follow(&door, &request, &mut patience).await.unwrap_or_else(Fetched::from)
        };
        fetched.exchange.elapsed = patience.spent();
        fetched
    }

    fn hold(&self, url: &str, until: UnixSeconds) {
        if let Ok(url) = Url::parse(url) {
            let door = self.door();
            door.hosts.hold(&url, until, door.clock.now());
        }
    }
}

impl Door {
    /// Waits for the turn of this address's host.
    pub(super) async fn turn(&self, url: &Url) -> Result<Turn, Failure> {
        let leads_to = if self.policy.hosts_by_address { self.leads_to(url).await } else { None };
        let turn = self.hosts.enter(url, leads_to, || self.clock.now()).await;
        turn.map_err(|Held(until)| failure::held(until, url))
    }

    /// The first of its addresses, the same whatever the order in which they are given; None where the look-up fails,
    /// or is the proxy's. Only for manners: what is connected to is looked up, and guarded, once more.
    async fn leads_to(&self, url: &Url) -> Option<IpAddr> {
        match url.host()? {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) if self.policy.proxy.is_some() => None,
            Host::Domain(name) => {
                let addresses = self.resolver.resolve(name.parse().ok()?).await.ok()?;
                addresses.map(|address| address.ip()).min()
            }
        }
    }
}

/// `headlined/1.2.3 (+mailto:news@example.org)`: who asks, and whom to write to.
fn user_agent(contact: Option<&str>) -> Result<HeaderValue, FetchSetupError> {
    let name = concat!("headlined/", env!("CARGO_PKG_VERSION"));
    let value = contact.map_or_else(|| name.to_owned(), |contact| format!("{name} (+{contact})"));
    HeaderValue::from_str(&value).map_err(|_| FetchSetupError::Contact)
}
