//! Whether a request that has not begun anything may go beside what has been promised to running
//! operations: a decision without a clock or state.

use super::promises::Promise;
use crate::transport::rate_limit::{Ask, Bucket, Room};

/// Up to this share of a bucket is saved up before an operation begins. One that needs more relies
/// on the measured refill, because a bucket that is nearly full loses what it would be given.
const SAVED_SHARE: f64 = 0.5;
/// Promises end without a notification when their deadline passes.
const LONGEST_WAIT: f64 = 250.0;

/// What a request needs: itself and the follow-ups of its operation, before the deadline.
#[derive(Debug, Clone, Copy)]
pub struct Need {
    pub requests: f64,
    pub deadline: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Admission {
    Go,
    /// Ask again after so many milliseconds, or when notified.
    Wait(f64),
    /// It will not fit before its deadline; there may be room after so long.
    Refuse(f64),
}

pub fn admit(bucket: &Bucket, need: Need, promises: &mut [Promise], now: f64) -> Admission {
    if let Ask::Wait(millis) = bucket.ask(now) {
        return Admission::Wait(millis);
    }
    // While the limit is unknown, only how many go at once is limited.
    let Some(room) = bucket.room(now) else {
        return Admission::Go;
    };
    let promised: f64 = promises.iter().map(|promise| f64::from(promise.left)).sum();
    let wanted = promised + need.requests;
    let missing = wanted - room.free;
    if wanted <= 1.0 || missing <= 0.0 {
        return Admission::Go;
    }
    let Some(rate) = room.rate else {
        // Nothing is refused before the refill was measured, but only one operation runs at a time.
        let is_alone = promised <= 0.0;
        return if is_alone {
            Admission::Go
        } else {
            Admission::Wait(LONGEST_WAIT)
        };
    };
    let wait = missing / rate;
    let is_saved_in_time = now + wait <= need.deadline;
    if wanted <= room.size * SAVED_SHARE && is_saved_in_time {
        return Admission::Wait(wait.min(LONGEST_WAIT));
    }
    promises.sort_unstable_by(|one, other| one.deadline.total_cmp(&other.deadline));
    match fit(room, rate, need, promises, now) {
        Fit::All => Admission::Go,
        Fit::NotItself if need.requests > 1.0 && room.is_exact => Admission::Refuse(wait),
        Fit::NotItself | Fit::NotOthers => Admission::Wait(wait.min(LONGEST_WAIT)),
    }
}

enum Fit {
    All,
    /// The request and its follow-ups are not done by their own deadline.
    NotItself,
    /// Something that was promised would be late.
    NotOthers,
}

/// Running operations are served by deadline. So all are in time if, at each deadline, what is due
/// by then is no more than what there is and what is refilled until then.
fn fit(room: Room, rate: f64, need: Need, by_deadline: &[Promise], now: f64) -> Fit {
    let supply = |at: f64| room.free + rate * (at - now);
    let mut due = 0.0;
    let mut due_before = 0.0;
    let mut are_others_late = false;
    for promise in by_deadline {
        due += f64::from(promise.left);
        // The request itself goes now, ahead of all; its follow-ups wait for those due earlier.
        let own = if promise.deadline < need.deadline {
            due_before = due;
            1.0
        } else {
            need.requests
        };
        are_others_late |= due + own > supply(promise.deadline);
    }
    if due_before + need.requests > supply(need.deadline) {
        return Fit::NotItself;
    }
    if are_others_late {
        Fit::NotOthers
    } else {
        Fit::All
    }
}
