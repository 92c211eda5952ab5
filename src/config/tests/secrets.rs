//! Secrets come from files, make a feed private, and never get into anything that is shown.

use super::*;

const PRIVATE: &str = "[[feed]]\nname = \"A\"\n";

#[test]
fn a_secret_comes_from_its_file_and_makes_the_feed_private() {
    let address = feed("url_file = \"address\"");
    assert_eq!((address.url.as_str(), address.private), ("https://a.example/feed?token=s3cret", true));

    let password = feed("url = \"https://a.example/\"\nuser = \"ann\"\npassword_file = \"password\"");
    assert_eq!((password.credentials, password.private), (Some(("ann".into(), "pa55".into())), true));

    let in_address = feed("url = \"https://ann:p%40s+&s@a.example/\"");
    assert_eq!((in_address.url.as_str(), in_address.private), ("https://a.example/", true));
    assert_eq!(in_address.credentials, Some(("ann".into(), "p@s+&s".into())));

    let headers = feed("url = \"https://a.example/\"\nheaders = { X = \"1\", Authorization = { file = \"token\" } }");
    assert_eq!(headers.headers, [("X".into(), "1".into()), ("Authorization".into(), "Bearer s3cret".into())]);
    assert!(!headers.private, "the address itself is no secret");
}

#[test]
fn a_secret_that_cannot_be_had_is_told() {
    let check = |keys: &str, expected: &str| assert_eq!(told(&format!("{PRIVATE}{keys}")), [expected]);
    check("url_file = \"absent\"", "3:12 url_file: cannot read conf/absent: no such file");
    check("url_file = \"empty\"", "3:12 url_file: conf/empty is empty");
    check("url_file = \"password\"", "3:12 url_file: conf/password holds no feed address");
    check("url_file = \"address\"\nurl = \"https://a.example/\"", "3:12 this [[feed]] has both url and url_file");
    let url = "url = \"https://a.example/\"\n";
    check(&format!("{url}password_file = \"password\""), "4:17 password_file without user");
    check(
        &format!("{url}headers = {{ X = {{ file = \"absent\" }} }}"),
        "4:11 headers: cannot read conf/absent: no such file",
    );
    check(
        "url = \"https://u:p@a.example/\"\nuser = \"ann\"\npassword_file = \"password\"",
        "4:8 this [[feed]] has a user in its url and a user of its own",
    );
    assert_eq!(
        told("[fetch]\ntls_roots = [\"root.pem\", \"password\"]"),
        ["2:13 tls_roots: conf/password holds no certificate"]
    );
    check(&format!("{url}tls_roots = \"password\""), "4:13 tls_roots: conf/password holds no certificate");
}

#[test]
fn a_secret_may_be_a_systemd_credential() {
    let text = "[[feed]]\nname = \"A\"\nurl_file = \"$CREDENTIALS_DIRECTORY/address\"";
    let service = Environment { credentials_directory: Some("conf".into()), ..Environment::default() };
    let (settings, _) = parse_with(text, "/etc/headlined/headlined.toml", &service, &files).unwrap();
    assert_eq!(settings.feeds[0].url, "https://a.example/feed?token=s3cret");
    assert_eq!(told(text), ["3:12 url_file in [[feed]]: there are no credentials here"]);
}

#[test]
fn a_secret_does_not_belong_in_the_main_file() {
    let check = |headers: &str, expected: &[&str]| {
        assert_eq!(told(&format!("{FEED}headers = {{ {headers} }}")), expected);
    };
    check(
        "Authorization = \"Bearer s3cret\"",
        &["4:13 headers in [[feed]]: Authorization is a secret and does not belong in this file"],
    );
    check("Host = \"x\"", &["4:13 headers in [[feed]]: the header Host is the daemon's own"]);
    check(
        "User-Agent = \"x\"",
        &["4:13 headers in [[feed]]: the header User-Agent is the daemon's own → the key `user_agent`"],
    );
    check("\"a b\" = \"x\"", &["4:13 headers in [[feed]]: `a b` is not a header name"]);
    check(
        "X = 1, Y = \"ä\"",
        &[
            "4:13 headers in [[feed]]: found a whole number",
            "4:20 headers in [[feed]]: the text is empty or cannot be sent in an HTTP header",
        ],
    );
}

/// Every way in which a text with a secret in it may be wrong.
#[test]
fn no_secret_gets_into_a_problem() {
    for wrong in [
        "url = \"https://ann:s3cret@\"",
        "url = \"htps://ann:s3cret@a.example/\"",
        "url = \"ann:s3cret@a.example/\"\nuser = 1",
        "url = \"https://ann:s3cret@a.example/\"\n[[feed]]\nname = \"B\"\nurl = \"https://bob:s3cret@a.example/\"",
        "url_file = \"address\"\n[[feed]]\nname = \"B\"\nurl_file = \"address\"",
        "url = \"feed://ann:s3cret@a.example/\"",
        "private = true\nurl = \"http://a.example/?s3cret\"\n[[feed]]\nname = \"B\"\nprivate = true\nurl = \"https://a.example/?s3cret\"",
        "url_file = \"token\"",
        "url = \"https://a.example/\"\nheaders = { Authorization = \"s3cret\", X-Key = 's3cret', Host = \"s3cret\" }",
        "url = \"https://a.example/\"\npassword = \"s3cret\"",
        "url = \"https://a.example/\"\napi_token = \"s3cret\"",
    ] {
        let problems = read(&format!("{PRIVATE}{wrong}"), &Environment::default()).unwrap_err().to_string();
        assert!(!problems.contains("s3cret"), "{problems}");
    }
}

#[test]
fn no_secret_is_printed() {
    let text = "[fetch]\nproxy = \"http://ann:s3cret@proxy.example:3128\"\n\
         [[feed]]\nname = \"A\"\nurl_file = \"address\"\nid_seed = \"https://a.example/s3cret\"\n\
         headers = { Authorization = { file = \"token\" } }\n\
         [[feed]]\nname = \"B\"\nurl = \"https://bob:pa55@b.example/\"\n";
    let printed = effective(&settings(text));
    for secret in ["s3cret", "pa55"] {
        assert!(!printed.contains(secret), "{printed}");
    }
    for shown in [
        "url = \"(hidden)\"",
        "headers = { Authorization = \"(hidden)\" }",
        "user = \"bob\"",
        "password_file = \"(hidden)\"",
    ] {
        assert!(printed.contains(shown), "{shown}\n{printed}");
    }
}
