//! What a process may send under a rate limit that it shares with other processes: its lease, what
//! became of it, and when to go without one. A model without a clock or I/O; times are milliseconds
//! of one clock.

use super::ledger::{LEASE_LIFE, Lease, Place, Report, Seen};
use super::pace::Quota;
use super::rate_limit::float;

/// What was done is reported at least so often.
const INTERVAL: f64 = 250.0;
/// What was done is reported at least so often while there is no lease to be had.
const REPORT_INTERVAL: f64 = 1000.0;
const SHORTEST_INTERVAL: f64 = 5.0;
/// Nobody waits longer than this for Redis to decide.
const PATIENCE: f64 = 3000.0;
/// A call that has less time left does not wait for Redis at all.
const LAST_MOMENT: f64 = 250.0;
/// A lease is meant to last for so long, and for as long as the next two renewals may take.
const HORIZON: f64 = 500.0;
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
    at: f64,
}

#[derive(Debug, Clone, Copy)]
struct Renewal {
    /// When the one that is under way began.
    began: Option<f64>,
    /// When the next request goes without it.
    patient_until: f64,
    ended_at: f64,
    /// When the last report that was written was made.
    written_at: f64,
    took: f64,
    /// The last one failed: the process goes by what it knows itself.
    has_failed: bool,
    /// What it reported, and when.
    reported: (Report, Activity, f64),
}

impl Account {
    pub fn new(id: u64, size: u64) -> Self {
        let renewal = Renewal {
            began: None,
            patient_until: 0.0,
            ended_at: f64::NEG_INFINITY,
            written_at: f64::NEG_INFINITY,
            took: 0.0,
            has_failed: false,
            reported: <(Report, Activity, f64)>::default(),
        };
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
            joined_at: None,
            renewal,
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
        if self.renewal.has_failed {
            return Permission::Go(self.send_unleased());
        }
        let closed = self.closed_for(now);
        if closed > 0.0 {
            return wait(closed, time_left);
        }
        if float(self.since_report.unleased) + 1.0 <= self.allowance(room, now) {
            return Permission::Go(self.send_unleased());
        }
        if self.renewal.began.is_some() {
            let is_overdue = now >= self.renewal.patient_until;
            if is_overdue {
                self.renewal.patient_until = now + INTERVAL;
            }
            if is_overdue || time_left < LAST_MOMENT {
                return Permission::Go(self.send_unleased());
            }
        }
        if time_left <= 0.0 {
            return Permission::Refused(self.room_in(now));
        }
        Permission::Wait(self.next_look(now))
    }

