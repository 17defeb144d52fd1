//! How long the requests of some work waited for the rate limit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

tokio::task_local! {
    static OBSERVED: Arc<Waits>;
}

/// The time during which at least one request waited.
#[derive(Debug, Default)]
pub struct Waits(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    waiting: u32,
    since: Option<Instant>,
    before: Duration,
}

impl Waits {
    /// Work whose waits count here.
    pub fn observing<F: Future>(self: &Arc<Self>, work: F) -> impl Future<Output = F::Output> {
        OBSERVED.scope(self.clone(), work)
    }

    pub fn total(&self) -> Duration {
        let state = self.state();
        let now = state.since.map(|since| since.elapsed());
        state.before + now.unwrap_or_default()
    }

    fn begin(&self) {
        let mut state = self.state();
        state.waiting += 1;
        state.since.get_or_insert_with(Instant::now);
    }

    fn end(&self) {
        let mut state = self.state();
        state.waiting -= 1;
        if state.waiting == 0 {
            let waited = state.since.take().map(|since| since.elapsed());
            state.before += waited.unwrap_or_default();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request that waits; until this is dropped.
pub(super) struct Waiting(Arc<Waits>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.end();
    }
}

/// `None` if nobody observes the work.
pub(super) fn begin() -> Option<Waiting> {
    let waits = OBSERVED.try_with(Arc::clone).ok()?;
    waits.begin();
    Some(Waiting(waits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn waits_at_the_same_time_count_once() {
        let waits = Arc::<Waits>::default();
        waits
            .observing(async {
                let first = begin();
                tokio::time::advance(Duration::from_secs(2)).await;
                let second = begin();
                drop(first);
                tokio::time::advance(Duration::from_secs(1)).await;
                drop(second);
                tokio::time::advance(Duration::from_secs(5)).await;
            })
            .await;
        assert_eq!(waits.total(), Duration::from_secs(3));
    }

    #[test]
    fn work_that_nobody_observes_counts_nowhere() {
        assert!(begin().is_none());
    }
}
