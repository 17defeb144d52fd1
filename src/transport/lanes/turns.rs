//! A request's way through the queue: it joins, waits for its turn, and goes or is refused.

use std::sync::Arc;

use tokio::sync::Notify;

use super::admission::{Admission, Need, admit};
use super::promises::Promise;
use super::{Lane, Lanes, Sent};
use crate::transport::limit::Api;
use crate::transport::line::{Claim, Queue, Rank, Stage, Ticket, Waiter};
use crate::transport::rate_limit::{Ask, Bucket};

/// An operation that had to wait begins only while there is time for so many responses: its own, one
/// of a follow-up, and one for doubt.
const RESPONSES: f64 = 3.0;

/// What the holder of a ticket does next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Turn {
    Go(Sent),
    /// Look again after so long, or when the bell rings.
    Wait(f64),
    /// Look again when the bell rings.
    Sleep,
    /// The limit leaves no room before the deadline, but there may be some after so long.
    Refused(f64),
    /// The deadline came, and no limit is to blame.
    Late,
}

impl Lanes {
    pub fn join(
        &mut self,
        template: &'static str,
        api: Api,
        claim: Claim,
        deadline: f64,
        now: f64,
    ) -> Ticket {
        let lane = self.lane_of(template, api);
        let queue = self.queue_of(claim);
        let bell = Arc::new(Notify::new());
        let ticket = Ticket {
            template,
            queue,
            rank: Rank::new(queue, deadline, self.next_number()),
            bell: bell.clone(),
        };
        let mut waiter = Waiter {
            claim,
            requests: self.requests_of(claim, queue),
            joined: now,
            deadline,
            has_waited: false,
            refused: None,
            bell,
        };
        if let Some(Lane { bucket, .. }) = self.by_id.get(&lane).filter(|_| deadline > now) {
            let ahead = self.lines_of(lane).map(|line| line.ahead_of(queue)).sum();
            let promised = self.promised_on(lane, now);
            waiter.refused = foresee(bucket, &promised, queue, &waiter, ahead, now);
        }
        if let Some(line) = self.lines.get_mut(template) {
            line.add(&ticket, waiter);
        }
        ticket
    }

    pub fn turn(&mut self, ticket: &Ticket, now: f64) -> Turn {
        let Some(line) = self.lines.get_mut(ticket.template) else {
            return Turn::Late;
        };
        let id = line.lane;
        let Some(waiter) = line.holder(ticket).cloned() else {
            return Turn::Late;
        };
        if let Some(wait) = waiter.refused {
            return Turn::Refused(wait);
        }
        if now >= waiter.deadline {
            return self.late(id, ticket, &waiter, now);
        }
        let first = self.first(id, now);
        if first.is_none_or(|(rank, _)| rank != ticket.rank) {
            // Whoever was first until now may have been overtaken by somebody who does not know it.
            if waiter.has_waited {
                self.ring_first(id, now);
            }
            self.note_wait(ticket);
            return Turn::Sleep;
        }
        match self.admission(id, ticket.queue, &waiter, now) {
            Admission::Go => self.go(id, ticket, &waiter, now),
            Admission::Refuse(millis) => Turn::Refused(millis),
            Admission::Wait(millis) => {
                self.note_wait(ticket);
                Turn::Wait(millis)
            }
        }
    }

    /// Removes it from the queue: the request goes, or its caller stopped waiting.
    pub fn leave(&mut self, ticket: &Ticket, now: f64) {
        if let Some(line) = self.lines.get_mut(ticket.template) {
            line.remove(ticket);
            let lane = line.lane;
            self.ring_first(lane, now);
        }
    }

    /// The operation sends nothing more: what was promised to it is for others.
    pub fn release(&mut self, operation: u128, now: f64) {
        let template = self.promises.release(operation);
        let line = template.and_then(|template| self.lines.get(template));
        if let Some(lane) = line.map(|line| line.lane) {
            self.ring_first(lane, now);
        }
    }

    /// Whoever cannot be served before their deadline is told now instead of then.
    pub(super) fn refuse_hopeless(&mut self, lane: u64, now: f64) {
        let promised = self.promised_on(lane, now);
        let Some(Lane { bucket, .. }) = self.by_id.get(&lane) else {
            return;
        };
        let mut ahead = 0;
        for queue in [Queue::Begun, Queue::Interactive, Queue::Bulk] {
            let lines = self.lines.values_mut().filter(|line| line.lane == lane);
            let mut waiting: Vec<_> = lines.flat_map(|line| line.of(queue)).collect();
            waiting.sort_unstable_by_key(|(rank, _)| *rank);
            for (_, waiter) in waiting {
                waiter.refused = foresee(bucket, &promised, queue, waiter, ahead, now);
                if waiter.refused.is_some() {
                    waiter.bell.notify_one();
                } else {
                    ahead += waiter.unpromised();
                }
            }
        }
    }

