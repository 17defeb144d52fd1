//! Who waits for which rate limit, and in which order. Times are milliseconds of one clock.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::rate_limit::{Ask, Bucket, Quota};

/// Whose turn comes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Priority {
    /// A person waits for it.
    #[default]
    Interactive,
    /// It goes when nothing interactive waits.
    Bulk,
}

/// Auth0 limits its two APIs apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Api {
    Management,
    Authentication,
}

/// One limit. Answers tell sizes, not names: endpoints that show the same size are taken to share
/// one bucket, which is careful at worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    pub api: Api,
    pub size: Option<u64>,
}

/// A place in the line of one endpoint, which is named by its template.
#[derive(Debug, Clone)]
pub struct Ticket {
    template: &'static str,
    priority: Priority,
    number: u64,
    /// Rung when the holder should look again whether it is their turn.
    pub bell: Arc<Notify>,
}

/// What the holder of a ticket does next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Turn {
    Go(Sent),
    /// Look again after so long, or when the bell rings.
    Wait(f64),
    /// Look again when the bell rings.
    Sleep,
    /// There is no room before the deadline, but there may be after so long.
    Refused(f64),
}

/// A request that went: under which limit, and its number there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sent {
    pub limit: Limit,
    pub number: u64,
}

#[derive(Debug)]
struct Waiter {
    deadline: f64,
    bell: Arc<Notify>,
    refused: Option<f64>,
}

#[derive(Debug)]
struct Line {
    limit: Limit,
    /// By priority, then in the order of arrival.
    waiting: [BTreeMap<u64, Waiter>; 2],
}

#[derive(Debug, Default)]
pub struct Lanes {
    buckets: HashMap<Limit, Bucket>,
    lines: HashMap<&'static str, Line>,
    tickets: u64,
}

impl Lanes {
    pub fn join(
        &mut self,
        template: &'static str,
        api: Api,
        priority: Priority,
        deadline: f64,
        now: f64,
    ) -> Ticket {
        self.tickets += 1;
        let bell = Arc::new(Notify::new());
        let limit = self.limit_of(template, api);
        let ahead = self.ahead(limit, priority);
        let waiter = Waiter {
            deadline,
            bell: bell.clone(),
            refused: self.bucket(limit).hopeless(ahead, deadline - now, now),
        };
        if let Some(line) = self.lines.get_mut(template) {
            line.waiting[priority as usize].insert(self.tickets, waiter);
        }
        Ticket {
            template,
            priority,
            number: self.tickets,
            bell,
        }
    }

    pub fn turn(&mut self, ticket: &Ticket, now: f64) -> Turn {
        let Some(line) = self.lines.get(ticket.template) else {
            return Turn::Sleep;
        };
        let limit = line.limit;
        let waiter = line.waiting[ticket.priority as usize].get(&ticket.number);
        let is_late = waiter.is_some_and(|waiter| now >= waiter.deadline);
        let refused = waiter.and_then(|waiter| waiter.refused);
        let is_first = self.first(limit) == Some(ticket.number);
        let bucket = self.bucket(limit);
        match refused {
            Some(wait) => Turn::Refused(wait),
            None if is_late => Turn::Refused(bucket.wait_behind(0, now)),
            None if !is_first => Turn::Sleep,
            None => match bucket.take(now) {
                Ok(number) => Turn::Go(Sent { limit, number }),
                Err(Ask::Wait(millis)) => Turn::Wait(millis),
                Err(_) => Turn::Sleep,
            },
        }
    }

    /// Out of line: the request goes, or is given up.
    pub fn leave(&mut self, ticket: &Ticket) {
        if let Some(line) = self.lines.get_mut(ticket.template) {
            line.waiting[ticket.priority as usize].remove(&ticket.number);
            let limit = line.limit;
            self.ring_first(limit);
        }
    }

