//! In which language an entry is: as it says, as its feed says, as configured, else as the feed's texts look.

use whatlang::Script;

use crate::model::{Entry, ParsedFeed};

/// Shorter text gives a guess, no detection.
const MIN_CHARACTERS: usize = 40;

/// What a document's texts are written in, where it does not say.
pub(super) struct Detected {
    language: String,
    script: Script,
}

/// Detected once for all entries, from their titles and the beginnings of their texts: for each alone it would cost
/// more than reading the feed. None if the document says its language, or none is sure.
pub(super) fn detected(feed: &ParsedFeed, configured: Option<&str>) -> Option<Detected> {
    if feed.language.as_deref().and_then(tag).or_else(|| configured.and_then(tag)).is_some() {
        return None;
    }
    let mut text = String::new();
    for entry in &feed.entries {
        for part in [&entry.title, &entry.summary, &entry.content].into_iter().flatten() {
            let end = part.value.floor_char_boundary(MAX_PART);
            text.push_str(&without_tags(&part.value[..end]));
            text.push(' ');
        }
        if text.len() >= ENOUGH {
            break;
        }
    }
    if text.chars().filter(|c| c.is_alphabetic()).count() < MIN_CHARACTERS {
        return None;
    }
    let found = whatlang::detect(&text).filter(whatlang::Info::is_reliable)?;
    Some(Detected { language: two_letters(found.lang().code()).to_owned(), script: found.script() })
}

/// Bytes of each text, and of all of them, that detection looks at.
const MAX_PART: usize = 192;
const ENOUGH: usize = 640;

/// An entry in another script is in another language.
pub(super) fn of(
    entry: &Entry,
    feed: &ParsedFeed,
    configured: Option<&str>,
    detected: Option<&Detected>,
) -> Option<String> {
    let texts = [&entry.content, &entry.summary, &entry.title];
    let of_text = texts.into_iter().flatten().find_map(|text| text.language.as_deref());
    let said = [of_text, entry.language.as_deref(), feed.language.as_deref(), configured];
    said.into_iter().flatten().find_map(tag).or_else(|| {
        let detected = detected?;
        let title = &entry.title.as_ref()?.value;
        (whatlang::detect_script(title) == Some(detected.script)).then(|| detected.language.clone())
    })
}

/// A well-formed tag as BCP 47 writes it: "en_us" and "EN-us" are "en-US".
fn tag(text: &str) -> Option<String> {
    if matches!(
        text.as_bytes(),
        [b'a'..=b'z', b'a'..=b'z'] | [b'a'..=b'z', b'a'..=b'z', b'-', b'A'..=b'Z', b'A'..=b'Z']
    ) {
        return Some(text.to_owned());
    }
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
        let titled = |title: &str| Entry {
            title: Some(crate::model::Text { value: title.to_owned(), ..crate::model::Text::default() }),
            ..Entry::default()
        };
        let languages = |titles: &[&str]| {
            let feed =
                ParsedFeed { entries: titles.iter().map(|title| titled(title)).collect(), ..ParsedFeed::default() };
            let found = detected(&feed, None);
            feed.entries.iter().map(|entry| of(entry, &feed, None, found.as_ref())).collect::<Vec<_>>()
        };
        let german = "Der Bundestag hat am Donnerstag über das neue Gesetz zur Finanzierung abgestimmt";
        assert_eq!(languages(&[german, "Парламент"]), [Some("de".to_owned()), None]);
        assert_eq!(languages(&["OK"]), [None]);
    }
}
