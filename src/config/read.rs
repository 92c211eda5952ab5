//! The text of a configuration to a draft, by the table of keys.
//!
//! Collects every problem that one value or one name can have; what values must be to each other is `finish`'s.

use std::ops::Range;

use toml_edit::{Document, Item, TableLike, Value};

use super::{
    draft::{self, Draft, Written},
    environment::Environment,
    key::{Key, Section},
    nearest::nearest,
    problem::{Problem, Refusal, Source},
    report::Report,
    setting::{Places, Reading},
    table::{self, FEED, GROUP, OUTPUT, SECTIONS},
};

/// Reads the whole text; None where it is not TOML.
pub(super) fn read(report: &mut Report, places: Places) -> Option<Draft> {
    let mut draft = Draft {
        settings: draft::nothing(),
        written: Default::default(),
        feeds: vec![],
        groups: vec![],
        outputs: vec![],
    };
    for section in &SECTIONS {
        section.fill(&mut draft.settings);
    }
    match Document::parse(report.source.text) {
        Ok(document) => {
            Walk { report, places }.document(document.as_table(), &mut draft);
            Some(draft)
        }
        Err(error) => {
            let wrong = format!("this is not TOML: {}", error.message().lines().collect::<Vec<_>>().join(", "));
            report.refuse(error.span(), Refusal::new(wrong, "key = value, with text in quotes"));
            None
        }
    }
}

/// The environment's overrides, read by the same rows as the keys that they stand in for.
pub(super) fn read_environment(draft: &mut Draft, environment: &Environment) -> Vec<Problem> {
    let overrides = [
        ("HEADLINED_LISTEN", "server", "listen", &environment.listen),
        ("HEADLINED_BASE_URL", "server", "base_url", &environment.base_url),
        ("HEADLINED_STORE", "store", "path", &environment.store),
    ];
    let mut problems = Vec::new();
    for (variable, section, name, value) in overrides {
        let Some(value) = value else { continue };
        let keys = SECTIONS.iter().filter(|s| s.name == section).flat_map(|s| s.keys);
        for key in keys.filter(|key| key.name == name) {
            let item = Item::Value(value.as_str().into());
            let reading = Reading { rule: key.rule, places: Places::here() };
            let refused = (key.field)(&mut draft.settings).read(&item, reading).err().unwrap_or_default();
            let source = Source { file: variable, text: "" };
            problems.extend(refused.into_iter().map(|refusal| source.problem(None, refusal)));
        }
    }
    problems
}

impl<T> Section<T> {
    /// Puts every default in its place.
    pub(super) fn fill(&self, target: &mut T) {
        for key in self.keys {
            let default = key.default.and_then(|text| text.parse::<Value>().ok());
            if let Some(value) = default {
                let reading = Reading { rule: key.rule, places: Places::here() };
                let read = (key.field)(target).read(&Item::Value(value), reading);
                debug_assert_eq!(read, Ok(()), "the default of {} in [{}]", key.name, self.name);
            }
        }
    }

    fn key(&self, name: &str) -> Option<&Key<T>> {
        self.keys.iter().find(|key| key.name == name)
    }
}

struct Walk<'a, 'b> {
    report: &'a mut Report<'b>,
    places: Places<'a>,
}

impl Walk<'_, '_> {
    fn document(&mut self, document: &dyn TableLike, draft: &mut Draft) {
        for (name, item) in document.iter() {
            let at = document.key(name).and_then(toml_edit::Key::span).or(item.span());
            if name == FEED.name {
                draft.feeds = self.repeated(&FEED, item, at);
            } else if name == GROUP.name {
                draft.groups = self.repeated(&GROUP, item, at);
            } else if name == OUTPUT.name {
                draft.outputs = self.repeated(&OUTPUT, item, at);
            } else if let Some(section) = SECTIONS.iter().find(|section| section.name == name) {
                let written = self.once(section, item, at, &mut draft.settings);
                draft.written.insert(section.name, written);
            } else {
                self.report.refuse(at, unknown_section(name, item));
            }
        }
    }

    fn once<T>(&mut self, section: &Section<T>, item: &Item, at: Option<Range<usize>>, target: &mut T) -> Written {
        let name = section.name;
        match item.as_table_like() {
            Some(table) => self.section(section, table, item.span(), target),
            None => {
                let wrong = match item.is_array_of_tables() {
                    true => format!("[[{name}]] has double brackets"),
                    false => format!("`{name}` is not a section here"),
                };
                let expected = format!("one section, headed [{name}]");
                self.report.refuse(at, Refusal::new(wrong, expected));
                Written::default()
            }
        }
    }

