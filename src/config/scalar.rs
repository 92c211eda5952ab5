//! The single values of the configuration: how each type is read, and written again.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use toml_edit::Value;

use super::{
    nearest::nearest,
    notation::LINE,
    problem::Refusal,
    setting::{Reading, Rule, Scalar},
    units,
};
use crate::model::{Backfill, ContentLevel, FoldMode};

/// A value of another type than the key has; `suggestion` is what the same words would be in the right one.
pub(super) fn wrong_type(value: &Value, expected: &str, suggestion: Option<String>) -> Refusal {
    Refusal::new(format!("found {}", a(value.type_name())), expected).suggest(suggestion)
}

/// The type in words, as this program's texts call it.
pub(super) fn a(type_name: &str) -> &'static str {
    match type_name {
        "string" => "a text",
        "integer" => "a whole number",
        "float" => "a number with a fraction",
        "boolean" => "true or false",
        "array" => "a list",
        "inline table" | "table" => "a table",
        "array of tables" => "several sections",
        _ => "a date",
    }
}

impl Scalar for bool {
    fn kind(_: Rule) -> &'static str {
        "true or false"
    }

    fn parse(value: &Value, _: Reading) -> Result<Self, Refusal> {
        let meant = match value.as_str() {
            Some("true" | "yes" | "on") => Some("true".to_owned()),
            Some("false" | "no" | "off") => Some("false".to_owned()),
            _ => None,
        };
        value.as_bool().ok_or_else(|| wrong_type(value, "true or false, without quotes", meant))
    }

    fn written(&self) -> Value {
        (*self).into()
    }
}

impl Scalar for i64 {
    fn kind(_: Rule) -> &'static str {
        "number"
    }

    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal> {
        let meant = value.as_str().filter(|text| text.parse::<i64>().is_ok()).map(str::to_owned);
        let number = value.as_integer().ok_or_else(|| wrong_type(value, "a whole number, without quotes", meant))?;
        match reading.rule {
            Rule::Count(min, max) if !(min..=max).contains(&number) => {
                let nearer = number.clamp(min, max).to_string();
                Err(Refusal::new(format!("{number} is out of bounds"), format!("{min} to {max}")).suggest(Some(nearer)))
            }
            _ => Ok(number),
        }
    }

    fn written(&self) -> Value {
        (*self).into()
    }
}

impl Scalar for usize {
    fn kind(rule: Rule) -> &'static str {
        <i64 as Scalar>::kind(rule)
    }

    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal> {
        let number = <i64 as Scalar>::parse(value, reading)?;
        usize::try_from(number).map_err(|_| Refusal::new(format!("{number} is below zero"), "a number from 0 up"))
    }

    fn written(&self) -> Value {
        i64::try_from(*self).unwrap_or(i64::MAX).into()
    }
}

impl Scalar for Duration {
    fn kind(_: Rule) -> &'static str {
        "duration"
    }

    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal> {
        const EXPECTED: &str = "a duration: a whole number with ms, s, m, h or d, as in \"30s\"";
        let quoted = |meant: String| format!("\"{meant}\"");
        let Some(text) = value.as_str() else {
            let meant = value.as_integer().and_then(|number| units::suggest_duration(&number.to_string()));
            return Err(wrong_type(value, EXPECTED, meant.map(quoted)));
        };
        let duration = units::parse_duration(text).ok_or_else(|| {
            let meant = units::suggest_duration(text).map(quoted);
            Refusal::new(format!("`{text}` is not a duration"), EXPECTED).suggest(meant)
        })?;
        match reading.rule {
            Rule::Lasts(min, max) | Rule::OrForever(min, max) if !(min..=max).contains(&duration) => {
                let [low, high] = [min, max].map(units::show_duration);
                let nearer = quoted(units::show_duration(duration.clamp(min, max)));
                Err(Refusal::new(format!("`{text}` is out of bounds"), format!("{low} to {high}"))
                    .suggest(Some(nearer)))
            }
            _ => Ok(duration),
        }
    }

    fn written(&self) -> Value {
        units::show_duration(*self).into()
    }
}

/// A size in bytes.
impl Scalar for u64 {
    fn kind(_: Rule) -> &'static str {
        "size"
    }

    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal> {
        const EXPECTED: &str = "a size: a whole number with B, KiB, MiB or GiB, as in \"10MiB\"";
        let quoted = |meant: String| format!("\"{meant}\"");
        let Some(text) = value.as_str() else {
            let meant = value.as_integer().and_then(|number| units::suggest_size(&number.to_string()));
            return Err(wrong_type(value, EXPECTED, meant.map(quoted)));
        };
        let bytes = units::parse_size(text).ok_or_else(|| {
            let meant = units::suggest_size(text).map(quoted);
            Refusal::new(format!("`{text}` is not a size"), EXPECTED).suggest(meant)
        })?;
        match reading.rule {
            Rule::Holds(min, max) if !(min..=max).contains(&bytes) => {
                let [low, high] = [min, max].map(units::show_size);
                let nearer = quoted(units::show_size(bytes.clamp(min, max)));
                Err(Refusal::new(format!("`{text}` is out of bounds"), format!("{low} to {high}"))
                    .suggest(Some(nearer)))
            }
            _ => Ok(bytes),
        }
    }

    fn written(&self) -> Value {
        units::show_size(*self).into()
    }
}

