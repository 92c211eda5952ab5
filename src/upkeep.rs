//! The timetable: what tokio-cron-scheduler is asked to remind us of.
//!
//! A job's body is one `try_send` into the daemon's bounded channel, in UTC, level-triggered: a lost tick loses nothing,
//! an overlapping one costs nothing. (The crate starts a job again while it still runs, and its shutdown does not wait
//! for jobs.) Feeds are not polled by it: they follow `next_poll_at`.

use tokio::sync::mpsc;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use crate::daemon::Command;

/// Look at the plan: the loop's own timer does, but a timer sleeps with the machine.
const LOOK: &str = "0 * * * * *";

/// Retention and tidying, once an hour, away from the full hour.
const UPKEEP: &str = "0 17 * * * *";

/// Starts the timetable; dropping the value ends it.
///
/// # Errors
/// When the scheduler cannot start.
pub async fn start(commands: mpsc::Sender<Command>) -> Result<Timetable, JobSchedulerError> {
    let scheduler = JobScheduler::new().await?;
    for (when, command) in [(LOOK, (|| Command::Look) as fn() -> Command), (UPKEEP, || Command::Upkeep)] {
        let commands = commands.clone();
        let tick = move |_, _: JobScheduler| {
            let _ = commands.try_send(command()); // full: it is awake anyway, and the next tick comes
        };
        scheduler.add(Job::new(when, tick)?).await?;
    }
    scheduler.start().await?;
    Ok(Timetable { _scheduler: scheduler })
}

/// The running timetable.
pub struct Timetable {
    _scheduler: JobScheduler,
}
