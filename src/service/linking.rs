//! Connects a second account to a user, so that it cannot be hijacked.

use crate::auth0::users::{self, User};
use crate::error::{EffectState, Error, LinkingReason, Result, Step};
use crate::model::UserAuthenticationMethod;
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::authentication_methods::methods_of;
use crate::service::operation::Operation;
use crate::service::sign_in::{Proof, SignedIn};
use crate::transport::call::Call;
use crate::user::{UserRef, user_not_found};

impl Service {
    pub async fn link_account(
        &self,
        user: &UserRef,
        proof: &Proof,
        allow_unverified_email: bool,
        operation: &Operation,
        call: Call,
    ) -> Result<Vec<UserAuthenticationMethod>> {
        let run = self.check_and_link(user, proof, allow_unverified_email, operation, call);
        self.audited(Action::LinkAccount, user, operation, call, run)
            .await
    }

    async fn check_and_link(
        &self,
        user: &UserRef,
        proof: &Proof,
        allow_unverified_email: bool,
        operation: &Operation,
        call: Call,
    ) -> Result<Vec<UserAuthenticationMethod>> {
        // The state is checked first: a forged one must not even tell whether the user exists.
        let state = self.check_proof(user, proof, call)?;
        let primary = self.user(user, call).await?;
        operation.name("userId", primary.user_id.as_str());
        if primary.blocked {
            return Err(Error::linking(
                LinkingReason::PrimaryBlocked,
                "The account is blocked.",
            ));
        }
        let signed_in = self.sign_in(proof, state, call).await?;
        let (provider, identity_id) = parts_of(&signed_in.identity.subject);
        operation.name("provider", provider);
        operation.name("identityId", identity_id);
        if let Some(linked) = already_linked(&primary, &signed_in)? {
            return Ok(linked);
        }
        if !signed_in.identity.email_verified && !allow_unverified_email {
            return Err(Error::linking(
                LinkingReason::UnverifiedEmail,
                "The email of the account to be connected is not verified. Verify it first, or \
                 pass allowUnverifiedEmail if you know what it opens.",
            ));
        }
        let Some(secondary) = self.user_by_id(&signed_in.identity.subject, call).await? else {
            return self.overtaken(&primary, &signed_in, call).await;
        };
        check_secondary(&secondary)?;
        if came_by_another_connection(&secondary, &signed_in) {
            return Err(provider_mismatch());
        }
        self.link(&primary, &secondary, operation, call).await
    }

    /// The account is gone since it signed in: another call may have connected it to this user.
    async fn overtaken(
        &self,
        primary: &User,
        signed_in: &SignedIn,
        call: Call,
    ) -> Result<Vec<UserAuthenticationMethod>> {
        let current = self.user_by_id(&primary.user_id, call).await?;
        let linked = current.map(|user| already_linked(&user, signed_in));
        linked.transpose()?.flatten().ok_or_else(|| {
            Error::linking(
                LinkingReason::SecondaryNotFound,
                "The account that signed in does not exist any more.",
            )
        })
    }

    /// Success is reported only for what Auth0 shows to be linked.
    async fn link(
        &self,
        primary: &User,
        secondary: &User,
        operation: &Operation,
        call: Call,
    ) -> Result<Vec<UserAuthenticationMethod>> {
        let linked = self.try_link(primary, secondary, operation, call).await;
        let state = EffectState::of(&linked);
        operation.note(Step::Link, state);
        linked
    }

