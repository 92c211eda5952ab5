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

/// Starts the timetable; dropping the value ends it.
///
/// # Errors
/// When the scheduler cannot start.
pub async fn start(commands: mpsc::Sender<Command>) -> Result<Timetable, JobSchedulerError> {
    let scheduler = JobScheduler::new().await?;
    scheduler
        .add(Job::new(LOOK, move |_, _| {
            let _ = commands.try_send(Command::Look); // full: it is looking anyway
        })?)
        .await?;
    scheduler.start().await?;
    Ok(Timetable { _scheduler: scheduler })
}

/// The running timetable.
pub struct Timetable {
    _scheduler: JobScheduler,
}
