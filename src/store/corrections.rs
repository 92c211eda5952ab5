//! Corrections by hand (`headlined split`, `headlined join`): what they change of copies and stories, for good.
//!
//! Published ids stay with their articles, and entries with what they show; `poll` offers what was set free to the
//! outputs, and fills the story index anew.

use std::collections::HashSet;

use rusqlite::{OptionalExtension, params};
use uuid::Uuid;

use super::{StoreError, Transaction, WhyRow};
use crate::model::{ArticleId, Level, UnixSeconds};

/// What a correction did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Freed {
    /// The first article of each part that stands by itself now.
    pub heads: Vec<ArticleId>,
    /// All whose copies or story changed.
    pub touched: Vec<ArticleId>,
}

/// Why a correction cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It stands by itself already.
    Alone,
    /// They are together already.
    Together,
}

/// The rule of what was joined by hand.
const BY_HAND: &str = "hand";

/// An article with the sets that it is in.
struct Placed {
    id: ArticleId,
    /// The first of its copies.
    head: ArticleId,
    copies: Vec<ArticleId>,
    story: Vec<ArticleId>,
    story_id: i64,
}

impl Placed {
    fn has(&self, id: ArticleId) -> bool {
        self.story.contains(&id) || self.copies.contains(&id)
    }
}

