//! Bytes to articles: `decode`, `tree`, `repair`, feed-rs, `supplement`, `article`.
//!
//! `.ci/fuzz.sh` seeds it with real feeds.

#![no_main]

use headlined::{
    article::{self, Context},
    model::FeedConfig,
    parse::{self, Document, ParseError},
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let document = Document { bytes, url: Some("https://example.org/feed"), ..Document::default() };
    match parse::parse(&document) {
        Ok(feed) => {
            let config = FeedConfig::default();
            let entries = feed.entries.len();
            let articles = article::articles(feed, &Context { config: &config, base_url: "https://example.org/feed" });
            assert_eq!(articles.len(), entries);
            assert!(articles.iter().all(|article| !article.aliases.is_empty()));
        }
        Err(ParseError::Panicked(why)) => panic!("{why}"),
        Err(_) => {}
    }
});
