//! Whether a request that has not begun anything may go beside what has been promised to running
//! operations: a decision without a clock or state.

use super::promises::Promise;
use crate::transport::rate_limit::{Ask, Bucket, Room};

/// Up to this share of a bucket is saved up before an operation begins. One that needs more relies
/// on the measured refill, because a bucket that is nearly full loses what it would be given.
const SAVED_SHARE: f64 = 0.5;
/// What bulk requests leave for interactive ones to come, and before the refill was measured.
const SPARED_SHARE: f64 = 0.1;
const FIRST_SPARED_SHARE: f64 = 0.5;
/// A refill that was hardly measured may be so many times as fast.
const FIRST_DOUBT: f64 = 3.0;
/// Promises end without a notification when their deadline passes.
const LONGEST_WAIT: f64 = 250.0;

/// What a request needs: itself and the follow-ups of its operation, before the deadline.
#[derive(Debug, Clone, Copy)]
pub struct Need {
    pub requests: f64,
    pub deadline: f64,
    /// So long before their deadlines the requests of running operations must go.
    pub ahead_of_deadlines: f64,
    /// Whether nobody is to wait because this goes: something is left in the bucket for those who come.
    pub is_polite: bool,
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
    if now >= need.deadline {
        return Admission::Refuse(bucket.wait_behind(0, now));
    }
    if let Ask::Wait(millis) = bucket.ask(now) {
        return Admission::Wait(millis);
    }
    // While the limit is unknown, only how many go at once is limited.
    let Some(room) = bucket.room(now) else {
        return Admission::Go;
    };
    // What there is, less what a bulk request leaves to others.
    let room = Room {
        free: room.free - spared(room, need),
        ..room
    };
    let others: f64 = promises.iter().map(|promise| f64::from(promise.left)).sum();
    let wanted = others + need.requests;
    let is_single = wanted <= 1.0 && !need.is_polite;
    if is_single || wanted <= room.free {
        return Admission::Go;
    }
    let is_alone = others <= 0.0;
    let Some(rate) = room.rate else {
        return learn(room.is_quiet || is_alone && !need.is_polite);
    };
    let wait = (wanted - room.free) / rate;
    if wanted <= room.size * SAVED_SHARE && now + wait <= need.deadline {
        return Admission::Wait(wait.min(LONGEST_WAIT));
    }
    match by_refill(room, rate, need, promises, now) {
        Forecast::InTime => Admission::Go,
        Forecast::NeverInTime if need.requests > 1.0 => Admission::Refuse(wait),
        Forecast::Unsure => learn(room.is_quiet || is_alone),
        Forecast::NotYet | Forecast::NeverInTime => Admission::Wait(wait.min(LONGEST_WAIT)),
    }
}

/// What the measured refill says about a request that goes now.
enum Forecast {
    InTime,
    /// Something that was promised would be late, or nothing is left for others.
    NotYet,
    /// It is not known well enough.
    Unsure,
    /// The request or its follow-ups would be late.
    NeverInTime,
}

fn by_refill(room: Room, rate: f64, need: Need, promises: &mut [Promise], now: f64) -> Forecast {
    let due = due_by(need.deadline, promises) + need.requests - room.free;
    let refill = rate * (need.deadline - now);
    let doubt = if room.is_exact { 1.0 } else { FIRST_DOUBT };
    if due > refill * doubt {
        return Forecast::NeverInTime;
    }
    if due > refill {
        return Forecast::Unsure;
    }
    let supply = |deadline: f64| {
        let time = deadline - need.ahead_of_deadlines - now;
        room.free + rate * time.max(0.0)
    };
    if room.free >= 1.0 && are_in_time(promises, need, supply) {
        return Forecast::InTime;
    }
    Forecast::NotYet
}

/// What a bulk request leaves for interactive ones to come. Until the refill is measured they have
/// nothing else.
fn spared(room: Room, need: Need) -> f64 {
    let share = match room.rate {
        _ if !need.is_polite => 0.0,
        Some(_) => SPARED_SHARE,
        None => FIRST_SPARED_SHARE,
    };
    (room.size * share).floor()
}

/// Nothing is refused before the refill was measured, and somebody has to go for it to be measured: one
/// operation at a time, and beside running operations that send nothing, one request a second.
fn learn(may_go: bool) -> Admission {
    if may_go {
        return Admission::Go;
    }
    Admission::Wait(LONGEST_WAIT)
}

fn due_by(deadline: f64, promises: &[Promise]) -> f64 {
    let due = promises
        .iter()
        .filter(|promise| promise.deadline <= deadline);
    due.map(|promise| f64::from(promise.left)).sum()
}

/// Whether all promises are kept if the request goes now. Running operations are served by deadline: at
/// each of them, no more may be due than there is by then.
fn are_in_time(promises: &mut [Promise], need: Need, supply: impl Fn(f64) -> f64) -> bool {
    promises.sort_unstable_by(|one, other| one.deadline.total_cmp(&other.deadline));
    let mut due = 0.0;
    promises.iter().all(|promise| {
        due += f64::from(promise.left);
        // Follow-ups that are due later are served later; the request itself goes first.
        let is_later = promise.deadline < need.deadline;
        let own = if is_later { 1.0 } else { need.requests };
        due + own <= supply(promise.deadline)
    })
}
