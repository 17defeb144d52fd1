//! Sends one request until its final response: attempts, waits, and the deadline of all of them.

mod errors;
mod trace;

pub use errors::{no_response, rate_limited, timed_out};

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::config::{RetryPolicy, Secret};
use crate::error::Result;
use crate::logging::Logger;
use crate::random;
use crate::transport::call::Call;
use crate::transport::http::{Http, Response, SendError};
use crate::transport::pacing::pacer::{AcquireError, OperationGuard, Pacer};
use crate::transport::pacing::permit::Permit;
use crate::transport::pacing::queue::{QueueClass, RequestMeta};
use crate::transport::pacing::shared_budget::SharedBudget;
use crate::transport::provenance::{self, may_be_auth0s, may_show_limits};
use crate::transport::redaction::redact;
use crate::transport::request::{RawRequest, Route};
use crate::transport::retry::{self, Attempt, Decision, Failure};
use errors::{SHORTEST_WAIT, no_room};
pub use trace::Trace;

/// How to reach one tenant.
#[derive(Debug)]
pub struct Channel {
    pub origin: String,
    pub http: Http,
    pub pacer: Arc<Pacer>,
    /// The budget shared with other processes, if state is shared.
    pub budget: Option<Arc<SharedBudget>>,
    pub retry: RetryPolicy,
    pub attempt_timeout: Duration,
    pub logger: Logger,
}

/// The final response to a request, whatever its status, and the number of attempts it took.
#[derive(Debug)]
pub struct Exchange {
    pub route: &'static Route,
    pub response: Response,
    pub attempts: u32,
    /// An earlier attempt failed in a way that leaves open whether Auth0 acted.
    pub may_have_acted: bool,
}

impl Exchange {
    /// Why Auth0 refused, in its own words and fit to be shown.
    pub fn description(&self) -> Option<String> {
        provenance::reason(self.route, &self.response)
    }
}

/// The attempts of a request so far.
#[derive(Debug, Clone, Copy, Default)]
struct Made {
    attempts: u32,
    /// Attempts that the server certainly did not process.
    unprocessed: u32,
    /// An attempt failed in a way that leaves open whether Auth0 acted.
    may_have_acted: bool,
}

impl Channel {
    /// Hold this guard from before the opening request until the operation ends. Dropping it releases the
    /// follow-ups that are reserved for the operation and were not sent.
    pub fn operation(&self, call: Call) -> OperationGuard {
        self.pacer.operation(call.operation_id())
    }

    pub async fn exchange(
        &self,
        request: &RawRequest,
        bearer: Option<&Secret>,
        call: Call,
    ) -> Result<Exchange> {
        let route = request.route;
        let trace = Trace::of(&self.logger, route, call);
        let mut made = Made::default();
        let mut last = None;
        let mut meta = call.request_meta();
        loop {
            let waiting = trace.now();
            let acquired = self.acquire(route, meta, call).await;
            trace.waited(waiting);
            let permit = match (acquired, last) {
                (Ok(permit), _) => permit,
                // There is no room for another attempt, so the last outcome is final.
                (Err(_), Some(outcome)) => return conclude(request, bearer, outcome, made, call),
                (Err(error), None) => return Err(error),
            };
            made.attempts += 1;
            let sending = trace.now();
            let outcome = self.attempt(request, bearer, call, meta.class()).await;
            let answered = outcome.as_ref().map(|response| response.status);
            trace.attempted(made.attempts, sending, answered);
            let failure = failure_of(route, &outcome);
            made.unprocessed += u32::from(failure == Failure::Unprocessed);
            let attempt = attempt_of(request, failure, made, call);
            match self.judge(route, permit, &outcome, attempt) {
                Decision::GiveUp => return conclude(request, bearer, outcome, made, call),
                Decision::RetryAfter(delay) => {
                    trace.retries(failure, delay);
                    Box::pin(tokio::time::sleep(delay)).await;
                }
            }
            made.may_have_acted |= failure.may_have_acted();
            last = Some(outcome);
            meta.is_retry = true;
        }
    }

    /// Waits until the rate limits leave room for an attempt.
    async fn acquire(
        &self,
        route: &'static Route,
        meta: RequestMeta,
        call: Call,
    ) -> Result<Permit> {
        let budget = self.budget.as_ref();
        let permit = self
            .pacer
            .acquire(route.template, meta, call.deadline(), budget);
        permit.await.map_err(|refused| match refused {
            AcquireError::DeadlineExceeded => timed_out(route, 0),
            AcquireError::RateLimited { retry_after } => no_room(route, retry_after),
        })
    }

