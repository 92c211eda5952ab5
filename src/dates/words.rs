//! The words of printed dates: months, days and halves of the day in the languages of the news, and names of zones.

/// Beginnings of the names of the months, lower case, without accents or dots (see `folded`). Longer ones first where
/// one begins another.
#[rustfmt::skip]
const MONTHS: &[(&str, i8)] = &[
    // English, German, Dutch, Scandinavian, French, Spanish, Portuguese, Italian, Romanian, Turkish, Indonesian.
    ("janv", 1), ("janu", 1), ("jan", 1), ("jän", 1), ("gen", 1), ("ene", 1), ("oca", 1), ("styc", 1), ("sty", 1),
    ("led", 1), ("sausi", 1), ("feb", 2), ("fev", 2), ("fév", 2), ("sub", 2), ("şub", 2), ("lut", 2), ("unor", 2),
    ("úno", 2), ("vasari", 2), ("march", 3), ("mars", 3), ("marz", 3), ("mart", 3), ("mar", 3), ("mär", 3),
    ("mrz", 3), ("mrt", 3), ("maart", 3), ("maa", 3), ("kov", 3), ("apr", 4), ("avr", 4), ("abr", 4), ("nis", 4),
    ("kwi", 4), ("huht", 4), ("áp", 4), ("dub", 4), ("ápr", 4), ("may", 5), ("mai", 5), ("maj", 5), ("mag", 5),
    ("mei", 5), ("máj", 5), ("kvě", 5), ("touk", 5), ("mayo", 5), ("juni", 6), ("june", 6), ("juin", 6), ("jún", 6),
    ("jun", 6), ("giu", 6), ("haz", 6), ("cze", 6), ("kesä", 6), ("iun", 6), ("juil", 7), ("july", 7), ("juli", 7),
    ("júl", 7), ("jul", 7), ("lug", 7), ("tem", 7), ("lip", 7), ("hein", 7), ("iul", 7), ("aug", 8), ("aoû", 8),
    ("aou", 8), ("ago", 8), ("agu", 8), ("ağu", 8), ("sie", 8), ("elo", 8), ("srp", 8), ("sept", 9), ("sep", 9),
    ("set", 9), ("szept", 9), ("eyl", 9), ("wrz", 9), ("syy", 9), ("zář", 9), ("oct", 10), ("okt", 10), ("out", 10),
    ("ott", 10), ("eki", 10), ("paź", 10), ("loka", 10), ("říj", 10), ("nov", 11), ("kas", 11), ("lis", 11),
    ("marr", 11), ("noi", 11), ("nop", 11), ("dec", 12), ("déc", 12), ("dez", 12), ("dic", 12), ("des", 12),
    ("ara", 12), ("gru", 12), ("joul", 12), ("dici", 12), ("pro", 12),
    // Greek.
    ("ιαν", 1), ("φεβ", 2), ("μαρ", 3), ("μάρ", 3), ("μαώ", 3), ("απρ", 4), ("μάι", 5), ("μαι", 5), ("μαϊ", 5),
    ("μαΐ", 5), ("μάϊ", 5), ("ιουν", 6), ("ιούν", 6), ("ιον", 6), ("ιουλ", 7), ("ιούλ", 7), ("ιολ", 7), ("αύγ", 8),
    ("αυγ", 8), ("σεπ", 9), ("οκτ", 10), ("νοέ", 11), ("νοε", 11), ("δεκ", 12),
    // Russian, Ukrainian, Bulgarian, Serbian.
    ("янв", 1), ("січ", 1), ("яну", 1), ("јан", 1), ("фев", 2), ("лют", 2), ("мар", 3), ("бер", 3), ("апр", 4),
    ("кві", 4), ("май", 5), ("мая", 5), ("тра", 5), ("мај", 5), ("июн", 6), ("чер", 6), ("юни", 6), ("јун", 6),
    ("июл", 7), ("лип", 7), ("юли", 7), ("јул", 7), ("авг", 8), ("сер", 8), ("сен", 9), ("вер", 9), ("сеп", 9),
    ("окт", 10), ("жов", 10), ("ноя", 11), ("лис", 11), ("ное", 11), ("нов", 11), ("дек", 12), ("гру", 12),
    ("дец", 12),
    // Arabic.
    ("يناير", 1), ("فبراير", 2), ("مارس", 3), ("أبريل", 4), ("ابريل", 4), ("مايو", 5), ("يونيو", 6), ("يوليو", 7),
    ("أغسطس", 8), ("اغسطس", 8), ("سبتمبر", 9), ("أكتوبر", 10), ("اكتوبر", 10), ("نوفمبر", 11), ("ديسمبر", 12),
];

