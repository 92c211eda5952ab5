//! An OPML file to `[[feed]]` sections that can stand behind an existing configuration.
//!
//! `headlined import` calls this. Text to text: nothing that the configuration says already is touched, its comments
//! and layout least of all. Read as leniently as OPML is written: names of attributes in any case, bare ampersands,
//! ends that do not match. What must not come in by another's file stays out: `file:` addresses, and passwords.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::{
    Reader,
    escape::unescape,
    events::{BytesStart, Event},
};
use toml_edit::{Array, Document, TableLike, Value};
use url::Url;

use super::{feeds::address_key, notation, problem::masked, read::tables};

/// What an OPML file adds to a configuration, and what it does not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Import {
    /// `[[feed]]` sections, to be appended.
    pub sections: String,
    /// Names of the new feeds.
    pub added: Vec<String>,
    /// Addresses that are polled already, with the name each is known by.
    pub known: Vec<(String, String)>,
    /// Addresses that cannot be taken, with the reason.
    pub refused: Vec<(String, String)>,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    #[error("line {line}: this is not OPML: {reason}")]
    NotOpml { line: usize, reason: String },
    #[error("the configuration has problems of its own; `headlined check` tells them")]
    NotToml,
    #[error("the configuration lists its feeds as feed = […]; write them as [[feed]] sections first")]
    InlineFeeds,
}

/// What `opml` adds to `config`, the text of a configuration file.
pub fn import(config: &str, opml: &str) -> Result<Import, ImportError> {
    let mut taken = Taken::of(config)?;
    let mut import = Import::default();
    for outline in merged(outlines(opml)?) {
        match address(&outline.url) {
            Err(reason) => import.refused.push((masked(&outline.url), reason)),
            Ok(url) => match taken.addresses.get(&address_key(&url)) {
                Some(name) => import.known.push((url, name.clone())),
                None => {
                    let name = taken.free_name(&outline, &url);
                    taken.addresses.insert(address_key(&url), name.clone());
                    import.sections.push_str(&section(&name, &url, &outline));
                    import.added.push(name);
                }
            },
        }
    }
    Ok(import)
}

impl Import {
    /// `config` with the new sections behind it.
    pub fn onto(&self, config: &str) -> String {
        let newline = if config.is_empty() || config.ends_with('\n') { "" } else { "\n" };
        format!("{config}{newline}{}", self.sections)
    }
}

/// One subscription of the file.
#[derive(Debug, Clone, Default)]
struct Outline {
    name: String,
    url: String,
    language: Option<String>,
    groups: Vec<String>,
}

