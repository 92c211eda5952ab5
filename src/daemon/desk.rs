//! The thread on which the writer works.
//!
//! What the writer allocates stays for long: the story index, SQLite's pages. On whichever thread of the pool is free it
//! would lie between documents that are gone in a moment, and keep their memory from being used again or given back
//! (measured: 22 MB of 170, after a cold poll of 1,000 feeds). It does not know what it works on.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::mpsc::{Sender, channel},
};

/// Ends when it is dropped.
pub(super) struct Desk {
    jobs: Sender<Job>,
}

type Job = Box<dyn FnOnce() + Send>;

impl Desk {
    /// # Panics
    /// When the system gives us no thread; the runtime, which is made before, has needed some already.
    pub(super) fn new() -> Self {
        let (jobs, queue) = channel::<Job>();
        std::thread::spawn(move || queue.into_iter().for_each(|job| job()));
        Self { jobs }
    }

    /// What `work` gives; where it panics, so does this.
    pub(super) async fn work<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        let (done, answer) = channel();
        let job = move || {
            let _ = done.send(catch_unwind(AssertUnwindSafe(work))); // nobody waits for it when we are stopping
        };
        let _ = self.jobs.send(Box::new(job)); // its thread ends with this sender only
        // A thread of the pool waits for it: a runtime whose time is paused must not run ahead of the work.
        match tokio::task::spawn_blocking(move || answer.recv()).await {
            Ok(Ok(Ok(given))) => given,
            Ok(Ok(Err(panic))) => resume_unwind(panic),
            Ok(Err(_)) => unreachable!("the thread answers every job"),
            Err(error) => resume_unwind(error.into_panic()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_work_is_done_on_one_thread_and_a_panic_comes_back() {
        let desk = Desk::new();
        let thread = || std::thread::current().id();
        let first = desk.work(thread).await;
        assert_ne!(first, thread());
        let panicking = std::sync::Arc::new(desk);
        let desk = panicking.clone();
        let panicked = tokio::spawn(async move { panicking.work(|| panic!("the store is gone")).await }).await;
        assert!(panicked.is_err_and(|error| error.is_panic()));
        assert_eq!(desk.work(thread).await, first);
    }
}
