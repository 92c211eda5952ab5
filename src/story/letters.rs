//! What letters are, for `words`: marks, scripts without spaces, and what folds to other letters.

/// What case folding and habit make of letters that do not decompose.
pub(super) fn undivided(c: char) -> Option<&'static str> {
    Some(match c {
        'ß' | 'ẞ' => "ss",
        'æ' | 'Æ' => "ae",
        'œ' | 'Œ' => "oe",
        'ø' | 'Ø' => "o",
        'đ' | 'Đ' | 'ð' | 'Ð' => "d",
        'ł' | 'Ł' => "l",
        'ı' => "i",
        'ς' => "σ",
        _ => return None,
    })
}

/// The folded form of the commonest letters beyond ASCII, all of scripts with spaces: what the normalizer and the tables of
/// the standard library come to for them, at a tenth of the time.
pub(super) fn usual(c: char) -> Option<char> {
    /// From U+00C0 on; 0 where it is no letter, or another one.
    const LATIN: &[u8; 64] = b"aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0\0aaaaaa\0ceeeeiiii\0nooooo\0\0uuuuy\0y";
    match c {
        'À'..='ÿ' => Some(LATIN[c as usize - 0xc0]).filter(|base| *base != 0).map(char::from),
        'а'..='и' | 'к'..='я' | 'α'..='ρ' | 'σ'..='ω' | 'ا'..='غ' | 'ف'..='ي' => Some(c),
        'А'..='И' | 'К'..='Я' | 'Α'..='Ρ' | 'Σ'..='Ω' => char::from_u32(c as u32 + 32),
        _ => None,
    }
}

/// What else neither decomposes nor is a mark, so that most text never meets the normalizer.
pub(super) fn is_plain(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | '\u{4e00}'..='\u{9fff}')
        || matches!(c, '\u{a0}' | '\u{202f}' | '«' | '»' | 'ß')
}

pub(super) fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{0300}'..='\u{036f}' | '\u{0483}'..='\u{0487}' // Latin, Greek, Cyrillic
        | '\u{0591}'..='\u{05bd}' | '\u{05bf}' | '\u{05c1}' | '\u{05c2}' | '\u{05c4}' | '\u{05c5}' | '\u{05c7}' // Hebrew
        | '\u{0610}'..='\u{061a}' | '\u{0640}' | '\u{064b}'..='\u{065f}' | '\u{0670}' // Arabic
        | '\u{06d6}'..='\u{06dc}' | '\u{06df}'..='\u{06e4}' | '\u{06e7}' | '\u{06e8}' | '\u{06ea}'..='\u{06ed}'
        | '\u{093c}' | '\u{09bc}' | '\u{3099}' | '\u{309a}' // nukta, kana voicing
        | '\u{200c}' | '\u{200d}' | '\u{ad}') // joiners, soft hyphen
}

pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
        || matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}')
        || matches!(c, '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use icu_normalizer::DecomposingNormalizerBorrowed;

    use super::*;

    #[test]
    fn usual_letters_fold_as_all_others_do() {
        let nfkd = DecomposingNormalizerBorrowed::new_nfkd();
        let mut usual_ones = 0;
        for c in '\u{80}'..='\u{ffff}' {
            let Some(folded) = usual(c) else { continue };
            let slowly: Vec<char> = nfkd
                .normalize_iter(std::iter::once(c))
                .filter(|c| !is_mark(*c))
                .flat_map(char::to_lowercase)
                .filter(|c| !is_mark(*c))
                .collect();
            assert_eq!(slowly, [folded], "{c}");
            assert!(folded.is_alphabetic() && !is_unspaced(folded) && undivided(folded).is_none(), "{c}");
            usual_ones += 1;
        }
        assert_eq!(usual_ones, 53 + 62 + 48 + 30);
    }
}
