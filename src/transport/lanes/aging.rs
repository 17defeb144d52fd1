//! When a bulk request goes although interactive ones wait.

use crate::transport::line::{Rank, Waiter};

/// For so many milliseconds per request of its operation a bulk waiter lets interactive ones pass
/// while no bulk request goes.
const PATIENCE: f64 = 2000.0;
/// A larger operation waits no longer than one of so many requests.
const MOST_COUNTED: u32 = 5;

/// Of one lane.
#[derive(Debug, Default)]
pub struct Aging {
    last_turn: f64,
    /// Interactive waiters up to this number were overtaken once.
    overtaken: u64,
}

impl Aging {
    /// Whether the oldest bulk waiter goes before the oldest interactive one, on a lane where requests
    /// go since `open_since`. None of the interactive ones is overtaken twice.
    pub fn is_due(&self, interactive: Rank, bulk: &Waiter, open_since: f64, now: f64) -> bool {
        let patience = PATIENCE * f64::from(bulk.requests.min(MOST_COUNTED));
        let passed_over_since = self.last_turn.max(bulk.joined).max(open_since);
        interactive.number > self.overtaken && now - passed_over_since >= patience
    }

    /// A bulk request goes; `newest` is the last waiter's number.
    pub fn went(&mut self, newest: u64, now: f64) {
        self.last_turn = now;
        self.overtaken = newest;
    }
}
