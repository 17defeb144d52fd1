//! Whether Redis is worth asking: after a failure it is left alone for a while.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

/// Long enough that an outage costs next to nothing, short enough that its end is soon noticed.
const PAUSE: Duration = Duration::from_secs(5);

/// Holds the end of the pause while Redis is down.
#[derive(Debug, Default)]
pub struct Breaker(Mutex<Option<Instant>>);

impl Breaker {
    /// After the pause one caller tries, for whom the others do not wait: for them it goes on.
    pub fn lets_through(&self) -> bool {
        let mut down_until = self.down_until();
        let now = Instant::now();
        match *down_until {
            Some(end) if now < end => false,
            Some(_) => {
                *down_until = Some(now + PAUSE);
                true
            }
            None => true,
        }
    }

    /// Says whether this failure is the first one.
    pub fn failed(&self) -> bool {
        let before = self.down_until().replace(Instant::now() + PAUSE);
        before.is_none()
    }

    /// Says whether this success ends an outage.
    pub fn succeeded(&self) -> bool {
        self.down_until().take().is_some()
    }

    fn down_until(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn after_a_failure_nobody_asks_until_the_pause_is_over_and_then_one_does() {
        let breaker = Breaker::default();
        assert!(breaker.lets_through());
        assert!(breaker.failed(), "the first failure");
        assert!(!breaker.failed(), "one that was under way");
        assert!(!breaker.lets_through());
        tokio::time::advance(PAUSE).await;
        assert!(breaker.lets_through(), "the one that tries");
        assert!(!breaker.lets_through(), "the others");
        assert!(breaker.succeeded(), "the end of the outage");
        assert!(!breaker.succeeded());
        assert!(breaker.lets_through() && breaker.lets_through());
    }
}
