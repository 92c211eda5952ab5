//! `include` and `exclude`: words and patterns that an output, a feed or a group asks of an article.
//!
//! A rule is plain words (`"climate summit"`: these words, whole, in this order, in any case), words that may go on
//! (`"elect*"`), or a regular expression between slashes (`"/\bG(7|20)\b/"`). It is looked for in title, text, authors and
//! categories, or only in what is named before it (`"title:podcast"`). Time is linear in the text, whatever the pattern.
//! `config` checks each rule by [`check`]; `poll` asks a [`Filter`] once for each article and remembers the answer.

use regex::{Regex, RegexBuilder};

use crate::{model::Article, render::plain};

/// Bytes that a compiled pattern may take: counted repetitions multiply.
const PATTERN_BYTES: usize = 1 << 20;

/// Where a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Title,
    Text,
    Author,
    Category,
}

const PARTS: [(&str, Part); 4] =
    [("title:", Part::Title), ("text:", Part::Text), ("author:", Part::Author), ("category:", Part::Category)];

/// The rules of one section, compiled.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    include: Vec<Rule>,
    exclude: Vec<Rule>,
}

#[derive(Debug, Clone)]
struct Rule {
    written: String,
    /// None: anywhere.
    part: Option<Part>,
    pattern: Regex,
}

impl Filter {
    /// Rules that [`check`] refuses are passed over: the configuration has refused them before.
    pub fn new(include: &[String], exclude: &[String]) -> Self {
        let rules = |written: &[String]| written.iter().filter_map(|rule| compiled(rule).ok()).collect();
        Self { include: rules(include), exclude: rules(exclude) }
    }

