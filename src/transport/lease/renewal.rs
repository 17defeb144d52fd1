//! When a process renews its lease, what it reports then, and what it learns from it.

use super::super::ledger::{LEASE_LIFE, Lease, Place, Report, Seen};
use super::super::rate_limit::float;
use super::{Account, Activity, Response, View, whole};

/// An active process renews its lease at least so often.
pub(super) const INTERVAL: f64 = 250.0;
const SHORTEST_INTERVAL: f64 = 10.0;
/// What was done is reported at least so often while there is no lease to be had.
const REPORT_INTERVAL: f64 = 1000.0;
/// A lease is meant to last for so long, and for as long as the next two renewals may take.
const HORIZON: f64 = 500.0;

#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Renewal {
    /// When the one that is under way began.
    pub began: Option<f64>,
    ended_at: Option<f64>,
    took: f64,
    /// The last one failed.
    pub has_failed: bool,
    /// What it reported, and when.
    reported: (Report, Activity, f64),
    /// When the last report that was written was made.
    written_at: Option<f64>,
}

impl Renewal {
    /// How long ago the last one ended.
    fn idle(&self, now: f64) -> f64 {
        self.ended_at.map_or(f64::INFINITY, |at| now - at)
    }

    /// Whoever has just renewed gives way to the others for as long as it took.
    fn pause(&self) -> f64 {
        self.took.max(SHORTEST_INTERVAL)
    }

    fn end(&mut self, has_failed: bool, now: f64) {
        self.took = self.began.take().map_or(0.0, |began| now - began);
        self.ended_at = Some(now);
        self.has_failed = has_failed;
    }
}

impl Account {
    /// Whether it is time to report and to ask for more.
    pub fn is_renewal_due(&self, now: f64) -> bool {
        let idle = self.renewal.idle(now);
        if self.renewal.began.is_some() || idle < self.renewal.pause() {
            return false;
        }
        if self.renewal.has_failed {
            return idle >= INTERVAL;
        }
        if self.view.is_none() || self.pause.is_some() {
            return true;
        }
        let is_active = self.since_report.sent + self.since_report.ended + self.waiting > 0;
        let is_used_up = self.waiting > self.unused || self.unused * 2 < self.leased;
        let is_worth_it = is_used_up && self.room_in(now) <= 0.0;
        is_active && (is_worth_it || idle >= INTERVAL)
    }

    pub fn begin_renewal(&mut self, now: f64) {
        self.renewal.began = Some(now);
    }

    /// Whether a ledger is no older than one that was seen before, which somebody may have put back.
    /// Redis's clock itself may have been turned back.
    pub fn is_current(&mut self, ledger_at: f64, redis_now: f64) -> bool {
        let is_current = ledger_at > self.ledger_at - 1.0 || self.ledger_at > redis_now;
        if is_current {
            self.ledger_at = ledger_at;
        }
        is_current
    }

    /// What to report now. The last report that was made is the one that counts.
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

    /// Whether the renewal is worth a write, which may get in the way of other processes.
    pub fn is_worth_writing(&self, lease: Lease) -> bool {
        let (report, _, at) = self.renewal.reported;
        let since = self
            .renewal
            .written_at
            .map_or(f64::INFINITY, |last| at - last);
        let is_most = report.ended > report.in_flight + report.unused;
        lease.requests > 0
            || report.pause.is_some()
            || since >= REPORT_INTERVAL
            || (is_most && since >= INTERVAL)
    }

    /// Redis was read; unless the report was written too, nothing was leased.
    pub fn renewed(&mut self, lease: Lease, is_written: bool, now: f64) {
        self.renewal.end(false, now);
        self.view = Some(self.view_of(lease, now));
        if is_written {
            self.settle_report(lease, now);
        }
    }

    fn settle_report(&mut self, lease: Lease, now: f64) {
        let (report, before, at) = self.renewal.reported;
        self.since_report = self.since_report.without(before);
        if self.pause == report.pause {
            self.pause = None;
        }
        // Each response counts once.
        self.seen = self.seen.filter(|seen| seen.at > at);
        self.unused += lease.requests;
        if lease.closed_for > 0.0 || self.pause.is_some() {
            self.unused = 0;
        }
        self.leased = lease.requests;
        // Counted from the report: the lease ends here before it does there.
        self.until = at + LEASE_LIFE;
        self.joined_at.get_or_insert(now);
        self.ledger_at = lease.at;
        self.renewal.written_at = Some(at);
    }

    /// A pause that is known already is not made longer by a Redis whose clock is turned back.
    fn view_of(&self, lease: Lease, now: f64) -> View {
        let same = |view: &View| (view.lease.closed_until - lease.closed_until).abs() < 1.0;
        let known = self.view.filter(same).map(|view| view.closed_until);
        let closed_until = known.unwrap_or(f64::INFINITY).min(now + lease.closed_for);
        View {
            lease,
            closed_until,
            at: now,
        }
    }

    /// Redis could not be used: until it can, the process goes by what it knows itself.
    pub fn renewal_failed(&mut self, now: f64) {
        self.renewal.end(true, now);
    }

    /// When there is likely to be room that can be leased.
    pub(super) fn room_in(&self, now: f64) -> f64 {
        let room = |view: View| Some(view.lease.room_in? - (now - view.at));
        self.view.and_then(room).unwrap_or(0.0).max(0.0)
    }

    /// How long it makes sense to wait, unless a renewal ends before.
    pub(super) fn next_look(&self, now: f64) -> f64 {
        if self.renewal.began.is_some() {
            return INTERVAL;
        }
        let soon = self.renewal.pause() - self.renewal.idle(now);
        self.room_in(now).min(INTERVAL).max(soon).max(1.0)
    }
}
