//! Whether a failed attempt is worth another one, and when: a decision without clock or I/O.

use std::time::Duration;

use crate::config::RetryPolicy;
use crate::transport::request::Replay;

const BASE_DELAY: Duration = Duration::from_millis(250);
/// A server that is shut down or replaced refuses a few requests unseen. One that goes on like this
/// must not keep a call busy until its deadline.
const MAX_UNPROCESSED: u32 = 8;

/// How an attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// Nothing was done: no connection.
    NotSent,
    /// Nothing was done: on a connection that stood, Auth0 said that it did not look at the request.
    Unprocessed,
    /// Nothing was sent, and nothing will be: another attempt would meet the same obstacle.
    Barred,
    /// The connection broke: Auth0 may have acted.
    Ambiguous,
    /// The attempt's own time ran out: Auth0 may have acted.
    TimedOut,
    /// Auth0 responded with this status.
    Status(u16),
    /// Something in front of Auth0 responded with this status: Auth0 may have acted.
    Foreign(u16),
}

impl Failure {
    /// Whether Auth0 may have carried out the request although no success came back.
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

/// What is known when an attempt has failed.
#[derive(Debug, Clone, Copy)]
pub struct Attempt {
    /// Attempts made so far, this one included, without those that were not processed.
    pub number: u32,
    /// Those that were not processed, this one included.
    pub unprocessed: u32,
    pub failure: Failure,
    pub replay: Replay,
    /// The server's own word on when to come back.
    pub server_hint: Option<Duration>,
    /// Time left until the deadline of the call.
    pub time_left: Duration,
    /// A random number from 0 to 1, so that many callers do not come back at once.
    pub jitter: f64,
}

pub fn decide(policy: RetryPolicy, attempt: Attempt) -> Decision {
    if is_used_up(policy, attempt) || !is_retryable(attempt.failure, attempt.replay) {
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

fn is_used_up(policy: RetryPolicy, attempt: Attempt) -> bool {
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

/// Exponential growth with full jitter, capped.
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
    fn what_may_be_repeated_depends_on_the_failure_and_the_request() {
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
    fn delays_grow_are_capped_and_jittered() {
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
    fn what_was_not_processed_uses_up_no_attempt_but_is_bounded() {
        let unseen = |unprocessed| Attempt {
            unprocessed,
            ..attempt(POLICY.max_attempts, Failure::Unprocessed, Replay::Unsafe)
        };
        assert_ne!(decide(POLICY, unseen(MAX_UNPROCESSED)), Decision::GiveUp);
        let one_more = unseen(MAX_UNPROCESSED + 1);
        assert_eq!(decide(POLICY, one_more), Decision::GiveUp);
        let second = Attempt {
            unprocessed: 1,
            ..attempt(2, Failure::Ambiguous, Replay::Safe)
        };
        assert_ne!(decide(POLICY, second), Decision::GiveUp);
    }

    #[test]
    fn no_wait_passes_the_deadline_and_no_attempt_the_limit() {
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
