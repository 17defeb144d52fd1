//! One request until it is answered: attempts, waits and the deadline that holds all of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::{Instant, timeout_at};

use crate::config::{RetryPolicy, Secret};
use crate::error::{ApiCategory, Error, ErrorKind, Result};
use crate::transport::http::{Http, Response, SendError};
use crate::transport::request::{Endpoint, Request};
use crate::transport::retry::{self, Attempt, Decision, Failure};

/// A longer `Retry-After` is taken for this long.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(86_400);
/// `X-RateLimit-Reset` is a date and so depends on this machine's clock: trusted this far only.
const MAX_RESET_WAIT: Duration = Duration::from_secs(60);

/// One call of the library: the time it may take, whatever it does inside, and the id under which
/// the tenant's log shows its requests.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    deadline: Instant,
    correlation: u128,
}

impl Call {
    pub fn after(timeout: Duration) -> Self {
        Self {
            deadline: Instant::now() + timeout,
            correlation: u128::from_le_bytes(random_bytes()),
        }
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
        let mut attempts = 0;
        loop {
            attempts += 1;
            let outcome = self.attempt(request, bearer, call).await;
            let (failure, server_hint) = match &outcome {
                Ok(response) => (Failure::Status(response.status), wait_hint(response)),
                Err(error) => (error.failure, None),
            };
            let decision = match failure {
                Failure::Status(200..=299) => Decision::GiveUp,
                _ => retry::decide(
                    self.retry,
                    Attempt {
                        number: attempts,
                        failure,
                        replay: request.endpoint.replay,
                        server_hint,
                        time_left: call.time_left(),
                        jitter: jitter(),
                    },
                ),
            };
            match (decision, outcome) {
                (Decision::RetryAfter(delay), _) => tokio::time::sleep(delay).await,
                (Decision::GiveUp, Ok(response)) => return Ok(Exchange { response, attempts }),
                (Decision::GiveUp, Err(error)) => {
                    return Err(no_answer(request.endpoint, error, attempts, call));
                }
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

/// `Retry-After` first, then the rate limit's reset; both clamped.
pub fn wait_hint(response: &Response) -> Option<Duration> {
    if !matches!(response.status, 429 | 503) {
        return None;
    }
    let retry_after = response
        .retry_after
        .map(|seconds| Duration::from_secs(seconds).min(MAX_RETRY_AFTER));
    retry_after.or_else(|| {
        let reset = UNIX_EPOCH.checked_add(Duration::from_secs(response.rate_limit_reset?))?;
        let wait = reset.duration_since(SystemTime::now()).unwrap_or_default();
        Some(wait.min(MAX_RESET_WAIT))
    })
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
        Failure::NotSent | Failure::Barred | Failure::Ambiguous => ApiCategory::Network,
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
