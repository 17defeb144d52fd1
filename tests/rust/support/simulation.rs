//! A simulation of processes that share a rate limit: the server, the processes, a slow Redis, and the
//! clock.

use std::time::Duration;

use auth0_user_security::transport::pacing::bucket::{Readiness, SequenceNumber, TokenBucket};
use auth0_user_security::transport::pacing::rate_limit_headers::Quota;
use auth0_user_security::transport::pacing::shared_budget::leased_budget::{
    LeasedBudget, LocalView, Permission, SharedSequence,
};
use auth0_user_security::transport::pacing::shared_budget::ledger::Ledger;
use auth0_user_security::transport::pacing::shared_budget::report::Lease;

const PROCESSES: u32 = 4;

/// Auth0's side: a token bucket, and its headers.
struct Server {
    size: f64,
    per_milli: f64,
    level: f64,
    accepted: u32,
    refused: u32,
}

impl Server {
    fn tick(&mut self) {
        self.level = (self.level + self.per_milli).min(self.size);
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small numbers of a test"
    )]
    fn ask(&mut self) -> (bool, Quota) {
        let is_accepted = self.level >= 1.0;
        if is_accepted {
            self.level -= 1.0;
            self.accepted += 1;
        } else {
            self.refused += 1;
        }
        let quota = Quota {
            limit: self.size as u64,
            remaining: self.level as u64,
            refill_in: Some(Duration::from_secs(1)),
        };
        (is_accepted, quota)
    }
}

/// Redis: one value, changed by compare-and-set. A command takes effect at once, and its reply arrives
/// after the delay.
#[derive(Default)]
struct Redis {
    ledger: Ledger,
    version: u64,
    delay: f64,
}

/// A renewal between two commands.
struct Renewal {
    reply_at: f64,
    /// The lease, if the value was set.
    lease: Option<Lease>,
    read: Ledger,
    version: u64,
    read_at: f64,
}

struct Request {
    sequence: SequenceNumber,
    leased: Option<SharedSequence>,
    arrives_at: f64,
    responded_at: f64,
    response: Option<(bool, Quota)>,
}

struct Process {
    bucket: TokenBucket,
    budget: LeasedBudget,
    /// When each call is made.
    calls: Vec<f64>,
    /// The turn of the first call within its own process.
    turn: Option<SequenceNumber>,
    in_flight: Vec<Request>,
    renewal: Option<Renewal>,
    random: u32,
}

impl Process {
    fn new(id: u32, size: u32, calls: Vec<f64>) -> Self {
        Self {
            bucket: TokenBucket::default(),
            budget: LeasedBudget::new(id.into(), size.into()),
            calls,
            turn: None,
            in_flight: Vec::new(),
            renewal: None,
            random: id * 7919 + 1,
        }
    }

    /// From 0 to 1.
    fn random(&mut self) -> f64 {
        self.random = self
            .random
            .wrapping_mul(1_664_525)
            .wrapping_add(1_013_904_223);
        f64::from(self.random >> 8) / f64::from(1 << 24)
    }

    fn tick(&mut self, server: &mut Server, redis: &mut Redis, latency: f64, now: f64) {
        self.receive(server, now);
        self.send(latency, now);
        self.renew(redis, now);
    }

    fn receive(&mut self, server: &mut Server, now: f64) {
        for request in &mut self.in_flight {
            if request.response.is_none() && request.arrives_at <= now {
                request.response = Some(server.ask());
            }
        }
        let is_done = |request: &mut Request| request.responded_at <= now;
        for request in self.in_flight.extract_if(.., is_done).collect::<Vec<_>>() {
            let (is_accepted, quota) = request.response.expect("it has arrived");
            self.budget.observe(request.leased, quota, now);
            if request.leased.is_some() {
                self.budget.ended();
            }
            if is_accepted {
                self.bucket.responded(request.sequence, Some(quota), now);
            } else {
                let pause = 1000.0;
                self.bucket
                    .rejected(Some(quota), Duration::from_secs(1), now);
                self.budget.rejected(pause);
                // The call waits for its turn again.
                self.calls.insert(0, now);
            }
        }
    }

