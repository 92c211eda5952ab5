//! The front page, and that of every output: the headlines of now, what else there is, and how to subscribe.

use askama::Template;

use super::{Card, OutputView, Site, Subscription, choice::Choices, grouped, page, subscriptions};
use crate::{
    model::{Edition, UnixSeconds},
    render::language,
};

/// Headlines on the page, as long as it stays under 60 KB without pictures.
const HEADLINES: usize = 40;
const MOST_BYTES: usize = 58_000;
/// Of them, what is the same on every page.
const FRAME_BYTES: usize = 3_000;
/// Headlines have this much, however much there is to choose from.
const LEAST_TEXT_BYTES: usize = 16_000;
/// Outputs in the box beside the one that is shown; more are in the list to choose from.
const OTHERS: usize = 6;
/// Of them, those that the most outlets carry stand first.
const WIDELY_REPORTED: usize = 3;
/// Other outlets that make a headline widely reported.
const WIDE: usize = 2;

#[derive(Debug, Clone, PartialEq)]
pub struct FrontView<'a> {
    pub site: Site,
    pub edition: &'a Edition,
    /// Whose headlines these are.
    pub shown: OutputView,
    /// It is the page of this output, not the front page.
    pub is_own_page: bool,
    /// Readers must know a secret.
    pub needs_token: bool,
    pub outputs: Outputs,
    pub situation: Situation,
}

impl FrontView<'_> {
    /// An edition alone.
    #[cfg(test)]
    pub(super) fn of(edition: &Edition) -> FrontView<'_> {
        FrontView {
            site: Site::default(),
            edition,
            shown: OutputView::default(),
            is_own_page: false,
            needs_token: false,
            outputs: Outputs::default(),
            situation: Situation::default(),
        }
    }
}

/// What there is to choose from, each kind in the order in which it is offered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outputs {
    /// What the operator put together.
    pub chosen: Vec<OutputView>,
    pub groups: Vec<OutputView>,
    pub languages: Vec<OutputView>,
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
    let Outputs { chosen, groups, languages } = &view.outputs;
    let kinds = [("Feeds", chosen), ("Groups", groups), ("Languages", languages)];
    let choices: Vec<Choices<'_>> = kinds
        .map(|(name, outputs)| Choices::of(name, outputs, &view.shown, &view.site))
        .into_iter()
        .filter(|choices| !choices.links.is_empty())
        .collect();
    let others = chosen.iter().filter(|output| output.stem != view.shown.stem).take(OTHERS);
    let subscriptions = subscriptions(&view.site, std::iter::once(&view.shown).chain(others));
    let frame = FRAME_BYTES
        + choices.iter().map(Choices::weight).sum::<usize>()
        + subscriptions.iter().map(Subscription::weight).sum::<usize>();
    let cards = cards(view, MOST_BYTES.saturating_sub(frame).max(LEAST_TEXT_BYTES), now);
    let mut widest: Vec<usize> = (0..cards.len()).filter(|at| cards[*at].carriers() >= WIDE).collect();
    widest.sort_by_key(|at| std::cmp::Reverse(cards[*at].carriers()));
    widest.truncate(WIDELY_REPORTED);
    page(&FrontPage {
        site: &view.site,
        heading: if view.is_own_page { &view.shown.title } else { "" },
        lang: language::tag(view.shown.language.as_deref()).unwrap_or_default(),
        description: view.shown.description.as_deref().filter(|_| view.is_own_page).unwrap_or_default(),
        needs_token: view.needs_token,
        choices,
        subscriptions,
        situation: &view.situation,
        articles: grouped(view.situation.articles),
        widely: widest.iter().map(|at| &cards[*at]).collect(),
        latest: (0..cards.len()).filter(|at| !widest.contains(at)).map(|at| &cards[at]).collect(),
    })
}

fn cards(view: &FrontView<'_>, mut left: usize, now: UnixSeconds) -> Vec<Card> {
    let cards = view.edition.entries.iter().take(HEADLINES).map(|entry| {
        let card = Card::of(entry, &view.site, now);
        // On the page of a language it need not be said of each.
        let language = if card.language == view.shown.title { String::new() } else { card.language };
        Card { language, ..card }
    });
    cards
        .map_while(|card| {
            left = left.checked_sub(card.weight())?;
            Some(card)
        })
        .collect()
}

#[derive(Template)]
#[template(path = "front.html")]
struct FrontPage<'a> {
    site: &'a Site,
    /// Empty on the front page.
    heading: &'a str,
    lang: &'a str,
    description: &'a str,
    needs_token: bool,
    choices: Vec<Choices<'a>>,
    subscriptions: Vec<Subscription<'a>>,
    situation: &'a Situation,
    articles: String,
    widely: Vec<&'a Card>,
    latest: Vec<&'a Card>,
}

#[cfg(test)]
mod tests;
