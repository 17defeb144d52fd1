//! How far a run is, and how fast.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::model::FleetProgress;
use crate::service::Waits;

/// The rate is that of the last seconds, because a rate limit allows more at first.
const WINDOW: Duration = Duration::from_secs(10);
const BETWEEN_SAMPLES: Duration = Duration::from_millis(500);

#[derive(Debug)]
pub struct Progress {
    total: Option<u64>,
    pub waits: Arc<Waits>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    counts: Counts,
    /// How many users were done at a time.
    samples: VecDeque<(Instant, u64)>,
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    pub succeeded: u64,
    pub failed: u64,
    pub skipped: u64,
    /// Of those that were skipped.
    pub duplicates: u64,
}

impl Counts {
    pub fn done(self) -> u64 {
        self.succeeded + self.failed + self.skipped
    }
}

impl Progress {
    /// `total` is the length of the list, if it is known.
    pub fn new(total: Option<u64>) -> Self {
        Self {
            total,
            waits: Arc::default(),
            state: Mutex::new(State {
                counts: Counts::default(),
                samples: VecDeque::from([(Instant::now(), 0)]),
            }),
        }
    }

    pub fn count(&self, add: impl FnOnce(&mut Counts)) {
        let mut state = self.state();
        add(&mut state.counts);
        let now = Instant::now();
        let is_due = |(at, _): &(Instant, u64)| now - *at >= BETWEEN_SAMPLES;
        if state.samples.back().is_none_or(is_due) {
            let done = state.counts.done();
            state.samples.push_back((now, done));
        }
        while state.samples.len() > 2
            && state
                .samples
                .get(1)
                .is_some_and(|(at, _)| now - *at > WINDOW)
        {
            state.samples.pop_front();
        }
    }

    pub fn counts(&self) -> Counts {
        self.state().counts
    }

    pub fn now(&self) -> FleetProgress {
        let state = self.state();
        let counts = state.counts;
        let per_second = rate(&state);
        drop(state);
        let left = self.total.map(|total| total.saturating_sub(counts.done()));
        FleetProgress {
            done: counts.done(),
            succeeded: counts.succeeded,
            failed: counts.failed,
            skipped: counts.skipped,
            total: self.total,
            per_second,
            eta_ms: left.and_then(|left| eta_ms(left, per_second)),
            waiting_for_rate_limit_ms: millis(self.waits.total()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a rate, far below the precision of a double"
)]
fn rate(state: &State) -> f64 {
    let Some((since, before)) = state.samples.front() else {
        return 0.0;
    };
    let seconds = since.elapsed().as_secs_f64();
    let done = state.counts.done().saturating_sub(*before);
    if seconds > 0.0 {
        (done as f64 / seconds * 10.0).round() / 10.0
    } else {
        0.0
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, limited to numbers that JavaScript has"
)]
fn eta_ms(left: u64, per_second: f64) -> Option<u64> {
    let millis = left as f64 / per_second * 1000.0;
    (millis.is_finite() && millis < 1e15).then_some(millis as u64)
}

pub fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_rate_is_that_of_the_last_seconds() {
        let progress = Progress::new(Some(1_000));
        for second in 0..30 {
            let done = if second < 10 { 50 } else { 10 };
            for _ in 0..done {
                progress.count(|counts| counts.succeeded += 1);
            }
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        let now = progress.now();
        assert_eq!((now.done, now.succeeded), (700, 700));
        assert!((8.0..12.0).contains(&now.per_second), "{now:?}");
        let eta = now.eta_ms.unwrap();
        assert!((25_000..40_000).contains(&eta), "{eta}");
    }

    #[tokio::test(start_paused = true)]
    async fn nothing_is_known_at_the_beginning() {
        let now = Progress::new(None).now();
        assert_eq!(now, FleetProgress::default());
    }
}
