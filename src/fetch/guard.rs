//! Who must not be reached: addresses that are not the public internet's.
//!
//! A literal address is judged at each hop, a name when it is resolved for the very connection that is about to be
//! made: a look-up of our own before that would leave a gap for a second, different answer. One bad address among
//! several refuses the name, because the connector is free to try them all.
//! `url` has already undone decimal, octal, hex and short notations (WHATWG URL §3.5) when these functions see a host.

use std::{
    error::Error,
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs},
    sync::Arc,
};

use reqwest::dns::{Name, Resolve, Resolving};
use tokio::sync::Semaphore;
use url::{Host, Url};

/// Why an address is not asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Error for Refused {}

/// Whether `url` may be asked for, as far as that can be told before its name is resolved. The names of `proxies` are
/// resolved unguarded, and so are nobody's address.
pub fn check(url: &Url, allow_private: bool, proxies: &[String]) -> Result<(), Refused> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(Refused(format!("only http and https are asked, not {}", url.scheme())));
    }
    let address = match url.host() {
        None => return Err(Refused("the address names no host".to_owned())),
        Some(Host::Domain(name)) if !allow_private && proxies.iter().any(|proxy| proxy == name) => {
            return Err(Refused(format!("{name} is the proxy itself")));
        }
        Some(Host::Domain(_)) => return Ok(()),
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
    };
    match forbidden(address) {
        Some(kind) if !allow_private => Err(Refused(format!("{address} is {kind}"))),
        _ => Ok(()),
    }
}

/// What kind of address it is, where that kind must not be reached from a feed's say-so.
pub fn forbidden(address: IpAddr) -> Option<&'static str> {
    match address {
        IpAddr::V4(address) => forbidden_v4(address),
        IpAddr::V6(address) => forbidden_v6(address),
    }
}

/// IANA's special-purpose registry, with the cloud metadata services that hide outside of it.
fn forbidden_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [168, 63, 129, 16] | [169, 254, 169, 254] | [100, 100, 100, 200] | [192, 0, 0, 192] => {
            Some("a metadata service")
        }
        [0, ..] => Some("this host (0.0.0.0/8)"),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some("a private address"),
        [127, ..] => Some("a loopback address"),
        [169, 254, ..] => Some("a link-local address"),
        [100, 64..=127, ..] => Some("a carrier's private address (100.64.0.0/10)"),
        [192, 0, 0, _] | [192, 88, 99, _] => Some("a protocol's own address"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some("an address for documentation"),
        [198, 18..=19, ..] => Some("an address for benchmarks"),
        [224..=239, ..] => Some("a multicast address"),
        [240..=255, ..] => Some("a reserved address"),
        _ => None,
    }
}

/// An address that carries an IPv4 address is judged by it: a network with NAT64 (RFC 6052) gives nothing else.
fn forbidden_v6(address: Ipv6Addr) -> Option<&'static str> {
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        forbidden_v4(Ipv4Addr::new(a, b, c, d))
    };
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("the unspecified address"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("a loopback address"),
        [0, 0, 0, 0, 0, 0xffff, high, low] => embedded(high, low),
        [0, 0, 0, 0, 0xffff, 0, high, low] => embedded(high, low),
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => embedded(high, low),
        [0x2002, high, low, ..] => embedded(high, low),
        [_, _, _, _, 0 | 0x200, 0x5efe, high, low] if embedded(high, low).is_some() => embedded(high, low),
        [0, ..] => Some("a reserved address"),
        [0x64, 0xff9b, 1, ..] => Some("a private translation prefix (64:ff9b:1::/48)"),
        [0x100, ..] => Some("a discard address"),
        [0x2001, 0..=0x1ff, ..] => Some("a protocol's own address"),
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => Some("an address for documentation"),
        [0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254] => Some("a metadata service"),
        [0xfc00..=0xfdff, ..] => Some("a private address"),
        [0xfe80..=0xfebf, ..] => Some("a link-local address"),
        [0xfec0..=0xfeff, ..] => Some("a site-local address"),
        [0xff00..=0xffff, ..] => Some("a multicast address"),
        // What is not yet given to anybody (outside of 2000::/3) is nobody's feed.
        [0x2000..=0x3fff, ..] => None,
        _ => Some("a reserved address"),
    }
}

/// Resolves names, and refuses those that lead where nobody should be sent.
pub(super) struct GuardedResolver {
    pub(super) inner: Arc<dyn Resolve>,
    pub(super) allow_private: bool,
    /// Names of configured proxies, which may well be private.
    pub(super) exempt: Vec<String>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let free = self.allow_private || self.exempt.contains(&host);
        let resolving = self.inner.resolve(name);
        Box::pin(async move {
            let addresses: Vec<SocketAddr> = resolving.await?.collect();
            if let Some(refused) = addresses.iter().filter(|_| !free).find_map(|address| refuse(&host, address.ip())) {
                return Err(refused.into());
            }
            Ok(Box::new(addresses.into_iter()) as Box<dyn Iterator<Item = SocketAddr> + Send>)
        })
    }
}

fn refuse(host: &str, address: IpAddr) -> Option<Refused> {
    forbidden(address).map(|kind| Refused(format!("{host} leads to {address}, {kind}")))
}

/// Look-ups at once. Each holds a thread for as long as the system's resolver cares to wait, however little patience
/// we have; the runtime has 512 of them, and the store needs some.
const LOOKUPS: usize = 256;

/// The system's own resolver (`/etc/hosts`, nsswitch), in the order that it prefers.
pub(super) struct SystemResolver {
    lookups: Arc<Semaphore>,
}

impl SystemResolver {
    pub(super) fn new() -> Self {
        SystemResolver { lookups: Arc::new(Semaphore::new(LOOKUPS)) }
    }
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let lookups = Arc::clone(&self.lookups);
        Box::pin(async move {
            let permit = lookups.acquire_owned().await?;
            let addresses = tokio::task::spawn_blocking(move || {
                let _held_until_the_thread_is_free = permit;
                // Port 0: the connector puts the address's own in its place.
                (name.as_str(), 0).to_socket_addrs()
            });
            Ok(Box::new(addresses.await??) as Box<dyn Iterator<Item = SocketAddr> + Send>)
        })
    }
}
