//! Names: where they lead is judged for the very connection that is made, all of it, each time.

use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::dns::{Name, Resolve, Resolving};

use super::{guarding::guarded, *};
use crate::fetch::guard;

/// A resolver that gives what it was told to.
struct Names(&'static [(&'static str, &'static [&'static str])]);

impl Resolve for Names {
    fn resolve(&self, name: Name) -> Resolving {
        let found = self.0.iter().find(|(known, _)| *known == name.as_str());
        let addresses = found.map(|(_, all)| all.iter().map(|one| SocketAddr::new(one.parse().unwrap(), 0)).collect());
        Box::pin(async move {
            let addresses: Vec<SocketAddr> = addresses.ok_or("no such name")?;
            Ok(Box::new(addresses.into_iter()) as Box<dyn Iterator<Item = SocketAddr> + Send>)
        })
    }
}

const NAMES: Names = Names(&[
    ("private.example", &["10.0.0.1"]),
    ("localhost", &["127.0.0.1", "::1"]),
    ("localhost.", &["127.0.0.1"]),
    ("metadata.google.internal", &["169.254.169.254"]),
    ("mixed.example", &["8.8.8.8", "127.0.0.1"]),
    ("mixed6.example", &["2606:4700::1111", "::ffff:10.0.0.1"]),
    ("127.0.0.1.nip.example", &["127.0.0.1"]),
    ("here.example", &["127.0.0.1"]),
    ("both.example", &["::1", "127.0.0.1"]),
    ("also-here.example", &["127.0.0.1"]),
]);

pub(super) fn naming(policy: &FetchPolicy) -> HttpFetch {
    let names: Arc<dyn Resolve> = Arc::new(NAMES);
    HttpFetch::with_resolver(policy, &names).unwrap()
}

async fn resolved(policy: &FetchPolicy, request: FetchRequest) -> Fetched {
    naming(policy).fetch(request).await
}

#[tokio::test]
async fn a_name_is_refused_if_one_of_its_addresses_is() {
    let names = [
        "private.example",
        "localhost",
        "localhost.",
        "metadata.google.internal",
        "mixed.example",
        "mixed6.example",
        "127.0.0.1.nip.example",
        "LOCALHOST",
    ];
    for name in names {
        let fetched = resolved(&guarded(), request(format!("http://{name}/"))).await;
        assert_eq!(failed(&fetched).0, FailureKind::Forbidden, "{name}");
    }
}

/// RFC 8305: an address that does not answer does not keep us from the next.
#[tokio::test]
async fn all_addresses_of_a_name_are_tried() {
    let origin = Origin::playing([answer("200 OK", "", "a")]).await;
    let url = origin.url("/").replace("127.0.0.1", "both.example");
    assert_eq!(body(&resolved(&policy(), request(url)).await), b"a");
}

#[tokio::test]
async fn the_operator_reads_which_name_led_where() {
    let fetched = resolved(&guarded(), request("http://mixed.example/feed?key=s3cret")).await;
    let expected = "refused: mixed.example leads to 127.0.0.1, a loopback address; allow_private = true under this [[feed]] lets it be asked";
    assert_eq!(failed(&fetched), (FailureKind::Forbidden, expected));
}

#[tokio::test]
async fn either_switch_lets_a_private_feed_through() {
    for (everywhere, here) in [(true, false), (false, true)] {
        let origin = Origin::playing([answer("200 OK", "", "a"), answer("200 OK", "", "b")]).await;
        let policy = FetchPolicy { allow_private_addresses: everywhere, ..policy() };
        for url in [origin.url("/"), origin.url("/").replace("127.0.0.1", "here.example")] {
            let fetched = resolved(&policy, FetchRequest { allow_private: here, ..request(url) }).await;
            assert_eq!(fetched.exchange.status, Some(200));
        }
    }
}

#[tokio::test]
async fn a_connection_that_one_feed_may_use_serves_no_other() {
    let keep = b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na".to_vec();
    let origin = Origin::playing([Play::Stall(keep)]).await;
    let url = origin.url("/").replace("127.0.0.1", "here.example");
    let door = naming(&guarded());
    let allowed = door.fetch(FetchRequest { allow_private: true, ..request(url.clone()) }).await;
    assert_eq!(body(&allowed), b"a");
    assert_eq!(failed(&door.fetch(request(url)).await).0, FailureKind::Forbidden);
}

/// The feed's own permission is for its own host; where that host sends us, only the general one counts.
#[tokio::test]
async fn a_redirect_from_a_permitted_feed_is_guarded_like_any_other() {
    let origin = Origin::playing([answer("302 Found", "Location: http://[::1]:9/\r\n", "")]).await;
    let door = HttpFetch::new(&guarded()).unwrap();
    let fetched = door.fetch(FetchRequest { allow_private: true, ..request(origin.url("/")) }).await;
    assert_eq!(failed(&fetched), (FailureKind::Forbidden, "refused: ::1 is a loopback address"));
}

#[tokio::test]
async fn a_redirect_to_a_name_that_leads_inside_is_refused() {
    let location = "Location: http://metadata.google.internal/\r\n";
    let origin = Origin::playing([answer("302 Found", location, "")]).await;
    let fetched = resolved(&guarded(), FetchRequest { allow_private: true, ..request(origin.url("/")) }).await;
    assert_eq!(failed(&fetched).0, FailureKind::Forbidden);
}

/// A name that leads outside at first and inside from then on.
#[derive(Clone, Default)]
struct Rebinding(Arc<AtomicUsize>);

impl Resolve for Rebinding {
    fn resolve(&self, _: Name) -> Resolving {
        let address = if self.0.fetch_add(1, Ordering::SeqCst) == 0 { "8.8.8.8:0" } else { "127.0.0.1:0" };
        let addresses = std::iter::once(address.parse::<SocketAddr>().unwrap());
        Box::pin(async move { Ok(Box::new(addresses) as Box<dyn Iterator<Item = SocketAddr> + Send>) })
    }
}

/// What was judged is what is dialed: there is one look-up for a connection, and it is the guarded one.
#[tokio::test]
async fn a_name_that_changes_its_mind_is_judged_each_time() {
    let names = Rebinding::default();
    let inner: Arc<dyn Resolve> = Arc::new(names.clone());
    let guarded = guard::GuardedResolver { inner: Arc::clone(&inner), allow_private: false, exempt: Vec::new() };
    let name = || "rebinding.example".parse::<Name>().unwrap();
    assert!(guarded.resolve(name()).await.is_ok());
    assert!(guarded.resolve(name()).await.is_err());

    let origin = Origin::playing([answer("200 OK", "", "a")]).await;
    let url = origin.url("/").replace("127.0.0.1", "rebinding.example");
    let door = HttpFetch::with_resolver(&policy(), &inner).unwrap();
    assert_eq!(body(&door.fetch(request(url)).await), b"a");
    assert_eq!(names.0.load(Ordering::SeqCst), 3);
}
