//! One call of the library: its deadline, its place among others, and its name in logs.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

use super::line::{Claim, Priority, Stage};
use super::random::random_bytes;

/// One call of the library: the time it may take, whatever it does inside, its turn where requests
/// have to wait, and the id under which the tenant's log shows them.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    deadline: Instant,
    priority: Priority,
    /// The public method, for log lines.
    operation: &'static str,
    stage: Stage,
    correlation: u128,
}

impl Call {
    pub fn after(timeout: Duration) -> Self {
        Self {
            deadline: Instant::now() + timeout,
            priority: Priority::Interactive,
            operation: "",
            stage: Stage::Single,
            correlation: u128::from_le_bytes(random_bytes()),
        }
    }

    #[must_use]
    pub fn with_priority(self, priority: Priority) -> Self {
        Self { priority, ..self }
    }

    #[must_use]
    pub fn named(self, operation: &'static str) -> Self {
        Self { operation, ..self }
    }

    pub fn operation(self) -> &'static str {
        self.operation
    }

    /// The details of a log line about the call, with what finds it again in other logs.
    pub fn details(self, details: Value) -> Value {
        let mut fields = Map::new();
        fields.insert("operation".to_owned(), self.operation.into());
        fields.insert("correlationId".to_owned(), self.correlation_id().into());
        if let Value::Object(details) = details {
            fields.extend(details);
        }
        Value::Object(fields)
    }

    /// For the request that begins a change which so many further requests complete: it is sent only if
    /// all of them fit into the rate limit before the deadline, beside what other operations still have
    /// to send. Otherwise it is refused without being sent.
    #[must_use]
    pub fn opening(self, follow_ups: u32) -> Self {
        let stage = Stage::Opening { follow_ups };
        Self { stage, ..self }
    }

    /// For a request that continues a change: it is sent before every request that has not begun one,
    /// whatever its priority, and uses up one of the follow-ups that its operation was promised.
    #[must_use]
    pub fn begun(self) -> Self {
        let stage = Stage::Begun;
        Self { stage, ..self }
    }

    /// For a request of an operation that has begun, beyond those that its opening named, such as a read
    /// that checks what became of a change. It is sent as early as those, and uses up none of them.
    #[must_use]
    pub fn following(self) -> Self {
        let stage = Stage::Following;
        Self { stage, ..self }
    }

    pub fn deadline(self) -> Instant {
        self.deadline
    }

    /// Distinguishes the operations of a process.
    pub fn operation_id(self) -> u128 {
        self.correlation
    }

    /// The same call with a part of its time kept back, for finding out what became of a change.
    #[must_use]
    pub fn with_reserve(self) -> Self {
        Self {
            deadline: Instant::now() + self.time_left() * 3 / 4,
            ..self
        }
    }

    /// The same call with no more time than this.
    #[must_use]
    pub fn at_most(self, time: Duration) -> Self {
        Self {
            deadline: self.deadline.min(Instant::now() + time),
            ..self
        }
    }

    pub fn time_left(self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }

    pub fn claim(self) -> Claim {
        Claim {
            operation: self.correlation,
            stage: self.stage,
            priority: self.priority,
            is_retry: false,
        }
    }

    /// 32 hexadecimal digits; Auth0 keeps up to 64 characters.
    pub fn correlation_id(self) -> String {
        format!("{:032x}", self.correlation)
    }
}
