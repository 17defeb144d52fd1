//! Those who wait to call one endpoint, in the order in which they are served.

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::sync::Notify;

/// Whose turn comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Priority {
    /// A person waits for it.
    #[default]
    Interactive,
    /// It goes when nothing interactive waits.
    Bulk,
}

/// A place in line.
#[derive(Debug, Clone)]
pub struct Ticket {
    pub template: &'static str,
    pub priority: Priority,
    pub number: u64,
    /// Rung when the holder should look again whether it is their turn.
    pub bell: Arc<Notify>,
}

#[derive(Debug)]
pub struct Waiter {
    /// In milliseconds, as all times here.
    pub deadline: f64,
    /// How long the limit would have made them wait.
    pub refused: Option<f64>,
    pub bell: Arc<Notify>,
}

#[derive(Debug)]
pub struct Line {
    /// The lane of the endpoint.
    pub lane: u64,
    /// By priority, then in the order of arrival.
    waiting: [BTreeMap<u64, Waiter>; 2],
}

impl Line {
    pub fn new(lane: u64) -> Self {
        let waiting = [BTreeMap::new(), BTreeMap::new()];
        Self { lane, waiting }
    }

    pub fn add(&mut self, priority: Priority, number: u64, waiter: Waiter) {
        self.waiting[priority as usize].insert(number, waiter);
    }

    pub fn remove(&mut self, ticket: &Ticket) {
        self.waiting[ticket.priority as usize].remove(&ticket.number);
    }

    pub fn holder(&self, ticket: &Ticket) -> Option<&Waiter> {
        self.waiting[ticket.priority as usize].get(&ticket.number)
    }

    /// Who waits with this priority, by number.
    pub fn of(&mut self, priority: Priority) -> impl Iterator<Item = (u64, &mut Waiter)> {
        let waiting = self.waiting[priority as usize].iter_mut();
        waiting.map(|(number, waiter)| (*number, waiter))
    }

    pub fn first(&self, priority: Priority) -> Option<(u64, &Waiter)> {
        let (number, waiter) = self.waiting[priority as usize].first_key_value()?;
        Some((*number, waiter))
    }

    /// How many are served before somebody who comes now with this priority.
    pub fn ahead_of(&self, priority: Priority) -> usize {
        let until = priority as usize;
        self.waiting[..=until].iter().map(BTreeMap::len).sum()
    }
}
