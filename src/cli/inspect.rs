//! `headlined inspect` and `headlined discover`: what an address or a file is, as headlined reads it.

use std::{fs::File, io::Read, path::Path, process::ExitCode};

use super::{Failure, log, print, wiring};
use crate::{
    article::{
        self,
        inspect::{InspectedEntry, Inspection},
    },
    config::{Environment, Found},
    fetch::{Fetch, HttpFetch},
    model::{FeedConfig, FetchOutcome, FetchRequest, Settings},
    parse::{self, ParseError, discover},
    render::rfc3339,
};

/// Usual places that are tried where a page announces nothing.
const TRIES: usize = 8;
/// A headline in the table is cut after this many characters.
const HEADLINE: usize = 70;

/// A document, with where it came from.
struct Got {
    bytes: Vec<u8>,
    url: String,
    content_type: Option<String>,
}

pub(super) fn inspect(found: &Found, environment: &Environment, what: &str, json: bool) -> Result<ExitCode, Failure> {
    log::start(environment, "error").map_err(Failure::usage)?;
    let (settings, _) = wiring::settings(found, environment)?;
    let got = wiring::block_on(get(&settings, what))??;
    let document = document(&got);
    let config = FeedConfig::default();
    let context = article::Context { config: &config, base_url: &got.url };
    match article::inspect::inspect(&document, &context) {
        Ok(inspection) => {
            print::out(&if json {
                format!("{}\n", serde_json::to_string_pretty(&inspection)?)
            } else {
                words(&inspection)
            });
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Err(format!("{what} is no feed: {error}{}", announced_words(&error, &got)).into()),
    }
}

pub(super) fn discover(found: &Found, environment: &Environment, address: &str) -> Result<ExitCode, Failure> {
    log::start(environment, "error").map_err(Failure::usage)?;
    let (settings, _) = wiring::settings(found, environment)?;
    let sections = wiring::block_on(async {
        let got = get(&settings, address).await?;
        match parse::parse(&document(&got)) {
            Ok(feed) => Ok(vec![section(feed.title.as_ref().map(crate::html::plain_text).as_deref(), address)]),
            Err(ParseError::Html { .. }) => Ok::<_, Failure>(look_around(&settings, &got).await),
            Err(error) => Err(format!("{address} is neither a page nor a feed: {error}").into()),
        }
    })??;
    if sections.is_empty() {
        return Err(format!("{address} announces no feed, and none is at the usual places").into());
    }
    print::out(&sections.join("\n"));
    Ok(ExitCode::SUCCESS)
}

/// What the page announces; where it announces nothing, what is at the usual places.
async fn look_around(settings: &Settings, got: &Got) -> Vec<String> {
    let base = url::Url::parse(&got.url).ok();
    let page = String::from_utf8_lossy(&got.bytes);
    let announced = discover::announced(&page, base.as_ref());
    if !announced.is_empty() {
        return announced.iter().map(|feed| section(feed.title.as_deref(), &feed.url)).collect();
    }
    let places = base.map(|base| discover::usual_places(&base)).unwrap_or_default();
    let mut found = Vec::new();
    for place in places.iter().take(TRIES) {
        let Ok(got) = get(settings, place).await else { continue };
        if let Ok(feed) = parse::parse(&document(&got)) {
            found.push(section(feed.title.as_ref().map(crate::html::plain_text).as_deref(), place));
        }
    }
    found
}

/// A `[[feed]]` section, ready to be pasted.
fn section(title: Option<&str>, address: &str) -> String {
    let name = title.filter(|title| !title.is_empty()).unwrap_or(address);
    format!("[[feed]]\nname = {}\nurl = {}\n", quoted(name), quoted(address))
}

/// A TOML basic string is a JSON string, near enough for what addresses and titles hold.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

fn document(got: &Got) -> parse::Document<'_> {
    parse::Document {
        bytes: &got.bytes,
        content_type: got.content_type.as_deref(),
        url: Some(&got.url),
        ..Default::default()
    }
}