/// The subscriptions in the order of the file, with the outlines around them as groups.
fn outlines(opml: &str) -> Result<Vec<Outline>, ImportError> {
    let mut reader = Reader::from_str(opml);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut found = Vec::new();
    let mut around: Vec<Option<String>> = Vec::new();
    let mut root = false;
    loop {
        let event = reader.read_event().map_err(|error| {
            let line = opml[..usize::try_from(reader.error_position()).unwrap_or(0)].matches('\n').count() + 1;
            ImportError::NotOpml { line, reason: error.to_string() }
        })?;
        match event {
            Event::Start(tag) | Event::Empty(tag) if !root => {
                let name = tag.local_name().into_inner();
                root = name.eq_ignore_ascii_case("opml");
                if !root {
                    return Err(ImportError::NotOpml { line: 1, reason: format!("it begins with <{name}>") });
                }
            }
            Event::Start(tag) if is_outline(&tag) => around.push(take(&tag, &around, &mut found)),
            Event::Empty(tag) if is_outline(&tag) => drop(take(&tag, &around, &mut found)),
            Event::End(tag) if tag.local_name().into_inner().eq_ignore_ascii_case("outline") => drop(around.pop()),
            Event::Eof if !root => return Err(ImportError::NotOpml { line: 1, reason: "it is empty".to_owned() }),
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

fn is_outline(tag: &BytesStart) -> bool {
    tag.local_name().into_inner().eq_ignore_ascii_case("outline")
}

/// Adds a subscription to `found`; an outline that is none gives the name of a group.
fn take(tag: &BytesStart, around: &[Option<String>], found: &mut Vec<Outline>) -> Option<String> {
    let attributes = attributes(tag);
    let attribute = |name: &str| attributes.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    let name = attribute("text").or(attribute("title")).map(one_line);
    let Some(url) = attribute("xmlurl") else {
        return name.map(|name| name.replace(['/', '?', '#'], "-"));
    };
    let language = attribute("language").filter(|tag| (notation::LANGUAGE.read)(tag).is_ok());
    let categories = attribute("category").unwrap_or_default().split([',', '/']).map(one_line);
    let groups = around.iter().flatten().cloned().chain(categories.filter(|category| !category.is_empty()));
    found.push(Outline {
        name: name.unwrap_or_default(),
        url: url.to_owned(),
        language: language.map(str::to_owned),
        groups: groups.collect(),
    });
    None
}

/// By lower-case name, because `xmlurl` and `xmlURL` are both about.
fn attributes(tag: &BytesStart) -> BTreeMap<String, String> {
    let mut attributes = tag.html_attributes();
    let readable = attributes.with_checks(false).flatten();
    readable.map(|attribute| (attribute.key.0.to_ascii_lowercase(), text(&attribute.value))).collect()
}

/// An attribute's text; one that is not escaped as it should be is taken as it stands, but for `&amp;`.
fn text(raw: &str) -> String {
    unescape(raw).map_or_else(|_| raw.replace("&amp;", "&"), |text| text.into_owned())
}

fn one_line(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Each address once, in all the groups that it was found in.
fn merged(outlines: Vec<Outline>) -> Vec<Outline> {
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut merged: Vec<Outline> = Vec::new();
    for outline in outlines {
        let place = *places.entry(address_key(&outline.url)).or_insert(merged.len());
        match merged.get_mut(place) {
            Some(first) => first.groups.extend(outline.groups),
            None => merged.push(outline),
        }
    }
    for outline in &mut merged {
        let mut seen = BTreeSet::new();
        outline.groups.retain(|group| seen.insert(group.clone()));
    }
    merged
}

/// The address as it can stand in the configuration, or why it cannot.
fn address(url: &str) -> Result<String, String> {
    let url = match url.strip_prefix("feed:") {
        Some(rest) if rest.starts_with("//") => format!("https:{rest}"),
        Some(rest) => rest.to_owned(),
        None => url.to_owned(),
    };
    let parsed = Url::parse(&url).map_err(|error| format!("not an address: {error}"))?;
    match parsed.scheme() {
        "http" | "https" => {}
        scheme => return Err(format!("{scheme}: addresses are not imported")),
    }
    if !parsed.username().is_empty() || parsed.password().is_some() {
        return Err("it has a password in it; write it by hand, with url_file".to_owned());
    }
    (notation::FEED_ADDRESS.read)(&url).map_err(|refusal| refusal.wrong)
}

/// What the configuration has already.
#[derive(Default)]
struct Taken {
    names: BTreeSet<String>,
    /// Address to name.
    addresses: BTreeMap<String, String>,
}

impl Taken {
    fn of(config: &str) -> Result<Self, ImportError> {
        let document = Document::parse(config).map_err(|_| ImportError::NotToml)?;
        let mut taken = Taken::default();
        let Some(feeds) = document.get("feed") else { return Ok(taken) };
        if feeds.is_value() {
            return Err(ImportError::InlineFeeds);
        }
        for (feed, _) in tables(feeds).ok_or(ImportError::NotToml)? {
            let name = text_of(feed, "name").unwrap_or_default();
            let url = text_of(feed, "url").and_then(|url| (notation::FEED_ADDRESS.read)(&url).ok());
            taken.addresses.extend(url.map(|url| (address_key(&url), name.clone())));
            taken.names.insert(name);
        }
        Ok(taken)
    }

    /// The outline's name, with the host or a number behind it where that is taken.
    fn free_name(&mut self, outline: &Outline, url: &str) -> String {
        let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
        let name = if outline.name.is_empty() { host.clone() } else { outline.name.clone() };
        let with_host = format!("{name} ({host})");
        let numbered = (2u32..).map(|number| format!("{with_host} {number}"));
        let free = [name, with_host.clone()].into_iter().chain(numbered).find(|name| !self.names.contains(name));
        let free = free.unwrap_or_default();
        self.names.insert(free.clone());
        free
    }
}

fn text_of(table: &dyn TableLike, key: &str) -> Option<String> {
    table.get(key)?.as_str().map(str::to_owned)
}

fn section(name: &str, url: &str, outline: &Outline) -> String {
    let group = match &outline.groups[..] {
        [] => None,
        [group] => Some(Value::from(group.as_str())),
        groups => Some(Value::Array(groups.iter().map(String::as_str).collect::<Array>())),
    };
    let keys = [
        ("name", Some(name.into())),
        ("url", Some(url.into())),
        ("group", group),
        ("language", outline.language.as_deref().map(Value::from)),
    ];
    let lines = keys.into_iter().filter_map(|(key, value)| Some(format!("{key} = {}\n", value?)));
    format!("\n[[feed]]\n{}", lines.collect::<String>())
}
