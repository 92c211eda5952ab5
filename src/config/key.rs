//! What one row of the table of keys holds.

use super::{
    notation::Notation,
    setting::{Rule, Setting},
};

pub(super) struct Section<T: 'static> {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
    pub(super) keys: &'static [Key<T>],
}

pub(super) struct Key<T: 'static> {
    pub(super) name: &'static str,
    pub(super) text: &'static str,
    /// As written in the file; None: the key is not set unless it is written.
    pub(super) default: Option<&'static str>,
    /// A section without it is refused.
    pub(super) required: bool,
    /// As written in the file; differs from the default.
    pub(super) example: &'static str,
    pub(super) rule: Rule,
    pub(super) field: fn(&mut T) -> &mut dyn Setting,
}

impl<T> Key<T> {
    pub(super) const fn new(name: &'static str, example: &'static str, field: fn(&mut T) -> &mut dyn Setting) -> Self {
        Key { name, text: "", default: None, required: false, example, rule: Rule::Any, field }
    }

    pub(super) const fn text(self, text: &'static str) -> Self {
        Key { text, ..self }
    }

    pub(super) const fn default(self, default: &'static str) -> Self {
        Key { default: Some(default), ..self }
    }

    pub(super) const fn required(self) -> Self {
        Key { required: true, ..self }
    }

    pub(super) const fn rule(self, rule: Rule) -> Self {
        Key { rule, ..self }
    }

    pub(super) const fn follows(self, notation: &'static Notation) -> Self {
        self.rule(Rule::Follows(notation))
    }
}

/// One row as text, whatever it points at: for the reference and for hints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub section: &'static str,
    /// What the section is about.
    pub section_text: &'static str,
    pub name: &'static str,
    /// "duration", "size", "text, or a list of them"
    pub kind: String,
    pub default: Option<&'static str>,
    pub required: bool,
    pub example: &'static str,
    pub text: &'static str,
}

impl<T> Section<T> {
    pub(super) fn rows<'a>(&'a self, blank: &'a mut T) -> impl Iterator<Item = Row> + 'a {
        self.keys.iter().map(|key| Row {
            section: self.name,
            section_text: self.text,
            name: key.name,
            kind: (key.field)(blank).kind(key.rule),
            default: key.default,
            required: key.required,
            example: key.example,
            text: key.text,
        })
    }
}
