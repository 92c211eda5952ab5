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
    /// Those of the others that its text links to ([`links_to`]).
    pub links: &'a [ArticleId],
}

/// The article that leads; none only of no copies.
pub fn lead(copies: &[Candidate]) -> Option<ArticleId> {
    let rank = |copy: &Candidate| {
        let credits = std::cmp::Reverse(credits(copy, copies));
        (defers(copy, copies), credits, copy.paywall, std::cmp::Reverse(copy.priority), copy.id)
    };
    copies.iter().min_by_key(|copy| rank(copy)).map(|copy| copy.id)
}

/// The article that the others have their text from; none where nobody credits or links to another.
pub fn origin(copies: &[Candidate]) -> Option<ArticleId> {
    let first = copies.iter().filter(|copy| !defers(copy, copies) && credits(copy, copies) > 0);
    first.min_by_key(|copy| (std::cmp::Reverse(credits(copy, copies)), copy.id)).map(|copy| copy.id)
}

/// Whether an article's HTML links to the page with this key (see `article::link`). A site's home page is no article.
pub fn links_to(html: &str, link_key: &str) -> bool {
    let page = link_key.split('?').next().unwrap_or_default();
    if page.split_once('/').is_none_or(|(_, path)| path.is_empty()) {
        return false;
    }
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || matches!(next, '-' | '_' | '.'));
    html.match_indices(page).any(|(at, found)| html[..at].ends_with(['/', '.']) && ends(&html[at + found.len()..]))
}

/// How many of the others have their text from it, as they say.
fn credits(copy: &Candidate, copies: &[Candidate]) -> usize {
    copies.iter().filter(|other| other.id != copy.id && is_credited(copy, other)).count()
}

fn is_credited(copy: &Candidate, by: &Candidate) -> bool {
    if by.links.contains(&copy.id) && !copy.links.contains(&by.id) {
        return true;
    }
    let credited = credited_site(by.source);
    if credited.is_empty() {
        return false; // Most credit nobody, and of many copies each is held against each.
    }
    let site = link_site(copy.link_key);
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
        check(&[Candidate { links: &[2], priority: 9, ..at(1, "a.example/1") }, at(2, "b.example/1")], 2);
        check(
            &[Candidate { links: &[2], ..at(1, "a.example/1") }, Candidate { links: &[1], ..at(2, "b.example/1") }],
            1,
        );
        check(&[Candidate { source: Some(&own), ..at(1, "other.example/1") }, at(2, "b.example/1")], 1);
        assert_eq!(lead(&[]), None);
    }

    #[test]
    fn an_origin_is_told_only_where_others_tell_it() {
        let source = Source { site_url: Some("https://origin.example/".into()), ..Source::default() };
        let at = |id, link_key| Candidate { id, link_key: Some(link_key), ..Candidate::default() };
        assert_eq!(origin(&[at(1, "a.example/1"), Candidate { priority: 5, ..at(2, "b.example/1") }]), None);
        let aggregated = Candidate { source: Some(&source), ..at(1, "news.example/x") };
        assert_eq!(origin(&[aggregated, at(2, "origin.example/a"), at(3, "c.example/1")]), Some(2));
    }

    #[test]
    fn a_link_to_an_article_is_one_to_its_very_page() {
        for (html, expected) in [
            ("<a href=\"https://www.b.example/news/1\">B</a>", true),
            ("<a href=\"http://b.example/news/1?from=a\">B</a>", true),
            ("<a href=\"https://b.example/news/12\">B</a>", false),
            ("<a href=\"https://bb.example/news/1\">B</a>", false),
            ("<a href=\"https://b.example/\">B</a>", false),
        ] {
            assert_eq!(links_to(html, "b.example/news/1?x=1"), expected, "{html}");
        }
        assert!(!links_to("<a href=\"https://b.example/\">B</a>", "b.example"));
    }
}