    /// Tells the pacer what the attempt showed, and decides whether to retry.
    fn judge(
        &self,
        route: &Route,
        permit: Permit,
        outcome: &Result<Response, SendError>,
        mut attempt: Attempt,
    ) -> Decision {
        match outcome {
            // A response that is not Auth0's says nothing about its limits.
            Ok(response) if matches!(attempt.failure, Failure::Foreign(_)) => {
                attempt.server_hint = response.rate_limit.retry_after;
                if let (429, Some(pause)) = (response.status, response.rate_limit.retry_after) {
                    permit.rejected(None, pause);
                }
                retry::decide(self.retry, attempt)
            }
            Ok(response) if response.status == 429 => {
                let pause = response.rate_limit.wait();
                let pause = pause.unwrap_or_else(|| retry::backoff(self.retry, attempt));
                let is_paced = permit.rejected(response.rate_limit.quota, pause);
                attempt.server_hint = Some(pause);
                match retry::decide(self.retry, attempt) {
                    // The pacer now holds back all requests, including this one.
                    Decision::RetryAfter(_) if is_paced => Decision::RetryAfter(Duration::ZERO),
                    decision => decision,
                }
            }
            Ok(response) => {
                // Without headers, only a success proves that there is no limit.
                let is_success = matches!(response.status, 200..=299);
                let shows_limit = response.rate_limit.quota.is_some() || is_success;
                if shows_limit && may_show_limits(route, response) {
                    permit.responded(response.rate_limit.quota);
                }
                attempt.server_hint = wait_hint(response);
                retry::decide(self.retry, attempt)
            }
            Err(_) => retry::decide(self.retry, attempt),
        }
    }

    async fn attempt(
        &self,
        request: &RawRequest,
        bearer: Option<&Secret>,
        call: Call,
        class: QueueClass,
    ) -> Result<Response, SendError> {
        let Some(_permit) = self.http.acquire(class, call.deadline()).await else {
            return Err(SendError::no_connection());
        };
        request.mark_sent();
        let until = call.deadline().min(Instant::now() + self.attempt_timeout);
        // Boxed, because each function between here and the task would make room for it, and move it.
        let send = Box::pin(timeout_at(until, self.http.send(request, bearer)));
        send.await.unwrap_or_else(|_| Err(SendError::timed_out()))
    }
}

fn attempt_of(request: &RawRequest, failure: Failure, made: Made, call: Call) -> Attempt {
    // Never retried.
    let is_success = matches!(failure, Failure::Status(200..=299));
    Attempt {
        number: made.attempts - made.unprocessed,
        unprocessed: made.unprocessed,
        failure,
        replay: request.route.replay,
        server_hint: None,
        time_left: call.time_left(),
        jitter: if is_success { 0.0 } else { jitter() },
    }
}

/// Without random bytes, retries are merely not spread out.
fn jitter() -> f64 {
    let bytes = random::bytes().unwrap_or_default();
    f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX)
}

/// How long the server asks to wait before trying again.
pub fn wait_hint(response: &Response) -> Option<Duration> {
    match response.status {
        429 => Some(
            response
                .rate_limit
                .wait()
                .unwrap_or_default()
                .max(SHORTEST_WAIT),
        ),
        503 => response.rate_limit.wait(),
        _ => None,
    }
}

fn conclude(
    request: &RawRequest,
    bearer: Option<&Secret>,
    outcome: Result<Response, SendError>,
    made: Made,
    call: Call,
) -> Result<Exchange> {
    let route = request.route;
    match outcome {
        Ok(mut response) => {
            redact(request, bearer, &mut response);
            Ok(Exchange {
                route,
                response,
                attempts: made.attempts,
                may_have_acted: made.may_have_acted,
            })
        }
        Err(error) => {
            let may_have_acted = made.may_have_acted || error.failure.may_have_acted();
            let failed = no_response(route, error, made.attempts, call);
            Err(failed.in_doubt_if(may_have_acted))
        }
    }
}

/// How an attempt failed. A success has a `Status` that does not count as a failure.
fn failure_of(route: &Route, outcome: &Result<Response, SendError>) -> Failure {
    match outcome {
        Ok(response) if may_be_auth0s(route, response) => Failure::Status(response.status),
        Ok(response) => Failure::Foreign(response.status),
        Err(error) => error.failure,
    }
}
