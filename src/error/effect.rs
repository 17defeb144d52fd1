//! What an operation has changed, for the caller whose call fails.

use serde::Serialize;

use super::Result;

/// The outcome of one step of an operation that changes something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub step: Step,
    pub state: EffectState,
    /// How many items the step concerned, if known.
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
    Block,
    Unblock,
    /// Auth0's blocks against guessed passwords.
    UserBlocks,
    /// Second factors, removed one by one.
    Factor,
    /// The browsers that may skip the second factor.
    RememberedBrowsers,
    /// Refresh tokens of one application, revoked one by one.
    Application,
    /// What the user has allowed applications to do.
    Grants,
    DeviceCredentials,
    VerificationEmail,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EffectState {
    Done,
    NotDone,
    /// A request was sent, and it is unknown whether Auth0 carried it out.
    Unknown,
}

impl EffectState {
    /// What the outcome of its request says about a change.
    pub fn of<T>(outcome: &Result<T>) -> Self {
        match outcome {
            Ok(_) => Self::Done,
            Err(error) => error.state_of_change(),
        }
    }
}
