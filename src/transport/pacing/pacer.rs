//! Holds each request back until the rate limits of its tenant leave room for it.

use std::collections::HashMap;
use std::ops::ControlFlow::{self, Break, Continue};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::bucket::millis;
use super::limit::{ApiFamily, limited_api};
use super::queue::{RequestMeta, Stage, Ticket};
use super::rate_limit_headers::Quota;
use super::scheduler::{Scheduler, SentRequest, Turn};
use super::shared_budget::{BudgetExhausted, LocalView, SharedBudget, SharedTurn};
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

    /// Waits until a request to the endpoint with this path template may be sent: in this process and,
    /// with a shared budget, across all processes that share it.
    pub async fn acquire(
        self: &Arc<Self>,
        template: &'static str,
        meta: RequestMeta,
        deadline: Instant,
        shared: Option<&Arc<SharedBudget>>,
    ) -> Result<Permit, AcquireError> {
        let Some(api) = limited_api(template) else {
            return Ok(Permit(None));
        };
        // Held until the shared turn is taken too, so that only the first in the queue asks for one.
        let place = self.join(template, api, meta, deadline);
        let sent = self.turn(&place, deadline).await?;
        let mut in_flight = InFlight {
            pacer: self.clone(),
            template,
            sent: Some(sent),
            shared: shared.cloned(),
            shared_turn: None,
        };
        let shared_turn = in_flight.take_shared_turn(deadline).await;
        if shared_turn.is_err() && matches!(meta.stage, Stage::Opening { .. }) {
            self.release(meta.operation);
        }
        shared_turn.map(|()| Permit(Some(in_flight)))
    }

    fn join(
        &self,
        template: &'static str,
        api: ApiFamily,
        meta: RequestMeta,
        deadline: Instant,
    ) -> QueuedTicket<'_> {
        let deadline = self.millis(deadline);
        let mut scheduler = self.scheduler();
        let ticket = scheduler.join(template, api, meta, deadline, self.now());
        QueuedTicket {
            pacer: self,
            ticket,
        }
    }

    async fn turn(
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
        Break(match self.scheduler().turn(&place.ticket, self.now()) {
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

    fn release(&self, operation: u128) {
        let now = self.now();
        self.scheduler().release(operation, now);
    }

    fn scheduler(&self) -> MutexGuard<'_, Scheduler> {
        self.scheduler
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> f64 {
        self.millis(Instant::now())
    }

    fn millis(&self, at: Instant) -> f64 {
        millis(at.saturating_duration_since(self.epoch))
    }
}

/// Leaves the wait queue on drop, however the wait ends. That includes aborted calls.
struct QueuedTicket<'a> {
    pacer: &'a Pacer,
    ticket: Ticket,
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

/// Permission to send one request. It counts as in flight until this is dropped or told of a response.
#[derive(Debug)]
pub struct Permit(Option<InFlight>);

/// A request in flight to an endpoint with a rate limit.
#[derive(Debug)]
struct InFlight {
    pacer: Arc<Pacer>,
    template: &'static str,
    /// None once there was a response.
    sent: Option<SentRequest>,
    shared: Option<Arc<SharedBudget>>,
    shared_turn: Option<SharedTurn>,
}

impl Permit {
    /// A response other than 429 arrived.
    pub fn responded(self, quota: Option<Quota>) {
        if let Some(mut in_flight) = self.0 {
            in_flight.settle(quota, None);
        }
    }

    /// The request was rejected with 429. Returns whether the pacer now holds back later requests.
    pub fn rejected(self, quota: Option<Quota>, pause: Duration) -> bool {
        let Some(mut in_flight) = self.0 else {
            return false;
        };
        in_flight.settle(quota, Some(pause));
        true
    }
}

impl InFlight {
    /// Takes a turn under the budget that processes share, if there is one.
    async fn take_shared_turn(&mut self, deadline: Instant) -> Result<(), AcquireError> {
        let limit_of = |sent| self.pacer.scheduler().limit_of(sent);
        let limit = self.sent.and_then(limit_of);
        let (Some(shared), Some(limit)) = (&self.shared, limit) else {
            return Ok(());
        };
        // Boxed, so that requests without a shared budget do not carry the space for it.
        let turn = Box::pin(shared.take(limit, deadline, || self.local_view())).await;
        self.shared_turn = Some(turn.map_err(|BudgetExhausted(wait)| rate_limited(wait))?);
        Ok(())
    }

    fn local_view(&self) -> LocalView {
        let pacer = &self.pacer;
        let seen = |sent| pacer.scheduler().level_and_waiting(sent, pacer.now());
        let (level, waiting) = self.sent.and_then(seen).unwrap_or_default();
        LocalView { level, waiting }
    }

    fn settle(&mut self, quota: Option<Quota>, pause: Option<Duration>) {
        let Some(sent) = self.sent.take() else {
            return;
        };
        let now = self.pacer.now();
        let limit = self
            .pacer
            .scheduler()
            .responded(self.template, sent, quota, pause, now);
        if let (Some(shared), Some(limit)) = (&self.shared, limit) {
            shared.responded(self.shared_turn.take(), limit, quota, pause);
        }
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if let Some(sent) = self.sent.take() {
            let now = self.pacer.now();
            self.pacer.scheduler().lost(self.template, sent, now);
        }
        if let (Some(shared), Some(turn)) = (&self.shared, self.shared_turn.take()) {
            shared.lost(turn);
        }
    }
}

fn rate_limited(millis: f64) -> AcquireError {
    let retry_after = duration(millis);
    AcquireError::RateLimited { retry_after }
}

/// Rounded up, so that a timer does not fire a moment too early.
fn duration(millis: f64) -> Duration {
    Duration::from_secs_f64(millis.clamp(0.0, 1e12).ceil() / 1000.0)
}
