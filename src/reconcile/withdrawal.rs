//! Which articles their publisher took back (RULES 3).
//!
//! Three signs: a tombstone names it (`at:deleted-entry`, RFC 6721); its title says so; or it is gone from the middle of
//! the document, in two full answers an hour apart within 48 h. The last is a guess, so what is no news ticker is left
//! alone: a document that was put in another order, that lost more than a few entries, or whose entries come and go.

use std::collections::HashSet;

use crate::model::{ArticleId, Missing, UnixSeconds};

/// Two sightings of an absence must be this far apart, in seconds.
const APART_SECONDS: UnixSeconds = 3_600;
/// An absence that is not confirmed within this is none, in seconds.
const WITHIN_SECONDS: UnixSeconds = 48 * 3_600;
/// Who takes more than this out of the middle at a time keeps a page, not a ticker.
const MOST_MISSING: usize = 2;

/// How a title says that its article is withdrawn: as its first words, before a sign that ends them.
const MARKS: [&str; 21] = [
    "withdrawn",
    "story withdrawn",
    "article withdrawn",
    "withdrawal",
    "retracted",
    "retraction",
    "story retracted",
    "killed",
    "kill",
    "story killed",
    "mandatory kill",
    "story removed",
    "article removed",
    "zurückgezogen",
    "meldung zurückgezogen",
    "retirado",
    "artículo retirado",
    "article retiré",
    "ritirato",
    "отозвано",
    "取り消し",
];

/// What a full document tells of absences.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Absences {
    pub withdrawn: Vec<ArticleId>,
    /// Newly missing, or seen again after it was.
    pub kept: Vec<Missing>,
    pub forgotten: Vec<ArticleId>,
}

/// Judges a full document: `before` is what the last one listed, `listed` what this one does of what is known, both in
/// their order.
pub fn absences(before: &[ArticleId], listed: &[ArticleId], missing: &[Missing], now: UnixSeconds) -> Absences {
    let present: HashSet<ArticleId> = listed.iter().copied().collect();
    let mut told = Absences::default();
    for one in missing {
        let is_held_apart = (APART_SECONDS..=WITHIN_SECONDS).contains(&(now - one.since_at));
        if one.came_back {
            continue; // for good: it flaps
        } else if present.contains(&one.id) {
            told.kept.push(Missing { came_back: true, ..one.clone() });
        } else if now - one.since_at > WITHIN_SECONDS || !present.contains(&one.older_id) {
            told.forgotten.push(one.id);
        } else if is_held_apart {
            told.withdrawn.push(one.id);
        }
    }
    let is_known = |id: &ArticleId| missing.iter().any(|one| one.id == *id);
    let gone = gone_from_the_middle(before, listed, &present);
    let gone = gone.into_iter().filter(|(id, _)| !is_known(id));
    told.kept.extend(gone.map(|(id, older_id)| Missing { id, since_at: now, older_id, came_back: false }));
    told
}

/// What stood between two entries that are still there, in the same order; each with the next older one of these.
fn gone_from_the_middle(
    before: &[ArticleId],
    listed: &[ArticleId],
    present: &HashSet<ArticleId>,
) -> Vec<(ArticleId, ArticleId)> {
    let earlier: HashSet<ArticleId> = before.iter().copied().collect();
    let stayed = || before.iter().filter(|id| present.contains(id));
    if !stayed().eq(listed.iter().filter(|id| earlier.contains(id))) {
        return Vec::new();
    }
    let is_present = |id: &ArticleId| present.contains(id);
    let (Some(first), Some(last)) = (before.iter().position(is_present), before.iter().rposition(is_present)) else {
        return Vec::new();
    };
    let older = |at: usize| before[at..=last].iter().copied().find(|id| present.contains(id));
    let gone: Vec<_> = (first..=last)
        .filter(|at| !present.contains(&before[*at]))
        .filter_map(|at| Some((before[at], older(at)?)))
        .collect();
    if gone.len() > MOST_MISSING { Vec::new() } else { gone }
}

