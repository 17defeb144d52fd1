//! Waits until Auth0 no longer shows what was revoked.

use std::time::Duration;

use crate::auth0::sessions;
use crate::error::{ApiCategory, Error, Result};
use crate::service::operation::Operation;
use crate::transport::call::Call;

const FIRST_POLL: Duration = Duration::from_millis(50);
const LONGEST_POLL: Duration = Duration::from_secs(1);

/// Polls until `gone` returns true. Returns false if the caller left before that.
pub(super) async fn wait_until<F, T>(gone: F, operation: &Operation, call: Call) -> Result<bool>
where
    F: Fn() -> T,
    T: Future<Output = Result<bool>>,
{
    tokio::select! {
        biased;
        () = operation.aborted() => Ok(false),
        outcome = poll(gone, call) => outcome.map(|()| true),
    }
}

async fn poll<F, T>(gone: F, call: Call) -> Result<()>
where
    F: Fn() -> T,
    T: Future<Output = Result<bool>>,
{
    let mut pause = FIRST_POLL;
    while !gone().await? {
        pause_within(pause, call).await?;
        pause = (pause * 2).min(LONGEST_POLL);
    }
    Ok(())
}

/// Waits before the next poll, or until the deadline if that is sooner.
pub(super) async fn pause_within(pause: Duration, call: Call) -> Result<()> {
    if call.time_left() <= pause {
        return Err(wait_timed_out());
    }
    tokio::time::sleep(pause).await;
    Ok(())
}

fn wait_timed_out() -> Error {
    sessions::LIST.error(
        ApiCategory::Timeout,
        0,
        "Auth0 accepted the revocation, but still showed what was revoked at the deadline of the call. It \
         will end later.",
    )
}
