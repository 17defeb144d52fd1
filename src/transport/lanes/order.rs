//! Who is next on a lane: work that has begun, then interactive requests, then bulk ones, unless a bulk
//! one has waited long enough.

use super::{Lane, Lanes};
use crate::transport::line::{Claim, Queue, Rank, Stage, Waiter};

impl Lanes {
    /// A retried opening goes on with its operation, and so does one that is repeated with a new token:
    /// the operation has been promised what it asks for.
    pub(super) fn queue_of(&self, claim: Claim) -> Queue {
        let left = self.promises.left(claim.operation);
        match claim.stage {
            Stage::Opening { follow_ups } if left.is_some_and(|left| left >= follow_ups) => {
                Queue::Begun
            }
            _ => claim.queue(),
        }
    }

    pub(super) fn first(&self, lane: u64, now: f64) -> Option<(Rank, &Waiter)> {
        self.first_of(Queue::Begun, lane).or_else(|| {
            let Lane { aging, bucket, .. } = self.by_id.get(&lane)?;
            let open_since = bucket.open_since();
            let interactive = self.first_of(Queue::Interactive, lane);
            match (interactive, self.first_of(Queue::Bulk, lane)) {
                (Some((rank, _)), Some(bulk)) if aging.is_due(rank, bulk.1, open_since, now) => {
                    Some(bulk)
                }
                (interactive, bulk) => interactive.or(bulk),
            }
        })
    }

    pub(super) fn first_of(&self, queue: Queue, lane: u64) -> Option<(Rank, &Waiter)> {
        let firsts = self.lines_of(lane).filter_map(|line| line.first(queue));
        firsts.min_by_key(|(rank, _)| *rank)
    }

    pub(super) fn ring_first(&self, lane: u64, now: f64) {
        if let Some((_, waiter)) = self.first(lane, now) {
            waiter.bell.notify_one();
        }
    }
}
