//! Which documents plain feed-rs can parse: paths on stdin, those that it reads on stdout, with their number of entries.
//!
//! The end-to-end checks compare headlined with it: what feed-rs alone reads, headlined must read.

use std::io::{BufRead, Write};

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    std::panic::set_hook(Box::new(|_| {})); // a panic of the parser is an answer here
    for path in std::io::stdin().lock().lines() {
        let path = path?;
        let bytes = std::fs::read(&path)?;
        let parsed =
            std::panic::catch_unwind(|| feed_rs::parser::parse(bytes.as_slice()).map(|feed| feed.entries.len()));
        if let Ok(Ok(entries)) = parsed {
            writeln!(out, "{path}\t{entries}")?;
        }
    }
    Ok(())
}
