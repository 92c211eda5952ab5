use super::*;

#[test]
fn our_addresses_come_from_base_url_only() {
    let known = Addresses { base: Some("https://news.example.org/x/"), stem: "o/caf\u{e9} top" };
    assert_eq!(known.output(Format::Atom).unwrap(), "https://news.example.org/x/o/caf%C3%A9%20top.atom");
    assert_eq!(known.story("urn:uuid:0b-1").unwrap(), "https://news.example.org/x/story/0b-1");
    let unknown = Addresses { base: None, stem: "feed" };
    assert_eq!((unknown.home(), unknown.output(Format::Json), unknown.story("x")), (None, None, None));
}

#[test]
fn addresses_are_printed_as_published_or_mended_or_not_at_all() {
    for (address, expected) in [
        ("https://example.org/a?b=c&d=%20#e", Some("https://example.org/a?b=c&d=%20#e")),
        ("https://example.org", Some("https://example.org")),
        ("https:///example.org/a", Some("https://example.org/a")),
        ("http:/example.org/a", Some("http://example.org/a")),
        (" https://example.org/a b|c\"d ", Some("https://example.org/a%20b%7Cc%22d")),
        ("https://example.org/?q={x}&y[]=1", Some("https://example.org/?q=%7Bx%7D&y%5B%5D=1")),
        ("https://example.org/100%", Some("https://example.org/100%25")),
        ("https://müller.example/ü", Some("https://xn--mller-kva.example/%C3%BC")),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("/relative", None),
        ("https://", None),
        ("https://user:secret@example.org/", None),
        ("http://[::1]:8080/a", Some("http://[::1]:8080/a")),
    ] {
        assert_eq!(web(Some(address)).as_deref(), expected, "{address:?}");
    }
}

#[test]
fn identifiers_have_the_form_of_their_scheme() {
    for (identifier, expected) in [
        ("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8", Some("urn:uuid:6ba7b810-9dad-11d1-80b4-00c04fd430c8")),
        ("tag:example.org,2026:x", Some("tag:example.org,2026:x")),
        ("http://example.org/feed", Some("http://example.org/feed")),
        ("urn:headlined:source:A%20%26%20B", Some("urn:headlined:source:A%20%26%20B")),
        ("tag:example.org,2026-11-24:/a?b#c", Some("tag:example.org,2026-11-24:/a?b#c")),
        ("12345", None),
        ("yt:channel:x", None),
        ("urn:uuid:1234", None),
        ("urn:x", None),
        ("urn:example:a b", None),
        ("tag:example.org:x", None),
        ("tag:Example.org,26:x", None),
    ] {
        assert_eq!(iri(Some(identifier)).as_deref(), expected, "{identifier:?}");
    }
}
