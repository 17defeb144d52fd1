//! The state of a rate limit that processes share through Redis: how many requests are left, and how
//! many each process has leased. A model with neither a clock nor I/O; times are milliseconds of
//! Redis's clock.

use serde::{Deserialize, Serialize};

use super::report::{LEASE_LIFE, Lease, Report, Seen};
use crate::transport::pacing::bucket::{
    Observation, RefillEstimate, safety_margin, to_f64, to_u64,
};

/// A process counts as one of those that share the limit for this long after its last report.
const MEMORY: f64 = 600_000.0;
/// It counts as active for this long: processes that were stopped take no part of the refill.
const ACTIVITY: f64 = 5_000.0;
/// The largest number of processes remembered. The one heard from longest ago is forgotten first.
const MAX_PROCESSES: usize = 128;
/// Each process sends two requests before it knows the limit. This many of them are allowed for.
const UNCOUNTED: f64 = 8.0;
/// While the refill rate is unknown, responses older than this are ignored.
const SHORT_AGE: f64 = 1000.0;
/// When the model sees no room, one request is leased anyway after this long.
const PATIENCE: f64 = 500.0;

/// The field names are a wire format, which processes of other versions read as well.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Ledger {
    /// Requests in a full bucket. None in a new ledger.
    size: Option<f64>,
    /// Requests that are neither used nor leased.
    level: f64,
    /// When `level` was last updated.
    at: f64,
    refill: RefillEstimate,
    /// Nothing is leased before this time.
    closed_until: f64,
    /// Set by a 429 to the value of `ended`, until a later request is accepted.
    #[serde(rename = "careful")]
    probing_since: Option<u64>,
    last_lease: f64,
    /// Requests of all processes that have ended.
    ended: u64,
    #[serde(rename = "holders")]
    processes: Vec<Process>,
}

#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Process {
    id: u64,
    /// Requests leased to it that have not ended, as of its last report.
    outstanding: u64,
    ended: u64,
    reported_at: f64,
}

impl Ledger {
    /// When the ledger was written, by Redis's clock.
    pub fn at(&self) -> f64 {
        self.at
    }

    /// Records the report of a process and leases it as many requests as are available.
    pub fn renew(&mut self, report: &Report, now: f64) -> Lease {
        self.advance(now);
        let mut own = self.take_process(report.process);
        let others_ended = self.ended.saturating_sub(own.ended);
        // Requests sent without a lease were not subtracted yet; unused leases were.
        let outstanding = report.in_flight + report.unused;
        self.level += to_f64(own.outstanding) - to_f64(report.ended + outstanding);
        self.ended += report.ended;
        own.ended += report.ended;
        own.outstanding = outstanding;
        own.reported_at = now;
        if self.size.is_none() {
            self.size = Some(to_f64(report.size));
            self.level = report.level - to_f64(report.unused) - UNCOUNTED;
        }
        if let Some(seen) = report.seen {
            self.observe(report, seen, others_ended, now);
        }
        if let Some(pause) = report.pause {
            self.close(pause, now);
        }
        let requests = self.grant(report, now);
        own.outstanding += requests;
        self.processes.push(own);
        Lease {
            requests,
            processes: self.processes.len() as u64,
            active: self.active(),
            left: self.level,
            refill: self.refill.rate(),
            ended: self.ended,
            others_ended,
            at: now,
            closed_until: self.closed_until,
            closed_for: (self.closed_until - now).max(0.0),
            room_in: (requests < report.waiting).then(|| self.room_in(now)),
        }
    }

    fn active(&self) -> u64 {
        let is_active = |process: &&Process| self.at - process.reported_at < ACTIVITY;
        self.processes.iter().filter(is_active).count() as u64
    }

    fn advance(&mut self, now: f64) {
        if let Some(size) = self.size {
            let refilled = self.refill.rate().unwrap_or(0.0) * (now - self.at).max(0.0);
            // After an outage, many requests are reported at once.
            self.level = (self.level + refilled).clamp(-size, size);
        }
        self.at = now;
    }

    /// Removes and returns what is known about a process; it is added back as the most recent one.
    fn take_process(&mut self, id: u64) -> Process {
        let now = self.at;
        let mut processes = self.processes.iter();
        let found = processes.find(|process| process.id == id).copied();
        self.processes
            .retain(|process| process.id != id && now - process.reported_at < MEMORY);
        let excess = (self.processes.len() + 1).saturating_sub(MAX_PROCESSES);
        self.processes.drain(..excess);
        found.unwrap_or(Process {
            id,
            ..Process::default()
        })
    }

    fn observe(&mut self, report: &Report, seen: Seen, others_ended: u64, now: f64) {
        let rate = self.refill.rate();
        if rate.is_none() && seen.age > SHORT_AGE {
            return;
        }
        // Add what was refilled since, and subtract what is leased but not sent yet.
        let remaining = to_f64(seen.remaining) + rate.unwrap_or(0.0) * seen.age;
        let remaining = remaining.min(to_f64(report.size));
        self.level = self.level.min(remaining - to_f64(report.unused));
        let Some(position) = seen.position else {
            return;
        };
        // The server may have counted outstanding requests, and those that ended since this one was
        // sent, after it. It counted all others before.
        let processes = self.processes.iter();
        let others = processes.filter(|process| now - process.reported_at < LEASE_LIFE);
        let others: u64 = others.map(|process| process.outstanding).sum();
        let concurrent = position.own_since + others_ended.saturating_sub(position.others_before);
        let outstanding = report.in_flight + report.unused + others;
        let at_least = remaining - to_f64(outstanding + concurrent);
        self.level = self.level.max(at_least);
        if self
            .probing_since
            .is_some_and(|since| position.ended_before >= since)
        {
            self.probing_since = None;
        }
        let observation = Observation {
            at: now - seen.age,
            remaining: to_f64(seen.remaining),
            number: self.ended,
            unseen: report.in_flight + others,
        };
        self.refill.observe(observation, to_f64(report.size));
    }

    fn close(&mut self, pause: f64, now: f64) {
        self.closed_until = self.closed_until.max(now + pause);
        self.level = self.level.min(0.0);
        self.probing_since = Some(self.ended);
        self.refill.restart();
    }

    fn grant(&mut self, report: &Report, now: f64) -> u64 {
        let Some(size) = self.size else { return 0 };
        let requested = report.waiting + report.expected;
        if now < self.closed_until || requested == 0 {
            return 0;
        }
        let may_probe = report.waiting > 0 && now - self.last_lease >= PATIENCE;
        let available = to_u64(self.level - safety_margin(size));
        let requests = match (self.probing_since.is_some(), available) {
            (true, _) | (_, 0) => u64::from(may_probe),
            (false, available) => {
                let at_once = report.waiting.min(available);
                // Requests that are only expected get a share, so that something is left for others.
                let sharers = 2 * (self.processes.len() as u64 + 1);
                at_once + report.expected.min((available - at_once) / sharers)
            }
        };
        if requests > 0 {
            self.last_lease = now;
            self.level -= to_f64(requests);
        }
        requests
    }

    /// When the next request can probably be leased.
    fn room_in(&self, now: f64) -> f64 {
        let closed = self.closed_until - now;
        let probed = self.last_lease + PATIENCE - now;
        let (Some(size), None) = (self.size, self.probing_since) else {
            return closed.max(probed).max(0.0);
        };
        let missing = 1.0 + safety_margin(size) - self.level;
        let rate = self.refill.rate();
        let refilled = rate.map_or(f64::INFINITY, |rate| missing / rate);
        closed.max(refilled.min(probed)).max(0.0)
    }
}
