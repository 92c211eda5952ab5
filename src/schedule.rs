//! When to poll a feed again.
use crate::model::*;
pub enum PollEnd { Unchanged, Changed { new_articles: usize }, Partial { new_articles: usize }, Gone, Failed { kind: FailureKind, status: Option<u16> }, OurNetworkDown }
pub struct Asked<'a> { pub config: &'a FeedConfig, pub state: &'a FeedState, pub policy: &'a SchedulePolicy, pub end: PollEnd, pub freshness: &'a Freshness, pub retry_at: Option<UnixSeconds>, pub hints: &'a PollHints, pub now: UnixSeconds }
pub struct Plan { pub next_poll_at: Option<UnixSeconds>, pub reason: String, pub rhythm: Rhythm, pub failures: u32 }
pub fn plan(asked: &Asked<'_>) -> Plan { Plan { next_poll_at: Some(asked.now + 900), reason: String::new(), rhythm: Rhythm::default(), failures: 0 } }
pub fn permanent_move(state: &FeedState, _target: Option<&str>, _now: UnixSeconds) -> (Option<Moving>, Option<String>) { (state.moving.clone(), state.moved_to.clone()) }
