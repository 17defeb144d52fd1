//! Debug lines about a request, which show where the time of a call goes. They contain the endpoint
//! but no id other than that of the call.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use crate::config::Level;
use crate::logging::Logger;
use crate::transport::call::Call;
use crate::transport::http::SendError;
use crate::transport::request::Route;
use crate::transport::retry::Failure;

/// Shorter waits may be due to CPU contention.
const MIN_LOGGED_WAIT: Duration = Duration::from_millis(10);

/// Does nothing unless debug lines are enabled.
#[derive(Debug, Clone, Copy)]
pub struct Trace<'a>(Option<Traced<'a>>);

#[derive(Debug, Clone, Copy)]
struct Traced<'a> {
    logger: &'a Logger,
    call: Call,
    method: &'static str,
    endpoint: &'static str,
}

impl<'a> Trace<'a> {
    pub fn of(logger: &'a Logger, route: &'static Route, call: Call) -> Self {
        let traced = logger.writes(Level::Debug).then(|| Traced {
            logger,
            call,
            method: route.method.as_str(),
            endpoint: route.template,
        });
        Self(traced)
    }

    /// When a step begins, to be handed to the line about its end.
    pub fn now(self) -> Option<Instant> {
        self.0.map(|_| Instant::now())
    }

    /// The request could go, or was refused, after a wait for its turn in the rate limit.
    pub fn waited(self, since: Option<Instant>) {
        let waited = since.map_or(Duration::ZERO, |since| since.elapsed());
        if waited >= MIN_LOGGED_WAIT {
            let details = json!({ "waitedMs": millis(waited) });
            self.line("waited for the rate limit", details);
        }
    }

    pub fn attempted(self, attempt: u32, since: Option<Instant>, outcome: Result<u16, &SendError>) {
        let Some(since) = since else {
            return;
        };
        let mut details = json!({ "attempt": attempt, "durationMs": millis(since.elapsed()) });
        match outcome {
            Ok(status) => {
                details["status"] = status.into();
                self.line("got a response", details);
            }
            Err(error) => {
                details["problem"] = error.problem.into();
                self.line("got no response", details);
            }
        }
    }

    pub fn retries(self, failure: Failure, delay: Duration) {
        if self.0.is_some() {
            let details = json!({ "reason": reason(failure), "delayMs": millis(delay) });
            self.line("will be retried", details);
        }
    }

    fn line(self, event: &str, details: Value) {
        let Some(traced) = self.0 else {
            return;
        };
        let Traced {
            method, endpoint, ..
        } = traced;
        let message = format!("{method} {endpoint} {event}");
        traced.logger.debug(&message, || {
            let mut details = traced.call.details(details);
            details["method"] = method.into();
            details["endpoint"] = endpoint.into();
            details
        });
    }
}

fn reason(failure: Failure) -> Cow<'static, str> {
    Cow::Borrowed(match failure {
        Failure::NotSent | Failure::Barred => "there was no connection",
        Failure::Unprocessed => "the connection was closed before the request",
        Failure::Ambiguous => "the connection broke",
        Failure::TimedOut => "no response came in time",
        Failure::Status(429) => "the rate limit was exceeded",
        Failure::Status(status) => return format!("Auth0 responded with {status}").into(),
        Failure::Foreign(status) => {
            return format!("something in front of Auth0 responded with {status}").into();
        }
    })
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
