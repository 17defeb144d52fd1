//! Which requests share a rate limit, and which of them is next. Answers tell the sizes of limits,
//! not their names: endpoints that show the same size are taken to share one, which is careful at
//! worst. Times are milliseconds of one clock.

mod room;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;

use super::limit::{Api, Limit};
use super::line::{Line, Priority, Ticket, Waiter};
use super::mark::Mark;
use super::pace::Quota;
use super::rate_limit::Bucket;

/// What the holder of a ticket does next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Turn {
    Go(Sent),
    /// Look again after so long, or when the bell rings.
    Wait(f64),
    /// Look again when the bell rings.
    Sleep,
    /// The limit leaves no room before the deadline, but there may be some after so long.
    Refused(f64),
    /// The deadline came, and no limit is to blame.
    Late,
}

/// A request that went: on which lane, and where it stands there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sent {
    lane: u64,
    mark: Mark,
}

/// What counts for all endpoints of one limit. Until an answer shows its limit, an endpoint has a
/// lane of its own.
#[derive(Debug)]
struct Lane {
    api: Api,
    size: Option<u64>,
    bucket: Bucket,
}

#[derive(Debug, Default)]
pub struct Lanes {
    by_id: HashMap<u64, Lane>,
    lines: HashMap<&'static str, Line>,
    /// Lanes that turned out to be another one, for the requests that still name them.
    joined: HashMap<u64, u64>,
    /// The last number given to a ticket or a lane.
    numbers: u64,
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
        let lane = self.lane_of(template, api);
        let lines = self.lines_of(lane);
        let ahead = lines.map(|line| line.ahead_of(priority)).sum();
        let number = self.next_number();
        let bell = Arc::new(Notify::new());
        let bucket = self.by_id.get(&lane).map(|lane| &lane.bucket);
        let waiter = Waiter {
            deadline,
            bell: bell.clone(),
            refused: bucket
                .filter(|_| deadline > now)
                .and_then(|bucket| bucket.hopeless(ahead, deadline - now, now)),
        };
        if let Some(line) = self.lines.get_mut(template) {
            line.add(priority, number, waiter);
        }
        Ticket {
            template,
            priority,
            number,
            bell,
        }
    }

    pub fn turn(&mut self, ticket: &Ticket, now: f64) -> Turn {
        let Some(line) = self.lines.get(ticket.template) else {
            return Turn::Late;
        };
        let id = line.lane;
        let waiter = line.holder(ticket);
        let is_late = waiter.is_none_or(|waiter| now >= waiter.deadline);
        let refused = waiter.and_then(|waiter| waiter.refused);
        let is_first = self
            .first(id)
            .is_some_and(|(first, _)| first == ticket.number);
        let Some(Lane { bucket, .. }) = self.by_id.get_mut(&id) else {
            return Turn::Late;
        };
        match refused {
            Some(wait) => Turn::Refused(wait),
            None if is_late => match bucket.wait(now) {
                Some(wait) => Turn::Refused(wait),
                None => Turn::Late,
            },
            None if !is_first => Turn::Sleep,
            None => match bucket.take(now) {
                Ok(mark) => Turn::Go(Sent { lane: id, mark }),
                Err(millis) => Turn::Wait(millis),
            },
        }
    }

    /// Out of line: the request goes, or is given up.
    pub fn leave(&mut self, ticket: &Ticket) {
        if let Some(line) = self.lines.get_mut(ticket.template) {
            line.remove(ticket);
            let lane = line.lane;
            self.ring_first(lane);
        }
    }

    /// A request was answered. With a pause it was refused with 429. Gives the limit that counts now.
    pub fn answered(
        &mut self,
        template: &'static str,
        sent: Sent,
        quota: Option<Quota>,
        pause: Option<Duration>,
        now: f64,
    ) -> Option<Limit> {
        let sent = self.settle(template, sent, quota, now)?;
        let Lane { bucket, .. } = self.by_id.get_mut(&sent.lane)?;
        let could_tell = bucket.is_predictable();
        match pause {
            Some(pause) => bucket.refused(quota, pause, now),
            None => bucket.answered(sent.mark, quota, now),
        }
        if pause.is_some() || bucket.is_predictable() != could_tell {
            self.refuse_hopeless(sent.lane, now);
        }
        self.ring_first(sent.lane);
        self.limit_of(sent)
    }

    /// The limit that counts for the request, once it is known.
    pub fn limit_of(&self, sent: Sent) -> Option<Limit> {
        let Lane { api, size, .. } = self.by_id.get(&sent.lane)?;
        size.map(|size| Limit { api: *api, size })
    }

    /// A request ended without an answer.
    pub fn lost(&mut self, template: &str, sent: Sent, now: f64) {
        let Some(Sent { lane, mark }) = self.here(template, sent) else {
            return;
        };
        if let Some(Lane { bucket, .. }) = self.by_id.get_mut(&lane) {
            bucket.lost(mark, now);
            self.ring_first(lane);
        }
    }

    /// Puts the endpoint on the lane of the limit that its answer shows, and the request with it.
    fn settle(
        &mut self,
        template: &'static str,
        sent: Sent,
        quota: Option<Quota>,
        now: f64,
    ) -> Option<Sent> {
        let here = self.here(template, sent)?;
        let from = here.lane;
        let (Some(quota), Some(lane)) = (quota, self.by_id.get_mut(&from)) else {
            return Some(here);
        };
        let (api, size) = (lane.api, lane.size);
        if size == Some(quota.limit) {
            return Some(here);
        }
        let is_same = |lane: &Lane| lane.api == api && lane.size == Some(quota.limit);
        let known = self.by_id.iter().find(|(_, lane)| is_same(lane));
        let to = match (known.map(|(id, _)| *id), size) {
            (Some(to), None) => return self.merge(from, to, now),
            (Some(to), Some(_)) => to,
            (None, None) => {
                if let Some(lane) = self.by_id.get_mut(&from) {
                    lane.size = Some(quota.limit);
                }
                return Some(here);
            }
            (None, Some(_)) => self.new_lane(api, Some(quota.limit)),
        };
        self.lost(template, here, now);
        if let Some(line) = self.lines.get_mut(template) {
            line.lane = to;
        }
        // Whoever waits behind on the old lane may be the first there now.
        self.ring_first(from);
        self.forget_empty_lanes();
        let mark = self.by_id.get_mut(&to)?.bucket.send(now);
        Some(Sent { lane: to, mark })
    }

    /// The request on the lane that counts for it by now.
    fn here(&self, template: &str, sent: Sent) -> Option<Sent> {
        if self.by_id.contains_key(&sent.lane) {
            return Some(sent);
        }
        let joined = self.joined.get(&sent.lane).copied();
        let lane = joined.or_else(|| Some(self.lines.get(template)?.lane))?;
        let mark = Mark::FOREIGN;
        Some(Sent { lane, mark })
    }

    /// A lane of unknown limit turns out to be another one.
    fn merge(&mut self, from: u64, to: u64, now: f64) -> Option<Sent> {
        for line in self.lines.values_mut().filter(|line| line.lane == from) {
            line.lane = to;
        }
        self.joined.insert(from, to);
        let merged = self.by_id.remove(&from)?;
        self.by_id.get_mut(&to)?.bucket.absorb(&merged.bucket, now);
        let mark = Mark::FOREIGN;
        Some(Sent { lane: to, mark })
    }

    fn forget_empty_lanes(&mut self) {
        let is_used = |id: u64| self.lines.values().any(|line| line.lane == id);
        self.by_id.retain(|id, _| is_used(*id));
        self.joined.retain(|_, to| is_used(*to));
    }

    fn lane_of(&mut self, template: &'static str, api: Api) -> u64 {
        if let Some(line) = self.lines.get(template) {
            return line.lane;
        }
        let lane = self.new_lane(api, None);
        self.lines.insert(template, Line::new(lane));
        lane
    }

    fn new_lane(&mut self, api: Api, size: Option<u64>) -> u64 {
        let id = self.next_number();
        let bucket = Bucket::default();
        self.by_id.insert(id, Lane { api, size, bucket });
        id
    }

    fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn lines_of(&self, lane: u64) -> impl Iterator<Item = &Line> {
        self.lines.values().filter(move |line| line.lane == lane)
    }

    fn first(&self, lane: u64) -> Option<(u64, &Waiter)> {
        let first_of = |priority| {
            let firsts = self.lines_of(lane).filter_map(|line| line.first(priority));
            firsts.min_by_key(|(number, _)| *number)
        };
        first_of(Priority::Interactive).or_else(|| first_of(Priority::Bulk))
    }

    fn ring_first(&self, lane: u64) {
        if let Some((_, waiter)) = self.first(lane) {
            waiter.bell.notify_one();
        }
    }

    /// Whoever cannot be served before their deadline is told now instead of then.
    fn refuse_hopeless(&mut self, lane: u64, now: f64) {
        let Some(Lane { bucket, .. }) = self.by_id.get(&lane) else {
            return;
        };
        let mut ahead = 0;
        for priority in [Priority::Interactive, Priority::Bulk] {
            let lines = self.lines.values_mut().filter(|line| line.lane == lane);
            let mut waiting: Vec<_> = lines.flat_map(|line| line.of(priority)).collect();
            waiting.sort_unstable_by_key(|(number, _)| *number);
            for (_, waiter) in waiting {
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
