//! Who is next for a connection to an origin: work that has begun, then interactive requests, then bulk
//! ones; within each the oldest that fits the `maxConnections` of its service.

use std::collections::{BTreeMap, VecDeque};

use tokio::sync::oneshot::Sender;

use super::Protocol;
use crate::transport::line::Queue;

/// Until the first response shows which protocol the origin speaks.
pub const UNTIL_KNOWN: usize = 8;
/// Streams are cheap, but a server bounds them too: commonly to 100 for each connection.
const STREAMS_PER_CONNECTION: usize = 100;
/// One in so many goes to a bulk request although interactive ones wait.
const BULK_SHARE: u64 = 8;
/// A request of a service with few connections does not fit while others use more. After so many of them
/// have passed, no more do, so that it is not kept out for as long as they are busy.
pub const MOST_OVERTAKEN: u32 = 64;

/// Those of one service limit, in the order of their arrival.
type Group<T> = VecDeque<Waiter<T>>;

#[derive(Debug)]
pub struct Waits<T> {
    pub protocol: Option<Protocol>,
    /// Requests in flight, by the `maxConnections` of their services.
    in_flight: BTreeMap<usize, usize>,
    /// By queue and by the `maxConnections` of their services.
    waiting: [BTreeMap<usize, Group<T>>; 3],
    /// Given to requests that had not begun anything.
    granted: u64,
    /// The last number given to a waiter.
    numbers: u64,
}

#[derive(Debug)]
struct Waiter<T> {
    number: u64,
    /// How many went that came later, while it did not fit.
    overtaken: u32,
    permit: Sender<T>,
}

/// Somebody whose turn it is, counted as in flight.
#[derive(Debug)]
pub struct Granted<T> {
    pub max: usize,
    pub permit: Sender<T>,
}

/// The next of one queue.
enum Next {
    Goes {
        max: usize,
    },
    /// Somebody is waited for, so nobody goes.
    WaitsForRoom,
    Nobody,
}

impl<T> Waits<T> {
    pub fn new(protocol: Option<Protocol>) -> Self {
        Self {
            protocol,
            in_flight: BTreeMap::new(),
            waiting: Default::default(),
            granted: 0,
            numbers: 0,
        }
    }

    /// Whether there is room and nobody waits. Then the request counts as in flight.
    pub fn goes_at_once(&mut self, max: usize) -> bool {
        let is_first = self.waiting.iter().all(BTreeMap::is_empty);
        let goes = is_first && self.has_room(max);
        if goes {
            self.began(max);
        }
        goes
    }

    pub fn add(&mut self, queue: Queue, max: usize, permit: Sender<T>) {
        self.numbers += 1;
        let waiter = Waiter {
            number: self.numbers,
            overtaken: 0,
            permit,
        };
        let group = self.waiting[queue as usize].entry(max).or_default();
        group.push_back(waiter);
    }

    fn began(&mut self, max: usize) {
        *self.in_flight.entry(max).or_default() += 1;
    }

    /// A request is no longer in flight.
    pub fn ended(&mut self, max: usize) {
        if let Some(count) = self.in_flight.get_mut(&max) {
            *count -= 1;
            if *count == 0 {
                self.in_flight.remove(&max);
            }
        }
    }

    /// The next one who may go.
    pub fn next(&mut self) -> Option<Granted<T>> {
        self.forget_gone();
        let is_turn_of_bulk = self.granted % BULK_SHARE == BULK_SHARE - 1;
        let order = if is_turn_of_bulk {
            [Queue::Begun, Queue::Bulk, Queue::Interactive]
        } else {
            [Queue::Begun, Queue::Interactive, Queue::Bulk]
        };
        for (place, queue) in order.into_iter().enumerate() {
            match self.next_of(queue) {
                Next::Goes { max } => return self.grant(max, &order[..place], queue),
                Next::WaitsForRoom => return None,
                Next::Nobody => {}
            }
        }
        None
    }

    fn next_of(&self, queue: Queue) -> Next {
        let firsts = self.waiting[queue as usize].iter();
        let mut firsts: Vec<_> = firsts
            .filter_map(|(max, group)| Some((*max, group.front()?)))
            .collect();
        firsts.sort_unstable_by_key(|(_, first)| first.number);
        for (max, first) in firsts {
            if self.has_room(max) {
                return Next::Goes { max };
            }
            // If requests of its own kind are in its way, it does not help that others wait.
            let is_kept_out = self.in_flight_up_to(max) < self.most(max);
            if first.overtaken >= MOST_OVERTAKEN && is_kept_out {
                return Next::WaitsForRoom;
            }
        }
        Next::Nobody
    }

    /// `passed` are the queues whose turn it was before, where nobody fitted.
    fn grant(&mut self, max: usize, passed: &[Queue], queue: Queue) -> Option<Granted<T>> {
        let waiter = self.waiting[queue as usize].get_mut(&max)?.pop_front()?;
        for passed in passed {
            self.overtake(*passed, u64::MAX);
        }
        self.overtake(queue, waiter.number);
        self.began(max);
        self.granted += u64::from(queue != Queue::Begun);
        let permit = waiter.permit;
        Some(Granted { max, permit })
    }

    fn overtake(&mut self, queue: Queue, number: u64) {
        let firsts = self.waiting[queue as usize].values_mut();
        let firsts = firsts.filter_map(VecDeque::front_mut);
        for first in firsts.filter(|first| first.number < number) {
            first.overtaken = first.overtaken.saturating_add(1);
        }
    }

    /// Those who have stopped waiting hold nobody up.
    fn forget_gone(&mut self) {
        for groups in &mut self.waiting {
            groups.retain(|_, group| {
                while group.front().is_some_and(|first| first.permit.is_closed()) {
                    group.pop_front();
                }
                !group.is_empty()
            });
        }
    }

    /// Requests in flight of services that may have so many connections, or fewer.
    fn in_flight_up_to(&self, max: usize) -> usize {
        self.in_flight.range(..=max).map(|(_, count)| count).sum()
    }

    fn has_room(&self, max: usize) -> bool {
        self.in_flight_up_to(usize::MAX) < self.most(max)
    }

    /// How many requests may be in flight for one of a service with `max` connections to go.
    fn most(&self, max: usize) -> usize {
        match self.protocol {
            None => max.min(UNTIL_KNOWN),
            Some(Protocol::Http1) => max,
            Some(Protocol::Http2) => max * STREAMS_PER_CONNECTION,
        }
    }
}
