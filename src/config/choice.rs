//! Values that are one of a few words.

use toml_edit::Value;

use super::{
    nearest::nearest,
    problem::Refusal,
    scalar::wrong_type,
    setting::{Reading, Rule, Scalar},
};
use crate::model::{ContentLevel, Digest, FoldMode, LogLevel, PageOrder, Pictures};

trait Choice: Copy + PartialEq + 'static {
    const KIND: &'static str;
    const WORDS: &'static [(&'static str, Self)];
}

impl Choice for FoldMode {
    const KIND: &'static str = "\"off\", \"copies\" or \"stories\"";
    const WORDS: &'static [(&'static str, Self)] =
        &[("off", FoldMode::Off), ("copies", FoldMode::Copies), ("stories", FoldMode::Stories)];
}

impl Choice for ContentLevel {
    const KIND: &'static str = "\"headline\", \"summary\" or \"full\"";
    const WORDS: &'static [(&'static str, Self)] =
        &[("headline", ContentLevel::Headline), ("summary", ContentLevel::Summary), ("full", ContentLevel::Full)];
}

impl Choice for PageOrder {
    const KIND: &'static str = "\"listed\" or \"top\"";
    const WORDS: &'static [(&'static str, Self)] = &[("listed", PageOrder::Listed), ("top", PageOrder::Top)];
}

impl Choice for Digest {
    const KIND: &'static str = "\"daily\"";
    const WORDS: &'static [(&'static str, Self)] = &[("daily", Digest::Daily)];
}

impl Choice for Pictures {
    const KIND: &'static str = "\"off\", \"link\" or \"show\"";
    const WORDS: &'static [(&'static str, Self)] =
        &[("off", Pictures::Off), ("link", Pictures::Link), ("show", Pictures::Show)];
}

impl Choice for LogLevel {
    const KIND: &'static str = "\"error\", \"warn\", \"info\", \"debug\" or \"trace\"";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("error", LogLevel::Error),
        ("warn", LogLevel::Warn),
        ("info", LogLevel::Info),
        ("debug", LogLevel::Debug),
        ("trace", LogLevel::Trace),
    ];
}

impl<T: Choice> Scalar for T {
    fn kind(_: Rule) -> &'static str {
        T::KIND
    }

    fn parse(value: &Value, _: Reading) -> Result<Self, Refusal> {
        let Some(text) = value.as_str() else {
            return Err(wrong_type(value, T::KIND, None));
        };
        let chosen = T::WORDS.iter().find(|(word, _)| *word == text).map(|(_, chosen)| *chosen);
        chosen.ok_or_else(|| {
            let near = nearest(text, T::WORDS.iter().map(|(word, _)| *word)).map(|word| format!("\"{word}\""));
            Refusal::new(format!("`{text}` is not one of the choices"), T::KIND).suggest(near)
        })
    }

    fn written(&self) -> Value {
        T::WORDS.iter().find(|(_, chosen)| chosen == self).map_or("", |(word, _)| word).into()
    }
}
