//! The wait queue of one endpoint.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Notify;

use super::class::{QueueClass, RequestMeta};

/// The position within a class: by deadline for started operations, then by arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rank {
    due: u64,
    pub number: u64,
}

impl Rank {
    /// Started operations are served by deadline, so that all of them complete in time if possible.
    pub fn new(class: QueueClass, deadline: f64, number: u64) -> Self {
        let due = match class {
            // The bit patterns of non-negative floats sort like the floats themselves.
            QueueClass::Started => deadline.max(0.0).to_bits(),
            QueueClass::Interactive | QueueClass::Bulk => 0,
        };
        Self { due, number }
    }
}

/// A place in a wait queue.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub template: &'static str,
    pub class: QueueClass,
    pub rank: Rank,
    /// Notified when it may be this ticket's turn.
    pub wakeup: Arc<Notify>,
}

#[derive(Debug, Clone)]
pub struct Waiter {
    pub meta: RequestMeta,
    /// Requests that must fit before the deadline: this one and those reserved for its operation.
    pub requests: u32,
    /// In milliseconds, like all times here.
    pub joined: f64,
    pub deadline: f64,
    /// Whether it was not its turn when it last checked.
    pub has_waited: bool,
    /// Set when the request is refused: how long the limit would have delayed it.
    pub refused: Option<f64>,
    pub wakeup: Arc<Notify>,
}

impl Waiter {
    /// The requests that are not covered by a reservation.
    pub fn unreserved(&self) -> u64 {
        if self.meta.is_reserved() {
            return 0;
        }
        u64::from(self.requests)
    }
}

#[derive(Debug)]
pub struct WaitQueue {
    /// The limit group of the endpoint.
    pub group: u64,
    waiting: [BTreeMap<Rank, Waiter>; 3],
    /// Requests that each class needs room for.
    requests: [u64; 3],
    /// How many of them are not covered by a reservation.
    unreserved: [u64; 3],
}

impl WaitQueue {
    pub fn new(group: u64) -> Self {
        Self {
            group,
            waiting: Default::default(),
            requests: [0; 3],
            unreserved: [0; 3],
        }
    }

    pub fn add(&mut self, ticket: &Ticket, waiter: Waiter) {
        let class = ticket.class as usize;
        self.requests[class] += u64::from(waiter.requests);
        self.unreserved[class] += waiter.unreserved();
        self.waiting[class].insert(ticket.rank, waiter);
    }

    pub fn remove(&mut self, ticket: &Ticket) {
        let class = ticket.class as usize;
        if let Some(waiter) = self.waiting[class].remove(&ticket.rank) {
            self.requests[class] -= u64::from(waiter.requests);
            self.unreserved[class] -= waiter.unreserved();
        }
    }

    pub fn waiter_mut(&mut self, ticket: &Ticket) -> Option<&mut Waiter> {
        self.waiting[ticket.class as usize].get_mut(&ticket.rank)
    }

    pub fn of_class(&mut self, class: QueueClass) -> impl Iterator<Item = (Rank, &mut Waiter)> {
        let waiting = self.waiting[class as usize].iter_mut();
        waiting.map(|(rank, waiter)| (*rank, waiter))
    }

    pub fn first(&self, class: QueueClass) -> Option<(Rank, &Waiter)> {
        let (rank, waiter) = self.waiting[class as usize].first_key_value()?;
        Some((*rank, waiter))
    }

    /// Requests that all waiters together need room for.
    pub fn requested(&self) -> u64 {
        self.requests.iter().sum()
    }

    /// Unreserved requests that are served before a waiter that joins this class now.
    pub fn ahead_of(&self, class: QueueClass) -> u64 {
        self.unreserved[..=class as usize].iter().sum()
    }
}
