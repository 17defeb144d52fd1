//! What one process may send under a rate limit that it shares: its lease, how much of it is used, and
//! when to send without one. A model with neither a clock nor I/O; times are milliseconds of one clock.

use super::renewal::{Activity, INTERVAL, Renewal};
use super::report::{LEASE_LIFE, Lease};
use crate::transport::pacing::bucket::to_f64;
use crate::transport::pacing::rate_limit_headers::Quota;

/// When a renewal takes longer than this, one request is sent without it.
const PATIENCE: f64 = 3000.0;
/// One request is also sent when a process has been leased nothing for this long. If its response then
/// shows plenty of room, the ledger is ignored for a while.
const STARVATION: f64 = 10_000.0;
const DISTRUST: f64 = 60_000.0;
/// How long a process counts on its share without having asked again.
const SHARE_LIFE: f64 = 60_000.0;
/// A call with less time left than this does not wait for a renewal.
const LAST_MOMENT: f64 = 250.0;
/// Requests that unknown processes may send before the next renewal, and how many such processes are
/// allowed for.
const UNKNOWN_DEMAND: f64 = 100.0;
const UNKNOWN_PROCESSES: f64 = 8.0;

/// What the process itself knows about the limit.
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalView {
    /// Requests left, excluding its own in flight.
    pub level: f64,
    /// Requests that are waiting, including the one that asks.
    pub waiting: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Permission {
    Send(SharedSequence),
    /// Ask again after this long, or when a renewal has ended.
    Wait(f64),
    /// There will be no room before the deadline; there may be some after this long.
    Refused(f64),
}

/// The sequence number of a request within its process, and what was known about the other processes
/// when it was sent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SharedSequence {
    number: u64,
    pub(super) own_ended: u64,
    pub(super) others_ended: u64,
    pub(super) all_ended: u64,
}

#[derive(Debug)]
pub struct LeasedBudget {
    /// The id of the process.
    pub(super) id: u64,
    /// Requests in a full bucket.
    pub(super) size: u64,
    /// Requests left, as far as is known.
    pub(super) level: f64,
    /// Leased requests that are not sent yet.
    pub(super) unused: u64,
    /// When the lease expires.
    pub(super) until: f64,
    /// Requests in the last lease.
    pub(super) leased: u64,
    pub(super) in_flight: u64,
    pub(super) waiting: u64,
    pub(super) since_report: Activity,
    /// The number of the last request sent.
    sent: u64,
    pub(super) ended: u64,
    /// The number of the request with the newest response.
    newest: u64,
    pub(super) seen: Option<NewestResponse>,
    pub(super) pause: Option<f64>,
    pub(super) view: Option<SharedView>,
    /// Since when requests have been waiting for a lease.
    waiting_since: Option<f64>,
    /// The number of the request that was sent because of that.
    probe: Option<u64>,
    distrusted_until: f64,
    /// When the newest ledger seen so far was written, by Redis's clock.
    pub(super) ledger_at: f64,
    /// When this process first reported.
    pub(super) joined_at: Option<f64>,
    pub(super) renewal: Renewal,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct NewestResponse {
    pub sequence: Option<SharedSequence>,
    pub quota: Quota,
    pub at: f64,
}

/// What the last renewal showed.
#[derive(Debug, Clone, Copy)]
pub(super) struct SharedView {
    pub lease: Lease,
    /// Nothing may be sent before this time.
    pub closed_until: f64,
    pub at: f64,
}

impl LeasedBudget {
    pub fn new(id: u64, size: u64) -> Self {
        Self {
            id,
            size,
            level: 0.0,
            unused: 0,
            until: 0.0,
            leased: 0,
            in_flight: 0,
            waiting: 0,
            since_report: Activity::default(),
            sent: 0,
            ended: 0,
            newest: 0,
            seen: None,
            pause: None,
            view: None,
            waiting_since: None,
            probe: None,
            distrusted_until: 0.0,
            ledger_at: 0.0,
            joined_at: None,
            renewal: Renewal::default(),
        }
    }

    /// Whether a request with this much time left may be sent.
    pub fn ask(&mut self, local: LocalView, time_left: f64, now: f64) -> Permission {
        (self.waiting, self.level) = (local.waiting, local.level);
        self.expire(now);
        if self.unused > 0 {
            self.unused -= 1;
            return Permission::Send(self.send());
        }
        let is_unusable = self.renewal.has_failed || now < self.distrusted_until;
        let closed = self.view.map_or(0.0, |view| view.closed_until - now);
        if closed > 0.0 && !is_unusable {
            return wait_for(closed, time_left);
        }
        let is_plenty = to_f64(self.since_report.unleased) + 1.0 <= self.allowance(local, now);
        if is_unusable || is_plenty || self.is_overdue(time_left, now) {
            return Permission::Send(self.send_unleased());
        }
        if time_left <= 0.0 {
            return Permission::Refused(self.room_in(now));
        }
        Permission::Wait(self.next_check(now))
    }

