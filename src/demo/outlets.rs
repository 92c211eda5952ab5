//! The invented outlets: who they are, in which dialect and habits each of them publishes.
//!
//! A table and nothing else. The habits are those of real feeds, one or two for each outlet, so that the demo shows
//! every kind of document at work.

use crate::model::FeedConfig;

/// One invented publisher with one feed.
#[derive(Debug)]
pub(super) struct Outlet {
    /// Its folder on the origin, and its name in the script.
    pub(super) slug: &'static str,
    pub(super) title: &'static str,
    pub(super) tagline: &'static str,
    pub(super) language: &'static str,
    pub(super) group: &'static str,
    pub(super) priority: i64,
    pub(super) dialect: Dialect,
    /// The feed's file name below the folder.
    pub(super) file: &'static str,
    pub(super) dates: Dates,
    pub(super) mark: Mark,
    pub(super) photo: PhotoHabit,
    pub(super) wire: WireHabit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Rss2,
    /// RSS 2.0 with all the legal markup that few writers use.
    OddRss2,
    Rss1,
    Atom,
    /// Atom that carries other outlets' entries, each with its `atom:source`.
    Roundup,
    Json,
}

/// How dates are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dates {
    /// The notation that the dialect asks for, in this zone.
    Standard(&'static str),
    /// A notation of its own, local times without a zone.
    Local { zone: &'static str, notation: &'static str },
}

/// How an RSS item is identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Number,
    Permalink,
    /// No guid: the link must do.
    LinkOnly,
}

/// Where a photo and its credit are put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PhotoHabit {
    /// `media:content` with description and credit.
    Media,
    /// An `enclosure`, and in the text a figure whose caption ends in the credit in brackets.
    Figure,
}

/// What is done with an agency's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WireHabit {
    /// "PORT ELLERY, May 4 (CPA) — " before the text.
    FullDateline,
    /// "PORT ELLERY (CPA) — " before the text.
    ShortDateline,
    /// No dateline; "Source: Corrow Press Agency" below.
    SourceLine,
    /// A full dateline, and of a long text the last paragraph is dropped.
    CutShort,
}

impl Outlet {
    pub(super) fn named(slug: &str) -> Option<&'static Outlet> {
        OUTLETS.iter().find(|outlet| outlet.slug == slug)
    }

    /// The agency whose copy the outlets of this language print: short name and long name.
    pub(super) fn agency(&self) -> (&'static str, &'static str) {
        match self.language {
            "fr" => ("Lumerne", "Agence Lumerne"),
            "ar" => ("الواحة", "وكالة الواحة للأنباء"),
            _ => ("CPA", "Corrow Press Agency"),
        }
    }

    pub(super) fn is_roundup(&self) -> bool {
        self.dialect == Dialect::Roundup
    }

    pub(super) fn site(&self, base: &str) -> String {
        format!("{base}/{}/", self.slug)
    }

    pub(super) fn address(&self, base: &str) -> String {
        format!("{base}/{}/{}", self.slug, self.file)
    }

    /// The `[[feed]]` section by which the daemon polls this outlet.
    pub(super) fn feed_config(&self, base: &str) -> FeedConfig {
        let (timezone, date_formats) = match self.dates {
            Dates::Standard(_) => (None, Vec::new()),
            Dates::Local { zone, notation } => (Some(zone.to_owned()), vec![notation.to_owned()]),
        };
        FeedConfig {
            name: self.title.to_owned(),
            url: self.address(base),
            groups: vec![self.group.to_owned()],
            language: Some(self.language.to_owned()),
            priority: self.priority,
            timezone,
            date_formats,
            enabled: true,
            allow_private: true,                   // the origin is on loopback
            publisher: Some(self.slug.to_owned()), // one host serves them all
            dedup: true,
            ..FeedConfig::default()
        }
    }
}

