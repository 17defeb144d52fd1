//! What becomes of the refresh tokens of ended sessions: decided before anything is changed.

use serde_json::json;

use crate::auth0::refresh_tokens;
use crate::config::RevokeRefreshTokens;
use crate::error::{ApiCategory, Error, Result};
use crate::service::Service;
use crate::service::sessions::absent_user;
use crate::transport::pipeline::Call;
use crate::user::UserRef;

/// What will happen to the refresh tokens of an ended session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefreshTokens {
    Leave,
    Revoke {
        /// Auth0 told that the token holds the scope.
        granted: bool,
    },
}

impl Service {
    /// Decides before anything is changed, by the scopes of the token.
    pub(super) async fn refresh_tokens_plan(&self, call: Call) -> Result<RefreshTokens> {
        let policy = self.config.revoke_refresh_tokens;
        if policy == RevokeRefreshTokens::Never {
            return Ok(RefreshTokens::Leave);
        }
        let token = self.api.token(call).await?;
        match (token.grants(refresh_tokens::DELETE_SCOPE), policy) {
            (Some(false), RevokeRefreshTokens::Always) => Err(missing_refresh_token_scope()),
            (Some(false), _) => {
                self.warn_of_living_refresh_tokens("the scope delete:refresh_tokens is missing");
                Ok(RefreshTokens::Leave)
            }
            (granted, _) => Ok(RefreshTokens::Revoke {
                granted: granted == Some(true),
            }),
        }
    }

    pub(super) async fn revoke_all_refresh_tokens(
        &self,
        user: &UserRef,
        owner: &str,
        call: Call,
    ) -> Result<()> {
        match self
            .api
            .accepted(refresh_tokens::delete_all(owner)?, call)
            .await
        {
            Err(error) if self.may_leave_refresh_tokens(&error) => Ok(()),
            outcome => outcome.map_err(|error| absent_user(error, user)),
        }
    }

    /// Under "auto" a missing permission is a warning, every other failure stays one.
    pub(super) fn may_leave_refresh_tokens(&self, error: &Error) -> bool {
        let may = self.config.revoke_refresh_tokens == RevokeRefreshTokens::Auto
            && error.is_refused_permission();
        if may {
            self.warn_of_living_refresh_tokens("Auth0 refused to revoke them");
        }
        may
    }

    fn warn_of_living_refresh_tokens(&self, reason: &str) {
        self.logger.warn(
            format!(
                "Refresh tokens of the revoked session stay valid: {reason}. Grant \
                 delete:refresh_tokens, or set revokeRefreshTokens to false to accept this."
            ),
            &json!({ "missingScope": refresh_tokens::DELETE_SCOPE }),
        );
    }
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
