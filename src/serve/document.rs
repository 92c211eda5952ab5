//! A feed document as it is served: bytes in up to four codings, each encoded once, when first asked for.

use std::sync::{Arc, OnceLock};

use axum::http::HeaderMap;
use bytes::Bytes;
use tokio::sync::OnceCell;

use crate::{
    model::{RenderedFeed, UnixSeconds},
    render::{
        encode::{Coding, encode},
        etag,
    },
};

/// A document with what HTTP says of it.
#[derive(Debug, Clone)]
pub struct Feed {
    pub document: Arc<Document>,
    pub last_modified_at: UnixSeconds,
    /// In seconds.
    pub max_age: u64,
    /// Addresses with their relations, for the Link header.
    pub links: Vec<(String, &'static str)>,
    /// Behind a token: no cache of others may keep it.
    pub is_private: bool,
    /// What the asker lacks, where a delta was asked for and can be told.
    pub delta: Option<Delta>,
}

/// What is new or changed since an edition (RFC 3229).
#[derive(Debug, Clone)]
pub struct Delta {
    pub document: Arc<Document>,
    /// The tag of that edition.
    pub base: String,
}

/// One format of an edition.
#[derive(Debug)]
pub struct Document {
    pub media_type: &'static str,
    /// Of the identity coding.
    pub etag: String,
    plain: Bytes,
    codings: [OnceCell<Option<Bytes>>; 3],
    /// What HTTP says of it in each coding, with the time of its last change in it: the same in every answer.
    heads: [OnceLock<(UnixSeconds, HeaderMap)>; Coding::ALL.len()],
}

impl Document {
    pub fn new(rendered: RenderedFeed) -> Self {
        let RenderedFeed { media_type, body } = rendered;
        Self {
            media_type,
            etag: etag::strong(&body),
            plain: body.into(),
            codings: Default::default(),
            heads: Default::default(),
        }
    }

    /// What `describe` says of it in a coding, as it was said first.
    pub(super) fn head(
        &self,
        coding: Coding,
        last_modified_at: UnixSeconds,
        describe: impl FnOnce() -> HeaderMap,
    ) -> HeaderMap {
        let cell = &self.heads[coding as usize];
        match cell.get() {
            Some((at, head)) if *at == last_modified_at => head.clone(),
            // A clock that ran ahead: only then does that time change.
            Some(_) => describe(),
            None => cell.get_or_init(|| (last_modified_at, describe())).1.clone(),
        }
    }

    /// The body as it is.
    pub fn plain(&self) -> Bytes {
        self.plain.clone()
    }

    /// The body in a coding, with the coding that it really has: the plain one where none is smaller.
    pub async fn body(&self, coding: Coding) -> (Coding, Bytes) {
        let cell = match coding {
            Coding::Identity => return (Coding::Identity, self.plain.clone()),
            Coding::Gzip => &self.codings[0],
            Coding::Brotli => &self.codings[1],
            Coding::Zstd => &self.codings[2],
        };
        let encoded = cell.get_or_init(|| async {
            let plain = self.plain.clone();
            let encoding = tokio::task::spawn_blocking(move || encode(&plain, coding).map(Bytes::from));
            encoding.await.unwrap_or_default()
        });
        match encoded.await {
            Some(body) => (coding, body.clone()),
            None => (Coding::Identity, self.plain.clone()),
        }
    }
}
