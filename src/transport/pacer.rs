//! Keeps the requests of a process within a tenant's rate limits: slows down before a limit is hit,
//! lets interactive calls go first, and refuses at once what cannot be served in time.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::lanes::{Api, Lanes, Sent, Turn};
use super::line::{Priority, Ticket};
use super::rate_limit::{Quota, millis};
use super::request::Endpoint;

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

    /// Waits until a request to the endpoint may go.
    pub async fn enter(
        self: &Arc<Self>,
        endpoint: &'static Endpoint,
        priority: Priority,
        deadline: Instant,
    ) -> Result<Pass, Refused> {
        let Some(api) = api_of(endpoint.template) else {
            return Ok(Pass::free());
        };
        let place = Place {
            ticket: self.lanes().join(
                endpoint.template,
                api,
                priority,
                self.millis(deadline),
                self.now(),
            ),
            pacer: self,
        };
        loop {
            let turn = self.lanes().turn(&place.ticket, self.now());
            let look_again = match turn {
                Turn::Go(sent) => return Ok(Pass::new(self, endpoint.template, sent)),
                Turn::Refused(millis) => {
                    let retry_after = duration(millis);
                    return Err(Refused::NoRoom { retry_after });
                }
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
        self.pacer.lanes().leave(&self.ticket);
    }
}

/// A request under way. One that is dropped unanswered no longer counts as such.
#[derive(Debug)]
pub struct Pass(Option<UnderWay>);

#[derive(Debug)]
struct UnderWay {
    pacer: Arc<Pacer>,
    template: &'static str,
    sent: Sent,
}

impl Pass {
    fn free() -> Self {
        Self(None)
    }

    fn new(pacer: &Arc<Pacer>, template: &'static str, sent: Sent) -> Self {
        let pacer = pacer.clone();
        Self(Some(UnderWay {
            pacer,
            template,
            sent,
        }))
    }

    /// The request was answered, with what the answer told about the limit.
    pub fn answered(self, quota: Option<Quota>) {
        self.settle(quota, None);
    }

    /// The request was answered with 429. Says whether the pacer now keeps everybody waiting.
    pub fn refused(self, quota: Option<Quota>, pause: Duration) -> bool {
        self.settle(quota, Some(pause))
    }

    fn settle(mut self, quota: Option<Quota>, pause: Option<Duration>) -> bool {
        let Some(UnderWay {
            pacer,
            template,
            sent,
        }) = self.0.take()
        else {
            return false;
        };
        let now = pacer.now();
        pacer.lanes().answered(template, sent, quota, pause, now);
        true
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        if let Some(UnderWay { pacer, sent, .. }) = self.0.take() {
            let now = pacer.now();
            pacer.lanes().lost(sent, now);
        }
    }
}

/// Whose limits an endpoint falls under. Those of `/userinfo` are each person's own.
fn api_of(template: &str) -> Option<Api> {
    match template {
        "/userinfo" => None,
        management if management.starts_with("/api/") => Some(Api::Management),
        _ => Some(Api::Authentication),
    }
}

/// Rounded up, so that a timer does not ring a moment too early.
fn duration(millis: f64) -> Duration {
    Duration::from_secs_f64(millis.clamp(0.0, 1e12).ceil() / 1000.0)
}
