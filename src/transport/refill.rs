//! How fast a rate limit gives requests back, measured from what answers show.

use serde::{Deserialize, Serialize};

use super::rate_limit::float;

/// In milliseconds; shorter ones tell little, because `remaining` is a whole number.
const SHORTEST_MEASUREMENT: f64 = 400.0;
/// A measurement over this time is believed in full.
const FULL_MEASUREMENT: f64 = 5000.0;
/// So many requests must have been added back for a prediction to be within an eighth.
const EXACT_MEASUREMENT: f64 = 8.0;
/// A measurement goes on until so many were added back, whatever time it takes.
const LARGE_MEASUREMENT: f64 = 16.0;

/// What an answer told.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Observation {
    pub at: f64,
    pub remaining: f64,
    /// The number of the request that it answers.
    pub number: u64,
    /// Requests with a higher number that the server may have counted before it.
    pub unseen: u64,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Refill {
    per_milli: Option<f64>,
    is_exact: bool,
    from: Option<Observation>,
}

impl Refill {
    /// Requests added back per millisecond: rather too few than too many.
    pub fn rate(&self) -> Option<f64> {
        self.per_milli
    }

    /// The rate, once it was measured well enough to predict a wait by it.
    pub fn predictable_rate(&self) -> Option<f64> {
        self.per_milli.filter(|_| self.is_exact)
    }

    /// What was seen before cannot be compared with what comes.
    pub fn restart(&mut self) {
        self.from = None;
    }

    /// What was added back between two answers: the difference of what they show, and what was sent.
    pub fn observe(&mut self, seen: Observation, size: f64) {
        let Some(from) = self.from else {
            self.from = Some(seen);
            return;
        };
        let time = seen.at - from.at;
        let sent = seen.number.saturating_sub(from.number + from.unseen);
        let refilled = seen.remaining - from.remaining + float(sent);
        // A full bucket hides how much it would have got: the rate is at least so high.
        let is_full = seen.remaining >= size - 1.0;
        let is_exact = !is_full && refilled >= EXACT_MEASUREMENT;
        if is_full || (refilled >= LARGE_MEASUREMENT && time >= FULL_MEASUREMENT) {
            self.from = Some(seen);
        }
        if time < SHORTEST_MEASUREMENT {
            return;
        }
        // Whole numbers hide up to one request, and too low a rate only costs a moment: what is left
        // shows in the next answer.
        let measured = ((refilled - 1.0) / time).max(0.0);
        let trust = (time / FULL_MEASUREMENT).min(1.0);
        let believed = match self.per_milli {
            Some(rate) if is_full => rate.max(measured),
            Some(rate) if self.is_exact => rate + (measured - rate) * trust,
            _ => measured,
        };
        self.is_exact |= is_exact;
        self.per_milli = Some(believed).filter(|rate| *rate > 0.0);
    }
}
