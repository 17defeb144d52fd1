//! Whether a request that begins something new fits alongside what is reserved for running operations.

use super::reservations::Reservation;
use crate::transport::pacing::bucket::{Headroom, Readiness, TokenBucket};

/// Before an operation begins, up to this share of the bucket is saved up for it. Larger operations
/// rely on the measured refill, because a bucket that is nearly full overflows.
const SAVED_SHARE: f64 = 0.5;
/// What bulk requests leave for interactive ones, once the refill was measured and before.
const SPARED_SHARE: f64 = 0.1;
const INITIAL_SPARED_SHARE: f64 = 0.5;
/// The true refill may be this many times as fast as a rough measurement.
const ROUGH_UNCERTAINTY: f64 = 3.0;
/// Reservations expire without a wakeup, so no request waits longer than this before checking again.
const LONGEST_WAIT: f64 = 250.0;

/// What a request asks for: room for itself and the follow-ups of its operation before the deadline.
#[derive(Debug, Clone, Copy)]
pub struct Demand {
    pub requests: f64,
    pub deadline: f64,
    /// How long before their deadlines running operations must have sent their requests.
    pub lead_time: f64,
    /// Whether it leaves something in the bucket for interactive requests that may arrive.
    pub spares_others: bool,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Admission {
    Admit,
    /// Check again after this many milliseconds, or when notified.
    Wait(f64),
    /// It does not fit before its deadline; there may be room after this many milliseconds.
    Refuse(f64),
}

pub fn admit(
    bucket: &TokenBucket,
    demand: Demand,
    reserved: &mut [Reservation],
    now: f64,
) -> Admission {
    if now >= demand.deadline {
        return Admission::Refuse(bucket.wait_behind(0, now));
    }
    if let Readiness::Wait(millis) = bucket.readiness(now) {
        return Admission::Wait(millis);
    }
    // While the limit is unknown, only concurrency is limited.
    let Some(headroom) = bucket.headroom(now) else {
        return Admission::Admit;
    };
    let headroom = less_spared(with_share(headroom, demand), demand);
    let others: f64 = reserved.iter().map(|other| f64::from(other.left)).sum();
    let needed = others + demand.requests;
    let is_single = needed <= 1.0 && !demand.spares_others;
    if is_single || needed <= headroom.available {
        return Admission::Admit;
    }
    let is_alone = others <= 0.0;
    let Some(rate) = headroom.rate else {
        return measure(headroom.is_quiet || is_alone && !demand.spares_others);
    };
    // It has been waiting because others use what is added back, as far as is known. One request shows
    // whether they still do.
    if headroom.is_stale && demand.spares_others {
        return Admission::Admit;
    }
    let wait = (needed - headroom.available) / rate;
    if needed <= headroom.size * SAVED_SHARE && now + wait <= demand.deadline {
        return Admission::Wait(wait.min(LONGEST_WAIT));
    }
    match by_refill(headroom, rate, demand, reserved, now) {
        Forecast::InTime => Admission::Admit,
        Forecast::NeverInTime if demand.requests > 1.0 => Admission::Refuse(wait),
        Forecast::Uncertain => measure(headroom.is_quiet || is_alone),
        Forecast::NotYet | Forecast::NeverInTime => Admission::Wait(wait.min(LONGEST_WAIT)),
    }
}

/// What the measured refill predicts for a request that is sent now.
enum Forecast {
    InTime,
    /// A reserved request would be late, or nothing would be left for others.
    NotYet,
    /// The rate is not accurate enough to tell.
    Uncertain,
    /// The request or its follow-ups would be late.
    NeverInTime,
}

fn by_refill(
    headroom: Headroom,
    rate: f64,
    demand: Demand,
    reserved: &mut [Reservation],
    now: f64,
) -> Forecast {
    let due = due_by(demand.deadline, reserved) + demand.requests - headroom.available;
    let refill = rate * (demand.deadline - now);
    let uncertainty = if headroom.is_exact {
        1.0
    } else {
        ROUGH_UNCERTAINTY
    };
    if due > refill * uncertainty {
        return Forecast::NeverInTime;
    }
    if due > refill {
        return Forecast::Uncertain;
    }
    let supply = |deadline: f64| {
        let time = deadline - demand.lead_time - now;
        headroom.available + rate * time.max(0.0)
    };
    if headroom.available >= 1.0 && are_in_time(reserved, demand, supply) {
        return Forecast::InTime;
    }
    Forecast::NotYet
}

/// A bulk request counts on the share of its process before anything was measured. An interactive one measures first,
/// because it would be refused on what it counts on.
fn with_share(headroom: Headroom, demand: Demand) -> Headroom {
    let share = headroom.share.filter(|_| demand.spares_others);
    Headroom {
        rate: headroom.rate.or(share),
        ..headroom
    }
}

/// Without what a bulk request leaves for interactive ones. Until the refill is measured, that is all
/// they have.
fn less_spared(headroom: Headroom, demand: Demand) -> Headroom {
    let share = match headroom.rate {
        _ if !demand.spares_others => 0.0,
        Some(_) => SPARED_SHARE,
        None => INITIAL_SPARED_SHARE,
    };
    let spared = (headroom.size * share).floor();
    Headroom {
        available: headroom.available - spared,
        ..headroom
    }
}

/// Nothing is refused before the refill is measured, and measuring it takes requests: those of one
/// operation at a time, and one a second alongside running operations that send nothing.
fn measure(may_send: bool) -> Admission {
    if may_send {
        return Admission::Admit;
    }
    Admission::Wait(LONGEST_WAIT)
}

fn due_by(deadline: f64, reserved: &[Reservation]) -> f64 {
    let due = reserved.iter().filter(|other| other.deadline <= deadline);
    due.map(|other| f64::from(other.left)).sum()
}

/// Whether all reservations can be honoured if the request is sent now. Running operations are served
/// by deadline, so at each deadline no more may be due than is available by then.
fn are_in_time(reserved: &mut [Reservation], demand: Demand, supply: impl Fn(f64) -> f64) -> bool {
    reserved.sort_unstable_by(|one, other| one.deadline.total_cmp(&other.deadline));
    let mut due = 0.0;
    reserved.iter().all(|other| {
        due += f64::from(other.left);
        // The request itself goes first; its follow-ups are served at their own deadline.
        let is_earlier = other.deadline < demand.deadline;
        let own = if is_earlier { 1.0 } else { demand.requests };
        due + own <= supply(other.deadline)
    })
}
