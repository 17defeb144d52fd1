//! Which requests share a rate limit, and which of them is next. Answers tell the sizes of limits,
//! not their names: endpoints that show the same size are taken to share one, which is careful at
//! worst. Times are milliseconds of one clock.

mod admission;
mod aging;
mod order;
mod promises;
mod room;
mod turns;

use std::collections::HashMap;
use std::time::Duration;

use self::aging::Aging;
use self::promises::Promises;
pub use self::turns::Turn;
use super::limit::{Api, Limit};
use super::line::Line;
use super::mark::Mark;
use super::pace::Quota;
use super::rate_limit::Bucket;

/// The weight of a new response time in the average.
const NEWS: f64 = 0.125;

/// A request that went: on which lane, and where it stands there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sent {
    lane: u64,
    mark: Mark,
    at: f64,
}

/// What counts for all endpoints of one limit. Until an answer shows its limit, an endpoint has a
/// lane of its own.
#[derive(Debug)]
struct Lane {
    api: Api,
    size: Option<u64>,
    bucket: Bucket,
    aging: Aging,
    /// How long responses take on average.
    round_trip: f64,
}

#[derive(Debug, Default)]
pub struct Lanes {
    by_id: HashMap<u64, Lane>,
    lines: HashMap<&'static str, Line>,
    promises: Promises,
    /// Lanes that turned out to be another one, for the requests that still name them.
    joined: HashMap<u64, u64>,
    /// The last number given to a ticket or a lane.
    numbers: u64,
}

impl Lanes {
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
        let Lane {
            bucket, round_trip, ..
        } = self.by_id.get_mut(&sent.lane)?;
        *round_trip += (now - sent.at - *round_trip) * NEWS;
        let could_tell = bucket.is_predictable();
        match pause {
            Some(pause) => bucket.refused(quota, pause, now),
            None => bucket.answered(sent.mark, quota, now),
        }
        if pause.is_some() || bucket.is_predictable() != could_tell {
            self.refuse_hopeless(sent.lane, now);
        }
        self.ring_first(sent.lane, now);
        self.limit_of(sent)
    }

    /// The limit that counts for the request, once it is known.
    pub fn limit_of(&self, sent: Sent) -> Option<Limit> {
        let Lane { api, size, .. } = self.by_id.get(&sent.lane)?;
        size.map(|size| Limit { api: *api, size })
    }

    /// A request ended without an answer.
    pub fn lost(&mut self, template: &str, sent: Sent, now: f64) {
        let Some(Sent { lane, mark, .. }) = self.here(template, sent) else {
            return;
        };
        if let Some(Lane { bucket, .. }) = self.by_id.get_mut(&lane) {
            bucket.lost(mark, now);
            self.ring_first(lane, now);
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
            (Some(to), None) => return self.merge(here, to, now),
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
        self.ring_first(from, now);
        self.forget_empty_lanes();
        let mark = self.by_id.get_mut(&to)?.bucket.send(now);
        Some(Sent {
            lane: to,
            mark,
            ..sent
        })
    }

    /// The request on the lane that counts for it by now.
    fn here(&self, template: &str, sent: Sent) -> Option<Sent> {
        if self.by_id.contains_key(&sent.lane) {
            return Some(sent);
        }
        let joined = self.joined.get(&sent.lane).copied();
        let lane = joined.or_else(|| Some(self.lines.get(template)?.lane))?;
        let mark = Mark::FOREIGN;
        Some(Sent { lane, mark, ..sent })
    }

    /// A lane of unknown limit turns out to be another one.
    fn merge(&mut self, sent: Sent, to: u64, now: f64) -> Option<Sent> {
        let from = sent.lane;
        for line in self.lines.values_mut().filter(|line| line.lane == from) {
            line.lane = to;
        }
        self.joined.insert(from, to);
        let merged = self.by_id.remove(&from)?;
        self.by_id.get_mut(&to)?.bucket.absorb(&merged.bucket, now);
        let mark = Mark::FOREIGN;
        Some(Sent {
            lane: to,
            mark,
            ..sent
        })
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
        let lane = Lane {
            api,
            size,
            bucket: Bucket::default(),
            aging: Aging::default(),
            round_trip: 0.0,
        };
        self.by_id.insert(id, lane);
        id
    }

    fn next_number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn lines_of(&self, lane: u64) -> impl Iterator<Item = &Line> {
        self.lines.values().filter(move |line| line.lane == lane)
    }
}
