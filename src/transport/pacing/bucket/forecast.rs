//! What the model of a rate limit can predict.

use super::token_bucket::{PATIENCE, Readiness, TokenBucket, safety_margin};
use super::units::to_f64;

/// A call is refused on an estimate only if that exceeds the time left by this factor.
const UNCERTAINTY: f64 = 1.25;
/// After this long without a request, other processes may have left much more or much less of the
/// limit than was measured.
const STALE: f64 = 5000.0;

/// What a bucket of a known limit can still provide.
#[derive(Debug, Clone, Copy)]
pub struct Headroom {
    pub size: f64,
    /// Requests that may be sent now.
    pub available: f64,
    /// Requests added back per millisecond, once measured.
    pub rate: Option<f64>,
    /// The same as far as the process may count on it before it has measured anything.
    pub share: Option<f64>,
    /// Whether nothing was sent for a while.
    pub is_quiet: bool,
    /// Whether that was so long ago that the rate may be out of date.
    pub is_stale: bool,
    /// Whether the rate is accurate enough to refuse requests on.
    pub is_exact: bool,
}

impl TokenBucket {
    /// What is available while the bucket is ready. None until a response shows the limit.
    pub fn headroom(&self, now: f64) -> Option<Headroom> {
        let size = self.size?;
        let rate = self.raised(self.refill.rate());
        let left = (self.level(now) - safety_margin(size)).max(0.0);
        let is_quiet = self.last_sent + PATIENCE <= now;
        // The announced refill only says something while the bucket is empty.
        let is_refilled = rate.is_none() && is_quiet && self.refill_at <= now;
        Some(Headroom {
            size,
            available: (left + if is_refilled { 1.0 } else { 0.0 }).max(1.0),
            rate,
            share: self.share,
            is_quiet,
            is_stale: self.last_sent + STALE <= now,
            is_exact: self.predictable_rate().is_some(),
        })
    }

    /// How long the limit delays a request sent now, if it does.
    pub fn wait(&self, now: f64) -> Option<f64> {
        let is_known = self.size.is_some() || self.probing.is_some();
        match self.readiness(now) {
            Readiness::Wait(millis) if is_known => Some(millis),
            _ => None,
        }
    }

    /// Whether waits can be predicted.
    pub fn is_predictable(&self) -> bool {
        self.size.is_some() && self.predictable_rate().is_some()
    }

    /// The predicted wait of a request with this many ahead of it.
    pub fn wait_behind(&self, ahead: u64, now: f64) -> f64 {
        let closed = (self.closed_until - now).max(0.0);
        closed.max(self.estimate(ahead, now))
    }

    /// When the last pause ended, or will end.
    pub fn open_since(&self) -> f64 {
        self.closed_until
    }

    /// The length of the pause, if it outlasts the time left.
    pub fn closed_beyond(&self, time_left: f64, now: f64) -> Option<f64> {
        let closed = self.closed_until - now;
        (closed > time_left).then_some(closed)
    }

    /// The predicted wait, if it certainly or very probably exceeds the time left.
    pub fn hopeless(&self, ahead: u64, time_left: f64, now: f64) -> Option<f64> {
        let is_closed = self.closed_beyond(time_left, now).is_some();
        let is_crowded = self.estimate(ahead, now) > time_left * UNCERTAINTY;
        (is_closed || is_crowded).then(|| self.wait_behind(ahead, now))
    }

    fn estimate(&self, ahead: u64, now: f64) -> f64 {
        let (Some(size), Some(rate)) = (self.size, self.predictable_rate()) else {
            return 0.0;
        };
        let needed = 1.0 + to_f64(ahead) + safety_margin(size);
        ((needed - self.level(now)) / rate).max(0.0)
    }
}
