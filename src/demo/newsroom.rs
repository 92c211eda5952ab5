//! What every outlet has printed so far.
//!
//! Takes the script's steps and keeps posts: which story, in which state, printed when. Texts are not kept; `print`
//! makes them. Pure: the same steps at the same times give the same posts. Each outlet keeps its newest posts only.

use std::collections::VecDeque;

use super::{
    outlets::{OUTLETS, Outlet},
    script::{Beat, SCRIPT, Story},
};
use crate::model::UnixSeconds;

/// An entry of an outlet's feed.
#[derive(Debug, Clone)]
pub(super) struct Post {
    pub(super) outlet: &'static Outlet,
    pub(super) story: &'static Story,
    pub(super) round: usize,
    /// The outlet's own running number.
    pub(super) number: usize,
    pub(super) published_at: UnixSeconds,
    pub(super) updated_at: UnixSeconds,
    pub(super) retitled: bool,
    pub(super) corrected: bool,
    /// How many paragraphs a live page has by now.
    pub(super) parts: usize,
    /// The number and time of the post that an aggregator carries.
    pub(super) origin: Option<(usize, UnixSeconds)>,
}

pub(super) struct Newsroom {
    /// In the order of [`OUTLETS`]; the newest post is last.
    posts: Vec<VecDeque<Post>>,
    numbers: Vec<usize>,
    keep: usize,
    step: usize,
}

const DAY: UnixSeconds = 24 * 60 * 60;
/// A reprint follows the agency after this long, and one more for each outlet.
const REPRINT_DELAY: UnixSeconds = 9 * 60;
/// Numbers begin here, as if there had been news before the demo.
const FIRST_NUMBER: usize = 410_027;

impl Newsroom {
    /// With the start set in the feeds, spread over the day before `now`.
    pub(super) fn open(now: UnixSeconds, keep: usize) -> Self {
        let mut room = Newsroom {
            posts: vec![VecDeque::new(); OUTLETS.len()],
            numbers: vec![FIRST_NUMBER; OUTLETS.len()],
            keep,
            step: 0,
        };
        let stories = SCRIPT.stories.iter().take(SCRIPT.start);
        let mut prints: Vec<(UnixSeconds, &Story, usize)> = Vec::new();
        for (number, story) in stories.enumerate() {
            let at = started_at(now, number);
            prints.extend(
                (0..story.outlets.len()).map(|nth| ((at + REPRINT_DELAY * nth as UnixSeconds).min(now), story, nth)),
            );
        }
        prints.sort_by_key(|&(at, ..)| at);
        for (at, story, nth) in prints {
            room.print(story, nth, 0, at);
        }
        room
    }

    pub(super) fn step(&self) -> usize {
        self.step
    }

    /// The newest first.
    pub(super) fn posts(&self, outlet: &Outlet) -> impl Iterator<Item = &Post> {
        self.posts[place_of(outlet)].iter().rev()
    }

    /// Takes the script's next step.
    pub(super) fn advance(&mut self, now: UnixSeconds) {
        let step = SCRIPT.step(self.step);
        self.step += 1;
        let story = &SCRIPT.stories[step.story];
        match step.beat {
            Beat::Publish => self.print(story, 0, step.round, now),
            Beat::Reprint => (1..story.outlets.len()).for_each(|nth| self.print(story, nth, step.round, now)),
            Beat::Retitle => self.revise(story, step.round, now, |post| post.retitled = true),
            Beat::Correct => self.revise(story, step.round, now, |post| post.corrected = true),
            Beat::Continue => self.revise(story, step.round, now, |post| post.parts += 1),
        }
    }

    fn print(&mut self, story: &'static Story, nth: usize, round: usize, at: UnixSeconds) {
        let outlet = story.outlets[nth];
        let origin = self.find(story, 0, round).map(|post| (post.number, post.published_at));
        let place = place_of(outlet);
        self.numbers[place] += 1 + story.slug.len() % 3;
        self.posts[place].push_back(Post {
            outlet,
            story,
            round,
            number: self.numbers[place],
            published_at: at,
            updated_at: at,
            retitled: false,
            corrected: false,
            parts: 1,
            origin: origin.filter(|_| outlet.is_roundup()),
        });
        if self.posts[place].len() > self.keep {
            self.posts[place].pop_front();
        }
    }

    fn find(&self, story: &Story, nth: usize, round: usize) -> Option<&Post> {
        self.posts[place_of(story.outlets[nth])].iter().rev().find(|post| post.is(story, round))
    }

    fn revise(&mut self, story: &Story, round: usize, now: UnixSeconds, change: impl Fn(&mut Post)) {
        for posts in &mut self.posts {
            for post in posts.iter_mut().filter(|post| post.is(story, round)) {
                change(post);
                post.updated_at = now;
            }
        }
    }
}

impl Post {
    /// The same for all posts of one text.
    pub(super) fn text_number(&self) -> usize {
        let stories = &SCRIPT.stories;
        let story = stories.iter().position(|story| std::ptr::eq(story, self.story)).unwrap_or_default();
        self.round * stories.len() + story
    }

    fn is(&self, story: &Story, round: usize) -> bool {
        self.round == round && std::ptr::eq(self.story, story)
    }
}

fn place_of(outlet: &Outlet) -> usize {
    OUTLETS.iter().position(|other| other.slug == outlet.slug).unwrap_or_default()
}

/// When the start set's story with this number was printed: the last ones minutes ago, the first a day ago.
fn started_at(now: UnixSeconds, number: usize) -> UnixSeconds {
    let age = (SCRIPT.start - number) as UnixSeconds;
    let count = SCRIPT.start as UnixSeconds;
    // Quadratic: the newer, the denser, as a front page is in the evening.
    now - 60 * 7 - (DAY - 60 * 60) * age * age / (count * count) - 61 * (number as UnixSeconds % 7)
}
