//! Decides whether and when a failed attempt is retried. Neither a clock nor I/O.

use std::time::Duration;

use crate::config::RetryPolicy;
use crate::transport::request::Replay;

const BASE_DELAY: Duration = Duration::from_millis(250);
/// A server that shuts down rejects a few requests unprocessed. One that keeps doing so must not hold a
/// call until its deadline.
const MAX_UNPROCESSED: u32 = 8;

/// How an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No effect: there was no connection.
    NotSent,
    /// No effect: over an open connection, Auth0 reported that it did not process the request.
    Unprocessed,
    /// Nothing was sent, and retrying is pointless: the same obstacle would stop every attempt.
    Barred,
    /// The connection broke: Auth0 may have acted.
    Ambiguous,
    /// The attempt timed out: Auth0 may have acted.
    TimedOut,
    /// Auth0 responded with this status.
    Status(u16),
    /// Something in front of Auth0 responded with this status: Auth0 may have acted.
    Foreign(u16),
}

impl Failure {
    /// Whether Auth0 may have processed the request although there was no successful response.
    pub fn may_have_acted(self) -> bool {
        match self {
            Self::NotSent | Self::Unprocessed | Self::Barred => false,
            Self::Ambiguous | Self::TimedOut | Self::Foreign(_) => true,
            Self::Status(status) => matches!(status, 200..=299 | 408 | 500..=599),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    GiveUp,
    RetryAfter(Duration),
}

/// What is known about a failed attempt.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// Attempts made so far, including this one but excluding unprocessed ones.
    pub number: u32,
    /// Unprocessed attempts, including this one.
    pub unprocessed: u32,
    pub failure: Failure,
    pub replay: Replay,
    /// When the server asked to try again.
    pub server_hint: Option<Duration>,
    /// Time until the deadline of the call.
    pub time_left: Duration,
    /// A random number from 0 to 1, so that many callers do not retry at the same moment.
    pub jitter: f64,
}

pub fn decide(policy: RetryPolicy, attempt: Attempt) -> Decision {
    if is_exhausted(policy, attempt) || !is_retryable(attempt.failure, attempt.replay) {
        return Decision::GiveUp;
    }
    let delay = attempt
        .server_hint
        .unwrap_or_else(|| backoff(policy, attempt));
    if delay >= attempt.time_left {
        return Decision::GiveUp;
    }
    Decision::RetryAfter(delay)
}

fn is_exhausted(policy: RetryPolicy, attempt: Attempt) -> bool {
    match attempt.failure {
        Failure::Unprocessed => attempt.unprocessed > MAX_UNPROCESSED,
        _ => attempt.number >= policy.max_attempts,
    }
}

fn is_retryable(failure: Failure, replay: Replay) -> bool {
    match failure {
        Failure::NotSent | Failure::Unprocessed | Failure::Status(429) => true,
        Failure::Ambiguous
        | Failure::TimedOut
        | Failure::Status(408 | 500..=599)
        | Failure::Foreign(408 | 429 | 500..=599) => replay == Replay::Safe,
        Failure::Barred | Failure::Status(_) | Failure::Foreign(_) => false,
    }
}

/// Exponential backoff with full jitter, capped.
pub fn backoff(policy: RetryPolicy, attempt: Attempt) -> Duration {
    let failed = match attempt.failure {
        Failure::Unprocessed => attempt.unprocessed,
        _ => attempt.number,
    };
    let doubled = BASE_DELAY.saturating_mul(1 << failed.saturating_sub(1).min(16));
    doubled
        .min(policy.max_delay)
        .mul_f64(attempt.jitter.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy {
        max_attempts: 3,
        max_delay: Duration::from_millis(400),
    };

    fn attempt(number: u32, failure: Failure, replay: Replay) -> Attempt {
        Attempt {
            number,
            unprocessed: 0,
            failure,
            replay,
            server_hint: None,
            time_left: Duration::from_secs(30),
            jitter: 1.0,
        }
    }

    #[test]
    fn whether_to_retry_depends_on_the_failure_and_the_request() {
        use Failure::{Ambiguous, Barred, Foreign, NotSent, Status, TimedOut, Unprocessed};
        for (failure, safe, unsafe_) in [
            (NotSent, true, true),
            (Unprocessed, true, true),
            (Barred, false, false),
            (Ambiguous, true, false),
            (TimedOut, true, false),
            (Status(408), true, false),
            (Status(429), true, true),
            (Status(500), true, false),
            (Status(503), true, false),
            (Status(400), false, false),
            (Status(403), false, false),
            (Status(302), false, false),
            (Foreign(429), true, false),
            (Foreign(503), true, false),
            (Foreign(404), false, false),
        ] {
            let retries = |replay| decide(POLICY, attempt(1, failure, replay)) != Decision::GiveUp;
            assert_eq!(retries(Replay::Safe), safe, "{failure:?}");
            assert_eq!(retries(Replay::Unsafe), unsafe_, "{failure:?}");
        }
    }

    #[test]
    fn delays_grow_and_are_capped_and_jittered() {
        let delay = |number, jitter| {
            let failed = Attempt {
                jitter,
                ..attempt(number, Failure::NotSent, Replay::Safe)
            };
            match decide(POLICY, failed) {
                Decision::RetryAfter(delay) => delay.as_millis(),
                Decision::GiveUp => panic!("a retry"),
            }
        };
        assert_eq!(
            (delay(1, 1.0), delay(2, 1.0), delay(2, 0.5)),
            (250, 400, 200)
        );
        assert_eq!(delay(1, 0.0), 0);
    }

    #[test]
    fn unprocessed_attempts_do_not_count_but_are_limited() {
        let rejected = |unprocessed| Attempt {
            unprocessed,
            ..attempt(POLICY.max_attempts, Failure::Unprocessed, Replay::Unsafe)
        };
        assert_ne!(decide(POLICY, rejected(MAX_UNPROCESSED)), Decision::GiveUp);
        let one_more = rejected(MAX_UNPROCESSED + 1);
        assert_eq!(decide(POLICY, one_more), Decision::GiveUp);
        let second = Attempt {
            unprocessed: 1,
            ..attempt(2, Failure::Ambiguous, Replay::Safe)
        };
        assert_ne!(decide(POLICY, second), Decision::GiveUp);
    }

    #[test]
    fn neither_the_deadline_nor_the_number_of_attempts_is_exceeded() {
        let mut late = attempt(1, Failure::Status(429), Replay::Safe);
        late.server_hint = Some(Duration::from_secs(30));
        assert_eq!(decide(POLICY, late), Decision::GiveUp);
        late.server_hint = Some(Duration::from_secs(29));
        assert_eq!(
            decide(POLICY, late),
            Decision::RetryAfter(Duration::from_secs(29))
        );
        let last = attempt(3, Failure::NotSent, Replay::Safe);
        assert_eq!(decide(POLICY, last), Decision::GiveUp);
    }
}
