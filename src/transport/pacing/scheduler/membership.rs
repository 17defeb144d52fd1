//! Which endpoints share a rate limit. Responses show the size of a limit but not its name, so
//! endpoints of one API that show the same size are assumed to share one. At worst that is too
//! cautious.

use super::limit_groups::{LimitGroups, SentRequest};
use crate::transport::pacing::bucket::SequenceNumber;
use crate::transport::pacing::rate_limit_headers::Quota;

impl LimitGroups {
    /// Moves the endpoint to the group of the limit that its response shows, and the request with it.
    pub fn settle(
        &mut self,
        template: &'static str,
        sent: SentRequest,
        quota: Option<Quota>,
        now: f64,
    ) -> Option<SentRequest> {
        let current = self.current(template, sent)?;
        let from = current.group;
        let (Some(quota), Some(group)) = (quota, self.by_id.get_mut(&from)) else {
            return Some(current);
        };
        let (api, size) = (group.api, group.size);
        if size == Some(quota.limit) {
            return Some(current);
        }
        let mut groups = self.by_id.iter();
        let known = groups.find(|(_, group)| group.api == api && group.size == Some(quota.limit));
        match (known.map(|(id, _)| *id), size) {
            (Some(to), None) => self.merge(current, to, now),
            (Some(to), Some(_)) => self.move_endpoint(template, current, to, now),
            (None, None) => {
                if let Some(group) = self.by_id.get_mut(&from) {
                    group.size = Some(quota.limit);
                }
                Some(current)
            }
            (None, Some(_)) => {
                let to = self.add_group(api, Some(quota.limit));
                self.move_endpoint(template, current, to, now)
            }
        }
    }

    /// The request in the group that it belongs to by now.
    pub fn current(&self, template: &str, sent: SentRequest) -> Option<SentRequest> {
        if self.by_id.contains_key(&sent.group) {
            return Some(sent);
        }
        let merged = self.merged.get(&sent.group).copied();
        let group = merged.or_else(|| Some(self.queues.get(template)?.group))?;
        let sequence = SequenceNumber::UNTRACKED;
        Some(SentRequest {
            group,
            sequence,
            ..sent
        })
    }

    /// A request ended without a response.
    pub fn lost(&mut self, sent: SentRequest, now: f64) {
        if let Some(group) = self.by_id.get_mut(&sent.group) {
            group.bucket.lost(sent.sequence, now);
            self.notify_first(sent.group, now);
        }
    }

    fn move_endpoint(
        &mut self,
        template: &str,
        sent: SentRequest,
        to: u64,
        now: f64,
    ) -> Option<SentRequest> {
        let from = sent.group;
        self.lost(sent, now);
        if let Some(queue) = self.queues.get_mut(template) {
            queue.group = to;
        }
        // A waiter that stays behind in the old group may be the first there now.
        self.notify_first(from, now);
        self.remove_empty_groups();
        let sequence = self.by_id.get_mut(&to)?.bucket.send(now);
        Some(SentRequest {
            group: to,
            sequence,
            ..sent
        })
    }

    /// A group of unknown limit turns out to be another one.
    fn merge(&mut self, sent: SentRequest, to: u64, now: f64) -> Option<SentRequest> {
        let from = sent.group;
        let queues = self.queues.values_mut();
        for queue in queues.filter(|queue| queue.group == from) {
            queue.group = to;
        }
        self.merged.insert(from, to);
        let merged = self.by_id.remove(&from)?;
        self.by_id.get_mut(&to)?.bucket.absorb(&merged.bucket, now);
        let sequence = SequenceNumber::UNTRACKED;
        Some(SentRequest {
            group: to,
            sequence,
            ..sent
        })
    }

    fn remove_empty_groups(&mut self) {
        let is_used = |id: u64| self.queues.values().any(|queue| queue.group == id);
        self.by_id.retain(|id, _| is_used(*id));
        self.merged.retain(|_, to| is_used(*to));
    }
}
