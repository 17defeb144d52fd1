//! What an operation has changed, for the caller whose call fails.

use serde::Serialize;

use super::Result;

/// What became of one step of an operation that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub step: Step,
    pub state: EffectState,
    /// How many things the step was about, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Step {
    /// Sessions that are ended one by one.
    Session,
    /// All sessions of a user.
    Sessions,
    RefreshTokens,
    Link,
    Unlink,
    Ticket,
}

/// In the order of how much was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EffectState {
    NotDone,
    /// A request was sent, and nobody knows whether Auth0 carried it out.
    Unknown,
    Done,
}

impl EffectState {
    /// What is known of a change by the outcome of its request.
    pub fn of<T>(outcome: &Result<T>) -> Self {
        match outcome {
            Ok(_) => Self::Done,
            Err(error) => error.state_of_change(),
        }
    }
}
