//! A tenant's rate limit as all processes that share a Redis see it: how many requests are left, and
//! how many of them each process has leased. A model without a clock or I/O; times are milliseconds
//! of Redis's clock.

use serde::{Deserialize, Serialize};

use super::lease::whole;
use super::rate_limit::{float, reserve};
use super::refill::{Observation, Refill};

/// A lease that is not renewed for so long has ended: a lost process takes nothing from the others
/// after that.
pub const LEASE_LIFE: f64 = 2000.0;
/// A process counts as one of those that share for so long after its last report.
const MEMORY: f64 = 600_000.0;
/// More processes than this count as so many. The ones heard from longest ago are forgotten first.
const MAX_HOLDERS: usize = 128;
/// Each process sends two requests before it knows a limit; so many of those are allowed for.
const UNCOUNTED: f64 = 8.0;
/// While it is not known how fast the limit refills, an older response says nothing about it.
const SHORT_AGE: f64 = 1000.0;
/// When the model sees no room, one request is leased after so long all the same.
const PATIENCE: f64 = 500.0;

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Ledger {
    /// What the bucket contains when full; none in a new ledger.
    size: Option<f64>,
    /// Requests that are neither used nor leased.
    level: f64,
    /// When `level` was last updated.
    at: f64,
    refill: Refill,
    /// Nothing is leased before.
    closed_until: f64,
    /// After a 429, until a later request is accepted: what `ended` was then.
    careful: Option<u64>,
    last_lease: f64,
    /// Requests of all processes that have ended.
    ended: u64,
    holders: Vec<Holder>,
}

/// A process.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Holder {
    id: u64,
    /// Requests leased to it that have not ended, as far as it has reported.
    outstanding: u64,
    ended: u64,
    reported_at: f64,
}

/// What a process did since its last report, and what it asks for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Report {
    pub holder: u64,
    /// What the bucket contains when full.
    pub size: u64,
    /// Requests that are left as far as the process knows, without those that it has under way.
    pub level: f64,
    /// Requests that have ended.
    pub ended: u64,
    pub in_flight: u64,
    /// Leased requests that it has not sent yet.
    pub unused: u64,
    pub seen: Option<Seen>,
    /// A request was refused with 429, and nothing is to be sent for so long.
    pub pause: Option<f64>,
    /// Requests that wait.
    pub waiting: u64,
    /// Requests that are likely to follow.
    pub expected: u64,
}

/// What the newest response showed.
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    pub remaining: u64,
    /// How long ago.
    pub age: f64,
    /// None for a request that was sent before the limit was known.
    pub place: Option<Place>,
}

/// Where a request stands among those of all processes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Place {
    /// Requests of the same process that had ended since it was sent.
    pub own_since: u64,
    /// Requests of the other processes that were known to have ended when it was sent.
    pub others_before: u64,
    /// Requests of all processes that were known to have ended when it was sent.
    pub ended_before: u64,
}

/// What a process may do until its next report.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lease {
    pub requests: u64,
    /// Processes that share the limit.
    pub holders: u64,
    /// Requests that are still to be leased.
    pub left: f64,
    pub ended: u64,
    pub others_ended: u64,
    /// By Redis's clock, as the next one.
    pub at: f64,
    pub closed_until: f64,
    /// Nothing may be sent for so long.
    pub closed_for: f64,
    /// When there is likely to be room, if there is not enough.
    pub room_in: Option<f64>,
}

impl Ledger {
    /// When it was written, by Redis's clock.
    pub fn at(&self) -> f64 {
        self.at
    }

    pub fn renew(&mut self, report: &Report, now: f64) -> Lease {
        self.advance(now);
        let mut own = self.take_holder(report.holder);
        let others_ended = self.ended.saturating_sub(own.ended);
        // What was sent without a lease was not subtracted yet, and what was leased in vain was.
        let outstanding = report.in_flight + report.unused;
        self.level += float(own.outstanding) - float(report.ended + outstanding);
        self.ended += report.ended;
        own.ended += report.ended;
        own.outstanding = outstanding;
        own.reported_at = now;
        if self.size.is_none() {
            self.size = Some(float(report.size));
            self.level = report.level - float(report.unused) - UNCOUNTED;
        }
        if let Some(seen) = report.seen {
            self.observe(report, seen, others_ended, now);
        }
        if let Some(pause) = report.pause {
            self.close(pause, now);
        }
        let requests = self.grant(report, now);
        own.outstanding += requests;
        self.holders.push(own);
        Lease {
            requests,
            holders: self.holders.len() as u64,
            left: self.level,
            ended: self.ended,
            others_ended,
            at: now,
            closed_until: self.closed_until,
            closed_for: (self.closed_until - now).max(0.0),
            room_in: (requests < report.waiting).then(|| self.room_in(now)),
        }
    }

