//! Configurations that are wrong, and what their authors are told.

use proptest::prelude::*;

use super::*;

#[test]
fn names_that_are_not_known_are_told_with_the_nearest() {
    let check = |text: &str, expected: &[&str]| assert_eq!(told(text), expected, "{text}");
    check("[fetch]\ntimeot = \"30s\"", &["2:1 unknown key `timeot` in [fetch] → `timeout`"]);
    check("[fetch]\ntitle = \"x\"", &["2:1 unknown key `title` in [fetch] → `title` under [server]"]);
    check("[fetch]\nwhatever = 1", &["2:1 unknown key `whatever` in [fetch]"]);
    check("[servre]\n", &["1:2 unknown section `servre` → [server]"]);
    check("[[feeds]]\nname = \"A\"", &["1:3 unknown section `feeds` → [[feed]]"]);
    check("listen = \"127.0.0.1:80\"", &["1:1 `listen` stands outside of any section → `listen` under [server]"]);
    check("[feed]\nname = \"A\"", &["1:1 [feed] has single brackets"]);
    check("[[server]]\ntitle = \"A\"", &["1:3 [[server]] has double brackets"]);
    check("store = \"a.db\"", &["1:1 `store` is not a section here"]);
}

#[test]
fn a_text_that_is_not_toml_is_told_with_its_line() {
    let check = |text: &str, place: &str| {
        let told = told(text);
        assert!(told.len() == 1 && told[0].starts_with(&format!("{place} this is not TOML: ")), "{told:?}");
    };
    check("[server]\ntitle = \n", "2:9");
    check("[server\n", "1:8");
    check("[server]\ntitle = news\n", "2:9");
    check("[server]\ntitle = \"a\"\ntitle = \"b\"\n", "3:1");
}

