//! Who is shown what: addresses, pages, tokens, search engines, files (RULES 4).

use headlined::{clock::Clock, deliver};

use crate::served::*;

#[test]
fn every_output_has_a_page_of_its_headlines_and_each_leads_to_the_others() {
    let feed = FEED.to_owned() + "group = \"world news\"\nlanguage = \"de\"\n";
    let top = "[[output]]\nname = \"top\"\ntitle = \"The top\"\ndescription = \"What counts\"\nmin_sources = 2\n";
    let club = "[[output]]\nname = \"club\"\ntoken_file = \"FOLDER/token\"\naliases = \"circle\"\n";
    let mut world = World::new(&format!("{BASE}{feed}{top}{club}"));
    world.poll(Clock::System.now(), &[2, 1]);
    let links = ["o/top", "feed", "group/world%20news", "lang/de"];
    for (path, root, stem, is_empty) in [
        ("/", "", "feed", false),
        ("/feed", "", "feed", false),
        ("/o/top", "../", "o/top", true),
        ("/group/world%20news", "../", "group/world%20news", false),
        ("/lang/de", "../", "lang/de", false),
        ("/o/club?token=sixteen-characters", "../", "o/club", false),
    ] {
        let page = world.get(path, &[]);
        assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")), "{path}");
        assert_eq!(page.text().contains(&title(2)), !is_empty, "{path}");
        assert_eq!(page.text().contains("Nothing has entered here yet"), is_empty, "{path}");
        for link in links {
            assert!(page.text().contains(&format!("<a href=\"{root}{link}\"")), "{path}: {link}");
        }
        let addresses = page.text().split("<details open>").nth(1).unwrap();
        assert!(addresses.contains(&format!("<code>https://news.example.org/{stem}.atom</code>")), "{path}");
    }
    let club = world.get("/o/club?token=sixteen-characters", &[]);
    assert!(club.header("cache-control").unwrap().contains("private") && club.text().contains("needs its token"));
    assert_eq!(world.get("/o/club", &[]).status, 401);
    assert!(world.get("/o/circle", &[]).header("location").unwrap().ends_with("/o/club"));
    for path in ["/o/never", "/group/nobody", "/lang/xx", "/x/y", "/nowhere"] {
        assert_eq!(world.get(path, &[]).status, 404, "{path}");
    }
}

#[test]
fn an_output_behind_a_token_is_for_who_knows_it_and_shown_nowhere() {
    let mut world = World::new(&format!("{BASE}{FEED}[[output]]\nname = \"club\"\ntoken_file = \"FOLDER/token\"\n"));
    world.poll(Clock::System.now(), &[2, 1]);
    let bearer = |token: &str| world.get("/o/club.atom", &[("Authorization", &format!("Bearer {token}"))]);
    for refused in
        [world.get("/o/club.atom", &[]), world.get("/o/club.atom?token=wrong", &[]), bearer("sixteen-character")]
    {
        assert_eq!((refused.status, refused.text().contains("alpha")), (401, false));
        assert!(refused.header("www-authenticate").unwrap().starts_with("Bearer"));
    }
    for known in [world.get("/o/club.atom?token=sixteen-characters", &[]), bearer("sixteen-characters")] {
        assert_eq!((known.status, known.titles().len()), (200, 2));
        assert!(known.header("cache-control").unwrap().contains("private"));
        assert!(!known.text().contains("sixteen"), "the secret is not in the document");
    }
    for path in ["/", "/nowhere", "/outputs.opml"] {
        assert!(!world.get(path, &[]).text().contains("club"), "{path}");
    }
}

#[test]
fn search_engines_stay_away_unless_they_may_come() {
    let mut away = World::new(&format!("{BASE}{FEED}"));
    let mut come = World::new(&format!("{BASE}indexed = true\n{FEED}"));
    for world in [&mut away, &mut come] {
        world.poll(Clock::System.now(), &[1]);
    }
    for path in ["/", "/feed.atom", "/feed.json", "/nowhere"] {
        assert_eq!(away.get(path, &[]).header("x-robots-tag"), Some("noindex"), "{path}");
        assert_eq!(come.get(path, &[]).header("x-robots-tag"), None, "{path}");
    }
    assert_eq!(away.get("/robots.txt", &[]).text(), "User-agent: *\nDisallow: /\n");
    assert_eq!(come.get("/robots.txt", &[]).text(), "User-agent: *\nDisallow:\n");
}

