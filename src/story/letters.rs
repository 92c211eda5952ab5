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

/// Letters that neither decompose nor are marks, so that most text never meets the normalizer.
pub(super) fn is_plain(c: char) -> bool {
    matches!(c, '\u{2010}'..='\u{2027}' | 'А'..='И' | 'К'..='и' | 'к'..='я' | '\u{4e00}'..='\u{9fff}')
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
