//! What the scheduler learns from responses.

use std::time::Duration;

use super::early_refusal::predict_refusal;
use super::limit_group::LimitGroup;
use super::limit_groups::SentRequest;
use super::turns::Scheduler;
use crate::transport::pacing::limit::Limit;
use crate::transport::pacing::queue::{QueueClass, Ticket, WaitQueue};
use crate::transport::pacing::rate_limit_headers::Quota;

impl Scheduler {
    /// A response arrived; with a pause, it was a 429. Returns the limit that the request counted
    /// against.
    pub fn responded(
        &mut self,
        template: &'static str,
        sent: SentRequest,
        quota: Option<Quota>,
        pause: Option<Duration>,
        now: f64,
    ) -> Option<Limit> {
        let sent = self.groups.settle(template, sent, quota, now)?;
        let group = self.groups.get_mut(sent.group)?;
        group.record_round_trip(now - sent.at);
        let bucket = &mut group.bucket;
        let was_predictable = bucket.is_predictable();
        match pause {
            Some(pause) => bucket.rejected(quota, pause, now),
            None => bucket.responded(sent.sequence, quota, now),
        }
        if pause.is_some() || bucket.is_predictable() != was_predictable {
            self.refuse_hopeless(sent.group, now);
        }
        self.groups.notify_first(sent.group, now);
        self.limit_of(sent)
    }

    /// A request ended without a response.
    pub fn lost(&mut self, template: &str, sent: SentRequest, now: f64) {
        if let Some(sent) = self.groups.current(template, sent) {
            self.groups.lost(sent, now);
        }
    }

    /// The limit that the request counts against, once known.
    pub fn limit_of(&self, sent: SentRequest) -> Option<Limit> {
        self.groups.get(sent.group)?.limit()
    }

    /// Requests left under the limit of the request, and requests waiting for it, as far as this
    /// process knows.
    pub fn level_and_waiting(&self, sent: SentRequest, now: f64) -> Option<(f64, u64)> {
        let LimitGroup { bucket, .. } = self.groups.get(sent.group)?;
        let queues = self.groups.queues_of(sent.group);
        let waiting = queues.map(WaitQueue::requested).sum();
        Some((bucket.level(now), waiting))
    }

    /// The process has at least this share of the limit that the ticket waits for, while that is known.
    pub fn count_on_share(
        &mut self,
        ticket: &Ticket,
        share_of: impl FnOnce(Limit) -> Option<f64>,
        now: f64,
    ) {
        let group = self.groups.queue(ticket.template).map(|queue| queue.group);
        let Some(group) = group.and_then(|id| self.groups.get_mut(id)) else {
            return;
        };
        let share = group.limit().and_then(share_of);
        group.bucket.count_on(share, now);
    }

    /// Refuses waiters that cannot be served before their deadlines now instead of then.
    fn refuse_hopeless(&mut self, id: u64, now: f64) {
        let reserved = self.reserved_in(id, now);
        let Some(LimitGroup { bucket, .. }) = self.groups.by_id.get(&id) else {
            return;
        };
        let mut ahead = 0;
        for class in QueueClass::IN_ORDER {
            let queues = self.groups.queues.values_mut();
            let queues = queues.filter(|queue| queue.group == id);
            let mut waiting: Vec<_> = queues.flat_map(|queue| queue.of_class(class)).collect();
            waiting.sort_unstable_by_key(|(rank, _)| *rank);
            for (_, waiter) in waiting {
                waiter.refused = predict_refusal(bucket, &reserved, class, waiter, ahead, now);
                if waiter.refused.is_some() {
                    waiter.wakeup.notify_one();
                } else {
                    ahead += waiter.unreserved();
                }
            }
        }
    }
}