    /// A request was answered. With a pause it was refused with 429.
    pub fn answered(
        &mut self,
        template: &'static str,
        sent: Sent,
        quota: Option<Quota>,
        pause: Option<Duration>,
        now: f64,
    ) -> Limit {
        let sent = self.sent_under_its_limit(template, sent, quota, now);
        let bucket = self.bucket(sent.limit);
        let could_tell = bucket.rate().is_some();
        match pause {
            Some(pause) => bucket.refused(quota, pause, now),
            None => bucket.answered(sent.number, quota, now),
        }
        if pause.is_some() || bucket.rate().is_some() != could_tell {
            self.refuse_hopeless(sent.limit, now);
        }
        self.ring_first(sent.limit);
        sent.limit
    }

    /// A request ended without an answer.
    pub fn lost(&mut self, sent: Sent, now: f64) {
        if let Some(bucket) = self.buckets.get_mut(&sent.limit) {
            bucket.done(now);
            self.ring_first(sent.limit);
        }
    }

    /// The request, counted under the limit that its answer shows.
    fn sent_under_its_limit(
        &mut self,
        template: &'static str,
        sent: Sent,
        quota: Option<Quota>,
        now: f64,
    ) -> Sent {
        let Some(Quota { limit: size, .. }) = quota else {
            return sent;
        };
        let limit = Limit {
            size: Some(size),
            ..sent.limit
        };
        if let Some(line) = self.lines.get_mut(template) {
            line.limit = limit;
        }
        if limit == sent.limit {
            return sent;
        }
        self.lost(sent, now);
        self.buckets
            .retain(|limit, _| self.lines.values().any(|line| line.limit == *limit));
        let number = self.bucket(limit).send(now);
        Sent { limit, number }
    }

    /// The limit that counts for an endpoint, as its last answer showed.
    fn limit_of(&mut self, template: &'static str, api: Api) -> Limit {
        let line = self.lines.entry(template).or_insert_with(|| Line {
            limit: Limit { api, size: None },
            waiting: Default::default(),
        });
        line.limit
    }

    fn bucket(&mut self, limit: Limit) -> &mut Bucket {
        self.buckets.entry(limit).or_default()
    }

    fn lines_of(&self, limit: Limit) -> impl Iterator<Item = &Line> {
        self.lines.values().filter(move |line| line.limit == limit)
    }

    fn ahead(&self, limit: Limit, priority: Priority) -> usize {
        let queues = |line: &Line| -> usize {
            let until = priority as usize;
            line.waiting[..=until].iter().map(BTreeMap::len).sum()
        };
        self.lines_of(limit).map(queues).sum()
    }

    fn first(&self, limit: Limit) -> Option<u64> {
        let first_of = |priority: usize| {
            let heads = self.lines_of(limit);
            heads
                .filter_map(|line| line.waiting[priority].keys().next().copied())
                .min()
        };
        first_of(0).or_else(|| first_of(1))
    }

    fn ring_first(&self, limit: Limit) {
        let Some(first) = self.first(limit) else {
            return;
        };
        let waiting = self.lines_of(limit).flat_map(|line| &line.waiting);
        for waiter in waiting.filter_map(|queue| queue.get(&first)) {
            waiter.bell.notify_one();
        }
    }

    /// Whoever cannot be served before their deadline is told now instead of then.
    fn refuse_hopeless(&mut self, limit: Limit, now: f64) {
        let bucket = self.bucket(limit).clone();
        let mut ahead = 0;
        for priority in 0..2 {
            let lines = self.lines.values_mut().filter(|line| line.limit == limit);
            let mut queue: Vec<_> = lines
                .flat_map(|line| line.waiting[priority].iter_mut())
                .collect();
            queue.sort_unstable_by_key(|(number, _)| **number);
            for (_, waiter) in queue {
                waiter.refused = bucket.hopeless(ahead, waiter.deadline - now, now);
                if waiter.refused.is_some() {
                    waiter.bell.notify_one();
                } else {
                    ahead += 1;
                }
            }
        }
    }
}
