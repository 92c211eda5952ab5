//! An operator's cron expression, evaluated on the clocks of the feed's own zone.
//!
//! The expression is stepped through on wall-clock time and only its result is placed in the zone, so that there is
//! one zone database in the program. A time that spring skips happens after the gap, one that autumn repeats once.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use jiff::{Timestamp, civil, tz::TimeZone};

use crate::model::UnixSeconds;

/// Tried times per search: in the hour that autumn repeats, expressions of every minute give up to 60 past ones.
const TRIES: usize = 200;

/// A `schedule` with the zone it is meant in.
#[derive(Debug, Clone)]
pub struct Schedule {
    cron: Cron,
    zone: TimeZone,
}

/// Why a `schedule` is none; for `config` to tell the operator.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("no cron expression of five fields: {0}")]
    Expression(String),
    #[error("no zone is named {0}")]
    Zone(String),
    #[error("it never comes")]
    Never,
}

impl Schedule {
    /// Five fields (minute, hour, day, month, weekday), in `zone` or in UTC.
    pub fn parse(expression: &str, zone: Option<&str>) -> Result<Self, ScheduleError> {
        let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
        let cron = parser.parse(expression).map_err(|error| ScheduleError::Expression(error.to_string()))?;
        let zone = match zone {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name).map_err(|_| ScheduleError::Zone(name.to_owned()))?,
        };
        let schedule = Schedule { cron, zone };
        schedule.next_after(0).ok_or(ScheduleError::Never)?;
        Ok(schedule)
    }

    /// The first time after `after`, or None where there is none in sight ("30 February").
    pub fn next_after(&self, after: UnixSeconds) -> Option<UnixSeconds> {
        let wall = self.zone.to_datetime(Timestamp::from_second(after).ok()?);
        let mut wall = on_a_clock(wall)?;
        for _ in 0..TRIES {
            wall = self.cron.find_next_occurrence(&wall, false).ok()?;
            let at = self.placed(&wall)?;
            if at > after {
                return Some(at);
            }
        }
        None
    }

    fn placed(&self, wall: &DateTime<Utc>) -> Option<UnixSeconds> {
        let wall = TimeZone::UTC.to_datetime(Timestamp::from_second(wall.timestamp()).ok()?);
        Some(self.zone.to_timestamp(wall).ok()?.as_second())
    }
}

impl FromStr for Schedule {
    type Err = ScheduleError;

    fn from_str(expression: &str) -> Result<Self, Self::Err> {
        Schedule::parse(expression, None)
    }
}

/// The hands of the clock, as if they were UTC's.
fn on_a_clock(wall: civil::DateTime) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(TimeZone::UTC.to_timestamp(wall).ok()?.as_second(), 0)
}
