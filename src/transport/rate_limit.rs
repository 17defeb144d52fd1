//! What is known of one of Auth0's rate limits, and whether another request fits into it: a model
//! of the server's token bucket, without a clock or I/O. Times are milliseconds of any one clock.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Requests at once while nothing is known: enough to learn, too few to run into the limit.
const FIRST_REQUESTS: f64 = 2.0;
/// What is kept back, so that the bucket is not empty when the model is a little ahead.
const LARGEST_RESERVE: f64 = 2.0;
const RESERVE_SHARE: f64 = 0.02;
/// Refilling is measured over at least this time, because `remaining` is a whole number.
const SHORTEST_MEASUREMENT: f64 = 400.0;
/// So many requests must have been added back for a prediction to be within a quarter.
const EXACT_MEASUREMENT: f64 = 4.0;
/// A measurement over this time is believed in full.
const FULL_MEASUREMENT: f64 = 5000.0;
/// The wait for a first refill when the answer names none.
const USUAL_REFILL: f64 = 1000.0;
/// An estimate must be so many times the time left before a call is given up for it.
const DOUBT: f64 = 1.25;
/// A process that dies leaves its requests unanswered: half of them are forgotten in this time.
const FORGETTING: f64 = 15_000.0;

/// The rate-limit headers of one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// `X-RateLimit-Limit`: what the bucket holds when full.
    pub limit: u64,
    /// `X-RateLimit-Remaining`, at most the limit.
    pub remaining: u64,
    /// Until at least one request is added back.
    pub refill_in: Option<Duration>,
}

/// Whether the next request may go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    Go,
    /// Ask again after so many milliseconds.
    Wait(f64),
    /// Ask again when a request that is under way has been answered.
    WaitForAnswer,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Bucket {
    /// What it holds when full; none until an answer told.
    size: Option<f64>,
    /// Requests that are left, by what was told and sent since.
    level: f64,
    /// When `level` was so.
    at: f64,
    /// Requests added back per millisecond, as measured.
    rate: Option<f64>,
    /// Whether the rate was ever measured well enough to predict a wait by it.
    is_rate_exact: bool,
    /// Nothing is sent before.
    closed_until: f64,
    /// After a 429, one request at a time until one is accepted.
    careful: bool,
    has_answered: bool,
    /// When a request is added back for certain, whatever the model says.
    refill_at: f64,
    in_flight: f64,
    /// Requests sent so far, which numbers them.
    sent: u64,
    newest_answer: u64,
    measured_from: Option<Observation>,
}

/// What an answer told, kept to measure against.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Observation {
    at: f64,
    remaining: f64,
    number: u64,
}

impl Bucket {
    pub fn ask(&self, now: f64) -> Ask {
        if now < self.closed_until {
            return Ask::Wait(self.closed_until - now);
        }
        let in_flight = self.in_flight(now);
        let is_quiet = in_flight < 0.5;
        if self.careful {
            return if is_quiet {
                Ask::Go
            } else {
                Ask::WaitForAnswer
            };
        }
        let Some(size) = self.size else {
            let may_go = self.has_answered || in_flight + 0.5 < FIRST_REQUESTS;
            return if may_go { Ask::Go } else { Ask::WaitForAnswer };
        };
        let missing = 1.0 + reserve(size) - self.level(now);
        if missing <= 0.0 || (is_quiet && now >= self.refill_at) {
            return Ask::Go;
        }
        let for_certain = is_quiet.then_some(self.refill_at - now);
        let by_rate = self.rate.map(|rate| missing / rate);
        match (by_rate, for_certain) {
            (Some(one), Some(other)) => Ask::Wait(one.min(other)),
            (Some(wait), None) | (None, Some(wait)) => Ask::Wait(wait),
            (None, None) => Ask::WaitForAnswer,
        }
    }

    /// Counts a request that goes now, and gives its number.
    pub fn send(&mut self, now: f64) -> u64 {
        self.advance(now);
        self.in_flight += 1.0;
        self.level -= 1.0;
        self.sent += 1;
        self.sent
    }

    /// Asks, and sends if it may.
    pub fn take(&mut self, now: f64) -> Result<u64, Ask> {
        match self.ask(now) {
            Ask::Go => Ok(self.send(now)),
            wait => Err(wait),
        }
    }

    /// The request of this number was answered.
    pub fn answered(&mut self, number: u64, quota: Option<Quota>, now: f64) {
        self.done(now);
        self.has_answered = true;
        self.careful = false;
        if let Some(quota) = quota {
            self.observe(number, quota, now);
        }
    }

