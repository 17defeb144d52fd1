//! Revokes the refresh tokens that one application holds of a user.

use std::collections::HashSet;

use serde_json::Value;

use crate::auth0::refresh_tokens::{self, TokenDetails};
use crate::auth0::users;
use crate::error::{ApiCategory, EffectState, Error, ProtectionReason, Result, Step};
use crate::service::Service;
use crate::service::audit::Action;
use crate::service::batch::{each, tally};
use crate::service::needs::Needs;
use crate::service::operation::Operation;
use crate::service::sessions::without_owner;
use crate::service::settlement::settle;
use crate::service::waiting::wait_until;
use crate::transport::call::Call;
use crate::user::UserRef;

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: "revokeUserApplication",
    routes: &[
        &users::BY_EMAIL.route,
        &refresh_tokens::LIST.route,
        &refresh_tokens::DELETE.route,
    ],
}];

#[derive(Debug, Clone, Copy, Default)]
pub struct RevokeApplicationOptions {
    pub wait_until_gone: bool,
}

impl Service {
    /// Returns how many refresh tokens were revoked.
    pub async fn revoke_user_application(
        &self,
        user: &UserRef,
        client_id: Option<&str>,
        options: RevokeApplicationOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        operation.name("clientId", client_id.map_or(Value::Null, Value::from));
        let run = Box::pin(self.revoke_application(user, client_id, options, operation, call));
        self.audited(Action::RevokeApplication, user, operation, call, run)
            .await
    }

    async fn revoke_application(
        &self,
        user: &UserRef,
        client_id: Option<&str>,
        options: RevokeApplicationOptions,
        operation: &Operation,
        call: Call,
    ) -> Result<u32> {
        let client_id = client_id.ok_or_else(application_not_found)?;
        let owner = &self.resolve_for(user, operation, call).await?;
        let mut tokens = self.token_details(user, owner, call).await?;
        // One without an owner may be another user's; one without an application may be of this one.
        if tokens.iter().any(|token| token.user_id.is_none()) {
            return Err(without_owner(&refresh_tokens::LIST));
        }
        if tokens.iter().any(|token| token.client_id.is_none()) {
            return Err(without_application());
        }
        tokens.retain(|token| token.client_id.as_deref() == Some(client_id));
        if tokens.is_empty() {
            return Err(application_not_found());
        }
        let ids: HashSet<String> = tokens.iter().map(|token| token.id.clone()).collect();
        let revoke = |token: TokenDetails| self.revoke_token(owner, token, operation, call);
        let outcomes = each(tokens, operation, revoke).await;
        let revoked = tally(outcomes, Step::Application, operation)?;
        if options.wait_until_gone {
            let reading = operation.reading(call);
            let gone = || self.are_tokens_gone(owner, &ids, reading);
            let seen = wait_until(gone, operation, reading).await;
            seen.inspect_err(|_| operation.doubt(Step::Application))?;
        }
        Ok(revoked)
    }

    async fn revoke_token(
        &self,
        owner: &str,
        token: TokenDetails,
        operation: &Operation,
        call: Call,
    ) -> Result<EffectState> {
        let request = refresh_tokens::delete(&token.id)?;
        let outcome = self.api.change(request, operation, call).await;
        let ids = HashSet::from([token.id]);
        let is_gone = self.are_tokens_gone(owner, &ids, operation.reading(call));
        settle(outcome, is_gone).await.map(|_| EffectState::Done)
    }

    async fn are_tokens_gone(
        &self,
        owner: &str,
        ids: &HashSet<String>,
        call: Call,
    ) -> Result<bool> {
        let list = &refresh_tokens::LIST;
        let is_listed = self.find_token(list, owner, |token| ids.contains(&token.id), call);
        Ok(!is_listed.await?)
    }
}

fn without_application() -> Error {
    let list = &refresh_tokens::LIST;
    let message = format!("{list}: a refresh token has no readable `client_id`.");
    list.error(ApiCategory::Response, 1, message)
}

fn application_not_found() -> Error {
    Error::protection(
        ProtectionReason::ApplicationNotFound,
        "The application has no refresh token of the user.",
    )
}
