//! Whether two articles are copies: the same page, the same entry, or the same text.
//!
//! Decided for a pair from the pair alone, cheapest rule first, and from nothing that was learned; only what is known
//! to recur (`partners`) asks for more. A copy set is the connected component of these decisions.

use super::book::Book;
use super::guards::{self, IDENTIFYING, fill_one_template, have_equal_titles, identifies};
use super::policy::Policy;
use super::postings::Mark;
use super::shingles::common;
use super::why::Rule;
use super::window::{Row, RowId};
use crate::model::{ArticleId, seconds};

/// Texts of so many runs that share less than a tenth are not the same text, whatever their headlines say.
const CONTRADICTING_RUNS: usize = 30;
const CONTRADICTION: f64 = 0.1;
/// Two texts under one address or id in one feed are one entry from here on.
const SAME_ENTRY: f64 = 0.3;
const SAME_ENTRY_RUNS: usize = 10;
/// Words that a headline needs to identify where a credited outlet is its witness.
const WITNESSED: u8 = 2;
/// Articles that are asked whether a headline or a run of text recurs.
const ASKED: usize = 64;

/// An article that another is a copy of, and why.
#[derive(Debug, Clone, Copy)]
pub(super) struct Partner {
    pub(super) row: RowId,
    pub(super) rule: Rule,
    pub(super) score: f64,
}

/// One copy of `at` from each copy set among the articles that share most marks with it, in settle order.
pub(super) fn partners(book: &Book, policy: &Policy, at: RowId) -> Vec<Partner> {
    let Some(row) = book.window.row(at) else { return Vec::new() };
    let (mut found, mut sets): (Vec<Partner>, Vec<ArticleId>) = (Vec::new(), Vec::new());
    for other in candidates(book, policy, at, row) {
        let Some(candidate) = book.window.row(other).filter(|candidate| !sets.contains(&candidate.copy_set)) else {
            continue;
        };
        let decided = decide(policy, row, candidate);
        if let Some((rule, score)) = decided.filter(|(rule, _)| stands(book, policy, *rule, row, candidate)) {
            sets.push(candidate.copy_set);
            found.push(Partner { row: other, rule, score });
        }
    }
    found.sort_unstable_by_key(|partner| partner.row);
    found
}

/// Whether what recurs is more than that.
fn stands(book: &Book, policy: &Policy, rule: Rule, a: &Row, b: &Row) -> bool {
    match rule {
        Rule::Title | Rule::Credit => apart(a, b) <= seconds(policy.issue_span) || !recurs(book, policy, a, b),
        Rule::Text => is_more_than_boilerplate(book, policy, a, b),
        _ => true,
    }
}

fn candidates(book: &Book, policy: &Policy, at: RowId, row: &Row) -> Vec<RowId> {
    const EXACT: u32 = 1_000;
    let limit = policy.copy_candidates;
    let others = |mark: Mark| book.marks.rows(mark).filter(move |&other| other != at);
    let exact = row.marks.exact().flat_map(|mark| others(mark).take(limit)).map(|other| (other, EXACT));
    let runs = row.lists.keys().flat_map(|run| others(Mark::Run(run)).take(2 * limit)).map(|other| (other, 1));
    let mut hits: Vec<(RowId, u32)> = exact.chain(runs).collect();
    hits.sort_unstable();
    hits.dedup_by(|next, sum| {
        let same = next.0 == sum.0;
        sum.1 += if same { next.1 } else { 0 };
        same
    });
    hits.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    hits.truncate(limit);
    hits.into_iter().map(|(other, _)| other).collect()
}

/// The rule that makes two articles copies, and its score. Symmetric.
pub(super) fn decide(policy: &Policy, a: &Row, b: &Row) -> Option<(Rule, f64)> {
    let overlap = a.lists.overlap(&b.lists);
    if a.marks.link != 0 && a.marks.link == b.marks.link && is_same_entry(a, b, overlap) {
        return Some((Rule::Link, 1.0));
    }
    if a.marks.origin != 0 && a.marks.origin == b.marks.origin && is_same_entry(a, b, overlap) {
        return Some((Rule::Origin, 1.0));
    }
    if guards::is_other_issue(a, b) {
        return None;
    }
    if is_credited(a, b)
        && have_equal_titles(a, b)
        && identifies(a, WITNESSED)
        && apart(a, b) <= seconds(policy.title_span)
    {
        return Some((Rule::Credit, 1.0));
    }
    if is_same_title(policy, a, b, overlap) {
        return Some((Rule::Title, 1.0));
    }
    is_same_text(policy, a, b, overlap).then_some((Rule::Text, overlap))
}

