//! Keeps the requests of a process within a tenant's rate limits: slows down before a limit is hit,
//! lets interactive calls go first, and refuses at once what cannot be served in time.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::lanes::{Lanes, Sent, Turn};
use super::lease::Room;
use super::limit::{Api, api_of};
use super::line::{Claim, Stage, Ticket};
use super::pace::Quota;
use super::rate_limit::millis;
use super::request::Route;
use super::shared_budget::{NoRoom, SharedBudget, SharedTurn};

/// One for all services of a process that call the same tenant.
#[derive(Debug)]
pub struct Pacer {
    epoch: Instant,
    lanes: Mutex<Lanes>,
}

/// Why a request may not go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The rate limit leaves no room before the deadline; there may be some after this time.
    NoRoom { retry_after: Duration },
    /// The deadline came while the first requests to a tenant had no answer.
    Late,
}

impl Pacer {
    /// The pacer of the tenant with this origin, for as long as anybody uses it.
    pub fn of_tenant(origin: &str) -> Arc<Self> {
        static TENANTS: LazyLock<Mutex<HashMap<String, Weak<Pacer>>>> =
            LazyLock::new(Mutex::default);
        let mut tenants = TENANTS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(pacer) = tenants.get(origin).and_then(Weak::upgrade) {
            return pacer;
        }
        tenants.retain(|_, pacer| pacer.strong_count() > 0);
        let pacer = Arc::new(Self::new());
        tenants.insert(origin.to_owned(), Arc::downgrade(&pacer));
        pacer
    }

    fn new() -> Self {
        Self {
            epoch: Instant::now(),
            lanes: Mutex::default(),
        }
    }

    /// Waits until a request to the endpoint may go, in this process and, with a shared budget, in
    /// all of them.
    pub async fn enter(
        self: &Arc<Self>,
        route: &'static Route,
        claim: Claim,
        deadline: Instant,
        shared: Option<&Arc<SharedBudget>>,
    ) -> Result<Pass, Refused> {
        let Some(api) = api_of(route.template) else {
            return Ok(Pass(None));
        };
        // Kept until the shared turn is taken as well, so that only the first in line asks for it.
        let place = self.join(route, api, claim, deadline);
        let sent = self.turn(&place, deadline).await?;
        let mut under_way = UnderWay {
            pacer: self.clone(),
            template: route.template,
            sent: Some(sent),
            shared: shared.cloned(),
            shared_turn: None,
        };
        let shared_turn = under_way.take_shared_turn(deadline).await;
        if shared_turn.is_err() && matches!(claim.stage, Stage::Opening { .. }) {
            self.release(claim.operation);
        }
        shared_turn.map(|()| Pass(Some(under_way)))
    }

    fn join(&self, route: &Route, api: Api, claim: Claim, deadline: Instant) -> Place<'_> {
        let deadline = self.millis(deadline);
        let mut lanes = self.lanes();
        let ticket = lanes.join(route.template, api, claim, deadline, self.now());
        Place {
            pacer: self,
            ticket,
        }
    }

    async fn turn(&self, place: &Place<'_>, deadline: Instant) -> Result<Sent, Refused> {
        loop {
            let turn = self.lanes().turn(&place.ticket, self.now());
            let look_again = match turn {
                Turn::Go(sent) => return Ok(sent),
                Turn::Refused(millis) => return Err(no_room(millis)),
                Turn::Late => return Err(Refused::Late),
                Turn::Wait(millis) => deadline.min(Instant::now() + duration(millis)),
                Turn::Sleep => deadline,
            };
            tokio::select! {
                () = place.ticket.bell.notified() => {}
                () = sleep_until(look_again) => {}
            }
        }
    }

    /// What is promised to the operation is released when the guard is dropped.
    pub fn operation(self: &Arc<Self>, operation: u128) -> OperationGuard {
        OperationGuard {
            pacer: self.clone(),
            operation,
        }
    }

    fn release(&self, operation: u128) {
        let now = self.now();
        self.lanes().release(operation, now);
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> f64 {
        self.millis(Instant::now())
    }

    fn millis(&self, at: Instant) -> f64 {
        millis(at.saturating_duration_since(self.epoch))
    }
}

/// Leaves the line however the wait ends, an aborted call included.
struct Place<'a> {
    pacer: &'a Pacer,
    ticket: Ticket,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let now = self.pacer.now();
        self.pacer.lanes().leave(&self.ticket, now);
    }
}

/// One running operation. On drop, requests that are still promised to it are given to others: it may
/// need fewer than it reserved, or fail, or be aborted.
#[derive(Debug)]
#[must_use = "what is promised to the operation is released when this is dropped"]
pub struct OperationGuard {
    pacer: Arc<Pacer>,
    operation: u128,
}

impl Drop for OperationGuard {
    fn drop(&mut self) {
        self.pacer.release(self.operation);
    }
}

/// A request under way, if its endpoint has a limit.
#[derive(Debug)]
pub struct Pass(Option<UnderWay>);

/// Counts as under way until it is answered or dropped.
#[derive(Debug)]
struct UnderWay {
    pacer: Arc<Pacer>,
    template: &'static str,
    /// None once it was answered.
    sent: Option<Sent>,
    shared: Option<Arc<SharedBudget>>,
    shared_turn: Option<SharedTurn>,
}

impl Pass {
    /// The request was answered, with what the answer told about the limit.
    pub fn answered(self, quota: Option<Quota>) {
        if let Some(mut under_way) = self.0 {
            under_way.settle(quota, None);
        }
    }

    /// The request was answered with 429. Says whether the pacer now keeps everybody waiting.
    pub fn refused(self, quota: Option<Quota>, pause: Duration) -> bool {
        let Some(mut under_way) = self.0 else {
            return false;
        };
        under_way.settle(quota, Some(pause));
        true
    }
}

impl UnderWay {
    /// Takes a turn among all processes too, within the time that the call has.
    async fn take_shared_turn(&mut self, deadline: Instant) -> Result<(), Refused> {
        let limit = self.sent.and_then(|sent| self.pacer.lanes().limit_of(sent));
        let (Some(shared), Some(limit)) = (&self.shared, limit) else {
            return Ok(());
        };
        let turn = shared.take(limit, deadline, || self.room()).await;
        self.shared_turn = Some(turn.map_err(|NoRoom(wait)| no_room(wait))?);
        Ok(())
    }

    fn room(&self) -> Room {
        let pacer = &self.pacer;
        let room = |sent| pacer.lanes().room(sent, pacer.now());
        self.sent.and_then(room).unwrap_or_default()
    }

    fn settle(&mut self, quota: Option<Quota>, pause: Option<Duration>) {
        let Some(sent) = self.sent.take() else {
            return;
        };
        let now = self.pacer.now();
        let limit = self
            .pacer
            .lanes()
            .answered(self.template, sent, quota, pause, now);
        if let (Some(shared), Some(limit)) = (&self.shared, limit) {
            shared.answered(self.shared_turn.take(), limit, quota, pause);
        }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if let Some(sent) = self.sent.take() {
            let now = self.pacer.now();
            self.pacer.lanes().lost(self.template, sent, now);
        }
        if let (Some(shared), Some(turn)) = (&self.shared, self.shared_turn.take()) {
            shared.lost(turn);
        }
    }
}

fn no_room(millis: f64) -> Refused {
    let retry_after = duration(millis);
    Refused::NoRoom { retry_after }
}

/// Rounded up, so that a timer does not ring a moment too early.
fn duration(millis: f64) -> Duration {
    Duration::from_secs_f64(millis.clamp(0.0, 1e12).ceil() / 1000.0)
}
