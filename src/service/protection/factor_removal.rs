//! Removes factors of a user, one by one: Auth0 refuses to delete all of them at once where one is a passkey.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde_json::Value;

use crate::auth0::factors::{self, Factor};
use crate::auth0::users;
use crate::error::{EffectState, Error, ProtectionReason, Result, Step};
use crate::model::UserFactor;
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::batch::{each, tally, unless_left};
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::settlement::settle;
use crate::transport::call::Call;
use crate::user::UserRef;

use super::factors::view;

const ROUTES: &[&crate::transport::request::Route] = &[
    &users::BY_EMAIL.route,
    &factors::LIST.route,
    &factors::DELETE.route,
    &factors::FORGET_BROWSERS.route,
];

pub(super) static NEEDS: &[Needs] = &[
    Needs {
        method: "removeUserFactor",
        routes: ROUTES,
    },
    Needs {
        method: "removeAllUserFactors",
        routes: ROUTES,
    },
];

/// How a user signs in, not how a sign-in is confirmed.
const PASSWORD: &str = "password";
const RECOVERY_CODE: &str = "recovery-code";

#[derive(Debug, Clone, Copy, Default)]
pub struct RemovalOptions {
    /// The user may be left without a factor that confirms a sign-in.
    pub allow_last: bool,
}

/// Whose factors are removed.
#[derive(Clone, Copy)]
struct Removal<'a> {
    user: &'a UserRef,
    owner: &'a str,
    operation: &'a Operation,
    call: Call,
}

impl Service {
    /// Returns the factors that remain. The error is the same for a factor that does not exist and for one of another
    /// user.
    pub async fn remove_user_factor(
        &self,
        user: &UserRef,
        factor_id: Option<&str>,
        options: RemovalOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<Vec<UserFactor>> {
        operation.name("factorId", factor_id.map_or(Value::Null, Value::from));
        let run = Box::pin(async {
            let owner = &self.resolve_for(user, operation, call).await?;
            let (gone, left) = self
                .split_factors(user, owner, call, |factor| {
                    Some(factor.id.as_str()) == factor_id
                })
                .await?;
            if gone.is_empty() {
                return Err(factor_not_found());
            }
            check_rest(&left, options)?;
            let removal = Removal {
                user,
                owner,
                operation,
                call,
            };
            self.remove_factors(gone, removal).await?;
            Ok(left.into_iter().map(view).collect())
        });
        self.audited(Action::RemoveFactor, user, operation, call, run)
            .await
    }

    /// Removes every factor but the password, and returns how many there were.
    pub async fn remove_all_user_factors(
        &self,
        user: &UserRef,
        options: RemovalOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        let run = Box::pin(async {
            let owner = &self.resolve_for(user, operation, call).await?;
            let (gone, left) = self
                .split_factors(user, owner, call, |factor| factor.kind != PASSWORD)
                .await?;
            if gone.is_empty() {
                return Ok(0);
            }
            check_rest(&left, options)?;
            let removal = Removal {
                user,
                owner,
                operation,
                call,
            };
            self.remove_factors(gone, removal).await
        });
        self.audited(Action::RemoveAllFactors, user, operation, call, run)
            .await
    }

    /// The factors to remove, and the others.
    async fn split_factors(
        &self,
        user: &UserRef,
        owner: &str,
        call: Call,
        is_removed: impl Fn(&Factor) -> bool,
    ) -> Result<(Vec<Factor>, Vec<Factor>)> {
        let all = self.factors(user, owner, call).await?;
        Ok(all.into_iter().partition(is_removed))
    }

    /// Browsers are forgotten first: if that fails, the call can be repeated as it was.
    async fn remove_factors(&self, gone: Vec<Factor>, removal: Removal<'_>) -> Result<u32> {
        let operation = removal.operation;
        operation.takes_requests(u32::try_from(gone.len() + 1).unwrap_or(u32::MAX));
        self.forget_browsers(removal).await?;
        let remove = |factor: Factor| async move {
            let removed = unless_left(operation, |sent| self.remove_factor(factor, sent, removal));
            (true, removed.await)
        };
        let outcomes = each(gone, operation, remove).await;
        tally(outcomes, Step::Factor, operation)
    }

    async fn remove_factor(
        &self,
        factor: Factor,
        sent: Arc<AtomicBool>,
        removal: Removal<'_>,
    ) -> Result<()> {
        let Removal {
            user,
            owner,
            operation,
            call,
        } = removal;
        let request = factors::delete(owner, &factor.id)?.marking(sent);
        let outcome = self.api.change(request, operation, call).await;
        let is_gone = async {
            let left = self.factors(user, owner, operation.reading(call)).await?;
            Ok(left.iter().all(|other| other.id != factor.id))
        };
        settle(outcome, is_gone).await.map(|_| ())
    }

    /// A remembered browser would skip the factors that remain.
    async fn forget_browsers(&self, removal: Removal<'_>) -> Result<()> {
        let Removal {
            owner,
            operation,
            call,
            ..
        } = removal;
        let request = factors::forget_browsers(owner)?;
        let outcome = self.api.change(request, operation, call).await;
        // Nothing shows which browsers are remembered.
        let forgotten = settle(outcome, async { Ok(false) }).await.map(|_| ());
        operation.set_state(Step::RememberedBrowsers, EffectState::of(&forgotten));
        forgotten
    }
}

fn check_rest(left: &[Factor], options: RemovalOptions) -> Result<()> {
    let confirms = |factor: &Factor| {
        factor.confirmed != Some(false)
            && ![PASSWORD, RECOVERY_CODE].contains(&factor.kind.as_str())
    };
    if options.allow_last || left.iter().any(confirms) {
        return Ok(());
    }
    Err(Error::protection(
        ProtectionReason::LastFactor,
        "The user would be left without a confirmed factor beside the password and the recovery code. Pass \
         allowLast: true to remove it nonetheless.",
    ))
}

fn factor_not_found() -> Error {
    Error::protection(
        ProtectionReason::FactorNotFound,
        "The factor does not exist or does not belong to the user.",
    )
}