    /// What may be sent without a lease before the next report. The response headers count for all
    /// processes, so that plenty of room needs no agreement: each may take its part of half of it.
    fn allowance(&self, room: Room, now: f64) -> f64 {
        // Those sent since the last report are subtracted from the level already.
        let level = room.level + float(self.since_report.unleased);
        let Some(View { lease, at }) = self.view else {
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

    /// Whether it is time to report and to ask for more.
    pub fn is_renewal_due(&self, now: f64) -> bool {
        let idle = now - self.renewal.ended_at;
        if self.renewal.began.is_some() || idle < self.pause_between() {
            return false;
        }
        if self.renewal.has_failed {
            return idle >= INTERVAL;
        }
        if self.view.is_none() || self.pause.is_some() {
            return true;
        }
        let is_active = self.since_report.sent + self.since_report.ended > 0;
        let is_used_up = self.waiting > self.unused || self.unused * 2 < self.leased;
        let is_worth_it = is_used_up && self.room_in(now) <= 0.0;
        (is_active || self.waiting > 0) && (is_worth_it || idle >= INTERVAL)
    }

    /// Whoever has just renewed gives way to the others for as long as it took.
    fn pause_between(&self) -> f64 {
        self.renewal.took.max(SHORTEST_INTERVAL)
    }

    pub fn begin_renewal(&mut self, now: f64) {
        self.renewal.began = Some(now);
        self.renewal.patient_until = now + PATIENCE;
    }

    /// What to report now. The last one that was made is the one that counts.
    pub fn report(&mut self, now: f64) -> Report {
        self.expire(now);
        let report = Report {
            holder: self.id,
            size: self.size,
            level: self.level,
            ended: self.since_report.ended,
            in_flight: self.in_flight,
            unused: self.unused,
            seen: self.seen.map(|response| self.seen_by(response, now)),
            pause: self.pause,
            waiting: self.waiting.saturating_sub(self.unused),
            expected: self.expected(now),
        };
        self.renewal.reported = (report, self.since_report, now);
        report
    }

    fn seen_by(&self, Response { mark, quota, at }: Response, now: f64) -> Seen {
        let place = mark.map(|mark| Place {
            own_since: self.ended.saturating_sub(mark.own_ended + 1),
            others_before: mark.others_ended,
            ended_before: mark.all_ended,
        });
        Seen {
            remaining: quota.remaining,
            age: now - at,
            place,
        }
    }

    /// Requests that are likely to come while the next lease lasts, beyond those that wait.
    fn expected(&self, now: f64) -> u64 {
        let (.., reported_at) = self.renewal.reported;
        let time = (now - reported_at).max(HORIZON);
        let horizon = HORIZON + 2.0 * self.renewal.took;
        let demand = float(self.since_report.sent) * horizon / time;
        let kept = self.unused.saturating_sub(self.waiting);
        whole(demand).saturating_sub(kept)
    }

    /// Whether the renewal is worth a write that may get into the way of others'.
    pub fn is_worth_writing(&self, lease: Lease) -> bool {
        let (report, _, at) = self.renewal.reported;
        let since = at - self.renewal.written_at;
        let is_most = report.ended > report.in_flight + report.unused;
        lease.requests > 0
            || report.pause.is_some()
            || since >= REPORT_INTERVAL
            || (is_most && since >= INTERVAL)
    }

    /// Redis was read only.
    pub fn looked(&mut self, lease: Lease, now: f64) {
        self.end_renewal(false, now);
        self.view = Some(View { lease, at: now });
    }

    pub fn renewed(&mut self, lease: Lease, now: f64) {
        let (report, before, at) = self.renewal.reported;
        self.end_renewal(false, now);
        self.since_report.sent -= before.sent;
        self.since_report.unleased -= before.unleased;
        self.since_report.ended -= before.ended;
        if self.pause == report.pause {
            self.pause = None;
        }
        // Each response counts once.
        self.seen = self.seen.filter(|seen| seen.at > at);
        self.unused = if lease.closed_for > 0.0 || self.pause.is_some() {
            0
        } else {
            self.unused + lease.requests
        };
        self.leased = lease.requests;
        self.until = at + LEASE_LIFE;
        self.joined_at.get_or_insert(now);
        self.renewal.written_at = at;
        self.view = Some(View { lease, at: now });
    }

    /// Redis could not be used.
    pub fn renewal_failed(&mut self, now: f64) {
        self.end_renewal(true, now);
    }

    fn end_renewal(&mut self, has_failed: bool, now: f64) {
        self.renewal.took = self.renewal.began.map_or(0.0, |began| now - began);
        self.renewal.began = None;
        self.renewal.ended_at = now;
        self.renewal.has_failed = has_failed;
    }

    pub fn is_in_use(&self) -> bool {
        self.in_flight > 0 || self.renewal.began.is_some()
    }

    fn expire(&mut self, now: f64) {
        if now >= self.until {
            self.unused = 0;
        }
    }

    fn closed_for(&self, now: f64) -> f64 {
        let closed = |view: View| view.lease.closed_for - (now - view.at);
        self.view.map_or(0.0, closed).max(0.0)
    }

    fn room_in(&self, now: f64) -> f64 {
        let room = |view: View| Some(view.lease.room_in? - (now - view.at));
        self.view.and_then(room).unwrap_or(0.0).max(0.0)
    }

    fn next_look(&self, now: f64) -> f64 {
        let wait = match self.renewal.began {
            Some(_) => (self.renewal.patient_until - now).max(0.0),
            None => self
                .room_in(now)
                .min(INTERVAL)
                .max(self.renewal.ended_at + self.pause_between() - now),
        };
        wait.max(1.0)
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
