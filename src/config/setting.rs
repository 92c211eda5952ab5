//! What a key of the table points at: one value, an optional one, or a list of them.

use std::{path::Path, time::Duration};

use toml_edit::{Array, Item, Value};

use super::{notation::Notation, problem::Refusal, scalar::a};

/// What a key asks of its value beyond the type. Bounds are inclusive.
#[derive(Clone, Copy)]
pub(super) enum Rule {
    Any,
    Follows(&'static Notation),
    Count(i64, i64),
    Lasts(Duration, Duration),
    Holds(u64, u64),
    /// The same of a duration whose None is written `"forever"`.
    OrForever(Duration, Duration),
}

/// What reading a value may need to know.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) rule: Rule,
    pub(super) places: Places<'a>,
}

/// What paths in the file start from.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    /// Relative paths are relative to this.
    pub(super) folder: &'a Path,
    /// What `$CREDENTIALS_DIRECTORY/` stands for.
    pub(super) credentials: Option<&'a Path>,
}

impl Places<'_> {
    /// Paths that come from elsewhere than the file: relative to the working directory.
    pub(super) fn here() -> Self {
        Places { folder: Path::new(""), credentials: None }
    }
}

pub(super) trait Scalar: Sized {
    fn kind(rule: Rule) -> &'static str;
    fn parse(value: &Value, reading: Reading) -> Result<Self, Refusal>;
    fn written(&self) -> Value;
}

pub(super) trait Setting {
    /// What the reference calls such values.
    fn kind(&self, rule: Rule) -> String;
    /// Takes the value; whatever is refused leaves the setting as it was.
    fn read(&mut self, item: &Item, reading: Reading) -> Result<(), Vec<Refusal>>;
    /// As it would be written; None where it is not set.
    fn show(&self, rule: Rule) -> Option<Value>;
}

impl<T: Scalar> Setting for T {
    fn kind(&self, rule: Rule) -> String {
        T::kind(rule).to_owned()
    }

    fn read(&mut self, item: &Item, reading: Reading) -> Result<(), Vec<Refusal>> {
        *self = scalar(item, reading).map_err(|refusal| vec![refusal])?;
        Ok(())
    }

    fn show(&self, _: Rule) -> Option<Value> {
        Some(self.written())
    }
}

impl<T: Scalar> Setting for Option<T> {
    fn kind(&self, rule: Rule) -> String {
        match rule {
            Rule::OrForever(..) => format!("{} or \"forever\"", T::kind(rule)),
            _ => T::kind(rule).to_owned(),
        }
    }

    fn read(&mut self, item: &Item, reading: Reading) -> Result<(), Vec<Refusal>> {
        *self = match reading.rule {
            Rule::OrForever(..) if item.as_str() == Some("forever") => None,
            _ => Some(scalar(item, reading).map_err(|refusal| vec![refusal])?),
        };
        Ok(())
    }

    fn show(&self, rule: Rule) -> Option<Value> {
        match (self, rule) {
            (None, Rule::OrForever(..)) => Some("forever".into()),
            (value, _) => value.as_ref().map(Scalar::written),
        }
    }
}

/// A list may also be written as the one value that it holds.
impl<T: Scalar> Setting for Vec<T> {
    fn kind(&self, rule: Rule) -> String {
        format!("{}, or a list of them", T::kind(rule))
    }

    fn read(&mut self, item: &Item, reading: Reading) -> Result<(), Vec<Refusal>> {
        let values: Vec<_> = match item.as_array() {
            Some(array) => array.iter().map(|value| T::parse(value, reading).map_err(|r| r.at(value.span()))).collect(),
            None => vec![scalar(item, reading)],
        };
        let (taken, refused): (Vec<_>, Vec<_>) = values.into_iter().partition(Result::is_ok);
        if !refused.is_empty() {
            return Err(refused.into_iter().filter_map(Result::err).collect());
        }
        *self = taken.into_iter().flatten().collect();
        Ok(())
    }

    fn show(&self, _: Rule) -> Option<Value> {
        (!self.is_empty()).then(|| Value::Array(self.iter().map(Scalar::written).collect::<Array>()))
    }
}

fn scalar<T: Scalar>(item: &Item, reading: Reading) -> Result<T, Refusal> {
    match item.as_value() {
        Some(value) => T::parse(value, reading),
        None => Err(Refusal::new(format!("found {}", a(item.type_name())), T::kind(reading.rule))),
    }
}
