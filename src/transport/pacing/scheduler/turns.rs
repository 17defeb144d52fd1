//! A request's way through its wait queue: it joins, waits for its turn, and is sent or refused.

use std::sync::Arc;

use tokio::sync::Notify;

use super::admission::{Admission, Demand, admit};
use super::early_refusal::predict_refusal;
use super::limit_group::LimitGroup;
use super::limit_groups::{LimitGroups, SentRequest};
use super::reservations::{Reservation, Reservations};
use crate::transport::pacing::bucket::Readiness;
use crate::transport::pacing::limit::ApiFamily;
use crate::transport::pacing::queue::{
    QueueClass, Rank, RequestMeta, Stage, Ticket, WaitQueue, Waiter,
};

/// An operation that had to wait begins only while there is time for this many responses: its own, one
/// to a follow-up, and one to spare.
const RESPONSES: f64 = 3.0;

/// What the holder of a ticket does next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Turn {
    Send(SentRequest),
    /// Check again after this many milliseconds, or when notified.
    Wait(f64),
    /// Check again when notified.
    WaitForWakeup,
    /// The limit leaves no room before the deadline; there may be some after this many milliseconds.
    Refused(f64),
    /// The deadline passed for reasons other than the limit.
    DeadlineExceeded,
}

#[derive(Debug, Default)]
pub struct Scheduler {
    pub(super) groups: LimitGroups,
    reservations: Reservations,
}

impl Scheduler {
    pub fn join(
        &mut self,
        template: &'static str,
        api: ApiFamily,
        meta: RequestMeta,
        deadline: f64,
        now: f64,
    ) -> Ticket {
        let group = self.groups.group_of(template, api);
        let class = self.class_of(meta);
        let wakeup = Arc::new(Notify::new());
        let ticket = Ticket {
            template,
            class,
            rank: Rank::new(class, deadline, self.groups.next_number()),
            wakeup: wakeup.clone(),
        };
        let mut waiter = Waiter {
            meta,
            requests: self.requests_of(meta, class),
            joined: now,
            deadline,
            has_waited: false,
            refused: None,
            wakeup,
        };
        if deadline > now {
            waiter.refused = self.predict_refusal(group, class, &waiter, now);
        }
        if let Some(queue) = self.groups.queue_mut(template) {
            queue.add(&ticket, waiter);
        }
        ticket
    }

    pub fn turn(&mut self, ticket: &Ticket, now: f64) -> Turn {
        let Some(queue) = self.groups.queue_mut(ticket.template) else {
            return Turn::DeadlineExceeded;
        };
        let id = queue.group;
        let Some(waiter) = queue.waiter_mut(ticket).cloned() else {
            return Turn::DeadlineExceeded;
        };
        if let Some(wait) = waiter.refused {
            return Turn::Refused(wait);
        }
        if now >= waiter.deadline {
            return self.deadline_passed(id, ticket, &waiter, now);
        }
        let first = self.groups.first(id, now);
        if first.is_none_or(|(rank, _)| rank != ticket.rank) {
            // Aging may have put another waiter first, which was not notified of it.
            if waiter.has_waited {
                self.groups.notify_first(id, now);
            }
            self.record_wait(ticket);
            return Turn::WaitForWakeup;
        }
        match self.admission(id, ticket.class, &waiter, now) {
            Admission::Admit => self.send(id, ticket, &waiter, now),
            Admission::Refuse(millis) => Turn::Refused(millis),
            Admission::Wait(millis) => {
                self.record_wait(ticket);
                Turn::Wait(millis)
            }
        }
    }

    /// Removes the waiter from its queue: its request is sent, or its caller stopped waiting.
    pub fn leave(&mut self, ticket: &Ticket, now: f64) {
        if let Some(queue) = self.groups.queue_mut(ticket.template) {
            queue.remove(ticket);
            let group = queue.group;
            self.groups.notify_first(group, now);
        }
    }

    /// The operation sends no more requests: what is still reserved for it becomes available.
    pub fn release(&mut self, operation: u128, now: f64) {
        let template = self.reservations.release(operation);
        let queue = template.and_then(|template| self.groups.queue(template));
        if let Some(group) = queue.map(|queue| queue.group) {
            self.groups.notify_first(group, now);
        }
    }

    pub(super) fn reserved_in(&self, group: u64, now: f64) -> Vec<Reservation> {
        let is_here = |template: &str| {
            let queue = self.groups.queue(template);
            queue.is_some_and(|queue| queue.group == group)
        };
        self.reservations.on(is_here, now).collect()
    }

