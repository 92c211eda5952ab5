//! The plain single values of the configuration: how each type is read, and written again.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use toml_edit::Value;

use super::{
    notation::LINE,
    problem::Refusal,
    setting::{Reading, Rule, Scalar},
};

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

/// How a path says that it is the name of a systemd credential.
const CREDENTIALS: &str = "$CREDENTIALS_DIRECTORY/";

impl Scalar for PathBuf {
    fn kind(_: Rule) -> &'static str {
        "path"
    }

    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal> {
        const NO_CREDENTIALS: &str = "to run as a systemd service with LoadCredential=, or the path of a file";
        let Some(path) = value.as_str() else {
            return Err(wrong_type(value, "a path in quotes", None));
        };
        match (path.strip_prefix(CREDENTIALS), reading.places.credentials) {
            (Some(name), Some(folder)) => Ok(folder.join(name)),
            (Some(_), None) => Err(Refusal::new("there are no credentials here", NO_CREDENTIALS)),
            _ if path.is_empty() => Err(Refusal::new("the path is empty", "a path")),
            _ if path.starts_with("~/") => Err(Refusal::new("~ means nothing in this file", "a path from / on")),
            _ => Ok(reading.places.folder.join(path)),
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