#[test]
fn a_value_that_is_wrong_in_itself_is_told_with_what_was_meant() {
    let check = |section: &str, line: &str, expected: &str| {
        let text = match section {
            "feed" => format!("{FEED}{line}"),
            "output" => format!("[[output]]\nname = \"x\"\n{line}"),
            _ => format!("[{section}]\n{line}"),
        };
        let told = told(&text);
        assert!(told.len() == 1 && told[0].ends_with(expected), "{line}: {told:?}");
    };
    check("server", "listen = 8080", "`8080` is not an address to listen on → \"127.0.0.1:8080\"");
    check("server", "listen = \"localhost:80\"", "→ \"127.0.0.1:80\"");
    check("server", "listen = \"*:80\"", "→ \"0.0.0.0:80\"");
    check("server", "listen = \"::1\"", "→ \"[::1]:8080\"");
    check("server", "listen = true", "found true or false");
    check("server", "base_url = \"news.example.org\"", "is not an address → \"https://news.example.org\"");
    check("server", "base_url = \"ftp://news.example.org\"", "ftp: is not a scheme that can be used here");
    check("server", "base_url = \"https://a.example/?x\"", "base_url has a user, a query or a fragment");
    check("server", "title = \"\"", "the text is empty");
    check("server", "title = \"a\\nb\"", "the text has a control character or more than one line");
    check("store", "path = \"~/a.db\"", "~ means nothing in this file");
    check("store", "path = \"\"", "the path is empty");
    check("store", "retention = \"ever\"", "`ever` is not a duration");
    check("store", "retention = \"90 days\"", "`90 days` is not a duration → \"90d\"");
    check("fetch", "timeout = 30", "found a whole number → \"30s\"");
    check("fetch", "timeout = \"1h\"", "`1h` is out of bounds → \"10m\"");
    check("fetch", "concurrency = \"64\"", "found a text → 64");
    check("fetch", "concurrency = 0", "0 is out of bounds → 1");
    check("fetch", "concurrency = 1.5", "found a number with a fraction");
    check("fetch", "max_body = \"10MB\"", "`10MB` is not a size → \"10MiB\"");
    check("fetch", "max_body = 10485760", "found a whole number → \"10485760B\"");
    check("fetch", "max_body = \"1GiB\"", "`1GiB` is out of bounds → \"32MiB\"");
    check("fetch", "allow_private_addresses = \"yes\"", "found a text → true");
    check("fetch", "contact = \"ann@example.org\"", "`ann@example.org` has no scheme → \"mailto:ann@example.org\"");
    check("fetch", "contact = \"mailto:ann\"", "`mailto:ann` is not a mail address");
    check("fetch", "proxy = \"proxy:3128\"", "`proxy:3128` is not an address");
    check("fetch", "timeout = { s = 30 }", "found a table");
    check("dedup", "mode = \"Storys\"", "`Storys` is not one of the choices → \"stories\"");
    check("dedup", "mode = [\"off\"]", "found a list");
    check("feed", "language = \"English\"", "`English` is not a language tag → \"en\"");
    check("feed", "language = \"pt_BR\"", "`pt_BR` is not a language tag → \"pt-BR\"");
    check("feed", "timezone = \"Tokyo\"", "there is no time zone `Tokyo` → \"Asia/Tokyo\"");
    check("feed", "timezone = \"Europe/Berln\"", "there is no time zone `Europe/Berln` → \"Europe/Berlin\"");
    check(
        "feed",
        "date_formats = [\"%d.%m.%Y\", \"%!\"]",
        "`%!` cannot be used: found unrecognized specifier directive `!`",
    );
    check("feed", "date_formats = \"dd/mm/yyyy\"", "`dd/mm/yyyy` has no % directive in it");
    check("feed", "schedule = \"* * * *\"", "`* * * *` has 4 of 5 fields");
    check("feed", "schedule = \"0 */15 * * * *\"", "has 6 of 5 fields");
    check("feed", "schedule = \"@hourly\"", "`@hourly` has 1 of 5 fields → \"0 * * * *\"");
    check("feed", "schedule = \"61 * * * *\"", "`61 * * * *` cannot be used: number out of bounds");
    check("feed", "group = [\"a\", 1]", "found a whole number");
    check("feed", "group = \"a/b\"", "the group name `a/b` has a /, ? or # in it");
    check("feed", "priority = 10000", "10000 is out of bounds → 1000");
    check("feed", "headers = \"x\"", "this is not a table");
    check("feed", "user = \"ann\"", "user without password_file");
    check("feed", "interval = \"1h\"\nschedule = \"0 * * * *\"", "this [[feed]] has both interval and schedule");
    check("output", "min_sources = -1", "-1 is out of bounds → 1");
    check("output", "backfill = \"everything\"", "`everything` is not a duration");
    check("output", "feeds = [\"B\"]", "no feed is named `B`");
}

#[test]
fn a_feed_address_is_one_that_can_be_fetched() {
    let check = |url: &str, expected: &str| {
        let told = told(&format!("[[feed]]\nname = \"A\"\nurl = \"{url}\""));
        assert_eq!(told, [format!("3:7 url in [[feed]]: {expected}")]);
    };
    check("www.example.org/feed", "`www.example.org/feed` is not an address → \"https://www.example.org/feed\"");
    check("feed://example.org/x", "feed: is not a scheme that can be fetched → \"https://example.org/x\"");
    check("feed:https://example.org/x", "feed: is not a scheme that can be fetched → \"https://example.org/x\"");
    check("htps://example.org/x", "htps: is not a scheme that can be used here → https://");
    check("https://exa mple.org/", "`https://exa mple.org/` is not an address");
    check("https://", "`https://` is not an address");
    check("", "`` is not an address");
    check("file://feeds/x.xml", "`file://feeds/x.xml` is a relative file address");
    check("file:x.xml", "`file:x.xml` is a relative file address");
    check("file:///", "`file:///` names no file");
}

