//! A feed that is a file on this machine. Only a configured address is read, never one that an origin led to.
//!
//! The file's time and size stand in for an ETag, so that a file that nobody touched is not parsed again.

use std::{
    fs::{File, Metadata},
    io::{self, Read},
    path::Path,
    time::UNIX_EPOCH,
};

use bytes::Bytes;
use url::Url;

use crate::model::{Exchange, FailureKind, FetchOutcome, FetchRequest, Fetched};

use super::failure::Failure;

/// Reads the file that `request` names, on a thread where waiting for a disk delays nobody.
pub(super) async fn fetch(request: FetchRequest, limit: u64) -> Fetched {
    let reading = tokio::task::spawn_blocking(move || read(&request, limit)).await;
    let ended = reading.unwrap_or_else(|_| Err(Failure::new(FailureKind::File, "the reading was stopped")));
    ended.unwrap_or_else(Fetched::from)
}

fn read(request: &FetchRequest, limit: u64) -> Result<Fetched, Failure> {
    let url = Url::parse(&request.url).ok();
    let path = url.as_ref().and_then(|url| url.to_file_path().ok());
    let (Some(url), Some(path)) = (url, path) else {
        return Err(Failure::new(FailureKind::File, "the address names no file on this machine"));
    };
    let unreadable = |error: io::Error| Failure::new(FailureKind::File, format!("could not be read: {error}"));
    let (mut file, metadata) = open(&path).map_err(unreadable)?;
    let mut exchange = Exchange { final_url: url.to_string(), etag: Some(tag(&metadata)), ..Exchange::default() };
    let known = &request.validators;
    if known.url.as_deref() == Some(url.as_str()) && known.etag == exchange.etag {
        return Ok(Fetched { outcome: FetchOutcome::NotModified, exchange });
    }
    let body = read_at_most(&mut file, limit).map_err(unreadable)?;
    if body.len() as u64 > limit {
        return Err(Failure::new(FailureKind::TooLarge, format!("the file has more than {limit} bytes (max_body)")));
    }
    exchange.bytes = body.len() as u64;
    Ok(Fetched { outcome: FetchOutcome::Body(Bytes::from(body)), exchange })
}

/// Only a plain file: a pipe or a device could keep us for ever.
fn open(path: &Path) -> io::Result<(File, Metadata)> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is no plain file"));
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    Ok((file, metadata))
}

fn read_at_most(file: &mut File, limit: u64) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut body)?;
    Ok(body)
}

/// Nanoseconds, because a file may well change twice in one second.
fn tag(metadata: &Metadata) -> String {
    let modified = metadata.modified().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok()).unwrap_or_default();
    format!("\"{}-{}\"", modified.as_nanos(), metadata.len())
}
