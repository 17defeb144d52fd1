//! What is known of one of Auth0's rate limits, and whether another request fits into it: a model
//! of the server's token bucket, without a clock or I/O. Times are milliseconds of any one clock.

mod forecast;

use std::time::Duration;

use super::mark::Mark;
use super::pace::Quota;
use super::refill::{Observation, Refill};
pub use forecast::Room;

/// Requests at once while nothing is known: enough to learn, too few to run into the limit.
const FIRST_REQUESTS: f64 = 2.0;
/// Without an answer one more goes after so long, and so does one that tries after a 429.
const PATIENCE: f64 = 1000.0;
/// What is kept back, so that the bucket is not empty when the model is a little ahead.
const LARGEST_RESERVE: f64 = 2.0;
const RESERVE_SHARE: f64 = 0.02;
/// Auth0's pauses are shorter, but for quotas of hours: then one request tries so often.
const LONGEST_PAUSE: Duration = Duration::from_secs(600);
/// The wait for a first refill when the answer names none.
const USUAL_REFILL: f64 = 1000.0;
/// A process that dies leaves its requests unanswered: half of them are forgotten in this time.
const FORGETTING: f64 = 15_000.0;

/// Whether the next request may go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ask {
    Go,
    /// Ask again after so many milliseconds, or when a request that is under way was answered.
    Wait(f64),
}

#[derive(Debug, Clone, Default)]
pub struct Bucket {
    /// What it holds when full; none until an answer told.
    size: Option<f64>,
    /// Requests that are left, by what was told and sent since.
    level: f64,
    /// When `level` was so.
    at: f64,
    refill: Refill,
    /// Nothing is sent before.
    closed_until: f64,
    /// After a 429, until a later request is accepted.
    careful: Option<Careful>,
    has_answered: bool,
    last_sent: f64,
    /// When a request is added back for certain, whatever the model says.
    refill_at: f64,
    in_flight: f64,
    /// Requests sent so far, which numbers them, and ended so far.
    sent: u64,
    ended: u64,
    newest_answer: u64,
}

/// One request at a time is let go to see whether the limit is still used up.
#[derive(Debug, Clone, Copy)]
struct Careful {
    /// The last request that had been sent when one was refused.
    since: u64,
    /// When the one that tries was sent.
    trying_since: Option<f64>,
}

impl Bucket {
    pub fn ask(&self, now: f64) -> Ask {
        if now < self.closed_until {
            return Ask::Wait(self.closed_until - now);
        }
        if let Some(careful) = self.careful {
            return go_after(careful.trying_since.map_or(now, |at| at + PATIENCE), now);
        }
        let Some(size) = self.size else {
            let is_open = self.has_answered || self.in_flight(now) + 0.5 < FIRST_REQUESTS;
            let patience = self.last_sent + PATIENCE;
            return go_after(if is_open { now } else { patience }, now);
        };
        let missing = 1.0 + reserve(size) - self.level(now);
        if missing <= 0.0 {
            return Ask::Go;
        }
        let rate = self.refill.rate();
        let by_rate = rate.map_or(f64::INFINITY, |rate| now + missing / rate);
        go_after(by_rate.min(self.refilled_by(now)), now)
    }

    /// When a request has been added back for certain.
    fn refilled_by(&self, now: f64) -> f64 {
        // A request that is under way may be the one that takes what is added back.
        let is_quiet = self.in_flight(now) < 0.5;
        let taken_until = self.last_sent + PATIENCE;
        self.refill_at.max(if is_quiet { now } else { taken_until })
    }

    /// Counts a request that goes now.
    pub fn send(&mut self, now: f64) -> Mark {
        self.advance(now);
        self.in_flight += 1.0;
        self.level -= 1.0;
        self.last_sent = now;
        if let Some(careful) = &mut self.careful {
            careful.trying_since = Some(now);
        }
        self.sent += 1;
        Mark {
            number: self.sent,
            ended_before: self.ended,
        }
    }