/// Fetches an address with all our manners, or reads a file or standard input.
async fn get(settings: &Settings, what: &str) -> Result<Got, Failure> {
    let file = |bytes, url: String| Got { bytes, url, content_type: None };
    if what == "-" {
        return Ok(file(bounded(std::io::stdin().lock())?, String::new()));
    }
    if !what.contains("://") {
        let bytes = File::open(what).and_then(bounded).map_err(|error| format!("cannot read {what}: {error}"))?;
        let path = Path::new(what).canonicalize()?;
        return Ok(file(bytes, format!("file://{}", path.display())));
    }
    let mut policy = settings.fetch.clone();
    policy.allow_private_addresses = true; // the operator names this address here and now
    let request = FetchRequest {
        feed: what.into(),
        url: what.into(),
        configured_url: what.into(),
        allow_private: true,
        ..Default::default()
    };
    let fetched = HttpFetch::new(&policy)?.fetch(request).await;
    match fetched.outcome {
        FetchOutcome::Body(bytes) | FetchOutcome::Partial(bytes) => Ok(Got {
            bytes: bytes.to_vec(),
            url: fetched.exchange.final_url,
            content_type: fetched.exchange.content_type,
        }),
        FetchOutcome::Gone => Err(format!("{what} is gone for good (410)").into()),
        FetchOutcome::NotModified => Err(format!("{what} answered 304 though nothing was held").into()),
        FetchOutcome::Failed { detail, .. } => Err(format!("{what}: {detail}").into()),
    }
}

/// As much as is read of any document, and a byte more that tells it.
fn bounded(source: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(parse::MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn announced_words(error: &ParseError, got: &Got) -> String {
    let ParseError::Html { .. } = error else { return String::new() };
    let base = url::Url::parse(&got.url).ok();
    let announced = discover::announced(&String::from_utf8_lossy(&got.bytes), base.as_ref());
    if announced.is_empty() {
        return "; it announces no feed (`headlined discover` tries the usual places)".into();
    }
    let feeds: Vec<String> = announced
        .iter()
        .map(|feed| format!("\n  {}  {}", feed.url, feed.title.as_deref().unwrap_or_default()))
        .collect();
    format!("; it announces:{}", feeds.concat())
}

fn words(inspection: &Inspection) -> String {
    let Inspection { format, encoding, title, language, truncated, repairs, advice, entries } = inspection;
    let mut words = format!(
        "{} ({format}, {encoding}{}), {} entries{}\n",
        title.as_deref().unwrap_or("without a title"),
        language.as_ref().map(|language| format!(", {language}")).unwrap_or_default(),
        entries.len(),
        if *truncated { ", cut off before its end" } else { "" },
    );
    for mended in repairs {
        words.push_str(&format!("  mended: {}; {}\n", mended.repair, mended.advice));
    }
    for advice in advice {
        words.push_str(&format!("  advice: {advice}\n"));
    }
    entries.iter().for_each(|entry| words.push_str(&entry_words(entry)));
    words
}

fn entry_words(entry: &InspectedEntry) -> String {
    let headline: String = entry.title.chars().take(HEADLINE).collect();
    let date = match (entry.published_at.or(entry.updated_at), &entry.raw_date) {
        (Some(at), _) => rfc3339(at),
        (None, Some(raw)) => format!("unread date {raw:?}"),
        (None, None) => "no date".into(),
    };
    let from: Vec<String> = entry.from.iter().map(|(field, element)| format!("{field} ← {element}")).collect();
    let missing =
        if entry.missing.is_empty() { String::new() } else { format!("; missing: {}", entry.missing.join(", ")) };
    format!(
        "\n{headline}\n  {date}  {}\n  {} characters, {} media, by {}; {}{missing}\n",
        entry.link.as_deref().unwrap_or("no link"),
        entry.text_length,
        entry.media,
        if entry.authors.is_empty() { "nobody named".into() } else { entry.authors.join(", ") },
        from.join(", "),
    )
}
