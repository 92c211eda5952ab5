//! What is wrong with a configuration, told so that it can be mended at once: where, what, and what instead.
//!
//! Everything that is wrong is collected and told together. Secrets never get into a message.

use std::{fmt, ops::Range};

/// Everything that keeps a configuration from being used.
#[derive(Debug, Clone, PartialEq, Eq, Default, thiserror::Error)]
pub struct Problems(pub Vec<Problem>);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// As the operator named it; or the environment variable.
    pub file: String,
    /// None where the whole file, or the environment, is at fault.
    pub place: Option<Place>,
    pub wrong: String,
    pub expected: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

/// The text in question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// In characters; at least 1.
    pub width: usize,
    /// The whole line, secrets masked.
    pub excerpt: String,
}

/// Not wrong, but the operator would want to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    pub text: String,
    pub advice: String,
}

/// Why one value was not taken; the walk adds where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// None: the whole value.
    pub(super) at: Option<Range<usize>>,
    pub(super) wrong: String,
    pub(super) expected: String,
    pub(super) suggestion: Option<String>,
    /// What is in quotes on that line may be a secret.
    pub(super) secret: bool,
}

impl Refusal {
    pub(super) fn new(wrong: impl Into<String>, expected: impl Into<String>) -> Self {
        Refusal { at: None, wrong: wrong.into(), expected: expected.into(), suggestion: None, secret: false }
    }

    pub(super) fn suggest(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }

    pub(super) fn secret(self, secret: bool) -> Self {
        Refusal { secret, ..self }
    }

    pub(super) fn at(mut self, at: Option<Range<usize>>) -> Self {
        self.at = self.at.or(at);
        self
    }
}

/// The file being read: turns byte spans into places.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) file: &'a str,
    pub(super) text: &'a str,
}

impl Source<'_> {
    /// `refusal` as a problem of this file; `at` is where it stands unless it says better itself.
    pub(super) fn problem(&self, at: Option<Range<usize>>, refusal: Refusal) -> Problem {
        Problem {
            file: self.file.to_owned(),
            place: refusal.at.or(at).map(|span| self.place(&span, refusal.secret)),
            wrong: refusal.wrong,
            expected: refusal.expected,
            suggestion: refusal.suggestion,
        }
    }

    fn place(&self, span: &Range<usize>, secret: bool) -> Place {
        let start = self.text.floor_char_boundary(span.start);
        let end = self.text.floor_char_boundary(span.end).max(start);
        let line_start = self.text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = self.text[start..].find(['\r', '\n']).map_or(self.text.len(), |length| start + length);
        let line = &self.text[line_start..line_end];
        Place {
            line: self.line_of(start),
            column: self.text[line_start..start].chars().count() + 1,
            width: self.text[start..end.min(line_end).max(start)].chars().count().max(1),
            excerpt: if secret { quotes_masked(line) } else { masked(line) },
        }
    }

    /// Where `word` stands in quotes within the list at `list`; all of the list if it is written in another way.
    pub(super) fn word_in(&self, list: Range<usize>, word: &str) -> Range<usize> {
        let quoted = [format!("\"{word}\""), format!("'{word}'")];
        let text = &self.text[list.clone()];
        let found = quoted.iter().find_map(|quoted| Some((text.find(quoted)?, quoted.len())));
        found.map_or(list.clone(), |(at, length)| list.start + at..list.start + at + length)
    }

    /// From 1.
    pub(super) fn line_of(&self, offset: usize) -> usize {
        self.text[..self.text.floor_char_boundary(offset)].matches('\n').count() + 1
    }
}

/// `text` without the user and password of any address in it; as wide as it was, so that columns stay right.
pub(super) fn masked(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("://").map(|at| at + 3) {
        let (before, after) = rest.split_at(start);
        shown.push_str(before);
        let authority = after.find(['/', '?', '#', '"', '\'', ' ']).unwrap_or(after.len());
        let secret = after[..authority].rfind('@').unwrap_or(0);
        shown.extend(after[..secret].chars().map(|_| '*'));
        rest = &after[secret..];
    }
    shown + rest
}

/// `line` without anything that stands in quotes.
fn quotes_masked(line: &str) -> String {
    let mut open = None;
    let mask = |c: char| match open {
        Some(quote) if quote == c => {
            open = None;
            c
        }
        Some(_) => '*',
        None => {
            open = Some(c).filter(|c| matches!(c, '"' | '\''));
            c
        }
    };
    line.chars().map(mask).collect()
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{problem}")?;
        }
        match self.0.len() {
            1 => write!(f, "1 problem in the configuration"),
            count => write!(f, "{count} problems in the configuration"),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        writeln!(f, "error: {}", self.wrong)?;
        match &self.place {
            Some(place) => {
                writeln!(f, "  --> {}:{}:{}", self.file, place.line, place.column)?;
                place.fmt(f)?;
            }
            None => writeln!(f, "  --> {}", self.file)?,
        }
        if !self.expected.is_empty() {
            writeln!(f, "   = expected {}", self.expected)?;
        }
        match &self.suggestion {
            Some(suggestion) => writeln!(f, "   = did you mean {suggestion}?"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let gutter = self.line.to_string().len().max(2);
        // Tabs stay tabs, so that the marks stand under the text whatever a tab is worth.
        let lead: String =
            self.excerpt.chars().take(self.column - 1).map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
        writeln!(f, "{:gutter$} |", "")?;
        writeln!(f, "{:gutter$} | {}", self.line, self.excerpt)?;
        writeln!(f, "{:gutter$} | {lead}{}", "", "^".repeat(self.width))
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}; {}", self.text, self.advice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[fetch]\ntimeot = \"30s\"\n";

    #[test]
    fn a_problem_shows_the_text_in_question() {
        let source = Source { file: "headlined.toml", text: TEXT };
        let refusal = Refusal::new("unknown key `timeot` in [fetch]", "one of: timeout").suggest(Some("`timeout`"));
        let problems = Problems(vec![source.problem(Some(8..14), refusal)]);
        let expected = "\
error: unknown key `timeot` in [fetch]
  --> headlined.toml:2:1
   |
 2 | timeot = \"30s\"
   | ^^^^^^
   = expected one of: timeout
   = did you mean `timeout`?

1 problem in the configuration";
        assert_eq!(problems.to_string(), expected);
    }

    #[test]
    fn a_place_is_found_for_every_span() {
        let check = |text: &str, span: Range<usize>, line, column, width| {
            let place = Source { file: "f", text }.place(&span, false);
            assert_eq!((place.line, place.column, place.width), (line, column, width), "{text:?} {span:?}");
        };
        check(TEXT, 0..7, 1, 1, 7);
        check(TEXT, 17..22, 2, 10, 5);
        check(TEXT, TEXT.len()..TEXT.len(), 3, 1, 1);
        check("a = \"é\"; b", 9..10, 1, 9, 1);
        check("a = \"\"\"\nx\"\"\"", 4..12, 1, 5, 3);
        check("", 0..0, 1, 1, 1);
        check("x\r\ny", 0..4, 1, 1, 1);
    }

    #[test]
    fn user_and_password_of_an_address_are_masked() {
        let check = |text, expected| assert_eq!(masked(text), expected);
        check("url = \"https://ann:secret@a.org/x@y\"", "url = \"https://**********@a.org/x@y\"");
        check("proxy = 'http://u:p@q@h:1' # http://v@h", "proxy = 'http://*****@h:1' # http://*@h");
        check("url = \"https://a.org/@ann\"", "url = \"https://a.org/@ann\"");
        check("no address", "no address");
    }
}