    async fn try_link(
        &self,
        primary: &User,
        secondary: &User,
        operation: &Operation,
        call: Call,
    ) -> Result<Vec<UserAuthenticationMethod>> {
        let identity = &secondary.identities[0];
        let request = users::link(&primary.user_id, identity)?.marking(operation.begun());
        let outcome = self
            .api
            .json::<Vec<users::Identity>>(request, call.with_reserve())
            .await;
        let is_linked = |identities: &[users::Identity]| {
            identities
                .iter()
                .any(|linked| linked.is(&identity.provider, &identity.user_id))
        };
        if let Ok(identities) = &outcome
            && primary.owns(identities)
            && is_linked(identities)
        {
            let linked = User {
                identities: identities.clone(),
                ..primary.clone()
            };
            return Ok(methods_of(&linked));
        }
        if let Err(error) = &outcome
            && !(error.is_ambiguous() || matches!(error.status(), Some(400 | 404 | 409)))
        {
            return Err(error.clone());
        }
        let error = outcome.err();
        let current = self.reread(primary, error.as_ref(), call).await?;
        match error {
            _ if is_linked(&current.identities) => Ok(methods_of(&current)),
            Some(error) if error.is_ambiguous() => Err(error),
            Some(error) if error.status() == Some(409) => Err(Error::linking(
                LinkingReason::LinkedElsewhere,
                "The account is connected to another user already.",
            )
            .with_cause(error)),
            Some(error) => Err(link_refused().with_cause(error)),
            None => Err(link_refused()),
        }
    }

    /// The user after a change of identities that failed with `error`, or succeeded with a response that does not
    /// show it. If the change may have been made, failing to find out leaves it in doubt.
    pub(super) async fn reread(
        &self,
        user: &User,
        error: Option<&Error>,
        call: Call,
    ) -> Result<User> {
        let read = self.user_by_id(&user.user_id, call).await;
        let failed = match (read, error) {
            (Ok(Some(current)), _) => return Ok(current),
            (_, Some(error)) if error.is_ambiguous() => return Err(error.clone()),
            (Ok(None), _) => user_not_found(&UserRef::Id(user.user_id.clone())),
            (Err(failed), _) => failed,
        };
        Err(failed.in_doubt_if(error.is_none()))
    }
}

/// Signing in with a connected account gives the id of its primary. Whether that is the account
/// itself or one of its connected ones shows only in the provider that was asked for.
fn already_linked(
    primary: &User,
    signed_in: &SignedIn,
) -> Result<Option<Vec<UserAuthenticationMethod>>> {
    let subject = &signed_in.identity.subject;
    let asked = signed_in.provider.as_deref();
    if *subject == primary.user_id {
        let mut secondaries = primary.identities.iter().skip(1);
        return if secondaries.any(|identity| asked == Some(&identity.provider)) {
            Ok(Some(methods_of(primary)))
        } else {
            Err(Error::linking(
                LinkingReason::SameUser,
                "The person signed in to the same account again. Sign in to the other account.",
            ))
        };
    }
    let (provider, id) = parts_of(subject);
    if asked.is_some_and(|asked| asked != provider) {
        return Err(provider_mismatch());
    }
    let is_linked = primary
        .identities
        .iter()
        .any(|identity| identity.is(provider, id));
    Ok(is_linked.then(|| methods_of(primary)))
}

/// Provider and identity id of a user id, which may hold further bars.
fn parts_of(user_id: &str) -> (&str, &str) {
    user_id.split_once('|').unwrap_or((user_id, ""))
}

/// Only an account with one identity, its own, can be connected.
fn check_secondary(secondary: &User) -> Result<()> {
    let refuse = |reason, message| Err(Error::linking(reason, message));
    if secondary.blocked {
        return refuse(
            LinkingReason::SecondaryBlocked,
            "The account to be connected is blocked.",
        );
    }
    match secondary.identities.len() {
        1 => Ok(()),
        0 => refuse(
            LinkingReason::SecondaryNotFound,
            "The account to be connected has no identity to link.",
        ),
        _ => refuse(
            LinkingReason::SecondaryHasIdentities,
            "The account to be connected has connected accounts of its own. Disconnect them first.",
        ),
    }
}

/// Several connections can share a provider: every database is `auth0`.
fn came_by_another_connection(secondary: &User, signed_in: &SignedIn) -> bool {
    let identity = secondary.identities.first();
    let actual = identity.and_then(|identity| identity.connection.as_deref());
    let asked = signed_in.connection.as_deref();
    asked
        .zip(actual)
        .is_some_and(|(asked, actual)| asked != actual)
}

fn provider_mismatch() -> Error {
    Error::linking(
        LinkingReason::ProviderMismatch,
        "The person signed in with another provider or connection than the one asked for.",
    )
}

fn link_refused() -> Error {
    Error::linking(LinkingReason::Refused, "Auth0 did not connect the account.")
}