    fn repeated<T: Default>(
        &mut self,
        section: &Section<T>,
        item: &Item,
        at: Option<Range<usize>>,
    ) -> Vec<(T, Written)> {
        let name = section.name;
        let Some(tables) = tables(item) else {
            let wrong = format!("[{name}] has single brackets");
            let expected = format!("double brackets, because there can be several: [[{name}]]");
            self.report.refuse(item.span().or(at), Refusal::new(wrong, expected));
            return Vec::new();
        };
        let mut filled = Vec::new();
        for (table, header) in tables {
            let mut target = T::default();
            section.fill(&mut target);
            let written = self.section(section, table, header, &mut target);
            filled.push((target, written));
        }
        filled
    }

    fn section<T>(
        &mut self,
        section: &Section<T>,
        table: &dyn TableLike,
        header: Option<Range<usize>>,
        target: &mut T,
    ) -> Written {
        let mut written = Written { header, ..Written::default() };
        for (name, item) in table.iter() {
            let name_at = table.key(name).and_then(toml_edit::Key::span);
            let Some(key) = section.key(name) else {
                self.report.refuse(name_at, unknown_key(section, name));
                continue;
            };
            let at = item.span().or(name_at);
            written.keys.extend(at.clone().map(|at| (key.name, at)));
            let reading = Reading { rule: key.rule, places: self.places };
            for mut refusal in (key.field)(target).read(item, reading).err().unwrap_or_default() {
                refusal.wrong = format!("{name} in {}: {}", heading(section.name), refusal.wrong);
                self.report.refuse(at.clone(), refusal);
            }
        }
        for key in section.keys.iter().filter(|key| key.required && !written.has(key.name)) {
            let refusal = Refusal::new(
                format!("this {} has no {}", heading(section.name), key.name),
                format!("{} = {}", key.name, key.example),
            );
            self.report.refuse(written.header.clone(), refusal);
        }
        written
    }
}

pub(super) type Spanned<'a> = (&'a dyn TableLike, Option<Range<usize>>);

/// `[[feed]]` sections, or `feed = [{ … }, { … }]`.
pub(super) fn tables(item: &Item) -> Option<Vec<Spanned<'_>>> {
    if let Some(tables) = item.as_array_of_tables() {
        return Some(tables.iter().map(|table| (table as &dyn TableLike, table.span())).collect());
    }
    item.as_array()?.iter().map(|value| Some((value.as_inline_table()? as &dyn TableLike, value.span()))).collect()
}

/// How a section is headed: `[fetch]`, `[[feed]]`.
fn heading(section: &str) -> String {
    match [FEED.name, GROUP.name, OUTPUT.name].contains(&section) {
        true => format!("[[{section}]]"),
        false => format!("[{section}]"),
    }
}

fn unknown_section(name: &str, item: &Item) -> Refusal {
    let sections = || SECTIONS.iter().map(|section| section.name).chain([FEED.name, GROUP.name, OUTPUT.name]);
    let expected = sections().map(heading).collect::<Vec<_>>().join(", ");
    if item.is_value() {
        let home = home(name).map(|section| format!("`{name}` under {}", heading(section)));
        return Refusal::new(format!("`{name}` stands outside of any section"), format!("one of {expected} above it"))
            .suggest(home);
    }
    let near = nearest(name, sections()).map(heading);
    Refusal::new(format!("unknown section `{name}`"), format!("one of {expected}")).suggest(near)
}

fn unknown_key<T>(section: &Section<T>, name: &str) -> Refusal {
    let names = || section.keys.iter().map(|key| key.name);
    let near = nearest(name, names()).map(|near| format!("`{near}`"));
    let elsewhere = || home(name).map(|home| format!("`{name}` under {}", heading(home)));
    let heading = heading(section.name);
    let expected = format!("one of {}", names().collect::<Vec<_>>().join(", "));
    let refusal = Refusal::new(format!("unknown key `{name}` in {heading}"), expected);
    refusal.suggest(near.or_else(elsewhere)).secret(may_be_secret(name))
}

/// A misspelt or invented key for a secret: its value must not get into a message.
fn may_be_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    ["pass", "secret", "token", "auth", "cookie", "key"].iter().any(|word| name.contains(word))
}

/// The section that has a key of this name.
fn home(name: &str) -> Option<&'static str> {
    table::rows().into_iter().find(|row| row.name == name).map(|row| row.section)
}
