//! The front page, and that of every output.

use std::borrow::Cow;

use super::{NewsSite, html};
use crate::{
    edition::stem,
    model::{OutputConfig, PageOrder, Pictures},
    render::pages::{self, FrontView, OutputView, Outputs, Situation},
    select,
    serve::{Answer, Page, Served},
    store::{Fates, StoreError},
};

/// The output that is `/feed.atom`.
const ALL: &str = "all";
/// Failures named on an empty front page.
const FAILURES_NAMED: usize = 5;

impl NewsSite {
    /// The outputs that the operator put together, for readers; those behind a token are shown to nobody.
    pub(super) fn outputs(&self) -> Vec<OutputView> {
        self.chosen().into_iter().map(view).collect()
    }

    /// The feed of everything comes last: chosen ones suit people better (RULES 4).
    fn chosen(&self) -> Vec<&OutputConfig> {
        let shown = self.editions.settings().outputs.iter();
        let shown = shown.filter(|output| output.token.is_none() && !output.is_derived());
        let (all, mut chosen): (Vec<_>, Vec<_>) = shown.partition(|output| output.name == ALL);
        chosen.extend(all);
        chosen
    }

    fn to_choose_from(&self) -> Outputs {
        let derived = |place: &str| {
            let outputs = self.editions.settings().outputs.iter();
            outputs.filter(|output| output.name.starts_with(place)).map(view).collect()
        };
        Outputs { chosen: self.outputs(), groups: derived("group/"), languages: derived("lang/") }
    }

    /// The headlines of the first output, or of everything as long as that has none.
    pub(super) async fn front(&self) -> Result<Served, StoreError> {
        for config in self.chosen().first().copied().into_iter().chain(self.editions.config(ALL)) {
            let is_last = config.name == ALL;
            if let Some(page) = self.page_of(config, false, is_last).await? {
                return Ok(page);
            }
        }
        Ok(self.not_found(&Page::Front))
    }

    /// The page of one output.
    pub(super) async fn headlines(&self, config: &OutputConfig) -> Result<Answer, StoreError> {
        Ok(self.page_of(config, true, true).await?.map_or(Answer::Missing, Answer::Page))
    }

    /// None for an output without entries, unless it is shown `even_empty`.
    async fn page_of(
        &self,
        config: &OutputConfig,
        is_own_page: bool,
        even_empty: bool,
    ) -> Result<Option<Served>, StoreError> {
        let Some(published) = self.editions.current(&config.name).await? else { return Ok(None) };
        if published.edition.entries.is_empty() && !even_empty {
            return Ok(None);
        }
        let mut edition = Cow::Borrowed(&published.edition);
        if config.order == PageOrder::Top {
            select::by_prominence(&mut edition.to_mut().entries);
        }
        let path = if is_own_page { format!("/{}", stem(&config.name)) } else { "/".into() };
        let view = FrontView {
            site: self.site(&pages::relative_root(&path)),
            edition: &edition,
            shown: view(config),
            is_own_page,
            needs_token: config.token.is_some(),
            outputs: self.to_choose_from(),
            situation: self.situation().await?,
        };
        let page = html(200, pages::front(&view, self.clock.now()));
        let has_pictures = view.site.pictures == Pictures::Show;
        Ok(Some(Served { has_pictures, is_private: view.needs_token, ..page }))
    }

    async fn situation(&self) -> Result<Situation, StoreError> {
        // How feeds fare is upkeep's to tell (RULES 4).
        let named = if self.shows_upkeep { FAILURES_NAMED } else { 0 };
        let editions = self.editions.clone();
        let (fates, totals) = self
            .read(move |reader| Ok((reader.fates(named, |feed| editions.is_public(feed))?, reader.totals()?)))
            .await?;
        let Fates { feeds, polled, failing, failures } = fates;
        Ok(Situation { feeds, polled, failing, failures, articles: totals.articles })
    }
}

fn view(output: &OutputConfig) -> OutputView {
    let (place, name) = output.name.split_once('/').unwrap_or(("", &output.name));
    let language = (place == "lang").then(|| name.to_owned());
    let usual = || match (place, name) {
        ("lang", tag) => pages::own_name(tag),
        ("", ALL) => "Everything".into(),
        (_, name) => name.to_owned(),
    };
    OutputView {
        title: output.title.clone().unwrap_or_else(usual),
        language: language.filter(|tag| tag != "en"),
        description: output.description.clone(),
        stem: stem(&output.name),
    }
}
