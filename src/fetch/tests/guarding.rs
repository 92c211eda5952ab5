//! Nobody is reached who should not be: every kind of address, in every notation.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use proptest::prelude::*;

use super::*;
use crate::fetch::guard;

pub(super) fn guarded() -> FetchPolicy {
    FetchPolicy { allow_private_addresses: false, ..policy() }
}

/// What each address is, "" where it may be reached.
const ADDRESSES: &[(&str, &str)] = &[
    ("0.0.0.0", "this host (0.0.0.0/8)"),
    ("0.1.2.3", "this host (0.0.0.0/8)"),
    ("10.0.0.1", "a private address"),
    ("10.255.255.255", "a private address"),
    ("172.16.0.1", "a private address"),
    ("172.31.255.255", "a private address"),
    ("192.168.0.1", "a private address"),
    ("100.64.0.1", "a carrier's private address (100.64.0.0/10)"),
    ("100.127.255.254", "a carrier's private address (100.64.0.0/10)"),
    ("127.0.0.1", "a loopback address"),
    ("127.255.255.254", "a loopback address"),
    ("169.254.0.1", "a link-local address"),
    ("169.254.169.254", "a metadata service"),
    ("168.63.129.16", "a metadata service"),
    ("100.100.100.200", "a metadata service"),
    ("192.0.0.192", "a metadata service"),
    ("192.0.0.8", "a protocol's own address"),
    ("192.88.99.1", "a protocol's own address"),
    ("192.0.2.1", "an address for documentation"),
    ("198.51.100.7", "an address for documentation"),
    ("203.0.113.9", "an address for documentation"),
    ("198.18.0.1", "an address for benchmarks"),
    ("198.19.255.255", "an address for benchmarks"),
    ("224.0.0.1", "a multicast address"),
    ("239.255.255.250", "a multicast address"),
    ("240.0.0.1", "a reserved address"),
    ("255.255.255.255", "a reserved address"),
    ("::", "the unspecified address"),
    ("::1", "a loopback address"),
    ("::ffff:127.0.0.1", "a loopback address"),
    ("::ffff:10.0.0.1", "a private address"),
    ("::ffff:169.254.169.254", "a metadata service"),
    ("::ffff:0:192.168.0.1", "a private address"),
    ("::127.0.0.1", "a reserved address"),
    ("::8.8.8.8", "a reserved address"),
    ("64:ff9b::127.0.0.1", "a loopback address"),
    ("64:ff9b::10.1.2.3", "a private address"),
    ("64:ff9b:1::1", "a private translation prefix (64:ff9b:1::/48)"),
    ("100::1", "a discard address"),
    ("2001::1", "a protocol's own address"),
    ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "a protocol's own address"),
    ("2001:10::1", "a protocol's own address"),
    ("2001:db8::1", "an address for documentation"),
    ("3fff::1", "an address for documentation"),
    ("2002:7f00:1::", "a loopback address"),
    ("2002:c0a8:1::1", "a private address"),
    ("2002:a9fe:a9fe::", "a metadata service"),
    ("2606:4700::5efe:10.0.0.1", "a private address"),
    ("fc00::1", "a private address"),
    ("fd12:3456::1", "a private address"),
    ("fd00:ec2::254", "a metadata service"),
    ("fe80::1", "a link-local address"),
    ("febf::1", "a link-local address"),
    ("fec0::1", "a site-local address"),
    ("ff02::1", "a multicast address"),
    ("ff0e::1", "a multicast address"),
    ("4000::1", "a reserved address"),
    ("5f00::1", "a reserved address"),
    ("8.8.8.8", ""),
    ("1.1.1.1", ""),
    ("100.63.255.255", ""),
    ("100.128.0.0", ""),
    ("172.15.0.1", ""),
    ("172.32.0.1", ""),
    ("192.0.1.1", ""),
    ("198.17.0.1", ""),
    ("223.255.255.255", ""),
    ("2606:4700::1111", ""),
    ("2a00:1450::1", ""),
    ("::ffff:8.8.8.8", ""),
    ("64:ff9b::8.8.8.8", ""),
    ("2002:808:808::1", ""),
    ("2001:4860:4860::8888", ""),
];

#[test]
fn every_address_that_is_not_the_public_internets_is_known_for_what_it_is() {
    for (address, kind) in ADDRESSES {
        let found = guard::forbidden(address.parse::<IpAddr>().unwrap()).unwrap_or_default();
        assert_eq!(found, *kind, "{address}");
    }
}

proptest! {
    /// Whatever carries an IPv4 address is judged as that address.
    #[test]
    fn an_address_within_an_address_is_seen(bits in any::<u32>()) {
        let plain = Ipv4Addr::from(bits);
        let bare = guard::forbidden(plain.into());
        let [high, low] = [(bits >> 16) as u16, bits as u16];
        let carriers = [
            plain.to_ipv6_mapped(),
            Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0, 0, 0, 0, 0xffff, 0, high, low),
        ];
        for carrier in carriers {
            prop_assert_eq!(guard::forbidden(carrier.into()), bare, "{}", carrier);
        }
    }
}

/// Loopback, private and metadata addresses in every notation that an attacker may try.
const TRICKS: &[&str] = &[
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0x7F.0.0.1/",
    "http://017700000001/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://127.0.1/",
    "http://127.0.0.1./",
    "http://127.0.0.1:22/",
    "http://%31%32%37.0.0.1/",
    "http://１２７.0.0.1/",
    "http://127。0。0。1/",
    "http://example.org@127.0.0.1/",
    "http://8.8.8.8:80@127.0.0.1/",
    "http://127.0.0.1\\@8.8.8.8/",
    "http://127.0.0.1#@8.8.8.8/",
    "http:127.0.0.1/",
    "http:////127.0.0.1/",
    "http://\t127.0.0.1/",
    "http://0/",
    "http://0.0.0.0/",
    "http://[::1]/",
    "http://[0:0:0:0:0:0:0:1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:0001::]/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://0xa9fea9fe/latest/meta-data/",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://10.1/",
    "http://0xc0a80001/",
    "file:///etc/passwd",
    "ftp://127.0.0.1/",
    "unix:/run/docker.sock",
    "gopher://127.0.0.1:6379/_",
];

#[tokio::test]
async fn no_notation_and_no_scheme_slips_through() {
    let door = HttpFetch::new(&guarded()).unwrap();
    for trick in TRICKS {
        let fetched =
            door.fetch(FetchRequest { configured_url: "http://x.example/".to_owned(), ..request(*trick) }).await;
        let (kind, detail) = failed(&fetched);
        assert_eq!(kind, FailureKind::Forbidden, "{trick}: {detail}");
        assert_eq!(fetched.exchange.status, None);
    }
}
