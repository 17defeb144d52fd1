//! Deciding whether to send a request again.

use std::hint::black_box;
use std::time::Duration;

use auth0_user_security::config::RetryPolicy;
use auth0_user_security::transport::request::Replay;
use auth0_user_security::transport::retry::{Attempt, Failure, decide};

use crate::{Case, Run, case};

const POLICY: RetryPolicy = RetryPolicy {
    max_attempts: 4,
    max_delay: Duration::from_secs(8),
};
const FAILURES: [Failure; 8] = [
    Failure::NotSent,
    Failure::Unprocessed,
    Failure::Ambiguous,
    Failure::TimedOut,
    Failure::Status(429),
    Failure::Status(500),
    Failure::Status(503),
    Failure::Foreign(502),
];

pub static CASES: &[Case] = &[case("decide on 32 retries", each_failure_of_each_attempt)];

fn each_failure_of_each_attempt() -> Run {
    Box::new(|| {
        for failure in FAILURES {
            for number in 1..=POLICY.max_attempts {
                black_box(decide(POLICY, black_box(attempt(number, failure))));
            }
        }
    })
}

fn attempt(number: u32, failure: Failure) -> Attempt {
    Attempt {
        number,
        unprocessed: u32::from(failure == Failure::Unprocessed),
        failure,
        replay: Replay::Safe,
        server_hint: (failure == Failure::Status(429)).then_some(Duration::from_secs(1)),
        time_left: Duration::from_secs(30),
        jitter: 0.5,
    }
}
