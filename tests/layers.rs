//! The picture in ARCHITECTURE.md, held against the code: which room may import which, and which owns which crate.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::{collections::BTreeSet, fs, path::Path};

/// Rooms from the bottom up; a room may use those of lower layers, and its own layer where `peers` says so.
const LAYERS: &[(&str, &[&str])] = &[
    ("words", &["address", "clock", "digest", "metrics", "model", "url"]),
    ("decisions", &["article", "dates", "html", "parse", "reconcile", "render", "schedule", "select", "story"]),
    ("doors", &["control", "fetch", "files", "notify", "serve", "store"]),
    ("flow", &["config", "daemon", "deliver", "edition", "poll", "site", "upkeep", "websub"]),
    ("edge", &["cli", "demo"]),
];

/// Doors do not know each other, with these exceptions.
const DOORS_THAT_MEET: &[(&str, &str)] = &[("notify", "serve")];

/// Third-party crates and the rooms that may name them. What is not listed here belongs to every room (`serde`,
/// `thiserror`, `bytes`, `tokio`, `tracing`, `uuid` and `url` are vocabulary).
const OWNERS: &[(&str, &[&str])] = &[
    ("ammonia", &["html"]),
    ("askama", &["render"]),
    ("axum", &["serve", "demo"]),
    ("brotli", &["render"]),
    ("chardetng", &["parse"]),
    ("clap", &["cli"]),
    ("clap_complete", &["cli"]),
    ("clap_mangen", &["cli"]),
    ("croner", &["schedule"]),
    ("encoding_rs", &["parse"]),
    ("feed_rs", &["parse"]),
    ("flate2", &["render", "fetch"]),
    ("chrono", &["schedule"]),
    ("httpdate", &["fetch"]),
    ("hyper", &["serve"]),
    ("hyper_util", &["serve"]),
    ("indicatif", &["cli"]),
    ("listenfd", &["notify"]),
    ("prometheus_client", &["metrics"]),
    ("psl", &["url"]),
    ("quick_xml", &["parse", "render", "config"]),
    ("regex", &["select"]),
    ("reqwest", &["fetch"]),
    ("rusqlite", &["store"]),
    ("sd_notify", &["notify"]),
    ("tokio_cron_scheduler", &["upkeep"]),
    ("toml_edit", &["config"]),
    ("tracing_journald", &["cli"]),
    ("tracing_subscriber", &["cli"]),
    ("whatlang", &["article"]),
    ("xxhash_rust", &["digest", "story"]),
    ("icu_normalizer", &["story"]),
    ("zstd", &["render"]),
];

#[test]
fn imports_go_down_only() {
    let mut wrong = Vec::new();
    for (room, text) in rooms() {
        let layer = layer_of(&room);
        for used in used_rooms(&text).into_iter().filter(|used| *used != room) {
            let is_down = layer_of(&used) < layer;
            let is_peer = layer_of(&used) == layer && layers_name(layer) != "doors";
            let may_meet = DOORS_THAT_MEET.contains(&(room.as_str(), used.as_str()));
            if !is_down && !is_peer && !may_meet {
                wrong.push(format!("{room} ({}) uses {used} ({})", layers_name(layer), layers_name(layer_of(&used))));
            }
        }
    }
    assert!(wrong.is_empty(), "imports that go up or across:\n{}", wrong.join("\n"));
}

#[test]
fn third_party_crates_have_one_owner() {
    let mut wrong = Vec::new();
    for (room, text) in rooms() {
        for (name, owners) in OWNERS {
            let is_named = text.contains(&format!("{name}::")) && !text.contains(&format!("mod {name};"));
            if is_named && !owners.contains(&room.as_str()) && names_crate(&text, name) {
                wrong.push(format!("{room} names {name}, which belongs to {}", owners.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn decisions_touch_nothing() {
    const WORLD: &[&str] = &[
        "std::fs",
        "std::net",
        "std::env",
        "tokio::",
        "tracing::",
        "SystemTime",
        "Instant::now",
        "clock::",
        "metrics::",
    ];
    let mut wrong = Vec::new();
    for (room, text) in rooms().into_iter().filter(|(room, _)| layers_name(layer_of(room)) == "decisions") {
        let used = WORLD.iter().filter(|name| text.contains(**name));
        wrong.extend(used.map(|name| format!("{room} names {name}")));
    }
    assert!(wrong.is_empty(), "decisions are pure:\n{}", wrong.join("\n"));
}

/// Every room with its code, tests and comments taken off.
fn rooms() -> Vec<(String, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut rooms: Vec<(String, String)> = Vec::new();
    for entry in fs::read_dir(&source).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        let room = name.trim_end_matches(".rs").to_owned();
        if room == "lib" || room == "main" {
            continue;
        }
        let text = read(&entry.path());
        match rooms.iter_mut().find(|(known, _)| *known == room) {
            Some((_, known)) => known.push_str(&text),
            None => rooms.push((room, text)),
        }
    }
    assert!(rooms.len() > 15, "the source was not found");
    rooms
}

fn read(path: &Path) -> String {
    if path.file_stem().is_some_and(|stem| stem == "tests") {
        return String::new();
    }
    if path.is_dir() {
        return fs::read_dir(path).unwrap().map(|entry| read(&entry.unwrap().path())).collect();
    }
    let is_code = path.extension().is_some_and(|extension| extension == "rs");
    if !is_code {
        return String::new();
    }
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect()
}

fn used_rooms(text: &str) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for after in text.split("crate::").skip(1) {
        if let Some(group) = after.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in group.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => used.extend(known_room(&std::mem::take(&mut name))),
                    c if depth == 0 => name.push(c),
                    _ => {}
                }
            }
            used.extend(known_room(&name));
        } else {
            used.extend(known_room(after));
        }
    }
    used
}

fn known_room(text: &str) -> Option<String> {
    let name: String = text.trim().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    LAYERS.iter().any(|(_, rooms)| rooms.contains(&name.as_str())).then_some(name)
}

/// `name::` as a crate, not as a module of ours (`crate::name::`, `self::name::`, `super::name::`).
fn names_crate(text: &str, name: &str) -> bool {
    let path = format!("{name}::");
    text.match_indices(&path).any(|(at, _)| {
        let before = &text[..at];
        !before.ends_with("::") && !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
    })
}

fn layer_of(room: &str) -> usize {
    LAYERS
        .iter()
        .position(|(_, rooms)| rooms.contains(&room))
        .unwrap_or_else(|| panic!("{room} is in no layer: add it to the table and to ARCHITECTURE.md"))
}

fn layers_name(layer: usize) -> &'static str {
    LAYERS[layer].0
}
