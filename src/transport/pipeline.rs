//! One request until it is answered: attempts, waits and the deadline that holds all of them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::config::{RetryPolicy, Secret};
use crate::error::{ApiCategory, Error, ErrorKind, Result};
use crate::logging::Logger;
use crate::transport::call::Call;
use crate::transport::http::{Http, Response, SendError};
use crate::transport::line::Queue;
use crate::transport::pacer::{OperationGuard, Pacer, Pass, Refused};
use crate::transport::provenance::{may_be_auth0s, may_show_limits};
use crate::transport::random::jitter;
use crate::transport::request::{Endpoint, Request};
use crate::transport::retry::{self, Attempt, Decision, Failure};
use crate::transport::shared_budget::SharedBudget;
use crate::transport::trace::Trace;

/// What callers are told to wait at least when the rate limit is the reason: whoever comes back sooner
/// meets the same queue.
const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// The way to one tenant.
#[derive(Debug)]
pub struct Channel {
    pub origin: String,
    pub http: Http,
    pub pacer: Arc<Pacer>,
    /// With other processes, where they share their state.
    pub budget: Option<Arc<SharedBudget>>,
    pub retry: RetryPolicy,
    pub attempt_timeout: Duration,
    pub logger: Logger,
}

/// The last answer to a request, whatever its status, and how many attempts it took.
#[derive(Debug)]
pub struct Exchange {
    pub response: Response,
    pub attempts: u32,
    /// An attempt before the last one failed in a way that leaves open whether Auth0 acted.
    pub may_have_acted: bool,
}

/// What the attempts of a request so far amount to.
#[derive(Debug, Clone, Copy, Default)]
struct Made {
    attempts: u32,
    /// Those that the server certainly did not look at.
    unprocessed: u32,
    /// One that failed leaves open whether Auth0 acted.
    may_have_acted: bool,
}

impl Channel {
    /// Hold this from before the opening request until the operation has ended: when it is dropped,
    /// follow-ups that were promised to the operation and not sent are released.
    pub fn operation(&self, call: Call) -> OperationGuard {
        self.pacer.operation(call.operation_id())
    }

    pub async fn exchange(
        &self,
        request: &Request,
        bearer: Option<&Secret>,
        call: Call,
    ) -> Result<Exchange> {
        let endpoint = request.endpoint;
        let trace = Trace::of(&self.logger, endpoint, call);
        let mut made = Made::default();
        let mut last = None;
        let mut claim = call.claim();
        loop {
            let budget = self.budget.as_ref();
            let waiting = trace.now();
            let entry = self.pacer.enter(endpoint, claim, call.deadline(), budget);
            let entry = entry.await;
            trace.waited(waiting);
            let pass = match (entry, last) {
                (Ok(pass), _) => pass,
                // No room for another attempt: the last one stands.
                (Err(_), Some(outcome)) => return conclude(endpoint, outcome, made, call),
                (Err(Refused::Late), None) => return Err(timed_out(endpoint, 0)),
                (Err(Refused::NoRoom { retry_after }), None) => {
                    return Err(no_room(endpoint, retry_after));
                }
            };
            made.attempts += 1;
            let sending = trace.now();
            let outcome = self.attempt(request, bearer, call, claim.queue()).await;
            trace.attempted(made.attempts, sending, &outcome);
            let failure = failure_of(endpoint, &outcome);
            made.unprocessed += u32::from(failure == Failure::Unprocessed);
            let attempt = attempt_of(request, failure, made, call);
            match self.judge(endpoint, pass, &outcome, attempt) {
                Decision::GiveUp => return conclude(endpoint, outcome, made, call),
                Decision::RetryAfter(delay) => {
                    trace.retries(failure, delay);
                    tokio::time::sleep(delay).await;
                }
            }
            made.may_have_acted |= failure.may_have_acted();
            last = Some(outcome);
            claim.is_retry = true;
        }
    }

    /// Reports to the pacer what the attempt showed, and decides whether there will be another one.
    fn judge(
        &self,
        endpoint: &Endpoint,
        pass: Pass,
        outcome: &Result<Response, SendError>,
        mut attempt: Attempt,
    ) -> Decision {
        match outcome {
            // Whoever responded in place of Auth0 knows nothing of its limits.
            Ok(response) if matches!(attempt.failure, Failure::Foreign(_)) => {
                attempt.server_hint = response.pace.retry_after;
                if let (429, Some(pause)) = (response.status, response.pace.retry_after) {
                    pass.refused(None, pause);
                }
                retry::decide(self.retry, attempt)
            }
            Ok(response) if response.status == 429 => {
                let pause = response.pace.wait();
                let pause = pause.unwrap_or_else(|| retry::backoff(self.retry, attempt));
                let is_paced = pass.refused(response.pace.quota, pause);
                attempt.server_hint = Some(pause);
                match retry::decide(self.retry, attempt) {
                    // The pacer holds everybody back, this request included.
                    Decision::RetryAfter(_) if is_paced => Decision::RetryAfter(Duration::ZERO),
                    decision => decision,
                }
            }
            Ok(response) => {
                // Without headers only a success shows that there is no limit.
                let is_success = matches!(response.status, 200..=299);
                let shows_limit = response.pace.quota.is_some() || is_success;
                if shows_limit && may_show_limits(endpoint, response) {
                    pass.answered(response.pace.quota);
                }
                attempt.server_hint = wait_hint(response);
                retry::decide(self.retry, attempt)
            }
            Err(_) => retry::decide(self.retry, attempt),
        }
    }

