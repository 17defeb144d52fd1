//! Holds each request back until the rate limits of its tenant leave room for it.

use std::collections::HashMap;
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::bucket::millis;
use super::limit::ApiFamily;
use super::queue::{RequestMeta, Ticket};
use super::scheduler::{Scheduler, SentRequest, Turn};
use super::shared_budget::SharedBudget;
use super::waits;

/// The pacer of one tenant, shared by all services of a process that call it.
#[derive(Debug)]
pub struct Pacer {
    epoch: Instant,
    scheduler: Mutex<Scheduler>,
}

/// Why a request may not be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AcquireError {
    /// The rate limit leaves no room before the deadline; there may be some after this time.
    RateLimited { retry_after: Duration },
    /// The deadline passed while the first requests to the tenant were in flight.
    DeadlineExceeded,
}

static TENANTS: LazyLock<Mutex<HashMap<String, Weak<Pacer>>>> = LazyLock::new(Mutex::default);

impl Pacer {
    /// The pacer of the tenant with this origin. It is dropped with its last user.
    pub fn of_tenant(origin: &str) -> Arc<Self> {
        let mut tenants = TENANTS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pacer) = tenants.get(origin).and_then(Weak::upgrade) {
            return pacer;
        }
        tenants.retain(|_, pacer| pacer.strong_count() > 0);
        let pacer = Arc::new(Self::new());
        tenants.insert(origin.to_owned(), Arc::downgrade(&pacer));
        pacer
    }

    /// The next user of the tenant gets a new one.
    pub fn forget_tenant(origin: &str) {
        let mut tenants = TENANTS.lock().unwrap_or_else(PoisonError::into_inner);
        tenants.remove(origin);
    }

    fn new() -> Self {
        Self {
            epoch: Instant::now(),
            scheduler: Mutex::default(),
        }
    }

    pub(super) fn join<'a>(
        &'a self,
        template: &'static str,
        api: ApiFamily,
        meta: RequestMeta,
        deadline: Instant,
        shared: Option<&'a SharedBudget>,
    ) -> QueuedTicket<'a> {
        let deadline = self.millis(deadline);
        let mut scheduler = self.scheduler();
        let ticket = scheduler.join(template, api, meta, deadline, self.now());
        QueuedTicket {
            pacer: self,
            ticket,
            shared,
        }
    }

    /// Waits until it is the turn of the ticket.
    pub(super) async fn turn(
        &self,
        place: &QueuedTicket<'_>,
        deadline: Instant,
    ) -> Result<SentRequest, AcquireError> {
        match self.try_turn(place, deadline) {
            Break(turn) => turn,
            // Boxed, because few requests wait, and all would carry the space for it.
            Continue(check_again) => {
                Box::pin(self.wait_for_turn(place, deadline, check_again)).await
            }
        }
    }

    async fn wait_for_turn(
        &self,
        place: &QueuedTicket<'_>,
        deadline: Instant,
        mut check_again: Instant,
    ) -> Result<SentRequest, AcquireError> {
        let _waiting = waits::begin();
        loop {
            tokio::select! {
                () = place.ticket.wakeup.notified() => {}
                () = sleep_until(check_again) => {}
            }
            match self.try_turn(place, deadline) {
                Break(turn) => return turn,
                Continue(later) => check_again = later,
            }
        }
    }

    /// The outcome, or when to check again.
    fn try_turn(
        &self,
        place: &QueuedTicket<'_>,
        deadline: Instant,
    ) -> ControlFlow<Result<SentRequest, AcquireError>, Instant> {
        let now = self.now();
        let mut scheduler = self.scheduler();
        if let Some(shared) = place.shared {
            scheduler.count_on_share(&place.ticket, |limit| shared.share_of(limit), now);
        }
        Break(match scheduler.turn(&place.ticket, now) {
            Turn::Send(sent) => Ok(sent),
            Turn::Refused(millis) => Err(rate_limited(millis)),
            Turn::DeadlineExceeded => Err(AcquireError::DeadlineExceeded),
            Turn::Wait(millis) => return Continue(deadline.min(Instant::now() + duration(millis))),
            Turn::WaitForWakeup => return Continue(deadline),
        })
    }

    /// What is reserved for the operation is released when the guard is dropped.
    pub fn operation(self: &Arc<Self>, operation: u128) -> OperationGuard {
        OperationGuard {
            pacer: self.clone(),
            operation,
        }
    }

    pub(super) fn release(&self, operation: u128) {
        let now = self.now();
        self.scheduler().release(operation, now);
    }

    pub(super) fn scheduler(&self) -> MutexGuard<'_, Scheduler> {
        self.scheduler
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> f64 {
        self.millis(Instant::now())
    }

    fn millis(&self, at: Instant) -> f64 {
        millis(at.saturating_duration_since(self.epoch))
    }
}

/// Leaves the wait queue on drop, however the wait ends. That includes aborted calls.
pub(super) struct QueuedTicket<'a> {
    pacer: &'a Pacer,
    ticket: Ticket,
    /// The budget that other processes share.
    shared: Option<&'a SharedBudget>,
}

impl Drop for QueuedTicket<'_> {
    fn drop(&mut self) {
        let now = self.pacer.now();
        self.pacer.scheduler().leave(&self.ticket, now);
    }
}

/// A running operation. On drop, requests that are still reserved for it become available to others:
/// it may need fewer than it reserved, or fail, or be aborted.
#[derive(Debug)]
#[must_use = "what is reserved for the operation is released when this is dropped"]
pub struct OperationGuard {
    pacer: Arc<Pacer>,
    operation: u128,
}

impl Drop for OperationGuard {
    fn drop(&mut self) {
        self.pacer.release(self.operation);
    }
}

pub(super) fn rate_limited(millis: f64) -> AcquireError {
    let retry_after = duration(millis);
    AcquireError::RateLimited { retry_after }
}

/// Rounded up, so that a timer does not fire a moment too early.
fn duration(millis: f64) -> Duration {
    Duration::from_secs_f64(millis.clamp(0.0, 1e12).ceil() / 1000.0)
}
