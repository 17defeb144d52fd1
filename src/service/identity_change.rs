//! A link or an unlink: sent once, and verified by reading the user if the response does not prove it.

use crate::auth0::endpoint::Request;
use crate::auth0::users::{Identity, User};
use crate::error::{EffectState, Error, Result, Step};
use crate::service::Service;
use crate::service::operation::Operation;
use crate::transport::call::Call;
use crate::user::{UserRef, user_not_found};

pub(super) struct IdentityChange<'a> {
    pub user: &'a User,
    pub request: Request<Vec<Identity>>,
    pub step: Step,
    /// Whether a list of the user's identities shows the change.
    pub is_made: &'a (dyn Fn(&[Identity]) -> bool + Send + Sync),
    /// Statuses with which Auth0 also rejects a change that was already made.
    pub repeated: &'a [u16],
    /// The error for a change that Auth0 does not show.
    pub refused: fn(Option<Error>) -> Error,
}

impl Service {
    /// The user after the change. Success is reported only for what Auth0 shows.
    pub(super) async fn change_identities(
        &self,
        change: IdentityChange<'_>,
        operation: &Operation,
        call: Call,
    ) -> Result<User> {
        let step = change.step;
        let changed = self.send_and_confirm(change, operation, call).await;
        operation.set_state(step, EffectState::of(&changed));
        changed
    }

    async fn send_and_confirm(
        &self,
        change: IdentityChange<'_>,
        operation: &Operation,
        call: Call,
    ) -> Result<User> {
        let IdentityChange {
            user,
            request,
            is_made,
            repeated,
            refused,
            ..
        } = change;
        let sent = self.api.change(request, operation, call.with_reserve());
        let error = match sent.await {
            Ok(identities) if user.owns(&identities) && is_made(&identities) => {
                return Ok(User {
                    identities,
                    ..user.clone()
                });
            }
            Ok(_) => None,
            Err(error) if is_open(&error, repeated) => Some(error),
            Err(error) => return Err(error),
        };
        let current = self.reread(user, error.as_ref(), call).await?;
        if is_made(&current.identities) {
            return Ok(current);
        }
        Err(match error {
            Some(error) if error.is_ambiguous() => error,
            error => refused(error),
        })
    }

    /// The user after a change that failed with `error`, or succeeded with a response that does not show it. If the
    /// change may have been made, failing to find out leaves it in doubt.
    async fn reread(&self, user: &User, error: Option<&Error>, call: Call) -> Result<User> {
        let read = self.user_by_id(&user.user_id, call).await;
        let failed = match (read, error) {
            (Ok(Some(current)), _) => return Ok(current),
            (_, Some(error)) if error.is_ambiguous() => return Err(error.clone()),
            (Ok(None), _) => user_not_found(&UserRef::known(&user.user_id)),
            (Err(failed), _) => failed,
        };
        Err(failed.in_doubt_if(error.is_none()))
    }
}

/// Whether the change may have been made nonetheless.
fn is_open(error: &Error, repeated: &[u16]) -> bool {
    let is_repeated = |status| repeated.contains(&status);
    error.is_ambiguous() || error.status().is_some_and(is_repeated)
}

/// Whether the identity is one of these.
pub(super) fn contains(identities: &[Identity], wanted: &Identity) -> bool {
    identities
        .iter()
        .any(|identity| identity.is(&wanted.provider, &wanted.user_id))
}