/// Beginnings of the English days of the week, Monday = 1. Only these are trusted to tell day from month.
const DAYS: &[(&str, i8)] = &[("mon", 1), ("tue", 2), ("wed", 3), ("thu", 4), ("fri", 5), ("sat", 6), ("sun", 7)];

/// Names of zones with their offset from UTC in minutes.
#[rustfmt::skip]
const ZONES: &[(&str, i16)] = &[
    ("z", 0), ("ut", 0), ("utc", 0), ("gmt", 0), ("wet", 0), ("zulu", 0), ("a", -60), ("n", 60), ("m", -720),
    ("y", 720), ("bst", 60), ("ist", 330), ("west", 60), ("cet", 60), ("met", 60), ("mez", 60), ("wat", 60),
    ("cest", 120), ("mest", 120), ("mesz", 120), ("eet", 120), ("cat", 120), ("sast", 120), ("eest", 180),
    ("msk", 180), ("eat", 180), ("trt", 180), ("ast", -240), ("adt", -180), ("at", -240), ("nst", -210),
    ("ndt", -150), ("est", -300), ("edt", -240), ("cst", -360), ("cdt", -300), ("mst", -420), ("mdt", -360),
    ("pst", -480), ("pdt", -420), ("akst", -540), ("akdt", -480), ("hst", -600), ("hast", -600), ("brt", -180),
    ("art", -180), ("clt", -240), ("cot", -300), ("pet", -300), ("msd", 240), ("gst", 240), ("irst", 210),
    ("pkt", 300), ("npt", 345), ("ict", 420), ("wib", 420), ("wita", 480), ("wit", 540), ("hkt", 480), ("sgt", 480),
    ("myt", 480), ("pht", 480), ("awst", 480), ("jst", 540), ("kst", 540), ("acst", 570), ("acdt", 630),
    ("aest", 600), ("aedt", 660), ("nzst", 720), ("nzdt", 780),
];

/// Names that mean the one or the other offset by the time of the year.
const SEASONAL: &[(&str, &str)] =
    &[("et", "America/New_York"), ("ct", "America/Chicago"), ("mt", "America/Denver"), ("pt", "America/Los_Angeles")];

/// Words between the parts of a date that say nothing.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "at", "um", "uhr", "a", "à", "de", "del", "den", "der", "of", "the", "le", "el", "il", "ore", "kl", "klo", "on",
    "t", "o", "в", "г", "os", "alle", "h",
];

const MORNING: &[&str] = &["am", "오전", "上午", "午前", "πμ"];
const AFTERNOON: &[&str] = &["pm", "오후", "下午", "午後", "μμ"];

/// The month a word names; any ending will do ("Septembre", "июля").
pub(super) fn month(word: &str) -> Option<i8> {
    let longest = MONTHS.iter().filter(|(start, _)| word.starts_with(start)).max_by_key(|(start, _)| start.len())?;
    // One letter off is a different word, ten more are an ending.
    (word.chars().count() <= longest.0.chars().count() + 8).then_some(longest.1)
}

pub(super) fn day(word: &str) -> Option<i8> {
    DAYS.iter().find(|(start, _)| word.starts_with(start)).map(|(_, day)| *day)
}

pub(super) fn zone(word: &str) -> Option<i16> {
    ZONES.iter().find(|(name, _)| *name == word).map(|(_, minutes)| *minutes)
}

pub(super) fn seasonal(word: &str) -> Option<&'static str> {
    SEASONAL.iter().find(|(name, _)| *name == word).map(|(_, zone)| *zone)
}

/// Whether the word names the second half of the day; None if it names neither.
pub(super) fn is_afternoon(word: &str) -> Option<bool> {
    if MORNING.contains(&word) {
        return Some(false);
    }
    AFTERNOON.contains(&word).then_some(true)
}

pub(super) fn is_filler(word: &str) -> bool {
    FILLERS.contains(&word)
}
