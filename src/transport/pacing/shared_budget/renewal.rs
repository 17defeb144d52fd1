//! When a process renews its lease.

use super::report::Report;

/// An active process renews its lease at least this often.
pub const INTERVAL: f64 = 250.0;
const SHORTEST_INTERVAL: f64 = 10.0;

/// What happened since the last report.
#[derive(Debug, Clone, Copy, Default)]
pub struct Activity {
    pub sent: u64,
    pub unleased: u64,
    pub ended: u64,
}

impl Activity {
    pub fn without(self, before: Self) -> Self {
        Self {
            sent: self.sent - before.sent,
            unleased: self.unleased - before.unleased,
            ended: self.ended - before.ended,
        }
    }
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Renewal {
    /// When the renewal in progress began.
    pub began: Option<f64>,
    ended_at: Option<f64>,
    pub took: f64,
    /// Whether the last renewal failed.
    pub has_failed: bool,
    /// What it reported, and when.
    pub reported: (Report, Activity, f64),
    /// When the last report that was stored was made.
    pub written_at: Option<f64>,
}

impl Renewal {
    /// How long ago the last renewal ended.
    pub fn idle(&self, now: f64) -> f64 {
        self.ended_at.map_or(f64::INFINITY, |at| now - at)
    }

    /// After a renewal, a process yields to the others for as long as the renewal took.
    pub fn pause(&self) -> f64 {
        self.took.max(SHORTEST_INTERVAL)
    }

    pub fn end(&mut self, has_failed: bool, now: f64) {
        self.took = self.began.take().map_or(0.0, |began| now - began);
        self.ended_at = Some(now);
        self.has_failed = has_failed;
    }
}
