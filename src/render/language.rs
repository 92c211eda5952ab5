//! What a language tag means for writing: whether it may be printed, and which way its text runs.

/// Primary languages written from right to left, where no script subtag says otherwise.
const RIGHT_TO_LEFT: [&str; 14] =
    ["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "syr", "ug", "ur"];
const RIGHT_TO_LEFT_SCRIPTS: [&str; 7] = ["adlm", "arab", "hebr", "nkoo", "rohg", "syrc", "thaa"];

const OWN_NAMES: [(&str, &str); 32] = [
    ("ar", "العربية"),
    ("bg", "Български"),
    ("bn", "বাংলা"),
    ("cs", "Čeština"),
    ("da", "Dansk"),
    ("de", "Deutsch"),
    ("el", "Ελληνικά"),
    ("es", "Español"),
    ("fa", "فارسی"),
    ("fi", "Suomi"),
    ("fr", "Français"),
    ("he", "עברית"),
    ("hi", "हिन्दी"),
    ("hu", "Magyar"),
    ("id", "Bahasa Indonesia"),
    ("it", "Italiano"),
    ("ja", "日本語"),
    ("ko", "한국어"),
    ("nl", "Nederlands"),
    ("no", "Norsk"),
    ("pl", "Polski"),
    ("pt", "Português"),
    ("ro", "Română"),
    ("ru", "Русский"),
    ("sv", "Svenska"),
    ("sw", "Kiswahili"),
    ("th", "ไทย"),
    ("tr", "Türkçe"),
    ("uk", "Українська"),
    ("ur", "اردو"),
    ("vi", "Tiếng Việt"),
    ("zh", "中文"),
];

/// The tag, if it has the form of one (BCP 47): validators refuse anything else in `xml:lang`.
pub(crate) fn tag(language: Option<&str>) -> Option<&str> {
    let tag = language?.trim();
    let mut parts = tag.split('-');
    let primary = parts.next()?;
    let is_primary = (2..=3).contains(&primary.len()) && primary.bytes().all(|b| b.is_ascii_alphabetic());
    let is_rest = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric());
    (is_primary && parts.all(is_rest)).then_some(tag)
}

/// Whether text of this language runs from right to left; where no language is known its first letter decides.
pub(crate) fn is_right_to_left(language: Option<&str>, text: &str) -> bool {
    let Some(tag) = tag(language) else { return starts_right_to_left(text) };
    let tag = tag.to_ascii_lowercase();
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or_default();
    match parts.find(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_alphabetic())) {
        Some(script) => RIGHT_TO_LEFT_SCRIPTS.contains(&script),
        None => RIGHT_TO_LEFT.contains(&primary),
    }
}

/// What its speakers call it, for pages; nothing for English, the language of the pages; else the tag.
pub(crate) fn own_name(language: Option<&str>) -> String {
    let Some(tag) = tag(language) else { return String::new() };
    let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    match OWN_NAMES.iter().find(|(code, _)| *code == primary) {
        _ if primary == "en" => String::new(),
        Some((_, name)) => (*name).to_owned(),
        None => tag.to_owned(),
    }
}

/// By the first strong character (Unicode bidirectional algorithm, rule P2), in ranges of blocks.
fn starts_right_to_left(text: &str) -> bool {
    let strong = text.chars().find(|c| c.is_alphabetic());
    strong.is_some_and(|c| {
        matches!(c, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}' | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_have_the_form_of_one() {
        for (language, expected) in [
            (Some("en"), Some("en")),
            (Some(" pt-BR "), Some("pt-BR")),
            (Some("zh-Hant-TW"), Some("zh-Hant-TW")),
            (Some("en_US"), None),
            (Some("english"), None),
            (Some("en-"), None),
            (Some(""), None),
            (None, None),
        ] {
            assert_eq!(tag(language), expected, "{language:?}");
        }
    }

    #[test]
    fn direction_by_language_script_or_first_letter() {
        for (language, text, expected) in [
            (Some("ar-EG"), "", true),
            (Some("pa-Arab"), "", true),
            (Some("ks-Deva"), "", false),
            (Some("en"), "שלום", false),
            (None, "«שלום» world", true),
            (None, "12 – world", false),
            (None, "", false),
        ] {
            assert_eq!(is_right_to_left(language, text), expected, "{language:?} {text:?}");
        }
    }
}