    async fn attempt(
        &self,
        request: &Request,
        bearer: Option<&Secret>,
        call: Call,
        queue: Queue,
    ) -> Result<Response, SendError> {
        let permit = self.http.enter(&self.origin, queue);
        let Ok(_permit) = timeout_at(call.deadline(), permit).await else {
            return Err(SendError::not_begun());
        };
        request.mark_sent();
        let until = call.deadline().min(Instant::now() + self.attempt_timeout);
        // Boxed, because it is by far the largest part of a call.
        let send = Box::pin(self.http.send(&self.origin, request, bearer));
        timeout_at(until, send)
            .await
            .unwrap_or_else(|_| Err(SendError::timed_out()))
    }
}

fn attempt_of(request: &Request, failure: Failure, made: Made, call: Call) -> Attempt {
    Attempt {
        number: made.attempts - made.unprocessed,
        unprocessed: made.unprocessed,
        failure,
        replay: request.endpoint.replay,
        server_hint: None,
        time_left: call.time_left(),
        jitter: jitter(),
    }
}

/// When the server asks to come back, if it does.
pub fn wait_hint(response: &Response) -> Option<Duration> {
    match response.status {
        429 => Some(response.pace.wait().unwrap_or_default().max(SHORTEST_WAIT)),
        503 => response.pace.wait(),
        _ => None,
    }
}

fn conclude(
    endpoint: &'static Endpoint,
    outcome: Result<Response, SendError>,
    made: Made,
    call: Call,
) -> Result<Exchange> {
    match outcome {
        Ok(response) => Ok(Exchange {
            response,
            attempts: made.attempts,
            may_have_acted: made.may_have_acted,
        }),
        Err(error) => {
            let may_have_acted = made.may_have_acted || error.failure.may_have_acted();
            let mut failed = no_answer(endpoint, error, made.attempts, call);
            if let ErrorKind::Api(failure) = &mut failed.kind {
                failure.may_have_acted = may_have_acted;
            }
            Err(failed)
        }
    }
}

/// How an attempt failed; the status of a success says that it did not.
fn failure_of(endpoint: &Endpoint, outcome: &Result<Response, SendError>) -> Failure {
    match outcome {
        Ok(response) if may_be_auth0s(endpoint, response) => Failure::Status(response.status),
        Ok(response) => Failure::Foreign(response.status),
        Err(error) => error.failure,
    }
}

/// The error for a request that the tenant's rate limit leaves no time for. It was not sent.
fn no_room(endpoint: &'static Endpoint, wait: Duration) -> Error {
    let wait = wait.max(SHORTEST_WAIT);
    let message = format!(
        "{endpoint}: Auth0's rate limit leaves no room before the deadline of the call. Try again \
         in {:.1} s, or pass a longer timeoutMs.",
        wait.as_secs_f64()
    );
    rate_limited(endpoint, wait, message)
}

/// The error for a request that a limit kept from being sent.
pub fn rate_limited(endpoint: &'static Endpoint, wait: Duration, message: String) -> Error {
    let mut error = endpoint.error(ApiCategory::RateLimit, 0, message);
    if let ErrorKind::Api(failure) = &mut error.kind {
        failure.status = 429;
        failure.retry_after_ms = u64::try_from(wait.as_millis()).ok();
    }
    error
}

/// The error for a call whose time ran out while it waited for `endpoint`.
pub fn timed_out(endpoint: &'static Endpoint, attempts: u32) -> Error {
    let message = format!(
        "{endpoint} was not answered before the deadline of the call. Pass a longer timeoutMs, \
         or try again."
    );
    endpoint.error(ApiCategory::Timeout, attempts, message)
}

fn no_answer(endpoint: &'static Endpoint, error: SendError, attempts: u32, call: Call) -> Error {
    if call.time_left().is_zero() {
        return timed_out(endpoint, attempts);
    }
    let category = match error.failure {
        Failure::Status(_) => ApiCategory::Response,
        Failure::Foreign(_) => ApiCategory::Foreign,
        Failure::TimedOut => ApiCategory::Timeout,
        Failure::NotSent | Failure::Unprocessed | Failure::Barred | Failure::Ambiguous => {
            ApiCategory::Network
        }
    };
    let times = if attempts == 1 { "attempt" } else { "attempts" };
    let mut message = format!("{endpoint}: Auth0 {} ({attempts} {times}).", error.problem);
    if let Some(remedy) = error.remedy {
        message.push(' ');
        message.push_str(remedy);
    }
    let mut failed = endpoint.error(category, attempts, message);
    if let ErrorKind::Api(failure) = &mut failed.kind
        && let Failure::Status(status) | Failure::Foreign(status) = error.failure
    {
        failure.status = status;
    }
    failed.with_cause(error)
}
