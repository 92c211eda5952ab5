//! The one table of keys: name, meaning, default, example, and where the value goes.
//!
//! Reading the file, `check --print`, the reference part of `config/headlined.toml` and the manual all walk it.
//! A new setting is one row here and one field in the model.

use std::time::Duration;

use super::{
    draft::{self, FeedDraft, OutputDraft},
    key::{Key, Row, Section},
    notation,
    setting::Rule,
};
use crate::model::{GroupConfig, Settings};

type MainKey = Key<Settings>;
type FeedKey = Key<FeedDraft>;
type GroupKey = Key<GroupConfig>;
type OutputKey = Key<OutputDraft>;

const fn seconds(low: u64, high: u64) -> Rule {
    Rule::Lasts(Duration::from_secs(low), Duration::from_secs(high))
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A body must fit the bytes in flight and in parse (64 MiB, DESIGN: invariants) together with others.
const BODY: Rule = Rule::Holds(1 << 10, 32 << 20);

/// The sections that appear once.
pub(super) static SECTIONS: [Section<Settings>; 5] = [
    Section {
        name: "server",
        text: "Where readers find the merged feeds.",
        keys: &[
            MainKey::new("listen", r#""0.0.0.0:8080""#, |s| &mut s.server.listen)
                .text("The IP address and port the daemon answers on. HEADLINED_LISTEN overrides it.")
                .default(r#""127.0.0.1:8080""#),
            MainKey::new("base_url", r#""https://news.example.org/""#, |s| &mut s.server.base_url)
                .text(
                    "The address readers use, for the links in the feeds; a path below the root works. \
                     Without it only readers on this machine can subscribe. HEADLINED_BASE_URL overrides \
                     it.",
                )
                .follows(&notation::BASE_ADDRESS),
            MainKey::new("title", r#""World news""#, |s| &mut s.server.title)
                .text("What the front page and the merged feeds are called.")
                .default(r#""headlined""#),
            MainKey::new("log", r#""debug""#, |s| &mut s.server.log)
                .text("How much is logged; info has each poll that brought something. HEADLINED_LOG overrides it.")
                .default(r#""info""#),
            MainKey::new("upkeep_listen", r#""127.0.0.1:9090""#, |s| &mut s.server.upkeep_listen).text(
                "An address of their own for /status, /api/status, /opml.xml, /notices.atom, /metrics and /readyz: \
                 whoever reaches it may see them. Without it they answer where listen is on loopback.",
            ),
            MainKey::new("hub", r#""https://hub.example.org/""#, |s| &mut s.server.hub)
                .text(
                    "A WebSub hub that tells subscribers of changes at once: named in every output and told of each \
                     change; needs base_url.",
                )
                .follows(&notation::WEB_ADDRESS),
            MainKey::new("indexed", "true", |s| &mut s.server.indexed)
                .text("Whether search engines may list pages and feeds; the articles are other publishers'.")
                .default("false"),
            MainKey::new("pictures", r#""show""#, |s| &mut s.server.pictures)
                .text(
                    "What pages do with the publishers' pictures: nothing (off), a link with caption and credit \
                     (link), or show them: then a visitor's browser asks the publishers for them (show).",
                )
                .default(r#""off""#),
        ],
    },
    Section {
        name: "store",
        text: "Where articles are kept, and for how long.",
        keys: &[
            MainKey::new("path", r#""/var/lib/headlined/headlined.db""#, |s| &mut s.store.path).text(
                "The SQLite file. Without it $STATE_DIRECTORY/headlined.db, else \
                     $XDG_STATE_HOME/headlined/headlined.db, else ~/.local/state/headlined/headlined.db. \
                     HEADLINED_STORE overrides it.",
            ),
            MainKey::new("retention", r#""30d""#, |s| &mut s.store.retention)
                .text("How long articles are kept; of older entries only the key is stored.")
                .default(r#""90d""#)
                .rule(Rule::OrForever(Duration::from_secs(HOUR), Duration::MAX)),
            MainKey::new("max_articles", "100000", |s| &mut s.store.max_articles)
                .text("How many articles are kept, the newest; of the others only the key is stored.")
                .rule(Rule::Count(1, 1_000_000_000)),
            MainKey::new("backups", "7", |s| &mut s.store.backups)
                .text("How many backups are kept that are made by themselves; with 0 none are made.")
                .default("0")
                .rule(Rule::Count(0, 1_000)),
            MainKey::new("backup_interval", r#""7d""#, |s| &mut s.store.backup_interval)
                .text("How often a backup is made by itself.")
                .default(r#""24h""#)
                .rule(seconds(HOUR, 365 * DAY)),
            MainKey::new("backup_folder", r#""/srv/backup/headlined""#, |s| &mut s.store.backup_folder).text(
                "Where they are put. Without it the folder `backups` beside the store; a service may write nowhere \
                 else, unless its unit is told (ReadWritePaths=).",
            ),
        ],
    },
    Section {
        name: "fetch",
        text: "How feeds are asked for.",
        keys: &[
            MainKey::new("concurrency", "16", |s| &mut s.fetch.concurrency)
                .text("Requests under way at once.")
                .default("64")
                .rule(Rule::Count(1, 1_024)),
            MainKey::new("per_host", "1", |s| &mut s.fetch.per_host)
                .text("Requests under way at once to one host.")
                .default("2")
                .rule(Rule::Count(1, 64)),
            MainKey::new("host_pause", r#""2s""#, |s| &mut s.fetch.host_pause)
                .text("The pause between two requests to one host.")
                .default(r#""500ms""#)
                .rule(seconds(0, HOUR)),
            MainKey::new("hosts_by_address", "true", |s| &mut s.fetch.hosts_by_address)
                .text(
                    "Whether all names that lead to one IP address share per_host and host_pause; helps where \
                     one small server has many names, and slows feeds behind one large network.",
                )
                .default("false"),
            MainKey::new("timeout", r#""60s""#, |s| &mut s.fetch.timeout)
                .text("How long one request may take in all.")
                .default(r#""30s""#)
                .rule(seconds(1, 10 * MINUTE)),
            MainKey::new("connect_timeout", r#""5s""#, |s| &mut s.fetch.connect_timeout)
                .text("How long connecting may take.")
                .default(r#""10s""#)
                .rule(seconds(1, 10 * MINUTE)),
            MainKey::new("idle_timeout", r#""30s""#, |s| &mut s.fetch.idle_timeout)
                .text("How long an origin may fall silent within a document.")
                .default(r#""15s""#)
                .rule(seconds(1, 10 * MINUTE)),
            MainKey::new("max_redirects", "3", |s| &mut s.fetch.max_redirects)
                .text("Redirects followed in one poll; one more is a failure.")
                .default("5")
                .rule(Rule::Count(0, 20)),
            MainKey::new("max_header", r#""16KiB""#, |s| &mut s.fetch.max_header)
                .text("The largest head of an answer taken.")
                .default(r#""64KiB""#)
                .rule(Rule::Holds(8 << 10, 256 << 10)),
            MainKey::new("max_body", r#""5MiB""#, |s| &mut s.fetch.max_body)
                .text("The largest document taken, after decompression.")
                .default(r#""10MiB""#)
                .rule(BODY),
            MainKey::new("allow_private_addresses", "true", |s| &mut s.fetch.allow_private_addresses)
                .text(
                    "Whether every feed may be on a private or loopback address; better said for one feed \
                     (allow_private).",
                )
                .default("false"),
            MainKey::new("contact", r#""mailto:feeds@example.org""#, |s| &mut s.fetch.contact)
                .text("How publishers reach you: a mailto:, http or https address, sent in the User-Agent.")
                .follows(&notation::CONTACT),
            MainKey::new("proxy", r#""http://proxy.example.org:3128""#, |s| &mut s.fetch.proxy)
                .text("The proxy that all requests go through (http, https, socks5, socks5h).")
                .follows(&notation::PROXY),
            MainKey::new("tls_roots", r#"["/etc/headlined/root.pem"]"#, |s| &mut s.fetch.tls_roots)
                .text("PEM files of certificate authorities to trust beside the usual ones."),
        ],
    },
    Section {
        name: "schedule",
        text: "When feeds are polled: as often as they publish, within these bounds.",
        keys: &[
            MainKey::new("min_interval", r#""15m""#, |s| &mut s.schedule.min_interval)
                .text("No feed is polled more often, whatever its habit.")
                .default(r#""5m""#)
                .rule(seconds(1, 7 * DAY)),
            MainKey::new("max_interval", r#""12h""#, |s| &mut s.schedule.max_interval)
                .text("No feed is polled less often, unless its publisher asks for it.")
                .default(r#""6h""#)
                .rule(seconds(1, 7 * DAY)),
            MainKey::new("max_freshness", r#""6h""#, |s| &mut s.schedule.max_freshness)
                .text("How long a publisher's freshness hints (Cache-Control, Expires, ttl) may hold a poll off.")
                .default(r#""24h""#)
                .rule(seconds(0, 7 * DAY)),
        ],
    },
    Section {
        name: "dedup",
        text: "Which articles are shown once.",
        keys: &[
            MainKey::new("mode", r#""stories""#, |s| &mut s.dedup.mode)
                .text(
                    "What outputs fold away: nothing (off), the same text from several feeds (copies), or \
                     all of one event (stories).",
                )
                .default(r#""copies""#),
            MainKey::new("window", r#""2d""#, |s| &mut s.dedup.window)
                .text("How far back articles are compared with each other.")
                .default(r#""3d""#)
                .rule(seconds(HOUR, 14 * DAY)),
        ],
    },
];

/// `[[feed]]`, once for each feed.
pub(super) static FEED: Section<FeedDraft> = Section {
    name: "feed",
    text: "A feed to poll; one [[feed]] section each.",
    keys: &[
        FeedKey::new("name", r#""Example News""#, |f| &mut f.config.name)
            .text("What you and the log call it; unique.")
            .required(),
        FeedKey::new("url", r#""https://example.org/feed.xml""#, |f| &mut f.config.url)
            .text("The feed's address: http, https or an absolute file:///. Required, unless url_file is there.")
            .follows(&notation::FEED_ADDRESS),
        FeedKey::new("url_file", r#""secret-feed.url""#, |f| &mut f.url_file).text(
            "A file that holds the address, in place of url, where the address is a secret; makes the feed private. \
             $CREDENTIALS_DIRECTORY/NAME is a systemd credential, here and wherever a file is named.",
        ),
        FeedKey::new("group", r#"["europe", "agencies"]"#, |f| &mut f.config.groups)
            .text("The sets it belongs to, for outputs and /group/NAME.atom.")
            .follows(&notation::GROUP),
        FeedKey::new("language", r#""en""#, |f| &mut f.config.language)
            .text("Its language, where neither entry nor document says (BCP 47).")
            .follows(&notation::LANGUAGE),
        FeedKey::new("priority", "10", |f| &mut f.config.priority)
            .text("Among copies of which none is known to be the origin, the higher leads.")
            .default("0")
            .rule(Rule::Count(-1_000, 1_000)),
        FeedKey::new("timezone", r#""Asia/Tokyo""#, |f| &mut f.config.timezone)
            .text("The zone of printed times that name none, and of schedule.")
            .follows(&notation::ZONE),
        FeedKey::new("date_formats", r#"["%d/%m/%Y %H:%M"]"#, |f| &mut f.config.date_formats)
            .text("Notations of printed dates tried before the known ones (strptime).")
            .follows(&notation::DATE_FORMAT),
        FeedKey::new("schedule", r#""*/15 6-22 * * *""#, |f| &mut f.config.schedule)
            .text("When to poll it, in place of its habit: minute, hour, day of month, month, day of week.")
            .follows(&notation::CRON),
        FeedKey::new("interval", r#""30m""#, |f| &mut f.config.interval)
            .text("How often to poll it, in place of its habit.")
            .rule(seconds(1, 30 * DAY)),
        FeedKey::new("enabled", "false", |f| &mut f.config.enabled)
            .text("Whether it is polled; what it brought is kept either way.")
            .default("true"),
        FeedKey::new("retention", r#""14d""#, |f| &mut f.config.retention)
            .text("How long its articles are kept, in place of the retention of [store].")
            .rule(seconds(HOUR, 36_500 * DAY)),
        FeedKey::new("max_articles", "1000", |f| &mut f.config.max_articles)
            .text("How many of its articles are kept, the newest.")
            .rule(Rule::Count(1, 1_000_000_000)),
        FeedKey::new("allow_private", "true", |f| &mut f.config.allow_private)
            .text("Whether it may be on a private or loopback address.")
            .default("false"),
        FeedKey::new("id_seed", r#""https://example.org/old-feed.xml""#, |f| &mut f.config.id_seed)
            .text("Its first address, to keep the ids of its articles when name and address both change.")
            .follows(&notation::FEED_ADDRESS),
        FeedKey::new("publisher", r#""Example Media""#, |f| &mut f.config.publisher).text(
            "Who publishes it: feeds of one publisher count once for min_sources. Without it the \
                 registrable domain counts.",
        ),
        FeedKey::new("private", "true", |f| &mut f.config.private)
            .text(
                "Keeps its address out of everything published, and its articles out of outputs that do \
                 not name it.",
            )
            .default("false"),
        FeedKey::new("dedup", "false", |f| &mut f.config.dedup)
            .text("Whether its articles are compared with those of other feeds.")
            .default("true"),
        FeedKey::new("include", r#"["climate summit", "/\\bG(7|20)\\b/"]"#, |f| &mut f.config.include)
            .text(
                "Takes only articles in which one of these is found: words as they are written, in any case, or a \
                 regular expression between slashes; in title, text, authors or categories, or only in what stands \
                 before it, as in \"title:summit\". What is left out stays out when this changes.",
            )
            .follows(&notation::FILTER),
        FeedKey::new("exclude", r#"["title:podcast", "category:sport*"]"#, |f| &mut f.config.exclude)
            .text("Leaves out the articles in which one of these is found; it goes before include.")
            .follows(&notation::FILTER),
        FeedKey::new("republish", r#""headline""#, |f| &mut f.config.republish)
            .text("How much of its texts its publisher lets us show, whatever the content of an [[output]] is."),
        FeedKey::new("paywall", "true", |f| &mut f.config.paywall)
            .text("Whether its texts are behind a paywall: a free copy leads.")
            .default("false"),
        FeedKey::new("headers", r#"{ Accept-Language = "en", Authorization = { file = "token" } }"#, |f| {
            &mut f.headers
        })
        .text("More request headers, for this host only; a secret value stands in a file of its own."),
        FeedKey::new("user_agent", r#""Example/1.0 (+https://example.org/)""#, |f| &mut f.config.user_agent)
            .text("What this publisher is told that we are, in place of the usual User-Agent.")
            .follows(&notation::HEADER_VALUE),
        FeedKey::new("timeout", r#""60s""#, |f| &mut f.config.timeout)
            .text("In place of the timeout of [fetch].")
            .rule(seconds(1, 10 * MINUTE)),
        FeedKey::new("max_body", r#""20MiB""#, |f| &mut f.config.max_body)
            .text("In place of the max_body of [fetch].")
            .rule(BODY),
        FeedKey::new("tls_roots", r#"["agency-root.pem"]"#, |f| &mut f.config.tls_roots).text(
            "PEM files of certificate authorities to trust for this feed only: where its server leaves out an \
             intermediate certificate, or has one of its own making.",
        ),
        FeedKey::new("user", r#""ann""#, |f| &mut f.user)
            .text("The user name, where the feed asks for one; needs password_file."),
        FeedKey::new("password_file", r#""example.password""#, |f| &mut f.password_file)
            .text("A file that holds the password; makes the feed private."),
    ],
};

/// `[[group]]`, once for each group that is more than a name.
pub(super) static GROUP: Section<GroupConfig> = Section {
    name: "group",
    text: "A group of feeds has an output of its own, /group/NAME.atom, .rss and .json, whether a [[group]] section \
           says more of it or not.",
    keys: &[
        GroupKey::new("name", r#""europe""#, |g| &mut g.name)
            .text("As feeds name it under group.")
            .required()
            .follows(&notation::GROUP),
        GroupKey::new("title", r#""Europe""#, |g| &mut g.title)
            .text("What readers show; without it the server's title and the name."),
        GroupKey::new("description", r#""What happens between Lisbon and Kyiv""#, |g| &mut g.description)
            .text("One line about it."),
        GroupKey::new("include", r#"["climate summit"]"#, |g| &mut g.include)
            .text("As include of each [[feed]] in it, beside its own.")
            .follows(&notation::FILTER),
        GroupKey::new("exclude", r#"["category:sport*"]"#, |g| &mut g.exclude)
            .text("As exclude of each [[feed]] in it, beside its own.")
            .follows(&notation::FILTER),
    ],
};

/// `[[output]]`, once for each merged feed.
pub(super) static OUTPUT: Section<OutputDraft> = Section {
    name: "output",
    text: "A merged feed at /o/NAME.atom, .rss and .json, with a page of its headlines at /o/NAME; one \
           [[output]] section each. \
           The one named \"all\" is /feed.atom and always there; so are /group/NAME.atom for every group and \
           /lang/en.atom for every language that a feed is configured with. A removed one answers 410.",
    keys: &[
        OutputKey::new("name", r#""top""#, |o| &mut o.config.name)
            .text("Its place in the addresses: a-z, 0-9 and -.")
            .required()
            .follows(&notation::SLUG),
        OutputKey::new("aliases", r#"["old-top"]"#, |o| &mut o.config.aliases)
            .text("Earlier names of it: their addresses lead here, its entries stay read.")
            .follows(&notation::SLUG),
        OutputKey::new("title", r#""Top stories""#, |o| &mut o.config.title)
            .text("What readers show; without it the server's title and the name."),
        OutputKey::new("description", r#""What at least three publishers report""#, |o| &mut o.config.description)
            .text("One line about it."),
        OutputKey::new("groups", r#"["europe"]"#, |o| &mut o.config.groups)
            .text("Takes the feeds of these groups only.")
            .follows(&notation::GROUP),
        OutputKey::new("feeds", r#"["Example News"]"#, |o| &mut o.config.feeds)
            .text("Takes these feeds only, by name; with groups, these too."),
        OutputKey::new("languages", r#"["en"]"#, |o| &mut o.config.languages)
            .text("Takes articles in these languages only.")
            .follows(&notation::LANGUAGE),
        OutputKey::new("include", r#"["climate summit", "/\\bG(7|20)\\b/"]"#, |o| &mut o.config.include)
            .text("Takes only articles in which one of these is found, as under [[feed]].")
            .follows(&notation::FILTER),
        OutputKey::new("exclude", r#"["title:podcast"]"#, |o| &mut o.config.exclude)
            .text("Leaves out the articles in which one of these is found; it goes before include.")
            .follows(&notation::FILTER),
        OutputKey::new("min_sources", "3", |o| &mut o.config.min_sources)
            .text("How many publishers must have reported a story before it enters.")
            .default("1")
            .rule(Rule::Count(1, 100)),
        OutputKey::new("per_source", "5", |o| &mut o.config.per_source)
            .text(
                "How many entries of one publisher may enter in an hour; the others wait their turn, for a day at \
                 most.",
            )
            .rule(Rule::Count(1, 1_000)),
        OutputKey::new("max_age", r#""36h""#, |o| &mut o.config.max_age)
            .text("How old an article may be, by its publisher's date.")
            .rule(seconds(HOUR, 3_650 * DAY)),
        OutputKey::new("digest", r#""daily""#, |o| &mut o.config.digest).text(
            "One entry a day (in UTC) in place of one for each article: its stories, those that most outlets carry \
             first.",
        ),
        OutputKey::new("independent", "true", |o| &mut o.config.independent)
            .text(
                "Whether min_sources counts outlets that print the same text once: six prints of one wire are one \
                 report. Of use with dedup = \"stories\".",
            )
            .default("false"),
        OutputKey::new("hold", r#""10m""#, |o| &mut o.config.hold)
            .text(
                "How long an entry waits for copies and the origin of its text before it enters; what it shows is \
                 chosen then, for good.",
            )
            .default(r#""0s""#)
            .rule(seconds(0, DAY)),
        OutputKey::new("limit", "100", |o| &mut o.config.limit)
            .text("How many entries it holds; the last 24 hours are held as well where they fit.")
            .default("200")
            .rule(Rule::Count(1, 1_000)),
        OutputKey::new("order", r#""top""#, |o| &mut o.config.order)
            .text(
                "What its page shows first: the newest, or what most outlets carry. A feed is always as listed, so \
                 that nothing comes back as unread.",
            )
            .default(r#""listed""#),
        OutputKey::new("dedup", r#""stories""#, |o| &mut o.mode)
            .text("What it folds away, in place of the mode of [dedup]."),
        OutputKey::new("content", r#""headline""#, |o| &mut o.content).text(
            "How much of a text it shows. Without it full where the daemon listens on loopback and behind a \
                 token, else summary.",
        ),
        OutputKey::new("icon", r#""https://news.example.org/icon.png""#, |o| &mut o.config.icon)
            .text("The address of its picture.")
            .follows(&notation::WEB_ADDRESS),
        OutputKey::new("token_file", r#""top.token""#, |o| &mut o.token_file).text(
            "A file that holds a secret: who asks for it must know the secret (?token=… or Authorization: Bearer …).",
        ),
        OutputKey::new("file", r#""/srv/www/top.atom""#, |o| &mut o.config.file).text(
            "A file that is replaced whenever it changes; .rss, .xml and .json are written in these formats, anything \
             else as Atom.",
        ),
        OutputKey::new("edition_interval", r#""5m""#, |o| &mut o.config.edition_interval)
            .text("It changes at most once in this time.")
            .default(r#""60s""#)
            .rule(seconds(0, DAY)),
        OutputKey::new("backfill", r#""7d""#, |o| &mut o.config.backfill)
            .text("How old the entries may be that a new feed's first poll brings into it.")
            .default(r#""48h""#)
            .rule(seconds(0, 3_650 * DAY)),
    ],
};

/// Every key of every section, in the order of the reference.
pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for section in &SECTIONS {
        rows.extend(section.rows(&mut draft::nothing()));
    }
    rows.extend(FEED.rows(&mut FeedDraft::default()));
    rows.extend(GROUP.rows(&mut GroupConfig::default()));
    rows.extend(OUTPUT.rows(&mut OutputDraft::default()));
    rows
}