impl Scalar for String {
    fn kind(rule: Rule) -> &'static str {
        match rule {
            Rule::Follows(notation) => notation.kind,
            _ => LINE.kind,
        }
    }

    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal> {
        let notation = match reading.rule {
            Rule::Follows(notation) => notation,
            _ => &LINE,
        };
        match value.as_str() {
            Some(text) => (notation.read)(text),
            None => Err(wrong_type(value, &format!("{} in quotes", notation.kind), None)),
        }
    }

    fn written(&self) -> Value {
        self.as_str().into()
    }
}

impl Scalar for PathBuf {
    fn kind(_: Rule) -> &'static str {
        "path"
    }

    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal> {
        match value.as_str() {
            Some("") => Err(Refusal::new("the path is empty", "a path")),
            Some(path) if path.starts_with("~/") => {
                Err(Refusal::new("~ means nothing in this file", "a path from / on"))
            }
            Some(path) => Ok(reading.folder.join(path)),
            None => Err(wrong_type(value, "a path in quotes", None)),
        }
    }

    fn written(&self) -> Value {
        self.to_string_lossy().into_owned().into()
    }
}

impl Scalar for SocketAddr {
    fn kind(_: Rule) -> &'static str {
        "address and port"
    }

    fn parse(value: &Value, _: Reading) -> Result<Self, Refusal> {
        const EXPECTED: &str = "an IP address and a port, as in \"127.0.0.1:8080\", \"0.0.0.0:8080\" or \"[::1]:8080\"";
        let text = match (value.as_str(), value.as_integer()) {
            (Some(text), _) => text.to_owned(),
            (None, Some(port)) => port.to_string(),
            (None, None) => return Err(wrong_type(value, EXPECTED, None)),
        };
        if let (Ok(address), true) = (text.parse(), value.is_str()) {
            return Ok(address);
        }
        let refusal = Refusal::new(format!("`{text}` is not an address to listen on"), EXPECTED);
        Err(refusal.suggest(listen_meant(&text).map(|address| format!("\"{address}\""))))
    }

    fn written(&self) -> Value {
        self.to_string().into()
    }
}

/// "localhost:8080", "8080", ":8080" and "127.0.0.1" leave little doubt.
fn listen_meant(text: &str) -> Option<SocketAddr> {
    const DEFAULT_PORT: u16 = 8080;
    let (host, port) = text.rsplit_once(':').unwrap_or(("", text));
    match (host, port.parse::<u16>()) {
        ("" | "localhost", Ok(port)) => Some(([127, 0, 0, 1], port).into()),
        ("*", Ok(port)) => Some(([0, 0, 0, 0], port).into()),
        _ => text.parse::<IpAddr>().ok().map(|address| (address, DEFAULT_PORT).into()),
    }
}

impl Scalar for Backfill {
    fn kind(_: Rule) -> &'static str {
        "duration or \"all\""
    }

    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal> {
        match value.as_str() {
            Some("all") => Ok(Backfill::All),
            _ => <Duration as Scalar>::parse(value, reading).map(Backfill::Within),
        }
    }

    fn written(&self) -> Value {
        match self {
            Backfill::All => "all".into(),
            Backfill::Within(duration) => duration.written(),
        }
    }
}

/// A value that is one of a few words.
trait Choice: Copy + PartialEq + 'static {
    const KIND: &'static str;
    const WORDS: &'static [(&'static str, Self)];
}

impl Choice for FoldMode {
    const KIND: &'static str = "\"off\", \"copies\" or \"stories\"";
    const WORDS: &'static [(&'static str, Self)] =
        &[("off", FoldMode::Off), ("copies", FoldMode::Copies), ("stories", FoldMode::Stories)];
}

impl Choice for ContentLevel {
    const KIND: &'static str = "\"headline\", \"summary\" or \"full\"";
    const WORDS: &'static [(&'static str, Self)] =
        &[("headline", ContentLevel::Headline), ("summary", ContentLevel::Summary), ("full", ContentLevel::Full)];
}

impl<T: Choice> Scalar for T {
    fn kind(_: Rule) -> &'static str {
        T::KIND
    }

    fn parse(value: &Value, _: Reading) -> Result<Self, Refusal> {
        let Some(text) = value.as_str() else {
            return Err(wrong_type(value, T::KIND, None));
        };
        let chosen = T::WORDS.iter().find(|(word, _)| *word == text).map(|(_, chosen)| *chosen);
        chosen.ok_or_else(|| {
            let near = nearest(text, T::WORDS.iter().map(|(word, _)| *word)).map(|word| format!("\"{word}\""));
            Refusal::new(format!("`{text}` is not one of the choices"), T::KIND).suggest(near)
        })
    }

    fn written(&self) -> Value {
        T::WORDS.iter().find(|(_, chosen)| chosen == self).map_or("", |(word, _)| word).into()
    }
}