    /// Whether Redis had enough time to decide about a request that is waiting.
    fn is_overdue(&mut self, time_left: f64, now: f64) -> bool {
        let since = *self.waiting_since.get_or_insert(now);
        let began = self.renewal.began;
        if now - since >= STARVATION {
            self.probe = Some(self.sent + 1);
            return true;
        }
        let is_stuck = |began: f64| now - began.max(since) >= PATIENCE;
        began.is_some_and(|began| is_stuck(began) || time_left < LAST_MOMENT)
    }

    /// How many requests may be sent without a lease before the next report. Response headers count
    /// all processes, so plenty of room needs no coordination: each process takes its share of half
    /// of it.
    fn allowance(&self, local: LocalView, now: f64) -> f64 {
        // Requests sent since the last report are already subtracted from the level.
        let level = local.level + to_f64(self.since_report.unleased);
        let Some(SharedView { lease, at, .. }) = self.view else {
            return (level - UNKNOWN_DEMAND) / (2.0 * UNKNOWN_PROCESSES);
        };
        let level = if now - at < LEASE_LIFE {
            level.min(lease.left)
        } else {
            level
        };
        // Processes that start at the same time do not know about each other at first.
        let is_settled = self.joined_at.is_some_and(|at| now - at >= LEASE_LIFE);
        match lease.processes {
            1 if is_settled && now - at < LEASE_LIFE => level / 4.0,
            processes if is_settled => (level - UNKNOWN_DEMAND) / (2.0 * to_f64(processes)),
            _ => (level - UNKNOWN_DEMAND) / (2.0 * UNKNOWN_PROCESSES),
        }
    }

    fn send(&mut self) -> SharedSequence {
        self.waiting = self.waiting.saturating_sub(1);
        self.waiting_since = None;
        self.sent += 1;
        self.since_report.sent += 1;
        self.in_flight += 1;
        let lease = self.view.map(|view| view.lease).unwrap_or_default();
        SharedSequence {
            number: self.sent,
            own_ended: self.ended,
            others_ended: lease.others_ended,
            all_ended: lease.ended,
        }
    }

    fn send_unleased(&mut self) -> SharedSequence {
        self.since_report.unleased += 1;
        self.send()
    }

    /// A response showed the limit. It has no sequence number if its request was sent before the limit
    /// was known.
    pub fn observe(&mut self, sequence: Option<SharedSequence>, quota: Quota, now: f64) {
        if self.sent == 0 {
            self.level = to_f64(quota.remaining);
        }
        let number = sequence.map_or(0, |sequence| sequence.number);
        if self.probe == Some(number) && quota.remaining > quota.limit / 2 {
            self.distrusted_until = now + DISTRUST;
        }
        if number >= self.newest {
            self.newest = number;
            let at = now;
            self.seen = Some(NewestResponse {
                sequence,
                quota,
                at,
            });
        }
    }

    /// A request has ended, with or without a response.
    pub fn ended(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.ended += 1;
        self.since_report.ended += 1;
    }

    /// A request was rejected with 429: nothing is left, whatever was leased.
    pub fn rejected(&mut self, pause: f64) {
        self.unused = 0;
        self.pause = Some(self.pause.unwrap_or(0.0).max(pause));
    }

    /// An equal part of what is added back for all active processes. A process that waits for its turn does not
    /// report, so what it last learned counts for a while.
    pub fn share(&self, now: f64) -> Option<f64> {
        let SharedView { lease, at, .. } = self.view?;
        if self.renewal.has_failed || now - at >= SHARE_LIFE {
            return None;
        }
        Some(lease.refill? / to_f64(lease.active.max(1)))
    }

    pub fn is_in_use(&self) -> bool {
        self.in_flight > 0 || self.renewal.began.is_some()
    }

    pub(super) fn expire(&mut self, now: f64) {
        if now >= self.until {
            self.unused = 0;
        }
    }

    /// When there will probably be room to lease.
    pub(super) fn room_in(&self, now: f64) -> f64 {
        let room = |view: SharedView| Some(view.lease.room_in? - (now - view.at));
        self.view.and_then(room).unwrap_or(0.0).max(0.0)
    }

    /// How long to wait before asking again, unless a renewal ends sooner.
    fn next_check(&self, now: f64) -> f64 {
        if self.renewal.began.is_some() {
            return INTERVAL;
        }
        let soon = self.renewal.pause() - self.renewal.idle(now);
        self.room_in(now).min(INTERVAL).max(soon).max(1.0)
    }
}

fn wait_for(millis: f64, time_left: f64) -> Permission {
    if millis > time_left {
        return Permission::Refused(millis);
    }
    Permission::Wait(millis)
}