/// Whether a title says that its article is withdrawn: `earlier` is the headline that was known. "Killed: three people"
/// is a headline; "KILLED: " before the headline that was there is not.
pub fn is_titled_so(title: &str, earlier: &str) -> bool {
    let title = title.trim().trim_start_matches(['[', '(', '*', ' ']).to_lowercase();
    let Some(rest) = MARKS.iter().filter_map(|mark| title.strip_prefix(mark)).min_by_key(|rest| rest.len()) else {
        return false;
    };
    let signs = |c: char| c.is_whitespace() || "])*:.!-–—|".contains(c);
    let is_ended = rest.is_empty()
        || rest.starts_with(['.', ':', '!', ']', ')', '*', '|', '—', '–'])
        || rest.starts_with(" -")
        || rest.starts_with(" –")
        || rest.starts_with(" —");
    let said = rest.trim_matches(signs);
    is_ended && (said.is_empty() || words(said) == words(&earlier.to_lowercase()))
}

fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: UnixSeconds = 3_600;

    /// Polls documents at the given hours; gives what is withdrawn, with the hour.
    fn polled(documents: &[(UnixSeconds, &[ArticleId])]) -> Vec<(UnixSeconds, ArticleId)> {
        let (mut before, mut missing, mut withdrawn) = (Vec::new(), Vec::<Missing>::new(), Vec::new());
        for (hour, listed) in documents {
            let told = absences(&before, listed, &missing, hour * HOUR);
            withdrawn.extend(told.withdrawn.iter().map(|id| (*hour, *id)));
            missing.retain(|one| !told.forgotten.contains(&one.id) && !told.withdrawn.contains(&one.id));
            missing.retain(|one| told.kept.iter().all(|kept| kept.id != one.id));
            missing.extend(told.kept);
            before = listed.to_vec();
        }
        withdrawn
    }

    #[test]
    fn gone_from_the_middle_twice_an_hour_apart_is_withdrawn() {
        for (documents, expected) in [
            // Gone, and still gone an hour later.
            (&[(0, &[4, 3, 2, 1][..]), (1, &[4, 2, 1]), (2, &[5, 4, 2, 1])][..], &[(2, 3)][..]),
            // The second look came too soon, the third did not.
            (&[(0, &[4, 3, 2, 1]), (1, &[4, 2, 1]), (1, &[4, 2, 1]), (3, &[4, 2, 1])], &[(3, 3)]),
            // It fell off the end, or was the newest: no middle.
            (&[(0, &[4, 3, 2, 1]), (1, &[5, 4, 3, 2]), (2, &[6, 5, 4, 3])], &[]),
            (&[(0, &[4, 3, 2, 1]), (1, &[3, 2, 1]), (2, &[3, 2, 1])], &[]),
            // Nodes of a CDN that alternate between an old and a new document.
            (
                &[(0, &[4, 3, 2, 1]), (1, &[5, 4, 3, 2]), (2, &[4, 3, 2, 1]), (4, &[5, 4, 3, 2]), (6, &[4, 3, 2, 1])],
                &[],
            ),
            // Nodes of which one never lists an entry.
            (&[(0, &[4, 3, 2, 1]), (1, &[4, 2, 1]), (2, &[4, 3, 2, 1]), (3, &[4, 2, 1]), (5, &[4, 2, 1])], &[]),
            // A page that editors keep: another order, or many at once.
            (&[(0, &[4, 3, 2, 1]), (1, &[1, 4, 2]), (3, &[1, 4, 2])], &[]),
            (&[(0, &[6, 5, 4, 3, 2, 1]), (1, &[6, 2, 1]), (3, &[6, 2, 1])], &[]),
            // What was below it is gone as well by then: it may have fallen off the end.
            (&[(0, &[4, 3, 2, 1]), (1, &[5, 4, 2, 1]), (3, &[7, 6, 5, 4])], &[]),
            // Confirmed too late.
            (&[(0, &[4, 3, 2, 1]), (1, &[4, 2, 1]), (60, &[4, 2, 1]), (62, &[4, 2, 1])], &[]),
        ] {
            assert_eq!(polled(documents), expected, "{documents:?}");
        }
    }

    #[test]
    fn a_title_that_says_so_is_not_a_headline_about_it() {
        const EARLIER: &str = "Minister resigns over \"lost\" files";
        for (title, expected) in [
            ("WITHDRAWN: Minister resigns over 'lost' files", true),
            ("[Retracted] Minister resigns over \"lost\" files", true),
            ("KILLED — Minister resigns over lost files", true),
            ("Mandatory Kill", true),
            ("Article removed.", true),
            ("Meldung zurückgezogen", true),
            ("Killed: three people in a fire", false),
            ("Withdrawn troops return home", false),
            ("Retraction: what the paper got wrong", false),
            ("Killers sentenced", false),
            (EARLIER, false),
        ] {
            assert_eq!(is_titled_so(title, EARLIER), expected, "{title}");
        }
    }
}
