//! The known word that a misspelt one was probably meant to be.

/// The candidate nearest to `word`, if it is near enough to be worth saying: about one slip in three letters,
/// or the beginning of it.
pub(super) fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = word.to_lowercase();
    candidates
        .into_iter()
        .filter(|candidate| !candidate.is_empty())
        .map(|candidate| (slips(&wanted, &candidate.to_lowercase()), candidate))
        .filter(|(slips, candidate)| *slips <= (word.chars().count().max(candidate.chars().count()) / 3).max(1))
        .min_by_key(|(slips, _)| *slips)
        .map(|(_, candidate)| candidate)
}

fn slips(wanted: &str, candidate: &str) -> usize {
    match wanted.len() >= 4 && candidate.starts_with(wanted) {
        true => 1,
        false => distance(wanted, candidate),
    }
}

/// How many letters were left out, added, changed or swapped with their neighbor (optimal string alignment).
fn distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut next = vec![row + 1];
        for (column, wanted) in to.iter().enumerate() {
            let changed = last[column] + usize::from(letter != wanted);
            let mut slips = changed.min(last[column + 1] + 1).min(next[column] + 1);
            let swapped = row > 0 && column > 0 && *letter == to[column - 1] && from[row - 1] == *wanted;
            if swapped {
                slips = slips.min(before[column - 1] + 1);
            }
            next.push(slips);
        }
        before = std::mem::replace(&mut last, next);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        let check = |from, to, slips| assert_eq!(distance(from, to), slips, "{from} {to}");
        check("", "", 0);
        check("timeout", "timeout", 0);
        check("timeot", "timeout", 1);
        check("tiemout", "timeout", 1);
        check("timeoutt", "timeout", 1);
        check("limit", "", 5);
        check("Zürich", "Zurich", 1);
    }

    #[test]
    fn only_near_words_are_suggested() {
        let check = |word, expected| assert_eq!(nearest(word, ["timeout", "concurrency", "url"]), expected, "{word}");
        check("timeot", Some("timeout"));
        check("Timeout", Some("timeout"));
        check("ulr", Some("url"));
        check("concurency", Some("concurrency"));
        check("colour", None);
        check("x", None);
        check("conc", Some("concurrency"));
    }
}
