//! Removes factors of a user, one by one: Auth0 refuses to delete all of them at once where one is a passkey.

use serde_json::Value;

use crate::auth0::factors::{self, Factor};
use crate::auth0::users;
use crate::error::{EffectState, Error, ProtectionReason, Result, Step};
use crate::model::UserFactor;
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::batch::{announce, each, tally};
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::settlement::settle;
use crate::transport::call::Call;
use crate::transport::request::Route;
use crate::user::UserRef;

use super::factors::{RECOVERY_CODE, view};
use super::one_at_a_time::Turn;

const ROUTES: &[&Route] = &[
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
            let removal = Removal {
                user,
                owner,
                operation,
                call,
            };
            self.remove_one(factor_id, options, removal).await
        });
        self.audited(Action::RemoveFactor, user, operation, call, run)
            .await
    }

    /// Returns how many there were.
    pub async fn remove_all_user_factors(
        &self,
        user: &UserRef,
        options: RemovalOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        let run = Box::pin(async {
            let owner = &self.resolve_for(user, operation, call).await?;
            let removal = Removal {
                user,
                owner,
                operation,
                call,
            };
            let _turn = self.turn(removal).await?;
            let all = self.factors(user, owner, call).await?;
            if all.is_empty() {
                return Ok(0);
            }
            check_rest(&[], options)?;
            self.remove_factors(all, removal).await
        });
        self.audited(Action::RemoveAllFactors, user, operation, call, run)
            .await
    }

    async fn remove_one(
        &self,
        factor_id: Option<&str>,
        options: RemovalOptions,
        removal: Removal<'_>,
    ) -> Result<Vec<UserFactor>> {
        let Removal {
            user,
            owner,
            operation,
            call,
        } = removal;
        let _turn = self.turn(removal).await?;
        let all = self.factors(user, owner, call).await?;
        let is_it = |factor: &Factor| Some(factor.id.as_str()) == factor_id;
        let gone = all.iter().find(|factor| is_it(factor)).cloned();
        let gone = gone.ok_or_else(factor_not_found)?;
        let (linked, mut left): (Vec<_>, Vec<_>) = all
            .into_iter()
            .filter(|factor| factor.id != gone.id)
            .partition(|factor| factor.is_linked_to(&gone));
        check_rest(&left, options)?;
        self.remove_factors(vec![gone], removal).await?;
        if !linked.is_empty() {
            left = self.factors(user, owner, operation.reading(call)).await?;
        }
        Ok(left.into_iter().map(view).collect())
    }

    /// Two calls at once would each see the other's factor as the one that remains.
    async fn turn(&self, removal: Removal<'_>) -> Result<Turn> {
        let tenant = self.config.domain.origin();
        Turn::of(tenant, removal.owner, removal.call, &factors::LIST.route).await
    }

    /// Browsers are forgotten first: if that fails, the call can be repeated as it was.
    async fn remove_factors(&self, gone: Vec<Factor>, removal: Removal<'_>) -> Result<u32> {
        let operation = removal.operation;
        announce(operation, gone.len() + 1);
        self.forget_browsers(removal).await?;
        let remove = |factor: Factor| self.remove_factor(factor, removal);
        let outcomes = each(gone, operation, remove).await;
        tally(outcomes, Step::Factor, operation)
    }

    async fn remove_factor(&self, factor: Factor, removal: Removal<'_>) -> Result<EffectState> {
        let Removal {
            user,
            owner,
            operation,
            call,
        } = removal;
        let request = factors::delete(owner, &factor.id)?;
        let outcome = self.api.change(request, operation, call).await;
        let is_gone = async {
            let left = self.factors(user, owner, operation.reading(call)).await?;
            Ok(left.iter().all(|other| other.id != factor.id))
        };
        settle(outcome, is_gone).await.map(|_| EffectState::Done)
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
    let confirms =
        |factor: &Factor| factor.confirmed != Some(false) && factor.kind != RECOVERY_CODE;
    if options.allow_last || left.iter().any(confirms) {
        return Ok(());
    }
    Err(Error::protection(
        ProtectionReason::LastFactor,
        "The user would be left without a confirmed factor besides the password and the recovery code. Pass \
         allowLast: true to remove it nonetheless.",
    ))
}

fn factor_not_found() -> Error {
    Error::protection(
        ProtectionReason::FactorNotFound,
        "The factor does not exist or does not belong to the user.",
    )
}
