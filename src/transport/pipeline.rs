//! One request until it is answered: attempts, waits and the deadline that holds all of them.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::config::{RetryPolicy, Secret};
use crate::error::{ApiCategory, Error, ErrorKind, Result};
use crate::transport::http::{Http, Response, SendError};
use crate::transport::line::Priority;
use crate::transport::pacer::{Pacer, Pass, Refused};
use crate::transport::request::{Endpoint, Request};
use crate::transport::retry::{self, Attempt, Decision, Failure};
use crate::transport::shared_budget::SharedBudget;

/// One call of the library: the time it may take, whatever it does inside, its turn where requests
/// have to wait, and the id under which the tenant's log shows them.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    deadline: Instant,
    priority: Priority,
    correlation: u128,
}

impl Call {
    pub fn after(timeout: Duration) -> Self {
        Self {
            deadline: Instant::now() + timeout,
            priority: Priority::Interactive,
            correlation: u128::from_le_bytes(random_bytes()),
        }
    }

    #[must_use]
    pub fn with_priority(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    pub fn instant(self) -> Instant {
        self.deadline
    }

    /// The same call with a part of its time kept back, for finding out what became of a change.
    #[must_use]
    pub fn with_reserve(self) -> Self {
        Self {
            deadline: Instant::now() + self.time_left() * 3 / 4,
            ..self
        }
    }

    pub fn time_left(self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    /// 32 hexadecimal digits; Auth0 keeps up to 64 characters.
    pub fn correlation_id(self) -> String {
        format!("{:032x}", self.correlation)
    }
}

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
}

/// The last answer to a request, whatever its status, and how many attempts it took.
#[derive(Debug)]
pub struct Exchange {
    pub response: Response,
    pub attempts: u32,
}

impl Channel {
    pub async fn exchange(
        &self,
        request: &Request,
        bearer: Option<&Secret>,
        call: Call,
    ) -> Result<Exchange> {
        let endpoint = request.endpoint;
        let mut sent = Sent::default();
        let mut last = None;
        loop {
            let budget = self.budget.as_ref();
            let entry = self
                .pacer
                .enter(endpoint, call.priority, call.deadline, budget);
            let pass = match (entry.await, last) {
                (Ok(pass), _) => pass,
                // No room for another attempt: the last one stands.
                (Err(_), Some(outcome)) => return conclude(endpoint, outcome, sent.all, call),
                (Err(Refused::Late), None) => return Err(timed_out(endpoint, 0)),
                (Err(Refused::NoRoom { retry_after }), None) => {
                    return Err(no_room(endpoint, retry_after));
                }
            };
            let outcome = self.attempt(request, bearer, call).await;
            sent.count(&outcome);
            match self.judge(endpoint, pass, &outcome, sent, call) {
                Decision::GiveUp => return conclude(endpoint, outcome, sent.all, call),
                Decision::RetryAfter(delay) => tokio::time::sleep(delay).await,
            }
            last = Some(outcome);
        }
    }

    /// Tells the pacer what the attempt showed, and whether there will be another one.
    fn judge(
        &self,
        endpoint: &Endpoint,
        pass: Pass,
        outcome: &Result<Response, SendError>,
        sent: Sent,
        call: Call,
    ) -> Decision {
        let mut attempt = Attempt {
            number: sent.all - sent.unprocessed,
            unprocessed: sent.unprocessed,
            failure: Failure::Ambiguous,
            replay: endpoint.replay,
            server_hint: None,
            time_left: call.time_left(),
            jitter: jitter(),
        };
        match outcome {
            Ok(response) if response.status == 429 => {
                let pause = response.pace.wait();
                let pause = pause.unwrap_or_else(|| retry::backoff(self.retry, attempt));
                let is_paced = pass.refused(response.pace.quota, pause);
                attempt.failure = Failure::Status(429);
                attempt.server_hint = Some(pause);
                match retry::decide(self.retry, attempt) {
                    // The pacer holds everybody back, this request included.
                    Decision::RetryAfter(_) if is_paced => Decision::RetryAfter(Duration::ZERO),
                    decision => decision,
                }
            }
            Ok(response) => {
                // Without headers only a success tells that there is no limit.
                if response.pace.quota.is_some() || matches!(response.status, 200..=299) {
                    pass.answered(response.pace.quota);
                }
                attempt.failure = Failure::Status(response.status);
                attempt.server_hint = wait_hint(response);
                retry::decide(self.retry, attempt)
            }
            Err(error) => {
                attempt.failure = error.failure;
                retry::decide(self.retry, attempt)
            }
        }
    }

    async fn attempt(
        &self,
        request: &Request,
        bearer: Option<&Secret>,
        call: Call,
    ) -> Result<Response, SendError> {
        let until = call.instant().min(Instant::now() + self.attempt_timeout);
        timeout_at(until, self.http.send(&self.origin, request, bearer))
            .await
            .unwrap_or_else(|_| Err(SendError::timed_out()))
    }
}

/// How often a request was sent.
#[derive(Debug, Clone, Copy, Default)]
struct Sent {
    all: u32,
    /// Of these, those that Auth0 said it did not look at.
    unprocessed: u32,
}

impl Sent {
    fn count(&mut self, outcome: &Result<Response, SendError>) {
        let is_unprocessed = matches!(outcome, Err(error) if error.failure == Failure::Unprocessed);
        self.all += 1;
        self.unprocessed += u32::from(is_unprocessed);
    }
}

/// When Auth0 asks to come back, if it does.
pub fn wait_hint(response: &Response) -> Option<Duration> {
    let is_busy = matches!(response.status, 429 | 503);
    is_busy.then(|| response.pace.wait()).flatten()
}

fn conclude(
    endpoint: &'static Endpoint,
    outcome: Result<Response, SendError>,
    attempts: u32,
    call: Call,
) -> Result<Exchange> {
    match outcome {
        Ok(response) => Ok(Exchange { response, attempts }),
        Err(error) => Err(no_answer(endpoint, error, attempts, call)),
    }
}

/// The error for a request that the tenant's rate limit leaves no time for. It was not sent.
fn no_room(endpoint: &'static Endpoint, wait: Duration) -> Error {
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
    if let (ErrorKind::Api(failure), Failure::Status(status)) = (&mut failed.kind, error.failure) {
        failure.status = status;
    }
    failed.with_source(error)
}

/// A random number from 0 to 1.
fn jitter() -> f64 {
    f64::from(u32::from_le_bytes(random_bytes())) / f64::from(u32::MAX)
}

/// A missing random source costs only the spreading of retries and the telling apart of calls.
fn random_bytes<const N: usize>() -> [u8; N] {
    use ring::rand::SecureRandom;
    let mut bytes = [0; N];
    let _ = ring::rand::SystemRandom::new().fill(&mut bytes);
    bytes
}
