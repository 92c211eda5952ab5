//! The script: what the outlets will print, and in which order.
//!
//! The texts stand in `script/*.txt` as records. A record begins with `%% slug`, then come `key: value` lines, an
//! empty line, and paragraphs between empty lines. Keys: `outlets` (the first wrote it, the others print it after
//! him), `place`, `section`, `by`, `editor`, `photo` (scene | caption | credit), `video`, `headline`, a later
//! `retitle`, a `correct` (wrong => right), `live` (one paragraph at first, the others one by one), and an outlet's
//! slug for its own headline. `{place}` and `{120}` are slots: see `slots`.
//!
//! Pure and total: a record that makes no sense is caught by the tests here, not at run time.

use std::sync::LazyLock;

use super::outlets::Outlet;

/// One text of the script, printed by one or more outlets.
#[derive(Debug, Default)]
pub(super) struct Story {
    pub(super) slug: &'static str,
    /// The first wrote it.
    pub(super) outlets: Vec<&'static Outlet>,
    pub(super) place: &'static str,
    pub(super) section: &'static str,
    pub(super) by: Option<&'static str>,
    pub(super) editor: Option<&'static str>,
    pub(super) photo: Option<Photo>,
    pub(super) video: Option<&'static str>,
    pub(super) headline: &'static str,
    /// Headlines of those who print it after the first.
    pub(super) own_headlines: Vec<(&'static str, &'static str)>,
    pub(super) retitle: Option<&'static str>,
    pub(super) correct: Option<(&'static str, &'static str)>,
    pub(super) live: bool,
    pub(super) paragraphs: Vec<&'static str>,
    /// Keys and outlets that mean nothing; empty, says a test.
    pub(super) unknown: Vec<&'static str>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Photo {
    pub(super) scene: &'static str,
    pub(super) caption: &'static str,
    pub(super) credit: &'static str,
}

/// One step of the script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step {
    /// Which story of the script.
    pub(super) story: usize,
    /// How many times the whole script was told before.
    pub(super) round: usize,
    pub(super) beat: Beat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beat {
    /// The first outlet prints it.
    Publish,
    /// The other outlets print it.
    Reprint,
    Retitle,
    Correct,
    /// A live page grows by a paragraph.
    Continue,
}

/// How many stories later each beat comes after its story, in tenths of a story.
const REPRINT_AFTER: usize = 11;
const RETITLE_AFTER: usize = 24;
const CORRECT_AFTER: usize = 38;
const CONTINUE_EVERY: usize = 77;

pub(super) struct Script {
    pub(super) stories: Vec<Story>,
    /// This many stories stand in the feeds from the start.
    pub(super) start: usize,
    first_round: Vec<Step>,
    later_round: Vec<Step>,
}

pub(super) static SCRIPT: LazyLock<Script> =
    LazyLock::new(|| Script::read(include_str!("script/start.txt"), include_str!("script/steps.txt")));

impl Script {
    fn read(start: &'static str, steps: &'static str) -> Self {
        let mut stories: Vec<Story> = records(start).collect();
        let start = stories.len();
        stories.extend(records(steps));
        let first_round = plan(&stories, start);
        let later_round = plan(&stories, 0);
        Script { stories, start, first_round, later_round }
    }

    /// The step with this number, counted from 0. There is always one.
    pub(super) fn step(&self, number: usize) -> Step {
        if let Some(&step) = self.first_round.get(number) {
            return step;
        }
        let number = number - self.first_round.len();
        let length = self.later_round.len();
        Step { round: 1 + number / length, ..self.later_round[number % length] }
    }
}

/// The beats of one round in their order. Stories before `start` are printed already: what remains of them follows
/// in the first steps.
fn plan(stories: &[Story], start: usize) -> Vec<Step> {
    let mut beats: Vec<(usize, Step)> = Vec::new();
    for (story, told) in stories.iter().enumerate() {
        let at = if story < start { 10 * (story % 8) } else { 10 * (story - start) };
        let mut add = |after: usize, beat| beats.push((at + after, Step { story, round: 0, beat }));
        if story >= start {
            add(0, Beat::Publish);
            if told.outlets.len() > 1 {
                add(REPRINT_AFTER, Beat::Reprint);
            }
        }
        if told.retitle.is_some() {
            add(RETITLE_AFTER, Beat::Retitle);
        }
        if told.correct.is_some() {
            add(CORRECT_AFTER, Beat::Correct);
        }
        let more = if told.live { told.paragraphs.len() - 1 } else { 0 };
        (1..=more).for_each(|part| add(part * CONTINUE_EVERY, Beat::Continue));
    }
    beats.sort_by_key(|&(at, _)| at);
    beats.into_iter().map(|(_, step)| step).collect()
}

