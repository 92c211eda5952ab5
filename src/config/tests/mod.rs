//! Configurations as their users write them, and what they are told.

mod import;
mod places;
mod right;
mod secrets;
mod wrong;

use std::io;

use super::*;
use crate::model::FeedConfig;

const FEED: &str = "[[feed]]\nname = \"A\"\nurl = \"https://a.example/feed\"\n";
const OTHER: &str = "[[feed]]\nname = \"Example News\"\nurl = \"https://b.example/feed\"\n";

/// The files that configurations of these tests name.
fn files(path: &Path) -> io::Result<String> {
    match path.to_str() {
        Some("conf/token") => Ok("Bearer s3cret\n".to_owned()),
        Some("conf/password" | "conf/example.password") => Ok("pa55\n".to_owned()),
        Some("conf/address" | "conf/secret-feed.url") => Ok("https://a.example/feed?token=s3cret\n".to_owned()),
        Some("conf/top.token") => Ok("0123456789abcdef\n".to_owned()),
        Some("conf/empty") => Ok(" \n".to_owned()),
        Some("conf/root.pem" | "conf/agency-root.pem" | "/etc/headlined/root.pem") => {
            Ok("-----BEGIN CERTIFICATE-----".to_owned())
        }
        _ => Err(io::Error::new(io::ErrorKind::NotFound, "no such file")),
    }
}

fn read(text: &str, environment: &Environment) -> Result<(Settings, Vec<Warning>), Problems> {
    parse_with(text, "conf/headlined.toml", environment, &files)
}

fn settings(text: &str) -> Settings {
    match read(text, &Environment::default()) {
        Ok((settings, _)) => settings,
        Err(problems) => panic!("{text}\n{problems}"),
    }
}

fn feed(keys: &str) -> FeedConfig {
    settings(&format!("[[feed]]\nname = \"A\"\n{keys}")).feeds[0].as_ref().clone()
}

/// Each problem as "line:column what → suggestion".
fn told(text: &str) -> Vec<String> {
    let problems = read(text, &Environment::default()).err().unwrap_or_default();
    let tell = |problem: &Problem| {
        let place = problem.place.as_ref().map_or(String::new(), |place| format!("{}:{} ", place.line, place.column));
        let suggestion = problem.suggestion.as_ref().map_or(String::new(), |s| format!(" → {s}"));
        format!("{place}{}{suggestion}", problem.wrong)
    };
    problems.0.iter().map(tell).collect()
}
