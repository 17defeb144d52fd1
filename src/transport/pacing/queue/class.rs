//! What decides how soon a request is sent: its priority, and its role in an operation.

/// The priority of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Priority {
    /// A person is waiting.
    #[default]
    Interactive,
    /// Yields to interactive calls until it has waited long enough.
    Bulk,
}

/// The role of a request in its operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stage {
    /// Neither begins nor continues a change.
    #[default]
    Single,
    /// Begins a change that takes this many further requests to complete.
    Opening { follow_ups: u32 },
    /// Continues a change, as one of the follow-ups that its opening announced.
    FollowUp,
    /// Belongs to a change that has begun, but was not announced by its opening.
    Unplanned,
}

/// What the pacer needs to know about a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct RequestMeta {
    pub operation: u128,
    pub stage: Stage,
    pub priority: Priority,
    /// Whether the request was sent before.
    pub is_retry: bool,
}

impl RequestMeta {
    /// The class of the request on its own, regardless of what is reserved for its operation. A retry
    /// of an opening continues its operation.
    pub fn class(self) -> QueueClass {
        let has_started = match self.stage {
            Stage::Single => false,
            Stage::Opening { .. } => self.is_retry,
            Stage::FollowUp | Stage::Unplanned => true,
        };
        match self.priority {
            _ if has_started => QueueClass::Started,
            Priority::Interactive => QueueClass::Interactive,
            Priority::Bulk => QueueClass::Bulk,
        }
    }

    /// Whether the request uses up one of the follow-ups reserved by its opening. A retry was counted
    /// on its first attempt.
    pub fn is_reserved(self) -> bool {
        self.stage == Stage::FollowUp && !self.is_retry
    }
}

/// Classes of requests, in the order in which they are served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueClass {
    /// Belongs to an operation that has begun.
    Started,
    Interactive,
    Bulk,
}

impl QueueClass {
    pub const IN_ORDER: [Self; 3] = [Self::Started, Self::Interactive, Self::Bulk];
}
