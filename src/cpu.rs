//! Runs work whose length a server can choose outside the threads that serve requests, in slices, and stops when the
//! call that needs it is out of time or gone.

use std::sync::{Arc, LazyLock};
use std::thread::{self, available_parallelism};
use std::time::Duration;
use std::vec::IntoIter;

use tokio::sync::{Semaphore, oneshot};
use tokio::time::{Instant, timeout_at};

/// Work done at once, on the thread that serves the request: most lists need no more.
const FIRST_SLICE: Duration = Duration::from_millis(1);
/// After this time, other work gets its turn.
const SLICE: Duration = Duration::from_millis(5);
/// Without a rest, a worker would take a whole processor from everything else on the machine.
const REST: Duration = Duration::from_millis(3);
/// More would take the processor away from the requests of other calls and from the application.
const MAX_WORKERS: usize = 2;

/// For the whole process, first come, first served.
static WORKERS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| {
    let processors = available_parallelism().map_or(1, usize::from);
    Arc::new(Semaphore::new((processors / 2).clamp(1, MAX_WORKERS)))
});

/// Runs the work in one piece; `None` if the deadline passes first.
pub async fn run<T, F>(deadline: Instant, work: F) -> Option<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    timeout_at(deadline, run_to_end(work)).await.ok()?
}

/// Runs work that has no deadline; `None` only if the runtime ends.
pub async fn run_to_end<T, F>(work: F) -> Option<T>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let (sender, receiver) = oneshot::channel();
    // Nobody waits for the result of a call that is gone.
    run_boxed(Box::new(move || drop(sender.send(work())))).await?;
    receiver.await.ok()
}

/// Compiled once, not for each kind of work.
async fn run_boxed(work: Box<dyn FnOnce() + Send>) -> Option<()> {
    let worker = WORKERS.clone().acquire_owned().await.ok()?;
    let work = tokio::task::spawn_blocking(move || {
        work();
        drop(worker);
    });
    match work.await {
        Ok(()) => Some(()),
        Err(failed) => failed
            .try_into_panic()
            .map_or(None, |panic| std::panic::resume_unwind(panic)),
    }
}

/// Maps each item, in the given order; `None` if the deadline passes first. Quick items are mapped at once, up to the
/// first slow one.
pub async fn map<T, R>(
    deadline: Instant,
    items: Vec<T>,
    is_quick: impl Fn(&T) -> bool,
    map: impl Fn(T) -> R + Send + 'static,
) -> Option<Vec<R>>
where
    T: Send + 'static,
    R: Send + 'static,
{
    let mut job = Job {
        done: Vec::with_capacity(items.len()),
        items: items.into_iter(),
        map,
    };
    job.advance(FIRST_SLICE, is_quick);
    while job.items.len() > 0 {
        let slice = run(deadline, move || {
            job.advance(SLICE, |_| true);
            if job.items.len() > 0 {
                thread::sleep(REST);
            }
            job
        });
        // Boxed, because most lists need no more than the first slice.
        job = Box::pin(slice).await?;
    }
    Some(job.done)
}

struct Job<T, R, F> {
    items: IntoIter<T>,
    done: Vec<R>,
    map: F,
}

impl<T, R, F: Fn(T) -> R> Job<T, R, F> {
    fn advance(&mut self, time: Duration, continues: impl Fn(&T) -> bool) {
        let until = Instant::now() + time;
        while self.items.as_slice().first().is_some_and(&continues) && Instant::now() < until {
            self.done.extend(self.items.next().map(&self.map));
        }
    }
}
