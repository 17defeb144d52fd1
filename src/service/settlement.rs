//! Whether a change was made, judged by Auth0's response and, if that proves nothing, by reading back what Auth0 shows.

use crate::auth0::response::Acceptance;
use crate::error::Result;

pub(super) enum Settled {
    Accepted,
    /// The response proves nothing, but what was to be ended is gone.
    SeenGone,
}

/// A response from something other than Auth0, or a 404, which can be forged in Auth0's format, counts only if Auth0
/// shows the same.
pub(super) async fn settle(
    outcome: Result<Acceptance>,
    is_gone: impl Future<Output = Result<bool>>,
) -> Result<Settled> {
    let error = match outcome {
        Ok(Acceptance::Accepted) => return Ok(Settled::Accepted),
        Ok(Acceptance::Doubtful(error)) => error,
        Err(error) if error.status() == Some(404) => error,
        Err(error) => return Err(error),
    };
    match is_gone.await {
        Ok(true) => Ok(Settled::SeenGone),
        Ok(false) => Err(error),
        Err(_) => Err(error.in_doubt()),
    }
}

/// The same for a change to everything of a user, who may not exist.
pub(super) async fn settle_unless_absent(
    outcome: Result<Acceptance>,
    is_gone: impl Future<Output = Result<bool>>,
) -> Result<Settled> {
    match outcome {
        Err(error) if error.is_absent() => Err(error),
        outcome => settle(outcome, is_gone).await,
    }
}
