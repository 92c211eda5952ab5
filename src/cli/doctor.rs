//! `headlined doctor`: looks at everything that a running headlined depends on, and says what to do about what it finds.
//!
//! Reads only. Each check is a function that gives its findings; a finding that needs somebody ends the verb with status 1.

use std::{
    fs, net,
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::Path,
    process::{Command, ExitCode},
    time::Duration,
};

use super::{Failure, print, wiring};
use crate::{
    clock::{Clock, EARLIEST},
    config::{Environment, Found},
    fetch::HttpFetch,
    model::{Settings, UnixSeconds},
    store::{
        Lock, Reader, backup,
        lock::{folder_of, socket_path},
    },
    url,
};

/// Less room than this is too little for a day of news, in bytes.
const ROOM: u64 = 64 << 20;
/// A name that is not looked up within this is as good as not found.
const LOOK_UP_WITHIN: Duration = Duration::from_secs(5);
/// Articles of the future by more than this: one of the clocks was wrong, in seconds.
const CLOCK_SLACK: UnixSeconds = 300;
/// Where distributions keep the certificate authorities that they trust.
const ROOTS: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// What one look came to.
enum Finding {
    Well(String),
    /// Worth knowing; nothing need be done.
    Note(String),
    /// What is wrong, and what to do.
    Wrong(String, String),
}

use Finding::{Note, Well, Wrong};

