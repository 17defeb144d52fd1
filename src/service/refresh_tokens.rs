//! What becomes of the refresh tokens of ended sessions: decided before anything is changed.

use std::collections::HashSet;

use serde_json::json;

use crate::auth0::answer::Acceptance;
use crate::auth0::refresh_tokens::{self, RefreshToken, RefreshTokenPage};
use crate::config::RevokeRefreshTokens;
use crate::error::{ApiCategory, Error, Result};
use crate::service::Service;
use crate::service::operation::Operation;
use crate::service::sessions::absent_user;
use crate::transport::call::Call;
use crate::user::UserRef;

/// 10,000 refresh tokens, as with sessions.
const MAX_PAGES: u32 = 200;

/// What will happen to the refresh tokens of an ended session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefreshTokens {
    Leave,
    Revoke {
        /// Auth0 said that the token has the scope.
        granted: bool,
    },
}

impl Service {
    /// Decides before anything is changed, by the scopes of the token.
    pub(super) async fn refresh_tokens_plan(
        &self,
        operation: &Operation,
        call: Call,
    ) -> Result<RefreshTokens> {
        let policy = self.config.revoke_refresh_tokens;
        if policy == RevokeRefreshTokens::Never {
            operation.fact("refreshTokens", "kept");
            return Ok(RefreshTokens::Leave);
        }
        let token = self.api.token(call).await?;
        match (token.grants(refresh_tokens::DELETE_SCOPE), policy) {
            (Some(false), RevokeRefreshTokens::Always) => Err(missing_refresh_token_scope()),
            (Some(false), _) => {
                leave(operation, "the scope delete:refresh_tokens is missing");
                Ok(RefreshTokens::Leave)
            }
            (granted, _) => {
                operation.fact("refreshTokens", "unknown");
                Ok(RefreshTokens::Revoke {
                    granted: granted == Some(true),
                })
            }
        }
    }

    /// Whether the refresh tokens of the user are to be revoked: `false` where `"auto"` has to leave them.
    pub(super) async fn revoke_all_refresh_tokens(
        &self,
        user: &UserRef,
        owner: &str,
        operation: &Operation,
        call: Call,
    ) -> Result<bool> {
        let request = refresh_tokens::delete_all(owner)?;
        match self.api.change(request, operation, call).await {
            Ok(Acceptance::Accepted) => Ok(true),
            Ok(Acceptance::Doubtful(error)) => {
                match self.listed_refresh_tokens(user, owner, call).await {
                    Ok(Some(left)) if left.is_empty() => Ok(true),
                    _ => Err(error),
                }
            }
            Err(error) if self.may_leave_refresh_tokens(&error, operation) => Ok(false),
            Err(error) => Err(absent_user(error, user)),
        }
    }

    /// Under "auto" Auth0's word that the scope is missing is a warning; every other failure stays one.
    pub(super) fn may_leave_refresh_tokens(&self, error: &Error, operation: &Operation) -> bool {
        let may = self.config.revoke_refresh_tokens == RevokeRefreshTokens::Auto
            && error.is_proven_insufficient_scope();
        if may {
            leave(
                operation,
                "Auth0 refused to revoke them for want of a scope",
            );
        }
        may
    }

    /// What Auth0 lists as the user's refresh tokens, whatever owner it names: only a list without a token shows that
    /// it is gone. Nothing if the scope to see them is not granted.
    pub(super) async fn listed_refresh_tokens(
        &self,
        user: &UserRef,
        owner: &str,
        call: Call,
    ) -> Result<Option<Vec<RefreshToken>>> {
        let token = self.api.token(call).await?;
        if token.grants(refresh_tokens::READ_SCOPE) != Some(true) {
            return Ok(None);
        }
        let mut listed = Vec::new();
        let mut cursors = HashSet::new();
        let mut cursor: Option<String> = None;
        for _ in 0..MAX_PAGES {
            let request = refresh_tokens::list(owner, cursor.as_deref())?;
            let page = self.api.json::<RefreshTokenPage>(request, call).await;
            let page = page.map_err(|error| absent_user(error, user))?;
            listed.extend(page.tokens);
            match page.next {
                None => return Ok(Some(listed)),
                Some(next) if cursors.insert(next.clone()) => cursor = Some(next),
                Some(_) => break,
            }
        }
        let message = format!("{}: the list has no end.", refresh_tokens::LIST);
        Err(refresh_tokens::LIST.error(ApiCategory::Response, 1, message))
    }
}

fn leave(operation: &Operation, reason: &str) {
    operation.fact("refreshTokens", "kept");
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
            required: endpoint.scopes,
        },
        0,
        "revokeRefreshTokens is true, but the access token lacks the scope \
         delete:refresh_tokens. Nothing was changed.",
    )
}