#[test]
fn files_are_replaced_when_their_bytes_change_and_one_that_cannot_be_keeps_no_other() {
    let output = |name: &str, file: &str| {
        format!("[[output]]\nname = \"{name}\"\nfile = \"{file}\"\nedition_interval = \"0s\"\n")
    };
    let outputs =
        [output("a", "FOLDER/nowhere/a.atom"), output("b", "FOLDER/b.json"), output("c", "FOLDER/c.rss")].concat();
    let mut world = World::new(&format!("{BASE}{FEED}{outputs}"));
    let now = Clock::System.now();
    world.poll(now, &[1]);
    let mut written = std::collections::HashMap::new();
    let write = |world: &World, written: &mut _| world.runtime.block_on(deliver::write_all(&world.editions, written));
    let read = |world: &World, name: &str| std::fs::read(world.folder.path().join(name)).unwrap();
    let touched = |world: &World| std::fs::metadata(world.folder.path().join("b.json")).unwrap().modified().unwrap();
    assert!(write(&world, &mut written).again.is_some(), "it looks again");
    assert_eq!(read(&world, "b.json"), world.get("/o/b.json", &[]).body);
    assert_eq!(read(&world, "c.rss"), world.get("/o/c.rss", &[]).body);
    let [trouble] = &world.editions.troubles()[..] else { panic!("{:?}", world.editions.troubles()) };
    assert!(trouble.contains("nowhere/a.atom cannot be written"), "{trouble}");
    assert!(world.get("/api/status", &[]).text().contains("nowhere/a.atom cannot be written"));
    let status = world.get("/status", &[]);
    assert!(status.text().contains("whole texts: only this machine can read it; written to "), "{}", status.text());
    let before = touched(&world);
    world.editions.changed("b"); // an edition that says the same
    write(&world, &mut written);
    assert_eq!(touched(&world), before);
    std::fs::create_dir(world.folder.path().join("nowhere")).unwrap();
    world.poll(now + 10, &[2, 1]);
    assert_eq!(write(&world, &mut written).again, None);
    assert!(world.editions.troubles().is_empty());
    assert!(String::from_utf8(read(&world, "nowhere/a.atom")).unwrap().contains(&title(2)));
}

#[test]
fn a_page_in_the_order_top_begins_with_what_most_outlets_carry_and_its_feed_stays_as_listed() {
    const WIDE: &str = "Harbor pilots return to work after eleven days of talks over night shifts";
    let feed = |name: &str| {
        let url = format!("https://{name}.example.org/feed");
        format!("[[feed]]\nname = \"{name}\"\nurl = \"{url}\"\npublisher = \"{name}\"\n")
    };
    let outputs = "[[output]]\nname = \"top\"\norder = \"top\"\nedition_interval = \"0s\"\n";
    let mut world = World::new(&[BASE, &feed("a"), &feed("b"), &feed("c"), outputs].concat());
    let now = Clock::System.now();
    world.news("a", now - 60, &[WIDE]);
    world.news("b", now - 50, &[WIDE]);
    world.news("c", now - 40, &["Volcano wakes", "Museum finds painting"]);
    let at = |text: &str, title: &str| text.find(&format!(">{title}<")).unwrap();
    let (page, document) = (world.get("/o/top", &[]), world.get("/o/top.atom", &[]));
    assert!(at(page.text(), WIDE) < at(page.text(), "Volcano wakes"));
    assert_eq!(document.titles().last(), Some(&WIDE), "the newest first");
}

#[test]
fn how_much_of_its_texts_a_publisher_lets_us_show_goes_before_what_an_output_shows() {
    let shows = |republish: &str, content: &str| {
        let output = format!("[[output]]\nname = \"all\"\ncontent = \"{content}\"\n");
        let mut world = World::new(&format!("{BASE}{FEED}{republish}{output}"));
        world.poll(Clock::System.now(), &[1]);
        let texts = ["atom", "rss", "json"].map(|format| {
            let document = world.get(&format!("/feed.{format}"), &[]);
            assert!(document.text().contains(&title(1)), "{format}");
            document.text().contains("Text of")
        });
        let story = world.get("/feed.atom", &[]).text().split("<id>urn:uuid:").nth(2).unwrap()[..36].to_owned();
        (
            texts,
            [world.get("/", &[]), world.get(&format!("/story/{story}"), &[])]
                .map(|page| page.text().contains("Text of")),
        )
    };
    assert_eq!(shows("", "full"), ([true; 3], [true; 2]));
    assert_eq!(shows("", "headline"), ([false; 3], [false, true]));
    assert_eq!(shows("republish = \"headline\"\n", "full"), ([false; 3], [false; 2]));
    assert_eq!(shows("republish = \"full\"\n", "headline"), ([true; 3], [true; 2]));
}

#[test]
fn a_file_that_cannot_be_written_is_told_once_in_the_notices_and_once_more_when_it_can() {
    let lost = "[[output]]\nname = \"lost\"\nfile = \"FOLDER/nowhere/lost.atom\"\nedition_interval = \"0s\"\n";
    let configuration = format!("{BASE}{FEED}{lost}");
    let mut world = World::new(&configuration);
    let now = Clock::System.now();
    world.poll(now, &[1]);
    let deliver = |world: &mut World, written: &mut _| {
        for notice in world.runtime.block_on(deliver::write_all(&world.editions, written)).notices {
            world.settler.tell(&notice).unwrap();
        }
        world.get("/notices.atom", &[]).titles().into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let unwritable = "The file of lost cannot be written";
    assert_eq!(deliver(&mut world, &mut Default::default()), [unwritable]);
    let mut world = world.reconfigure(&configuration); // as after a restart
    let mut written = std::collections::HashMap::new();
    for n in 2..5 {
        world.poll(now + n as i64, &[n]);
        assert_eq!(deliver(&mut world, &mut written), [unwritable], "once");
    }
    std::fs::create_dir(world.folder.path().join("nowhere")).unwrap();
    for n in 5..8 {
        world.poll(now + n as i64, &[n]);
        assert_eq!(deliver(&mut world, &mut written), ["The file of lost is written again", unwritable]);
    }
}
