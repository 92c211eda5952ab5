//! The front page: the headlines of now, and how to subscribe to them.

use askama::Template;

use super::{Card, OutputView, Site, Subscription, outlets, page, subscriptions};
use crate::model::{Edition, UnixSeconds};

/// Headlines on the page: with every one at full length it stays under 60 KB.
const HEADLINES: usize = 40;
/// Of them, those that the most outlets carry stand first.
const WIDELY_REPORTED: usize = 3;
/// Other outlets that make a headline widely reported.
const WIDE: usize = 2;

#[derive(Debug, Clone, PartialEq)]
pub struct FrontView<'a> {
    pub site: Site,
    pub edition: &'a Edition,
    /// In the order in which they are offered.
    pub outputs: Vec<OutputView>,
    pub situation: Situation,
}

/// How the polling goes, in numbers; what the page says while there is nothing to read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Situation {
    pub feeds: usize,
    /// Of them, polled at least once.
    pub polled: usize,
    /// Of them, failing at their last poll.
    pub failing: usize,
    /// Feed and reason, the first few.
    pub failures: Vec<(String, String)>,
    pub articles: u64,
}

pub fn front(view: &FrontView<'_>, now: UnixSeconds) -> String {
    let shown = &view.edition.entries[..view.edition.entries.len().min(HEADLINES)];
    let mut widest: Vec<_> = shown.iter().enumerate().map(|(at, entry)| (outlets(entry).len(), at)).collect();
    widest.retain(|(outlets, _)| *outlets >= WIDE);
    widest.sort_by_key(|(outlets, at)| (std::cmp::Reverse(*outlets), *at));
    let widely: Vec<usize> = widest.into_iter().map(|(_, at)| at).take(WIDELY_REPORTED).collect();
    let card = |at: usize| Card::of(&shown[at], &view.site, now);
    page(&FrontPage {
        site: &view.site,
        subscriptions: subscriptions(&view.site, &view.outputs),
        situation: &view.situation,
        widely: widely.iter().map(|at| card(*at)).collect(),
        latest: (0..shown.len()).filter(|at| !widely.contains(at)).map(card).collect(),
    })
}

#[derive(Template)]
#[template(path = "front.html")]
struct FrontPage<'a> {
    site: &'a Site,
    subscriptions: Vec<Subscription<'a>>,
    situation: &'a Situation,
    widely: Vec<Card>,
    latest: Vec<Card>,
}