pub(super) static OUTLETS: [Outlet; 10] = [
    Outlet {
        slug: "corrow",
        title: "Corrow Press Agency",
        tagline: "News from the islands and the mainland, on the wire since the telegraph",
        language: "en",
        group: "world",
        priority: 10,
        dialect: Dialect::Rss2,
        file: "wire.rss",
        dates: Dates::Standard("UTC"),
        mark: Mark::Number,
        photo: PhotoHabit::Media,
        wire: WireHabit::FullDateline,
    },
    Outlet {
        slug: "sundvale",
        title: "Sundvale Times",
        tagline: "All the world from one hill",
        language: "en",
        group: "world",
        priority: 5,
        dialect: Dialect::Atom,
        file: "atom.xml",
        dates: Dates::Standard("UTC"),
        mark: Mark::Number,
        photo: PhotoHabit::Media,
        wire: WireHabit::SourceLine,
    },
    Outlet {
        slug: "tidewater",
        title: "The Tidewater Post",
        tagline: "Twice a day, with the tide",
        language: "en",
        group: "regional",
        priority: 0,
        dialect: Dialect::OddRss2,
        file: "rss.xml",
        dates: Dates::Standard("America/Halifax"),
        mark: Mark::Permalink,
        photo: PhotoHabit::Media,
        wire: WireHabit::ShortDateline,
    },
    Outlet {
        slug: "ledger",
        title: "The Orrindale Ledger",
        tagline: "The valley's accounts, kept daily",
        language: "en",
        group: "regional",
        priority: 0,
        dialect: Dialect::Rss2,
        file: "valley.xml",
        dates: Dates::Local { zone: "America/St_Johns", notation: "%m-%d-%Y %H:%M" },
        mark: Mark::Permalink,
        photo: PhotoHabit::Figure,
        wire: WireHabit::CutShort,
    },
    Outlet {
        slug: "lantern",
        title: "Lantern Science",
        tagline: "What was found out today",
        language: "en",
        group: "science",
        priority: 0,
        dialect: Dialect::Json,
        file: "feed.json",
        dates: Dates::Standard("UTC"),
        mark: Mark::Number,
        photo: PhotoHabit::Figure,
        wire: WireHabit::ShortDateline,
    },
    Outlet {
        slug: "fanal",
        title: "Le Fanal de Sorvenne",
        tagline: "Le quotidien du littoral",
        language: "fr",
        group: "french",
        priority: 5,
        dialect: Dialect::Rss2,
        file: "une.xml",
        dates: Dates::Local { zone: "Europe/Paris", notation: "%d/%m/%Y à %Hh%M" },
        mark: Mark::LinkOnly,
        photo: PhotoHabit::Media,
        wire: WireHabit::FullDateline,
    },
    Outlet {
        slug: "ombreval",
        title: "La Gazette d'Ombreval",
        tagline: "Nouvelles de la vallée & d'ailleurs",
        language: "fr",
        group: "french",
        priority: 0,
        dialect: Dialect::Rss1,
        file: "index.rdf",
        dates: Dates::Standard("Europe/Paris"),
        mark: Mark::Permalink,
        photo: PhotoHabit::Figure,
        wire: WireHabit::SourceLine,
    },
    Outlet {
        slug: "sada",
        title: "صدى تلمارة",
        tagline: "أخبار العالم كل ساعة",
        language: "ar",
        group: "arabic",
        priority: 5,
        dialect: Dialect::Atom,
        file: "akhbar.atom",
        dates: Dates::Standard("Asia/Riyadh"),
        mark: Mark::Number,
        photo: PhotoHabit::Media,
        wire: WireHabit::FullDateline,
    },
    Outlet {
        slug: "manara",
        title: "منارة الواحات",
        tagline: "صحيفة أهل الواحات",
        language: "ar",
        group: "arabic",
        priority: 0,
        dialect: Dialect::Rss2,
        file: "rss.xml",
        dates: Dates::Standard("Asia/Riyadh"),
        mark: Mark::Number,
        photo: PhotoHabit::Media,
        wire: WireHabit::SourceLine,
    },
    Outlet {
        slug: "roundup",
        title: "The Evening Roundup",
        tagline: "What the others wrote",
        language: "en",
        group: "world",
        priority: -5,
        dialect: Dialect::Roundup,
        file: "roundup.atom",
        dates: Dates::Standard("UTC"),
        mark: Mark::Number,
        photo: PhotoHabit::Media,
        wire: WireHabit::SourceLine,
    },
];
