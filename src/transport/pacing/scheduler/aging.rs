//! Lets a bulk request pass interactive ones when it has waited long enough.

use crate::transport::pacing::queue::{Rank, Waiter};

/// A bulk waiter yields to interactive ones for this many milliseconds per request of its operation,
/// counted since the last bulk request was sent.
const PATIENCE: f64 = 2000.0;
/// A larger operation waits no longer than one of this many requests.
const MAX_COUNTED: u32 = 5;

/// The aging of bulk requests in one limit group.
#[derive(Debug, Default)]
pub struct Aging {
    last_bulk_turn: f64,
    /// Interactive waiters up to this number were overtaken once.
    overtaken: u64,
}

impl Aging {
    /// Whether the oldest bulk waiter goes before the oldest interactive one, in a group that has been
    /// open since `open_since`. No interactive waiter is overtaken twice.
    pub fn is_due(&self, interactive: Rank, bulk: &Waiter, open_since: f64, now: f64) -> bool {
        let patience = PATIENCE * f64::from(bulk.requests.min(MAX_COUNTED));
        let passed_over_since = self.last_bulk_turn.max(bulk.joined).max(open_since);
        interactive.number > self.overtaken && now - passed_over_since >= patience
    }

    /// A bulk request is sent; `newest` is the number of the newest waiter.
    pub fn bulk_sent(&mut self, newest: u64, now: f64) {
        self.last_bulk_turn = now;
        self.overtaken = newest;
    }
}
