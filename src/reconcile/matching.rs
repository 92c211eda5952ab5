//! Which entry of a document is which article (RULES 1).
//!
//! Only `reconcile` calls this. It sees one document and what the store knows of its aliases; it neither reads nor
//! changes anything else. The order of its rules:
//!
//! 1. A known id is the same article.
//! 2. A known link (or number that ends it) under a new id is the same article only if the old id is not in this
//!    document, and title or printed date agree, or the whole document changed its ids.
//! 3. What has no id is found by its link; what has neither, by title and printed date.
//!
//! A mark that several articles share identifies nothing from then on, in earlier and later documents too.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use super::revision::text_hash;
use crate::model::{Alias, AliasKind, Article, ArticleId, Known, KnownArticle, UnixSeconds};

/// The alias that stands for "fragments of ids identify in this feed" (two ids of it once shared a page).
const FRAGMENTS_IDENTIFY: (AliasKind, u64) = (AliasKind::Page, 0);
/// Equal titles this far apart are two articles of one name ("Photo of the day"), in seconds.
const SAME_TITLE_WITHIN: UnixSeconds = 12 * 3_600;
/// Fewer re-identified entries than this are no mass change of ids.
const MASS_AT_LEAST: usize = 3;

#[derive(Debug, Clone, PartialEq)]
pub enum Match {
    New {
        key: Alias,
    },
    /// `learned`: aliases by which the article was not known yet.
    Known {
        id: ArticleId,
        learned: Vec<Alias>,
    },
    /// The same as an earlier entry of this document that is new.
    Repeated,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Matched {
    /// One for each article, in their order.
    pub matches: Vec<Match>,
    /// Aliases that turned out to be shared by several articles.
    pub shared: Vec<(AliasKind, u64)>,
}

/// Matches the articles of one document with what is known.
pub fn matches(articles: &[Arc<Article>], known: &Known) -> Matched {
    let mut matcher = Matcher::new(articles, known);
    let found: Vec<Option<ArticleId>> = matcher.find_all();
    let matches = matcher.conclude(&found);
    let mut shared: Vec<_> =
        matcher.newly_shared.into_iter().filter(|mark| known.aliases.get(mark) != Some(&None)).collect();
    shared.sort_unstable();
    Matched { matches, shared }
}

type Mark = (AliasKind, u64);

struct Matcher<'a> {
    articles: &'a [Arc<Article>],
    known: &'a Known,
    /// The digests of each article's aliases, in the aliases' order.
    marks: Vec<Vec<Mark>>,
    newly_shared: HashSet<Mark>,
}

impl<'a> Matcher<'a> {
    fn new(articles: &'a [Arc<Article>], known: &'a Known) -> Self {
        let marks: Vec<Vec<Mark>> = articles
            .iter()
            .map(|article| article.aliases.iter().map(|alias| (alias.kind, alias.digest())).collect())
            .collect();
        let mut matcher = Self { articles, known, marks, newly_shared: HashSet::new() };
        matcher.find_shared();
        matcher
    }

    /// Marks that several entries of this document carry, though they are different articles.
    fn find_shared(&mut self) {
        let mut holders: HashMap<Mark, Vec<usize>> = HashMap::new();
        for (i, marks) in self.marks.iter().enumerate() {
            for mark in marks {
                holders.entry(*mark).or_default().push(i);
            }
        }
        let repeated: Vec<(Mark, Vec<usize>)> = holders.into_iter().filter(|(_, holders)| holders.len() > 1).collect();
        // Ids first: whether a link is shared depends on which ids still identify.
        for (mark, holders) in repeated.iter().filter(|((kind, _), _)| *kind == AliasKind::Id) {
            if holders.len() == self.articles.len() || holders.iter().any(|&i| self.differ(holders[0], i)) {
                self.newly_shared.insert(*mark);
            }
        }
        for (mark, holders) in repeated.iter().filter(|((kind, _), _)| *kind != AliasKind::Id) {
            if holders.iter().any(|&i| self.are_two(holders[0], i)) {
                self.newly_shared.insert(*mark);
                if mark.0 == AliasKind::Page {
                    self.newly_shared.insert(FRAGMENTS_IDENTIFY);
                }
            }
        }
    }

    /// Two entries under one id that agree in neither link nor title.
    fn differ(&self, a: usize, b: usize) -> bool {
        self.articles[a].link_key != self.articles[b].link_key && self.articles[a].title != self.articles[b].title
    }

    /// Two entries that share a lesser mark but are told apart by a better one.
    fn are_two(&self, a: usize, b: usize) -> bool {
        match (self.id_mark(a), self.id_mark(b)) {
            (Some(a), Some(b)) => a != b,
            _ => self.articles[a].title != self.articles[b].title,
        }
    }

    fn is_shared(&self, mark: &Mark) -> bool {
        let by_feed = mark.0 == AliasKind::Page && self.fragments_identify();
        by_feed || self.newly_shared.contains(mark) || self.known.aliases.get(mark) == Some(&None)
    }

    fn fragments_identify(&self) -> bool {
        self.newly_shared.contains(&FRAGMENTS_IDENTIFY) || self.known.aliases.get(&FRAGMENTS_IDENTIFY) == Some(&None)
    }

    fn marks_of(&self, i: usize, kind: AliasKind) -> Option<Mark> {
        self.marks[i].iter().find(|mark| mark.0 == kind && !self.is_shared(mark)).copied()
    }

