//! Which articles are copies of each other, and which tell of one event.

mod book;
mod codec;
mod copies;
mod fingerprint;
mod guards;
mod headline;
mod index;
mod lead;
mod likeness;
mod near;
mod policy;
mod postings;
mod shingles;
mod stems;
mod stop;
mod terms;
mod why;
mod window;
mod words;

pub use book::Meta;
pub use fingerprint::{Fingerprint, StoryInput, fingerprint};
pub use index::{Index, Settled, StoryRef, Verdict};
pub use lead::{Candidate, lead};
pub use policy::Policy;
pub use why::{Guard, Missing, NearStory, Rule, Why};

#[cfg(test)]
mod adversary;
#[cfg(test)]
mod properties;
