//! What a process may send under a rate limit that it shares with other processes: its lease, what
//! became of it, and when to go without one. A model without a clock or I/O; times are milliseconds
//! of one clock.

mod renewal;

use super::ledger::{LEASE_LIFE, Lease};
use super::pace::Quota;
use super::rate_limit::float;
use renewal::Renewal;

/// A renewal that takes longer than this lets one request go without it.
const PATIENCE: f64 = 3000.0;
/// So does a process that has got nothing for so long. If the response shows plenty of room, the
/// ledger is not believed for a while.
const STARVATION: f64 = 10_000.0;
const DISTRUST: f64 = 60_000.0;
/// A call that has less time left does not wait for a renewal at all.
const LAST_MOMENT: f64 = 250.0;
/// What unknown processes may take before the next renewal, and how many of them there may be.
const UNKNOWN_DEMAND: f64 = 100.0;
const UNKNOWN_HOLDERS: f64 = 8.0;

/// What a process knows of the limit by itself.
#[derive(Debug, Clone, Copy, Default)]
pub struct Room {
    /// Requests left, without those of its own that are under way.
    pub level: f64,
    /// Requests that wait, including the one that asks.
    pub waiting: u64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Permission {
    Go(Mark),
    /// Ask again after so long, or when a renewal has ended.
    Wait(f64),
    /// There will be no room before the deadline, but there may be some after so long.
    Refused(f64),
}

/// Where a request stands among those of its process, and what was known of the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Mark {
    number: u64,
    own_ended: u64,
    others_ended: u64,
    all_ended: u64,
}

#[derive(Debug)]
pub struct Account {
    id: u64,
    /// What the bucket contains when full.
    size: u64,
    /// Requests left, as far as is known.
    level: f64,
    /// Requests that may be sent until the lease ends.
    unused: u64,
    until: f64,
    /// The requests of the last lease.
    leased: u64,
    in_flight: u64,
    waiting: u64,
    since_report: Activity,
    /// Counts that only grow.
    sent: u64,
    ended: u64,
    /// The number of the last request whose response counted.
    newest: u64,
    seen: Option<Response>,
    pause: Option<f64>,
    view: Option<View>,
    /// Since when requests have waited for a lease.
    waiting_since: Option<f64>,
    /// The number of the request that went because of that.
    probe: Option<u64>,
    distrusted_until: f64,
    /// When the newest ledger that was seen was written, by Redis's clock.
    ledger_at: f64,
    /// When it first reported.
    joined_at: Option<f64>,
    renewal: Renewal,
}

/// What happened since the last report.
#[derive(Debug, Clone, Copy, Default)]
struct Activity {
    sent: u64,
    unleased: u64,
    ended: u64,
}

impl Activity {
    fn without(self, before: Self) -> Self {
        Self {
            sent: self.sent - before.sent,
            unleased: self.unleased - before.unleased,
            ended: self.ended - before.ended,
        }
    }
}

/// The newest response.
#[derive(Debug, Clone, Copy)]
struct Response {
    mark: Option<Mark>,
    quota: Quota,
    at: f64,
}

/// What the last renewal showed.
#[derive(Debug, Clone, Copy)]
struct View {
    lease: Lease,
    /// Nothing may be sent before.
    closed_until: f64,
    at: f64,
}

impl Account {
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

    /// Whether a request may go that has so much time left.
    pub fn ask(&mut self, room: Room, time_left: f64, now: f64) -> Permission {
        (self.waiting, self.level) = (room.waiting, room.level);
        self.expire(now);
        if self.unused > 0 {
            self.unused -= 1;
            return Permission::Go(self.send());
        }
        let is_unusable = self.renewal.has_failed || now < self.distrusted_until;
        let closed = self.view.map_or(0.0, |view| view.closed_until - now);
        if closed > 0.0 && !is_unusable {
            return wait(closed, time_left);
        }
        let is_plenty = float(self.since_report.unleased) + 1.0 <= self.allowance(room, now);
        if is_unusable || is_plenty || self.is_overdue(time_left, now) {
            return Permission::Go(self.send_unleased());
        }
        if time_left <= 0.0 {
            return Permission::Refused(self.room_in(now));
        }
        Permission::Wait(self.next_look(now))
    }

    /// Whether Redis has had time enough to decide about a request that waits.
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

    /// What may be sent without a lease before the next report. The response headers count for all
    /// processes, so that plenty of room needs no agreement: each may take its part of half of it.
    fn allowance(&self, room: Room, now: f64) -> f64 {
        // Those sent since the last report are subtracted from the level already.
        let level = room.level + float(self.since_report.unleased);
        let Some(View { lease, at, .. }) = self.view else {
            return (level - UNKNOWN_DEMAND) / (2.0 * UNKNOWN_HOLDERS);
        };
        let level = if now - at < LEASE_LIFE {
            level.min(lease.left)
        } else {
            level
        };
        // Processes that begin at the same time do not know each other at first.
        let is_settled = self.joined_at.is_some_and(|at| now - at >= LEASE_LIFE);
        match lease.holders {
            1 if is_settled && now - at < LEASE_LIFE => level / 4.0,
            holders if is_settled => (level - UNKNOWN_DEMAND) / (2.0 * float(holders)),
            _ => (level - UNKNOWN_DEMAND) / (2.0 * UNKNOWN_HOLDERS),
        }
    }

    fn send(&mut self) -> Mark {
        self.waiting = self.waiting.saturating_sub(1);
        self.waiting_since = None;
        self.sent += 1;
        self.since_report.sent += 1;
        self.in_flight += 1;
        let lease = self.view.map(|view| view.lease).unwrap_or_default();
        Mark {
            number: self.sent,
            own_ended: self.ended,
            others_ended: lease.others_ended,
            all_ended: lease.ended,
        }
    }

    fn send_unleased(&mut self) -> Mark {
        self.since_report.unleased += 1;
        self.send()
    }

    /// A response showed the limit. Without a mark, its request was sent before the limit was known.
    pub fn saw(&mut self, mark: Option<Mark>, quota: Quota, now: f64) {
        if self.sent == 0 {
            self.level = float(quota.remaining);
        }
        let number = mark.map_or(0, |mark| mark.number);
        if self.probe == Some(number) && quota.remaining > quota.limit / 2 {
            self.distrusted_until = now + DISTRUST;
        }
        if number >= self.newest {
            self.newest = number;
            let at = now;
            self.seen = Some(Response { mark, quota, at });
        }
    }

    /// A request that was let go has ended, with or without a response.
    pub fn ended(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.ended += 1;
        self.since_report.ended += 1;
    }

    /// A request was refused with 429: nothing is left, whatever was leased.
    pub fn refused(&mut self, pause: f64) {
        self.unused = 0;
        self.pause = Some(self.pause.unwrap_or(0.0).max(pause));
    }

    pub fn is_in_use(&self) -> bool {
        self.in_flight > 0 || self.renewal.began.is_some()
    }

    fn expire(&mut self, now: f64) {
        if now >= self.until {
            self.unused = 0;
        }
    }
}

fn wait(millis: f64, time_left: f64) -> Permission {
    if millis > time_left {
        return Permission::Refused(millis);
    }
    Permission::Wait(millis)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "saturates, which is right for both ends"
)]
pub(super) fn whole(number: f64) -> u64 {
    number as u64
}