    fn id_mark(&self, i: usize) -> Option<Mark> {
        self.marks_of(i, AliasKind::Id)
    }

    fn known_by(&self, i: usize, kind: AliasKind) -> Option<ArticleId> {
        let mark = self.marks_of(i, kind)?;
        self.known.aliases.get(&mark).copied().flatten()
    }

    fn find_all(&mut self) -> Vec<Option<ArticleId>> {
        let all = 0..self.articles.len();
        let by_id: Vec<Option<ArticleId>> = all.clone().map(|i| self.known_by(i, AliasKind::Id)).collect();
        let present: HashSet<ArticleId> = by_id.iter().copied().flatten().collect();
        let relinked: Vec<Option<ArticleId>> =
            all.clone().map(|i| if by_id[i].is_some() { None } else { self.candidate(i, &present) }).collect();
        let mass = self.is_mass_change(&by_id, &relinked);
        all.map(|i| by_id[i].or_else(|| relinked[i].filter(|&id| mass || self.agrees(i, id)))).collect()
    }

    /// The article that an entry of unknown id may be, by page, link, number or print.
    fn candidate(&mut self, i: usize, present: &HashSet<ArticleId>) -> Option<ArticleId> {
        if let Some(id) = self.known_by(i, AliasKind::Page) {
            if !present.contains(&id) {
                return Some(id);
            }
            // Its page is in this document under another id: from now on fragments tell posts apart.
            self.newly_shared.insert(FRAGMENTS_IDENTIFY);
        }
        let kinds = [AliasKind::Link, AliasKind::Tail, AliasKind::Print, AliasKind::Whole];
        kinds.into_iter().filter_map(|kind| self.known_by(i, kind)).find(|id| !present.contains(id))
    }

    /// Most of the document is new by its ids, but known by links or titles: one event, which publishes nothing.
    fn is_mass_change(&self, by_id: &[Option<ArticleId>], relinked: &[Option<ArticleId>]) -> bool {
        let changed: HashSet<ArticleId> = (0..relinked.len())
            .filter(|&i| by_id[i].is_none() && self.id_mark(i).is_some())
            .filter_map(|i| relinked[i])
            .collect();
        changed.len() >= MASS_AT_LEAST && changed.len() * 2 > self.articles.len()
    }

    /// Whether an entry of unknown id is the article that it shares a lesser mark with.
    fn agrees(&self, i: usize, id: ArticleId) -> bool {
        let article = &self.articles[i];
        if self.id_mark(i).is_none() {
            return true; // No id that could contradict: the best mark that it has is known.
        }
        if self.known_by(i, AliasKind::Page) == Some(id) {
            return true; // The same page under another fragment: a revision.
        }
        let Some(known) = self.known.articles.get(&id) else { return false };
        let shares_link =
            self.known_by(i, AliasKind::Link) == Some(id) || self.known_by(i, AliasKind::Tail) == Some(id);
        let same_date = article.raw_date.is_some() && article.raw_date == known.raw_date;
        shares_link && (same_date || article.title == known.title && dates_are_near(article, known))
    }

    fn conclude(&mut self, found: &[Option<ArticleId>]) -> Vec<Match> {
        self.remember_two_under_one_link(found);
        let mut new_here: HashSet<Mark> = HashSet::new();
        let mut matches = Vec::with_capacity(found.len());
        for (i, found) in found.iter().enumerate() {
            matches.push(match found {
                Some(id) => Match::Known { id: *id, learned: self.learned(i) },
                None => match self.key(i) {
                    (mark, _) if new_here.contains(&mark) => Match::Repeated,
                    (_, key) => {
                        new_here.extend(self.marks[i].iter().filter(|mark| mark.0 != AliasKind::Tail));
                        Match::New { key }
                    }
                },
            });
        }
        matches
    }

    /// A new id with a link that is another article's: from now on this link identifies nothing.
    fn remember_two_under_one_link(&mut self, found: &[Option<ArticleId>]) {
        for (i, found) in found.iter().enumerate() {
            for kind in [AliasKind::Link, AliasKind::Tail] {
                let (Some(mark), Some(owner)) = (self.marks_of(i, kind), self.known_by(i, kind)) else { continue };
                if *found != Some(owner) {
                    self.newly_shared.insert(mark);
                }
            }
        }
    }

    fn learned(&self, i: usize) -> Vec<Alias> {
        let unknown = |mark: &Mark| !self.is_shared(mark) && !self.known.aliases.contains_key(mark);
        let marks = self.marks[i].iter().zip(&self.articles[i].aliases);
        marks.filter(|(mark, _)| unknown(mark)).map(|(_, alias)| alias.clone()).collect()
    }

    /// The first alias that is this entry's alone; numbers that end a path are too weak to be a key.
    fn key(&self, i: usize) -> (Mark, Alias) {
        let usable = |(mark, _): &(&Mark, &Alias)| mark.0 != AliasKind::Tail && !self.is_shared(mark);
        let marks = self.marks[i].iter().zip(&self.articles[i].aliases);
        let last = self.marks[i].len() - 1;
        let (mark, alias) =
            marks.clone().find(usable).unwrap_or((&self.marks[i][last], &self.articles[i].aliases[last]));
        (*mark, alias.clone())
    }
}

fn dates_are_near(article: &Article, known: &KnownArticle) -> bool {
    match article.published_at.or(article.updated_at) {
        Some(at) => (at - known.published_at).abs() < SAME_TITLE_WITHIN,
        None => text_hash(article) == known.text_hash,
    }
}