#[test]
fn what_appears_twice_is_told_with_the_line_of_the_first() {
    let check = |text: &str, expected: &[&str]| assert_eq!(told(text), expected, "{text}");
    let named = |name: &str, url: &str| format!("[[feed]]\nname = \"{name}\"\nurl = \"{url}\"\n");
    check(
        &format!("{FEED}{}", named("A", "https://b.example/")),
        &["5:8 a second [[feed]] is named `A`; the first is in line 2"],
    );
    for same in ["https://a.example/feed", "http://a.example/feed", "https://A.example/feed/"] {
        let told = told(&format!("{FEED}{}", named("B", same)));
        assert!(told[0].ends_with("is polled already, by the [[feed]] in line 3"), "{told:?}");
    }
    let both_ways = format!("{}{}", named("A", "http://a.example"), named("B", "https://a.example/"));
    check(&both_ways, &["6:7 https://a.example/ is polled already, by the [[feed]] in line 3"]);
    check(
        "[[output]]\nname = \"x\"\n[[output]]\nname = \"x\"",
        &["4:8 a second [[output]] is named `x`; the first is in line 2"],
    );
    assert_eq!(told(&format!("{FEED}{}", named("a", "https://a.example/other"))), [""; 0], "another name and address");
}

#[test]
fn what_is_missing_is_told_at_its_section() {
    let check = |text: &str, expected: &[&str]| assert_eq!(told(text), expected, "{text}");
    check("[[feed]]\nurl = \"https://a.example/\"", &["1:1 this [[feed]] has no name"]);
    check("\n[[feed]]\nname = \"A\"", &["2:1 this [[feed]] has no url"]);
    check("[[output]]\nlimit = 10", &["1:1 this [[output]] has no name"]);
    check("[[feed]]", &["1:1 this [[feed]] has no name", "1:1 this [[feed]] has no url"]);
}

#[test]
fn an_output_names_what_is_there() {
    let check = |line: &str, expected: &str| {
        assert_eq!(told(&format!("{FEED}group = \"europe\"\n[[output]]\nname = \"x\"\n{line}")), [expected]);
    };
    check("groups = [\"europe\", \"euorpe\"]", "7:21 no feed is in the group `euorpe` → \"europe\"");
    check("groups = 'asia'", "7:10 no feed is in the group `asia`");
    check("feeds = [\"A\", \"a\"]", "7:15 no feed is named `a` → \"A\"");
    check("name2 = 1", "7:1 unknown key `name2` in [[output]] → `name`");
}

#[test]
fn bounds_hold_between_keys_too() {
    assert_eq!(told("[schedule]\nmin_interval = \"7h\""), ["2:16 min_interval is longer than max_interval"]);
    assert_eq!(told("[schedule]\nmax_interval = \"1m\""), ["2:16 min_interval is longer than max_interval"]);
}

#[test]
fn all_problems_are_told_at_once_in_the_order_of_the_file() {
    let told = told("[fetch]\ntimeot = 1\n[[feed]]\nname = \"A\"\nlanguage = 1\n[server]\nlisten = 1\n[[output]]\n");
    let places: Vec<_> = told.iter().map(|problem| problem.split(' ').next().unwrap()).collect();
    assert_eq!(places, ["2:1", "3:1", "5:12", "7:10", "8:1"]);
}

/// Something of everything, for the mutations below.
const RICH: &str = r#"
[server]
listen = "0.0.0.0:8080" # all
base_url = 'https://ann@n.example/'
[fetch]
timeout = "5 min"
tls_roots = ["root.pem", "é"]
[[feed]]
name = "Ä\t"
url = "https://a.example/"
group = ["x", 1]
headers = { A = "b", Authorization = { file = "token" }, Host = "c" }
schedule = "* * * * *"
[[output]]
name = "all"
groups = ["y"]
"#;

proptest! {
    #[test]
    fn any_text_is_read_or_told(text in any::<String>()) {
        told(&text);
    }

    #[test]
    fn any_slip_is_read_or_told(at in 0..RICH.len(), length in 0..40usize, slip in "[\\[\\]{}='\"\n.,a0é]{0,3}") {
        let [start, end] = [at, (at + length).min(RICH.len())].map(|at| RICH.floor_char_boundary(at));
        let text = format!("{}{slip}{}", &RICH[..start], &RICH[end..]);
        match read(&text, &Environment::default()) {
            Ok((settings, _)) => prop_assert!(!settings.outputs.is_empty()),
            Err(problems) => prop_assert!(!problems.0.is_empty() && !problems.to_string().contains("s3cret")),
        }
    }
}
