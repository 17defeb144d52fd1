//! Which requests are bound to miss their deadlines, so that they can be refused at once.

use super::reservations::Reservation;
use crate::transport::pacing::bucket::TokenBucket;
use crate::transport::pacing::queue::{QueueClass, Waiter};

/// How long the limit would delay a request whose operation cannot complete before its deadline, with
/// this many unreserved requests ahead of it.
pub fn predict_refusal(
    bucket: &TokenBucket,
    reserved: &[Reservation],
    class: QueueClass,
    waiter: &Waiter,
    ahead: u64,
    now: f64,
) -> Option<f64> {
    let time_left = waiter.deadline - now;
    if class == QueueClass::Started {
        return bucket.closed_beyond(time_left, now);
    }
    let own = waiter.meta.operation;
    let due_before = reserved
        .iter()
        .filter(|other| other.operation != own && other.deadline <= waiter.deadline);
    let reserved: u64 = due_before.map(|other| u64::from(other.left)).sum();
    let follow_ups = u64::from(waiter.requests - 1);
    bucket.hopeless(reserved + ahead + follow_ups, time_left, now)
}
