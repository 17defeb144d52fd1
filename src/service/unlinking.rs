//! Unlinks an account from a user, but never the only sign-in method.

use serde_json::Value;

use crate::auth0::users::{self, Identity, User};
use crate::error::{Error, LinkingReason, Result, Step};
use crate::model::UserAuthenticationMethod;
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::connection_url::checked_provider;
use crate::service::identity_change::{IdentityChange, contains};
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::sign_in_methods::methods_of;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "disconnectSecondaryAccount",
    routes: &[&users::READ.route, &users::UNLINK.route],
}];

impl Service {
    /// `id` is the identity's own id, with or without the provider prefix.
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
        let unlink = IdentityChange {
            user: &user,
            request: users::unlink(&user.user_id, identity)?,
            step: Step::Unlink,
            is_made: &|identities| !contains(identities, identity),
            repeated: &[400, 404],
            refused: unlink_refused,
        };
        let unlinked = self.change_identities(unlink, operation, call).await?;
        Ok(methods_of(&unlinked))
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
            "This is the user's only sign-in method.",
        ),
        Some((0, _)) => refuse(
            LinkingReason::PrimaryIdentity,
            "This identity is the account's primary one. Auth0 cannot disconnect it.",
        ),
        Some((_, identity)) => Ok(identity),
    }
}

fn unlink_refused(error: Option<Error>) -> Error {
    let message = "Auth0 did not disconnect the account.";
    Error::linking(LinkingReason::Refused, message).with_cause_if(error)
}

fn not_linked() -> Error {
    Error::linking(
        LinkingReason::NotLinked,
        "No such account is connected to the user.",
    )
}