    fn admission(&self, lane: u64, queue: Queue, waiter: &Waiter, now: f64) -> Admission {
        let Some(Lane {
            bucket, round_trip, ..
        }) = self.by_id.get(&lane)
        else {
            return Admission::Go;
        };
        if queue == Queue::Begun {
            return match bucket.ask(now) {
                Ask::Go => Admission::Go,
                Ask::Wait(millis) => Admission::Wait(millis),
            };
        }
        let is_opening = matches!(waiter.claim.stage, Stage::Opening { .. });
        let responses = RESPONSES * round_trip;
        let own = if is_opening && waiter.has_waited {
            responses
        } else {
            0.0
        };
        let need = Need {
            requests: f64::from(waiter.requests),
            deadline: waiter.deadline - own,
            ahead_of_deadlines: responses,
            is_polite: queue == Queue::Bulk && self.first_of(Queue::Interactive, lane).is_none(),
        };
        let mut promised = self.promised_on(lane, now);
        promised.retain(|promise| promise.operation != waiter.claim.operation);
        admit(bucket, need, &mut promised, now)
    }

    fn go(&mut self, lane: u64, ticket: &Ticket, waiter: &Waiter, now: f64) -> Turn {
        let newest = self.numbers;
        let Some(Lane { bucket, aging, .. }) = self.by_id.get_mut(&lane) else {
            return Turn::Late;
        };
        let mark = bucket.send(now);
        if ticket.queue == Queue::Bulk {
            aging.went(newest, now);
        }
        let operation = waiter.claim.operation;
        match waiter.claim.stage {
            Stage::Begun if waiter.claim.is_promised() => self.promises.use_one(operation),
            Stage::Opening { follow_ups } => {
                let promise = Promise {
                    operation,
                    template: ticket.template,
                    deadline: waiter.deadline,
                    left: follow_ups,
                };
                self.promises.make(promise, now);
            }
            Stage::Single | Stage::Begun | Stage::Following => {}
        }
        Turn::Go(Sent {
            lane,
            mark,
            at: now,
        })
    }

    /// The deadline came. Somebody who had time when they joined a limit that is known has waited
    /// for it.
    fn late(&self, lane: u64, ticket: &Ticket, waiter: &Waiter, now: f64) -> Turn {
        let Some(Lane { bucket, .. }) = self.by_id.get(&lane) else {
            return Turn::Late;
        };
        let has_waited = bucket.is_known() && waiter.joined < waiter.deadline;
        if !has_waited {
            return bucket.wait(now).map_or(Turn::Late, Turn::Refused);
        }
        let ahead: u64 = self
            .lines_of(lane)
            .map(|line| line.ahead_of(ticket.queue))
            .sum();
        Turn::Refused(bucket.wait_behind(ahead, now))
    }

    fn note_wait(&mut self, ticket: &Ticket) {
        let line = self.lines.get_mut(ticket.template);
        if let Some(waiter) = line.and_then(|line| line.holder(ticket)) {
            waiter.has_waited = true;
        }
    }

    fn promised_on(&self, lane: u64, now: f64) -> Vec<Promise> {
        let is_here = |template: &str| {
            let at = self.lines.get(template);
            at.is_some_and(|line| line.lane == lane)
        };
        self.promises.of(is_here, now).collect()
    }

    fn requests_of(&self, claim: Claim, queue: Queue) -> u32 {
        match claim.stage {
            Stage::Opening { follow_ups } if queue != Queue::Begun => {
                let left = self.promises.left(claim.operation).unwrap_or(0);
                follow_ups.max(left).saturating_add(1)
            }
            _ => 1,
        }
    }
}

/// How long the limit would make a request wait whose operation cannot be done before its deadline,
/// with so many requests ahead of it that nobody has been promised.
fn foresee(
    bucket: &Bucket,
    promised: &[Promise],
    queue: Queue,
    waiter: &Waiter,
    ahead: u64,
    now: f64,
) -> Option<f64> {
    let time_left = waiter.deadline - now;
    if queue == Queue::Begun {
        return bucket.closed_beyond(time_left, now);
    }
    let own = waiter.claim.operation;
    let due_before = promised
        .iter()
        .filter(|promise| promise.operation != own && promise.deadline <= waiter.deadline);
    let promised: u64 = due_before.map(|promise| u64::from(promise.left)).sum();
    let follow_ups = u64::from(waiter.requests - 1);
    bucket.hopeless(promised + ahead + follow_ups, time_left, now)
}
