//! A tenant with one rate limit on a paused clock, and the pacer that calls it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth0_user_security::transport::pacing::pacer::{AcquireError, OperationGuard, Pacer};
use auth0_user_security::transport::pacing::queue::{Priority, RequestMeta, Stage};
use auth0_user_security::transport::pacing::rate_limit_headers::Quota;
use tokio::time::{Instant, sleep};

const OPENING: &str = "/api/v2/users/{id}/sessions";
const READING: &str = "/api/v2/sessions/{id}";
const COMPLETING: &str = "/api/v2/users/{id}/refresh-tokens";

#[derive(Debug)]
struct Bucket {
    level: f64,
    at: Instant,
}

/// Counts the requests it gets, each of which takes `latency`.
#[derive(Debug)]
pub struct Tenant {
    pub pacer: Arc<Pacer>,
    size: f64,
    per_second: f64,
    latency: Duration,
    bucket: Mutex<Bucket>,
    pub accepted: AtomicU32,
    pub refused: AtomicU32,
}

/// A call of the library.
#[derive(Debug, Clone, Copy)]
pub struct Caller {
    pub operation: u128,
    pub priority: Priority,
    pub deadline: Instant,
}

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Done,
    Untouched,
    HalfDone,
}

#[derive(Debug, Default)]
pub struct Counts {
    pub done: u32,
    pub untouched: u32,
    pub half_done: u32,
}

impl FromIterator<Outcome> for Counts {
    fn from_iter<T: IntoIterator<Item = Outcome>>(outcomes: T) -> Self {
        let mut counts = Self::default();
        for outcome in outcomes {
            match outcome {
                Outcome::Done => counts.done += 1,
                Outcome::Untouched => counts.untouched += 1,
                Outcome::HalfDone => counts.half_done += 1,
            }
        }
        counts
    }
}

impl Tenant {
    pub fn new(size: u32, per_second: f64, latency: Duration) -> Arc<Self> {
        static TENANTS: AtomicU32 = AtomicU32::new(0);
        let number = TENANTS.fetch_add(1, Ordering::Relaxed);
        Arc::new(Self {
            pacer: Pacer::of_tenant(&format!("https://{number}.example")),
            size: f64::from(size),
            per_second,
            latency,
            bucket: Mutex::new(Bucket {
                level: f64::from(size),
                at: Instant::now(),
            }),
            accepted: AtomicU32::new(0),
            refused: AtomicU32::new(0),
        })
    }

    /// Sends one request when the pacer permits it, and again after a 429.
    pub async fn send(&self, caller: Caller, stage: Stage) -> Result<(), AcquireError> {
        let mut meta = RequestMeta {
            operation: caller.operation,
            stage,
            priority: caller.priority,
            is_retry: false,
        };
        let template = match stage {
            Stage::Single | Stage::Unplanned => READING,
            Stage::Opening { .. } => OPENING,
            Stage::FollowUp => COMPLETING,
        };
        loop {
            let permit = self.pacer.acquire(template, meta, caller.deadline, None);
            let permit = permit.await?;
            sleep(self.latency / 2).await;
            let (is_accepted, quota) = self.count();
            sleep(self.latency / 2).await;
            if is_accepted {
                permit.responded(Some(quota));
                return Ok(());
            }
            permit.rejected(Some(quota), Duration::from_secs(1));
            meta.is_retry = true;
        }
    }

    /// Opens an operation and completes it, with this many requests at once.
    pub async fn operate(&self, caller: Caller, follow_ups: u32, at_once: usize) -> Outcome {
        use futures_util::{StreamExt, stream};
        let _guard = self.guard(caller);
        if self
            .send(caller, Stage::Opening { follow_ups })
            .await
            .is_err()
        {
            return Outcome::Untouched;
        }
        let sent = stream::iter(0..follow_ups)
            .map(|_| self.send(caller, Stage::FollowUp))
            .buffer_unordered(at_once);
        let are_sent = sent.all(|sent| async move { sent.is_ok() }).await;
        if are_sent && Instant::now() <= caller.deadline {
            Outcome::Done
        } else {
            Outcome::HalfDone
        }
    }

    /// Opens an operation that reads this many times after each of its changes, and sends one request at a
    /// time.
    pub async fn operate_reading(&self, caller: Caller, reads: [u32; 3]) -> Outcome {
        let _guard = self.guard(caller);
        let opening = Stage::Opening { follow_ups: 2 };
        let changes = [opening, Stage::FollowUp, Stage::FollowUp];
        for (number, (change, reads)) in changes.into_iter().zip(reads).enumerate() {
            match self.send(caller, change).await {
                Ok(()) => {}
                Err(_) if number == 0 => return Outcome::Untouched,
                Err(_) => return Outcome::HalfDone,
            }
            for _ in 0..reads {
                if self.send(caller, Stage::Unplanned).await.is_err() {
                    return Outcome::HalfDone;
                }
            }
        }
        Outcome::Done
    }

    pub fn guard(&self, caller: Caller) -> OperationGuard {
        self.pacer.operation(caller.operation)
    }

    /// How many requests the tenant would have accepted in this time.
    pub fn capacity(&self, time: Duration) -> f64 {
        self.size + self.per_second * time.as_secs_f64()
    }

    /// How long this many requests take at best.
    pub fn ideal(&self, requests: u32) -> f64 {
        ((f64::from(requests) - self.size) / self.per_second).max(0.0)
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "small numbers of a test"
    )]
    pub fn count(&self) -> (bool, Quota) {
        let mut bucket = self.bucket.lock().unwrap();
        let now = Instant::now();
        let refilled = (now - bucket.at).as_secs_f64() * self.per_second;
        bucket.level = (bucket.level + refilled).min(self.size);
        bucket.at = now;
        let is_accepted = bucket.level >= 1.0;
        let counter = if is_accepted {
            bucket.level -= 1.0;
            &self.accepted
        } else {
            &self.refused
        };
        counter.fetch_add(1, Ordering::Relaxed);
        let missing = (1.0 - bucket.level).max(0.0);
        let quota = Quota {
            limit: self.size as u64,
            remaining: bucket.level as u64,
            refill_in: Some(Duration::from_secs_f64((missing / self.per_second).ceil())),
        };
        (is_accepted, quota)
    }
}
