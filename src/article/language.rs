//! In which language an entry is: as it says, as its feed says, as configured, else as its text looks.

use crate::model::{Entry, ParsedFeed};

/// Shorter text gives a guess, no detection.
const MIN_CHARACTERS: usize = 40;

/// More text makes detection slower, not better.
const MAX_BYTES: usize = 2_048;

pub(super) fn of(
    entry: &Entry,
    feed: &ParsedFeed,
    configured: Option<&str>,
    title: &str,
    body: Option<&str>,
) -> Option<String> {
    let texts = [&entry.content, &entry.summary, &entry.title];
    let of_text = texts.into_iter().flatten().find_map(|text| text.language.as_deref());
    let said = [of_text, entry.language.as_deref(), feed.language.as_deref(), configured];
    said.into_iter().flatten().find_map(tag).or_else(|| detected(title, body.unwrap_or_default()))
}

/// A well-formed tag as BCP 47 writes it: "en_us" and "EN-us" are "en-US".
fn tag(text: &str) -> Option<String> {
    let parts: Vec<&str> = text.trim().split(['-', '_']).collect();
    let language = parts.first()?.to_ascii_lowercase();
    let is_word = |part: &&str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    if !(2..=3).contains(&language.len())
        || !language.bytes().all(|b| b.is_ascii_lowercase())
        || !parts.iter().all(is_word)
    {
        return None;
    }
    if matches!(language.as_str(), "und" | "mul" | "zxx") {
        return None;
    }
    let rest = parts[1..].iter().map(|part| match part.len() {
        2 => part.to_ascii_uppercase(),
        4 if part.bytes().all(|b| b.is_ascii_alphabetic()) => {
            let lower = part.to_ascii_lowercase();
            lower[..1].to_ascii_uppercase() + &lower[1..]
        }
        _ => part.to_ascii_lowercase(),
    });
    Some(std::iter::once(language).chain(rest).collect::<Vec<_>>().join("-"))
}

fn detected(title: &str, body: &str) -> Option<String> {
    let end = body.floor_char_boundary(MAX_BYTES);
    let text = format!("{title} {}", without_tags(&body[..end]));
    if text.chars().filter(|c| c.is_alphabetic()).count() < MIN_CHARACTERS {
        return None;
    }
    let found = whatlang::detect(&text).filter(whatlang::Info::is_reliable)?;
    Some(two_letters(found.lang().code()).to_owned())
}

fn without_tags(html: &str) -> String {
    html.split('<').map(|piece| piece.split_once('>').map_or(piece, |(_, after)| after)).collect::<Vec<_>>().join(" ")
}

/// BCP 47 wants the two-letter code where there is one.
fn two_letters(code: &str) -> &str {
    const CODES: &[(&str, &str)] = &[
        ("eng", "en"),
        ("rus", "ru"),
        ("cmn", "zh"),
        ("spa", "es"),
        ("por", "pt"),
        ("ita", "it"),
        ("ben", "bn"),
        ("fra", "fr"),
        ("deu", "de"),
        ("ukr", "uk"),
        ("kat", "ka"),
        ("ara", "ar"),
        ("hin", "hi"),
        ("jpn", "ja"),
        ("heb", "he"),
        ("yid", "yi"),
        ("pol", "pl"),
        ("amh", "am"),
        ("jav", "jv"),
        ("kor", "ko"),
        ("nob", "nb"),
        ("dan", "da"),
        ("swe", "sv"),
        ("fin", "fi"),
        ("tur", "tr"),
        ("nld", "nl"),
        ("hun", "hu"),
        ("ces", "cs"),
        ("ell", "el"),
        ("bul", "bg"),
        ("bel", "be"),
        ("mar", "mr"),
        ("kan", "kn"),
        ("ron", "ro"),
        ("slv", "sl"),
        ("hrv", "hr"),
        ("srp", "sr"),
        ("mkd", "mk"),
        ("lit", "lt"),
        ("lav", "lv"),
        ("est", "et"),
        ("tam", "ta"),
        ("vie", "vi"),
        ("urd", "ur"),
        ("tha", "th"),
        ("guj", "gu"),
        ("uzb", "uz"),
        ("pan", "pa"),
        ("aze", "az"),
        ("ind", "id"),
        ("tel", "te"),
        ("pes", "fa"),
        ("mal", "ml"),
        ("ori", "or"),
        ("mya", "my"),
        ("nep", "ne"),
        ("sin", "si"),
        ("khm", "km"),
        ("tuk", "tk"),
        ("aka", "ak"),
        ("zul", "zu"),
        ("sna", "sn"),
        ("afr", "af"),
        ("lat", "la"),
        ("slk", "sk"),
        ("cat", "ca"),
        ("tgl", "tl"),
        ("hye", "hy"),
        ("epo", "eo"),
    ];
    CODES.iter().find(|(three, _)| *three == code).map_or(code, |(_, two)| *two)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_written_as_bcp_47_does() {
        for (text, expected) in [
            ("en_us", Some("en-US")),
            ("EN", Some("en")),
            ("zh-hant-tw", Some("zh-Hant-TW")),
            ("english", None),
            ("", None),
            ("und", None),
        ] {
            assert_eq!(tag(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn unsaid_languages_are_detected_in_enough_text() {
        let detect = |title: &str| of(&Entry::default(), &ParsedFeed::default(), None, title, None);
        assert_eq!(
            detect("Der Bundestag hat am Donnerstag über das neue Gesetz zur Finanzierung abgestimmt").as_deref(),
            Some("de")
        );
        assert_eq!(detect("OK"), None);
    }
}
