//! Estimates how fast a rate limit refills from what its responses show.

use serde::{Deserialize, Serialize};

use super::units::to_f64;

/// In milliseconds. `remaining` is a whole number, so shorter measurements say little.
const SHORTEST_MEASUREMENT: f64 = 400.0;
/// A measurement over this time replaces the previous estimate entirely.
const FULL_MEASUREMENT: f64 = 5000.0;
/// With this many requests added back, a prediction is accurate to an eighth.
const EXACT_MEASUREMENT: f64 = 8.0;
/// A measurement continues until this many requests were added back, however long that takes.
const LARGE_MEASUREMENT: f64 = 16.0;

/// What one response showed.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Observation {
    pub at: f64,
    pub remaining: f64,
    /// The sequence number of the request.
    pub number: u64,
    /// Requests with higher sequence numbers that the server may have counted before this one.
    pub unseen: u64,
}

/// Part of the ledger that processes share, so its field names are a wire format.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RefillEstimate {
    per_milli: Option<f64>,
    is_exact: bool,
    from: Option<Observation>,
}

impl RefillEstimate {
    /// Requests added back per millisecond. Errs on the low side.
    pub fn rate(&self) -> Option<f64> {
        self.per_milli
    }

    /// The rate, once it is accurate enough to predict waits.
    pub fn predictable_rate(&self) -> Option<f64> {
        self.per_milli.filter(|_| self.is_exact)
    }

    /// Discards the measurement in progress: later observations are not comparable with earlier ones.
    pub fn restart(&mut self) {
        self.from = None;
    }

    /// The refill between two responses is the change in what remains plus what was sent between them.
    pub fn observe(&mut self, seen: Observation, size: f64) {
        let Some(from) = self.from else {
            self.from = Some(seen);
            return;
        };
        let time = seen.at - from.at;
        let sent = seen.number.saturating_sub(from.number + from.unseen);
        let refilled = seen.remaining - from.remaining + to_f64(sent);
        // A full bucket overflows, so the true rate is at least the measured one.
        let is_full = seen.remaining >= size - 1.0;
        let is_exact = !is_full && refilled >= EXACT_MEASUREMENT;
        if is_full || (refilled >= LARGE_MEASUREMENT && time >= FULL_MEASUREMENT) {
            self.from = Some(seen);
        }
        if time < SHORTEST_MEASUREMENT {
            return;
        }
        // Rounding hides up to one request. A rate that is too low costs only a moment, because the
        // next response shows what is left.
        let measured = ((refilled - 1.0) / time).max(0.0);
        let weight = (time / FULL_MEASUREMENT).min(1.0);
        let estimate = match self.per_milli {
            Some(rate) if is_full => rate.max(measured),
            Some(rate) if self.is_exact => rate + (measured - rate) * weight,
            _ => measured,
        };
        self.is_exact |= is_exact;
        self.per_milli = Some(estimate).filter(|rate| *rate > 0.0);
    }
}
