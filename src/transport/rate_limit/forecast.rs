//! What can be told beforehand from the model of a rate limit.

use super::{Ask, Bucket, PATIENCE, float, reserve};

/// An estimate must be so many times the time left before a call is given up for it.
const DOUBT: f64 = 1.25;

/// What a bucket whose limit is known has to give.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    pub size: f64,
    /// Requests that may go now.
    pub free: f64,
    /// Requests added back per millisecond, once measured.
    pub rate: Option<f64>,
    /// Whether nothing was sent for a while.
    pub is_quiet: bool,
    /// Whether the rate is good enough to refuse by it.
    pub is_exact: bool,
}

impl Bucket {
    /// What there is when a request may go; none until an answer told the limit.
    pub fn room(&self, now: f64) -> Option<Room> {
        let size = self.size?;
        let rate = self.refill.rate();
        let left = (self.level(now) - reserve(size)).max(0.0);
        let is_quiet = self.last_sent + PATIENCE <= now;
        // While some remain, what Auth0 says about the next one means nothing.
        let is_refilled = rate.is_none() && is_quiet && self.refill_at <= now;
        Some(Room {
            size,
            free: (left + if is_refilled { 1.0 } else { 0.0 }).max(1.0),
            rate,
            is_quiet,
            is_exact: self.refill.predictable_rate().is_some(),
        })
    }

    /// How long the limit makes a request wait now, if it does.
    pub fn wait(&self, now: f64) -> Option<f64> {
        let is_known = self.size.is_some() || self.careful.is_some();
        match self.ask(now) {
            Ask::Wait(millis) if is_known => Some(millis),
            _ => None,
        }
    }

    /// Whether a wait can be predicted.
    pub fn is_predictable(&self) -> bool {
        self.size.is_some() && self.refill.predictable_rate().is_some()
    }

    /// How long a request waits that has so many ahead of it, as far as it can be told.
    pub fn wait_behind(&self, ahead: u64, now: f64) -> f64 {
        let closed = (self.closed_until - now).max(0.0);
        closed.max(self.estimate(ahead, now))
    }

    /// When the last pause ended, or ends.
    pub fn open_since(&self) -> f64 {
        self.closed_until
    }

    /// The wait, when nothing goes for longer than the time left.
    pub fn closed_beyond(&self, time_left: f64, now: f64) -> Option<f64> {
        let closed = self.closed_until - now;
        (closed > time_left).then_some(closed)
    }

    /// The wait, when it will certainly or most probably be longer than the time left.
    pub fn hopeless(&self, ahead: u64, time_left: f64, now: f64) -> Option<f64> {
        let is_closed = self.closed_beyond(time_left, now).is_some();
        let is_crowded = self.estimate(ahead, now) > time_left * DOUBT;
        (is_closed || is_crowded).then(|| self.wait_behind(ahead, now))
    }

    fn estimate(&self, ahead: u64, now: f64) -> f64 {
        let (Some(size), Some(rate)) = (self.size, self.refill.predictable_rate()) else {
            return 0.0;
        };
        let wanted = 1.0 + float(ahead) + reserve(size);
        ((wanted - self.level(now)) / rate).max(0.0)
    }
}
