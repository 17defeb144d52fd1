//! One call of the library: its deadline, its priority, and the id that logs show for it.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::Instant;

use super::pacing::queue::{Priority, RequestMeta, Stage};
use crate::random;

/// The context that all requests of one call share.
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
            // Zero if there are no random bytes: calls are then indistinguishable, but still work.
            correlation: random::id().unwrap_or_default(),
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

    /// For the request that begins a change which takes this many further requests to complete. It is
    /// sent only if all of them fit into the rate limit before the deadline, alongside what other running
    /// operations still have to send. Otherwise it is refused without being sent.
    #[must_use]
    pub fn opening(self, follow_ups: u32) -> Self {
        let stage = Stage::Opening { follow_ups };
        Self { stage, ..self }
    }

    /// For a request that continues a change. It is sent before every request that has not begun one,
    /// whatever its priority, and uses up one of the follow-ups reserved by the opening.
    #[must_use]
    pub fn follow_up(self) -> Self {
        let stage = Stage::FollowUp;
        Self { stage, ..self }
    }

    /// For a request of an operation that has begun which its opening did not announce, such as a read
    /// that checks whether a change took effect. It is sent as early as a follow-up, but uses up none.
    #[must_use]
    pub fn unplanned(self) -> Self {
        let stage = Stage::Unplanned;
        Self { stage, ..self }
    }

    pub fn deadline(self) -> Instant {
        self.deadline
    }

    /// Distinguishes the operations of a process.
    pub fn operation_id(self) -> u128 {
        self.correlation
    }

    /// The same call with part of its time held back, to find out later whether a change took effect.
    #[must_use]
    pub fn with_reserve(self) -> Self {
        Self {
            deadline: Instant::now() + self.time_left() * 3 / 4,
            ..self
        }
    }

    /// The same call with at most this much time left.
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

    /// What the pacer needs to know about the first attempt of a request.
    pub fn request_meta(self) -> RequestMeta {
        RequestMeta {
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
