//! Which request is next for a connection: started operations first, then interactive requests, then bulk
//! ones; within a class, the oldest that fits the `maxConnections` of its service.

use std::collections::{BTreeMap, VecDeque};

use tokio::sync::oneshot::Sender;

use crate::transport::pacing::queue::QueueClass;

/// Concurrent requests until the first response shows which protocol the origin speaks.
pub const INITIAL_CONCURRENCY: usize = 8;
/// Streams are cheap, but servers limit them too, commonly to 100 per connection.
const STREAMS_PER_CONNECTION: usize = 100;
/// Every eighth permit goes to a bulk request even while interactive ones are waiting.
const BULK_SHARE: u64 = 8;
/// A request of a service with few connections does not fit while others use more than that. It lets
/// this many of them pass and no more, so that it is not kept out for as long as they are busy.
pub const MAX_OVERTAKEN: u32 = 64;

/// Requests of services with the same `maxConnections`, in order of arrival.
type Group<T> = VecDeque<PendingPermit<T>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// Each request has a connection to itself.
    Http1,
    /// Requests share connections.
    Http2,
}

#[derive(Debug)]
pub struct PermitQueue<T> {
    pub protocol: Option<Protocol>,
    /// Requests in flight, by the `maxConnections` of their services.
    in_flight: BTreeMap<usize, usize>,
    /// By class, then by the `maxConnections` of their services.
    waiting: [BTreeMap<usize, Group<T>>; 3],
    /// Permits granted to requests outside of started operations.
    granted: u64,
    /// The number of the newest waiter.
    last_number: u64,
}

#[derive(Debug)]
struct PendingPermit<T> {
    number: u64,
    /// Later requests that were granted a permit while it did not fit.
    overtaken: u32,
    permit: Sender<T>,
}

/// A request whose turn it is, already counted as in flight.
#[derive(Debug)]
pub struct Granted<T> {
    pub max: usize,
    pub permit: Sender<T>,
}

/// The next request of one class.
enum Next {
    Granted {
        max: usize,
    },
    /// Room is being kept for a request that does not fit yet.
    WaitForRoom,
    NoneFits,
}

impl<T> PermitQueue<T> {
    pub fn new(protocol: Option<Protocol>) -> Self {
        Self {
            protocol,
            in_flight: BTreeMap::new(),
            waiting: Default::default(),
            granted: 0,
            last_number: 0,
        }
    }

    /// Counts the request as in flight if there is room and no request is waiting.
    pub fn try_begin(&mut self, max: usize) -> bool {
        let is_next = self.waiting.iter().all(BTreeMap::is_empty);
        let may_begin = is_next && self.has_room(max);
        if may_begin {
            self.begin(max);
        }
        may_begin
    }

    pub fn add(&mut self, class: QueueClass, max: usize, permit: Sender<T>) {
        self.last_number += 1;
        let waiter = PendingPermit {
            number: self.last_number,
            overtaken: 0,
            permit,
        };
        let group = self.waiting[class as usize].entry(max).or_default();
        group.push_back(waiter);
    }

    fn begin(&mut self, max: usize) {
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

    /// The next request that may use a connection.
    pub fn next(&mut self) -> Option<Granted<T>> {
        self.remove_dropped();
        let is_turn_of_bulk = self.granted % BULK_SHARE == BULK_SHARE - 1;
        let mut order = QueueClass::IN_ORDER;
        if is_turn_of_bulk {
            order.swap(1, 2);
        }
        for (place, class) in order.into_iter().enumerate() {
            match self.next_of(class) {
                Next::Granted { max } => return self.grant(max, &order[..place], class),
                Next::WaitForRoom => return None,
                Next::NoneFits => {}
            }
        }
        None
    }

    fn next_of(&self, class: QueueClass) -> Next {
        let firsts = self.waiting[class as usize].iter();
        let mut firsts: Vec<_> = firsts
            .filter_map(|(max, group)| Some((*max, group.front()?)))
            .collect();
        firsts.sort_unstable_by_key(|(_, first)| first.number);
        for (max, first) in firsts {
            if self.has_room(max) {
                return Next::Granted { max };
            }
            // If requests like itself use up its connections, holding others back does not help.
            let is_kept_out = self.in_flight_up_to(max) < self.most(max);
            if first.overtaken >= MAX_OVERTAKEN && is_kept_out {
                return Next::WaitForRoom;
            }
        }
        Next::NoneFits
    }

    /// `passed` are the classes before this one, of which no request fitted.
    fn grant(
        &mut self,
        max: usize,
        passed: &[QueueClass],
        class: QueueClass,
    ) -> Option<Granted<T>> {
        let waiter = self.waiting[class as usize].get_mut(&max)?.pop_front()?;
        for passed in passed {
            self.overtake(*passed, u64::MAX);
        }
        self.overtake(class, waiter.number);
        self.begin(max);
        self.granted += u64::from(class != QueueClass::Started);
        let permit = waiter.permit;
        Some(Granted { max, permit })
    }

    fn overtake(&mut self, class: QueueClass, number: u64) {
        let firsts = self.waiting[class as usize].values_mut();
        let firsts = firsts.filter_map(VecDeque::front_mut);
        for first in firsts.filter(|first| first.number < number) {
            first.overtaken = first.overtaken.saturating_add(1);
        }
    }

    /// Requests that have stopped waiting do not hold up others.
    fn remove_dropped(&mut self) {
        for groups in &mut self.waiting {
            groups.retain(|_, group| {
                while group.front().is_some_and(|first| first.permit.is_closed()) {
                    group.pop_front();
                }
                !group.is_empty()
            });
        }
    }

    /// Requests in flight of services that may have `max` connections or fewer.
    fn in_flight_up_to(&self, max: usize) -> usize {
        self.in_flight.range(..=max).map(|(_, count)| count).sum()
    }

    fn has_room(&self, max: usize) -> bool {
        self.in_flight_up_to(usize::MAX) < self.most(max)
    }

    /// How many requests may be in flight in total for a service with `max` connections to send one.
    fn most(&self, max: usize) -> usize {
        match self.protocol {
            None => max.min(INITIAL_CONCURRENCY),
            Some(Protocol::Http1) => max,
            Some(Protocol::Http2) => max * STREAMS_PER_CONNECTION,
        }
    }
}
