//! `headers = { … }`: request headers of one feed, whose secret values stand in files of their own.

use std::path::PathBuf;

use toml_edit::{Item, Value};

use super::{
    notation,
    problem::Refusal,
    scalar::wrong_type,
    setting::{Reading, Rule, Scalar, Setting},
};

/// Request headers: a value stands in the file, or in a file of its own where it is a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Headers(pub(super) Vec<(String, HeaderValue)>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum HeaderValue {
    Plain(String),
    InFile(PathBuf),
}

const HEADERS: &str = "a table of headers, as in { Accept-Language = \"en\", Authorization = { file = \"token\" } }";

/// Headers that the daemon decides itself, because the protocol hangs on them.
const OURS: [&str; 8] = [
    "host",
    "content-length",
    "connection",
    "if-none-match",
    "if-modified-since",
    "a-im",
    "accept-encoding",
    "user-agent",
];

impl Setting for Headers {
    fn kind(&self, _: Rule) -> String {
        "table of headers".to_owned()
    }

    fn read(&mut self, item: &Item, reading: Reading) -> Result<(), Vec<Refusal>> {
        let Some(table) = item.as_table_like() else {
            return Err(vec![Refusal::new("this is not a table", HEADERS)]);
        };
        let mut refusals = Vec::new();
        for (name, item) in table.iter() {
            let at = table.key(name).and_then(toml_edit::Key::span);
            match header_name(name).and_then(|()| header_value(name, item, reading)) {
                Ok(value) => self.0.push((name.to_owned(), value)),
                Err(refusal) => refusals.push(refusal.at(at).secret(true)),
            }
        }
        if refusals.is_empty() { Ok(()) } else { Err(refusals) }
    }

    fn show(&self, _: Rule) -> Option<Value> {
        let hidden = self.0.iter().map(|(name, _)| (name.as_str(), Value::from("(hidden)")));
        (!self.0.is_empty()).then(|| Value::InlineTable(hidden.collect()))
    }
}

/// A token of RFC 9110 §5.6.2 that is not ours to decide.
fn header_name(name: &str) -> Result<(), Refusal> {
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    if name.is_empty() || !name.chars().all(is_token) {
        return Err(Refusal::new(format!("`{name}` is not a header name"), "a name such as Accept-Language"));
    }
    if OURS.contains(&name.to_ascii_lowercase().as_str()) {
        let key = name.eq_ignore_ascii_case("user-agent").then_some("the key `user_agent`");
        return Err(Refusal::new(format!("the header {name} is the daemon's own"), "another header").suggest(key));
    }
    Ok(())
}

/// Never shows the value in a refusal: it may be a secret.
fn header_value(name: &str, item: &Item, reading: Reading) -> Result<HeaderValue, Refusal> {
    const SECRET: [&str; 5] = ["authorization", "proxy-authorization", "cookie", "x-api-key", "x-auth-token"];
    if let Some(file) = item.as_table_like().and_then(|table| table.get("file")).and_then(Item::as_value) {
        return PathBuf::parse(file, reading).map(HeaderValue::InFile);
    }
    let Some(value) = item.as_value().filter(|value| value.is_str()) else {
        let other = Item::as_value(item).map(|value| wrong_type(value, "a text, or { file = \"…\" }", None));
        return Err(other.unwrap_or_else(|| Refusal::new("this is not a header", HEADERS)));
    };
    if SECRET.contains(&name.to_ascii_lowercase().as_str()) {
        let instead = format!("{name} = {{ file = \"…\" }}");
        return Err(Refusal::new(format!("{name} is a secret and does not belong in this file"), instead));
    }
    let reading = Reading { rule: Rule::Follows(&notation::HEADER_VALUE), ..reading };
    String::parse(value, reading).map(HeaderValue::Plain)
}
