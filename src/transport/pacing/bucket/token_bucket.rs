//! What is known about one of Auth0's rate limits, and whether another request fits into it.

use std::time::Duration;

use super::refill::{Observation, RefillEstimate};
use super::sequence::SequenceNumber;
use super::units::{millis, to_f64};
use crate::transport::pacing::rate_limit_headers::Quota;

/// Concurrent requests while the limit is unknown: enough to learn it, too few to exhaust it.
const INITIAL_CONCURRENCY: f64 = 2.0;
/// One more request is sent after this long without a response. After a 429, so is one more probe.
pub(super) const PATIENCE: f64 = 1000.0;
/// Requests held back so that the bucket is not empty when the model runs slightly ahead.
const MAX_SAFETY_MARGIN: f64 = 2.0;
const SAFETY_MARGIN_SHARE: f64 = 0.02;
/// Only hourly quotas pause for longer. For those, one request probes this often.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// The assumed wait for the first refill when the response does not say.
const DEFAULT_REFILL: f64 = 1000.0;
/// Requests whose end is never reported are forgotten with this half-life.
const IN_FLIGHT_HALF_LIFE: f64 = 15_000.0;

/// Whether the next request may be sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Readiness {
    Ready,
    /// Check again after this many milliseconds, or when a request in flight ends.
    Wait(f64),
}

#[derive(Debug, Clone, Default)]
pub struct TokenBucket {
    /// Requests in a full bucket. None until a response shows it.
    pub(super) size: Option<f64>,
    /// Requests left: what the last response showed, less what was sent since.
    level: f64,
    /// When `level` and `in_flight` were last updated.
    at: f64,
    pub(super) refill: RefillEstimate,
    /// The process's share of a limit that several share, in requests per millisecond.
    pub(super) share: Option<f64>,
    /// Nothing is sent before this time.
    pub(super) closed_until: f64,
    /// Set by a 429 until a later request is accepted.
    pub(super) probing: Option<Probing>,
    has_responded: bool,
    pub(super) last_sent: f64,
    /// When the server will certainly have added a request back, whatever the model says.
    pub(super) refill_at: f64,
    in_flight: f64,
    /// The sequence number of the last request sent.
    sent: u64,
    ended: u64,
    newest_response: u64,
}

/// After a 429, requests are sent one at a time to find out whether the limit is still exhausted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Probing {
    /// The last request that had been sent when one was rejected.
    since: u64,
    /// When the current probe was sent.
    probe_sent_at: Option<f64>,
}

impl TokenBucket {
    pub fn readiness(&self, now: f64) -> Readiness {
        if now < self.closed_until {
            return Readiness::Wait(self.closed_until - now);
        }
        if let Some(probing) = self.probing {
            return ready_at(probing.probe_sent_at.map_or(now, |at| at + PATIENCE), now);
        }
        let Some(size) = self.size else {
            let is_open = self.has_responded || self.in_flight(now) + 0.5 < INITIAL_CONCURRENCY;
            let patience = self.last_sent + PATIENCE;
            return ready_at(if is_open { now } else { patience }, now);
        };
        let missing = 1.0 + safety_margin(size) - self.level(now);
        if missing <= 0.0 {
            return Readiness::Ready;
        }
        let rate = self.rate();
        let by_rate = rate.map_or(f64::INFINITY, |rate| now + missing / rate);
        ready_at(by_rate.min(self.refilled_by(now)), now)
    }

    /// When a request will certainly have been added back.
    fn refilled_by(&self, now: f64) -> f64 {
        // A request in flight may be the one that uses up the refill.
        let is_quiet = self.in_flight(now) < 0.5;
        let used_until = self.last_sent + PATIENCE;
        self.refill_at.max(if is_quiet { now } else { used_until })
    }

    /// Counts a request that is sent now.
    pub fn send(&mut self, now: f64) -> SequenceNumber {
        self.advance(now);
        self.in_flight += 1.0;
        self.level -= 1.0;
        self.last_sent = now;
        if let Some(probing) = &mut self.probing {
            probing.probe_sent_at = Some(now);
        }
        self.sent += 1;
        SequenceNumber {
            value: self.sent,
            ended_before: self.ended,
        }
    }

    /// A response other than 429 arrived.
    pub fn responded(&mut self, sequence: SequenceNumber, quota: Option<Quota>, now: f64) {
        self.end(now);
        self.has_responded = true;
        self.probing = self
            .probing
            .filter(|probing| sequence.value <= probing.since);
        if let Some(quota) = quota {
            self.observe(sequence, quota, now);
        }
    }

