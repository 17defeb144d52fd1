//! The wait queue of one endpoint, in the order in which its requests are served.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Notify;

/// Whose turn comes first among requests that have not begun anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Priority {
    /// A person waits for it.
    #[default]
    Interactive,
    /// It goes when nothing interactive waits, or when it has waited long enough.
    Bulk,
}

/// Where a request stands in its operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// It neither begins nor continues a change.
    #[default]
    Single,
    /// It begins a change that so many further requests complete.
    Opening { follow_ups: u32 },
    /// It continues a change, as one of the requests that its opening named.
    Begun,
    /// It belongs to a change that has begun, but its opening did not name it.
    Following,
}

/// What a request asks for when it joins a queue.
#[derive(Debug, Clone, Copy, Default)]
pub struct Claim {
    pub operation: u128,
    pub stage: Stage,
    pub priority: Priority,
    /// Whether it was sent before.
    pub is_retry: bool,
}

impl Claim {
    /// Where the request stands by itself, whatever its operation was promised. What is sent again after a
    /// failed attempt goes on with its operation.
    pub fn queue(self) -> Queue {
        let has_begun = match self.stage {
            Stage::Single => false,
            Stage::Opening { .. } => self.is_retry,
            Stage::Begun | Stage::Following => true,
        };
        match self.priority {
            _ if has_begun => Queue::Begun,
            Priority::Interactive => Queue::Interactive,
            Priority::Bulk => Queue::Bulk,
        }
    }

    /// Whether the request is one of those that its opening named. A retry was counted before.
    pub fn is_promised(self) -> bool {
        self.stage == Stage::Begun && !self.is_retry
    }
}

/// The queues of an endpoint, in the order in which they are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Queue {
    Begun,
    Interactive,
    Bulk,
}

/// The place within a queue: first by the deadline where that decides, then by arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    due: u64,
    pub number: u64,
}

impl Rank {
    /// Work that has begun is served by deadline, so that all of it is done in time if it can be.
    pub fn new(queue: Queue, deadline: f64, number: u64) -> Self {
        let due = match queue {
            // The bits of floats that are not negative sort as the floats do.
            Queue::Begun => deadline.max(0.0).to_bits(),
            Queue::Interactive | Queue::Bulk => 0,
        };
        Self { due, number }
    }
}

/// A place in a queue.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub template: &'static str,
    pub queue: Queue,
    pub rank: Rank,
    /// Notified when the holder should look again whether it is their turn.
    pub bell: Arc<Notify>,
}

#[derive(Debug, Clone)]
pub struct Waiter {
    pub claim: Claim,
    /// How many requests must fit before the deadline: this one and those promised to it.
    pub requests: u32,
    /// In milliseconds, as all times here.
    pub joined: f64,
    pub deadline: f64,
    /// Whether it has looked for its turn in vain.
    pub has_waited: bool,
    /// How long the limit would have made it wait.
    pub refused: Option<f64>,
    pub bell: Arc<Notify>,
}

impl Waiter {
    /// The requests that nobody has been promised.
    pub fn unpromised(&self) -> u64 {
        if self.claim.is_promised() {
            return 0;
        }
        u64::from(self.requests)
    }
}

#[derive(Debug)]
pub struct Line {
    /// The lane of the endpoint.
    pub lane: u64,
    waiting: [BTreeMap<Rank, Waiter>; 3],
    /// The requests that each queue needs room for.
    requests: [u64; 3],
    /// How many of these nobody has been promised.
    unpromised: [u64; 3],
}

impl Line {
    pub fn new(lane: u64) -> Self {
        Self {
            lane,
            waiting: Default::default(),
            requests: [0; 3],
            unpromised: [0; 3],
        }
    }

    pub fn add(&mut self, ticket: &Ticket, waiter: Waiter) {
        let queue = ticket.queue as usize;
        self.requests[queue] += u64::from(waiter.requests);
        self.unpromised[queue] += waiter.unpromised();
        self.waiting[queue].insert(ticket.rank, waiter);
    }

    pub fn remove(&mut self, ticket: &Ticket) {
        let queue = ticket.queue as usize;
        if let Some(waiter) = self.waiting[queue].remove(&ticket.rank) {
            self.requests[queue] -= u64::from(waiter.requests);
            self.unpromised[queue] -= waiter.unpromised();
        }
    }

    pub fn holder(&mut self, ticket: &Ticket) -> Option<&mut Waiter> {
        self.waiting[ticket.queue as usize].get_mut(&ticket.rank)
    }

    pub fn of(&mut self, queue: Queue) -> impl Iterator<Item = (Rank, &mut Waiter)> {
        let waiting = self.waiting[queue as usize].iter_mut();
        waiting.map(|(rank, waiter)| (*rank, waiter))
    }

    pub fn first(&self, queue: Queue) -> Option<(Rank, &Waiter)> {
        let (rank, waiter) = self.waiting[queue as usize].first_key_value()?;
        Some((*rank, waiter))
    }

    /// How many requests all who wait here need room for.
    pub fn wanted(&self) -> u64 {
        self.requests.iter().sum()
    }

    /// How many requests that nobody has been promised go before somebody who joins this queue now.
    pub fn ahead_of(&self, queue: Queue) -> u64 {
        self.unpromised[..=queue as usize].iter().sum()
    }
}