    fn send(&mut self, latency: f64, now: f64) {
        loop {
            let waiting = self.calls.iter().filter(|at| **at <= now).count();
            if waiting == 0 {
                return;
            }
            let sequence = match self.turn {
                Some(sequence) => sequence,
                None if self.bucket.readiness(now) == Readiness::Ready => self.bucket.send(now),
                None => return,
            };
            self.turn = Some(sequence);
            let mut leased = None;
            if self.bucket.is_known() {
                let level = self.bucket.level(now);
                let waiting = waiting as u64;
                match self.budget.ask(LocalView { level, waiting }, 1e9, now) {
                    Permission::Send(sequence) => leased = Some(sequence),
                    Permission::Wait(_) => return,
                    Permission::Refused(_) => panic!("there is time enough"),
                }
            }
            self.turn = None;
            self.calls.remove(0);
            let there = latency * (0.3 + 0.4 * self.random());
            let back = latency * (0.3 + 0.4 * self.random());
            self.in_flight.push(Request {
                sequence,
                leased,
                arrives_at: now + there,
                responded_at: now + there + back,
                response: None,
            });
        }
    }

    fn renew(&mut self, redis: &mut Redis, now: f64) {
        let Some(renewal) = self.renewal.take_if(|renewal| renewal.reply_at <= now) else {
            if self.renewal.is_none() && self.bucket.is_known() && self.budget.is_renewal_due(now) {
                self.budget.begin_renewal(now);
                self.renewal = Some(Renewal {
                    reply_at: now + redis.delay,
                    lease: None,
                    read: redis.ledger.clone(),
                    version: redis.version,
                    read_at: now,
                });
            }
            return;
        };
        if let Some(lease) = renewal.lease {
            self.budget.renewed(lease, true, now);
            return;
        }
        let mut changed = renewal.read;
        let lease = changed.renew(&self.budget.report(now), renewal.read_at);
        if !self.budget.is_worth_writing(lease) {
            self.budget.renewed(lease, false, now);
            return;
        }
        let is_set = renewal.version == redis.version;
        if is_set {
            redis.ledger = changed;
            redis.version += 1;
        }
        self.renewal = Some(Renewal {
            reply_at: now + redis.delay,
            lease: is_set.then_some(lease),
            read: redis.ledger.clone(),
            version: redis.version,
            read_at: now,
        });
    }
}

#[derive(Debug)]
pub struct Outcome {
    /// The share of the requests that got 429.
    pub refused: f64,
    /// The time it took, as a multiple of the shortest possible.
    pub time: f64,
}

/// Runs four processes that each make one call, and then `calls` at once. Redis takes `delay` milliseconds
/// per command, the server about `latency`.
pub fn run(limit: (u32, f64), calls: usize, delay: f64, latency: f64) -> Outcome {
    let (size, per_second) = limit;
    let mut server = Server {
        size: size.into(),
        per_milli: per_second / 1000.0,
        level: size.into(),
        accepted: 0,
        refused: 0,
    };
    let mut redis = Redis {
        delay,
        ..Redis::default()
    };
    let all = u32::try_from(calls).unwrap() * PROCESSES;
    let mut processes: Vec<_> = (0..PROCESSES)
        .map(|id| {
            let start = f64::from(id) * 7.0;
            let mut times = vec![start + 2.0 * latency; calls];
            times[0] = start;
            Process::new(id, size, times)
        })
        .collect();
    let mut now = 0.0;
    while server.accepted < all {
        now += 1.0;
        server.tick();
        // No process is always first.
        processes.rotate_left(1);
        for process in &mut processes {
            process.tick(&mut server, &mut redis, latency, now);
        }
        assert!(now < 600_000.0, "{} of {all} in vain", server.accepted);
    }
    let ideal = f64::from(all - size) / per_second * 1000.0;
    let requests = f64::from(server.accepted + server.refused);
    Outcome {
        refused: f64::from(server.refused) / requests,
        time: now / ideal,
    }
}
