//! The limit groups of a tenant with the wait queues of their endpoints, and who is next in each.

use std::collections::HashMap;

use super::limit_group::LimitGroup;
use crate::transport::pacing::bucket::SequenceNumber;
use crate::transport::pacing::limit::ApiFamily;
use crate::transport::pacing::queue::{QueueClass, Rank, WaitQueue, Waiter};

/// A request that was sent: in which group, and as which of its requests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SentRequest {
    pub(super) group: u64,
    pub(super) sequence: SequenceNumber,
    pub(super) at: f64,
}

#[derive(Debug, Default)]
pub struct LimitGroups {
    pub(super) by_id: HashMap<u64, LimitGroup>,
    /// By the path template of the endpoint.
    pub(super) queues: HashMap<&'static str, WaitQueue>,
    /// Groups that turned out to be another one, for requests that still refer to them.
    pub(super) merged: HashMap<u64, u64>,
    last_number: u64,
}

impl LimitGroups {
    pub fn get(&self, group: u64) -> Option<&LimitGroup> {
        self.by_id.get(&group)
    }

    pub fn get_mut(&mut self, group: u64) -> Option<&mut LimitGroup> {
        self.by_id.get_mut(&group)
    }

    /// The wait queue of an endpoint, once a request to it has waited.
    pub fn queue(&self, template: &str) -> Option<&WaitQueue> {
        self.queues.get(template)
    }

    pub fn queue_mut(&mut self, template: &str) -> Option<&mut WaitQueue> {
        self.queues.get_mut(template)
    }

    pub fn queues_of(&self, group: u64) -> impl Iterator<Item = &WaitQueue> {
        self.queues
            .values()
            .filter(move |queue| queue.group == group)
    }

    /// Until a response shows its limit, an endpoint is in a group of its own.
    pub fn group_of(&mut self, template: &'static str, api: ApiFamily) -> u64 {
        if let Some(queue) = self.queues.get(template) {
            return queue.group;
        }
        let group = self.add_group(api, None);
        self.queues.insert(template, WaitQueue::new(group));
        group
    }

    pub fn add_group(&mut self, api: ApiFamily, size: Option<u64>) -> u64 {
        let id = self.next_number();
        self.by_id.insert(id, LimitGroup::new(api, size));
        id
    }

    /// Numbers tickets and groups alike.
    pub fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    pub fn last_number(&self) -> u64 {
        self.last_number
    }

    /// The waiter whose turn it is. Bulk requests come last, unless one has waited long enough.
    pub fn first(&self, group: u64, now: f64) -> Option<(Rank, &Waiter)> {
        self.first_of(QueueClass::Started, group).or_else(|| {
            let LimitGroup { aging, bucket, .. } = self.get(group)?;
            let open_since = bucket.open_since();
            let interactive = self.first_of(QueueClass::Interactive, group);
            match (interactive, self.first_of(QueueClass::Bulk, group)) {
                (Some((rank, _)), Some(bulk)) if aging.is_due(rank, bulk.1, open_since, now) => {
                    Some(bulk)
                }
                (interactive, bulk) => interactive.or(bulk),
            }
        })
    }

    pub fn first_of(&self, class: QueueClass, group: u64) -> Option<(Rank, &Waiter)> {
        let firsts = self.queues_of(group).filter_map(|queue| queue.first(class));
        firsts.min_by_key(|(rank, _)| *rank)
    }

    /// Wakes the waiter whose turn it is.
    pub fn notify_first(&self, group: u64, now: f64) {
        if let Some((_, waiter)) = self.first(group, now) {
            waiter.wakeup.notify_one();
        }
    }
}
