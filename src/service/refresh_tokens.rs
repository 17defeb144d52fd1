//! Whether the refresh tokens of ended sessions are revoked, which is decided before anything is changed.

use std::collections::HashSet;

use serde::de::DeserializeOwned;
use serde_json::json;

use crate::auth0::endpoint::Endpoint;
use crate::auth0::refresh_tokens::{self, RefreshToken, RefreshTokenPage};
use crate::config::RevokeRefreshTokens;
use crate::error::{ApiCategory, Error, Result};
use crate::service::Service;
use crate::service::needs::Needs;
use crate::service::operation::{Operation, TokenFate};
use crate::service::revocation_target::Target;
use crate::service::settlement::settle_unless_absent;
use crate::transport::call::Call;

/// A setting that requires a scope of its own.
pub(super) const REVOKE_REFRESH_TOKENS: &str = "revokeRefreshTokens";

pub(super) static NEEDS: &[Needs] = &[Needs {
    method: REVOKE_REFRESH_TOKENS,
    routes: &[&refresh_tokens::DELETE_ALL.route],
}];

/// As many as the limit for sessions, on twice as many pages as they need.
const MAX_TOKENS: usize = 10_000;
const MAX_PAGES: u32 = 400;

/// What happens to the refresh tokens of an ended session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefreshTokens {
    Leave,
    Revoke {
        /// Auth0 listed the scope among those of the token.
        granted: bool,
    },
}

impl Service {
    /// Decides before anything is changed, based on the scopes of the token.
    pub(super) async fn refresh_tokens_plan(
        &self,
        operation: &Operation,
        call: Call,
    ) -> Result<RefreshTokens> {
        let policy = self.config.revoke_refresh_tokens;
        if policy == RevokeRefreshTokens::Never {
            operation.record_refresh_tokens(TokenFate::Kept);
            return Ok(RefreshTokens::Leave);
        }
        let token = self.api.token(call).await?;
        match (token.grants(refresh_tokens::DELETE_SCOPE), policy) {
            (Some(false), RevokeRefreshTokens::Always) => Err(missing_refresh_token_scope()),
            (Some(false), _) => {
                leave(operation, "the scope delete:refresh_tokens is missing");
                Ok(RefreshTokens::Leave)
            }
            (granted, _) => Ok(RefreshTokens::Revoke {
                granted: granted == Some(true),
            }),
        }
    }

    /// Also succeeds if `"auto"` has to leave them valid.
    pub(super) async fn revoke_all_refresh_tokens(&self, target: Target<'_>) -> Result<()> {
        let Target {
            owner,
            operation,
            call,
            ..
        } = target;
        let request = refresh_tokens::delete_all(owner)?;
        let none_left = async {
            let reading = operation.reading(call);
            Ok(self.shows_token(owner, |_| true, reading).await? == Some(false))
        };
        match self.api.change(request, operation, call).await {
            Err(error) if self.may_leave_refresh_tokens(&error, operation) => Ok(()),
            outcome => settle_unless_absent(outcome, none_left).await.map(|_| ()),
        }
    }

    /// Under `"auto"`, a scope that is missing according to Auth0 is only a warning; any other failure remains one.
    pub(super) fn may_leave_refresh_tokens(&self, error: &Error, operation: &Operation) -> bool {
        let may = self.config.revoke_refresh_tokens == RevokeRefreshTokens::Auto
            && error.is_proven_insufficient_scope();
        if may {
            leave(
                operation,
                "Auth0 refused to revoke them because a scope is missing",
            );
        }
        may
    }

    /// The user's refresh tokens; `None` without the scope to list them, or if there are too many to compare.
    pub(super) async fn listed_refresh_tokens(
        &self,
        owner: &str,
        call: Call,
    ) -> Result<Option<Vec<RefreshToken>>> {
        let mut listed = Vec::new();
        let is_full = |token: &RefreshToken| {
            listed.push(token.clone());
            listed.len() > MAX_TOKENS
        };
        let shown = self.shows_token(owner, is_full, call).await?;
        listed.retain(|token| token.user_id.as_deref().is_none_or(|id| id == owner));
        Ok((shown == Some(false)).then_some(listed))
    }

    /// Whether Auth0 lists a matching refresh token of the user; `None` without the scope to list them.
    pub(super) async fn shows_token(
        &self,
        owner: &str,
        mut is_wanted: impl FnMut(&RefreshToken) -> bool,
        call: Call,
    ) -> Result<Option<bool>> {
        if self
            .api
            .has_scopes(&[refresh_tokens::READ_SCOPE], call)
            .await?
            != Some(true)
        {
            return Ok(None);
        }
        let list = &refresh_tokens::LIST;
        let shown = self.find_token(list, owner, &mut is_wanted, call);
        Ok(Some(shown.await?))
    }

    /// Reads the user's refresh tokens until one of them is wanted, and returns whether one was.
    pub(super) async fn find_token<T: DeserializeOwned + Send + 'static>(
        &self,
        list: &'static Endpoint<RefreshTokenPage<T>>,
        owner: &str,
        mut is_wanted: impl FnMut(&T) -> bool,
        call: Call,
    ) -> Result<bool> {
        let mut cursors = HashSet::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let request = refresh_tokens::list(list, owner, cursor.as_deref())?;
            let page = self.api.send(request, call).await?;
            if page.tokens.iter().any(&mut is_wanted) {
                return Ok(true);
            }
            match page.next {
                None => return Ok(false),
                Some(next) if cursors.insert(next.clone()) => cursor = Some(next),
                Some(_) => break,
            }
        }
        let message = format!("{list}: the list does not end.");
        Err(list.error(ApiCategory::Response, 1, message))
    }
}

fn leave(operation: &Operation, reason: &str) {
    operation.record_refresh_tokens(TokenFate::Kept);
    operation.warn_if_successful(
        format!(
            "Refresh tokens of the revoked session stay valid: {reason}. Grant \
             delete:refresh_tokens, or set revokeRefreshTokens to false to accept this."
        ),
        json!({ "missingScope": refresh_tokens::DELETE_SCOPE }),
    );
}

fn missing_refresh_token_scope() -> Error {
    let endpoint = &refresh_tokens::DELETE_ALL;
    endpoint.error(
        ApiCategory::InsufficientScope {
            required: endpoint.route.scopes,
        },
        0,
        "revokeRefreshTokens is true, but the access token lacks the scope \
         delete:refresh_tokens. Nothing was changed.",
    )
}
