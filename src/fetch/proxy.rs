//! Which proxies there are: the configured one, else those of the usual environment variables.
//!
//! reqwest reads the variables itself, and `NO_PROXY` with them. What we need to know of it is whom it will ask: a
//! proxy may be on a private address, and is no feed. Names behind a proxy are resolved by it, and are its to guard.

use reqwest::{NoProxy, Proxy};
use url::Url;

const VARIABLES: [&str; 6] = ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/// For every request whose host `NO_PROXY` does not name.
pub(super) fn configured(address: &str) -> reqwest::Result<Proxy> {
    Ok(Proxy::all(address)?.no_proxy(NoProxy::from_env()))
}

/// The hosts of all proxies that may be asked.
pub(super) fn hosts(configured: Option<&str>) -> Vec<String> {
    match configured {
        Some(address) => host(address).into_iter().collect(),
        None => VARIABLES.iter().filter_map(|name| host(&variable(name)?)).collect(),
    }
}

#[expect(clippy::disallowed_methods, reason = "reqwest reads these variables too; they are not configuration of ours")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A scheme may be left out, as in `proxy.example:3128`.
fn host(address: &str) -> Option<String> {
    let written = if address.contains("://") { address.to_owned() } else { format!("http://{address}") };
    Some(Url::parse(&written).ok()?.host_str()?.to_ascii_lowercase())
}
