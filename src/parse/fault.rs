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
    Dense,
}

/// The table: every fault with its name, and what the publisher should mend.
const TABLE: &[(Fault, &str, &str)] = &[
    (Fault::BareAmpersand, "bare ampersand", "write & as &amp;"),
    (
        Fault::UndefinedEntity,
        "undefined entity",
        "write characters themselves, not names such as &eacute; that XML does not know",
    ),
    (
        Fault::ForbiddenReference,
        "reference to a forbidden character",
        "leave out control characters and numbers 128 to 159",
    ),
    (Fault::BareLessThan, "bare less-than sign", "write < as &lt;"),
    (Fault::Attribute, "malformed attribute", "quote attribute values, and give each attribute once"),
    (
        Fault::EndTag,
        "mismatched end tag",
        "end every element that was begun, in reverse order; escape HTML or put it in CDATA",
    ),
    (Fault::Unclosed, "unclosed element", "send the whole document: it ends before its root element does"),
    (Fault::Cdata, "broken CDATA section", "end CDATA sections with ]]>"),
    (Fault::Comment, "broken comment", "end comments with -->"),
    (Fault::Doctype, "entities of its own", "write characters themselves instead of declaring entities"),
    (Fault::Declaration, "misplaced XML declaration", "put one XML declaration at the very start"),
    (Fault::TextOutside, "text outside the document", "send nothing before or after the root element"),
    (Fault::UndeclaredPrefix, "undeclared namespace prefix", "declare every prefix with xmlns:prefix"),
    (Fault::Namespace, "namespace under another address", "use the namespace's own address, byte for byte"),
    (Fault::Case, "names in another case", "write element names in their own case"),
    (Fault::Dense, "more markup than is read", "send a feed: no feed has so many elements for its size"),
];

/// What the publisher should do about the repair of this name.
pub(super) fn advice(name: &str) -> Option<&'static str> {
    TABLE.iter().find(|(_, known, _)| *known == name).map(|(_, _, advice)| *advice)
}

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
    pub(super) fn of_bits(bits: u32) -> Self {
        Self(bits)
    }

    #[cfg(test)]
    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn contains(self, fault: Fault) -> bool {
        self.0 & (1 << fault as u8) != 0
    }

    pub(super) fn names(self) -> impl Iterator<Item = &'static str> {
        TABLE.iter().filter(move |(fault, ..)| self.contains(*fault)).map(|(_, name, _)| *name)
    }
}
