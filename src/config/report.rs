//! The problems of one file, as they are found, and the door to the files that it names.

use std::{
    collections::BTreeMap,
    io,
    ops::Range,
    path::{Path, PathBuf},
};

use super::problem::{Problem, Refusal, Source};

/// Reads a file that a key names.
pub(super) type ReadFile<'a> = &'a dyn Fn(&Path) -> io::Result<String>;

pub(super) struct Report<'a> {
    pub(super) source: Source<'a>,
    pub(super) read_file: ReadFile<'a>,
    pub(super) problems: Vec<Problem>,
}

impl Report<'_> {
    pub(super) fn refuse(&mut self, at: Option<Range<usize>>, refusal: Refusal) {
        self.problems.push(self.source.problem(at, refusal));
    }

    /// The text of the file at `path`, which `key` names, without the white space around it.
    pub(super) fn file(&mut self, key: &str, path: &Path, at: Option<Range<usize>>) -> Option<String> {
        let refusal = match (self.read_file)(path) {
            Ok(text) if !text.trim().is_empty() => return Some(text.trim().to_owned()),
            Ok(_) => Refusal::new(format!("{key}: {} is empty", path.display()), "a file with something in it"),
            Err(error) => {
                let wrong = format!("{key}: cannot read {}: {error}", path.display());
                Refusal::new(wrong, "a file that this user can read")
            }
        };
        self.refuse(at, refusal);
        None
    }

    /// That each of these files holds certificates.
    pub(super) fn check_roots(&mut self, paths: &[PathBuf], at: &Option<Range<usize>>) {
        for path in paths {
            let text = self.file("tls_roots", path, at.clone());
            if text.is_some_and(|text| !text.contains("-----BEGIN CERTIFICATE-----")) {
                let wrong = format!("tls_roots: {} holds no certificate", path.display());
                self.refuse(at.clone(), Refusal::new(wrong, "a PEM file with certificates"));
            }
        }
    }
}

/// Where each value of a key was first met.
#[derive(Default)]
pub(super) struct Seen(BTreeMap<String, usize>);

impl Seen {
    /// The line where `value` was met before; None also for a value that was refused, and so is empty.
    pub(super) fn before(&mut self, value: &str, at: &Option<Range<usize>>, source: &Source) -> Option<usize> {
        let here = at.as_ref().filter(|_| !value.is_empty())?.start;
        let first = *self.0.entry(value.to_owned()).or_insert(here);
        (first != here).then(|| source.line_of(first))
    }
}