impl Story {
    pub(super) fn headline_of(&self, outlet: &Outlet) -> &'static str {
        self.own_headlines
            .iter()
            .find(|(slug, _)| *slug == outlet.slug)
            .map_or(self.headline, |&(_, headline)| headline)
    }

    /// An agency's text: more outlets than an aggregator print it.
    pub(super) fn is_wire(&self) -> bool {
        self.outlets[0].slug == "corrow" || self.outlets.iter().filter(|outlet| !outlet.is_roundup()).count() > 1
    }

    fn take(&mut self, key: &'static str, value: &'static str) {
        match key {
            "outlets" => self.take_outlets(value),
            "place" => self.place = value,
            "section" => self.section = value,
            "by" => self.by = Some(value),
            "editor" => self.editor = Some(value),
            "photo" => self.photo = photo(value),
            "video" => self.video = Some(value),
            "headline" => self.headline = value,
            "retitle" => self.retitle = Some(value),
            "correct" => self.correct = value.split_once(" => "),
            "live" => self.live = value == "yes",
            slug if Outlet::named(slug).is_some() => self.own_headlines.push((key, value)),
            _ => self.unknown.push(key),
        }
    }

    fn take_outlets(&mut self, slugs: &'static str) {
        for slug in slugs.split_whitespace() {
            match Outlet::named(slug) {
                Some(outlet) => self.outlets.push(outlet),
                None => self.unknown.push(slug),
            }
        }
    }
}

fn records(text: &'static str) -> impl Iterator<Item = Story> {
    text.split("\n%% ").skip(1).map(record)
}

fn record(text: &'static str) -> Story {
    let mut blocks = text.split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    let mut head = blocks.next().unwrap_or_default().lines();
    let mut story = Story { slug: head.next().unwrap_or_default().trim(), ..Story::default() };
    for (key, value) in head.filter_map(|line| line.split_once(':')) {
        story.take(key.trim(), value.trim());
    }
    story.paragraphs = blocks.collect();
    story
}

fn photo(value: &'static str) -> Option<Photo> {
    let (scene, rest) = value.split_once(" | ")?;
    let (caption, credit) = rest.split_once(" | ")?;
    Some(Photo { scene, caption, credit })
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// What must hold for a record to read as its author meant it.
    fn check(story: &Story) {
        let slug = story.slug;
        assert!(story.unknown.is_empty(), "{slug}: unknown {:?}", story.unknown);
        assert!(!story.outlets.is_empty() && !story.outlets[0].is_roundup(), "{slug}: somebody writes it");
        assert!(
            story.outlets.iter().all(|outlet| outlet.language == story.outlets[0].language),
            "{slug}: one language"
        );
        assert!(!story.place.is_empty() && !story.section.is_empty(), "{slug}: place and section");
        assert!(!story.headline.is_empty() && !story.paragraphs.is_empty(), "{slug}: headline and text");
        let whole = format!("{} {}", story.headline, story.paragraphs.join(" "));
        assert!(whole.contains("{place}"), "{slug}: names its place");
        if let Some((wrong, right)) = story.correct {
            assert!(whole.contains(wrong) && !whole.contains(right), "{slug}: {wrong} can be corrected");
        }
        for headline in
            story.own_headlines.iter().map(|&(_, headline)| headline).chain([story.headline]).chain(story.retitle)
        {
            assert!(headline.contains('{'), "{slug}: told again, {headline:?} would be the same");
        }
        let wire = story.outlets.len() > 1;
        assert!(!wire || whole.matches('{').count() > 3, "{slug}: a wire text has numbers");
    }

    #[test]
    fn every_record_makes_sense() {
        SCRIPT.stories.iter().for_each(check);
        let slugs: HashSet<_> = SCRIPT.stories.iter().map(|story| story.slug).collect();
        assert_eq!(slugs.len(), SCRIPT.stories.len(), "slugs are unique");
    }

    #[test]
    fn the_script_goes_on_for_ever() {
        let rounds: Vec<usize> = (0..2000).map(|number| SCRIPT.step(number).round).collect();
        assert!(rounds.is_sorted() && rounds[1999] > 1);
    }
}
