//! Which articles are copies of each other, and which tell of one event.
//!
//! Pure: no clock, no chance, no disk. `poll::stories` makes a [`fingerprint()`] of each new article, stages it in the
//! [`Index`] in the order of (published, id), and keeps fingerprint and [`Verdict`] in the same transaction.
//!
//! - text to marks and words: `letters`, `words`, `stop`, `headline`, `shingles`, `place`, `stems` → `fingerprint`, `codec`
//! - what is in the window: `window`, `lists`, `terms`, `gaps`, `postings`, `shards`, and `book`, which keeps them consistent; `apart`
//! - decisions: `copies` for a pair, `near` with `likeness` for stories, `guards` for what forbids, `lead`
//! - `index` orders them; `policy` has every bound, `why` every reason
//!
//! What it does not do: remember what has left the window, compare languages, or change a verdict. When stories turn out
//! to be one it says so, and what is published stays as it is.

mod apart;
mod book;
mod codec;
mod copies;
mod fingerprint;
mod gaps;
mod guards;
mod headline;
mod index;
mod lead;
mod letters;
mod likeness;
mod lists;
mod near;
mod place;
mod policy;
mod postings;
mod shards;
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
pub use lead::{Candidate, lead, links_to, origin};
pub use policy::Policy;
pub use why::{Guard, Missing, NearStory, Rule, Why};

#[cfg(test)]
mod adversary;
#[cfg(test)]
mod properties;