    /// The request was refused with 429: nothing goes for that pause.
    pub fn refused(&mut self, quota: Option<Quota>, pause: Duration, now: f64) {
        self.done(now);
        self.has_answered = true;
        self.careful = true;
        self.closed_until = self.closed_until.max(now + millis(pause));
        self.measured_from = None;
        self.size = quota.map(|quota| float(quota.limit)).or(self.size);
        self.level = 0.0;
    }

    /// The request ended without an answer that tells anything.
    pub fn done(&mut self, now: f64) {
        self.advance(now);
        self.in_flight = (self.in_flight - 1.0).max(0.0);
    }

    /// Requests added back per millisecond, once that is known well enough to predict a wait.
    pub fn rate(&self) -> Option<f64> {
        self.rate.filter(|_| self.is_rate_exact)
    }

    /// How long a request waits that has so many ahead of it, as far as it can be told.
    pub fn wait_behind(&self, ahead: usize, now: f64) -> f64 {
        let closed = (self.closed_until - now).max(0.0);
        closed.max(self.estimate(ahead, now))
    }

    /// The wait, when it will certainly or most probably be longer than the time left.
    pub fn hopeless(&self, ahead: usize, time_left: f64, now: f64) -> Option<f64> {
        let is_closed = self.closed_until - now > time_left;
        let is_crowded = self.estimate(ahead, now) > time_left * DOUBT;
        (is_closed || is_crowded).then(|| self.wait_behind(ahead, now))
    }

    fn estimate(&self, ahead: usize, now: f64) -> f64 {
        let (Some(size), Some(rate)) = (self.size, self.rate()) else {
            return 0.0;
        };
        let wanted = 1.0 + float(ahead as u64) + reserve(size);
        ((wanted - self.level(now)) / rate).max(0.0)
    }

    fn observe(&mut self, number: u64, quota: Quota, now: f64) {
        let remaining = float(quota.remaining);
        self.size = Some(float(quota.limit));
        self.level = self.level.min(remaining);
        self.refill_at = now + quota.refill_in.map_or(USUAL_REFILL, millis);
        // An older answer that comes late may tell what others have spent since, but not what is left.
        if number > self.newest_answer {
            self.newest_answer = number;
            // What is under way may not have been counted yet.
            self.level = self.level.max(remaining - self.in_flight);
            self.measure(Observation {
                at: now,
                remaining,
                number,
            });
        }
    }

    /// What was added back between two answers: the difference of what they show, and what was sent.
    fn measure(&mut self, seen: Observation) {
        let Some(from) = self.measured_from else {
            self.measured_from = Some(seen);
            return;
        };
        let time = seen.at - from.at;
        let refilled = seen.remaining - from.remaining + float(seen.number - from.number);
        // A full bucket hides how much it would have got: the rate is at least so high.
        let is_full = self.size.is_some_and(|size| seen.remaining >= size - 1.0);
        let is_exact = !is_full && refilled >= EXACT_MEASUREMENT;
        if is_full || (is_exact && time >= FULL_MEASUREMENT) {
            self.measured_from = Some(seen);
        }
        if time < SHORTEST_MEASUREMENT {
            return;
        }
        // Whole numbers hide up to one request, and too low a rate only costs a moment: what is left
        // shows in the next answer.
        let measured = ((refilled - 1.0) / time).max(0.0);
        let trust = (time / FULL_MEASUREMENT).min(1.0);
        let believed = match self.rate {
            Some(rate) if is_full => rate.max(measured),
            Some(rate) if self.is_rate_exact => rate + (measured - rate) * trust,
            _ => measured,
        };
        self.is_rate_exact |= is_exact;
        self.rate = Some(believed).filter(|rate| *rate > 0.0);
    }

    fn advance(&mut self, now: f64) {
        (self.level, self.in_flight) = (self.level(now), self.in_flight(now));
        self.at = now;
    }

    fn level(&self, now: f64) -> f64 {
        let Some(size) = self.size else {
            return self.level;
        };
        let refilled = self.rate.unwrap_or(0.0) * (now - self.at).max(0.0);
        (self.level + refilled).min(size)
    }

    fn in_flight(&self, now: f64) -> f64 {
        self.in_flight * (-(now - self.at).max(0.0) / FORGETTING).exp2()
    }
}

fn reserve(size: f64) -> f64 {
    (size * RESERVE_SHARE).floor().min(LARGEST_RESERVE)
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(
    clippy::cast_precision_loss,
    reason = "exact up to 9 * 10^15, which no limit or queue reaches"
)]
fn float(number: u64) -> f64 {
    number as f64
}