/// One address or id in two feeds is one page. Within one feed, whoever settled them took them for two articles
/// (thirty days of one link are thirty articles, RULES 1), so text or headline must say that they are one.
fn is_same_entry(a: &Row, b: &Row, overlap: f64) -> bool {
    let titled = have_equal_titles(a, b);
    if a.feed != b.feed {
        return titled || !contradict(a, b, overlap);
    }
    let same_text = overlap >= SAME_ENTRY && shorter(a, b) >= SAME_ENTRY_RUNS && !guards::is_other_issue(a, b);
    (same_text || titled) && identifies(a, IDENTIFYING)
}

/// One of the two is an aggregator's entry that names the other's outlet as its source.
fn is_credited(a: &Row, b: &Row) -> bool {
    let credits = |from: &Row, to: &Row| from.marks.credited != 0 && from.marks.credited == to.marks.site;
    credits(a, b) || credits(b, a)
}

fn is_same_title(policy: &Policy, a: &Row, b: &Row, overlap: f64) -> bool {
    if a.feed == b.feed && a.feed != 0 || !have_equal_titles(a, b) {
        return false;
    }
    let recurring = guards::are_kin(a, b) || a.marks.bulletin && a.lists.numbers().is_empty();
    let span = seconds(if recurring { policy.issue_span } else { policy.title_span });
    apart(a, b) <= span && identifies(a, IDENTIFYING) && identifies(b, IDENTIFYING) && !contradict(a, b, overlap)
}

fn is_same_text(policy: &Policy, a: &Row, b: &Row, overlap: f64) -> bool {
    if shorter(a, b) < policy.text_runs || overlap < policy.text_overlap {
        return false;
    }
    let (x, y) = (numbers(a), numbers(b));
    if guards::are_kin(a, b) {
        return overlap >= policy.kin_overlap && x == y && apart(a, b) <= seconds(policy.issue_span);
    }
    let (both, fewer) = (common(&x, &y), x.len().min(y.len()));
    // Prints of one template differ in a number or a name; what was only cut does not.
    let is_cut = both == fewer && !fill_one_template(a, b);
    both * 2 >= fewer && (is_cut || overlap >= policy.kin_overlap)
}

/// One feed has used this headline at another time: then it names a series, not an article.
fn recurs(book: &Book, policy: &Policy, a: &Row, b: &Row) -> bool {
    let titles = [a.marks.title, a.marks.bare_title].map(Mark::Title);
    titles.iter().flat_map(|&title| book.marks.rows(title).take(ASKED)).filter_map(|at| book.window.row(at)).any(
        |other| {
            [a, b].iter().any(|mine| {
                other.feed != 0
                    && other.feed == mine.feed
                    && other.id != mine.id
                    && have_equal_titles(other, mine)
                    && apart(other, mine) > seconds(policy.issue_span)
                    && decide(policy, other, mine).is_none()
            })
        },
    )
}

/// Whether the texts still agree without what a feed prints under many of its articles (RULES 3).
fn is_more_than_boilerplate(book: &Book, policy: &Policy, a: &Row, b: &Row) -> bool {
    let short = if a.lists.runs() <= b.lists.runs() { a } else { b };
    let long = if short.id == a.id { b } else { a };
    let (mut own, mut shared) = (0usize, 0usize);
    for run in short.lists.keys() {
        if is_boilerplate(book, policy, run, a) || is_boilerplate(book, policy, run, b) {
            continue;
        }
        own += 1;
        shared += usize::from(long.lists.has(run));
    }
    own > 0 && shared as f64 >= policy.text_overlap * own as f64 * SAMPLING
}

/// Few runs are asked here: they may say a little less than all of them did.
const SAMPLING: f64 = 0.6;

fn is_boilerplate(book: &Book, policy: &Policy, run: u32, of: &Row) -> bool {
    if of.feed == 0 {
        return false;
    }
    let mut sets: Vec<ArticleId> = Vec::new();
    for at in book.marks.rows(Mark::Run(run)).take(ASKED) {
        let Some(row) = book.window.row(at).filter(|row| row.feed == of.feed && row.lists.has(run)) else {
            continue;
        };
        if !sets.contains(&row.copy_set) {
            sets.push(row.copy_set);
        }
    }
    sets.len() >= policy.boilerplate
}

fn numbers(a: &Row) -> Vec<u32> {
    let mut all = [a.lists.numbers(), a.lists.text_numbers()].concat();
    all.sort_unstable();
    all.dedup();
    all
}

fn contradict(a: &Row, b: &Row, overlap: f64) -> bool {
    shorter(a, b) >= CONTRADICTING_RUNS && overlap < CONTRADICTION
}

fn shorter(a: &Row, b: &Row) -> usize {
    a.lists.runs().min(b.lists.runs())
}

fn apart(a: &Row, b: &Row) -> i64 {
    a.published_at.saturating_sub(b.published_at).saturating_abs()
}
