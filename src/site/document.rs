//! Documents of outputs: who may have one, and what answers in place of one that is not here.

use std::sync::Arc;

use super::NewsSite;
use crate::{
    edition::{self, Published, stem},
    model::OutputConfig,
    render::Format,
    serve::{Answer, Feed, Wanted},
    store::StoreError,
};

impl NewsSite {
    pub(super) async fn document(
        &self,
        wanted: &Wanted<'_>,
        config: &OutputConfig,
        format: Format,
    ) -> Result<Answer, StoreError> {
        let Some(edition) = self.editions.current(&config.name).await? else { return Ok(Answer::Missing) };
        let mut feed = self.feed(&edition, config, format).await;
        if let Some(tags) = wanted.delta_to {
            feed.delta = self.editions.delta(&config.name, &edition, format, tags).await;
        }
        Ok(Answer::Feed(Box::new(feed)))
    }

    pub(super) async fn archive_page(
        &self,
        config: &OutputConfig,
        format: Format,
        page: u32,
    ) -> Result<Answer, StoreError> {
        Ok(match self.editions.page(&config.name, page).await? {
            Some(edition::Page::Expired) => Answer::Gone,
            Some(edition::Page::Held(page)) => Answer::Feed(Box::new(self.feed(&page, config, format).await)),
            Some(edition::Page::Missing) | None => Answer::Missing,
        })
    }

    async fn feed(&self, edition: &Arc<Published>, config: &OutputConfig, format: Format) -> Feed {
        let mut feed = edition.feed(format, self.editions.base()).await;
        feed.is_private = config.token.is_some();
        // Never after Date (RFC 9110 §8.8.2.1), also where the clock once ran ahead.
        feed.last_modified_at = feed.last_modified_at.min(self.clock.now());
        feed
    }

    /// An output of an earlier configuration, or none.
    pub(super) async fn not_configured(&self, name: &str) -> Result<Answer, StoreError> {
        if let Some(now) = self.editions.alias(name) {
            return Ok(Answer::Moved(stem(now)));
        }
        let name = name.to_owned();
        let was_published = self.read(move |reader| reader.knows_output(&name)).await?;
        Ok(if was_published { Answer::Gone } else { Answer::Missing })
    }
}

/// Whether who asks may see an output.
pub(super) fn knows_token(wanted: &Wanted<'_>, config: &OutputConfig) -> bool {
    let is_known = |token: &String| wanted.token.as_deref().is_some_and(|known| is_same(known, token));
    config.token.as_ref().is_none_or(is_known)
}

/// Compared whole, whatever differs first: the time that it takes tells nothing of the secret but its length.
fn is_same(known: &str, token: &str) -> bool {
    let differs = known.bytes().zip(token.bytes()).fold(0, |differs, (a, b)| std::hint::black_box(differs | (a ^ b)));
    known.len() == token.len() && differs == 0
}