    fn advance(&mut self, now: f64) {
        if let Some(size) = self.size {
            let refilled = self.refill.rate().unwrap_or(0.0) * (now - self.at).max(0.0);
            // After an outage the reports of many requests come at once.
            self.level = (self.level + refilled).clamp(-size, size);
        }
        self.at = now;
    }

    /// What is known of a process. It is put back as the one heard from last.
    fn take_holder(&mut self, id: u64) -> Holder {
        let now = self.at;
        let found = self.holders.iter().find(|holder| holder.id == id).copied();
        self.holders
            .retain(|holder| holder.id != id && now - holder.reported_at < MEMORY);
        let excess = (self.holders.len() + 1).saturating_sub(MAX_HOLDERS);
        self.holders.drain(..excess);
        found.unwrap_or(Holder {
            id,
            ..Holder::default()
        })
    }

    fn observe(&mut self, report: &Report, seen: Seen, others_ended: u64, now: f64) {
        let rate = self.refill.rate();
        if rate.is_none() && seen.age > SHORT_AGE {
            return;
        }
        // What was added back since belongs to it, and what is not sent yet is not counted in it.
        let remaining = float(seen.remaining) + rate.unwrap_or(0.0) * seen.age;
        let remaining = remaining.min(float(report.size));
        self.level = self.level.min(remaining - float(report.unused));
        let Some(place) = seen.place else { return };
        // The server may have counted after it whatever is outstanding, and whatever has ended since
        // it was sent; the rest it has counted before.
        let others = self
            .holders
            .iter()
            .filter(|holder| now - holder.reported_at < LEASE_LIFE);
        let others: u64 = others.map(|holder| holder.outstanding).sum();
        let beside = place.own_since + others_ended.saturating_sub(place.others_before);
        let outstanding = report.in_flight + report.unused + others;
        let at_least = remaining - float(outstanding + beside);
        self.level = self.level.max(at_least);
        if self
            .careful
            .is_some_and(|since| place.ended_before >= since)
        {
            self.careful = None;
        }
        let observation = Observation {
            at: now - seen.age,
            remaining: float(seen.remaining),
            number: self.ended,
            unseen: report.in_flight + others,
        };
        self.refill.observe(observation, float(report.size));
    }

    fn close(&mut self, pause: f64, now: f64) {
        self.closed_until = self.closed_until.max(now + pause);
        self.level = self.level.min(0.0);
        self.careful = Some(self.ended);
        self.refill.restart();
    }

    fn grant(&mut self, report: &Report, now: f64) -> u64 {
        let Some(size) = self.size else { return 0 };
        let wanted = report.waiting + report.expected;
        if now < self.closed_until || wanted == 0 {
            return 0;
        }
        let may_try = report.waiting > 0 && now - self.last_lease >= PATIENCE;
        let free = whole(self.level - reserve(size));
        let requests = match (self.careful.is_some(), free) {
            (true, _) | (_, 0) => u64::from(may_try),
            (false, free) => {
                let at_once = report.waiting.min(free);
                // What nobody waits for yet is left to the others in part.
                let sharing = 2 * (self.holders.len() as u64 + 1);
                at_once + report.expected.min((free - at_once) / sharing)
            }
        };
        if requests > 0 {
            self.last_lease = now;
            self.level -= float(requests);
        }
        requests
    }

    fn room_in(&self, now: f64) -> f64 {
        let closed = self.closed_until - now;
        let tried = self.last_lease + PATIENCE - now;
        let (Some(size), None) = (self.size, self.careful) else {
            return closed.max(tried).max(0.0);
        };
        let missing = 1.0 + reserve(size) - self.level;
        let rate = self.refill.rate();
        let refilled = rate.map_or(f64::INFINITY, |rate| missing / rate);
        closed.max(refilled.min(tried)).max(0.0)
    }
}
