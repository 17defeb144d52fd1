//! The errors for requests without a response.

use std::time::Duration;

use crate::error::{ApiCategory, Error};
use crate::transport::call::Call;
use crate::transport::http::SendError;
use crate::transport::request::Route;
use crate::transport::retry::Failure;

/// The shortest wait suggested for a rate limit. A caller that retries sooner meets the same queue.
pub(super) const SHORTEST_WAIT: Duration = Duration::from_secs(1);

/// The error for a request that was not sent, because the rate limit leaves no room before its deadline.
pub(super) fn no_room(route: &'static Route, wait: Duration) -> Error {
    let wait = wait.max(SHORTEST_WAIT);
    let message = format!(
        "{route}: Auth0's rate limit leaves no room before the deadline of the call. Try again \
         in {:.1} s, or pass a longer timeoutMs.",
        wait.as_secs_f64()
    );
    rate_limited(route, wait, message)
}

/// The error for a request that was not sent because of a limit.
pub fn rate_limited(route: &'static Route, wait: Duration, message: String) -> Error {
    route
        .failure(ApiCategory::RateLimit, 0)
        .with_status(Some(429))
        .with_retry_after(Some(wait))
        .into_error(message)
}

/// The error for a call whose deadline passed while it waited for a response.
pub fn timed_out(route: &'static Route, attempts: u32) -> Error {
    let message = format!(
        "{route}: no response before the deadline of the call. Pass a longer timeoutMs, \
         or try again."
    );
    route.error(ApiCategory::Timeout, attempts, message)
}

/// The error for a request that got no response, or none that can be read.
pub fn no_response(route: &'static Route, error: SendError, attempts: u32, call: Call) -> Error {
    if call.time_left().is_zero() {
        return timed_out(route, attempts);
    }
    let (category, status) = match error.failure {
        Failure::Status(status) => (ApiCategory::Response, Some(status)),
        Failure::Foreign(status) => (ApiCategory::Foreign, Some(status)),
        Failure::TimedOut => (ApiCategory::Timeout, None),
        Failure::NotSent | Failure::Unprocessed | Failure::Barred | Failure::Ambiguous => {
            let reason = error.reason;
            (ApiCategory::Network { reason }, None)
        }
    };
    let times = if attempts == 1 { "attempt" } else { "attempts" };
    let mut message = format!("{route}: Auth0 {} ({attempts} {times}).", error.problem);
    if let Some(remedy) = error.remedy {
        message.push(' ');
        message.push_str(remedy);
    }
    let failure = route.failure(category, attempts).with_status(status);
    failure.into_error(message).with_cause(error)
}
