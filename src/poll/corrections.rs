//! Corrections by hand: finds what the operator named, lets the store change it, and says what was done or why not.

use uuid::Uuid;

use crate::{
    model::{ArticleId, Correction, Level, UnixSeconds},
    store::{Freed, Refusal, StoreError, Transaction},
};

/// Applies a correction; the inner error is for the operator.
pub(super) fn apply(
    transaction: &Transaction<'_>,
    correction: &Correction,
    now: UnixSeconds,
) -> Result<Result<(Freed, String), String>, StoreError> {
    match correction {
        Correction::Split { article, story } => {
            let Some(id) = transaction.article_named(*article)? else { return Ok(Err(unknown(*article))) };
            let from = if *story { "its story" } else { "its copies and its story" };
            let outcome = transaction.split(id, *story, now)?;
            Ok(said(outcome, format!("{} was taken out of {from}, for good", named(transaction, id)?)))
        }
        Correction::Join { articles: [a, b], story } => {
            let Some(first) = transaction.article_named(*a)? else { return Ok(Err(unknown(*a))) };
            let Some(other) = transaction.article_named(*b)? else { return Ok(Err(unknown(*b))) };
            if first == other {
                return Ok(Err(format!("both name one article, {}", named(transaction, first)?)));
            }
            let (level, what) = if *story { (Level::Story, "one story") } else { (Level::Copy, "one text") };
            let outcome = transaction.join([first, other], level, now)?;
            let pair = format!("{} and {}", named(transaction, first)?, named(transaction, other)?);
            Ok(said(outcome, format!("{pair} are {what}, for good")))
        }
    }
}

fn said(outcome: Result<Freed, Refusal>, words: String) -> Result<(Freed, String), String> {
    outcome.map(|freed| (freed, words)).map_err(|refusal| match refusal {
        Refusal::Alone => "it stands by itself already: `headlined why` shows what it is joined to".into(),
        Refusal::Together => "they are joined already: `headlined why` shows how".into(),
    })
}

fn named(transaction: &Transaction<'_>, id: ArticleId) -> Result<String, StoreError> {
    Ok(format!("\"{}\"", transaction.member(id)?.title))
}

fn unknown(id: Uuid) -> String {
    format!("no article is held under urn:uuid:{id}; `headlined why` lists the articles of a story with their ids")
}
