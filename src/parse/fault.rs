//! What can be wrong with a document's markup, in words for whoever publishes it.
//!
//! The tree builder notices these while it reads; each is mended there and then, or resolved when text is read.
//! What is wrong with a document's vocabulary is mended by `repair`.

/// A fault of the markup, and at once the name of its repair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Fault {
    BareAmpersand,
    UndefinedEntity,
    ForbiddenReference,
    BareLessThan,
    Attribute,
    EndTag,
    Unclosed,
    Cdata,
    Comment,
    Doctype,
    Declaration,
    TextOutside,
    UndeclaredPrefix,
    Namespace,
    Case,
}

/// The table: every fault with its name.
const NAMES: &[(Fault, &str)] = &[
    (Fault::BareAmpersand, "bare ampersand"),
    (Fault::UndefinedEntity, "undefined entity"),
    (Fault::ForbiddenReference, "reference to a forbidden character"),
    (Fault::BareLessThan, "bare less-than sign"),
    (Fault::Attribute, "malformed attribute"),
    (Fault::EndTag, "mismatched end tag"),
    (Fault::Unclosed, "unclosed element"),
    (Fault::Cdata, "broken CDATA section"),
    (Fault::Comment, "broken comment"),
    (Fault::Doctype, "entities of its own"),
    (Fault::Declaration, "misplaced XML declaration"),
    (Fault::TextOutside, "text outside the document"),
    (Fault::UndeclaredPrefix, "undeclared namespace prefix"),
    (Fault::Namespace, "namespace under another address"),
    (Fault::Case, "names in another case"),
];

/// The faults met in one document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Faults(u32);

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.0 |= 1 << fault as u8;
    }

    pub(super) fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    #[cfg(test)]
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn contains(self, fault: Fault) -> bool {
        self.0 & (1 << fault as u8) != 0
    }

    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        NAMES.iter().filter(move |(fault, _)| self.contains(*fault)).map(|(_, name)| *name)
    }
}