    /// Asks, and sends if it may; otherwise gives the wait.
    pub fn take(&mut self, now: f64) -> Result<Mark, f64> {
        match self.ask(now) {
            Ask::Go => Ok(self.send(now)),
            Ask::Wait(millis) => Err(millis),
        }
    }

    pub fn answered(&mut self, mark: Mark, quota: Option<Quota>, now: f64) {
        self.end(now);
        self.has_answered = true;
        self.careful = self.careful.filter(|careful| mark.number <= careful.since);
        if let Some(quota) = quota {
            self.observe(mark, quota, now);
        }
    }

    /// The request was refused with 429: nothing goes for that pause.
    pub fn refused(&mut self, quota: Option<Quota>, pause: Duration, now: f64) {
        self.end(now);
        self.has_answered = true;
        self.be_careful();
        let pause = millis(pause.min(LONGEST_PAUSE));
        self.closed_until = self.closed_until.max(now + pause);
        self.refill.restart();
        self.size = quota.map(|quota| float(quota.limit)).or(self.size);
        self.level = 0.0;
    }

    fn be_careful(&mut self) {
        self.careful = Some(Careful {
            since: self.sent,
            trying_since: None,
        });
    }

    /// The request ended without an answer.
    pub fn lost(&mut self, mark: Mark, now: f64) {
        self.end(now);
        if let Some(careful) = &mut self.careful
            && mark.number > careful.since
        {
            careful.trying_since = None;
        }
    }

    /// The requests of another bucket that are under way count here from now on.
    pub fn absorb(&mut self, other: &Self, now: f64) {
        self.advance(now);
        let under_way = other.in_flight(now);
        self.in_flight += under_way;
        self.level -= under_way;
        // The server counts them here, but they have no number here.
        self.refill.restart();
        self.closed_until = self.closed_until.max(other.closed_until);
        if other.careful.is_some() {
            self.be_careful();
        }
    }

    /// Whether an answer told the limit.
    pub fn is_known(&self) -> bool {
        self.size.is_some()
    }

    fn observe(&mut self, mark: Mark, quota: Quota, now: f64) {
        let remaining = float(quota.remaining);
        self.size = Some(float(quota.limit));
        self.refill_at = now + quota.refill_in.map_or(USUAL_REFILL, millis);
        self.level = self.level.min(remaining);
        // An older answer that comes late tells what was spent since by others, not what is left.
        if mark.number <= self.newest_answer {
            return;
        }
        self.newest_answer = mark.number;
        // The server may have counted after it whatever is under way, and whatever has ended since
        // it was sent; the rest it has counted before.
        let beside = self.ended.saturating_sub(mark.ended_before + 1);
        let at_least = remaining - self.in_flight - float(beside);
        self.level = self.level.max(at_least);
        let seen = Observation {
            at: now,
            remaining,
            number: mark.number,
            unseen: 0,
        };
        self.refill.observe(seen, float(quota.limit));
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

    /// Requests that are left, without those under way.
    pub fn level(&self, now: f64) -> f64 {
        let Some(size) = self.size else {
            return self.level;
        };
        let refilled = self.refill.rate().unwrap_or(0.0) * (now - self.at).max(0.0);
        (self.level + refilled).min(size)
    }

    fn in_flight(&self, now: f64) -> f64 {
        self.in_flight * (-(now - self.at).max(0.0) / FORGETTING).exp2()
    }
}

fn go_after(time: f64, now: f64) -> Ask {
    if time <= now {
        return Ask::Go;
    }
    Ask::Wait(time - now)
}

pub(super) fn reserve(size: f64) -> f64 {
    (size * RESERVE_SHARE).floor().min(LARGEST_RESERVE)
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

#[expect(
    clippy::cast_precision_loss,
    reason = "exact up to 9 * 10^15, which no limit or queue reaches"
)]
pub(super) fn float(number: u64) -> f64 {
    number as f64
}
