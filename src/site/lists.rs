//! Lists for other readers (OPML): the feeds that are polled, and the outputs.

use super::{NewsSite, PAGE_MAX_AGE, served};
use crate::{
    edition::{self, stem},
    model::OutputConfig,
    render::{
        self,
        opml::{Outline, opml},
    },
    serve::Served,
    store::StoreError,
};

impl NewsSite {
    pub(super) async fn opml(&self) -> Result<Served, StoreError> {
        let settings = self.editions.settings();
        let public = settings.feeds.iter().filter(|feed| !feed.private);
        let outlines: Vec<Outline> = public.map(|feed| Outline::from(&**feed)).collect();
        let text = String::from_utf8_lossy(&opml(&settings.server.title, &outlines)).into_owned();
        Ok(served("text/x-opml; charset=utf-8", text, PAGE_MAX_AGE))
    }

    /// The outputs, for readers that take lists; those behind a token are in none. Addresses of others need base_url.
    pub(super) fn outputs_opml(&self) -> Served {
        let settings = self.editions.settings();
        let base = settings.server.base_url.as_deref().unwrap_or(&self.local);
        let outline = |output: &OutputConfig| Outline {
            title: edition::title(settings, output),
            url: format!("{base}{}.atom", render::encoded(&stem(&output.name))),
            site_url: Some(base.to_owned()),
            description: output.description.clone(),
            language: output.languages.first().filter(|_| output.languages.len() == 1).cloned(),
            groups: Vec::new(),
        };
        let outlines: Vec<Outline> =
            settings.outputs.iter().filter(|output| output.token.is_none()).map(outline).collect();
        let text = String::from_utf8_lossy(&opml(&settings.server.title, &outlines)).into_owned();
        served("text/x-opml; charset=utf-8", text, PAGE_MAX_AGE)
    }
}
