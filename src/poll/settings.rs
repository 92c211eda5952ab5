//! The writer's side of the configuration: taken at a start, and again at a reload.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use super::{
    Settler,
    publish::Publisher,
    stories::{self, Grouper},
};
use crate::{
    model::{Backfill, Feed, FeedId, Settings, UnixSeconds, seconds},
    reconcile::Rules,
    store::{OutputState, Store, StoreError},
};

impl Settler {
    /// The writer on an open store, with every configured feed and output in it.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub fn new(mut store: Store, settings: &Settings, now: UnixSeconds) -> Result<Self, StoreError> {
        let (feeds, outputs) = sync(&mut store, settings, now)?;
        let grouper = Grouper::new(stories::policy(settings));
        let publisher = publisher(settings, outputs);
        let backups = backups(settings, store.path());
        Ok(Self { store, feeds, rules: rules(settings), grouper, publisher, backups })
    }

    /// Goes on with other settings, between two transactions. What a feed or an output was, it still is.
    ///
    /// # Errors
    /// When the store cannot be written; then the old settings hold.
    pub fn reload(&mut self, settings: &Settings, now: UnixSeconds) -> Result<(), StoreError> {
        let (feeds, outputs) = sync(&mut self.store, settings, now)?;
        let publisher = publisher(settings, outputs);
        self.backups = backups(settings, self.store.path());
        self.grouper.follow(stories::policy(settings));
        (self.feeds, self.publisher, self.rules) = (feeds, publisher, rules(settings));
        // An output that is new is filled with what is held. Should that fail, the next batch fills it.
        let _ = self.settle(&[], now);
        Ok(())
    }
}

/// Backups that are made by themselves.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Backups {
    pub folder: PathBuf,
    pub every: UnixSeconds,
    /// 0: none are made.
    pub kept: usize,
}

/// Beside the store, where nothing else is said: a service can write there.
fn backups(settings: &Settings, store: &Path) -> Backups {
    let beside = || store.with_file_name("backups");
    Backups {
        folder: settings.store.backup_folder.clone().unwrap_or_else(beside),
        every: seconds(settings.store.backup_interval),
        kept: settings.store.backups,
    }
}

fn sync(
    store: &mut Store,
    settings: &Settings,
    now: UnixSeconds,
) -> Result<(HashMap<FeedId, Feed>, Vec<OutputState>), StoreError> {
    let outputs = store.sync_outputs(&settings.outputs, now)?;
    let feeds = store.sync_feeds(&settings.feeds)?;
    Ok((feeds.into_iter().map(|feed| (feed.state.id, feed)).collect(), outputs))
}

fn publisher(settings: &Settings, outputs: Vec<OutputState>) -> Publisher {
    let outputs = settings.outputs.iter().cloned().zip(outputs).collect();
    Publisher::new(outputs, &settings.groups, !settings.server.listen.ip().is_loopback())
}

fn rules(settings: &Settings) -> Rules {
    let all = settings.outputs.iter().find(|output| output.name == "all");
    Rules {
        schedule: settings.schedule.clone(),
        retention: settings.store.retention,
        max_articles: settings.store.max_articles,
        backfill: match all.map(|output| output.backfill) {
            Some(Backfill::Within(within)) => Some(within),
            Some(Backfill::All) | None => None,
        },
    }
}