pub(super) fn doctor(found: &Found, environment: &Environment) -> Result<ExitCode, Failure> {
    let mut findings = Vec::new();
    match wiring::settings(found, environment) {
        Err(failure) => findings.push(Wrong(failure.words, "mend the file; `headlined check` says the same".into())),
        Ok((settings, warnings)) => {
            findings.push(Well(format!("the configuration is right: {} feeds", settings.feeds.len())));
            findings.extend(warnings.into_iter().map(|warning| Note(format!("{}; {}", warning.text, warning.advice))));
            let store = wiring::store_path(&settings, environment)?;
            findings.extend(clock(&store));
            findings.extend(store_is_whole(&store));
            findings.extend(room(&store));
            findings.extend(permissions(&store));
            findings.push(roots(&settings));
            findings.extend(wiring::block_on(names(&settings))?);
            findings.extend(unit());
        }
    }
    print::out(&findings.iter().map(words).collect::<String>());
    let is_well = !findings.iter().any(|finding| matches!(finding, Wrong(..)));
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn words(finding: &Finding) -> String {
    match finding {
        Well(what) => format!("well   {what}\n"),
        Note(what) => format!("note   {what}\n"),
        Wrong(what, advice) => format!("WRONG  {what}\n       → {advice}\n"),
    }
}

fn clock(store: &Path) -> Option<Finding> {
    let now = Clock::System.now();
    if now < EARLIEST {
        return Some(Wrong(
            "the clock is before 1980".into(),
            "set it, or have it set (systemd-timesyncd, chrony): nothing is polled until then".into(),
        ));
    }
    let newest = Reader::open(store).and_then(|reader| reader.newest_at()).ok().flatten()?;
    Some(if newest > now + CLOCK_SLACK {
        let what =
            format!("the store holds articles of the future ({}): a clock was wrong", crate::render::rfc3339(newest));
        Wrong(what, "have the clock set by the network; what is in the store rights itself as time passes".into())
    } else {
        Well(format!("the clock is right as far as the store can tell: {}", crate::render::rfc3339(now)))
    })
}

fn store_is_whole(store: &Path) -> Vec<Finding> {
    if !store.exists() {
        return vec![Note(format!(
            "there is no store {} yet: nothing was polled; {}",
            store.display(),
            wiring::ANOTHER_STORE
        ))];
    }
    let mut findings = vec![match backup::verify(store) {
        Ok(()) => Well(format!("the store {} is whole", store.display())),
        Err(error) => Wrong(
            format!("the store {}: {error}", store.display()),
            "stop headlined and restore a backup (`headlined restore FILE`); without one it begins anew, with the same ids"
                .into(),
        ),
    }];
    findings.push(match Lock::holder(store) {
        Ok(Some(pid)) if socket_path(store).exists() => Well(format!("a headlined runs on it (pid {pid})")),
        Ok(Some(pid)) => Wrong(
            format!(
                "pid {pid} holds the store, and cannot be asked: its socket {} is gone",
                socket_path(store).display()
            ),
            "restart it: systemctl restart headlined".into(),
        ),
        Ok(None) => Note("no headlined runs on it".into()),
        Err(error) => Wrong(error.to_string(), "run this as the user that headlined runs as, or as root".into()),
    });
    findings
}

fn room(store: &Path) -> Option<Finding> {
    let folder = store.ancestors().skip(1).find(|folder| folder.exists() || folder.as_os_str().is_empty())?;
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let disk = rustix::fs::statvfs(folder).ok()?;
    let (free, size) = (disk.f_bavail * disk.f_frsize, fs::metadata(store).map_or(0, |file| file.len()));
    let mib = |bytes: u64| bytes >> 20;
    let what = format!("{} MiB are free where the store is; it has {} MiB", mib(free), mib(size));
    Some(if free < ROOM {
        Wrong(what, "make room, or keep less: [store] retention, max_articles".into())
    } else if free < 2 * size {
        Note(format!("{what}: a backup on the same disk may not fit"))
    } else {
        Well(what)
    })
}

/// Whoever owns the folder is who the service runs as: what is another's there, it cannot write.
fn permissions(store: &Path) -> Vec<Finding> {
    let place = folder_of(store);
    let Ok(folder) = fs::metadata(place) else { return vec![] };
    let mut findings = Vec::new();
    if rustix::fs::access(place, rustix::fs::Access::WRITE_OK).is_err() {
        let what = format!("this user may not write in {}, which belongs to user {}", place.display(), folder.uid());
        findings.push(Wrong(what, "run headlined as that user, or set [store] path to a folder of your own".into()));
    }
    for end in ["", "-wal", "-shm", ".lock", ".sock"] {
        let mut path = store.as_os_str().to_owned();
        path.push(end);
        let Ok(file) = fs::metadata(&path) else { continue };
        let path = Path::new(&path).display();
        if file.uid() != folder.uid() {
            let what = format!("{path} belongs to user {}, its folder to user {}", file.uid(), folder.uid());
            findings.push(Wrong(what, format!("chown --reference=\"$(dirname '{path}')\" '{path}'")));
        }
        if file.permissions().mode() & 0o077 != 0 && end != "-shm" {
            let what = format!("others may read {path}: private addresses are in it");
            findings.push(Wrong(what, format!("chmod go= '{path}'")));
        }
    }
    if findings.is_empty() {
        findings.push(Well("the store's files belong to the owner of their folder, and to nobody else".into()));
    }
    findings
}

fn roots(settings: &Settings) -> Finding {
    let advice = "install the package ca-certificates, or name a file: [fetch] tls_roots";
    match HttpFetch::new(&settings.fetch) {
        Err(error) => Wrong(error.to_string(), advice.into()),
        Ok(_) => match ROOTS.iter().find(|path| Path::new(path).exists()) {
            Some(path) => Well(format!("certificate authorities are in {path}")),
            None if !settings.fetch.tls_roots.is_empty() => Note("only the certificates of [fetch] tls_roots".into()),
            None => Wrong("no certificate authorities were found: https fails".into(), advice.into()),
        },
    }
}

/// One name that is needed: where it cannot be found, none can.
async fn names(settings: &Settings) -> Option<Finding> {
    let feed = settings.feeds.iter().find(|feed| {
        feed.enabled && url::host(&feed.url).is_some_and(|host| host.parse::<net::IpAddr>().is_err() && !feed.private)
    })?;
    let host = url::host(&feed.url)?;
    let looking = tokio::time::timeout(LOOK_UP_WITHIN, tokio::net::lookup_host((host.as_str(), 443))).await;
    Some(match looking {
        Ok(Ok(_)) => Well(format!("names are looked up ({host})")),
        failed => {
            let why = failed.map_or_else(
                |_| "no answer".to_owned(),
                |failed| failed.err().map_or_else(String::new, |error| error.to_string()),
            );
            Wrong(format!("{host} cannot be looked up: {why}"), "look at /etc/resolv.conf and at the network".into())
        }
    })
}

/// Where systemd runs, and has our unit.
fn unit() -> Option<Finding> {
    if !Path::new("/run/systemd/system").exists() {
        return None;
    }
    let shown = Command::new("systemctl")
        .args(["show", "headlined.service", "--property=LoadState,ActiveState,Result"])
        .output();
    let shown = String::from_utf8_lossy(&shown.ok()?.stdout).into_owned();
    let is = |words: &str| shown.lines().any(|line| line == words);
    Some(match () {
        () if is("LoadState=not-found") => Note("no unit headlined.service is installed".into()),
        () if is("ActiveState=active") || is("ActiveState=reloading") => Well("headlined.service is active".into()),
        () if is("ActiveState=failed") => Wrong(
            "headlined.service has failed".into(),
            "journalctl -u headlined says why; then: systemctl reset-failed headlined && systemctl start headlined"
                .into(),
        ),
        () => Note("headlined.service is not active: systemctl enable --now headlined".into()),
    })
}
