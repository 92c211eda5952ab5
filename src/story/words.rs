//! Text to the words that stories compare: folded, without marks, numbers whole.
//!
//! `fingerprint` and `headline` call this. It knows scripts, not languages: what a word is worth is decided elsewhere.

use icu_normalizer::DecomposingNormalizerBorrowed;

use super::letters::{is_mark, is_plain, is_unspaced, undivided, usual};

/// Letters of a word that are compared: inflection changes the rest (measured against whole words and 4 letters).
const STEM_LETTERS: usize = 5;

/// No number that means anything is longer.
const NUMBER_BYTES: usize = 24;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Word,
    Number,
    /// Two neighbors of a script that puts no spaces between words.
    Pair,
}

/// The words of one text, in order, folded into one buffer.
#[derive(Debug, Default)]
pub(super) struct Words {
    folded: String,
    spans: Vec<(u32, u32, Kind)>,
}

impl Words {
    /// Room for what a text of so many bytes usually holds.
    fn with_room(bytes: usize, limit: usize) -> Self {
        let spans = limit.min(bytes / 6 + 1);
        Words { folded: String::with_capacity(bytes.min(8 * spans)), spans: Vec::with_capacity(spans) }
    }

    pub(super) fn len(&self) -> usize {
        self.spans.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, Kind)> {
        self.spans.iter().map(|&(start, end, kind)| (&self.folded[start as usize..end as usize], kind))
    }
}

/// The first `limit` words of `text`.
pub(super) fn split(text: &str, limit: usize) -> Words {
    let mut splitter = Splitter {
        words: Words::with_room(text.len(), limit),
        limit,
        start: 0,
        state: State::Between,
        last: None,
        joined: false,
    };
    let nfkd = const { DecomposingNormalizerBorrowed::new_nfkd() };
    let mut rest = text;
    while splitter.words.spans.len() < limit {
        let run = rest.bytes().take_while(u8::is_ascii_alphabetic).count();
        if run > 0 {
            splitter.letters(&rest[..run]);
            rest = &rest[run..];
            continue;
        }
        if let Some(behind) = rest.strip_prefix(' ') {
            splitter.close();
            splitter.joined = false;
            rest = behind;
            continue;
        }
        let mut chars = rest.chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        if let Some(letter) = usual(c) {
            splitter.letter(letter);
            continue;
        }
        if c == '&'
            && let Some(length) = entity(rest)
        {
            splitter.close();
            rest = &rest[length..];
            continue;
        }
        let next = chars.next();
        if c.is_ascii() || is_plain(c) {
            splitter.take(c, next);
        } else {
            for c in nfkd.normalize_iter(std::iter::once(c)) {
                splitter.take(c, next);
            }
        }
    }
    splitter.close();
    splitter.words.spans.truncate(limit);
    splitter.words
}

/// How long "#039;" or "quot;" is, of text that was escaped twice.
fn entity(text: &str) -> Option<usize> {
    const LONGEST: usize = 8;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let length = text.bytes().take(LONGEST).take_while(is_name).count();
    (length > 0 && text.as_bytes().get(length) == Some(&b';')).then_some(length + 1)
}

/// A word cut to the letters that stories compare.
pub(super) fn stem(word: &str, kind: Kind) -> &str {
    if kind != Kind::Word {
        return word.get(..NUMBER_BYTES).unwrap_or(word);
    }
    let word = without_article(word);
    word.char_indices().nth(STEM_LETTERS).map_or(word, |(at, _)| &word[..at])
}

/// Arabic writes its article, and what precedes it, into the word.
fn without_article(word: &str) -> &str {
    const JOINED: [&str; 6] = ["وال", "بال", "كال", "فال", "ال", "لل"];
    if !word.starts_with(['و', 'ب', 'ك', 'ف', 'ا', 'ل']) {
        return word;
    }
    JOINED.iter().find_map(|head| word.strip_prefix(head)).filter(|rest| rest.chars().nth(2).is_some()).unwrap_or(word)
}

#[derive(PartialEq)]
enum State {
    Between,
    Word,
    Number,
    /// In a run of an unspaced script, `last` is its previous letter.
    Run,
}

struct Splitter {
    words: Words,
    limit: usize,
    start: usize,
    state: State,
    last: Option<char>,
    /// Whether a hyphen joins what comes to a word: the 19 of "Covid-19" counts nothing.
    joined: bool,
}

impl Splitter {
    fn take(&mut self, c: char, next: Option<char>) {
        if !c.is_ascii() && is_mark(c) {
            return;
        }
        if c.is_ascii_digit() {
            return self.digit(c);
        }
        if self.state == State::Number {
            match (c, next) {
                ('.' | ',' | '\u{a0}' | '\u{202f}', Some(n)) if n.is_ascii_digit() => return self.separator(c),
                _ => self.close(),
            }
        }
        if !c.is_alphanumeric() {
            self.joined = c == '-' && self.state == State::Word;
            return self.close();
        }
        if is_unspaced(c) {
            return self.unspaced(c);
        }
        match undivided(c) {
            Some(letters) => letters.chars().for_each(|c| self.letter(c)),
            None => c.to_lowercase().filter(|&c| !is_mark(c)).for_each(|c| self.letter(c)),
        }
    }