    pub fn is_empty(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    /// The rule that keeps the article out, if one does.
    pub fn refuses(&self, article: &Article) -> Option<String> {
        if self.is_empty() {
            return None;
        }
        let parts = Parts::of(article);
        if let Some(rule) = self.exclude.iter().find(|rule| rule.holds(&parts)) {
            return Some(format!("exclude = {:?}", rule.written));
        }
        let is_included = self.include.is_empty() || self.include.iter().any(|rule| rule.holds(&parts));
        (!is_included).then(|| {
            let written: Vec<&str> = self.include.iter().map(|rule| rule.written.as_str()).collect();
            format!("include = {written:?}")
        })
    }
}

/// What is wrong with a rule, and what may be meant.
///
/// # Errors
/// The reason in words, with a rule that would be right.
pub fn check(rule: &str) -> Result<(), (String, String)> {
    compiled(rule).map(|_| ())
}

impl Rule {
    fn holds(&self, parts: &Parts) -> bool {
        let is_here = |part: Part| self.part.is_none_or(|wanted| wanted == part);
        parts.0.iter().any(|(part, text)| is_here(*part) && self.pattern.is_match(text))
    }
}

/// An article as rules see it: plain text, part by part, so that no rule matches across two of them.
struct Parts(Vec<(Part, String)>);

impl Parts {
    fn of(article: &Article) -> Self {
        let fields = &article.fields;
        let mut parts = vec![(Part::Title, article.title.clone())];
        parts.extend(
            [&article.summary, &article.content].into_iter().flatten().map(|html| (Part::Text, plain::text(html))),
        );
        parts.extend(fields.authors.iter().map(|author| (Part::Author, author.name.clone())));
        let terms = fields.categories.iter().flat_map(|category| [Some(&category.term), category.label.as_ref()]);
        parts.extend(terms.flatten().chain(&fields.section).map(|term| (Part::Category, term.clone())));
        Self(parts)
    }
}

fn compiled(written: &str) -> Result<Rule, (String, String)> {
    let (part, rule) = PARTS
        .iter()
        .find_map(|(prefix, part)| Some((Some(*part), written.strip_prefix(prefix)?.trim_start())))
        .unwrap_or((None, written.trim()));
    let expression = match inside_slashes(rule) {
        Some(expression) => expression.to_owned(),
        None => words(rule).ok_or_else(|| ("it has no word in it".to_owned(), "climate summit".to_owned()))?,
    };
    let pattern = RegexBuilder::new(&expression).case_insensitive(true).size_limit(PATTERN_BYTES).build();
    match pattern {
        Ok(pattern) => Ok(Rule { written: written.to_owned(), part, pattern }),
        Err(error) => {
            let said = error.to_string();
            let reason = said.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            Err((reason, format!("/{}/", regex::escape(inside_slashes(rule).unwrap_or(rule)))))
        }
    }
}

fn inside_slashes(rule: &str) -> Option<&str> {
    rule.strip_prefix('/')?.strip_suffix('/').filter(|inside| !inside.is_empty())
}

/// The words as an expression: whole words, whatever white space is between them. Scripts that put none between words
/// have no whole words to look for.
fn words(rule: &str) -> Option<String> {
    let (rule, goes_on) = rule.strip_suffix('*').map_or((rule, false), |rule| (rule, true));
    let words: Vec<String> = rule.split_whitespace().map(regex::escape).collect();
    let (first, last) = (rule.trim().chars().next()?, rule.trim().chars().next_back()?);
    let edge = |c: char| if c.is_alphanumeric() && !is_unspaced(c) { r"\b" } else { "" };
    let end = if goes_on { "" } else { edge(last) };
    Some(format!("{}{}{end}", edge(first), words.join(r"\s+")))
}

/// Thai, Lao, Khmer, Burmese, and the scripts of Chinese and Japanese.
fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c), 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Category, NewsFields, Person};

    fn article() -> Article {
        let fields = NewsFields {
            authors: vec![Person { name: "Ada Byline".into(), ..Person::default() }],
            categories: vec![Category { term: "sport".into(), label: Some("Sports & games".into()), scheme: None }],
            section: vec!["World".into()],
            ..NewsFields::default()
        };
        Article {
            title: "G20 leaders meet; Élections in März; 東京の天気".into(),
            summary: Some("<p>Climate\n <b>summit</b> ends, C++ and AT&amp;T</p>".into()),
            fields,
            ..Article::default()
        }
    }

    #[test]
    fn words_are_whole_and_patterns_are_patterns() {
        for (rule, expected) in [
            ("climate summit", true),
            ("CLIMATE   SUMMIT", true),
            ("summit climate", false),
            ("lead", false),
            ("lead*", true),
            ("élections", true),
            ("märz", true),
            ("東京", true),
            ("天", true),
            ("c++", true),
            ("at&t", true),
            ("/g(7|20)\\b/", true),
            ("/g7\\b/", false),
            ("/^ends/", false),
            ("title:climate", false),
            ("text:climate", true),
            ("author:byline", true),
            ("author:sport", false),
            ("category:world", true),
            ("category:games", true),
            ("title:/^g20/", true),
            ("/(a*)*(a*)*(a*)*b{50}/", false),
        ] {
            assert_eq!(check(rule), Ok(()), "{rule}");
            let excluded = Filter::new(&[], &[rule.to_owned()]).refuses(&article()).is_some();
            let included = Filter::new(&[rule.to_owned()], &[]).refuses(&article()).is_none();
            assert_eq!((excluded, included), (expected, expected), "{rule}");
        }
    }

    #[test]
    fn exclude_goes_before_include_and_names_its_rule() {
        let filter = Filter::new(&["g20".into()], &["podcast".into(), "title:leaders".into()]);
        assert_eq!(filter.refuses(&article()).as_deref(), Some("exclude = \"title:leaders\""));
        let filter = Filter::new(&["g8".into(), "g9".into()], &[]);
        assert_eq!(filter.refuses(&article()).as_deref(), Some("include = [\"g8\", \"g9\"]"));
        assert_eq!(Filter::default().refuses(&article()), None);
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_one_that_is() {
        for (rule, suggestion) in [
            ("/c++(/", "/c\\+\\+\\(/"),
            ("/x{1000}{1000}/", "/x\\{1000\\}\\{1000\\}/"),
            ("*", "climate summit"),
            (" ", "climate summit"),
        ] {
            let (reason, meant) = check(rule).unwrap_err();
            assert_eq!(meant, suggestion, "{reason}");
            assert_eq!(check(&meant), Ok(()));
        }
    }
}
