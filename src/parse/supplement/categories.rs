//! Subjects and keywords of every vocabulary.

use super::MAX_LISTED;
use crate::{
    model::Category,
    parse::{names::Space::*, tree::Element},
};

pub(super) fn categories(parent: Element<'_, '_>) -> Vec<Category> {
    let mut found: Vec<Category> = Vec::new();
    let mut add = |category: Category| {
        if found.len() < MAX_LISTED
            && !category.term.is_empty()
            && !found.iter().any(|known| known.term == category.term && known.scheme == category.scheme)
        {
            found.push(category);
        }
    };
    for child in parent.elements() {
        match (child.space(), child.name()) {
            (Core | Atom | Media, "category") => add(category(child)),
            (Dc, "subject") => add(plain_category(&child.text())),
            (Itunes, "category") => itunes_categories(child, &mut add),
            (Itunes | Media | Core, "keywords") => {
                child.text().split([',', ';']).for_each(|word| add(plain_category(word)))
            }
            _ => {}
        }
    }
    found
}

fn plain_category(term: &str) -> Category {
    Category { term: term.split_whitespace().collect::<Vec<_>>().join(" "), ..Category::default() }
}

fn category(element: Element<'_, '_>) -> Category {
    let term = element.value("term").unwrap_or_else(|| plain_category(&element.own_text()).term);
    let scheme = element.value("scheme").or_else(|| element.value("domain"));
    Category { term, scheme, label: element.value("label") }
}

fn itunes_categories(element: Element<'_, '_>, add: &mut impl FnMut(Category)) {
    add(plain_category(&element.value("text").unwrap_or_default()));
    element
        .elements()
        .filter(|child| child.is(Itunes, "category"))
        .for_each(|child| itunes_categories(child, &mut *add));
}
