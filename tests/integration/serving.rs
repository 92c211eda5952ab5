//! What goes over the wire: the whole way from the ledger to an answer, asked for as readers do.

use headlined::clock::Clock;

use crate::served::*;

#[test]
fn head_says_what_get_does_without_a_body() {
    let mut world = World::new(&small(50));
    world.poll(Clock::System.now(), &[2, 1]);
    for path in ["/feed.json", "/", "/opml.xml"] {
        let get = world.get(path, &[]);
        let head = world.send(&format!("HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for name in ["etag", "content-type", "content-length", "vary", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
        let again = world.get(path, &[("If-None-Match", get.header("etag").unwrap())]);
        assert_eq!((again.status, again.body.len()), (304, 0), "{path}: pages are conditional too");
    }
    assert_eq!(world.get("/feed.json", &[]).header("access-control-allow-origin"), Some("*"));
}

#[test]
fn what_is_no_request_of_a_reader_is_refused_and_costs_nothing() {
    let world = World::new(&small(50));
    let long = "a".repeat(16 * 1024);
    for (request, status) in [
        (format!("GET /{long} HTTP/1.1\r\nHost: x\r\n\r\n"), 431),
        (format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {long}\r\n\r\n"), 431),
        ("POST /feed.atom HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".into(), 405),
        ("DELETE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".into(), 405),
        ("BREW /nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".into(), 405),
        ("nonsense\r\n\r\n".into(), 400),
        ("GET / HTTP/9.9\r\n\r\n".into(), 400),
    ] {
        let answer = world.send(&request);
        assert_eq!(answer.status, status, "{}", &request[..request.len().min(40)]);
    }
    assert_eq!(world.get("/feed.atom", &[]).status, 200, "others are served");
}

#[test]
fn every_group_and_language_has_an_address_and_what_is_not_there_says_what_is() {
    let feed = FEED.to_owned() + "group = \"world news\"\nlanguage = \"en-GB\"\n";
    let mut world = World::new(&format!("{BASE}{feed}[[output]]\nname = \"top\"\ntitle = \"The top\"\n"));
    world.poll(Clock::System.now(), &[2, 1]);
    for path in ["/group/world%20news.atom", "/lang/en.atom", "/o/top.atom", "/feed.atom"] {
        let answer = world.get(path, &[]);
        assert_eq!((answer.status, answer.titles().len()), (200, 2), "{path}");
        assert_eq!(relation(&answer, "self").as_deref(), Some(path));
    }
    for path in ["/group/nobody.atom", "/lang/de.rss", "/o/none.atom", "/o/top.xml", "/nowhere", "/a/b/c/d"] {
        let answer = world.get(path, &[]);
        assert_eq!(answer.status, 404, "{path}");
        assert!(answer.text().contains("o/top.atom") && answer.text().contains("feed.atom"), "{path}");
    }
    let list = world.get("/outputs.opml", &[]);
    assert_eq!(list.status, 200);
    assert!(list.text().contains("https://news.example.org/group/world%20news.atom"), "{}", list.text());
}

#[test]
fn an_output_that_was_taken_away_answers_410_and_one_with_a_new_name_redirects() {
    let with = |output: &str| format!("{BASE}{FEED}[[output]]\n{output}");
    let world = World::new(&with("name = \"first\"\n"));
    assert_eq!(world.get("/o/first.atom", &[]).status, 200);
    let world = world.reconfigure(&with("name = \"second\"\naliases = \"first\"\n"));
    let moved = world.get("/o/first.rss", &[]);
    assert_eq!(moved.status, 301);
    assert!(moved.header("location").unwrap().ends_with("/o/second.rss"), "{:?}", moved.header("location"));
    let world = world.reconfigure(&with("name = \"third\"\n"));
    for (path, status) in [("/o/second.json", 410), ("/o/third.atom", 200), ("/o/never.atom", 404)] {
        assert_eq!(world.get(path, &[]).status, status, "{path}");
    }
}

#[test]
fn a_hub_is_named_in_every_format_and_header() {
    let mut world = World::new(&format!("{BASE}hub = \"https://hub.example.org/\"\n{FEED}"));
    world.poll(Clock::System.now(), &[1]);
    for format in ["atom", "rss", "json"] {
        let answer = world.get(&format!("/feed.{format}"), &[]);
        assert!(answer.header("link").unwrap().contains("<https://hub.example.org/>; rel=\"hub\""), "{format}");
        assert!(answer.text().contains("https://hub.example.org/"), "{format}");
    }
}

#[test]
fn a_browser_that_asks_before_it_asks_is_answered_and_other_methods_hear_what_is_allowed() {
    let world = World::new(&small(50));
    let send = |method: &str, path: &str| {
        let more = "Origin: https://reader.example\r\nAccess-Control-Request-Method: GET\r\nConnection: close";
        world.send(&format!("{method} {path} HTTP/1.1\r\nHost: x\r\n{more}\r\n\r\n"))
    };
    for path in ["/feed.json", "/o/none.atom", "/"] {
        let asked = send("OPTIONS", path);
        assert_eq!((asked.status, asked.body.len()), (204, 0), "{path}");
        assert_eq!(asked.header("access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(asked.header("access-control-allow-methods"), Some("GET, HEAD"), "{path}");
        assert!(asked.header("access-control-allow-headers").unwrap().contains("If-None-Match"), "{path}");
    }
    for method in ["POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] {
        let refused = send(method, "/feed.atom");
        assert_eq!(refused.status, 405, "{method}");
        assert_eq!(refused.header("allow"), Some("GET, HEAD, OPTIONS"), "RFC 9110 §15.5.6");
    }
}

#[test]
fn below_a_folder_pages_find_what_they_name_wherever_a_proxy_takes_the_folder_off() {
    let base = "[server]\nbase_url = \"https://example.org/news/\"\n";
    let mut world = World::new(&format!("{base}{FEED}group = \"world\"\n"));
    world.poll(Clock::System.now(), &[1]);
    for prefix in ["", "/news"] {
        for (path, style) in [("/", "style.css"), ("/group/world", "../style.css"), ("/feed", "style.css")] {
            let page = world.get(&format!("{prefix}{path}"), &[]);
            assert_eq!(page.status, 200, "{prefix}{path}");
            assert!(page.text().contains(&format!("href=\"{style}?")), "{prefix}{path}");
            assert!(page.text().contains("<code>https://example.org/news/"), "{prefix}{path}");
        }
        assert_eq!(world.get(&format!("{prefix}/style.css"), &[]).status, 200);
        assert_eq!(world.get(&format!("{prefix}/group/world.atom"), &[]).status, 200);
    }
    let folder = world.get("/news", &[]);
    assert_eq!((folder.status, folder.header("location")), (301, Some("/news/")));
}
