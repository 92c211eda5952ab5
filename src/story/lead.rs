//! Which of several copies stands for all of them.
//!
//! The origin where it can be told, else what everybody may read, else the operator's priority, else the first. Asked
//! before an entry is published; afterwards an entry keeps its article (RULES 3).

use super::place::{credited_site, link_site};
use crate::model::{ArticleId, Source};

/// What is known of one copy.
#[derive(Debug, Clone, Copy, Default)]
pub struct Candidate<'a> {
    pub id: ArticleId,
    pub priority: i64,
    /// Its text is behind a paywall: a free copy leads.
    pub paywall: bool,
    pub link_key: Option<&'a str>,
    /// The publisher that it credits, if not its own.
    pub source: Option<&'a Source>,
}

/// The article that leads; none only of no copies.
pub fn lead(copies: &[Candidate]) -> Option<ArticleId> {
    let rank = |copy: &Candidate| {
        let credits = copies.iter().filter(|other| other.id != copy.id && is_credited(copy, other)).count();
        (defers(copy, copies), std::cmp::Reverse(credits), copy.paywall, std::cmp::Reverse(copy.priority), copy.id)
    };
    copies.iter().min_by_key(|copy| rank(copy)).map(|copy| copy.id)
}

fn is_credited(copy: &Candidate, by: &Candidate) -> bool {
    let (site, credited) = (link_site(copy.link_key), credited_site(by.source));
    !site.is_empty() && site == credited && link_site(by.link_key) != site
}

/// Whether it credits another outlet that is here itself.
fn defers(copy: &Candidate, copies: &[Candidate]) -> bool {
    copies.iter().any(|other| other.id != copy.id && is_credited(other, copy))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(copies: &[Candidate], expected: ArticleId) {
        assert_eq!(lead(copies), Some(expected));
        let mut backward = copies.to_vec();
        backward.reverse();
        assert_eq!(lead(&backward), Some(expected), "backward");
    }

    #[test]
    fn the_origin_leads_then_the_free_then_priority_then_the_first() {
        let source = |site: &str| Source { site_url: Some(site.into()), ..Source::default() };
        let (origin, own) = (source("https://www.origin.example/"), source("https://other.example/"));
        let at = |id, link_key| Candidate { id, link_key: Some(link_key), ..Candidate::default() };
        let printed = at(2, "origin.example/a");
        let aggregated = Candidate { source: Some(&origin), priority: 9, ..at(1, "news.example/x") };
        check(&[aggregated, printed], 2);
        check(&[Candidate { paywall: true, priority: 5, ..at(1, "a.example/1") }, at(2, "b.example/1")], 2);
        check(&[at(1, "a.example/1"), Candidate { priority: 5, ..at(2, "b.example/1") }], 2);
        check(&[at(2, "a.example/1"), at(1, "b.example/1")], 1);
        check(&[Candidate { source: Some(&own), ..at(1, "other.example/1") }, at(2, "b.example/1")], 1);
        assert_eq!(lead(&[]), None);
    }
}
