//! What a front page offers to choose from: outputs, groups, languages.

use super::{OutputView, Site};
use crate::render::{address, language};

/// One kind of them, with its name.
pub(super) struct Choices<'a> {
    pub(super) name: &'static str,
    pub(super) links: Vec<Choice<'a>>,
}

pub(super) struct Choice<'a> {
    pub(super) title: &'a str,
    pub(super) lang: &'a str,
    pub(super) address: String,
    /// This is its page.
    pub(super) is_current: bool,
}

impl Choices<'_> {
    pub(super) fn of<'a>(
        name: &'static str,
        outputs: &'a [OutputView],
        current: &OutputView,
        site: &Site,
    ) -> Choices<'a> {
        let choice = |output: &'a OutputView| Choice {
            title: &output.title,
            lang: language::tag(output.language.as_deref()).unwrap_or_default(),
            address: format!("{}{}", site.root, address::encoded(&output.stem)),
            is_current: output.stem == current.stem,
        };
        Choices { name, links: outputs.iter().map(choice).collect() }
    }

    /// What it adds to a page, near enough.
    pub(super) fn weight(&self) -> usize {
        self.links.iter().map(|link| 60 + link.title.len() + link.address.len()).sum()
    }
}

/// What a language is called by those who speak it.
pub fn own_name(tag: &str) -> String {
    let name = language::own_name(Some(tag));
    if name.is_empty() { "English".into() } else { name }
}