    /// The request was rejected with 429: nothing is sent for the length of the pause.
    pub fn rejected(&mut self, quota: Option<Quota>, pause: Duration, now: f64) {
        self.end(now);
        self.has_responded = true;
        self.start_probing();
        let pause = millis(pause.min(LONGEST_PAUSE));
        self.closed_until = self.closed_until.max(now + pause);
        self.refill.restart();
        self.size = quota.map(|quota| to_f64(quota.limit)).or(self.size);
        self.level = 0.0;
    }

    fn start_probing(&mut self) {
        self.probing = Some(Probing {
            since: self.sent,
            probe_sent_at: None,
        });
    }

    /// The request ended without a response.
    pub fn lost(&mut self, sequence: SequenceNumber, now: f64) {
        self.end(now);
        if let Some(probing) = &mut self.probing
            && sequence.value > probing.since
        {
            probing.probe_sent_at = None;
        }
    }

    /// Takes over the requests that are in flight in another bucket.
    pub fn absorb(&mut self, other: &Self, now: f64) {
        self.advance(now);
        let in_flight = other.in_flight(now);
        self.in_flight += in_flight;
        self.level -= in_flight;
        // The server counts them here, but they have no sequence numbers here.
        self.refill.restart();
        self.closed_until = self.closed_until.max(other.closed_until);
        if other.probing.is_some() {
            self.start_probing();
        }
    }

    /// What responses show is the refill less what other processes take of it, and a process that gets
    /// little would conclude that little is left. So it counts on its share, whatever it measures.
    pub fn count_on(&mut self, share: Option<f64>, now: f64) {
        self.advance(now);
        self.share = share;
    }

    /// Requests added back per millisecond for this process, once known.
    pub(super) fn rate(&self) -> Option<f64> {
        self.raised(self.refill.rate()).or(self.share)
    }

    /// The rate, once it is measured accurately enough to predict waits. A share alone refuses nothing.
    pub(super) fn predictable_rate(&self) -> Option<f64> {
        self.raised(self.refill.predictable_rate())
    }

    pub(super) fn raised(&self, measured: Option<f64>) -> Option<f64> {
        measured.map(|rate| rate.max(self.share.unwrap_or(0.0)))
    }

    /// Whether a response has shown the limit.
    pub fn is_known(&self) -> bool {
        self.size.is_some()
    }

    fn observe(&mut self, sequence: SequenceNumber, quota: Quota, now: f64) {
        let remaining = to_f64(quota.remaining);
        self.size = Some(to_f64(quota.limit));
        self.refill_at = now + quota.refill_in.map_or(DEFAULT_REFILL, millis);
        self.level = self.level.min(remaining);
        // A late response to an older request shows what others have used since, not what is left.
        if sequence.value <= self.newest_response {
            return;
        }
        self.newest_response = sequence.value;
        // The server may have counted requests in flight, and those that ended since this one was
        // sent, after it. It counted all others before.
        let concurrent = self.ended.saturating_sub(sequence.ended_before + 1);
        let at_least = remaining - self.in_flight - to_f64(concurrent);
        self.level = self.level.max(at_least);
        let seen = Observation {
            at: now,
            remaining,
            number: sequence.value,
            unseen: 0,
        };
        self.refill.observe(seen, to_f64(quota.limit));
    }

    fn end(&mut self, now: f64) {
        self.advance(now);
        self.in_flight = (self.in_flight - 1.0).max(0.0);
        self.ended += 1;
    }

    fn advance(&mut self, now: f64) {
        (self.level, self.in_flight) = (self.level(now), self.in_flight(now));
        self.at = now;
    }

    /// Requests left, excluding those in flight.
    pub fn level(&self, now: f64) -> f64 {
        let Some(size) = self.size else {
            return self.level;
        };
        let refilled = self.rate().unwrap_or(0.0) * (now - self.at).max(0.0);
        (self.level + refilled).min(size)
    }

    fn in_flight(&self, now: f64) -> f64 {
        self.in_flight * (-(now - self.at).max(0.0) / IN_FLIGHT_HALF_LIFE).exp2()
    }
}

fn ready_at(time: f64, now: f64) -> Readiness {
    if time <= now {
        return Readiness::Ready;
    }
    Readiness::Wait(time - now)
}

/// Requests held back in a bucket of this size.
pub fn safety_margin(size: f64) -> f64 {
    (size * SAFETY_MARGIN_SHARE).floor().min(MAX_SAFETY_MARGIN)
}
