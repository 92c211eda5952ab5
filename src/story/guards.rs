//! What keeps two articles apart although their words agree: issues of one bulletin, templates, other numbers.

use super::policy::Policy;
use super::shingles::common;
use super::stems::TITLE_WEIGHT;
use super::terms::Word;
use super::why::Guard;
use super::window::Row;

/// Overlap from which two texts are prints of one template, if they are not copies.
const TEMPLATE: f64 = 0.4;
/// Words that a headline needs to tell anything by itself; and pairs of characters, for scripts without spaces.
pub(super) const IDENTIFYING: u8 = 3;
const IDENTIFYING_PAIRS: u8 = 7;

/// What forbids `a` and `b` to be of one story, at this similarity of theirs. Symmetric.
pub(super) fn veto(policy: &Policy, a: &Row, b: &Row, similarity: f64) -> Option<Guard> {
    if is_other_issue(a, b) {
        return Some(Guard::OtherIssue);
    }
    if !identifies(a, IDENTIFYING) && !identifies(b, IDENTIFYING) && !is_one_text(a, b) {
        return Some(Guard::SaysLittle);
    }
    let is_template = a.lists.overlap(&b.lists) >= TEMPLATE;
    if !are_kin(a, b) {
        let is_filled = have_other_numbers(a, b) || a.marks.bulletin && fill_one_template(a, b);
        return (is_template && is_filled).then_some(Guard::Template);
    }
    let same = |x: u32, y: u32| x != 0 && x == y;
    if have_other_numbers(a, b) {
        Some(Guard::OtherNumbers)
    } else if same(a.marks.label, b.marks.label) || same(a.marks.opening, b.marks.opening) {
        Some(Guard::OwnLabel)
    } else if is_template {
        Some(Guard::Template)
    } else if similarity < policy.kin_join {
        Some(Guard::OwnPublisher)
    } else {
        None
    }
}

/// Whether the headline has at least so many words that mean something.
pub(super) fn identifies(a: &Row, words: u8) -> bool {
    a.marks.informative >= if a.marks.pairs { IDENTIFYING_PAIRS } else { words }
}

fn is_one_text(a: &Row, b: &Row) -> bool {
    a.lists.meets(&b.lists)
}

/// Whether two headlines fill one template: two thirds of their words agree, and each has one that the other lacks.
pub(super) fn fill_one_template(a: &Row, b: &Row) -> bool {
    let heavy =
        |row: &Row| row.words.iter().filter(|w| w.weight() >= u32::from(TITLE_WEIGHT)).map(|w| w.term()).collect();
    let (x, y): (Vec<u32>, Vec<u32>) = (heavy(a), heavy(b));
    let both = common(&x, &y);
    both < x.len() && both < y.len() && both * 3 >= x.len().max(y.len()) * 2 && !have_equal_titles(a, b)
}

/// With or without what may be an outlet's name behind them.
pub(super) fn have_equal_titles(a: &Row, b: &Row) -> bool {
    let (a, b) = (&a.marks, &b.marks);
    a.title != 0
        && (a.title == b.title || a.bare_title == b.title || a.title == b.bare_title || a.bare_title == b.bare_title)
}

/// The same headline but for its numbers and days: "day 1,460", "photos of 2 March".
pub(super) fn is_other_issue(a: &Row, b: &Row) -> bool {
    let (a, b) = (&a.marks, &b.marks);
    a.pattern != 0 && a.pattern == b.pattern && a.issue != b.issue
}

/// Feeds of one publisher are one voice. An unknown feed is kin to nobody.
pub(super) fn are_kin(a: &Row, b: &Row) -> bool {
    a.feed != 0 && a.feed == b.feed || a.marks.publisher != 0 && a.marks.publisher == b.marks.publisher
}

pub(super) fn have_other_numbers(a: &Row, b: &Row) -> bool {
    let (a, b) = (a.lists.numbers(), b.lists.numbers());
    !a.is_empty() && !b.is_empty() && common(a, b) == 0
}