impl Transaction<'_> {
    /// The held article with this published id.
    pub fn article_named(&self, id: Uuid) -> Result<Option<ArticleId>, StoreError> {
        let sql = "SELECT id FROM article WHERE published_id = ?1 AND state = 0";
        Ok(self.inner.prepare_cached(sql)?.query_row([id.as_bytes()], |row| row.get(0)).optional()?)
    }

    /// Takes an article (with its copies, where only the story is wrong) out of what it was joined to, and keeps it apart
    /// from all of that.
    pub fn split(
        &self,
        article: ArticleId,
        with_copies: bool,
        now: UnixSeconds,
    ) -> Result<Result<Freed, Refusal>, StoreError> {
        let placed = self.placed(article)?;
        let leaving = if with_copies { placed.copies.clone() } else { vec![placed.id] };
        let stays = |list: &[ArticleId]| -> Vec<ArticleId> {
            list.iter().copied().filter(|id| !leaving.contains(id)).collect()
        };
        let (copies, story) = (stays(&placed.copies), stays(&placed.story));
        if copies.is_empty() && story.is_empty() {
            return Ok(Err(Refusal::Alone));
        }
        let mut others = [copies.clone(), story.clone()].concat();
        others.sort_unstable();
        others.dedup();
        for one in &leaving {
            self.forget_why(*one, if with_copies { &[Level::Story] } else { &[Level::Copy, Level::Story] })?;
            for other in &others {
                self.keep_apart(*one, *other, now)?;
            }
        }
        if !with_copies {
            self.set_copies(placed.head, &leaving)?;
            self.set_copies(placed.head, &copies)?;
        }
        self.part_story(&placed, &leaving, &story)?;
        let heads = [leaving.first(), copies.first(), story.first()];
        let touched = [leaving.clone(), others].concat();
        Ok(Ok(Freed { heads: heads.into_iter().flatten().copied().collect(), touched }))
    }

    /// Joins what two articles stand for, whatever kept them apart.
    pub fn join(
        &self,
        [a, b]: [ArticleId; 2],
        level: Level,
        now: UnixSeconds,
    ) -> Result<Result<Freed, Refusal>, StoreError> {
        let (first, other) = (self.placed(a.min(b))?, self.placed(a.max(b))?);
        let are_together = match level {
            Level::Copy => first.copies.contains(&other.id),
            Level::Story => first.story.contains(&other.id),
        };
        if are_together {
            return Ok(Err(Refusal::Together));
        }
        self.let_together(&first, &other, level)?;
        if level == Level::Copy {
            self.set_copies(first.head, &[first.copies.clone(), other.copies.clone()].concat())?;
        }
        if first.story_id != other.story_id {
            let (older, younger) = (first.story_id.min(other.story_id), first.story_id.max(other.story_id));
            self.merge_stories(older, younger)?;
        }
        let words = format!("joined by the operator, {}", crate::render::rfc3339(now));
        let rule = BY_HAND.into();
        self.keep_why(other.id, &WhyRow { level: level.name(), rule, score: None, partner_id: Some(first.id), words })?;
        Ok(Ok(Freed { heads: Vec::new(), touched: [first.story, other.story, first.copies, other.copies].concat() }))
    }

    /// What others share with articles that go stays together without them: the next that was settled names it.
    pub(super) fn hand_on(&self, going: &[ArticleId]) -> Result<(), StoreError> {
        let going: HashSet<ArticleId> = going.iter().copied().collect();
        let staying =
            |list: &[ArticleId]| -> Vec<ArticleId> { list.iter().copied().filter(|id| !going.contains(id)).collect() };
        for id in &going {
            let placed = self.placed(*id)?;
            if placed.head == *id {
                self.set_copies(*id, &staying(&placed.copies))?;
            }
            let story = staying(&placed.story);
            if placed.story_id == *id
                && let Some(first) = story.first()
            {
                self.part_story(&placed, &[], &story)?;
                let sql =
                    "UPDATE story SET merged_into = ?2 WHERE id = ?1 AND EXISTS (SELECT 1 FROM story WHERE id = ?2)";
                self.inner.prepare_cached(sql)?.execute([*id, *first])?;
            }
        }
        Ok(())
    }

    fn placed(&self, article: ArticleId) -> Result<Placed, StoreError> {
        let sql = "SELECT coalesce(copy_of, id), coalesce(story_id, id) FROM article WHERE id = ?1";
        let (head, story_id) =
            self.inner.prepare_cached(sql)?.query_row([article], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let (copies, story) = (self.ids("copy_of", head)?, self.ids("story_id", story_id)?);
        Ok(Placed { id: article, head, copies, story, story_id })
    }

    /// All members, also those whose text is gone: they hold the set together.
    fn ids(&self, column: &str, first: i64) -> Result<Vec<ArticleId>, StoreError> {
        // The first of a story may have been taken out of it, and be its number only.
        let sql = format!(
            "SELECT id FROM article WHERE {column} = ?1 OR (id = ?1 AND coalesce({column}, id) = ?1) ORDER BY id"
        );
        let mut query = self.inner.prepare_cached(&sql)?;
        Ok(query.query_map([first], |row| row.get(0))?.collect::<Result<_, _>>()?)
    }

    /// Makes these one copy set, named by `head` where it is one of them, else by the first settled.
    fn set_copies(&self, head: ArticleId, members: &[ArticleId]) -> Result<(), StoreError> {
        let Some(first) = members.iter().find(|id| **id == head).or(members.iter().min()) else { return Ok(()) };
        let mut update = self.inner.prepare_cached("UPDATE article SET copy_of = ?2 WHERE id = ?1")?;
        for member in members {
            update.execute(params![member, (member != first).then_some(first)])?;
        }
        self.forget_why(*first, &[Level::Copy])
    }

    /// Gives each of two parts of a story one of its own: the story's number stays with the article that it is of.
    fn part_story(&self, placed: &Placed, leaving: &[ArticleId], staying: &[ArticleId]) -> Result<(), StoreError> {
        for part in [leaving, staying].into_iter().filter(|part| !part.contains(&placed.story_id)) {
            let Some(first) = part.first() else { continue };
            self.inner.prepare_cached("UPDATE article SET story_id = NULL WHERE id = ?1")?.execute([first])?;
            self.inner.prepare_cached("UPDATE story SET merged_into = NULL WHERE id = ?1")?.execute([first])?;
            self.forget_why(*first, &[Level::Story])?;
            for other in &part[1..] {
                self.place(*other, None, Some(*first))?;
            }
            if part == staying && part.len() > 1 {
                // Links to what had become one with this story lead to the greater part of it.
                let sql = "UPDATE story SET merged_into = ?2 WHERE merged_into = ?1";
                self.inner.prepare_cached(sql)?.execute([placed.story_id, *first])?;
            }
        }
        Ok(())
    }

    fn keep_apart(&self, article: ArticleId, other: ArticleId, now: UnixSeconds) -> Result<(), StoreError> {
        self.inner.prepare_cached("INSERT OR REPLACE INTO apart VALUES (?1, ?2, ?3, ?4)")?.execute(params![
            article.min(other),
            article.max(other),
            Level::Story.name(),
            now
        ])?;
        Ok(())
    }

    /// What kept two stories apart keeps them apart no longer; as copies it still does, where only stories are joined.
    fn let_together(&self, a: &Placed, b: &Placed, level: Level) -> Result<(), StoreError> {
        let mut query = self.inner.prepare_cached("SELECT article_id, other_id FROM apart")?;
        let pairs: Vec<(ArticleId, ArticleId)> =
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
        let sql = match level {
            Level::Copy => "DELETE FROM apart WHERE article_id = ?1 AND other_id = ?2",
            Level::Story => "UPDATE apart SET level = 'copy' WHERE article_id = ?1 AND other_id = ?2",
        };
        let mut change = self.inner.prepare_cached(sql)?;
        for (one, other) in pairs {
            if a.has(one) && b.has(other) || a.has(other) && b.has(one) {
                change.execute([one, other])?;
            }
        }
        Ok(())
    }

    fn forget_why(&self, article: ArticleId, levels: &[Level]) -> Result<(), StoreError> {
        for level in levels {
            let sql = "DELETE FROM why WHERE article_id = ?1 AND level = ?2";
            self.inner.prepare_cached(sql)?.execute(params![article, level.name()])?;
        }
        Ok(())
    }
}
