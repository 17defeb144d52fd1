//! Disconnects an account from a user, but never the last way to sign in.

use serde_json::Value;

use crate::auth0::users::{self, Identity, User};
use crate::error::{EffectState, Error, LinkingReason, Result, Step};
use crate::model::UserAuthenticationMethod;
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::authentication_methods::methods_of;
use crate::service::connection_url::checked_provider;
use crate::service::operation::Operation;
use crate::transport::call::Call;
use crate::user::UserRef;

impl Service {
    /// `id` is the identity's own id, with or without its provider in front.
    pub async fn unlink_account(
        &self,
        user: &UserRef,
        provider: &str,
        id: Option<&str>,
        operation: &Operation,
        call: Call,
    ) -> Result<Vec<UserAuthenticationMethod>> {
        operation.name("provider", provider);
        operation.name("identityId", id.map_or(Value::Null, Value::from));
        let run = self.check_and_unlink(user, provider, id, operation, call);
        self.audited(Action::UnlinkAccount, user, operation, call, run)
            .await
    }

    async fn check_and_unlink(
        &self,
        user: &UserRef,
        provider: &str,
        id: Option<&str>,
        operation: &Operation,
        call: Call,
    ) -> Result<Vec<UserAuthenticationMethod>> {
        let provider = checked_provider(provider)?;
        let id = id.ok_or_else(not_linked)?;
        let user = self.user(user, call).await?;
        operation.name("userId", user.user_id.as_str());
        let identity = removable(&user, provider, id)?;
        let unlinked = self.unlink(&user, identity, operation, call).await;
        let state = EffectState::of(&unlinked);
        operation.note(Step::Unlink, state);
        unlinked
    }

    async fn unlink(
        &self,
        user: &User,
        identity: &Identity,
        operation: &Operation,
        call: Call,
    ) -> Result<Vec<UserAuthenticationMethod>> {
        let request = users::unlink(&user.user_id, identity)?.marking(operation.begun());
        match self
            .api
            .json::<Vec<Identity>>(request, call.with_reserve())
            .await
        {
            Ok(identities) if is_left(&identities, user, identity) => Ok(methods_of(&User {
                identities,
                ..user.clone()
            })),
            Err(error) if !(error.is_ambiguous() || matches!(error.status(), Some(400 | 404))) => {
                Err(error)
            }
            outcome => {
                self.confirm_unlinked(user, identity, outcome.err(), call)
                    .await
            }
        }
    }

    /// What Auth0 shows now decides, not what was or was not answered.
    async fn confirm_unlinked(
        &self,
        user: &User,
        identity: &Identity,
        error: Option<Error>,
        call: Call,
    ) -> Result<Vec<UserAuthenticationMethod>> {
        let current = self.reread(user, error.as_ref(), call).await?;
        if !contains(&current.identities, identity) {
            return Ok(methods_of(&current));
        }
        match error {
            Some(error) if error.is_ambiguous() => Err(error),
            error => {
                let message = "Auth0 did not disconnect the account.";
                let refused = Error::linking(LinkingReason::Refused, message);
                Err(match error {
                    Some(error) => refused.with_cause(error),
                    None => refused,
                })
            }
        }
    }
}

/// The identity to remove, if the user can sign in without it.
fn removable<'a>(user: &'a User, provider: &str, id: &str) -> Result<&'a Identity> {
    let without_provider = id
        .strip_prefix(provider)
        .and_then(|rest| rest.strip_prefix('|'));
    let mut identities = user.identities.iter().enumerate();
    let found = identities.find(|(_, identity)| {
        identity.is(provider, id) || without_provider.is_some_and(|id| identity.is(provider, id))
    });
    let refuse = |reason, message| Err(Error::linking(reason, message));
    match found {
        None => Err(not_linked()),
        Some(_) if user.identities.len() == 1 => refuse(
            LinkingReason::LastMethod,
            "This is the only way in which the user can sign in.",
        ),
        Some((0, _)) => refuse(
            LinkingReason::PrimaryIdentity,
            "This identity is the account itself. Auth0 cannot disconnect it.",
        ),
        Some((_, identity)) => Ok(identity),
    }
}

/// What is left of this user, and of nobody else.
fn is_left(identities: &[Identity], user: &User, removed: &Identity) -> bool {
    user.owns(identities) && !contains(identities, removed)
}

fn contains(identities: &[Identity], wanted: &Identity) -> bool {
    identities
        .iter()
        .any(|identity| identity.is(&wanted.provider, &wanted.user_id))
}

fn not_linked() -> Error {
    Error::linking(
        LinkingReason::NotLinked,
        "No such account is connected to the user.",
    )
}
