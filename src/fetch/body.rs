//! Reading a body: streamed, decompressed on the way, never further than the limit, never longer than the patience.

use std::io::Read;

use bytes::Bytes;
use reqwest::{Response, header::CONTENT_LENGTH};

use crate::model::FailureKind;

use super::{
    budget::{Budget, Reservation},
    failure::{self, Failure},
    patience::Patience,
};

/// What a gzip body begins with (RFC 1952 §2.3.1), and no document does.
const GZIP: &[u8] = &[0x1f, 0x8b, 8];
/// How much of a page that is no feed is read to learn what it is.
const PEEK: usize = 64 * 1024;

/// The whole body after decompression, or why not. `slow`: the host's last answer took long.
pub(super) async fn read(
    response: &mut Response,
    limit: usize,
    budget: &Budget,
    slow: bool,
    patience: &mut Patience,
) -> Result<Bytes, Failure> {
    let host = host(response);
    if declared(response).is_some_and(|length| length > limit as u64) {
        return Err(too_large(&host, limit));
    }
    let mut reservation = granted(patience.without(budget.least()).await)?;
    let mut body = Vec::with_capacity(declared(response).map_or(0, |length| (length as usize).min(reservation.bytes)));
    while let Some(chunk) = chunk(response, patience, &host).await? {
        let length = body.len() + chunk.len();
        if length > limit {
            return Err(too_large(&host, limit));
        }
        if length > reservation.bytes {
            // The smaller share is held until the larger one is there, so that what is held is always counted.
            reservation = granted(patience.without(budget.more(length, limit, slow)).await)?;
        }
        body.extend_from_slice(&chunk);
    }
    if body.starts_with(GZIP) {
        // Whoever has a large share already must not wait for a second: two of them would wait for each other.
        if reservation.bytes < limit {
            reservation = granted(patience.without(budget.large(limit)).await)?;
        }
        body = unwrapped(&body, limit, &host)?;
    }
    Ok(reservation.keep(body))
}

/// A body that is gzip still: its server named the coding in a way of its own (`x-gzip`, RFC 9110 §8.4.1.3), or
/// keeps a `.gz` file.
fn unwrapped(body: &[u8], limit: usize, host: &str) -> Result<Vec<u8>, Failure> {
    let mut plain = Vec::new();
    let most = (limit as u64).saturating_add(1);
    let read = flate2::read::MultiGzDecoder::new(body).take(most).read_to_end(&mut plain);
    match read {
        Err(error) => Err(failure::damaged(host, &error)),
        Ok(_) if plain.len() > limit => Err(too_large(host, limit)),
        Ok(_) => Ok(plain),
    }
}

/// The start of a page that is no feed; whatever ends it early is not worth a word.
pub(super) async fn peek(response: &mut Response, patience: &Patience) -> Vec<u8> {
    let host = host(response);
    let mut page = Vec::new();
    while let Ok(Some(chunk)) = chunk(response, patience, &host).await {
        page.extend_from_slice(&chunk[..chunk.len().min(PEEK - page.len())]);
        if page.len() == PEEK {
            break;
        }
    }
    page
}

async fn chunk(response: &mut Response, patience: &Patience, host: &str) -> Result<Option<Bytes>, Failure> {
    patience.unbroken(response.chunk(), host).await?.map_err(|error| failure::of(&error, host))
}

fn declared(response: &Response) -> Option<u64> {
    response.headers().get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn granted<E>(reservation: Result<Reservation, E>) -> Result<Reservation, Failure> {
    reservation.map_err(|_| Failure::new(FailureKind::Protocol, "headlined is ending"))
}

fn too_large(host: &str, limit: usize) -> Failure {
    Failure::new(FailureKind::TooLarge, format!("{host} sent more than {} (max_body)", size(limit)))
}

fn size(bytes: usize) -> String {
    match bytes {
        mib if mib >= 1 << 20 && mib % (1 << 20) == 0 => format!("{} MiB", mib >> 20),
        kib if kib >= 1 << 10 && kib % (1 << 10) == 0 => format!("{} KiB", kib >> 10),
        bytes => format!("{bytes} bytes"),
    }
}

fn host(response: &Response) -> String {
    response.url().host_str().unwrap_or_default().to_owned()
}
