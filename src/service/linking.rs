//! Links a second account to a user, with protection against hijacking.

use crate::auth0::users::{self, User};
use crate::error::{Error, LinkingReason, Result, Step};
use crate::model::UserAuthenticationMethod;
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::identity_change::{IdentityChange, contains};
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::sign_in::{Proof, SignedIn};
use crate::service::sign_in_methods::methods_of;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "connectSecondaryAccount",
    routes: &[&users::READ.route, &users::LINK.route],
}];

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
        // The state is checked first: a forged one must not even reveal whether the user exists.
        let state = self.check_proof(user, proof, call)?;
        let primary = self.user(user, call).await?;
        operation.name("userId", primary.user_id.as_str());
        check_primary(&primary)?;
        let signed_in = self.sign_in(proof, state, call).await?;
        let (provider, identity_id) = parts_of(&signed_in.subject.user_id);
        operation.name("provider", provider);
        operation.name("identityId", identity_id);
        if let Some(linked) = already_linked(&primary, &signed_in)? {
            return Ok(linked);
        }
        if !signed_in.subject.email_verified && !allow_unverified_email {
            return Err(unverified(&signed_in));
        }
        let Some(secondary) = self.user_by_id(&signed_in.subject.user_id, call).await? else {
            return self.overtaken(&primary, &signed_in, call).await;
        };
        check_secondary(&secondary)?;
        if used_another_connection(&secondary, &signed_in) {
            return Err(provider_mismatch());
        }
        self.link(&primary, &secondary, operation, call).await
    }

    /// The account has disappeared since the person signed in: another call may have linked it to this user.
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
                "The account that the person signed in to no longer exists.",
            )
        })
    }

    async fn link(
        &self,
        primary: &User,
        secondary: &User,
        operation: &Operation,
        call: Call,
    ) -> Result<Vec<UserAuthenticationMethod>> {
        let identity = &secondary.identities[0];
        let link = IdentityChange {
            user: primary,
            request: users::link(&primary.user_id, identity)?,
            step: Step::Link,
            is_made: &|identities| contains(identities, identity),
            repeated: &[400, 404, 409],
            refused: link_refused,
        };
        let linked = self.change_identities(link, operation, call).await?;
        Ok(methods_of(&linked))
    }
}

/// Signing in with a linked account returns the id of its primary. Only the requested provider shows whether
/// the person used the account itself or one that is linked to it.
fn already_linked(
    primary: &User,
    signed_in: &SignedIn,
) -> Result<Option<Vec<UserAuthenticationMethod>>> {
    let subject = &signed_in.subject.user_id;
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

/// Provider and identity id of a user id, in which the identity id may contain further bars.
fn parts_of(user_id: &str) -> (&str, &str) {
    user_id.split_once('|').unwrap_or((user_id, ""))
}

fn check_primary(primary: &User) -> Result<()> {
    if primary.blocked {
        return Err(Error::linking(
            LinkingReason::PrimaryBlocked,
            "The account is blocked.",
        ));
    }
    Ok(())
}

/// Only an account with a single identity, its own, can be linked.
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
fn used_another_connection(secondary: &User, signed_in: &SignedIn) -> bool {
    let identity = secondary.identities.first();
    let actual = identity.and_then(|identity| identity.connection.as_deref());
    let asked = signed_in.connection.as_deref();
    asked
        .zip(actual)
        .is_some_and(|(asked, actual)| asked != actual)
}

fn unverified(signed_in: &SignedIn) -> Error {
    let message = if signed_in.subject.has_email {
        "The email of the account to be connected is not verified. Verify it first, or pass \
         allowUnverifiedEmail if you accept the risk."
    } else {
        "The account to be connected has no email that could be verified, as after a login by SMS. \
         Pass allowUnverifiedEmail if you accept accounts without one."
    };
    Error::linking(LinkingReason::UnverifiedEmail, message)
}

fn provider_mismatch() -> Error {
    Error::linking(
        LinkingReason::ProviderMismatch,
        "The person signed in with a different provider or connection than the one requested.",
    )
}

fn link_refused(error: Option<Error>) -> Error {
    let is_conflict = |error: &Error| error.status() == Some(409);
    let refused = if error.as_ref().is_some_and(is_conflict) {
        Error::linking(
            LinkingReason::LinkedElsewhere,
            "The account is already connected to another user.",
        )
    } else {
        Error::linking(LinkingReason::Refused, "Auth0 did not connect the account.")
    };
    refused.with_cause_if(error)
}
