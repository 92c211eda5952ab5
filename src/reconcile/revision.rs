//! What a changed entry means to a reader (RULES 3).
//!
//! Only `reconcile` calls this. `updated` moves for a changed headline, much changed text or a correction, and not for
//! what nobody would call news: white space, counters, a headline that returns to an earlier wording.

use std::{collections::HashSet, sync::Arc};

use crate::{
    digest::digest,
    model::{Article, ArticleId, KnownArticle, UnixSeconds, Update},
};

/// An entry is shown as changed at most once in this time, in seconds (RULES 3).
const QUIET_SECONDS: UnixSeconds = 6 * 3_600;
/// Texts that share less than this of their words are much changed.
const MUCH_CHANGED_BELOW: f64 = 0.7;

/// What kind of entries publishers mark as corrected, in the languages of the built-in feeds; compared in lower case.
const CORRECTION_MARKS: &[&str] = &[
    "correction",
    "corrected",
    "clarification",
    "corrección",
    "fe de errores",
    "rectificatif",
    "correctif",
    "berichtigung",
    "korrektur",
    "correzione",
    "rettifica",
    "correção",
    "errata",
    "rectificatie",
    "rättelse",
    "rettelse",
    "исправление",
    "уточнение",
    "виправлення",
    "düzeltme",
    "تصحيح",
    "اصلاحیه",
    "更正",
    "訂正",
    "정정",
    "đính chính",
];

/// Everything that is shown of an article, as one number; ids, aliases and dates are not in it.
pub fn text_hash(article: &Article) -> u64 {
    let fields = serde_json::to_string(&article.fields).unwrap_or_default();
    let shown = [
        Some(article.title.as_str()),
        article.link.as_deref(),
        article.summary.as_deref(),
        article.content.as_deref(),
        article.language.as_deref(),
        Some(&fields),
    ];
    let mut text = String::with_capacity(1_024);
    for part in shown {
        text.push_str(part.unwrap_or("\u{0}"));
        text.push('\u{1f}');
    }
    digest(text.as_bytes())
}

/// The update that an entry brings to a known article, given its [`text_hash`]; None when it shows nothing else than
/// before.
pub fn revise(
    id: ArticleId,
    known: &KnownArticle,
    article: &Arc<Article>,
    text_hash: u64,
    now: UnixSeconds,
) -> Option<Update> {
    if text_hash == known.text_hash {
        return None;
    }
    let is_retitled = article.title != known.title;
    Some(Update {
        id,
        article: article.clone(),
        text_hash,
        revised_at: now,
        updated_at: if is_news(known, article, now) { now } else { known.updated_at },
        earlier_title: is_retitled.then(|| known.title.clone()),
    })
}

fn is_news(known: &KnownArticle, article: &Article, now: UnixSeconds) -> bool {
    let text = body(article);
    let held = known.text.as_deref().unwrap_or_default();
    if is_correction(&article.title, text) && !is_correction(&known.title, held) {
        return true;
    }
    // The first change is shown at once; only after a change does it stay quiet for a while.
    if known.updated_at > known.first_seen_at && now - known.updated_at < QUIET_SECONDS {
        return false;
    }
    let returns = known.earlier_titles.contains(&article.title);
    let is_retitled = !same_words(&article.title, &known.title);
    is_retitled && !returns || is_much_changed(held, text)
}

fn body(article: &Article) -> &str {
    article.content.as_deref().or(article.summary.as_deref()).unwrap_or_default()
}

/// Whether a headline or the head of a text says that something is corrected.
pub fn is_correction(title: &str, text: &str) -> bool {
    let head: String = text.chars().take(600).collect();
    let look = format!("{title} {head}").to_lowercase();
    CORRECTION_MARKS.iter().any(|mark| look.contains(mark))
}

fn same_words(a: &str, b: &str) -> bool {
    a.split_whitespace().eq(b.split_whitespace())
}

fn is_much_changed(old: &str, new: &str) -> bool {
    let (old, new) = (words(old), words(new));
    let longer = old.len().max(new.len());
    longer > 0 && (old.intersection(&new).count() as f64) < MUCH_CHANGED_BELOW * longer as f64
}

/// The words of a text, without its markup and its numbers (counters, times).
fn words(html: &str) -> HashSet<&str> {
    html.split('<')
        .flat_map(|part| part.split_once('>').map_or(part, |(_, text)| text).split(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().any(char::is_alphabetic))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: UnixSeconds = 3_600;

    fn check(known: (&str, &str), found: (&str, &str), hours_later: UnixSeconds, moves: bool) {
        let held = Article { title: known.0.into(), content: Some(known.1.into()), ..Article::default() };
        let known = KnownArticle {
            held: true,
            title: known.0.into(),
            text: Some(known.1.into()),
            text_hash: text_hash(&held),
            earlier_titles: vec!["An earlier wording".into()],
            ..KnownArticle::default()
        };
        let article = Article { title: found.0.into(), content: Some(found.1.into()), ..Article::default() };
        let update = revise(1, &known, &article.clone().into(), text_hash(&article), hours_later * HOUR)
            .expect("something changed");
        assert_eq!(update.updated_at != known.updated_at, moves, "{found:?}");
    }

    #[test]
    fn updated_moves_only_when_a_reader_should_look_again() {
        let text = "<p>The council met on Monday and voted for the bridge.</p>";
        check(("Bridge", text), ("Bridge approved", text), 7, true);
        check(("Bridge", text), ("Bridge approved", text), 1, true); // the first change at once
        check(("Bridge", text), ("Bridge  ", text), 7, false); // white space
        check(("Bridge", text), ("An earlier wording", text), 7, false); // A/B headlines
        check(
            ("Bridge", text),
            ("Bridge", "<p>Rain fell over all the islands, and ferries stayed in port.</p>"),
            7,
            true,
        );
        check(("Bridge", text), ("Bridge", &text.replace("Monday", "Monday 14:05")), 7, false);
        check(("Bridge", text), ("CORRECTION: Bridge", text), 1, true); // always
    }

    #[test]
    fn an_entry_moves_at_most_once_in_six_hours() {
        let known =
            KnownArticle { title: "Bridge".into(), first_seen_at: 0, updated_at: HOUR, ..KnownArticle::default() };
        let article = Article { title: "Bridge approved".into(), ..Article::default() };
        let moved = |hours: UnixSeconds| {
            revise(1, &known, &article.clone().into(), text_hash(&article), hours * HOUR).unwrap().updated_at != HOUR
        };
        assert_eq!([2, 6, 7].map(moved), [false, false, true]);
    }

    #[test]
    fn equal_entries_bring_no_update() {
        let article = Article { title: "T".into(), ..Article::default() };
        let known = KnownArticle { title: "T".into(), text_hash: text_hash(&article), ..KnownArticle::default() };
        assert_eq!(revise(1, &known, &article.clone().into(), text_hash(&article), 100), None);
    }
}
