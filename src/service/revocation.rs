//! Ends sessions, only after the owner was checked, and their refresh tokens with them.

use std::time::Duration;

use chrono::Utc;
use futures_util::{StreamExt, stream};
use serde_json::json;

use crate::auth0::refresh_tokens;
use crate::auth0::sessions::{self, Session};
use crate::config::RevokeRefreshTokens;
use crate::error::{ApiCategory, Error, Result};
use crate::service::Service;
use crate::service::session_view::is_live;
use crate::service::sessions::{absent_user, session_not_found};
use crate::transport::pipeline::Call;
use crate::user::UserRef;

/// Sessions of one user that are ended at once; more would only meet the rate limit.
const CONCURRENCY: usize = 4;
const FIRST_POLL: Duration = Duration::from_millis(50);
const LONGEST_POLL: Duration = Duration::from_secs(1);

#[derive(Debug, Clone, Copy, Default)]
pub struct RevokeOptions {
    /// Wait until Auth0 no longer shows what was revoked, because it finishes deletes later.
    pub wait_until_gone: bool,
}

/// What will happen to the refresh tokens of an ended session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum RefreshTokens {
    Leave,
    Revoke {
        /// Auth0 told that the token holds the scope.
        granted: bool,
    },
}

impl Service {
    /// Absent and foreign sessions give the same error.
    pub async fn revoke_user_session(
        &self,
        user: &UserRef,
        session_id: Option<&str>,
        options: RevokeOptions,
        call: Call,
    ) -> Result<()> {
        let session_id = session_id.ok_or_else(session_not_found)?;
        let owner = self.resolve(user, call).await?;
        let session = self.read_session(session_id, call).await?;
        // A session without an owner belongs to nobody that could be compared.
        if session.and_then(|session| session.user_id) != Some(owner) {
            return Err(session_not_found());
        }
        let refresh_tokens = self.refresh_tokens_plan(call).await?;
        self.end_session(session_id, refresh_tokens, call).await?;
        if options.wait_until_gone {
            let gone = || async { Ok(self.read_session(session_id, call).await?.is_none()) };
            wait_until(gone, call).await?;
        }
        Ok(())
    }

    pub async fn revoke_all_user_sessions(
        &self,
        user: &UserRef,
        options: RevokeOptions,
        call: Call,
    ) -> Result<()> {
        let owner = self.resolve(user, call).await?;
        let refresh_tokens = self.refresh_tokens_plan(call).await?;
        if refresh_tokens == (RefreshTokens::Revoke { granted: false }) {
            // Auth0 may refuse this, and a refusal must come before anything is changed.
            self.revoke_all_refresh_tokens(user, &owner, call).await?;
        }
        let ended = self.api.accepted(sessions::delete_all(&owner)?, call).await;
        ended.map_err(|error| absent_user(error, user))?;
        if refresh_tokens == (RefreshTokens::Revoke { granted: true }) {
            // After the sessions, so that none of them can mint a new one in between.
            self.revoke_all_refresh_tokens(user, &owner, call).await?;
        }
        if options.wait_until_gone {
            let gone = || async {
                let now = Utc::now();
                let listed = self.list_sessions(user, &owner, call).await?;
                Ok(!listed.iter().any(|session| is_live(session, now)))
            };
            wait_until(gone, call).await?;
        }
        Ok(())
    }

    /// Ends every live session but one, and tells how many. All are tried before the first
    /// failure is reported.
    pub async fn revoke_other_user_sessions(
        &self,
        user: &UserRef,
        current_session_id: &str,
        options: RevokeOptions,
        call: Call,
    ) -> Result<u32> {
        let owner = self.resolve(user, call).await?;
        let others = self
            .other_sessions(user, &owner, current_session_id, call)
            .await?;
        let refresh_tokens = self.refresh_tokens_plan(call).await?;
        let count = others.len();
        let mut endings = stream::iter(others)
            .map(|session| async move { self.end_session(&session.id, refresh_tokens, call).await })
            .buffer_unordered(CONCURRENCY);
        let mut revoked = 0;
        let mut failed = None;
        while let Some(ending) = endings.next().await {
            match ending {
                Ok(()) => revoked += 1,
                Err(error) => failed = failed.or(Some(error)),
            }
        }
        if let Some(error) = failed {
            self.logger.warn(
                format!("{revoked} of {count} other sessions were revoked."),
                &json!({ "operation": "revokeOtherUserSessions", "userId": owner }),
            );
            return Err(error);
        }
        if options.wait_until_gone {
            let gone = || async {
                let left = self
                    .other_sessions(user, &owner, current_session_id, call)
                    .await?;
                Ok(left.is_empty())
            };
            wait_until(gone, call).await?;
        }
        Ok(revoked)
    }

    async fn other_sessions(
        &self,
        user: &UserRef,
        owner: &str,
        current_session_id: &str,
        call: Call,
    ) -> Result<Vec<Session>> {
        let now = Utc::now();
        let mut others = self.list_sessions(user, owner, call).await?;
        others.retain(|session| session.id != current_session_id && is_live(session, now));
        others.retain(|session| {
            let is_own = session.user_id.as_deref() == Some(owner);
            if !is_own {
                self.logger.warn(
                    "A session in the user's list names another owner and is left alone.",
                    &json!({ "operation": "revokeOtherUserSessions", "sessionId": session.id }),
                );
            }
            is_own
        });
        Ok(others)
    }

    /// Decides before anything is changed, by the scopes of the token.
    async fn refresh_tokens_plan(&self, call: Call) -> Result<RefreshTokens> {
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

    async fn end_session(
        &self,
        session_id: &str,
        refresh_tokens: RefreshTokens,
        call: Call,
    ) -> Result<()> {
        if refresh_tokens != RefreshTokens::Leave {
            match already_gone_is_fine(self.api.accepted(sessions::revoke(session_id)?, call).await)
            {
                Err(error) if self.may_leave_refresh_tokens(&error) => {}
                outcome => return outcome,
            }
        }
        already_gone_is_fine(self.api.accepted(sessions::delete(session_id)?, call).await)
    }

    async fn revoke_all_refresh_tokens(
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
    fn may_leave_refresh_tokens(&self, error: &Error) -> bool {
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

fn already_gone_is_fine(outcome: Result<()>) -> Result<()> {
    match outcome {
        Err(error) if error.status() == Some(404) => Ok(()),
        outcome => outcome,
    }
}

/// Polls until `gone` says so.
async fn wait_until<F, T>(gone: F, call: Call) -> Result<()>
where
    F: Fn() -> T,
    T: Future<Output = Result<bool>>,
{
    let mut pause = FIRST_POLL;
    while !gone().await? {
        if call.time_left() <= pause {
            return Err(sessions::READ.error(
                ApiCategory::Timeout,
                0,
                "Auth0 accepted the revocation but still showed the session when the deadline \
                 came. It will end later.",
            ));
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_POLL);
    }
    Ok(())
}