    fn predict_refusal(
        &self,
        id: u64,
        class: QueueClass,
        waiter: &Waiter,
        now: f64,
    ) -> Option<f64> {
        let LimitGroup { bucket, .. } = self.groups.get(id)?;
        let reserved = self.reserved_in(id, now);
        let ahead = self.ahead_of(class, id);
        predict_refusal(bucket, &reserved, class, waiter, ahead, now)
    }

    fn ahead_of(&self, class: QueueClass, group: u64) -> u64 {
        let queues = self.groups.queues_of(group);
        queues.map(|queue| queue.ahead_of(class)).sum()
    }

    fn admission(&self, id: u64, class: QueueClass, waiter: &Waiter, now: f64) -> Admission {
        let Some(LimitGroup {
            bucket, round_trip, ..
        }) = self.groups.get(id)
        else {
            return Admission::Admit;
        };
        if class == QueueClass::Started {
            return match bucket.readiness(now) {
                Readiness::Ready => Admission::Admit,
                Readiness::Wait(millis) => Admission::Wait(millis),
            };
        }
        let is_opening = matches!(waiter.meta.stage, Stage::Opening { .. });
        let responses = RESPONSES * round_trip;
        let own = if is_opening && waiter.has_waited {
            responses
        } else {
            0.0
        };
        let is_interactive_waiting = self.groups.first_of(QueueClass::Interactive, id).is_some();
        let demand = Demand {
            requests: f64::from(waiter.requests),
            deadline: waiter.deadline - own,
            lead_time: responses,
            spares_others: class == QueueClass::Bulk && !is_interactive_waiting,
        };
        let mut reserved = self.reserved_in(id, now);
        reserved.retain(|other| other.operation != waiter.meta.operation);
        admit(bucket, demand, &mut reserved, now)
    }

    fn send(&mut self, id: u64, ticket: &Ticket, waiter: &Waiter, now: f64) -> Turn {
        let newest = self.groups.last_number();
        let Some(LimitGroup { bucket, aging, .. }) = self.groups.get_mut(id) else {
            return Turn::DeadlineExceeded;
        };
        let sequence = bucket.send(now);
        if ticket.class == QueueClass::Bulk {
            aging.bulk_sent(newest, now);
        }
        let operation = waiter.meta.operation;
        match waiter.meta.stage {
            Stage::FollowUp if waiter.meta.is_reserved() => self.reservations.use_one(operation),
            Stage::Opening { follow_ups } => {
                let reservation = Reservation {
                    operation,
                    template: ticket.template,
                    deadline: waiter.deadline,
                    left: follow_ups,
                };
                self.reservations.add(reservation, now);
            }
            Stage::Single | Stage::FollowUp | Stage::Unplanned => {}
        }
        Turn::Send(SentRequest {
            group: id,
            sequence,
            at: now,
        })
    }

    /// A waiter that had time left when it joined a known limit was kept waiting by that limit.
    fn deadline_passed(&self, id: u64, ticket: &Ticket, waiter: &Waiter, now: f64) -> Turn {
        let Some(LimitGroup { bucket, .. }) = self.groups.get(id) else {
            return Turn::DeadlineExceeded;
        };
        let has_waited = bucket.is_known() && waiter.joined < waiter.deadline;
        if !has_waited {
            let wait = bucket.wait(now);
            return wait.map_or(Turn::DeadlineExceeded, Turn::Refused);
        }
        Turn::Refused(bucket.wait_behind(self.ahead_of(ticket.class, id), now))
    }

    fn record_wait(&mut self, ticket: &Ticket) {
        let queue = self.groups.queue_mut(ticket.template);
        if let Some(waiter) = queue.and_then(|queue: &mut WaitQueue| queue.waiter_mut(ticket)) {
            waiter.has_waited = true;
        }
    }

    /// An opening that is sent again, as a retry or with a new token, continues its operation: what it
    /// needs is already reserved.
    fn class_of(&self, meta: RequestMeta) -> QueueClass {
        let left = self.reservations.left(meta.operation);
        match meta.stage {
            Stage::Opening { follow_ups } if left.is_some_and(|left| left >= follow_ups) => {
                QueueClass::Started
            }
            _ => meta.class(),
        }
    }

    fn requests_of(&self, meta: RequestMeta, class: QueueClass) -> u32 {
        match meta.stage {
            Stage::Opening { follow_ups } if class != QueueClass::Started => {
                let left = self.reservations.left(meta.operation).unwrap_or(0);
                follow_ups.max(left).saturating_add(1)
            }
            _ => 1,
        }
    }
}
