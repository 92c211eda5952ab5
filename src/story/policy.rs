//! Every bound of the story room, with its unit and its reason.
//!
//! The scores were measured on labelled streams in nine languages: each lies on a plateau, not on a peak.

use std::time::Duration;

use crate::model::{UnixSeconds, seconds};

/// When two articles are copies, when they tell of one event, and how far anyone looks.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Articles are compared for so long after they were settled; a story stays open so long after its last one.
    pub window: Duration,
    /// A story takes articles for so long after its first: what goes on longer is a topic.
    pub story_span: Duration,
    /// Equal headlines make copies only so close together: later ones are the next issue of something.
    pub title_span: Duration,
    /// The same for what is known to recur: bulletins, and headlines that one feed has used before.
    pub issue_span: Duration,
    /// Articles in the index; the oldest leave first. 200,000 are about 220 MB.
    pub capacity: usize,

    /// Share of the shorter text's runs that a copy has in common.
    pub text_overlap: f64,
    /// The same within one publisher, which does not syndicate itself but repeats its own boilerplate.
    pub kin_overlap: f64,
    /// Runs that a text needs to be compared as text.
    pub text_runs: usize,
    /// Articles of one feed that share a run before it is boilerplate (RULES 3).
    pub boilerplate: usize,

    /// Score at which an article joins a story.
    pub join: f64,
    /// Similarity that a publisher's second article needs: it rarely reports one event twice, and has templates.
    pub kin_join: f64,
    /// Similarity to the nearest article below which nothing else helps.
    pub nearest: f64,
    /// The same for the story's centre.
    pub centre: f64,
    /// Similarity of two stories' centres at which an article that is near both makes them one.
    pub merge_centres: f64,
    /// Share of the score that is lost when a story was silent for the whole window.
    pub age_loss: f64,
    /// What shared information adds to a score, at most half of it either way.
    pub information_gain: f64,
    /// Shared information (nats) at which nothing more is gained.
    pub information_enough: f64,
    /// Lost when both headlines have numbers and none in common.
    pub number_loss: f64,
    /// Lost by a headline that calls itself a bulletin.
    pub bulletin_loss: f64,

    /// Words that candidates are looked for by, the rarest first.
    pub rare_words: usize,
    /// Articles met while looking for candidates.
    pub postings: usize,
    /// Candidates compared exactly.
    pub candidates: usize,
    /// Articles looked at as copies, for each mark and in all.
    pub copy_candidates: usize,
}

const HOUR: u64 = 3_600;

impl Policy {
    /// What was settled earlier is compared with nothing at `now`.
    pub fn window_start(&self, now: UnixSeconds) -> UnixSeconds {
        now.saturating_sub(seconds(self.window))
    }
}

impl Default for Policy {
    fn default() -> Self {
        Policy {
            window: Duration::from_secs(72 * HOUR),
            story_span: Duration::from_secs(7 * 24 * HOUR),
            title_span: Duration::from_secs(48 * HOUR),
            issue_span: Duration::from_secs(6 * HOUR),
            capacity: 200_000,
            text_overlap: 0.6,
            kin_overlap: 0.9,
            text_runs: 20,
            boilerplate: 3,
            join: 0.54,
            kin_join: 0.6,
            nearest: 0.42,
            centre: 0.15,
            merge_centres: 0.6,
            age_loss: 0.6,
            information_gain: 0.3,
            information_enough: 17.0,
            number_loss: 0.1,
            bulletin_loss: 0.15,
            rare_words: 14,
            postings: 2_000,
            candidates: 32,
            copy_candidates: 16,
        }
    }
}
