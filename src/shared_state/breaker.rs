//! Whether to send commands to Redis: after a failure it is left alone for a while.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Long enough that an outage costs next to nothing, short enough that its end is noticed soon.
const PAUSE: Duration = Duration::from_secs(5);

/// An outage is over when nothing has failed for this long. Redis is used before that, but intermittent failures
/// count as one outage.
const STABLE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub struct Breaker(Mutex<State>);

#[derive(Debug, Clone, Copy, Default)]
enum State {
    #[default]
    Healthy,
    /// No command is sent before this time.
    Down(Instant),
    /// Redis has responded since this time.
    Recovering(Instant),
}

impl Breaker {
    /// After the pause one caller tries again. The others do not wait for it: for them the pause continues.
    pub fn allows(&self) -> bool {
        let mut state = self.state();
        let now = Instant::now();
        match *state {
            State::Down(until) if now < until => false,
            State::Down(_) => {
                *state = State::Down(now + PAUSE);
                true
            }
            State::Healthy | State::Recovering(_) => true,
        }
    }

    /// Returns whether this failure begins an outage.
    pub fn failed(&self) -> bool {
        let mut state = self.state();
        let is_first = matches!(*state, State::Healthy);
        *state = State::Down(Instant::now() + PAUSE);
        is_first
    }

    /// Returns whether this success ends an outage.
    pub fn succeeded(&self) -> bool {
        let mut state = self.state();
        let now = Instant::now();
        match *state {
            State::Healthy => false,
            State::Down(_) => {
                *state = State::Recovering(now);
                false
            }
            State::Recovering(since) => {
                let is_over = now - since >= STABLE;
                if is_over {
                    *state = State::Healthy;
                }
                is_over
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn after_a_failure_nobody_asks_until_the_pause_is_over_and_then_one_does() {
        let breaker = Breaker::default();
        assert!(breaker.allows());
        assert!(breaker.failed(), "the first failure");
        assert!(!breaker.failed(), "one that was under way");
        assert!(!breaker.allows());
        tokio::time::advance(PAUSE).await;
        assert!(breaker.allows(), "the one that tries");
        assert!(!breaker.allows(), "the others");
        assert!(!breaker.succeeded(), "it may fail again");
        assert!(breaker.allows() && breaker.allows());
        tokio::time::advance(STABLE).await;
        assert!(breaker.succeeded(), "the end of the outage");
        assert!(!breaker.succeeded());
    }

    #[tokio::test(start_paused = true)]
    async fn what_fails_again_and_again_is_one_outage() {
        let breaker = Breaker::default();
        assert!(breaker.failed(), "the first failure");
        for _ in 0..10 {
            tokio::time::advance(PAUSE).await;
            assert!(breaker.allows());
            assert!(!breaker.succeeded());
            tokio::time::advance(STABLE / 2).await;
            assert!(!breaker.failed(), "the same outage");
        }
    }
}
