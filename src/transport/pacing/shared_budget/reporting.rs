//! What a process reports when it renews its lease, and what it learns in return.

use super::leased_budget::{LeasedBudget, NewestResponse, SharedView};
use super::renewal::INTERVAL;
use super::report::{LEASE_LIFE, Lease, Position, Report, Seen};
use crate::transport::pacing::bucket::{to_f64, to_u64};

/// Activity is reported at least this often while there is nothing to lease.
const REPORT_INTERVAL: f64 = 1000.0;
/// A lease is meant to last this long, plus the time that the next two renewals may take.
const HORIZON: f64 = 500.0;

impl LeasedBudget {
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

    /// Whether a ledger is at least as new as any seen before; an older one may have been restored by
    /// an attacker. Redis's own clock may also have been set back.
    pub fn is_current(&mut self, ledger_at: f64, redis_now: f64) -> bool {
        let is_current = ledger_at > self.ledger_at - 1.0 || self.ledger_at > redis_now;
        if is_current {
            self.ledger_at = ledger_at;
        }
        is_current
    }

    /// What to report now. Only the last report counts.
    pub fn report(&mut self, now: f64) -> Report {
        self.expire(now);
        let report = Report {
            process: self.id,
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

    fn seen_by(&self, response: NewestResponse, now: f64) -> Seen {
        let position = response.sequence.map(|sequence| Position {
            own_since: self.ended.saturating_sub(sequence.own_ended + 1),
            others_before: sequence.others_ended,
            ended_before: sequence.all_ended,
        });
        Seen {
            remaining: response.quota.remaining,
            age: now - response.at,
            position,
        }
    }

    /// Requests that are likely to arrive during the next lease, in addition to those waiting.
    fn expected(&self, now: f64) -> u64 {
        let (.., reported_at) = self.renewal.reported;
        let time = (now - reported_at).max(HORIZON);
        let horizon = HORIZON + 2.0 * self.renewal.took;
        let demand = to_f64(self.since_report.sent) * horizon / time;
        let kept = self.unused.saturating_sub(self.waiting);
        to_u64(demand).saturating_sub(kept)
    }

    /// Whether the renewal justifies a write, which may conflict with those of other processes.
    pub fn is_worth_writing(&self, lease: Lease) -> bool {
        let (report, _, at) = self.renewal.reported;
        let written_at = self.renewal.written_at;
        let since = written_at.map_or(f64::INFINITY, |last| at - last);
        let is_most = report.ended > report.in_flight + report.unused;
        lease.requests > 0
            || report.pause.is_some()
            || since >= REPORT_INTERVAL
            || (is_most && since >= INTERVAL)
    }

    /// The ledger was read. Unless the report was written too, nothing was leased.
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
        // Counted from the report, so that the lease expires here before it does in the ledger.
        self.until = at + LEASE_LIFE;
        self.joined_at.get_or_insert(now);
        self.ledger_at = lease.at;
        self.renewal.written_at = Some(at);
    }

    /// A Redis whose clock was set back does not prolong a pause that is already known.
    fn view_of(&self, lease: Lease, now: f64) -> SharedView {
        let same = |view: &SharedView| (view.lease.closed_until - lease.closed_until).abs() < 1.0;
        let known = self.view.filter(same).map(|view| view.closed_until);
        let closed_until = known.unwrap_or(f64::INFINITY).min(now + lease.closed_for);
        SharedView {
            lease,
            closed_until,
            at: now,
        }
    }

    /// Redis cannot be used: until it can, the process relies on what it knows itself.
    pub fn renewal_failed(&mut self, now: f64) {
        self.renewal.end(true, now);
    }
}
