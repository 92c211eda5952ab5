//! Threads that always do the same kind of work: the writer's, and as many as there are cores for parsing.
//!
//! What the writer allocates stays for long (the story index, SQLite's pages), what parsing allocates is gone in a moment.
//! On whichever thread of the runtime's pool is free, one would lie between the other and keep its memory from being used
//! again or given back, and each thread of the pool would keep a share of its own. A desk does not know what is worked on.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Sender, channel},
    },
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// One thread; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Desk {
    jobs: Sender<Job>,
}

/// By how much threads that parse are nicer than others (nice(1)). A first pass waits for the writer, and the writer would
/// wait for its core: 2.1 s of 8.6 on two cores, where parsing, the network and an origin want them too.
const NICENESS: i32 = 10;

type Job = Box<dyn FnOnce() + Send>;

/// Why there is no result.
pub(crate) enum Unfinished {
    Panicked(Box<dyn Any + Send>),
    /// The runtime ends.
    Stopped,
}

impl Desk {
    /// # Panics
    /// When the system gives us no thread; the runtime, which is made before, has needed some already.
    pub(crate) fn new() -> Self {
        Self::of(|| ())
    }

    /// One that leaves the processor to whoever else wants it: see [`NICENESS`].
    fn yielding() -> Self {
        Self::of(|| {
            // Of a thread on Linux only. Our unit refuses it, like all that changes limits: there it is a matter of luck again.
            if cfg!(target_os = "linux") {
                let _ = rustix::process::nice(NICENESS);
            }
        })
    }

    fn of(prepare: impl FnOnce() + Send + 'static) -> Self {
        let (jobs, queue) = channel::<Job>();
        std::thread::spawn(move || {
            prepare();
            queue.into_iter().for_each(|job| job());
        });
        Self { jobs }
    }

    /// What `work` gives.
    ///
    /// # Errors
    /// See [`Unfinished`].
    pub(crate) async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unfinished> {
        let (done, answer) = channel();
        let job = move || {
            let _ = done.send(catch_unwind(AssertUnwindSafe(work))); // nobody waits for it when we are stopping
        };
        let _ = self.jobs.send(Box::new(job)); // its thread ends with this sender only
        // A thread of the pool waits for it: a runtime whose time is paused must not run ahead of the work.
        match tokio::task::spawn_blocking(move || answer.recv()).await {
            Ok(Ok(done)) => done.map_err(Unfinished::Panicked),
            _ => Err(Unfinished::Stopped),
        }
    }
}

/// Desks for so many documents at once, made as they are needed.
#[derive(Debug, Clone)]
pub struct Desks {
    free: Arc<Mutex<Vec<Arc<Desk>>>>,
    places: Arc<Semaphore>,
}

/// One of them, until it is dropped.
pub struct Seat {
    pub(super) desk: Arc<Desk>,
    free: Arc<Mutex<Vec<Arc<Desk>>>>,
    _place: OwnedSemaphorePermit,
}

impl Desks {
    pub fn new(count: usize) -> Self {
        Self { free: Arc::default(), places: Arc::new(Semaphore::new(count)) }
    }

    /// Waits until one is free.
    pub(super) async fn take(&self) -> Result<Seat, Unfinished> {
        let place = self.places.clone().acquire_owned().await.map_err(|_| Unfinished::Stopped)?;
        // The one that was left last: while one document comes at a time, one desk is enough.
        let left = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let desk = left.unwrap_or_else(|| Arc::new(Desk::yielding()));
        Ok(Seat { desk, free: self.free.clone(), _place: place })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.free.lock().unwrap_or_else(PoisonError::into_inner).push(self.desk.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thread() -> std::thread::ThreadId {
        std::thread::current().id()
    }

    #[tokio::test]
    async fn all_work_is_done_on_one_thread_and_a_panic_comes_back() {
        let desk = Desk::new();
        let first = desk.work(thread).await.ok();
        assert!(first.is_some_and(|first| first != thread()));
        let panicked = desk.work(|| panic!("the store is gone")).await;
        assert!(matches!(panicked, Err(Unfinished::Panicked(_))));
        assert_eq!(desk.work(thread).await.ok(), first);
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn parsing_yields_to_the_writer() {
        let niceness = || rustix::process::getpriority_process(None).unwrap();
        let own = niceness();
        assert_eq!(Desk::new().work(niceness).await.ok(), Some(own));
        let seat = Desks::new(1).take().await.ok().unwrap();
        assert_eq!(seat.desk.work(niceness).await.ok(), Some((own + NICENESS).min(19)));
    }

    #[tokio::test]
    async fn who_comes_next_has_the_desk_that_was_left_last() {
        let desks = Desks::new(2);
        let (one, other) = (desks.take().await.ok().unwrap(), desks.take().await.ok().unwrap());
        let (first, second) = (one.desk.work(thread).await.ok(), other.desk.work(thread).await.ok());
        assert_ne!(first, second);
        drop(one);
        assert_eq!(desks.take().await.ok().unwrap().desk.work(thread).await.ok(), first);
        drop(other);
        assert_eq!(desks.take().await.ok().unwrap().desk.work(thread).await.ok(), second);
    }
}