    /// Letters of ASCII, which are most of them.
    fn letters(&mut self, run: &str) {
        self.begin_word();
        let start = self.words.folded.len();
        self.words.folded.push_str(run);
        self.words.folded[start..].make_ascii_lowercase();
    }

    /// A folded letter of a spaced script.
    fn letter(&mut self, c: char) {
        self.begin_word();
        self.words.folded.push(c);
    }

    fn begin_word(&mut self) {
        if self.state != State::Word {
            self.open(State::Word);
            self.joined = false;
        }
    }

    fn digit(&mut self, c: char) {
        match self.state {
            State::Number | State::Word => {}
            _ => self.open(State::Number),
        }

        self.words.folded.push(c);
    }

    /// "1,234" and "1.234" are 1234, "3,1" is 3.1: settled when the number ends.
    fn separator(&mut self, _: char) {
        self.words.folded.push('.');
    }

    fn unspaced(&mut self, c: char) {
        if self.state != State::Run {
            self.open(State::Run);
        }
        self.joined = false;
        if let Some(last) = self.last.replace(c) {
            let start = self.words.folded.len();
            self.words.folded.push(last);
            self.words.folded.push(c);
            self.push(start, Kind::Pair);
        }
    }

    fn open(&mut self, state: State) {
        self.close();
        self.state = state;
        self.start = self.words.folded.len();
    }

    fn close(&mut self) {
        match self.state {
            State::Between => return,
            State::Word => {
                let word = &self.words.folded[self.start..];
                if word.chars().nth(1).is_some() {
                    self.push(self.start, Kind::Word);
                }
            }
            State::Number => self.close_number(),
            State::Run => {
                if let Some(c) = self.last.take().filter(|_| self.words.folded.len() == self.start) {
                    self.words.folded.push(c);
                    self.push(self.start, Kind::Pair);
                }
            }
        }
        self.last = None;
        self.state = State::Between;
    }

    fn close_number(&mut self) {
        let number = self.words.folded.split_off(self.start);
        let mut parts = number.split('.');
        self.words.folded.push_str(parts.next().unwrap_or_default());
        for part in parts {
            if part.len() != 3 {
                self.words.folded.push('.');
            }
            self.words.folded.push_str(part);
        }
        let kind = if std::mem::take(&mut self.joined) { Kind::Word } else { Kind::Number };
        self.push(self.start, kind);
    }

    fn push(&mut self, start: usize, kind: Kind) {
        let end = self.words.folded.len();
        if self.words.spans.len() < self.limit {
            self.words.spans.push((start as u32, end as u32, kind));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stems, with numbers in brackets and pairs in braces.
    fn check(text: &str, expected: &str) {
        let words = split(text, 50);
        let shown = words.iter().map(|(word, kind)| match kind {
            Kind::Word => stem(word, kind).to_owned(),
            Kind::Number => format!("[{word}]"),
            Kind::Pair => format!("{{{word}}}"),
        });
        assert_eq!(shown.collect::<Vec<_>>().join(" "), expected, "{text:?}");
    }

    #[test]
    fn words_are_folded_and_cut() {
        check("China's Straße ÉCOLE naïve", "china stras ecole naive");
        check("Ёлка Йод ЇЖАК", "елка иод іжак");
        check("Ｆｕｌｌ ﬁne", "full fine");
        check("Łódź Ørsted ΣΑΣ σας", "lodz orste σασ σας".replace('ς', "σ").as_str());
        check("R&amp;D &#039;quoted&#039; AT&T", "quote at");
        check("a I é", "");
    }

    #[test]
    fn numbers_stay_whole() {
        check("1,234 1.234 3,1 2.5 1\u{a0}234", "[1234] [1234] [3.1] [2.5] [1234]");
        check("day 1,460: 3-0 at 11C, 4x100", "day [1460] [3] [0] at [11] [4] x100");
        check("Covid-19 B-52 G20", "covid 19 52 g20");
        check("$8,250. 7", "[8250] [7]");
    }

    #[test]
    fn scripts_without_spaces_come_in_pairs() {
        check("東京五輪 2020", "{東京} {京五} {五輪} [2020]");
        check("猫", "{猫}");
        check("กรุง", "{กร} {รุ} {ุง}");
        check("서울 올림픽", &["서울", "올림픽"].map(|w| stem(&fold(w), Kind::Word).to_owned()).join(" "));
    }

    fn fold(word: &str) -> String {
        DecomposingNormalizerBorrowed::new_nfkd().normalize(word).into_owned()
    }

    #[test]
    fn arabic_loses_its_article_and_its_points() {
        check("والأولمبياد الأُولمبياد", "اولمب اولمب");
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_split_within_its_limit(text in "\\PC{0,200}", limit in 0..20usize) {
            let words = split(&text, limit);
            proptest::prop_assert!(words.len() <= limit);
            proptest::prop_assert!(words.iter().all(|(word, kind)| !word.is_empty() && stem(word, kind).len() <= NUMBER_BYTES));
        }
    }
}
